/* cgroup_path.c - see cgroup_path.h. Looks at mounts and /proc only. */
#include "cgroup_path.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#include "fs.h"
#include "mem.h"

const char *
cgroup2_mount (void)
{
  static const char *const mounts[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" };
  struct statfs fs;
  for (size_t i = 0; i < ARRAY_LEN (mounts); i++)
    if (statfs (mounts[i], &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC)
      return mounts[i];
  return NULL;
}

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

static bool
has_word (const char *list, const char *word)
{
  size_t n = strlen (word);
  for (const char *p = list; p; p = strchr (p, ',') ? strchr (p, ',') + 1 : NULL)
    if (strcspn (p, ",") == n && memcmp (p, word, n) == 0)
      return true;
  return false;
}

char *
cgroup_of_process (pid_t pid, const char *controller, bool *ret_v2)
{
  char name[64], *rest, *controllers, *path, *unified = NULL;
  autofree char *text = NULL;
  *ret_v2 = false;
  snprintf (name, sizeof name, "/proc/%d/cgroup", pid);
  if (fs_read_kernel (AT_FDCWD, name, 64 * 1024, &text, NULL) < 0)
    return NULL;
  for (char *line = strtok_r (text, "\n", &rest); line; line = strtok_r (NULL, "\n", &rest))
    if (! split_line (line, &controllers, &path))
      continue;
    else if (! *controllers)
      unified = path;
    else if (has_word (controllers, controller))
      return mem_printf ("/sys/fs/cgroup/%s%s", controller, path);
  const char *mount = unified ? cgroup2_mount () : NULL;
  *ret_v2 = mount;
  return mount ? mem_printf ("%s%s", mount, unified) : NULL;
}
