/* test_plan.c - what a plan holds: the translation of good values (bad ones: test_plan_5a.c). */
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/sysmacros.h>

#include "plan_fixture.h"
#include "plan_parts.h"

#define NS_END "{ 'type': 'mount' } ]"
#define CAP(n) (UINT64_C (1) << (n))

/* The plan of the base with one change. */
static const struct plan *
changed (struct fixture *f, const char *find, const char *replace)
{
  autofree char *text = substitute (base_config, find, replace);
  fixture_make (f, text, &fixture_host);
  CHECK_STR ("", error_text (f->error));
  return &f->plan;
}

TEST (whole)
{
  autofixture struct fixture f;
  const struct plan *p = changed (&f, "rootfs", "./rootfs/");
  CHECK_STR ("/bundle/rootfs", p->rootfs);
  CHECK_STR ("c1", p->hostname);
  CHECK_INT (CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNS, p->ns_new);
  CHECK_INT (MS_SLAVE | MS_REC, p->propagation);
  CHECK_INT (0, p->root_propagation);
  CHECK_STR ("/proc/kcore", p->masked.v[0]);
  CHECK_STR ("kernel/shmmax", p->sysctls[0].path);
  CHECK_STR ("/perry/c1", p->cgroup.path);
  CHECK (p->cgroup.resources && p->has_process && p->process.no_new_privileges);
  CHECK_INT (1024, p->process.rlimits[0].limit.rlim_cur);
  CHECK_INT (RLIMIT_NOFILE, p->process.rlimits[0].resource);
  CHECK_INT (10, p->process.groups[0]);
  CHECK_INT (-1, p->process.io_priority);
  CHECK (! p->process.umask_set && ! p->process.keep_groups && ! p->process.scheduler_set);
}

TEST (minimal)
{
  autofixture struct fixture f;
  fixture_make (&f, "{ 'ociVersion': '1.3.0', 'root': { 'path': '/r' } }", &fixture_host);
  CHECK_INT (0, f.result);
  CHECK (! f.plan.has_process);
  CHECK_INT (0, f.plan.ns_new);
  CHECK_INT (6, f.plan.n_devices);
}

TEST (clean_path)
{
  static const char *const rows[][2] = {
    { "", "/" }, { "/", "/" }, { "a", "/a" }, { "/a//b/./c/", "/a/b/c" }, { "/..", "/" }, { "../../a", "/a" },
    { "/a/../b", "/b" }, { "/a/b/../../..", "/" }, { "/...", "/..." }, { "/a/..b", "/a/..b" }, { ".", "/" },
  };
  struct plan p = { 0 };
  for (size_t i = 0; i < ARRAY_LEN (rows); i++)
    CHECK_STR (rows[i][1], plan_clean_path (&p, rows[i][0]));
  plan_free (&p);
}

TEST (list)
{
  static const char *const good[] = { "0", "0-3", "0-3,7", "7,7", "5-5" };
  static const char *const bad[] = { "", ",", "0,", ",0", "-", "1-", "-1", "3-1", "0-8", "8", " 1", "1 ", "0x1",
    "1-2-3",
                                     "99999999999999999999", "a", "+1" };
  for (size_t i = 0; i < ARRAY_LEN (good); i++)
    CHECK (plan_list_valid (good[i], 8));
  for (size_t i = 0; i < ARRAY_LEN (bad); i++)
    {
      CHECK (! plan_list_valid (bad[i], 8));
      if (plan_list_valid (bad[i], 8))
        fprintf (stderr, "  %s\n", bad[i]);
    }
}

TEST (map_id)
{
  const struct plan_id_map maps[] = { { 0, 1000, 1 }, { 1, 100000, 10 } };
  CHECK_INT (1000, plan_map_id (maps, 2, 0));
  CHECK_INT (100009, plan_map_id (maps, 2, 10));
  CHECK_INT (-1, plan_map_id (maps, 2, 11));
  CHECK_INT (4294967294, plan_map_id (NULL, 0, 4294967294));
}

TEST (environment_last_wins)
{
  autofixture struct fixture f;
  const struct plan *p = changed (&f, "'PATH=/bin'", "'A=1', 'AB=2', 'B=3', 'A=4', 'B=', 'A=5=6'");
  CHECK_STR ("AB=2", p->process.env[0]);
  CHECK_STR ("B=", p->process.env[1]);
  CHECK_STR ("A=5=6", p->process.env[2]);
  CHECK_STR (NULL, p->process.env[3]);
}

