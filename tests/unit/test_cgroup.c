/* test_cgroup.c - where a container's cgroups are, how they are made, saved and removed: on a tree of ordinary files.
 * */
#include "cgroup/convert.h"
#include "cgroup/dir.h"
#include "cgroup_fixture.h"

static const char v1_self[] = "5:name=systemd:/user\n4:memory:/jobs/7\n3:cpu,cpuacct:/\n2:pids:/\n0::/user\n";

static void
v1_tree (enum cgroup_mode mode)
{
  fixture_begin (mode, v1_self);
  fixture_mkdir ("systemd/user");
  fixture_mkdir ("memory/jobs/7");
  fixture_mkdir ("cpu,cpuacct");
  fixture_mkdir ("pids");
  if (mode == CGROUP_HYBRID)
    fixture_mkdir ("unified/user");
}

static const struct cgroup_dir *
named (const struct cgroup *cg, const char *name)
{
  for (size_t i = 0; i < cg->n_dirs; i++)
    if (streq (cg->dirs[i].name, name))
      return &cg->dirs[i];
  return NULL;
}

static const char *
path_of (const struct cgroup *cg, const char *name)
{
  const struct cgroup_dir *d = named (cg, name);
  return d ? d->path : "(none)";
}

TEST (joined_paths)
{
  static const struct
  {
    const char *own, *path, *want; /* NULL: refused */
  } cases[] = {
    { "/", "c1", "/c1" },          { "/a", "c1", "/a/c1" },        { "", "/a//b/./c/", "/a/b/c" },
    { "", "/", "/" },              { "/a", "", "/a" },             { "/a", "..", NULL },
    { "/a", "b/../../../x", NULL }, { "/a", "x\ny", NULL },        { "/a", "x\ty", NULL },
    { "/a", "..x/y..", "/a/..x/y.." },
  };
  for (size_t i = 0; i < ARRAY_LEN (cases); i++)
    {
      autofree char *got = NULL;
      int r = place_join (cases[i].own, cases[i].path, &got, NULL);
      CHECK_INT (cases[i].want ? 0 : -EINVAL, r);
      CHECK_STR (cases[i].want, got);
    }
  autofree char *got = NULL, *name = mem_alloc (5000);
  memset (name, 'a', 4999);
  CHECK_INT (-EINVAL, place_join ("/", name, &got, NULL));
}

TEST (legacy_places)
{
  autocgroup struct cgroup cg = { .join_fd = -1 };
  v1_tree (CGROUP_LEGACY);
  CHECK_INT (0, fixture_plan (NULL, NULL, false, &cg, NULL));
  CHECK_INT (CGROUP_LEGACY, cg.mode);
  CHECK_INT (4, cg.n_dirs);
  CHECK_STR ("/user/c1", path_of (&cg, "name=systemd"));
  CHECK_STR ("/jobs/7/c1", path_of (&cg, "memory"));
  CHECK_STR ("/c1", path_of (&cg, "cpu,cpuacct"));
  CHECK (cgroup_dir_of (&cg, "cpuacct") == named (&cg, "cpu,cpuacct"));
  CHECK (cgroup_dir_of (&cg, "cpuset") == NULL);
  fixture_end ();
}

TEST (hybrid_places)
{
  autocgroup struct cgroup cg = { .join_fd = -1 };
  v1_tree (CGROUP_HYBRID);
  CHECK_INT (0, fixture_plan ("sub/x", NULL, false, &cg, NULL));
  CHECK_INT (5, cg.n_dirs);
  CHECK_STR ("/jobs/7/sub/x", path_of (&cg, "memory"));
  /* Beside the runtime's own: a cgroup2 group with processes cannot hand controllers on. */
  CHECK_STR ("/sub/x", path_of (&cg, ""));
  CHECK (named (&cg, "")->v2);
  fixture_end ();
}

TEST (unified_places)
{
  autocgroup struct cgroup cg = { .join_fd = -1 };
  fixture_begin (CGROUP_UNIFIED, "1:name=old:/x\n0::/user.slice/shell.scope\n");
  CHECK_INT (0, fixture_plan (NULL, NULL, false, &cg, NULL));
  CHECK_INT (1, cg.n_dirs);
  CHECK_STR ("/user.slice/c1", path_of (&cg, ""));
  cgroup_free (&cg);
  CHECK_INT (0, fixture_plan ("/machine/c1", NULL, false, &cg, NULL));
  CHECK_STR ("/machine/c1", path_of (&cg, ""));
  CHECK_STR (fixture_root, cg.dirs[0].mount);
  fixture_end ();
}

TEST (outside_of_the_namespace)
{
  autocgroup struct cgroup cg = { .join_fd = -1 };
  fixture_begin (CGROUP_UNIFIED, "0::/../../elsewhere\n");
  CHECK_INT (0, fixture_plan (NULL, NULL, false, &cg, NULL));
  CHECK_STR ("/c1", path_of (&cg, ""));
  fixture_end ();
}

