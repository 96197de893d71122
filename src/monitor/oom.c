/* oom.c - counts the kernel's out-of-memory kills in a container's cgroup. The file is opened when the container starts
 * and read when it has ended, before its cgroup goes. */
#include <fcntl.h>

#include "cgroup_path.h"
#include "monitor.h"

/* memory.events (v2), memory.oom_control (v1, Linux 4.13). */
int
oom_open (pid_t pid)
{
  bool v2;
  autofree char *dir = cgroup_of_process (pid, "memory", &v2);
  autofree char *file = mem_printf ("%s/%s", dir ? dir : "", v2 ? "memory.events" : "memory.oom_control");
  return dir ? open (file, O_RDONLY | O_CLOEXEC) : -1;
}

int64_t
oom_count (int fd)
{
  char text[1024];
  ssize_t n = fd < 0 ? -1 : pread (fd, text, sizeof text - 1, 0);
  if (n <= 0)
    return 0;
  text[n] = '\0';
  const char *at = strstr (text, "oom_kill ");
  return at ? atoll (at + strlen ("oom_kill ")) : 0;
}
