/* state.c - owns ROOT/ID/: its name, its directory, its lock, and state.json in it. See state.h.
 *
 * Runs in the runtime's namespaces as the runtime's user. Calls fs.h and libocispec. A directory is only ever opened
 * without following a link at its end, and only below a root that nobody else can write to. */
#include "state.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "fs.h"
#include "mem.h"

#define ID_MAX 1024
#define STATE_MAX (16u << 20)
#define LOCK_SECONDS 10
#define NAME_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-."

int
state_check_id (const char *id, struct error **err)
{
  size_t n = strspn (id, NAME_CHARS);
  /* A leading dot is for our own names (".seccomp"), and keeps "." and ".." out. */
  if (n == 0 || id[n] || id[0] == '.' || n > ID_MAX)
    return fail (err, EINVAL,
                 "invalid container ID format: it may have letters, digits and _+-. and must not begin with a dot");
  return 0;
}

/* Root of the initial user namespace owns /run; anybody else has $XDG_RUNTIME_DIR. */
static bool
is_rootless (void)
{
  if (geteuid () != 0)
    return true;
  autofree char *map = NULL;
  if (fs_read_kernel (AT_FDCWD, "/proc/self/uid_map", 4096, &map, NULL) < 0)
    return false;
  unsigned inside, outside, size;
  bool whole = sscanf (map, "%u %u %u", &inside, &outside, &size) == 3 && ! inside && ! outside && size == UINT32_MAX;
  const char *user = getenv ("USER");
  return ! whole && ! (user && streq (user, "root"));
}

int
state_root (const char *option, char **ret, struct error **err)
{
  const char *runtime_dir = getenv ("XDG_RUNTIME_DIR");
  autofree char *chosen = NULL;
  if (option)
    chosen = mem_strdup (option);
  else if (runtime_dir && *runtime_dir && is_rootless ())
    chosen = mem_printf ("%s/perry-runtime", runtime_dir);
  else
    chosen = mem_strdup ("/run/perry-runtime");
  if (! *chosen)
    return fail (err, EINVAL, "--root: the name of a directory is expected");
  autofree char *root = fs_absolute (chosen);
  if (streq (root, "/"))
    return fail (err, EINVAL, "--root: / itself cannot hold the state of containers");
  *ret = TAKE_PTR (root);
  return 0;
}

static int
check_root (const char *root, int fd, struct error **err)
{
  struct stat st;
  if (fstat (fd, &st) < 0)
    return fail_sys (err, errno, "state root %s", root);
  if (st.st_uid != geteuid ())
    return fail (err, EPERM, "state root %s: it belongs to user %u, not to user %u", root, st.st_uid, geteuid ());
  if (st.st_mode & (S_IWGRP | S_IWOTH))
    return fail (err, EPERM, "state root %s: others can write to it (mode %04o); chmod go-w it", root,
                 st.st_mode & 07777);
  return 0;
}

static const char *
root_hint (int code)
{
  return code == EACCES ? " (XDG_RUNTIME_DIR or --root can name another)" : "";
}

int
state_open_root (const char *root, bool make, int *ret_fd, struct error **err)
{
  int r = make ? fs_mkdir_parents (root, 0700, err) : 0;
  if (r < 0)
    {
      wrap (err, "state root%s", root_hint (-r));
      return r;
    }
  autoclose int fd = open (root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 && (errno == ELOOP || errno == ENOTDIR))
    return fail (err, errno, "state root %s: it is a link or no directory", root);
  if (fd < 0)
    return fail_sys (err, errno, "state root %s%s", root, root_hint (errno));
  TRY (check_root (root, fd, err));
  /* The sticky bit saves it from those who tidy up $XDG_RUNTIME_DIR (XDG base directory specification). Only a hint. */
  if (make && geteuid () != 0 && fchmod (fd, 01700) < 0)
    return fail_sys (err, errno, "state root %s", root);
  *ret_fd = TAKE_FD (fd);
  return 0;
}

void
container_close (struct container *c)
{
  /* Explicitly, since a child that was forked meanwhile shares the lock. */
  if (c->locked && c->dir_fd >= 0)
    flock (c->dir_fd, LOCK_UN);
  close_fd (&c->dir_fd);
  close_fd (&c->root_fd);
  oci_document_free (&c->document);
  arena_free (&c->arena);
  free (c->root);
  *c = (struct container) CONTAINER_INIT;
}

static bool
is_removed (int dir_fd)
{
  struct stat st;
  return fstat (dir_fd, &st) < 0 || st.st_nlink == 0;
}

/* Waiting in steps: a lock is held for milliseconds, and an alarm signal would be the whole program's. */
static int
lock_dir (int dir_fd, const char *id, struct error **err)
{
  for (long long waited = 0, step = 200000; waited < LOCK_SECONDS * 1000000000LL; waited += step)
    {
      if (flock (dir_fd, LOCK_EX | LOCK_NB) == 0)
        return 0;
      if (errno != EWOULDBLOCK && errno != EINTR)
        return fail_sys (err, errno, "container %s: lock", id);
      nanosleep (&(struct timespec) { .tv_nsec = step }, NULL);
      if (step < 20000000)
        step *= 2;
    }
  return fail (err, EBUSY, "container %s: another command has been at work on it for %d seconds", id, LOCK_SECONDS);
}

static int
no_such_container (const char *id, struct error **err)
{
  return fail (err, ENOENT, "container does not exist: %s", id);
}

