/* state_status.c - derives a container's status from the kernel: the process, the freezer, start.sock.
 *
 * Runs in the runtime's namespaces; only reads. A pid alone is never trusted: the pidfd is opened first and the
 * start time compared afterwards, so that what the pidfd names is the process that state.json means. */
#include <fcntl.h>
#include <inttypes.h>
#include <sys/syscall.h>

#include "cgroup/cgroup.h"
#include "fs.h"
#include "mem.h"
#include "state.h"

const char *const status_names[] = {
  [STATUS_CREATING] = "creating", [STATUS_CREATED] = "created", [STATUS_RUNNING] = "running",
  [STATUS_PAUSED] = "paused",     [STATUS_STOPPED] = "stopped",
};

uint64_t
process_start_time (pid_t pid)
{
  char path[64];
  snprintf (path, sizeof path, "/proc/%d/stat", pid);
  autofree char *stat = NULL;
  if (fs_read_kernel (AT_FDCWD, path, 4096, &stat, NULL) < 0)
    return 0;
  /* The command's name is in parentheses and may hold parentheses and spaces itself. */
  const char *p = strrchr (stat, ')');
  if (! p || p[1] != ' ' || p[2] == 'Z' || p[2] == 'X' || p[2] == 'x')
    return 0;
  for (int field = 2; field < 22; field++)
    if (! (p = strchr (p + 1, ' ')))
      return 0;
  return strtoull (p + 1, NULL, 10);
}

char *
state_boot_id (void)
{
  autofree char *id = NULL;
  if (fs_read_kernel (AT_FDCWD, "/proc/sys/kernel/random/boot_id", 64, &id, NULL) < 0)
    return mem_strdup ("");
  id[strcspn (id, "\n")] = '\0';
  return TAKE_PTR (id);
}

/* Start times are clock ticks since boot, so they mean nothing in another boot. */
static bool
is_this_boot (const struct oci_state_file *s)
{
  if (! s->boot_id || ! *s->boot_id)
    return true;
  autofree char *now = state_boot_id ();
  return streq (now, s->boot_id);
}

bool
state_creator_alive (const struct container *c)
{
  const struct oci_state_file *s = c->state;
  return s && s->creator_pid.value > 0 && is_this_boot (s)
         && process_start_time (s->creator_pid.value) == s->creator_start.value;
}

static bool
is_frozen (const struct container *c)
{
  if (! c->state->cgroup)
    return false;
  autocgroup struct cgroup cg = { .join_fd = -1 };
  return cgroup_load (c->state->cgroup, &cg, NULL) == 0 && cgroup_frozen (&cg) == 1;
}

/* A pidfd of the container's process, or -1. */
static int
open_process (const struct oci_state_file *s)
{
  if (s->pid.value <= 0 || ! is_this_boot (s))
    return -1;
  autoclose int fd = syscall (SYS_pidfd_open, (pid_t) s->pid.value, 0);
  if (fd < 0 || process_start_time (s->pid.value) != s->start_time.value)
    return -1;
  return TAKE_FD (fd);
}

enum status
state_status (const struct container *c, int *pidfd)
{
  const struct oci_state_file *s = c->state;
  if (pidfd)
    *pidfd = -1;
  if (! s)
    return STATUS_STOPPED;
  autoclose int fd = open_process (s);
  bool alive = fd >= 0;
  if (pidfd)
    *pidfd = TAKE_FD (fd);
  if (s->creating.value)
    return state_creator_alive (c) ? STATUS_CREATING : STATUS_STOPPED;
  if (! alive)
    return STATUS_STOPPED;
  if (is_frozen (c))
    return STATUS_PAUSED;
  return faccessat (c->dir_fd, START_SOCKET, F_OK, AT_SYMLINK_NOFOLLOW) == 0 ? STATUS_CREATED : STATUS_RUNNING;
}
