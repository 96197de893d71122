/* main.c - perry-compose: the table of the program. */
#include "commands.h"
#include "start_up.h"

#define COMMAND_POINTER(name) &cmd_##name,
static const struct command *const commands[] = { COMMANDS (COMMAND_POINTER) NULL };

#define WORDS(...) (const char *const[]) { __VA_ARGS__, NULL }
static const struct cli_list lists[] = {
  { "SERVICE", WORDS ("config", "--services") },
  { "PROJECT", WORDS ("ls", "--all", "--quiet") },
  { "PROFILE", WORDS ("config", "--profiles") },
  { "CONTAINER", WORDS ("container", "ls", "--all", "--format", "{{.Names}}") },
  { "IMAGE", WORDS ("image", "ls", "--names") },
  { "VOLUME", WORDS ("volume", "ls", "--quiet") },
  { "NETWORK", WORDS ("network", "ls", "--quiet") },
  { "SECRET", WORDS ("secret", "ls", "--quiet") },
  { NULL, NULL },
};

static const struct program perry_compose = {
  .name = "perry-compose",
  .help = "run the services of a compose file, without a daemon",
  .opts = global_options,
  .args_size = sizeof (struct global_args),
  .commands = commands,
  .prepare = global_prepare,
  .print_version = print_version,
  .report = global_report,
  .for_programs = global_for_programs,
  .lists = lists,
  .section = "1",
  .print_statuses = print_statuses,
};

int
main (int argc, char **argv)
{
  if (! fill_standard_streams ())
    {
      dprintf (STDERR_FILENO, "perry-compose: open /dev/null in place of a closed standard stream: %s\n",
               strerror (errno));
      return 1;
    }
  return cli_main (&perry_compose, argc, argv);
}
