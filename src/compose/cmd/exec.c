/* exec.c - the commands `exec` and `container exec`: the OCI runtime's exec with our terminal, streams and exit
 * status. */
#include <sys/mman.h>

#include "commands.h"
#include "foreground.h"
#include "fs.h"
#include "replica.h"
#include "run_status.h"
#include "single.h"

struct exec_args
{
  bool detach, privileged, no_tty, interactive, tty;
  struct strv env;
  struct cli_number index;
  const char *user, *workdir;
};

/* The first row is for services only. */
static const struct opt exec_options[] = {
  NUMBER (exec_args, index, 0, "index", "N", "of the service's containers, the one with this number")
  FLAG (exec_args, detach, 'd', "detach", "do not wait for the command")
  LIST (exec_args, env, 'e', "env", "NAME=VALUE", "set a variable; NAME alone: as it is here")
  FLAG (exec_args, no_tty, 'T', "no-tty", "no terminal, also when there is one here")
  FLAG (exec_args, interactive, 'i', "interactive", "accepted: standard input is always there", .hidden = true)
  FLAG (exec_args, tty, 't', "tty", "accepted: there is a terminal where there is one here", .hidden = true)
  FLAG (exec_args, privileged, 0, "privileged", "with all capabilities")
  TEXT (exec_args, user, 'u', "user", "USER", "as this user: a name, an id, USER:GROUP")
  TEXT (exec_args, workdir, 'w', "workdir", "DIR", "in this directory of the container")
  END_OF_OPTIONS
};

/* What docker's exec ends with where the command could not be run, by what the runtime logged: it ends with one status
 * for all of it, which may be the command's own, too. */
static int
status_of (int status, int log, struct error **err)
{
  autofree char *said = NULL;
  enum { LOG_LIMIT = 65536 };
  if (status <= 0 || lseek (log, 0, SEEK_SET) < 0 || fs_read_stream (log, "log", LOG_LIMIT, &said, NULL, err) < 0
      || ! *said)
    return status;
  return run_status (said);
}

/* The runtime gets our streams and our process group, so that a terminal's keys reach it. We stay, since it knows
 * the process object and its log by our descriptors' names in procfs (it closes those that it inherits), and hand on
 * what is sent to us. */
static int
run_runtime (const struct context *c, const struct record_Container *record, const char *json, bool detach,
             struct error **err)
{
  autofree char *root = run_path (&c->settings, "runtime");
  autoclose int process = memfd_create ("process", MFD_CLOEXEC), log = memfd_create ("log", MFD_CLOEXEC);
  if (process < 0 || log < 0 || fs_write_all (process, json, strlen (json)) < 0)
    return fail_sys (err, errno, "process object");
  autofree char *process_path = mem_printf ("/proc/%d/fd/%d", getpid (), process);
  autofree char *log_path = mem_printf ("/proc/%d/fd/%d", getpid (), log);
  const char *argv[12] = { record->runtime, "--root", root, "--log", log_path, "exec", "--process", process_path };
  size_t n = 8;
  if (detach)
    argv[n++] = "--detach";
  argv[n] = record->id;
  return status_of (foreground_run (argv, err), log, err);
}

static int
exec_in (const struct context *c, const struct container *it, const struct exec_args *a, char **argv,
         struct error **err)
{
  autofree char *json = NULL;
  struct exec_options o = {
    .user = a->user, .working_dir = a->workdir, .environment = &a->env, .privileged = a->privileged
  };
  if (c->settings.dry_run)
    {
      printf ("%s would be run in container %s\n", argv[0], it->record->name);
      return 0;
    }
  o.tty = ! a->no_tty && ! a->detach && isatty (STDIN_FILENO) && isatty (STDOUT_FILENO);
  TRY (bundle_exec_process (&c->settings, it->record, &o, argv, &json, err));
  return run_runtime (c, it->record, json, a->detach, err);
}

static int
run (const void *global, void *args, int argc UNUSED, char **argv, struct error **err)
{
  const struct exec_args *a = args;
  autocontext struct context c = { 0 };
  autocontainers struct containers v = { 0 };
  TRY (context_open (global, &c, err));
  TRY (context_name (&c, err));
  TRY (context_replica_or_one_off (&c, argv[0], &a->index, &v, err));
  if (! streq (v.v[0].state, "running"))
    return fail (err, E_CONFLICT, "service %s is not running: container %s is %s", argv[0], v.v[0].record->name,
                 v.v[0].state);
  return exec_in (&c, &v.v[0], a, argv + 1, err);
}

static int
run_single (const void *global, void *args, int argc UNUSED, char **argv, struct error **err)
{
  autocontext struct context c = { 0 };
  autocontainers struct containers v = { 0 };
  TRY (context_open (global, &c, err));
  TRY (single_find (&c, argv[0], true, &v, err));
  return exec_in (&c, &v.v[0], args, argv + 1, err);
}

const struct command cmd_exec = {
  .name = "exec",
  .operands = "SERVICE COMMAND [ARG...]",
  .min_operands = 2,
  .max_operands = -1,
  .stop_at_operand = true,
  .help = "run a command in a service's container",
  .opts = exec_options,
  .args_size = sizeof (struct exec_args),
  .failure_status = 125,
  .run = run,
};

const struct command cmd_container_exec = {
  .name = "container exec",
  .operands = "CONTAINER COMMAND [ARG...]",
  .min_operands = 2,
  .max_operands = -1,
  .stop_at_operand = true,
  .help = "run a command in a container",
  .opts = exec_options + 1,
  .args_size = sizeof (struct exec_args),
  .failure_status = 125,
  .run = run_single,
};
