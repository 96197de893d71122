/* test_plan_mounts.c - mounts: what may be mounted where, and what options become. */
#include <sys/mount.h>

#include "plan_fixture.h"

#define MOUNT "{ 'destination': '/data', 'type': 'tmpfs', 'options': [ 'ro' ] }"
#define NS_END "{ 'type': 'mount' } ]"
#define MAPS "'uidMappings': [ { 'containerID': 0, 'hostID': 1000, 'size': 10 } ]"

static const struct change changes[] = {
  { "57", "'destination': '/data'", "'destination': ''", "mounts[1].destination: empty" },
  { "57", "'destination': '/data'", "'destination': '/'", "mounts[1].destination: the container's root directory" },
  { "57", "'destination': '/data'", "'destination': '/x/../..'", "mounts[1].destination: the container's root" },
  { "57", "'destination': '/data'", "'destination': 'data'", NULL },
  { "58", "'destination': '/data'", "'destination': '/proc'", "/proc can only be a proc file system, not tmpfs" },
  { "58", "'destination': '/data'", "'destination': '/x/../proc//sys'", "/proc/sys is inside /proc" },
  { "58", "'destination': '/data'", "'destination': '/proc/../proc/self'", "/proc/self is inside /proc" },
  { "58", "'destination': '/data'", "'destination': '/proc/meminfo'", NULL },
  { "58", "'destination': '/data'", "'destination': '/proc/sys/kernel/ns_last_pid'", NULL },
  { "58", "'destination': '/data'", "'destination': '/process'", NULL },
  { "58", "'destination': '/data'", "'destination': '/sys'", "/sys can only be a sysfs file system or a bind mount" },
  { "58", "'destination': '/data'", "'destination': '/sys/fs/cgroup'", NULL },
  { "58 rootless /sys", MOUNT, "{ 'destination': '/sys', 'type': 'none', 'source': '/sys', 'options': [ 'rbind' ] }",
    NULL },
  { "proc bind is checked when mounted", MOUNT,
    "{ 'destination': '/proc', 'type': 'bind', 'source': '/proc', 'options': [ 'bind' ] }", NULL },
  { "56", MOUNT, "{ 'destination': '/d', 'type': 'bind', 'options': [ 'bind' ] }", "mounts[1].source: required" },
  { "61 data", MOUNT, "{ 'destination': '/d', 'source': '/s', 'options': [ 'bind', 'size=1' ] }",
    NULL },
  { "61 type", MOUNT, "{ 'destination': '/d', 'source': '/s' }", "mounts[1].type: required" },
  { "61", MOUNT, "{ 'destination': '/d', 'source': '/s', 'options': [ 'bind', 'idmap' ] }",
    "mounts[1].options: idmap needs uidMappings and gidMappings" },
  { "61", MOUNT, "{ 'destination': '/d', 'source': '/s', 'options': [ 'bind' ], " MAPS " }",
    "mounts[1].gidMappings: required, as uidMappings is given" },
  { "61", MOUNT, "{ 'destination': '/d', 'type': 'tmpfs', 'options': [ 'idmap' ] }",
    "only bind mounts can be id-mapped" },
  { "E18", MOUNT, "{ 'destination': '/d', 'source': '/s', 'options': [ 'bind', 'tmpcopyup' ] }", "is for tmpfs only" },
  { "E22", MOUNT, "{ 'destination': '/d', 'source': '/s', 'options': [ 'bind', 'copy-symlink', 'src-nofollow' ] }",
    "copy-symlink goes with neither" },
};

TEST (refused) { CHECK_CHANGES (changes) }

/* The plan of one mount, in place of the base's second. */
static const struct plan_mount *
one (struct fixture *f, const char *mount)
{
  autofree char *text = substitute (base_config, MOUNT, mount);
  fixture_make (f, text, &fixture_host);
  CHECK_STR ("", error_text (f->error));
  static const struct plan_mount none = { 0 };
  return f->result == 0 ? &f->plan.mounts[1] : &none;
}