TEST (nothing_mounted)
{
  autocgroup struct cgroup cg = { .join_fd = -1 };
  autoerror struct error *err = NULL;
  fixture_begin (CGROUP_NONE, "");
  CHECK_INT (0, fixture_plan (NULL, NULL, false, &cg, NULL));
  CHECK (cg.ops == NULL);
  CHECK_INT (0, cgroup_prepare (&cg, NULL));
  CHECK_INT (0, cgroup_enter_self (&cg, false, NULL));
  CHECK (cgroup_freeze (&cg, true, NULL) < 0);
  CHECK_INT (-ENOENT, fixture_plan ("/x", NULL, false, &cg, &err));
  CHECK (strstr (error_text (err), "linux.cgroupsPath") != NULL);
  fixture_end ();
}

TEST (makes_and_removes)
{
  autocgroup struct cgroup cg = { .join_fd = -1 };
  v1_tree (CGROUP_LEGACY);
  CHECK_INT (0, fixture_plan ("a/c1", NULL, false, &cg, NULL));
  CHECK (cg.dirs[0].made);
  CHECK (! fixture_has ("pids/a"));
  /* Never made is removed without a word: a crash may have come before. */
  CHECK_INT (0, cgroup_remove (&cg, NULL));
  CHECK_INT (0, cgroup_create (&cg, NULL));
  CHECK (fixture_has ("pids/a/c1") && fixture_has ("memory/jobs/7/a/c1") && fixture_has ("systemd/user/a/c1"));
  fixture_mkdir ("pids/a/c1/below/deeper");
  CHECK_INT (0, cgroup_remove (&cg, NULL));
  CHECK (! fixture_has ("pids/a/c1") && ! fixture_has ("memory/jobs/7/a/c1"));
  CHECK (fixture_has ("memory/jobs/7"));
  fixture_end ();
}

TEST (refuses_one_in_use)
{
  autocgroup struct cgroup cg = { .join_fd = -1 };
  autoerror struct error *err = NULL;
  v1_tree (CGROUP_LEGACY);
  fixture_write ("pids/x/deep/cgroup.procs", "12\n13\n");
  fixture_write ("pids/x/cgroup.procs", "");
  CHECK_INT (-EBUSY, fixture_plan ("/x", NULL, false, &cg, &err));
  CHECK (strstr (error_text (err), "container's cgroup is not empty: 2 process(es) found") != NULL);
  fixture_end ();
}

TEST (refuses_a_frozen_one)
{
  autocgroup struct cgroup cg = { .join_fd = -1 };
  autoerror struct error *err = NULL;
  fixture_begin (CGROUP_UNIFIED, "0::/\n");
  fixture_write ("x/cgroup.procs", "");
  fixture_write ("x/cgroup.events", "populated 0\nfrozen 1\n");
  CHECK_INT (-EBUSY, fixture_plan ("/x", NULL, false, &cg, &err));
  CHECK (strstr (error_text (err), "unexpectedly frozen") != NULL);
  fixture_end ();
}

TEST (takes_an_empty_one_and_leaves_it)
{
  autocgroup struct cgroup cg = { .join_fd = -1 };
  fixture_begin (CGROUP_UNIFIED, "0::/\n");
  fixture_write ("x/cgroup.procs", "");
  fixture_write ("x/cgroup.events", "populated 0\nfrozen 0\n");
  CHECK_INT (0, fixture_plan ("/x", NULL, false, &cg, NULL));
  CHECK (! cg.dirs[0].made);
  CHECK_INT (0, cgroup_create (&cg, NULL));
  CHECK (cg.join_fd >= 0);
  CHECK_INT (0, cgroup_prepare (&cg, NULL));
  CHECK_INT (0, cgroup_enter_self (&cg, false, NULL));
  CHECK_STR ("0", fixture_read ("x/cgroup.procs"));
  CHECK_INT (0, cgroup_remove (&cg, NULL));
  CHECK (fixture_has ("x"));
  fixture_end ();
}

TEST (somebody_was_faster)
{
  autocgroup struct cgroup cg = { .join_fd = -1 };
  v1_tree (CGROUP_LEGACY);
  CHECK_INT (0, fixture_plan ("/x", NULL, false, &cg, NULL));
  fixture_mkdir ("memory/x");
  CHECK_INT (-EEXIST, cgroup_create (&cg, NULL));
  /* What it made itself is gone, theirs is not; and nothing can be done to theirs any more. */
  CHECK (fixture_has ("memory/x") && ! fixture_has ("systemd/x"));
  CHECK_INT (0, cgroup_remove (&cg, NULL));
  CHECK (fixture_has ("memory/x"));
  fixture_end ();
}