/* D18: what is unknown, cannot be granted or would be refused by the kernel is left out. */
TEST (capabilities)
{
  autofixture struct fixture f, g;
  const struct plan *p = changed (&f, "{ 'bounding': [ 'CAP_KILL' ], 'permitted': [ 'CAP_KILL' ] }",
    "{ 'bounding': [ 'CAP_CHOWN', 'CAP_KILL', 'CAP_SYS_RESOURCE', 'CAP_X' ], 'permitted': [ 'CAP_CHOWN', 'CAP_KILL' ], "
    "'effective': [ 'CAP_CHOWN', 'CAP_FOWNER' ], 'inheritable': [ 'CAP_CHOWN', 'CAP_FOWNER' ], "
    "'ambient': [ 'CAP_CHOWN', 'CAP_KILL' ] }");
  const uint64_t *caps = p->process.caps;
  CHECK (p->process.caps_set);
  CHECK_INT (CAP (0) | CAP (5), caps[CAPS_BOUNDING]);
  CHECK_INT (CAP (0) | CAP (5), caps[CAPS_PERMITTED]);
  CHECK_INT (CAP (0), caps[CAPS_EFFECTIVE]);
  CHECK_INT (CAP (0), caps[CAPS_INHERITABLE]);
  CHECK_INT (CAP (0), caps[CAPS_AMBIENT]);
  p = changed (&g, "'capabilities': { 'bounding': [ 'CAP_KILL' ], 'permitted': [ 'CAP_KILL' ] },", "");
  CHECK (! p->process.caps_set);
}

TEST (capabilities_of_a_user_namespace)
{
  autofree char *text = substitute (base_config, NS_END, "{ 'type': 'user', 'path': '/u' }, { 'type': 'mount' } ]");
  autofree char *text2 = substitute (text, "'bounding': [ 'CAP_KILL' ]", "'bounding': [ 'CAP_SYS_RESOURCE' ]");
  autofixture struct fixture f;
  fixture_make (&f, text2, &fixture_host);
  CHECK_INT (0, f.result);
  CHECK_INT (CAP (24), f.plan.process.caps[CAPS_BOUNDING]);
}

TEST (devices)
{
  autofixture struct fixture f;
  const struct plan *p = changed (&f, "{ 'path': '/dev/x', 'type': 'c', 'major': 1, 'minor': 3 }",
    "{ 'path': '/dev//null', 'type': 'u', 'major': 9, 'minor': 8, 'fileMode': 8624, 'uid': 3 }, "
    "{ 'path': '/dev/ptmx', 'type': 'c', 'major': 5, 'minor': 2 }, { 'path': '/f', 'type': 'p' }");
  CHECK_INT (7, p->n_devices);
  CHECK_STR ("/dev/null", p->devices[0].path);
  CHECK_INT (S_IFCHR | 0660, p->devices[0].mode);
  CHECK (p->devices[0].rdev == makedev (9, 8) && p->devices[0].uid == 3 && ! p->devices[0].standard);
  CHECK_INT (S_IFIFO | 0666, p->devices[1].mode);
  CHECK_STR ("/dev/zero", p->devices[2].path);
  CHECK (p->devices[2].standard);
}

TEST (propagation)
{
  static const struct
  {
    const char *name;
    unsigned long before, after;
  } rows[] = {
    { "'shared'", MS_SHARED, MS_SHARED },           { "'rshared'", MS_SHARED | MS_REC, MS_SHARED | MS_REC },
    { "'private'", MS_PRIVATE | MS_REC, 0 },        { "'slave'", MS_SLAVE | MS_REC, 0 },
    { "'unbindable'", MS_PRIVATE | MS_REC, MS_UNBINDABLE }, { "''", MS_SLAVE | MS_REC, 0 },
  };
  for (size_t i = 0; i < ARRAY_LEN (rows); i++)
    {
      autofixture struct fixture f;
      const struct plan *p = changed (&f, "'rslave'", rows[i].name);
      CHECK_INT (rows[i].before, p->propagation);
      CHECK_INT (rows[i].after, p->root_propagation);
    }
}