static const struct
{
  const char *options;
  unsigned long flags, cleared;
  uint64_t rec_set, rec_clear;
  const char *data;
} option_rows[] = {
  { "", 0, 0, 0, 0, NULL },
  { "'defaults'", 0, 0, 0, 0, NULL },
  { "'nosuid', 'nodev', 'noexec'", MS_NOSUID | MS_NODEV | MS_NOEXEC, 0, 0, 0, NULL },
  { "'ro', 'rw'", 0, MS_RDONLY, 0, 0, NULL },
  { "'rw', 'ro'", MS_RDONLY, 0, 0, 0, NULL },
  { "'suid', 'dev', 'exec'", 0, MS_NOSUID | MS_NODEV | MS_NOEXEC, 0, 0, NULL },
  { "'noatime', 'relatime'", MS_RELATIME, 0, 0, 0, NULL },
  { "'relatime', 'noatime'", MS_NOATIME, 0, 0, 0, NULL },
  { "'strictatime'", MS_STRICTATIME, 0, 0, 0, NULL },
  { "'strictatime', 'nostrictatime'", 0, MS_STRICTATIME, 0, 0, NULL },
  { "'nosymfollow', 'iversion', 'lazytime', 'silent', 'mand', 'dirsync', 'sync'",
    MS_NOSYMFOLLOW | MS_I_VERSION | MS_LAZYTIME | MS_SILENT | MS_MANDLOCK | MS_DIRSYNC | MS_SYNCHRONOUS, 0, 0, 0,
      NULL },
  { "'rro'", 0, 0, MOUNT_ATTR_RDONLY, 0, NULL },
  { "'rro', 'rrw'", 0, 0, 0, MOUNT_ATTR_RDONLY, NULL },
  { "'rrw', 'rro'", 0, 0, MOUNT_ATTR_RDONLY, 0, NULL },
  { "'rnoatime'", 0, 0, MOUNT_ATTR_NOATIME, MOUNT_ATTR__ATIME, NULL },
  { "'rnoatime', 'rstrictatime'", 0, 0, MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME, NULL },
  { "'rnoatime', 'rrelatime'", 0, 0, 0, MOUNT_ATTR__ATIME, NULL },
  { "'rnosymfollow', 'rnosuid', 'rdev'", 0, 0, MOUNT_ATTR_NOSYMFOLLOW | MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV, NULL },
  { "'size=1m', 'mode=755'", 0, 0, 0, 0, "size=1m,mode=755" },
  { "'size=1m,mode=755', '', 'nr_inodes=5,'", 0, 0, 0, 0, "size=1m,mode=755,nr_inodes=5" },
  { "'uid=5'", 0, 0, 0, 0, "uid=5" },
};

TEST (options)
{
  for (size_t i = 0; i < ARRAY_LEN (option_rows); i++)
    {
      autofixture struct fixture f;
      autofree char *text = mem_printf ("{ 'destination': '/d', 'type': 'tmpfs', 'options': [ %s ] }",
                                        option_rows[i].options);
      const struct plan_mount *m = one (&f, text);
      unsigned before = check_failures;
      CHECK_INT (option_rows[i].flags, m->flags);
      CHECK_INT (option_rows[i].cleared, m->cleared);
      CHECK_INT (option_rows[i].rec_set, m->rec_set);
      CHECK_INT (option_rows[i].rec_clear, m->rec_clear);
      CHECK_STR (option_rows[i].data, m->data);
      if (check_failures > before)
        fprintf (stderr, "  %s\n", option_rows[i].options);
    }
}

TEST (propagation_in_order)
{
  autofixture struct fixture f;
  const struct plan_mount *m = one (&f, "{ 'destination': '/d', 'type': 'bind', 'source': 'rel', "
                                        "'options': [ 'rprivate', 'shared', 'rbind' ] }");
  CHECK_INT (2, m->n_propagation);
  CHECK_INT (MS_PRIVATE | MS_REC, m->propagation[0]);
  CHECK_INT (MS_SHARED, m->propagation[1]);
  CHECK (m->bind && m->rbind && ! m->type);
  CHECK_STR ("/bundle/rel", m->source);
  CHECK_STR ("rprivate,shared,rbind", m->copy);
}

TEST (type_bind_is_enough)
{
  autofixture struct fixture f;
  const struct plan_mount *m = one (&f, "{ 'destination': 'd/./e//', 'type': 'bind', 'source': '/s' }");
  CHECK (m->bind && ! m->rbind);
  CHECK_STR ("/d/e", m->target);
  CHECK_INT (1, m->index);
  CHECK (! f.plan.dev_from_host);
}

