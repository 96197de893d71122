/* users.h - users and groups of a container: what its own /etc/passwd and /etc/group say. */
#ifndef COMPOSE_USERS_H
#define COMPOSE_USERS_H

#include "error.h"
#include "mem.h"

struct identity
{
  unsigned uid, gid;
  unsigned *groups;   /* supplementary, the caller's to free */
  size_t n_groups;
  char *home;         /* NULL: passwd does not know the user */
};
void identity_free (struct identity *i);
#define autoidentity __attribute__ ((cleanup (identity_free)))

/* Texts of the two files; NULL: there is none. */
struct user_files
{
  char *passwd, *group;
};
void user_files_free (struct user_files *f);
#define autouserfiles __attribute__ ((cleanup (user_files_free)))
enum { USER_FILE_LIMIT = 4 << 20 };

/* Read both below ROOT_FD, symbolic links taken as inside of it (openat2, Linux 5.6), regular files only. */
int user_files_read (int root_fd, struct user_files *ret, struct error **err);

/* SPEC is "", "user", "uid", "user:group", "uid:gid"; "" is root. Without a group: passwd's, and the groups that list
 * the user; ADD are names or numbers of further groups. A number need not be known; an unknown name, or a number
 * above 2^32-2, is EINVAL. Never asks the host's databases. */
int user_resolve (const struct user_files *f, const char *spec, const char *const *add, size_t n_add,
                  struct identity *ret,
                  struct error **err);

#endif
