/* main.c - perry-runtime: the table of the program. What happens is in cli.c (reading), cmd/ (commands), container.h
 * (verbs). */
#include "cmd/commands.h"
#include "start_up.h"

#define COMMAND_POINTER(name) &cmd_##name,
static const struct command *const commands[] = { COMMANDS (COMMAND_POINTER) NULL };

#define WORDS(...) (const char *const[]) { __VA_ARGS__, NULL }
static const struct cli_list lists[] = { { "CONTAINER", WORDS ("list", "--quiet") }, { NULL, NULL } };

static const struct program perry_runtime = {
  .name = "perry-runtime",
  .help = "run containers from OCI bundles",
  .opts = global_options,
  .args_size = sizeof (struct global_args),
  .commands = commands,
  .prepare = global_prepare,
  .print_version = print_version,
  .lists = lists,
};

int
main (int argc, char **argv)
{
  if (! fill_standard_streams ())
    {
      dprintf (STDERR_FILENO, "perry-runtime: open /dev/null in place of a closed standard stream: %s\n",
               strerror (errno));
      return 1;
    }
  program_argv = argv;
  return cli_main (&perry_runtime, argc, argv);
}
