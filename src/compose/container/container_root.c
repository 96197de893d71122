/* container_root.c - see container_root.h. */
#include "container_root.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/syscall.h>

#include "child_call.h"
#include "errors.h"
#include "overlay.h"

int
open_in_root (int root_fd, const char *path, int flags)
{
  /* EAGAIN: something was renamed while ".." was looked up (openat2(2)). */
  enum { ATTEMPTS = 1000 };
  const struct open_how how = { .flags = (uint64_t) flags | O_CLOEXEC,
                                .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
  long fd = -1;
  for (int i = 0; i < ATTEMPTS; i++)
    {
      fd = syscall (SYS_openat2, root_fd, path, &how, sizeof how);
      if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
        break;
    }
  return fd < 0 ? -errno : (int) fd;
}

/* The process' root; its number may have been given to another process until it was opened: the start time is looked
 * at after that. */
static int
open_running (const struct container *c, struct error **err)
{
  autofree char *path = mem_printf ("/proc/%lld/root", (long long) c->status->pid.value);
  autoclose int fd = open (path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  int code = errno;
  if (record_start_time ((pid_t) c->status->pid.value) != c->status->pid_start.value)
    return fail (err, E_CONFLICT, "container %s has just ended: try again", c->record->name);
  return fd < 0 ? fail_sys (err, code, "container %s: open %s", c->record->name, path) : TAKE_FD (fd);
}

struct work
{
  const struct settings *settings;
  const struct record_Container *record;
  int (*fn) (int root_fd, void *arg, struct error **err);
  void *arg;
};

/* A volume or a host directory goes where the container would see it; where there is no such directory yet, the
 * runtime would make it, and there is nothing to be seen. */
static int
bind_into (int root_fd, const struct record_MountRef *m, struct error **err)
{
  /* A part of a volume is reached without links, as when it was mounted. */
  const struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS };
  autoclose int source = open (m->source, O_PATH | O_CLOEXEC);
  autoclose int part = -1;
  if (m->subpath && source >= 0)
    part = (int) syscall (SYS_openat2, source, m->subpath, &how, sizeof how);
  autoclose int tree = open_tree (m->subpath ? part : source, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  autoclose int at = open_in_root (root_fd, m->target, O_PATH);
  if (tree < 0 || at < 0)
    return 0;
  if (move_mount (tree, "", at, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
    return fail_sys (err, errno, "mount %s at %s", m->source, m->target);
  if (! m->read_only.value)
    return 0;
  struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };
  if (mount_setattr (tree, "", AT_EMPTY_PATH, &attr, sizeof attr) < 0)
    return fail_sys (err, errno, "make %s read-only", m->target);
  return 0;
}

static int
in_child (void *arg, struct error **err)
{
  const struct work *w = arg;
  const struct record_Overlay *o = w->record->overlay;
  const struct overlay overlay = { .lower = o->lower.v, .n_lower = o->lower.n, .upper = o->upper, .work = o->work };
  autofree char *place = mem_printf ("%s/" CONTAINER_ROOTFS, w->record->bundle);
  autoclose int root = -1;
  TRY (overlay_mount (w->settings, &overlay, place, &root, err));
  for (size_t i = 0; i < w->record->mounts.n; i++)
    {
      const struct record_MountRef *m = &w->record->mounts.v[i];
      if (m->source && m->target && *m->source == '/')
        TRY (bind_into (root, m, err));
    }
  return w->fn (root, w->arg, err);
}

int
container_with_root (const struct settings *s, const struct container *c,
                     int (*fn) (int root_fd, void *arg, struct error **err), void *arg, struct error **err)
{
  if (container_has_process (c))
    {
      autoclose int root = open_running (c, err);
      return root < 0 ? root : fn (root, arg, err);
    }
  struct work w = { .settings = s, .record = c->record, .fn = fn, .arg = arg };
  if (! c->record->overlay)
    return fail (err, E_CONFLICT, "container %s has no layers and does not run: start it first", c->record->name);
  autofree char *what = mem_printf ("files of container %s", c->record->name);
  return child_call (in_child, &w, what, err);
}