TEST (sysctl_paths)
{
  autofixture struct fixture f;
  autofree char *text = substitute (base_config, NS_END, "{ 'type': 'network' }, { 'type': 'mount' } ]");
  autofree char *text2 = substitute (text, "'kernel.shmmax': '1'", "'net.ipv4.conf.eth0/100.forwarding': '1', "
                                     "'net/ipv4/conf/eth0.100/forwarding': '1', 'fs.mqueue.msg_max': '2'");
  fixture_make (&f, text2, &fixture_host);
  CHECK_INT (3, f.plan.n_sysctls);
  if (f.plan.n_sysctls != 3)
    return;
  CHECK_STR ("net/ipv4/conf/eth0.100/forwarding", f.plan.sysctls[0].path);
  CHECK_STR ("net/ipv4/conf/eth0.100/forwarding", f.plan.sysctls[1].path);
  CHECK_STR ("fs/mqueue/msg_max", f.plan.sysctls[2].path);
}

#define SECCOMP "'seccomp': { 'defaultAction': 'SCMP_ACT_ALLOW',\n" \
  "                 'syscalls': [ { 'names': [ 'mkdir' ], 'action': 'SCMP_ACT_ERRNO' } ] }"
#define NOTIFY \
  "'defaultAction': 'SCMP_ACT_ALLOW', 'syscalls': [ { 'names': [ 'mkdir' ], 'action': 'SCMP_ACT_NOTIFY' } ]"

TEST (seccomp)
{
  static const struct
  {
    const char *seccomp;
    bool spec, notify;
    unsigned flags;
    const char *path;
  } rows[] = {
    { "{}", false, false, 0, NULL },
    { "{ 'defaultAction': '', 'flags': [] }", false, false, 0, NULL },
    { "{ 'defaultAction': 'SCMP_ACT_ALLOW' }", true, false, SECCOMP_FILTER_FLAG_SPEC_ALLOW, NULL },
    { "{ 'defaultAction': 'SCMP_ACT_ALLOW', 'flags': [] }", true, false, 0, NULL },
    { "{ 'defaultAction': 'SCMP_ACT_ALLOW', 'listenerPath': '/s', 'flags': [ 'SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV', "
      "'SECCOMP_FILTER_FLAG_LOG' ] }", true, false, SECCOMP_FILTER_FLAG_LOG, NULL },
    { "{ " NOTIFY ", 'listenerPath': '/s', 'listenerMetadata': 'm', 'flags': [ 'SECCOMP_FILTER_FLAG_TSYNC' ] }",
      true, true,
      SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_TSYNC_ESRCH | SECCOMP_FILTER_FLAG_NEW_LISTENER, "/s" },
  };
  for (size_t i = 0; i < ARRAY_LEN (rows); i++)
    {
      autofixture struct fixture f;
      autofree char *replace = mem_printf ("'seccomp': %s", rows[i].seccomp);
      const struct plan_seccomp *s = &changed (&f, SECCOMP, replace)->seccomp;
      CHECK_INT (rows[i].spec, s->spec != NULL);
      CHECK_INT (rows[i].notify, s->notify);
      CHECK_INT (rows[i].flags, s->flags);
      CHECK_STR (rows[i].path, s->listener_path);
    }
}

TEST (attributes)
{
  autofixture struct fixture f, g;
  const struct plan_process *p = &changed (&f, "'terminal': false",
    "'oomScoreAdj': -5, 'ioPriority': { 'class': 'IOPRIO_CLASS_RT', 'priority': 4 }, 'scheduler': { 'policy': "
    "'SCHED_DEADLINE', 'runtime': 2000, 'deadline': 3000, 'period': 4000, 'flags': [ 'SCHED_FLAG_RESET_ON_FORK', "
    "'SCHED_FLAG_RECLAIM' ] }, 'execCPUAffinity': { 'initial': '0' }, 'consoleSize': "
    "{ 'height': 24, 'width': 80 }")->process;
  CHECK_INT (-5, p->oom_score_adj);
  CHECK_INT (1 << 13 | 4, p->io_priority);
  CHECK (p->scheduler_set && p->scheduler.policy == 6 && p->scheduler.flags == 3 && p->scheduler.deadline == 3000);
  CHECK (! p->cpus_initial);
  CHECK_INT (24, p->rows);
  p = &changed (&g, NS_END,
    NS_END ", 'personality': { 'domain': 'LINUX32' }, 'memoryPolicy': { 'mode': 'MPOL_INTERLEAVE', "
                "'nodes': '0-1', 'flags': [ 'MPOL_F_STATIC_NODES' ] }")->process;
  CHECK (p->personality_set && p->personality == 8);
  CHECK (p->memory_policy_set && p->memory_policy == (3 | 1 << 15));
  CHECK_STR ("0-1", p->memory_policy_nodes);
}

