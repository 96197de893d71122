/* container_run.c - the commands `container run` and `container create`: a container without a compose file. */
#include "container_flags.h"
#include "net.h"
#include "one_off.h"
#include "pull_job.h"
#include "single.h"

struct run_args
{
  struct container_flags flags;
  bool detach;
};

#define FLAG_ROW(kind, member, letter, name, value, attribute, help) \
  FLAG_OPT_##kind (run_args, flags.member, letter, name, value, help)

static const struct opt run_options[] = {
  CONTAINER_FLAGS (FLAG_ROW)
  FLAG (run_args, detach, 'd', "detach", "leave it running in the background and print its id")
  TEXT (run_args, flags.name, 0, "name", "NAME", "its name (default: made of the image's and a random number)")
  FLAG (run_args, flags.remove, 0, "rm", "remove it when it has ended")
  TEXT (run_args, flags.spec, 0, "spec", "FILE",
        "a JSON object instead of options: image, name, cmd, entrypoint, env, ports, …")
  END_OF_OPTIONS
};

static const struct opt create_options[] = {
  CONTAINER_FLAGS (FLAG_ROW)
  TEXT (run_args, flags.name, 0, "name", "NAME", "its name (default: made of the image's and a random number)")
  FLAG (run_args, flags.remove, 0, "rm", "remove it when it has ended")
  TEXT (run_args, flags.spec, 0, "spec", "FILE",
        "a JSON object instead of options: image, name, cmd, entrypoint, env, ports, …")
  END_OF_OPTIONS
};

static int
take_operands (struct container_flags *f, int argc, char **argv, struct error **err)
{
  if (argc > 0)
    f->image = mem_strdup (argv[0]);
  for (int i = 1; i < argc; i++)
    strv_add (&f->command, argv[i]);
  if (f->spec)
    TRY_DOING (err, container_flags_spec (f, err), "--spec %s", f->spec);
  return f->image ? 0 : fail (err, EINVAL, "which image? Name one, or give --spec a file that does");
}

static int
load (struct context *c, struct container_flags *f, struct error **err)
{
  struct load_options o = global_load_options (c->global, NULL);
  struct node *service = NULL;
  o.all_resources = true;
  f->tier = f->tier ? f->tier : c->global->policy;
  TRY (container_flags_tree (f, &c->project.arena, &service, err));
  TRY (project_from_service (&o, service, &c->project, err));
  print_load_warnings (c->global, &c->project.warnings, c->settings.runtime);
  return 0;
}

/* As the pull policy says. */
static int
find_image (struct context *c, const struct compose_Service *service, struct image *ret, struct error **err)
{
  static const char *const policies[] = { "missing", "always", "never" };
  const char *policy = service->pull_policy ? service->pull_policy : policies[0];
  bool known = false, here = image_find (&c->settings, service->image, ret, NULL) >= 0;
  for (size_t i = 0; i < ARRAY_LEN (policies); i++)
    known |= streq (policy, policies[i]);
  if (! known)
    return fail (err, E_COMPOSE_FILE, "--pull %s: want always, missing or never", policy);
  if (! here && streq (policy, "never"))
    return fail (err, E_NO_IMAGE, "image %s is not here and --pull is never", service->image);
  if (here && ! streq (policy, "always"))
    return 0;
  struct pull_job pull = { &c->settings, service->image, { .platform = service->platform } };
  struct job job = pull_job (&pull);
  struct screen *screen = context_screen (c, "Pulling");
  const struct jobs_options o = { .screen = screen, .cancel_fd = -1 };
  image_free (ret);
  int r = jobs_run (&job, 1, &o, err);
  jobs_free (&job, 1);
  screen_close (screen);
  return r < 0 ? r : image_find (&c->settings, service->image, ret, err);
}

