/* test_bundle_parts.c - the pieces that bundles are made of: paths, options of mounts, capabilities, seccomp
 * profiles. */
#include "bundle_parts.h"
#include "capabilities.h"
#include "check.h"
#include "mount_options.h"
#include "seccomp_default.h"
#include "seccomp_profile.h"

TEST (paths)
{
  static const struct { const char *from, *want; } rows[] = {
    { "/a/b", "/a/b" },       { "/a//b/./c/", "/a/b/c" },     { "/../../etc", "/etc" }, { "/a/../../b", "/b" },
    { "/", "/" },             { "", "/" },                    { "/..", "/" },           { "a/b", "/a/b" },
    { "/a/.../b", "/a/.../b" }, { "/a/b/../..", "/" },        { "/.hidden/..x", "/.hidden/..x" },
  };
  autoarena struct arena a = { 0 };
  for (size_t i = 0; i < ARRAY_LEN (rows); i++)
    CHECK_STR (rows[i].want, clean_path (&a, rows[i].from));
}

TEST (tmpfs)
{
  static const struct { const char *from, *want; } rows[] = {
    { "", "nosuid,nodev,noexec" },
    { "size=64m,mode=1777", "nosuid,nodev,noexec,size=67108864,mode=1777" },
    { "exec,uid=5,gid=6", "nosuid,nodev,exec,uid=5,gid=6" },
    { "size=50%", "nosuid,nodev,noexec,size=50%" },
    { "ro,rw", "rw,nosuid,nodev,noexec" },
    { "noatime,huge=within_size", "huge=within_size,nosuid,nodev,noexec,noatime" },
    { "size=1e99", NULL },
    { "size=-1", NULL },
    { "size", NULL },
    { "mode=abc", NULL },
    { "mode=17777777", NULL },
    { "uid=-1", NULL },
    { "ro=1", NULL },
    { "lowerdir=/", NULL },
  };
  autoarena struct arena a = { 0 };
  for (size_t i = 0; i < ARRAY_LEN (rows); i++)
    {
      const char *got = NULL;
      tmpfs_options (&a, rows[i].from, &got, NULL);
      CHECK_STR (rows[i].want, got);
    }
}

TEST (cpus)
{
  int64_t n = 0;
  CHECK (cpus_parse ("0.5", &n) == 0 && n == 500000);
  CHECK (cpus_parse ("2", &n) == 0 && n == 2000000);
  CHECK (cpus_parse ("-1", &n) < 0);
  CHECK (cpus_parse ("nan", &n) < 0);
  CHECK (cpus_parse ("1e99", &n) < 0);
  CHECK (cpus_parse ("1x", &n) < 0);
  CHECK (cpus_parse ("", &n) < 0);
}

static struct oci_strings
list (struct arena *a, const char *one, const char *other)
{
  struct oci_strings l = { 0 };
  if (one)
    strings_add (a, &l, one);
  if (other)
    strings_add (a, &l, other);
  return l;
}

/* The bounding set in words; "" for an error. */
static const char *
chosen (struct arena *a, const char *add, const char *drop, bool root, const char *member)
{
  struct oci_strings l = list (a, add, NULL), d = list (a, drop, NULL);
  uint64_t set, added;
  if (capabilities_choose (&l, &d, false, &set, &added, NULL) < 0)
    return "";
  struct oci_capabilities *c = capabilities_make (a, set, added, root);
  const struct oci_strings *v = streq (member, "ambient") ? &c->ambient : streq (member, "effective") ? &c->effective
         : &c->bounding;
  autotext struct text t = { 0 };
  for (size_t i = 0; i < v->n; i++)
    text_printf (&t, "%s%s", i ? " " : "", v->v[i] + strlen ("CAP_"));
  return make_string (a, t.s ? t.s : "none");
}

TEST (capabilities)
{
  autoarena struct arena a = { 0 };
  CHECK_STR ("CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE NET_RAW SYS_CHROOT MKNOD "
             "AUDIT_WRITE SETFCAP",
             chosen (&a, NULL, NULL, true, "bounding"));
  CHECK_STR ("none", chosen (&a, NULL, "ALL", true, "bounding"));
  CHECK_STR ("KILL", chosen (&a, "cap_kill", "all", true, "effective"));
  CHECK_STR ("none", chosen (&a, "KILL", "ALL", true, "ambient"));
  CHECK_STR ("KILL", chosen (&a, "KILL", "ALL", false, "ambient"));
  CHECK_STR ("KILL", chosen (&a, "KILL", NULL, false, "effective"));
  CHECK (! strstr (chosen (&a, NULL, "CHOWN", true, "bounding"), "CHOWN"));
  CHECK (strstr (chosen (&a, "ALL", "CHOWN", true, "bounding"), "SYS_PTRACE") != NULL);
  CHECK_STR ("", chosen (&a, "NO_SUCH", NULL, true, "bounding"));
  CHECK_STR ("", chosen (&a, NULL, "NO_SUCH", true, "bounding"));
}

