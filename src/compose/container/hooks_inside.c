/* hooks_inside.c - runs hooks by the OCI runtime's exec, each within a time limit. In perry-compose and its jobs. */
#include "hooks_inside.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>

#include "errors.h"
#include "fs.h"
#include "spawn.h"

/* The hook is no member of its exec's process group. Its exec, which lives still, has not waited for it: the number in
 * the file is the hook's, and it leads a session and a process group of its own. */
static void
kill_hook (void *pid_file)
{
  autofree char *text = NULL;
  if (fs_read_regular (AT_FDCWD, pid_file, 64, &text, NULL, NULL) < 0 || atoi (text) <= 1)
    return;
  kill (-atoi (text), SIGKILL);
  kill (atoi (text), SIGKILL);
}

/* What PROCESS, a file, describes, inside. */
static int
exec_inside (const struct settings *s, const struct record_Container *c, const char *process, unsigned timeout,
             struct error **err)
{
  autofree char *root = run_path (s, "runtime");
  autofree char *pid_file = run_path (s, "containers/%s/" CONTAINER_HOOK_PIDFILE, c->id);
  autoclose int null = open ("/dev/null", O_WRONLY | O_CLOEXEC);
  const char *argv[] = { c->runtime, "--root", root, "exec", "--pid-file", pid_file, "--process", process,
                         c->id, NULL };
  struct spawn spawn = SPAWN_INIT;
  spawn.argv = argv;
  spawn.what = "the hook";
  spawn.timeout = timeout;
  spawn.out_fd = null; /* may be any amount; only what it says last of errors is shown */
  spawn.before_kill = kill_hook;
  spawn.before_kill_arg = pid_file;
  autospawned struct spawned done = { 0 };
  unlink (pid_file);
  int r = spawn_run (&spawn, &done, err);
  unlink (pid_file);
  TRY (r);
  return done.status ? fail (err, E_START, "exit status %d: %s", done.status, done.err.s ? done.err.s : "no message")
                     : 0;
}

static int
run_hook (const struct settings *s, const struct record_Container *c, const struct record_Hook *hook, unsigned timeout,
          struct error **err)
{
  autostrv struct strv environment = { 0 };
  autofree char *json = NULL, **argv = mem_alloc ((hook->command.n + 1) * sizeof *argv);
  autoclose int process = memfd_create ("process", MFD_CLOEXEC);
  for (size_t i = 0; i < hook->environment.n; i++)
    strv_add (&environment, hook->environment.v[i]);
  for (size_t i = 0; i < hook->command.n; i++)
    argv[i] = (char *) hook->command.v[i];
  struct exec_options o = { .user = hook->user, .working_dir = hook->working_dir, .environment = &environment,
                            .privileged = hook->privileged.value };
  TRY (bundle_exec_process (s, c, &o, argv, &json, err));
  if (process < 0 || fs_write_all (process, json, strlen (json)) < 0)
    return fail_sys (err, errno, "process object");
  autofree char *path = mem_printf ("/proc/%d/fd/%d", getpid (), process);
  return exec_inside (s, c, path, timeout, err);
}

int
hooks_inside_run (const struct settings *s, const struct record_Container *c, const struct record_Hook *v, size_t n,
                  unsigned timeout, struct error **err)
{
  for (size_t i = 0; i < n; i++)
    TRY_DOING (err, run_hook (s, c, &v[i], timeout, err), "[%zu] %s", i, v[i].command.n ? v[i].command.v[0] : "");
  return 0;
}
