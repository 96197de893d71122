/* place.c - finds the mounted hierarchies and a process's place in them. Runs in the runtime's namespaces; reads
 * /proc/PID/cgroup, asks statfs, and parses mountinfo only when a hierarchy is not where everybody mounts it: the time
 * to start a container must not grow with the number of mounts. */
#include "place.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#include "fs.h"

#define PATH_LIMIT 4096
#define SMALL_FILE (1 << 20)
#define MOUNTINFO_LIMIT (64 << 20)

static struct
{
  enum cgroup_mode mode;
  const char *sys, *self;
} test;

void
cgroup_test_root (enum cgroup_mode mode, const char *sys, const char *self)
{
  test.mode = mode;
  test.sys = sys;
  test.self = self;
}

static const char *
root (void)
{
  return test.sys ? test.sys : "/sys/fs/cgroup";
}

bool
place_is_cgroupfs (int fd, bool v2)
{
  struct statfs s;
  return test.sys || (fstatfs (fd, &s) == 0 && s.f_type == (v2 ? CGROUP2_SUPER_MAGIC : CGROUP_SUPER_MAGIC));
}

static bool
is_mount (const char *path, bool v2)
{
  if (test.sys)
    return access (path, F_OK) == 0;
  struct statfs s;
  return statfs (path, &s) == 0 && s.f_type == (v2 ? CGROUP2_SUPER_MAGIC : CGROUP_SUPER_MAGIC);
}

enum cgroup_mode
cgroup_mode (void)
{
  if (test.sys)
    return test.mode;
  static const enum cgroup_mode unknown = -1;
  static enum cgroup_mode mode = unknown;
  if (mode != unknown)
    return mode;
  struct statfs s;
  if (statfs ("/sys/fs/cgroup", &s) < 0)
    mode = CGROUP_NONE;
  else if (s.f_type == CGROUP2_SUPER_MAGIC)
    mode = CGROUP_UNIFIED;
  else
    mode = is_mount ("/sys/fs/cgroup/unified", true) ? CGROUP_HYBRID : CGROUP_LEGACY;
  return mode;
}

int
place_join (const char *own, const char *path, char **ret, struct error **err)
{
  autofree char *joined = mem_printf ("%s/%s", own, path);
  for (const char *p = joined; *p; p++)
    if ((unsigned char) *p < ' ' || *p == 0x7f)
      return fail (err, EINVAL, "cgroup path has a control character");
  autotext struct text t = { 0 };
  text_add (&t, "");
  for (const char *p = joined; *p;)
    {
      p += strspn (p, "/");
      size_t n = strcspn (p, "/");
      if (n == 2 && memcmp (p, "..", 2) == 0)
        return fail (err, EINVAL, "cgroup path \"%s\" has a component \"..\"", path);
      if (n > 0 && ! (n == 1 && *p == '.'))
        {
          text_add (&t, "/");
          text_add_bytes (&t, p, n);
        }
      p += n;
    }
  if (t.len == 0)
    text_add (&t, "/");
  if (t.len > PATH_LIMIT)
    return fail (err, EINVAL, "cgroup path is longer than %d bytes", PATH_LIMIT);
  *ret = TAKE_PTR (t.s);
  return 0;
}

void
cgroup_dirs_free (struct cgroup_dir *dirs, size_t n)
{
  for (size_t i = 0; i < n; i++)
    {
      free (dirs[i].only);
      free (dirs[i].name);
      free (dirs[i].mount);
      free (dirs[i].path);
      close_fd (&dirs[i].fd);
      close_fd (&dirs[i].self_fd);
    }
  free (dirs);
}

/* ---- mountinfo, for unusual places ------------------------------------------------------------------------------- */

/* All words of comma-separated LIST are in comma-separated OPTIONS. */
static bool
has_all_options (const char *options, const char *list)
{
  for (const char *w = list; *w;)
    {
      size_t n = strcspn (w, ",");
      bool found = false;
      for (const char *o = options; *o && ! found; o += strspn (o, ","))
        {
          size_t m = strcspn (o, ",\n");
          found = m == n && memcmp (o, w, n) == 0;
          o += m;
          if (*o == '\n')
            break;
        }
      if (! found)
        return false;
      w += n + (w[n] == ',');
    }
  return true;
}

