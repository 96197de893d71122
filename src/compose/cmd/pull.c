/* pull.c - the command `pull`. */
#include "image.h"
#include "jobs.h"
#include "service_images.h"

struct pull_args
{
  bool ignore_buildable, ignore_failures, dependencies, quiet, parallel, no_parallel;
  const char *policy;
};

static const struct opt options[] = {
  FLAG (pull_args, ignore_buildable, 0, "ignore-buildable", "leave out what can be built")
  FLAG (pull_args, ignore_failures, 0, "ignore-pull-failures", "pull what can be pulled, and call that success")
  FLAG (pull_args, dependencies, 0, "include-deps", "also for services that the named ones depend on")
  TEXT (pull_args, policy, 0, "policy", "POLICY", "missing: only what is not here; always")
  FLAG (pull_args, quiet, 'q', "quiet", "no progress")
  FLAG (pull_args, parallel, 0, "parallel", "accepted, without effect", .hidden = true)
  FLAG (pull_args, no_parallel, 0, "no-parallel", "accepted, without effect", .hidden = true)
  END_OF_OPTIONS
};

struct pull
{
  const struct settings *settings;
  const struct service_image *image;
  const struct pull_args *args;
};

static int
run_pull (void *arg, struct error **err)
{
  const struct pull *p = arg;
  struct image_pull how = { .platform = p->image->definition->platform, .quiet = p->args->quiet };
  int r = image_pull (p->settings, p->image->reference, &how, NULL, err);
  return r < 0 && err && *err ? wrap (err, "service %s", p->image->service) : r;
}

/* Is there nothing to pull for I? What can be built has no registry unless `image` names one. */
static bool
is_left_out (const struct settings *s, const struct service_image *i, const struct pull_args *a)
{
  const char *policy = i->definition->pull_policy;
  autofree char *id = NULL;
  if (i->definition->build && (a->ignore_buildable || ! i->definition->image))
    return true;
  if (a->policy)
    return streq (a->policy, "missing") && image_resolve (s, i->reference, &id, NULL, NULL) >= 0;
  return policy && (streq (policy, "never") || streq (policy, "build"));
}

static int
pull_images (const struct context *c, const struct service_images *images, const struct pull_args *a,
             struct error **err)
{
  autofree struct job *jobs = mem_alloc ((images->n + 1) * sizeof *jobs);
  autofree struct pull *pulls = mem_alloc ((images->n + 1) * sizeof *pulls);
  size_t n = 0;
  struct screen *screen = a->quiet ? NULL : context_screen (c, "Pulling");
  for (size_t i = 0; i < images->n; i++)
    {
      const struct service_image *image = &images->v[i];
      if (is_left_out (&c->settings, image, a))
        screen_row (screen, image->row, SCREEN_SKIPPED, "Skipped", NULL);
      else if (c->settings.dry_run)
        screen_row (screen, image->row, SCREEN_SKIPPED, "Would be pulled", NULL);
      else
        {
          pulls[n] = (struct pull) { &c->settings, image, a };
          jobs[n] = (struct job) {
            .name = image->row, .run = run_pull, .arg = &pulls[n], .doing = "Pulling", .done = "Pulled"
          };
          n++;
        }
    }
  return service_images_run (c, jobs, n, screen, a->ignore_failures, err);
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct pull_args *a = args;
  autocontext struct context c = { 0 };
  autoserviceimages images = { 0 };
  const struct strv targets = { .v = argv, .n = (size_t) argc };
  if (a->policy && ! streq (a->policy, "missing") && ! streq (a->policy, "always"))
    return fail (err, EINVAL, "--policy %s: want missing or always", a->policy);
  TRY (context_open (global, &c, err));
  TRY (context_project (&c, &targets, err));
  TRY (service_images_select (&c, argc, argv, a->dependencies, true, &images, err));
  service_images_add_hooks (&images);
  return pull_images (&c, &images, a, err);
}

const struct command cmd_pull = {
  .name = "pull",
  .operands = "[SERVICE...]",
  .max_operands = -1,
  .help = "fetch the images of services",
  .opts = options,
  .args_size = sizeof (struct pull_args),
  .run = run,
};
