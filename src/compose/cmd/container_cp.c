/* container_cp.c - the command `container cp`: `cp` for a container by name or id. */
#include "copy_command.h"
#include "single.h"

struct cp_args
{
  bool archive, follow;
};

static const struct opt cp_options[] = {
  FLAG (cp_args, archive, 'a', "archive", "keep owners (otherwise: root in the container, you here)")
  FLAG (cp_args, follow, 'L', "follow-link", "if SOURCE is a link, copy what it leads to")
  END_OF_OPTIONS
};

static int
run (const void *global, void *args, int argc UNUSED, char **argv, struct error **err)
{
  const struct cp_args *a = args;
  autocontext struct context c = { 0 };
  autocontainers struct containers v = { 0 };
  autofree char *name = NULL;
  struct copy_command what = { .archive = a->archive, .follow = a->follow };
  TRY (copy_operands (argv[0], argv[1], &what, &name, err));
  TRY (context_open (global, &c, err));
  TRY (single_find (&c, name, false, &v, err));
  return copy_container (&c.settings, &v.v[0], &what, err);
}

const struct command cmd_container_cp = {
  .name = "container cp",
  .operands = "CONTAINER:PATH|PATH|- PATH|CONTAINER:PATH|-",
  .min_operands = 2,
  .max_operands = 2,
  .help = "copy files between here and a container, or a tar archive by standard input or output",
  .opts = cp_options,
  .args_size = sizeof (struct cp_args),
  .run = run,
};
