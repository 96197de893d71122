/* test_attributes.c - lists of processors and nodes; limits on this process; resctrl groups in a directory that
 * plays the kernel's. */
#include <fcntl.h>
#include <sys/stat.h>

#include "check.h"
#include "fs.h"
#include "intel_rdt.h"
#include "mem.h"
#include "security/cpu_list.h"
#include "security/security.h"

static bool
has (const struct number_mask *m, unsigned n)
{
  size_t bits = 8 * sizeof *m->words;
  return n / bits < m->n_words && m->words[n / bits] >> n % bits & 1;
}

TEST (lists_become_masks)
{
  struct number_mask m = { 0 };
  CHECK_INT (0, number_mask_parse ("0-3,7,2,1025", &m));
  CHECK_INT (6, m.n_set);
  CHECK (has (&m, 0) && has (&m, 3) && ! has (&m, 4) && has (&m, 7) && has (&m, 1025) && ! has (&m, 1024));
  free (TAKE_PTR (m.words));
  CHECK_INT (0, number_mask_parse ("", &m));
  CHECK_INT (0, m.n_set);
  free (m.words);
}

TEST (lists_that_are_none)
{
  static const char *const bad[] = { "a", "1,", ",1", "3-1", "1-", "-1", "1--2", "65536",
                                     "0-99999", " 1", "1 ", "1;2", "+1" };
  for (size_t i = 0; i < ARRAY_LEN (bad); i++)
    {
      struct number_mask m = { 0 };
      CHECK_INT (-EINVAL, number_mask_parse (bad[i], &m));
      CHECK (! m.words);
    }
}

TEST (affinity)
{
  autoerror struct error *err = NULL;
  CHECK_INT (0, set_cpu_affinity (NULL, NULL));
  CHECK_INT (-EINVAL, set_cpu_affinity ("60000", &err));
  CHECK_STR ("execCPUAffinity: none of the processors \"60000\" is there and allowed by the cgroup", error_text (err));
  CHECK_INT (-EINVAL, set_cpu_affinity ("x", &err));
}

TEST (limits)
{
  struct rlimit now;
  autoerror struct error *err = NULL;
  getrlimit (RLIMIT_CORE, &now);
  struct plan_rlimit l = { RLIMIT_CORE, "RLIMIT_CORE", { 0, now.rlim_max } };
  struct plan_process p = { .rlimits = &l, .n_rlimits = 1 };
  CHECK_INT (0, set_rlimits (getpid (), &p, &err));
  getrlimit (RLIMIT_CORE, &now);
  CHECK_INT (0, now.rlim_cur);
  l = (struct plan_rlimit){ RLIMIT_CORE, "RLIMIT_CORE", { 2, 1 } };
  CHECK_INT (-EINVAL, set_rlimits (getpid (), &p, &err));
  CHECK_STR ("rlimits: RLIMIT_CORE: soft 2, hard 1: Invalid argument", error_text (err));
}

/* ---- resctrl -- */
static void
write_file (const char *dir, const char *name, const char *text)
{
  autofree char *path = mem_printf ("%s/%s", dir, name);
  FILE *f = fopen (path, "w");
  fputs (text, f);
  fclose (f);
}

/* A root with group "shared", limited; returned in PATH. */
static void
fake_resctrl (char path[64])
{
  snprintf (path, 64, "/tmp/test_rdt.XXXXXX");
  CHECK (mkdtemp (path));
  autofree char *shared = mem_printf ("%s/shared", path), *monitors = mem_printf ("%s/shared/mon_groups", path);
  mkdir (shared, 0700);
  mkdir (monitors, 0700);
  write_file (shared, "tasks", "");
  write_file (shared, "schemata", "    MB:0=100;1=100\n    L3:0=0000f;1=fffff\n");
}

TEST (rdt_group_of_others)
{
  char root[64];
  char *remove = NULL;
  autofree char *tasks = NULL;
  const char *lines[] = { "L3:1=FFFFF" };
  struct oci_intel_rdt rdt = { .clos_id = "shared", .l3_cache_schema = "L3:0=f", .mem_bw_schema = "MB:0=100;1=100",
                               .schemata = { .n = 1, .v = lines } };
  autoerror struct error *err = NULL;
  fake_resctrl (root);
  CHECK_INT (0, intel_rdt_apply_at (root, &rdt, "c1", 4711, &remove, &err));
  CHECK_STR ("", error_text (err));
  CHECK_STR (NULL, remove);
  autofree char *path = mem_printf ("%s/shared/tasks", root);
  CHECK_INT (0, fs_read_regular (AT_FDCWD, path, 100, &tasks, NULL, NULL));
  CHECK_STR ("4711", tasks);
  rdt.mem_bw_schema = "MB:0=50";
  CHECK_INT (-EINVAL, intel_rdt_apply_at (root, &rdt, "c1", 4711, &remove, &err));
  CHECK (strstr (error_text (err), "is not limited as \"MB:0=50\""));
  rdt.clos_id = "../shared";
  CHECK_INT (-EINVAL, intel_rdt_apply_at (root, &rdt, "c1", 4711, &remove, &err));
  fs_remove_tree (AT_FDCWD, root, NULL);
}

/* In the fake a new group has no files: joining it fails, and it has to be gone again. */
TEST (rdt_failure_leaves_nothing)
{
  char root[64];
  char *remove = NULL;
  struct oci_intel_rdt rdt = { 0 };
  fake_resctrl (root);
  autofree char *group = mem_printf ("%s/c1", root);
  CHECK (intel_rdt_apply_at (root, &rdt, "c1", 4711, &remove, NULL) < 0);
  CHECK_INT (-1, access (group, F_OK));
  CHECK_INT (0, mkdir (group, 0700));
  CHECK_INT (-EEXIST, intel_rdt_apply_at (root, &rdt, "c1", 4711, &remove, NULL));
  CHECK_INT (0, access (group, F_OK));
  CHECK_INT (0, intel_rdt_remove (group, NULL));
  CHECK_INT (0, intel_rdt_remove (group, NULL));
  fs_remove_tree (AT_FDCWD, root, NULL);
}

TEST_MAIN (X (lists_become_masks) X (lists_that_are_none) X (affinity) X (limits) X (rdt_group_of_others)
           X (rdt_failure_leaves_nothing))
