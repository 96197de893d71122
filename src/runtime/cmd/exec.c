/* exec.c - the command `exec`: options to container_exec(). */
#include "commands.h"

struct exec_args
{
  struct exec_options o;
  struct cli_switch no_new_privs;
  struct cli_number preserve_fds;
};

static const struct opt exec_opts[] = {
  TEXT (exec_args, o.process, 'p', "process", "FILE", "the process as JSON, as in config.json; needs no COMMAND")
  TEXT (exec_args, o.cwd, 0, "cwd", "DIR", "the current directory in the container")
  LIST (exec_args, o.env, 'e', "env", "NAME=VALUE", "a variable of the environment (may be given again)")
  FLAG (exec_args, o.tty, 't', "tty", "give the process a terminal")
  TEXT (exec_args, o.user, 'u', "user", "UID[:GID]", "the user in the container, as numbers")
  LIST (exec_args, o.groups, 'g', "additional-gids", "GID", "a further group (may be given again)")
  LIST (exec_args, o.caps, 'c', "cap", "CAPABILITY", "a further capability (may be given again)")
  SWITCH (exec_args, no_new_privs, 0, "no-new-privs", "no privileges from set-user-ID programs")
  TEXT (exec_args, o.process_label, 0, "process-label", "LABEL", "the SELinux label of the process")
  TEXT (exec_args, o.apparmor, 0, "apparmor", "PROFILE", "the AppArmor profile of the process")
  TEXT (exec_args, o.cgroup, 0, "cgroup", "[CONTROLLER,...:]PATH", "a cgroup below the container's")
  FLAG (exec_args, o.detach, 'd', "detach", "return once the process runs")
  FLAG (exec_args, o.ignore_paused, 0, "ignore-paused", "start the process even if the container is paused")
  PROCESS_OPTIONS (exec_args)
  FLAG (exec_args, o.no_subreaper, 0, "no-subreaper", "do not adopt orphaned processes", .hidden = true)
  END_OF_OPTIONS
};

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  struct exec_args *a = args;
  int status = 0;
  autocontext struct context ctx = { 0 };
  TRY (context_open_sealed (global, &ctx, err));
  TRY (option_count (&a->preserve_fds, "preserve-fds", &a->o.preserve_fds, err));
  if (argc < 2 && ! a->o.process)
    return fail (err, EINVAL, "no command was given, and no --process FILE");
  a->o.no_new_privs.value = a->no_new_privs.value;
  a->o.no_new_privs.set = a->no_new_privs.set;
  a->o.args = argv + 1;
  TRY (container_exec (&ctx, argv[0], &a->o, &status, err));
  return status;
}

const struct command cmd_exec = {
  .name = "exec",
  .operands = "CONTAINER [COMMAND [ARGUMENT...]]",
  .min_operands = 1,
  .max_operands = -1,
  .stop_at_operand = true,
  .help = "run a further process in a running container",
  .opts = exec_opts,
  .args_size = sizeof (struct exec_args),
  .failure_status = 255,
  .run = run,
};