TEST (keep_groups)
{
  autofixture struct fixture f;
  CHECK (changed (&f, "'org.example': 'x'", "'run.oci.keep_original_groups': '1'")->process.keep_groups);
}

TEST (cgroup_paths)
{
  autofixture struct fixture f, g;
  CHECK_STR ("a/b", changed (&f, "'/perry/c1'", "'a//b/'")->cgroup.path);
  CHECK_STR (NULL, changed (&g, "'/perry/c1'", "''")->cgroup.path);
}

static void
check_systemd (const char *path, const char *want)
{
  const struct plan_options options = { .id = "c1", .manager = CGROUP_SYSTEMD };
  struct fixture f = { 0 };
  autofree char *quoted = mem_printf ("'%s'", path), *text = substitute (base_config, "'/perry/c1'", quoted);
  const struct oci_config *config = fixture_parse (&f, text);
  f.result = plan_build (config, &fixture_host, &options, &f.plan, &f.error);
  CHECK (want ? strstr (error_text (f.error), want) != NULL : f.result == 0);
  fixture_free (&f);
}

TEST (systemd_paths)
{
  check_systemd ("system.slice:perry:c1", NULL);
  check_systemd (":perry:c1", NULL);
  check_systemd ("/perry/c1", "linux.cgroupsPath: expected cgroupsPath to be of format \"slice:prefix:name\"");
  check_systemd ("a:b:", "linux.cgroupsPath: expected");
  check_systemd ("a:b:c:d", "linux.cgroupsPath: expected");
  check_systemd ("a/b:c:d", "linux.cgroupsPath: names of systemd units");
}

/* A process document for exec. */
static void
exec_plan (struct fixture *f, const char *process)
{
  *f = (struct fixture) { 0 };
  const struct oci_config *config = fixture_parse (f, base_config);
  autofree char *text = mem_strdup (process);
  for (char *c = text; *c; c++)
    *c = *c == '\'' ? '"' : *c;
  const struct oci_process *parsed = oci_parse (&oci_process_schema, text, strlen (text), &f->process_doc);
  CHECK (parsed);
  f->result = plan_build_exec (config, parsed, &fixture_host, &fixture_options, &f->plan, &f->error);
}

TEST (exec_inherits_restrictions)
{
  autofixture struct fixture f, g, h;
  exec_plan (&f, "{ 'args': [ 'ls' ], 'cwd': '/', 'execCPUAffinity': { 'initial': '0-1', 'final': '3' } }");
  CHECK_INT (0, f.result);
  CHECK_STR ("ls", f.plan.process.args[0]);
  CHECK (f.plan.process.no_new_privileges && f.plan.process.caps_set && f.plan.seccomp.spec);
  CHECK_INT (CAP (5), f.plan.process.caps[CAPS_BOUNDING]);
  CHECK_INT (1, f.plan.process.n_rlimits);
  CHECK_INT (0, f.plan.process.n_groups);
  CHECK_STR (NULL, f.plan.process.env[0]);
  CHECK_STR ("3", f.plan.process.cpus_final);
  exec_plan (&g, "{ 'args': [ 'ls' ], 'cwd': '/', 'noNewPrivileges': false, 'capabilities': {}, 'rlimits': [] }");
  CHECK (! g.plan.process.no_new_privileges && g.plan.process.caps_set);
  CHECK_INT (0, g.plan.process.caps[CAPS_BOUNDING] | g.plan.process.n_rlimits);
  exec_plan (&h, "{ 'args': [ 'ls' ], 'cwd': 'x' }");
  CHECK_STR ("process.cwd: Cwd must be an absolute path", error_text (h.error));
}

/* Whoever runs this. */
TEST (host)
{
  struct host host;
  struct error *error = NULL;
  CHECK_INT (0, host_probe (&host, "/b", &error));
  CHECK_STR ("", error_text (error));
  CHECK_INT (geteuid (), host.euid);
  CHECK_INT (geteuid () != 0, host.rootless);
  CHECK (host.last_cap >= 37 && host.last_cap < 64);
  CHECK (host.last_cap == 63 || host.bounding >> (host.last_cap + 1) == 0);
  CHECK_STR ("/b", host.bundle);
}

TEST_MAIN (X (whole) X (minimal) X (clean_path) X (list) X (map_id) X (environment_last_wins) X (capabilities)
           X (capabilities_of_a_user_namespace) X (devices) X (propagation) X (sysctl_paths) X (seccomp) X (attributes)
           X (keep_groups) X (cgroup_paths) X (systemd_paths) X (host) X (exec_inherits_restrictions))
