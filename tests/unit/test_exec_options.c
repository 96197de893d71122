/* test_exec_options.c - exec's process from options: what may be given as an id, what --cap touches. */
#include "check.h"
#include "process_options.h"

static struct oci_process base_process;

static int
user_of (const char *text, int64_t *uid, int64_t *gid)
{
  struct exec_options o = { .user = text };
  struct process_changes changes = { 0 };
  struct oci_process p;
  int r = process_from_options (&base_process, &o, &p, &changes, NULL);
  if (r == 0)
    {
      *uid = p.user->uid.value;
      *gid = p.user->gid.value;
    }
  process_changes_free (&changes);
  return r;
}

/* CVE-2026-30892, CVE-2024-40635: whatever is not plainly a number must not become root. */
TEST (user_is_a_number_or_refused)
{
  static struct oci_user user = { .uid = { 7, true }, .gid = { 8, true } };
  static const char *const refused[] = { "",   ":",    ":2",  "1:",   "root", "1x",         " 1",           "1 ",  "+1",
                                         "-1", "0x10", "1:-1", "1:x", "1:2:3", "4294967295", "4294967296",
                                         "18446744073709551617" };
  int64_t uid = -1, gid = -1;
  base_process = (struct oci_process) { .user = &user };
  for (size_t i = 0; i < ARRAY_LEN (refused); i++)
    if (user_of (refused[i], &uid, &gid) != -EINVAL)
      {
        fprintf (stderr, "--user '%s' was taken\n", refused[i]);
        CHECK (false);
      }
  CHECK_INT (0, user_of ("1", &uid, &gid));
  CHECK_INT (1, uid);
  CHECK_INT (8, gid);
  CHECK_INT (0, user_of ("1:2", &uid, &gid));
  CHECK_INT (2, gid);
  CHECK_INT (0, user_of ("4294967294:0", &uid, &gid));
  CHECK_INT (4294967294, uid);
  CHECK_INT (7, user.uid.value);
}

TEST (cap_never_becomes_inheritable)
{
  const char *had[] = { "CAP_KILL" };
  char *added[] = { "CAP_NET_RAW", NULL };
  struct oci_capabilities caps = { .bounding = { .n = 1, .v = had }, .permitted = { .n = 1, .v = had } };
  struct exec_options o = { .caps = { .v = added, .n = 1 } };
  struct process_changes changes = { 0 };
  struct oci_process p;
  base_process = (struct oci_process) { .capabilities = &caps };
  CHECK_INT (0, process_from_options (&base_process, &o, &p, &changes, NULL));
  CHECK_INT (2, p.capabilities->bounding.n);
  CHECK_STR ("CAP_NET_RAW", p.capabilities->bounding.v[1]);
  CHECK_INT (1, p.capabilities->effective.n);
  CHECK_INT (0, p.capabilities->inheritable.n);
  CHECK_INT (0, p.capabilities->ambient.n);
  CHECK_INT (1, caps.bounding.n);
  process_changes_free (&changes);
}

TEST (environment_is_appended)
{
  const char *had[] = { "A=1", "B=2" };
  char *added[] = { "A=3", NULL };
  char *args[] = { "sh", "-c", "true", NULL };
  struct exec_options o = { .env = { .v = added, .n = 1 }, .args = args, .cwd = "/tmp", .tty = true };
  struct process_changes changes = { 0 };
  struct oci_process p;
  base_process = (struct oci_process) { .env = { .n = 2, .v = had }, .cwd = "/" };
  CHECK_INT (0, process_from_options (&base_process, &o, &p, &changes, NULL));
  CHECK_INT (3, p.env.n);
  CHECK_STR ("A=3", p.env.v[2]);
  CHECK_INT (3, p.args.n);
  CHECK_STR ("/tmp", p.cwd);
  CHECK (p.terminal.set && p.terminal.value);
  process_changes_free (&changes);
}

TEST_MAIN (X (user_is_a_number_or_refused) X (cap_never_becomes_inheritable) X (environment_is_appended))
