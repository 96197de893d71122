/* main.c - perry-runtime: the table of the program. What happens is in cli.c (reading), cmd/ (commands), container.h
 * (verbs). */
#include <fcntl.h>

#include "cmd/commands.h"

#define COMMAND_POINTER(name) &cmd_##name,
static const struct command *const commands[] = { COMMANDS (COMMAND_POINTER) NULL };

static const struct program perry_runtime = {
  .name = "perry-runtime",
  .help = "run containers from OCI bundles",
  .opts = global_options,
  .args_size = sizeof (struct global_args),
  .commands = commands,
  .prepare = global_prepare,
  .print_version = print_version,
};

/* A caller may have closed some of them. The first files that we open would have their numbers then: errors would be written
 * into them, and the container would be given them. */
static bool
fill_standard_streams (void)
{
  for (int fd = 0; fd < 3; fd++)
    if (fcntl (fd, F_GETFD) < 0 && errno == EBADF && open ("/dev/null", O_RDWR) != fd)
      return false;
  return true;
}

int
main (int argc, char **argv)
{
  if (! fill_standard_streams ())
    {
      dprintf (STDERR_FILENO, "perry-runtime: open /dev/null in place of a closed standard stream: %s\n", strerror (errno));
      return 1;
    }
  program_argv = argv;
  return cli_main (&perry_runtime, argc, argv);
}