/* What the first rule without arguments that names CALL says; "" if none does. */
static const char *
verdict (const struct oci_seccomp *s, const char *call)
{
  for (size_t i = 0; i < s->syscalls.n; i++)
    for (size_t k = 0; k < s->syscalls.v[i].names.n; k++)
      if (streq (s->syscalls.v[i].names.v[k], call) && s->syscalls.v[i].args.n == 0)
        return s->syscalls.v[i].action;
  return "";
}

TEST (default_profile)
{
  autoarena struct arena a = { 0 };
  const struct oci_strings none = { 0 }, admin = list (&a, "CAP_SYS_ADMIN", "CAP_BPF");
  const struct oci_seccomp *s = seccomp_default (&a, &none), *with = seccomp_default (&a, &admin);
  CHECK_INT (ENOSYS, s->default_errno_ret.value);
  CHECK_STR ("SCMP_ACT_ALLOW", verdict (s, "openat"));
  CHECK_STR ("SCMP_ACT_ERRNO", verdict (s, "unshare"));
  CHECK_STR ("SCMP_ACT_ERRNO", verdict (s, "keyctl"));
  CHECK_STR ("SCMP_ACT_ERRNO", verdict (s, "mount"));
  CHECK_STR ("", verdict (s, "clone"));
  CHECK_STR ("", verdict (s, "clone3"));
  CHECK_STR ("SCMP_ACT_ALLOW", verdict (with, "mount"));
  CHECK_STR ("SCMP_ACT_ALLOW", verdict (with, "clone3"));
  CHECK_STR ("SCMP_ACT_ERRNO", verdict (with, "keyctl"));
  CHECK_STR ("SCMP_ACT_ERRNO", verdict (with, "reboot"));
}

/* No call may be both allowed and refused: runtimes take the one or the other. */
TEST (default_profile_says_it_once)
{
  autoarena struct arena a = { 0 };
  const struct oci_strings admin = list (&a, "CAP_SYS_ADMIN", "CAP_BPF");
  const struct oci_seccomp *s = seccomp_default (&a, &admin);
  for (size_t i = 0; i < s->syscalls.n; i++)
    for (size_t k = 0; k < s->syscalls.v[i].names.n; k++)
      for (size_t j = 0; j <= i; j++)
        for (size_t l = 0; l < s->syscalls.v[j].names.n && (j < i || l < k); l++)
          {
            bool twice = streq (s->syscalls.v[i].names.v[k], s->syscalls.v[j].names.v[l]);
            CHECK (! twice || s->syscalls.v[i].args.n);
          }
}

TEST (profile_of_a_file)
{
  static const char text[]
    = "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86_64\",\"subArchitectures\":"
      "[\"SCMP_ARCH_X86\"]}],\"syscalls\":[{\"names\":[\"mkdir\"],\"action\":\"SCMP_ACT_ERRNO\",\"excludes\":{\"caps\":"
      "[\"CAP_SYS_ADMIN\"]}},"
      "{\"name\":\"chmod\",\"action\":\"SCMP_ACT_KILL\",\"includes\":{\"caps\":[\"CAP_SYS_ADMIN\"]}},"
      "{\"names\":[\"chown\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":7,\"includes\":{\"minKernel\":\"2.6\"}},"
      "{\"names\":[\"link\"],\"action\":\"SCMP_ACT_ERRNO\",\"includes\":{\"minKernel\":\"99.0\"}}]}";
  autoarena struct arena a = { 0 };
  autoerror struct error *err = NULL;
  const struct oci_strings none = { 0 }, admin = list (&a, "CAP_SYS_ADMIN", NULL);
  struct oci_seccomp *s = NULL, *with = NULL;
  CHECK_INT (0, seccomp_profile (&a, "p", text, strlen (text), &none, &s, &err));
  CHECK_INT (0, seccomp_profile (&a, "p", text, strlen (text), &admin, &with, &err));
  CHECK_STR ("SCMP_ACT_ERRNO", verdict (s, "mkdir"));
  CHECK_STR ("", verdict (s, "chmod"));
  CHECK_STR ("SCMP_ACT_ERRNO", verdict (s, "chown"));
  CHECK_STR ("", verdict (s, "link"));
  CHECK_STR ("", verdict (with, "mkdir"));
  CHECK_STR ("SCMP_ACT_KILL", verdict (with, "chmod"));
  CHECK (seccomp_profile (&a, "p", "{}", 2, &none, &s, &err) < 0);
  CHECK (strstr (error_text (err), "p:1:") != NULL);
}

TEST (environment)
{
  autoarena struct arena a = { 0 };
  struct oci_strings env = { 0 };
  environment_set (&a, &env, "A", "1");
  environment_set (&a, &env, "AB", "2");
  environment_set (&a, &env, "A", "3=4");
  CHECK_INT (2, env.n);
  CHECK_STR ("3=4", environment_get (&env, "A"));
  CHECK_STR ("2", environment_get (&env, "AB"));
  CHECK_STR (NULL, environment_get (&env, "B"));
}

TEST_MAIN (X (paths) X (tmpfs) X (cpus) X (capabilities) X (default_profile) X (default_profile_says_it_once)
           X (profile_of_a_file) X (environment))
