/* oom.c - counts the kernel's out-of-memory kills in a container's cgroup. The file is opened when the container starts
 * and read when it has ended, before its cgroup goes. */
#include <fcntl.h>

#include "fs.h"
#include "monitor.h"

/* Where the usual layouts have the cgroup that a line of /proc/PID/cgroup names, and what counts there: memory.events
 * (v2), memory.oom_control (v1, Linux 4.13). */
static const struct
{
  const char *controller; /* the line's second field; "" for v2 */
  const char *mount, *file;
} places[] = {
  { "memory", "/sys/fs/cgroup/memory", "memory.oom_control" },
  { "", "/sys/fs/cgroup", "memory.events" },
  { "", "/sys/fs/cgroup/unified", "memory.events" },
};

/* The controllers ("memory", "cpu,cpuacct", "") and the path of LINE, "4:memory:/path"; false if it is none. Cuts
 * LINE. */
static bool
split_line (char *line, char **ret_controllers, char **ret_path)
{
  char *controllers = strchr (line, ':'), *path = controllers ? strchr (controllers + 1, ':') : NULL;
  if (! path)
    return false;
  *path++ = '\0';
  *ret_controllers = controllers + 1;
  *ret_path = path;
  return true;
}

static int
open_counter (const char *controllers, const char *path)
{
  for (size_t i = 0; i < ARRAY_LEN (places); i++)
    if (streq (controllers, places[i].controller))
      {
        autofree char *file = mem_printf ("%s%s/%s", places[i].mount, path, places[i].file);
        int fd = open (file, O_RDONLY | O_CLOEXEC);
        if (fd >= 0)
          return fd;
      }
  return -1;
}

int
oom_open (pid_t pid)
{
  char name[64], *rest, *controllers, *path;
  autofree char *text = NULL;
  int fd = -1;
  snprintf (name, sizeof name, "/proc/%d/cgroup", pid);
  if (fs_read_kernel (AT_FDCWD, name, 64 * 1024, &text, NULL) < 0)
    return -1;
  for (char *line = strtok_r (text, "\n", &rest); line && fd < 0; line = strtok_r (NULL, "\n", &rest))
    if (split_line (line, &controllers, &path))
      fd = open_counter (controllers, path);
  return fd;
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
