/* hooks_inside.c - runs hooks by the OCI runtime's exec; and container_exec(), which is how everything of ours gets
 * in. */
#include "hooks_inside.h"

#include <fcntl.h>
#include <sys/mman.h>

#include "errors.h"
#include "fs.h"
#include "spawn.h"

int
container_exec (const struct settings *s, const struct record_Container *c, const char *process_json, int in, int out,
                int err_fd, int *ret_status, struct error **err)
{
  autofree char *root = run_path (s, "runtime");
  autoclose int process = memfd_create ("process", MFD_CLOEXEC);
  if (process < 0 || fs_write_all (process, process_json, strlen (process_json)) < 0)
    return fail_sys (err, errno, "process object");
  autofree char *path = mem_printf ("/proc/%d/fd/%d", getpid (), process);
  const char *argv[] = { c->runtime, "--root", root, "exec", "--process", path, c->id, NULL };
  struct spawn spawn = SPAWN_INIT;
  spawn.argv = argv;
  spawn.what = "exec";
  spawn.in_fd = in;
  spawn.out_fd = out;
  spawn.err_fd = err_fd;
  autospawned struct spawned done = { 0 };
  TRY (spawn_run (&spawn, &done, err));
  if (ret_status)
    *ret_status = done.status;
  if (! ret_status && done.status)
    return fail (err, E_START, "exit status %d: %s", done.status, done.err.s ? done.err.s : "no message");
  return 0;
}

static int
run_hook (const struct settings *s, const struct record_Container *c, const struct record_Hook *hook,
          struct error **err)
{
  autostrv struct strv environment = { 0 };
  autofree char *json = NULL, **argv = mem_alloc ((hook->command.n + 1) * sizeof *argv);
  for (size_t i = 0; i < hook->environment.n; i++)
    strv_add (&environment, hook->environment.v[i]);
  for (size_t i = 0; i < hook->command.n; i++)
    argv[i] = (char *) hook->command.v[i];
  struct exec_options o = { .user = hook->user, .working_dir = hook->working_dir, .environment = &environment,
                            .privileged = hook->privileged.value };
  TRY (bundle_exec_process (s, c, &o, argv, &json, err));
  return container_exec (s, c, json, -1, -1, -1, NULL, err);
}

int
hooks_inside_run (const struct settings *s, const struct record_Container *c, const struct record_Hook *v, size_t n,
                  struct error **err)
{
  for (size_t i = 0; i < n; i++)
    TRY_DOING (err, run_hook (s, c, &v[i], err), "[%zu] %s", i, v[i].command.n ? v[i].command.v[0] : "");
  return 0;
}
