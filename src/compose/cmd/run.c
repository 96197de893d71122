/* run.c - the command `run`: a service's image with another command, once, in a container of its own. */
#include "commands.h"
#include "dotenv.h"
#include "one_off.h"

struct run_args
{
  bool build, detach, no_deps, no_tty, quiet, quiet_pull, quiet_build, remove_orphans, rm, service_ports, use_aliases;
  struct cli_switch interactive;
  bool tty;
  struct strv cap_add, cap_drop, env, env_files, labels, publish, volumes;
  const char *entrypoint, *name, *pull, *user, *workdir;
};

static const struct opt run_options[] = {
  FLAG (run_args, build, 0, "build", "build the image first")
  LIST (run_args, cap_add, 0, "cap-add", "CAPABILITY", "add a capability")
  LIST (run_args, cap_drop, 0, "cap-drop", "CAPABILITY", "take a capability away")
  FLAG (run_args, detach, 'd', "detach", "leave it running in the background and print its id")
  TEXT (run_args, entrypoint, 0, "entrypoint", "COMMAND", "instead of the image's entrypoint")
  LIST (run_args, env, 'e', "env", "NAME=VALUE", "set a variable; NAME alone: as it is here")
  LIST (run_args, env_files, 0, "env-from-file", "FILE", "set the variables of a file")
  SWITCH (run_args, interactive, 'i', "interactive", "keep standard input open (default: yes)")
  LIST (run_args, labels, 'l', "label", "NAME=VALUE", "add a label")
  TEXT (run_args, name, 0, "name", "NAME", "the container's name")
  FLAG (run_args, no_tty, 'T', "no-tty", "no terminal, also when there is one here")
  FLAG (run_args, tty, 't', "tty", "accepted: there is a terminal where there is one here", .hidden = true)
  FLAG (run_args, no_deps, 0, "no-deps", "do not start what the service depends on")
  LIST (run_args, publish, 'p', "publish", "PORT", "publish a port: [[IP:]HOST:]CONTAINER[/PROTOCOL]")
  TEXT (run_args, pull, 0, "pull", "POLICY", "always, missing, never")
  FLAG (run_args, quiet, 'q', "quiet", "say nothing but what the command says")
  FLAG (run_args, quiet_build, 0, "quiet-build", "no output of the build")
  FLAG (run_args, quiet_pull, 0, "quiet-pull", "no progress of the pull")
  FLAG (run_args, remove_orphans, 0, "remove-orphans", "remove containers of services that the file does not have")
  FLAG (run_args, rm, 0, "rm", "remove the container when it has ended")
  FLAG (run_args, service_ports, 'P', "service-ports", "publish the service's ports")
  FLAG (run_args, use_aliases, 0, "use-aliases", "be known by the service's names on its networks")
  TEXT (run_args, user, 'u', "user", "USER", "as this user")
  LIST (run_args, volumes, 'v', "volume", "VOLUME", "mount a volume or a directory: SOURCE:TARGET[:ro]")
  TEXT (run_args, workdir, 'w', "workdir", "DIR", "in this directory of the container")
  LIST (run_args, labels, 0, "labels", "NAME=VALUE", "the same as --label", .hidden = true)
  LIST (run_args, volumes, 0, "volumes", "VOLUME", "the same as --volume", .hidden = true)
  END_OF_OPTIONS
};

/* --volume, --publish, --env-from-file and what the options say of the terminal. */
static int
make_overrides (const struct run_args *a, int argc, char **argv, struct strv *environment, struct strv *command,
                struct bundle_overrides *o, struct error **err)
{
  bool terminal = isatty (STDIN_FILENO) && isatty (STDOUT_FILENO);
  for (size_t i = 0; i < a->env_files.n; i++)
    TRY (dotenv_read (a->env_files.v[i], false, NULL, environment, err));
  for (size_t i = 0; i < a->env.n; i++)
    strv_add (environment, a->env.v[i]);
  for (int i = 1; i < argc; i++)
    strv_add (command, argv[i]);
  *o = (struct bundle_overrides) {
    .command = argc > 1 ? command : NULL,
    .entrypoint = a->entrypoint,
    .environment = environment,
    .labels = &a->labels,
    .volumes = &a->volumes,
    .publish = &a->publish,
    .cap_add = &a->cap_add,
    .cap_drop = &a->cap_drop,
    .user = a->user,
    .working_dir = a->workdir,
    .name = a->name,
    .tty = ! a->no_tty && ! a->detach && terminal,
    .open_stdin = ! a->detach && (! a->interactive.set || a->interactive.value),
    .no_ports = ! a->service_ports,
    .use_aliases = a->use_aliases,
    .remove = a->rm,
    .oneoff = true,
  };
  return 0;
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct run_args *a = args;
  autocontext struct context c = { 0 };
  autostrv struct strv environment = { 0 }, command = { 0 };
  struct strv targets = { .v = argv, .n = 1 };
  struct one_off o = { .service = argv[0], .no_deps = a->no_deps, .detach = a->detach };
  o.up = (struct up_options) { .timeout = -1, .wait_timeout = -1, .pull = a->pull, .build = a->build,
                               .quiet_pull = a->quiet_pull || a->quiet, .remove_orphans = a->remove_orphans };
  TRY (make_overrides (a, argc, argv, &environment, &command, &o.overrides, err));
  TRY (context_open (global, &c, err));
  TRY (context_project (&c, &targets, err));
  c.quiet = a->quiet;
  return one_off_run (&c, &o, err);
}

const struct command cmd_run = {
  .name = "run",
  .operands = "SERVICE [COMMAND [ARG...]]",
  .min_operands = 1,
  .max_operands = -1,
  .stop_at_operand = true,
  .help = "run a command once, in a new container of a service",
  .opts = run_options,
  .args_size = sizeof (struct run_args),
  .failure_status = 125,
  .run = run,
};
