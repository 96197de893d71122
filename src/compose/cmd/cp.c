/* cp.c - the command `cp`: files and directories between here and a service's containers. */
#include "copy_command.h"
#include "replica.h"

struct cp_args
{
  bool all, archive, follow;
  struct cli_number index;
};

static const struct opt cp_options[] = {
  FLAG (cp_args, all, 0, "all", "containers of `run`, too")
  FLAG (cp_args, archive, 'a', "archive", "keep owners (otherwise: root in the container, you here)")
  FLAG (cp_args, follow, 'L', "follow-link", "if SOURCE is a link, copy what it leads to")
  NUMBER (cp_args, index, 0, "index", "N", "of the service's containers, the one with this number")
  END_OF_OPTIONS
};

static int
find (struct context *c, const struct cp_args *a, const char *service, struct containers *ret, struct error **err)
{
  struct container_filter filter = { .project = c->project_name, .service = service, .oneoff = a->all ? 0 : -1 };
  if (a->index.set)
    return context_replica (c, service, &a->index, ret, err);
  TRY (containers_list (&c->settings, &filter, ret, err));
  return ret->n ? 0 : fail (err, E_NOT_FOUND, "service %s has no container in project %s", service, c->project_name);
}

/* Out of the first container, or into all of them: a stream can be read once only. */
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
  TRY (context_name (&c, err));
  TRY (find (&c, a, name, &v, err));
  size_t n = what.out || streq (what.here, "-") ? 1 : v.n;
  for (size_t i = 0; i < n; i++)
    TRY (copy_container (&c.settings, &v.v[i], &what, err));
  return 0;
}

const struct command cmd_cp = {
  .name = "cp",
  .operands = "SERVICE:PATH|PATH|- PATH|SERVICE:PATH|-",
  .min_operands = 2,
  .max_operands = 2,
  .help = "copy files between here and a service's containers, or a tar archive by standard input or output",
  .opts = cp_options,
  .args_size = sizeof (struct cp_args),
  .run = run,
};
