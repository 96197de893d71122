/* dir.c - one cgroup directory: make, read, write, list, remove. Runs in the runtime's namespaces; makes system calls
 * only below the mount that the directory belongs to. */
#include "dir.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "clock.h"
#include "fs.h"
#include "place.h"

#define FILE_LIMIT (16 << 20)

/* ---- open -------------------------------------------------------------------------------------------------------- */

static int
open_mount (const struct cgroup_dir *d, struct error **err)
{
  autoclose int fd = open (d->mount, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return fail_sys (err, errno, "open %s", d->mount);
  if (! place_is_cgroupfs (fd, d->v2))
    return fail (err, ENOTSUP, "%s is not a cgroup%s file system", d->mount, d->v2 ? "2" : "");
  return TAKE_FD (fd);
}

int
dir_at (const struct cgroup_dir *d, int *own, struct error **err)
{
  if (d->fd >= 0)
    return d->fd;
  autoclose int mount = open_mount (d, err);
  if (mount < 0)
    return mount;
  int fd = openat (mount, d->path[1] ? d->path + 1 : ".", DIR_FLAGS);
  if (fd < 0)
    return fail_sys (err, errno, "open %s%s", d->mount, d->path);
  return *own = fd;
}

int
dir_read (const struct cgroup_dir *d, const char *file, char **ret, struct error **err)
{
  autoclose int own = -1;
  int fd = dir_at (d, &own, err);
  if (fd < 0)
    return fd;
  int r = fs_read_kernel (fd, file, FILE_LIMIT, ret, err);
  return r < 0 && err ? wrap (err, "cgroup %s%s", d->mount, d->path) : r;
}

int
dir_write (const struct cgroup_dir *d, const char *file, const char *text, struct error **err)
{
  autoclose int own = -1;
  int at = dir_at (d, &own, err);
  if (at < 0)
    return at;
  autoclose int fd = openat (at, file, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return fail_sys (err, errno, "open %s%s/%s", d->mount, d->path, file);
  if (RETRY_EINTR (write (fd, text, strlen (text))) < 0)
    return fail_sys (err, errno, "write \"%s\" to %s%s/%s", text, d->mount, d->path, file);
  return 0;
}

bool
dir_has (const struct cgroup_dir *d, const char *file)
{
  autoclose int own = -1;
  int fd = dir_at (d, &own, NULL);
  return fd >= 0 && faccessat (fd, file, F_OK, 0) == 0;
}

int
dir_read_u64 (const struct cgroup_dir *d, const char *file, uint64_t *ret)
{
  autofree char *text = NULL;
  TRY (dir_read (d, file, &text, NULL));
  *ret = after_prefix (text, "max") ? UINT64_MAX : strtoull (text, NULL, 10);
  return 0;
}

int
dir_read_key (const struct cgroup_dir *d, const char *file, const char *key, uint64_t *ret)
{
  autofree char *text = NULL;
  TRY (dir_read (d, file, &text, NULL));
  size_t n = strlen (key);
  for (const char *p = text; p; p = strchr (p, '\n'))
    {
      p += *p == '\n';
      if (strncmp (p, key, n) == 0 && p[n] == ' ')
        {
          *ret = strtoull (p + n, NULL, 10);
          return 0;
        }
    }
  return -ENOENT;
}

/* ---- make -------------------------------------------------------------------------------------------------------- */

static int
make_level (const struct cgroup_dir *d, int parent, const char *name, bool last, bool *made, struct error **err)
{
  if (mkdirat (parent, name, 0755) == 0)
    return 0;
  if (errno != EEXIST)
    return fail_sys (err, errno, "make cgroup %s%s", d->mount, d->path);
  if (last && *made)
    {
      *made = false;
      return fail (err, EEXIST, "make cgroup %s%s: somebody else has just made it", d->mount, d->path);
    }
  return 0;
}

int
dir_make (struct cgroup_dir *d, dir_level *on_level, struct error **err)
{
  autoclose int at = open_mount (d, err);
  if (at < 0)
    return at;
  autofree char *path = mem_strdup (d->path);
  char *save;
  char *name = strtok_r (path, "/", &save);
  while (name)
    {
      char *next = strtok_r (NULL, "/", &save);
      if (on_level)
        TRY (on_level (d, at, -1, err));
      TRY (make_level (d, at, name, ! next, &d->made, err));
      autoclose int child = openat (at, name, DIR_FLAGS);
      if (child < 0)
        return fail_sys (err, errno, "open cgroup %s%s", d->mount, d->path);
      if (on_level)
        TRY (on_level (d, at, child, err));
      close_fd (&at);
      at = TAKE_FD (child);
      name = next;
    }
  d->fd = TAKE_FD (at);
  return 0;
}

/* ---- processes --------------------------------------------------------------------------------------------------- */

int
dir_prepare (struct cgroup_dir *d, struct error **err)
{
  autoclose int own = -1;
  int at = dir_at (d, &own, err);
  if (at < 0)
    return at;
  close_fd (&d->self_fd);
  d->self_fd = d->v2 ? -1 : openat (at, "tasks", O_WRONLY | O_CLOEXEC);
  if (d->self_fd < 0)
    d->self_fd = openat (at, "cgroup.procs", O_WRONLY | O_CLOEXEC);
  return d->self_fd < 0 ? fail_sys (err, errno, "open %s%s/cgroup.procs", d->mount, d->path) : 0;
}

static void
add_pids (struct cgroup_pids *pids, const char *text)
{
  for (char *end; *text; text = end)
    {
      long pid = strtol (text, &end, 10);
      if (end == text)
        break;
      /* 0: a process that this pid namespace cannot see. */
      if (pid <= 0)
        continue;
      pids->v = mem_grow (pids->v, pids->n + 1, sizeof *pids->v);
      pids->v[pids->n++] = (pid_t) pid;
    }
}

struct pids_walk
{
  struct cgroup_pids *pids;
  bool v2;
};

static int
read_pids (int fd, void *data)
{
  struct pids_walk *w = data;
  autofree char *text = NULL;
  int r = fs_read_kernel (fd, "cgroup.procs", FILE_LIMIT, &text, NULL);
  /* A threaded cgroup has no list of processes, only of threads. */
  if (r == -EOPNOTSUPP && w->v2)
    r = fs_read_kernel (fd, "cgroup.threads", FILE_LIMIT, &text, NULL);
  if (r == 0)
    add_pids (w->pids, text);
  return r;
}

int
dir_pids (const struct cgroup_dir *d, struct cgroup_pids *pids, struct error **err)
{
  autoclose int own = -1;
  autoerror struct error *e = NULL;
  int fd = dir_at (d, &own, &e);
  if (fd == -ENOENT)
    return 0;
  if (fd < 0)
    return fail (err, -fd, "%s", error_text (e));
  struct pids_walk w = { pids, d->v2 };
  const struct tree_visit visit = { .enter = read_pids, .data = &w };
  int r = tree_walk (fd, &visit);
  return r < 0 ? fail_sys (err, -r, "read the processes of cgroup %s%s", d->mount, d->path) : 0;
}

static int
thaw (int fd, void *data UNUSED)
{
  fs_write_kernel (fd, "freezer.state", "THAWED", NULL);
  return 0;
}

void
dir_thaw_tree (const struct cgroup_dir *d)
{
  autoclose int own = -1;
  const struct tree_visit visit = { .enter = thaw };
  int fd = dir_at (d, &own, NULL);
  if (fd >= 0 && ! d->v2)
    tree_walk (fd, &visit);
}

/* ---- remove ------------------------------------------------------------------------------------------------------ */

static int
remove_one (int at, const char *name)
{
  if (unlinkat (at, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
    return 0;
  int code = errno;
  /* A read-only file system says so before it says that there is nothing. */
  if (code == EROFS && faccessat (at, name, F_OK, AT_SYMLINK_NOFOLLOW) < 0 && errno == ENOENT)
    return 0;
  /* A cgroup with others below it is "busy" (v1, v2) or "not empty" (a tree of ordinary directories). */
  return code == EINTR || code == ENOTEMPTY ? -EBUSY : -code;
}

/* What is busy is left for the next attempt, and so is what lies above it. */
static int
remove_below (int at, const char *name)
{
  int r = remove_one (at, name);
  return r == -EBUSY ? 0 : r;
}

static int
remove_tree (int at, const char *name)
{
  int r = remove_one (at, name);
  if (r != -EBUSY)
    return r;
  const struct tree_visit visit = { .leave = remove_below };
  autoclose int fd = openat (at, name, DIR_FLAGS);
  if (fd < 0)
    return errno == ENOENT ? 0 : -errno;
  r = tree_walk (fd, &visit);
  return r < 0 && r != -ENOENT ? r : remove_one (at, name);
}

int
dir_remove (const struct cgroup_dir *d, int64_t deadline, struct error **err)
{
  if (! d->path[1])
    return 0;
  autoerror struct error *e = NULL;
  autoclose int mount = open_mount (d, &e);
  if (mount == -ENOENT)
    return 0;
  if (mount < 0)
    return fail (err, -mount, "%s", error_text (e));
  int r;
  for (unsigned pause = 1; (r = remove_tree (mount, d->path + 1)) == -EBUSY; pause = pause < 64 ? pause * 2 : 64)
    {
      if (clock_ms () >= deadline)
        return fail (err, EBUSY, "remove cgroup %s%s: it still holds processes", d->mount, d->path);
      sleep_ms (pause);
    }
  return r < 0 ? fail_sys (err, -r, "remove cgroup %s%s", d->mount, d->path) : 0;
}

/* ---- which directory --------------------------------------------------------------------------------------------- */

static bool
has_word (const char *list, const char *separators, const char *word)
{
  size_t len = strlen (word);
  for (list += strspn (list, separators); *list; list += strspn (list, separators))
    {
      size_t n = strcspn (list, separators);
      if (n == len && memcmp (list, word, n) == 0)
        return true;
      list += n;
    }
  return false;
}

bool
dir_controls (const struct cgroup_dir *d, const char *controller)
{
  if (! d->v2)
    return has_word (d->name, ",", controller);
  autofree char *text = NULL;
  return dir_read (d, "cgroup.controllers", &text, NULL) == 0 && has_word (text, " \n", controller);
}

const struct cgroup_dir *
cgroup_dir_v2 (const struct cgroup *cg)
{
  for (size_t i = 0; i < cg->n_dirs; i++)
    if (cg->dirs[i].v2)
      return &cg->dirs[i];
  return NULL;
}

const struct cgroup_dir *
cgroup_dir_of (const struct cgroup *cg, const char *controller)
{
  for (size_t i = 0; i < cg->n_dirs; i++)
    if (! cg->dirs[i].v2 && dir_controls (&cg->dirs[i], controller))
      return &cg->dirs[i];
  const struct cgroup_dir *d = cgroup_dir_v2 (cg);
  return d && dir_controls (d, controller) ? d : NULL;
}
