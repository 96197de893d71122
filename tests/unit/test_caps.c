/* test_caps.c - the names of capabilities; what a process without privileges can do with its sets. */
#include <linux/capability.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "check.h"
#include "security/security.h"

TEST (names_and_numbers)
{
  CHECK_INT (0, cap_number ("CAP_CHOWN"));
  CHECK_INT (21, cap_number ("CAP_SYS_ADMIN"));
  CHECK_INT (40, cap_number ("CAP_CHECKPOINT_RESTORE"));
  CHECK_INT (-1, cap_number ("CAP_NO_SUCH"));
  CHECK_INT (-1, cap_number ("chown"));
  CHECK_INT (-1, cap_number (""));
  for (int i = 0; i <= 40; i++)
    CHECK_INT (i, cap_number (cap_name (i)));
  CHECK (strncmp (cap_name (41), "CAP_", 4) != 0);
  CHECK (strncmp (cap_name (-1), "CAP_", 4) != 0);
}

/* Asks for everything: gets what it had at most, and no error; then for nothing, and has nothing. */
static int
in_child (void)
{
  struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct before[2], after[2];
  struct plan_process p = { .caps_set = true };
  if (syscall (SYS_capget, &head, before) < 0)
    return 1;
  p.caps[CAPS_PERMITTED] = p.caps[CAPS_EFFECTIVE] = p.caps[CAPS_AMBIENT] = UINT64_MAX >> 23;
  if (caps_apply (&p, 40, NULL) < 0 || syscall (SYS_capget, &head, after) < 0)
    return 2;
  if (after[0].permitted != before[0].permitted || after[0].effective != before[0].permitted || after[0].inheritable)
    return 3;
  p = (struct plan_process){ .caps_set = true };
  if (caps_apply (&p, 40, NULL) < 0 || syscall (SYS_capget, &head, after) < 0)
    return 4;
  return after[0].permitted || after[1].permitted || after[0].effective || after[1].effective ? 5 : 0;
}

TEST (sets_never_grow)
{
  int status = -1;
  pid_t pid = fork ();
  if (pid == 0)
    _exit (in_child ());
  waitpid (pid, &status, 0);
  CHECK_INT (0, WIFEXITED (status) ? WEXITSTATUS (status) : -1);
}

TEST (no_capabilities_object_changes_nothing)
{
  struct plan_process p = { 0 };
  CHECK_INT (0, caps_bound (&p, 40, NULL));
  CHECK_INT (0, caps_apply (&p, 40, NULL));
}

TEST_MAIN (X (names_and_numbers) X (sets_never_grow) X (no_capabilities_object_changes_nothing))
