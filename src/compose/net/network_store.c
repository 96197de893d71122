/* network_store.c - see network_store.h. In perry-compose, on directories that only their user may write to. */
#include "network_store.h"

#include <ctype.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <sys/file.h>

#include "errors.h"
#include "fs.h"
#include "log.h"
#include "record_store.h"

#undef OCI_PREFIX
#define OCI_PREFIX record_
NETWORK_TYPES (DEFINE)

enum { NAME_LIMIT = 128 };

static int
open_directory (const char *path, int *ret_fd, struct error **err)
{
  TRY (fs_mkdir_parents (path, 0700, err));
  autoclose int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return fail_sys (err, errno, "%s", path);
  *ret_fd = TAKE_FD (fd);
  return 0;
}

static int
open_data (const struct settings *s, int *ret_fd, struct error **err)
{
  autofree char *path = data_path (s, "networks");
  return open_directory (path, ret_fd, err);
}

static int
open_run (const struct settings *s, int *ret_fd, struct error **err)
{
  autofree char *path = run_path (s, "network");
  return open_directory (path, ret_fd, err);
}

int
network_lock (const struct settings *s, int *ret_fd, struct error **err)
{
  autoclose int dir = -1;
  TRY (open_run (s, &dir, err));
  autoclose int fd = openat (dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0 || RETRY_EINTR (flock (fd, LOCK_EX)) < 0)
    return fail_sys (err, errno, "%s/network/lock", s->run);
  *ret_fd = TAKE_FD (fd);
  return 0;
}

bool
network_name_valid (const char *name)
{
  size_t n = strspn (name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");
  return n > 0 && ! name[n] && n <= NAME_LIMIT && isalnum ((unsigned char) name[0]);
}

const struct record_NetworkFile *
network_read (const struct settings *s, const char *name, struct oci_document *doc, struct error **err)
{
  *doc = (struct oci_document) { 0 };
  autoclose int dir = -1;
  if (! network_name_valid (name))
    {
      fail (err, E_NETWORK,
            "network name '%s': only letters, digits, '.', '_' and '-', beginning with a letter or digit", name);
      return NULL;
    }
  if (open_data (s, &dir, err) < 0)
    return NULL;
  autofree char *file = mem_printf ("%s.json", name);
  autoerror struct error *why = NULL;
  const struct record_NetworkFile *n = record_read (dir, file, &record_NetworkFile_schema, doc, &why);
  if (! n && why->code == ENOENT)
    fail (err, E_NOT_FOUND, "there is no network '%s'", name);
  else if (! n)
    fail (err, E_NETWORK, "network '%s': %s", name, error_text (why));
  return n;
}

int
network_write (const struct settings *s, const struct record_NetworkFile *n, struct error **err)
{
  autoclose int dir = -1;
  TRY (open_data (s, &dir, err));
  autofree char *file = mem_printf ("%s.json", n->name);
  return record_write (dir, file, &record_NetworkFile_schema, n, err);
}

/* Remove NAME.json in DIR, and what a killed command has left of writing it. */
static int
remove_file (int dir, const char *name, struct error **err)
{
  autofree char *file = mem_printf ("%s.json", name), *temporary = mem_printf (".%s.json.tmp", name);
  if (unlinkat (dir, file, 0) < 0 && errno != ENOENT)
    return fail_sys (err, errno, "remove %s", file);
  if (unlinkat (dir, temporary, 0) < 0 && errno != ENOENT)
    return fail_sys (err, errno, "remove %s", temporary);
  return 0;
}

int
network_forget (const struct settings *s, const char *name, struct error **err)
{
  autoclose int dir = -1;
  TRY (open_data (s, &dir, err));
  return remove_file (dir, name, err);
}

const struct record_NetworkState *
network_state_read (const struct settings *s, const char *name, struct oci_document *doc, struct error **err)
{
  static const struct record_NetworkState nobody;
  *doc = (struct oci_document) { 0 };
  autoclose int dir = -1;
  if (open_run (s, &dir, err) < 0)
    return NULL;
  autofree char *file = mem_printf ("%s.json", name);
  autoerror struct error *why = NULL;
  const struct record_NetworkState *st = record_read (dir, file, &record_NetworkState_schema, doc, &why);
  if (st)
    return st;
  /* Replaced as a whole, so that only somebody else can have spoiled it; what it spoke of is taken down with the
   * bridge. */
  if (why->code != ENOENT)
    log_warning ("network '%s': %s/network: %s", name, s->run, error_text (why));
  return &nobody;
}

int
network_state_write (const struct settings *s, const char *name, const struct record_NetworkState *st,
                     struct error **err)
{
  autoclose int dir = -1;
  TRY (open_run (s, &dir, err));
  if (! st->attached.n)
    return remove_file (dir, name, err);
  /* Not synced: it speaks of what a power cut takes away, too. */
  autofree char *text = oci_emit (&record_NetworkState_schema, st, NULL);
  if (! text)
    out_of_memory ();
  autofree char *file = mem_printf ("%s.json", name);
  return fs_replace (dir, file, text, strlen (text), 0600, err);
}

struct record_NetworkState
network_state_with (const struct record_NetworkState *st, const char *id, const struct record_Attached *a,
                    struct arena *arena)
{
  struct record_NetworkState r = { 0 };
  r.attached.v = mem_arena (arena, (st->attached.n + 1) * sizeof *r.attached.v);
  for (size_t i = 0; i < st->attached.n; i++)
    if (! streq (st->attached.v[i].id, id))
      r.attached.v[r.attached.n++] = st->attached.v[i];
  if (a)
    r.attached.v[r.attached.n++] = *a;
  return r;
}

const struct record_Attached *
network_state_find (const struct record_NetworkState *st, const char *id)
{
  for (size_t i = 0; i < st->attached.n; i++)
    if (streq (st->attached.v[i].id, id))
      return &st->attached.v[i];
  return NULL;
}

void
network_hash (const char *a, const char *b, char *ret, size_t digits)
{
  struct sha256_ctx ctx;
  uint8_t digest[SHA256_DIGEST_SIZE];
  sha256_init (&ctx);
  sha256_update (&ctx, strlen (a) + 1, (const uint8_t *) a);
  sha256_update (&ctx, strlen (b), (const uint8_t *) b);
  sha256_digest (&ctx, sizeof digest, digest);
  for (size_t i = 0; i < digits; i++)
    ret[i] = "0123456789abcdef"[i % 2 ? digest[i / 2] & 15 : digest[i / 2] >> 4];
  ret[digits] = '\0';
}

const char *
network_option (const struct record_NetworkFile *n, const char *key)
{
  for (size_t i = 0; i < n->options.n; i++)
    if (streq (n->options.keys[i], key))
      return n->options.v[i];
  return NULL;
}
