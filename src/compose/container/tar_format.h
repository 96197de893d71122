/* tar_format.h - one block of a tar archive (POSIX.1-2008 ustar, pax). Pure. */
#ifndef COMPOSE_TAR_FORMAT_H
#define COMPOSE_TAR_FORMAT_H

#include <sys/types.h>

#include "mem.h"

enum { TAR_BLOCK = 512 };

enum tar_type
{
  TAR_FILE = '0',
  TAR_HARD_LINK = '1',
  TAR_LINK = '2',
  TAR_DIRECTORY = '5',
  TAR_PAX = 'x',           /* attributes of the next entry */
  TAR_PAX_GLOBAL = 'g',
  TAR_GNU_NAME = 'L',      /* the next entry's name is this one's content */
  TAR_GNU_LINK = 'K',
};

struct tar_entry
{
  char type;
  char *name, *link;       /* owned */
  mode_t mode;
  uid_t uid;
  gid_t gid;
  int64_t size, mtime;
};
void tar_entry_free (struct tar_entry *e);
#define autotarentry __attribute__ ((cleanup (tar_entry_free)))

/* E as its blocks (a pax header before it, where ustar cannot say it) at the end of T; without content. */
void tar_encode (struct text *t, const struct tar_entry *e);

/* BLOCK as an entry: 1; 0: the archive's end (zeros); -EBADMSG. */
int tar_decode (const char block[TAR_BLOCK], struct tar_entry *ret);
/* What the N bytes of pax attributes TEXT say, put into E; -EBADMSG. */
int tar_pax_apply (const char *text, size_t n, struct tar_entry *e);

#endif
