/* oom.c - see oom.h. Runs in the runtime's namespaces. */
#include "oom.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>

#include "dir.h"

void
oom_watch_close (struct oom_watch *w)
{
  close_fd (&w->fd);
}

/* v1 counts an OOM into an eventfd, and signals it once more when the group is removed. */
static int
watch_v1 (struct oom_watch *w, struct error **err)
{
  autoclose int own = -1;
  int at = dir_at (w->dir, &own, err);
  if (at < 0)
    return at;
  autoclose int control = openat (at, "memory.oom_control", O_RDONLY | O_CLOEXEC);
  autoclose int event = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (control < 0 || event < 0)
    return fail_sys (err, errno, "watch %s%s/memory.oom_control", w->dir->mount, w->dir->path);
  char text[32];
  snprintf (text, sizeof text, "%d %d", event, control);
  TRY (dir_write (w->dir, "cgroup.event_control", text, err));
  w->fd = TAKE_FD (event);
  return 0;
}

static uint64_t
count_v2 (const struct oom_watch *w)
{
  uint64_t n = 0;
  dir_read_key (w->dir, "memory.events", "oom_kill", &n);
  return n;
}

static int
watch_v2 (struct oom_watch *w, struct error **err)
{
  static const char *const files[] = { "memory.events", "cgroup.events" };
  autoclose int fd = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);
  if (fd < 0)
    return fail_sys (err, errno, "inotify");
  for (size_t i = 0; i < ARRAY_LEN (files); i++)
    {
      autofree char *path = mem_printf ("%s%s/%s", w->dir->mount, w->dir->path, files[i]);
      if (inotify_add_watch (fd, path, IN_MODIFY | IN_DELETE_SELF) < 0)
        return fail_sys (err, errno, "watch %s", path);
    }
  w->kills = count_v2 (w);
  w->fd = TAKE_FD (fd);
  return 0;
}

int
oom_watch_open (const struct cgroup *cg, struct oom_watch *ret, struct error **err)
{
  *ret = (struct oom_watch) { .dir = cgroup_dir_of (cg, "memory"), .fd = -1 };
  return ! ret->dir ? 0 : ret->dir->v2 ? watch_v2 (ret, err) : watch_v1 (ret, err);
}

int
oom_watch_read (struct oom_watch *w)
{
  char buffer[4096];
  while (RETRY_EINTR (read (w->fd, buffer, sizeof buffer)) > 0)
    continue;
  if (! w->dir->v2)
    return dir_has (w->dir, "cgroup.event_control") ? 1 : -ENOENT;
  uint64_t kills = count_v2 (w), populated = 0;
  bool more = kills > w->kills;
  w->kills = kills;
  if (more)
    return 1;
  if (dir_read_key (w->dir, "cgroup.events", "populated", &populated) < 0 || ! populated)
    return -ENOENT;
  return 0;
}