/* The mount of hierarchy NAME and what part of the hierarchy it shows; 1 if found. LINE is changed. */
static int
match_mount (char *line, const char *name, bool v2, char **ret_mount, char **ret_root)
{
  char root_dir[PATH_LIMIT + 1], mount[PATH_LIMIT + 1], type[16], options[512];
  const char *tail = strstr (line, " - ");
  if (! tail || sscanf (line, "%*s %*s %*s %4096s %4096s", root_dir, mount) != 2
      || sscanf (tail, " - %15s %*s %511s", type, options) != 2)
    return 0;
  if (! streq (type, v2 ? "cgroup2" : "cgroup") || ! has_all_options (options, name) || strchr (mount, '\\'))
    return 0;
  *ret_mount = mem_strdup (mount);
  *ret_root = mem_strdup (root_dir);
  return 1;
}

static int
find_mount (const char *name, bool v2, char **ret_mount, char **ret_root)
{
  autofree char *text = NULL;
  if (fs_read_kernel (AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_LIMIT, &text, NULL) < 0)
    return 0;
  char *save;
  for (char *line = strtok_r (text, "\n", &save); line; line = strtok_r (NULL, "\n", &save))
    if (match_mount (line, name, v2, ret_mount, ret_root))
      return 1;
  return 0;
}

/* ---- /proc/PID/cgroup -------------------------------------------------------------------------------------------- */

/* Where hierarchy NAME is mounted; NULL if nowhere. */
static char *
usual_mount (enum cgroup_mode mode, const char *name, bool v2)
{
  const char *leaf = after_prefix (name, "name=");
  autofree char *path = v2 && mode == CGROUP_UNIFIED ? mem_strdup (root ())
                                                     : mem_printf ("%s/%s", root (),
                                                                   v2 ? "unified" : leaf ? leaf : name);
  return is_mount (path, v2) ? TAKE_PTR (path) : NULL;
}

/* OWN as it is seen below MOUNT: a mount may show only a part of the hierarchy (a container without a cgroup namespace
 * of its own), whose root has to be cut off then. */
static char *
visible_place (const char *mount, const char *own, const char *name, bool v2)
{
  autofree char *there = mem_printf ("%s%s", mount, own);
  autofree char *other = NULL, *shown = NULL;
  if (streq (own, "/") || test.sys || access (there, F_OK) == 0 || ! find_mount (name, v2, &other, &shown))
    return mem_strdup (own);
  const char *rest = after_prefix (own, shown);
  return mem_strdup (rest && *rest == '/' ? rest : "/");
}

/* One line "4:memory:/a/b". */
static void
add_place (enum cgroup_mode mode, char *line, struct cgroup_dir **dirs, size_t *n)
{
  char *name = strchr (line, ':'), *own = name ? strchr (name + 1, ':') : NULL;
  if (! own || own[1] != '/')
    return;
  *own++ = '\0';
  name++;
  bool v2 = *name == '\0';
  if ((mode == CGROUP_UNIFIED && ! v2) || (mode == CGROUP_LEGACY && v2))
    return;
  autofree char *mount = usual_mount (mode, name, v2), *shown = NULL, *clean = NULL;
  if (! mount && (test.sys || ! find_mount (name, v2, &mount, &shown)))
    return;
  /* "/../x" is the place of a process outside of this cgroup namespace's root: as good as the root. */
  if (place_join ("", own, &clean, NULL) < 0)
    clean = mem_strdup ("/");
  char *place = visible_place (mount, clean, name, v2);
  *dirs = mem_grow (*dirs, *n + 1, sizeof **dirs);
  (*dirs)[(*n)++] = (struct cgroup_dir) {
    .name = mem_strdup (name), .mount = TAKE_PTR (mount), .path = place, .v2 = v2,
    .fd = -1, .self_fd = -1,
  };
}

int
places_read (pid_t pid, enum cgroup_mode *ret_mode, struct cgroup_dir **ret, size_t *ret_n, struct error **err)
{
  enum cgroup_mode mode = cgroup_mode ();
  char file[64] = "/proc/self/cgroup";
  if (pid)
    snprintf (file, sizeof file, "/proc/%d/cgroup", pid);
  autofree char *text = NULL;
  TRY (fs_read_kernel (AT_FDCWD, test.self ? test.self : file, SMALL_FILE, &text, err));
  struct cgroup_dir *dirs = NULL;
  size_t n = 0;
  char *save;
  if (mode != CGROUP_NONE)
    for (char *line = strtok_r (text, "\n", &save); line; line = strtok_r (NULL, "\n", &save))
      add_place (mode, line, &dirs, &n);
  *ret_mode = n ? mode : CGROUP_NONE;
  *ret = dirs;
  *ret_n = n;
  return 0;
}
