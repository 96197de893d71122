/* fork_apart.c - see fork_apart.h. */
#include "fork_apart.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cgroup_path.h"
#include "fs.h"
#include "mem.h"

/* -1: there is no place for it. */
static int
open_cgroup (void)
{
  const char *mount = cgroup2_mount ();
  if (! mount)
    return -1;
  autofree char *path = mem_printf ("%s/perry/monitors", mount);
  fs_mkdir_parents (path, 0755, NULL);
  return open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

pid_t
fork_apart (void)
{
  autoclose int dir = open_cgroup ();
  struct clone_args args = { .flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD, .cgroup = (uint64_t) dir };
  pid_t pid = dir < 0 ? -1 : (pid_t) syscall (SYS_clone3, &args, sizeof args);
  return pid < 0 ? fork () : pid;
}