/* The default network is made, others must be there. */
static int
ensure_networks (struct context *c, struct error **err)
{
  const struct compose_Project *m = c->project.model;
  autostrv struct strv there = { 0 };
  TRY (network_list (&c->settings, NULL, &there, err));
  for (size_t i = 0; i < m->networks.n; i++)
    {
      bool created, found = streq (m->networks.keys[i], SINGLE_NETWORK);
      for (size_t k = 0; k < there.n; k++)
        found |= streq (there.v[k], m->networks.keys[i]);
      if (! found)
        return fail (err, E_NOT_FOUND, "--network %s: there is no such network (`perry-compose network ls` lists them)",
                     m->networks.keys[i]);
      if (streq (m->networks.keys[i], SINGLE_NETWORK))
        TRY (network_ensure (&c->settings, &m->networks.v[i], NULL, NULL, &created, err));
    }
  return 0;
}

static int
create (struct context *c, const struct container_flags *f, struct bundle *ret, int *ret_lock, struct error **err)
{
  const struct compose_Service *service = &c->project.model->services.v[0];
  const struct bundle_overrides overrides = { .name = f->name, .remove = f->remove };
  autoimage struct image image = { 0 };
  autoclose int hold = -1;
  TRY (find_image (c, service, &image, err));
  TRY (image_hold (&c->settings, &hold, err));
  image_free (&image);
  TRY (image_find (&c->settings, service->image, &image, err));
  TRY (ensure_networks (c, err));
  const struct bundle_input in = { .settings = &c->settings, .service = service, .image = &image,
                                   .overrides = &overrides, .ret_lock = ret_lock };
  containers_sweep (&c->settings);
  return bundle_create (&in, ret, err);
}

/* What did not start is not left behind. */
static int
start (struct context *c, const struct bundle *b, bool detach, struct error **err)
{
  autocontainers struct containers left = { 0 };
  int r = one_off_start (c, b->record, detach, err);
  if (r < 0 && container_find (&c->settings, b->record->id, &left, NULL) >= 0 && ! container_has_run (&left.v[0]))
    container_remove (&c->settings, &left.v[0], &(struct container_removal) { .timeout = 0, .volumes = true }, NULL);
  return r;
}

static int
make (const void *global, struct run_args *a, bool run_it, int argc, char **argv, struct error **err)
{
  autocontext struct context c = { 0 };
  autobundle struct bundle b = { 0 };
  autoclose int lock = -1;
  TRY (take_operands (&a->flags, argc, argv, err));
  TRY (context_open (global, &c, err));
  TRY (load (&c, &a->flags, err));
  if (c.settings.dry_run)
    {
      printf ("a container would be %s\n", run_it ? "run" : "created");
      return 0;
    }
  TRY (create (&c, &a->flags, &b, run_it ? &lock : NULL, err));
  if (run_it)
    return start (&c, &b, a->detach, err);
  printf ("%s\n", b.record->id);
  return 0;
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  struct run_args *a = args;
  int r = make (global, a, true, argc, argv, err);
  container_flags_free (&a->flags);
  return r;
}

static int
run_create (const void *global, void *args, int argc, char **argv, struct error **err)
{
  struct run_args *a = args;
  int r = make (global, a, false, argc, argv, err);
  container_flags_free (&a->flags);
  return r;
}

const struct command cmd_container_run = {
  .name = "container run",
  .operands = "[IMAGE [COMMAND [ARG...]]]",
  .max_operands = -1,
  .stop_at_operand = true,
  .help = "run a command in a new container, without a compose file",
  .opts = run_options,
  .args_size = sizeof (struct run_args),
  .failure_status = 125,
  .run = run,
};

const struct command cmd_container_create = {
  .name = "container create",
  .operands = "[IMAGE [COMMAND [ARG...]]]",
  .max_operands = -1,
  .stop_at_operand = true,
  .help = "make a container without a compose file, and do not start it",
  .opts = create_options,
  .args_size = sizeof (struct run_args),
  .run = run_create,
};
