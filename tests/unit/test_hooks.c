/* test_hooks.c - hooks as programs that fail, hang, do not read and do not end. */
#include <fcntl.h>
#include <signal.h>
#include <time.h>

#include "check.h"
#include "hooks.h"
#include "mem.h"
#include "fs.h"

static char dir[] = "/tmp/test_hooks.XXXXXX";

static double
now (void)
{
  struct timespec t;
  clock_gettime (CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

/* Run `sh -c SCRIPT` as the only prestart hook. */
static int
run_script (const char *script, struct hook_run base, int64_t timeout, struct error **err)
{
  const char *args[] = { "sh", "-c", script };
  struct oci_hook hook = { .path = "/bin/sh", .args = { .n = 3, .v = args, .set = true } };
  if (timeout)
    hook.timeout = (struct opt_i64) { timeout, true };
  base.kind = "prestart";
  base.v = &hook;
  base.n = 1;
  if (! base.state)
    base.state = "{}";
  return hooks_run (&base, err);
}
#define PLAIN ((struct hook_run) { .cwd_fd = -1 })

static char *
written (const char *name)
{
  autofree char *path = mem_printf ("%s/%s", dir, name);
  char *text = NULL;
  return fs_read_regular (AT_FDCWD, path, 1 << 22, &text, NULL, NULL) < 0 ? NULL : text;
}

TEST (state_cwd_and_arguments)
{
  autoerror struct error *err = NULL;
  struct hook_run h = PLAIN;
  h.cwd = dir;
  h.state = "{\"id\":\"c1\"}";
  CHECK_INT (0, run_script ("cat >state; pwd >cwd; echo $0 >zero", h, 0, &err));
  autofree char *state = written ("state"), *cwd = written ("cwd"), *zero = written ("zero");
  CHECK_STR ("{\"id\":\"c1\"}", state);
  CHECK (cwd && strncmp (cwd, dir, strlen (dir)) == 0);
  CHECK_STR ("sh\n", zero);
  CHECK_STR ("", error_text (err));
}

TEST (environment)
{
  struct hook_run h = PLAIN;
  h.cwd = dir;
  h.env = (const char *const[]) { "A=default", NULL };
  CHECK_INT (0, run_script ("echo $A >a", h, 0, NULL));
  autofree char *a = written ("a");
  CHECK_STR ("default\n", a);
  const char *args[] = { "sh", "-c", "echo $A$B >b" }, *env[] = { "B=own" };
  struct oci_hook hook = { .path = "/bin/sh", .args = { .n = 3, .v = args }, .env = { .n = 1, .v = env, .set = true } };
  h.kind = "poststart", h.v = &hook, h.n = 1, h.state = "";
  CHECK_INT (0, hooks_run (&h, NULL));
  autofree char *b = written ("b");
  CHECK_STR ("own\n", b);
}

TEST (failures_are_told)
{
  autoerror struct error *err = NULL;
  CHECK (run_script ("echo out; echo line 2; echo bad >&2; exit 3", PLAIN, 0, &err) < 0);
  CHECK_STR ("error running prestart hook #0: exit status 3, stdout: out line 2, stderr: bad", error_text (err));
  CHECK (run_script ("kill -9 $$", PLAIN, 0, &err) < 0);
  CHECK_STR ("error running prestart hook #0: signal: Killed, stdout: , stderr: ", error_text (err));
}

TEST (programs_that_cannot_run)
{
  static const char *const paths[] = { "/nonexistent", "/tmp", "/etc/passwd" };
  for (size_t i = 0; i < ARRAY_LEN (paths); i++)
    {
      autoerror struct error *err = NULL;
      struct oci_hook hook = { .path = paths[i] };
      struct hook_run h = { .kind = "poststop", .v = &hook, .n = 1, .state = "{}", .cwd_fd = -1 };
      CHECK (hooks_run (&h, &err) < 0);
      CHECK (strstr (error_text (err), "error running poststop hook #0: ") && strstr (error_text (err), paths[i]));
      h.keep_going = true;
      CHECK_INT (0, hooks_run (&h, NULL));
    }
}

TEST (state_that_is_not_read)
{
  autofree char *big = malloc (1 << 20);
  memset (big, 'x', (1 << 20) - 1);
  big[(1 << 20) - 1] = '\0';
  struct hook_run h = PLAIN;
  h.state = big;
  h.cwd = dir;
  CHECK_INT (0, run_script ("true", h, 0, NULL));
  CHECK_INT (0, run_script ("exec <&-; sleep 0.05", h, 0, NULL));
  CHECK_INT (0, run_script ("cat >big", h, 0, NULL));
  autofree char *got = written ("big");
  CHECK (got && strlen (got) == (1 << 20) - 1);
}

TEST (output_is_bounded)
{
  autoerror struct error *err = NULL;
  CHECK (run_script ("head -c 1000000 /dev/zero | tr '\\0' x; exit 1", PLAIN, 0, &err) < 0);
  CHECK (strlen (error_text (err)) < 2500);
}

TEST (daemons_do_not_hold_us)
{
  double start = now ();
  CHECK_INT (0, run_script ("sleep 3 & exit 0", PLAIN, 0, NULL));
  CHECK (now () - start < 1);
}

/* It ignores SIGTERM, and has a child that holds the pipes. */
TEST (timeout_kills_the_group)
{
  autoerror struct error *err = NULL;
  struct hook_run h = PLAIN;
  h.cwd = dir;
  double start = now ();
  CHECK_INT (-ETIMEDOUT, run_script ("trap '' TERM; sleep 30 & echo $! >child; wait", h, 1, &err));
  CHECK (now () - start >= 0.9 && now () - start < 2);
  CHECK_STR ("error running prestart hook #0: hook ran past specified timeout of 1.0s", error_text (err));
  autofree char *child = written ("child");
  autofree char *stat = mem_printf ("/proc/%d/stat", child ? atoi (child) : 1), *text = NULL;
  usleep (20000);
  CHECK (fs_read_kernel (AT_FDCWD, stat, 4096, &text, NULL) < 0 || strstr (text, ") Z "));
}

TEST (signals_are_reset)
{
  sigset_t set, old;
  sigemptyset (&set);
  sigaddset (&set, SIGUSR1);
  sigprocmask (SIG_BLOCK, &set, &old);
  struct hook_run h = PLAIN;
  h.cwd = dir;
  CHECK_INT (0, run_script ("grep -E '^Sig(Blk|Ign)' /proc/self/status >mask", h, 0, NULL));
  sigprocmask (SIG_SETMASK, &old, NULL);
  autofree char *mask = written ("mask");
  CHECK_STR ("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n", mask);
}

int
main (void)
{
  if (! mkdtemp (dir))
    return 1;
  X (state_cwd_and_arguments) X (environment) X (failures_are_told) X (programs_that_cannot_run)
  X (state_that_is_not_read) X (output_is_bounded) X (daemons_do_not_hold_us) X (timeout_kills_the_group)
  X (signals_are_reset)
  fs_remove_tree (AT_FDCWD, dir, NULL);
  return check_failures || ! check_count;
}
