/* state.c - a project's directory: its lock, and what is known of it without its files. Runs in perry-compose, in
 * the host's (or the session's) namespaces. */
#include "state.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "container.h"
#include "errors.h"
#include "event_log.h"
#include "fs.h"
#include "log.h"
#include "record_store.h"
#include "volumes.h"

#define STATE_FILE "project.json"

enum { LOCK_QUIET_MS = 1000 };

#undef OCI_PREFIX
#define OCI_PREFIX state_
DEFINE (ProjectState)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

/* The project's directory, made when MAKE; -ENOENT without an error when it is not there and was not to be made. */
static int
open_directory (const struct settings *s, const char *name, bool make, int *ret, struct error **err)
{
  autofree char *path = data_path (s, "projects/%s", name);
  if (make)
    TRY (fs_mkdir_parents (path, 0700, err));
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT && ! make)
    return -ENOENT;
  if (fd < 0)
    return fail_sys (err, errno, "project %s: open %s", name, path);
  *ret = fd;
  return 0;
}

/* The lock file may have been removed with its project while we waited for it: then the lock is on nothing. */
static bool
still_there (int dir, int fd)
{
  struct stat a, b;
  return fstat (fd, &a) == 0 && fstatat (dir, "lock", &b, AT_SYMLINK_NOFOLLOW) == 0 && a.st_ino == b.st_ino
         && a.st_dev == b.st_dev;
}

static int
take_lock (const char *name, int dir, int *ret, struct error **err)
{
  autoclose int fd = openat (dir, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail_sys (err, errno, "project %s: lock", name);
  /* The jobs of a command that was killed have it until they end, which is not worth a line. */
  int r = fs_lock_within (fd, LOCK_QUIET_MS);
  if (r == -EWOULDBLOCK)
    {
      char owner[32] = "";
      if (pread (fd, owner, sizeof owner - 1, 0) > 0)
        log_warning ("project %s: waiting for another command, process %s", name, owner);
      r = RETRY_EINTR (flock (fd, LOCK_EX)) < 0 ? -errno : 0;
    }
  if (r < 0)
    return fail_sys (err, -r, "project %s: lock", name);
  autofree char *pid = mem_printf ("%d", getpid ());
  if (ftruncate (fd, 0) < 0 || pwrite (fd, pid, strlen (pid), 0) < 0)
    return fail_sys (err, errno, "project %s: write its lock", name);
  *ret = TAKE_FD (fd);
  return 0;
}

int
project_lock (const struct settings *s, const char *name, int *ret_fd, struct error **err)
{
  for (;;)
    {
      autoclose int dir = -1, fd = -1;
      TRY (open_directory (s, name, true, &dir, err));
      TRY (take_lock (name, dir, &fd, err));
      if (! still_there (dir, fd))
        continue;
      containers_sweep (s);
      volumes_sweep (s);
      TRY_DOING (err, journal_undo (s, name, err), "undo what a killed command left");
      *ret_fd = TAKE_FD (fd);
      return 0;
    }
}

const struct state_ProjectState *
project_state_read (const struct settings *s, const char *name, struct oci_document *doc, struct error **err)
{
  autoclose int dir = -1;
  int r = open_directory (s, name, false, &dir, err);
  if (r == -ENOENT)
    fail (err, E_NOT_FOUND, "there is no project %s", name);
  return r < 0 ? NULL : record_read (dir, STATE_FILE, &state_ProjectState_schema, doc, err);
}

int
project_state_write (const struct settings *s, const struct state_ProjectState *st, struct error **err)
{
  autoclose int dir = -1;
  TRY (open_directory (s, st->name, true, &dir, err));
  return record_write (dir, STATE_FILE, &state_ProjectState_schema, st, err);
}

int
project_state_remove (const struct settings *s, const char *name, struct error **err)
{
  autofree char *path = data_path (s, "projects");
  autoclose int dir = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (dir < 0)
    return fail_sys (err, errno, "%s", path);
  return fs_remove_tree (dir, name, err);
}

int
project_state_end (const struct settings *s, const char *name, bool secrets, struct error **err)
{
  static const char *const files[] = { STATE_FILE, EVENT_LOG, EVENT_LOG_OLD, "journal" };
  autoclose int dir = -1;
  int r = open_directory (s, name, false, &dir, err);
  if (r == -ENOENT)
    return 0;
  TRY (r);
  if (secrets || faccessat (dir, "secrets", F_OK, AT_SYMLINK_NOFOLLOW) < 0)
    return project_state_remove (s, name, err);
  for (size_t i = 0; i < ARRAY_LEN (files); i++)
    if (unlinkat (dir, files[i], 0) < 0 && errno != ENOENT)
      return fail_sys (err, errno, "project %s: remove %s", name, files[i]);
  return 0;
}

static int
by_name (const void *a, const void *b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

int
project_list (const struct settings *s, struct strv *ret, struct error **err)
{
  autofree char *path = data_path (s, "projects");
  autodir DIR *dir = opendir (path);
  if (! dir)
    return fail_sys (err, errno, "%s", path);
  struct strv names = { 0 };
  struct dirent *e;
  while ((e = readdir (dir)))
    if (e->d_name[0] != '.')
      strv_add (&names, e->d_name);
  if (names.n)
    qsort (names.v, names.n, sizeof *names.v, by_name);
  *ret = names;
  return 0;
}