TEST (special)
{
  autofixture struct fixture f, g, h;
  const struct plan_mount *m = one (&f,
    "{ 'destination': '/dev', 'type': 'bind', 'source': '/dev', 'options': ['ro'] }");
  CHECK (f.plan.dev_from_host && m->late_ro);
  m = one (&g, "{ 'destination': '/sys/fs/cgroup', 'type': 'cgroup', 'options': ['ro'] }");
  CHECK (m->cgroup && ! m->late_ro);
  CHECK_STR ("cgroup", m->source);
  m = one (&h, "{ 'destination': '/t', 'type': 'tmpfs', 'options': ['ro', 'tmpcopyup'] }");
  CHECK (m->late_ro && m->tmpcopyup && (m->flags & MS_RDONLY));
}

#define USERNS(size)                                                                                             \
  "{ 'type': 'mount' }, { 'type': 'user' } ], 'uidMappings': [ { 'containerID': 0, 'hostID': 1000, 'size': 1 } ],"\
  "'gidMappings': [ { 'containerID': 0, 'hostID': 1000, 'size': " size " } ]"

TEST (ids_in_a_user_namespace)
{
  static const struct
  {
    const char *mount, *want, *data;
  } rows[] = {
    { "{ 'destination': '/d', 'type': 'tmpfs', 'options': [ 'uid=5' ] }",
      "mounts[1].options[0]: cannot specify uid=5", NULL },
    { "{ 'destination': '/d', 'type': 'tmpfs', 'options': [ 'mode=1,gid=99' ] }", "cannot specify gid=99", NULL },
    { "{ 'destination': '/d', 'type': 'devpts', 'options': [ 'gid=99', 'mode=620' ] }", "", "mode=620" },
    { "{ 'destination': '/d', 'type': 'devpts', 'options': [ 'gid=10', 'mode=620' ] }", "", "gid=10,mode=620" },
  };
  autofree char *base = substitute (base_config, NS_END, USERNS ("50"));
  for (size_t i = 0; i < ARRAY_LEN (rows); i++)
    {
      autofixture struct fixture f;
      autofree char *text = substitute (base, MOUNT, rows[i].mount);
      fixture_make (&f, text, &fixture_host);
      CHECK (strstr (error_text (f.error), rows[i].want));
      CHECK (! *rows[i].want == (f.result == 0));
      if (f.result == 0)
        CHECK_STR (rows[i].data, f.plan.mounts[1].data);
    }
}

TEST (idmap)
{
  autofree char *base = substitute (base_config, NS_END, USERNS ("50"));
  autofree char *text = substitute (base, MOUNT,
    "{ 'destination': '/d', 'source': '/s', 'options': [ 'rbind', 'ridmap' ] }");
  autofixture struct fixture f, g;
  fixture_make (&f, text, &fixture_host);
  CHECK_INT (0, f.result);
  CHECK (f.plan.mounts[1].idmap && f.plan.mounts[1].ridmap);
  CHECK_INT (50, f.plan.mounts[1].maps.gids[0].size);
  const struct plan_mount *m = one (&g,
    "{ 'destination': '/d', 'source': '/s', 'options': [ 'bind' ], " MAPS ", 'gidMappings': "
                                        "[ { 'containerID': 7, 'hostID': 8, 'size': 9 } ] }");
  CHECK (m->idmap && ! m->ridmap);
  CHECK_INT (8, m->maps.gids[0].host);
}

TEST (on_the_host)
{
  autofixture struct fixture f;
  fixture_make (&f,
    "{ 'ociVersion': '1.3.0', 'root': { 'path': '/r' }, 'mounts': [ { 'destination': '/d', 'type': 'tmpfs' } ] }",
                &fixture_host);
  CHECK_STR ("", error_text (f.error));
}

TEST (names_for_features)
{
  const char *name;
  size_t n = 0, bind = 0, rslave = 0;
  for (; plan_mount_option_name (n, &name); n++)
    {
      bind += streq (name, "bind");
      rslave += streq (name, "rslave");
    }
  CHECK (n > 60);
  CHECK_INT (1, bind);
  CHECK_INT (1, rslave);
}

/* 60: linear time. */
TEST (ten_thousand)
{
  autotext struct text t = { 0 };
  for (int i = 0; i < 10000; i++)
    text_printf (&t, "%s{ 'destination': '/d/%d', 'type': 'tmpfs', 'options': [ 'ro', 'size=1' ] }", i ? "," : "", i);
  const struct change c = { "60", MOUNT, t.s, NULL };
  check_change (&c, &fixture_host);
}

TEST_MAIN (X (refused) X (options) X (propagation_in_order) X (type_bind_is_enough) X (special)
           X (ids_in_a_user_namespace) X (idmap) X (on_the_host) X (names_for_features) X (ten_thousand))
