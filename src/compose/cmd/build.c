/* build.c - the command `build`: one service after the other, in start order, as one may be the base of the next. */
#include "build.h"
#include "service_images.h"

struct build_args
{
  struct strv arguments;
  bool no_cache, pull, push, quiet, dependencies;
};

static const struct opt options[] = {
  LIST (build_args, arguments, 0, "build-arg", "NAME=VALUE", "a variable of the build, over the compose file's")
  FLAG (build_args, no_cache, 0, "no-cache", "build every step anew")
  FLAG (build_args, pull, 0, "pull", "look for newer base images")
  FLAG (build_args, push, 0, "push", "push what was built")
  FLAG (build_args, quiet, 'q', "quiet", "do not show the build's output")
  FLAG (build_args, dependencies, 0, "with-dependencies", "also for services that the named ones depend on")
  END_OF_OPTIONS
};

static int
build_all (const struct context *c, const struct service_images *images, const struct build_args *a, struct error **err)
{
  const struct build_options o
      = { .args = &a->arguments, .no_cache = a->no_cache, .pull = a->pull, .quiet = a->quiet, .push = a->push };
  for (size_t i = 0; i < images->n; i++)
    {
      const struct service_image *image = &images->v[i];
      if (! image->definition->build)
        continue;
      if (c->settings.dry_run)
        printf ("%s would be built\n", image->reference);
      else
        TRY (build_service (&c->settings, &c->project, image->service, image->definition, &o, err));
      if (! c->settings.dry_run && ! a->quiet)
        printf ("Built %s\n", image->reference);
    }
  return 0;
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct build_args *a = args;
  autocontext struct context c = { 0 };
  autoserviceimages images = { 0 };
  const struct strv targets = { .v = argv, .n = (size_t) argc };
  for (size_t i = 0; i < a->arguments.n; i++)
    if (a->arguments.v[i][0] == '=' || ! a->arguments.v[i][0])
      return fail (err, EINVAL, "--build-arg %s: want NAME=VALUE, or NAME for the environment's", a->arguments.v[i]);
  TRY (context_open (global, &c, err));
  TRY (context_project (&c, &targets, err));
  TRY (service_images_select (&c, argc, argv, a->dependencies, false, &images, err));
  return build_all (&c, &images, a, err);
}

const struct command cmd_build = {
  .name = "build",
  .operands = "[SERVICE...]",
  .max_operands = -1,
  .help = "build the images of services that have `build`",
  .opts = options,
  .args_size = sizeof (struct build_args),
  .run = run,
};