/* One attempt: -ESTALE when somebody removed the directory before it was locked. */
static int
reserve_once (struct container *c, const char *id, struct error **err)
{
  if (mkdirat (c->root_fd, id, 0700) < 0)
    {
      if (errno == EEXIST)
        return fail (err, EEXIST, "container with given ID already exists: %s", id);
      return fail_sys (err, errno, "container %s: make its state directory below %s", id, c->root);
    }
  c->dir_fd = openat (c->root_fd, id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (c->dir_fd < 0 && errno == ENOENT)
    return -ESTALE;
  if (c->dir_fd < 0)
    return fail_sys (err, errno, "container %s: open its state directory", id);
  TRY (lock_dir (c->dir_fd, id, err));
  if (! is_removed (c->dir_fd))
    return 0;
  close_fd (&c->dir_fd);
  return -ESTALE;
}

int
state_reserve (const char *root, const char *id, struct container *ret, struct error **err)
{
  autocontainer struct container c = CONTAINER_INIT;
  TRY (state_check_id (id, err));
  c.id = id;
  c.root = mem_strdup (root);
  TRY (state_open_root (root, true, &c.root_fd, err));
  int r;
  do
    r = reserve_once (&c, id, err);
  while (r == -ESTALE);
  TRY (r);
  c.locked = true;
  *ret = c;
  c = (struct container) CONTAINER_INIT;
  return 0;
}

int
state_open_dir (const char *root, const char *id, bool lock, struct container *ret, struct error **err)
{
  autocontainer struct container c = CONTAINER_INIT;
  TRY (state_check_id (id, err));
  c.id = id;
  c.root = mem_strdup (root);
  int r = state_open_root (root, false, &c.root_fd, err);
  if (r == -ENOENT)
    return no_such_container (id, err);
  TRY (r);
  c.dir_fd = openat (c.root_fd, id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (c.dir_fd < 0)
    return errno == ENOENT || errno == ENAMETOOLONG ? no_such_container (id, err)
                                                    : fail_sys (err, errno, "container %s: state directory", id);
  if (lock)
    {
      TRY (lock_dir (c.dir_fd, id, err));
      c.locked = true;
      if (is_removed (c.dir_fd))
        return no_such_container (id, err);
    }
  *ret = c;
  c = (struct container) CONTAINER_INIT;
  return 0;
}

bool
state_locked (const struct container *c)
{
  if (c->locked)
    return true;
  /* A description of its own: the lock would belong to everybody who shares dir_fd's. */
  autoclose int fd = openat (c->dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return fd >= 0 && flock (fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
}

int
state_load (struct container *c, struct error **err)
{
  autofree char *text = NULL;
  size_t n;
  int r = fs_read_regular (c->dir_fd, STATE_FILE, STATE_MAX, &text, &n, err);
  if (r == -ENOENT && is_removed (c->dir_fd))
    return no_such_container (c->id, err);
  if (r == -ENOENT)
    return fail (err, ENODATA, "container %s: it has no " STATE_FILE " and so was never finished; `delete --force %s` "
                 "removes what is left of it", c->id, c->id);
  TRY_DOING (err, r, "container %s", c->id);
  oci_document_free (&c->document);
  struct oci_state_file *s = (void *) oci_parse (&oci_state_file_schema, text, n, &c->document);
  const struct oci_document *d = &c->document;
  if (! s)
    return fail (err, EBADMSG, "container %s: %s/%s/" STATE_FILE ":%u:%u: %s: %s", c->id, c->root, c->id, d->line,
                 d->column, d->path, d->message);
  if (! streq (s->id, c->id) || s->pid.value < 0 || s->pid.value > INT32_MAX)
    return fail (err, EBADMSG, "container %s: %s/%s/" STATE_FILE ": not written for this container", c->id, c->root,
                 c->id);
  c->state = s;
  return 0;
}

int
state_open (const char *root, const char *id, bool lock, struct container *ret, struct error **err)
{
  autocontainer struct container c = CONTAINER_INIT;
  TRY (state_open_dir (root, id, lock, &c, err));
  TRY (state_load (&c, err));
  *ret = c;
  c = (struct container) CONTAINER_INIT;
  return 0;
}

int
state_write (const struct container *c, const struct oci_state_file *s, struct error **err)
{
  autofree char *json = oci_emit (&oci_state_file_schema, s, NULL);
  if (! json)
    out_of_memory ();
  TRY_DOING (err, fs_replace (c->dir_fd, STATE_FILE, json, strlen (json), 0600, err), "container %s: state", c->id);
  return 0;
}

int
state_remove (struct container *c, struct error **err)
{
  TRY_DOING (err, fs_remove_tree (c->root_fd, c->id, err), "container %s: remove its state", c->id);
  return 0;
}

static int
by_name (const void *a, const void *b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

int
state_list (int root_fd, struct strv *ret, struct error **err)
{
  autoclose int fd = openat (root_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  autodir DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  if (! dir)
    return fail_sys (err, errno, "list containers");
  TAKE_FD (fd);
  autostrv struct strv names = { 0 };
  struct dirent *e;
  while (errno = 0, (e = readdir (dir)))
    if ((e->d_type == DT_DIR || e->d_type == DT_UNKNOWN) && state_check_id (e->d_name, NULL) == 0)
      strv_add (&names, e->d_name);
  if (errno)
    return fail_sys (err, errno, "list containers");
  if (names.n)
    qsort (names.v, names.n, sizeof *names.v, by_name);
  *ret = names;
  names = (struct strv) { 0 };
  return 0;
}
