/* cgroup_fixture.h - a tree of ordinary directories and files that stands for /sys/fs/cgroup. */
#ifndef TESTS_CGROUP_FIXTURE_H
#define TESTS_CGROUP_FIXTURE_H

#include <fcntl.h>
#include <sys/stat.h>

#include "cgroup/cgroup.h"
#include "cgroup/place.h"
#include "check.h"
#include "fs.h"

static char fixture_root[64], fixture_self[80];

static inline void
fixture_write (const char *path, const char *text)
{
  autofree char *full = mem_printf ("%s/%s", fixture_root, path);
  *strrchr (full, '/') = '\0';
  fs_mkdir_parents (full, 0755, NULL);
  full[strlen (full)] = '/';
  autofile FILE *f = fopen (full, "w");
  if (! f || fputs (text, f) == EOF)
    abort ();
}

static inline void
fixture_mkdir (const char *path)
{
  autofree char *full = mem_printf ("%s/%s", fixture_root, path);
  if (fs_mkdir_parents (full, 0755, NULL) < 0)
    abort ();
}

/* The first line of a file, or "" or "(none)". */
static inline const char *
fixture_read (const char *path)
{
  static char line[256];
  autofree char *full = mem_printf ("%s/%s", fixture_root, path);
  autofile FILE *f = fopen (full, "r");
  if (! f)
    return "(none)";
  if (! fgets (line, sizeof line, f))
    return "";
  line[strcspn (line, "\n")] = '\0';
  return line;
}

static inline bool
fixture_has (const char *path)
{
  autofree char *full = mem_printf ("%s/%s", fixture_root, path);
  return access (full, F_OK) == 0;
}

/* SELF: what /proc/self/cgroup says. */
static inline void
fixture_begin (enum cgroup_mode mode, const char *self)
{
  strcpy (fixture_root, "/tmp/perry-test-cgroup.XXXXXX");
  if (! mkdtemp (fixture_root))
    abort ();
  snprintf (fixture_self, sizeof fixture_self, "%s/self", fixture_root);
  fixture_write ("self", self);
  cgroup_test_root (mode, fixture_root, fixture_self);
}

static inline void
fixture_end (void)
{
  autoclose int tmp = open ("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  CHECK (fs_remove_tree (tmp, fixture_root + strlen ("/tmp/"), NULL) == 0);
  cgroup_test_root (CGROUP_NONE, NULL, NULL);
}

/* A cgroup for container "c1" with linux.cgroupsPath PATH. */
static inline int
fixture_plan (const char *path, const struct oci_resources *r, bool rootless, struct cgroup *ret, struct error **err)
{
  struct host host = { .euid = rootless ? 1000 : 0, .rootless = rootless };
  struct plan plan = { .id = "c1", .host = &host, .cgroup = { .manager = CGROUP_FS, .path = path, .resources = r } };
  return cgroup_plan (&plan, ret, err);
}

#endif