TEST (saved_and_loaded)
{
  autocgroup struct cgroup cg = { .join_fd = -1 }, back = { .join_fd = -1 };
  v1_tree (CGROUP_HYBRID);
  CHECK_INT (0, fixture_plan ("with space", NULL, false, &cg, NULL));
  autofree char *saved = cgroup_save (&cg);
  CHECK_INT (0, cgroup_load (saved, &back, NULL));
  CHECK_INT (cg.n_dirs, back.n_dirs);
  CHECK_INT (cg.mode, back.mode);
  autofree char *again = cgroup_save (&back);
  CHECK_STR (saved, again);
  CHECK_STR ("/jobs/7/with space", path_of (&back, "memory"));
  fixture_end ();
}

TEST (damaged_texts)
{
  static const char *const texts[] = {
    "", "\n", "hybrid", "hybrid\tcgroupfs", "odd\tcgroupfs\t0\n", "hybrid\todd\t0\n",
    "legacy\tcgroupfs\t0\nmemory\n", "legacy\tcgroupfs\t0\nmemory\t/m\t/p\t0\n",
    "legacy\tcgroupfs\t0\nmemory\tm\t/p\t0\t1\n", "legacy\tcgroupfs\t0\nmemory\t/m\t/a/../../b\t0\t1\n",
  };
  for (size_t i = 0; i < ARRAY_LEN (texts); i++)
    {
      autocgroup struct cgroup cg = { .join_fd = -1 };
      CHECK_INT (-EINVAL, cgroup_load (texts[i], &cg, NULL));
    }
}

TEST (sub_cgroups)
{
  autocgroup struct cgroup cg = { .join_fd = -1 }, sub = { .join_fd = -1 };
  v1_tree (CGROUP_LEGACY);
  CHECK_INT (0, fixture_plan ("/x", NULL, false, &cg, NULL));
  fixture_mkdir ("pids/x/inner");
  CHECK_INT (0, cgroup_sub (&cg, "pids:inner", &sub, NULL));
  CHECK_STR ("/x/inner", path_of (&sub, "pids"));
  CHECK_STR ("/x", path_of (&sub, "memory"));
  cgroup_free (&sub);
  CHECK_INT (-EINVAL, cgroup_sub (&cg, "pids:../other", &sub, NULL));
  CHECK_INT (-EINVAL, cgroup_sub (&cg, "rdma:inner", &sub, NULL));
  CHECK_INT (-ENOENT, cgroup_sub (&cg, "pids:absent", &sub, NULL));
  CHECK_INT (-ENOENT, cgroup_sub (&cg, "inner", &sub, NULL));
  fixture_end ();
}

/* A process can be listed by a pid of 0, which is one that this pid namespace does not see. */
TEST (where_a_process_is)
{
  static const struct
  {
    const char *self, *want;
  } cases[] = {
    { "0::/x/inner\n", "/x/inner" }, { "0::/x\n", "/x" }, { "0::/\n", "/x" }, { "0::/xy\n", "/x" },
    { "0::/other/x\n", "/x" }, { "0::/x/a\tb\n", "/x" }, { "0::/../x\n", "/x" },
  };
  for (size_t i = 0; i < ARRAY_LEN (cases); i++)
    {
      autocgroup struct cgroup cg = { .join_fd = -1 }, of = { .join_fd = -1 };
      fixture_begin (CGROUP_UNIFIED, "0::/user\n");
      CHECK_INT (0, fixture_plan ("/x", NULL, false, &cg, NULL));
      fixture_write ("self", cases[i].self);
      CHECK_INT (0, cgroup_of_pid (&cg, 1, &of, NULL));
      CHECK_STR (cases[i].want, of.dirs[0].path);
      fixture_end ();
    }
}

TEST (all_processes)
{
  autocgroup struct cgroup cg = { .join_fd = -1 };
  autopids struct cgroup_pids pids = { 0 };
  fixture_begin (CGROUP_UNIFIED, "0::/\n");
  CHECK_INT (0, fixture_plan ("/x", NULL, false, &cg, NULL));
  CHECK_INT (0, cgroup_all_pids (&cg, &pids, NULL));
  CHECK_INT (0, pids.n);
  fixture_write ("x/cgroup.procs", "5\n0\n");
  fixture_write ("x/a/cgroup.procs", "6\n");
  fixture_write ("x/a/b/cgroup.procs", "7\n8\n");
  CHECK_INT (0, cgroup_all_pids (&cg, &pids, NULL));
  CHECK_INT (4, pids.n);
  fixture_end ();
}

TEST_MAIN (X (joined_paths) X (legacy_places) X (hybrid_places) X (unified_places) X (outside_of_the_namespace)
           X (nothing_mounted) X (makes_and_removes) X (refuses_one_in_use) X (refuses_a_frozen_one)
           X (takes_an_empty_one_and_leaves_it) X (somebody_was_faster) X (saved_and_loaded) X (damaged_texts)
           X (sub_cgroups) X (where_a_process_is) X (all_processes))
