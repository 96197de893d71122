/* push.c - the command `push`: the images of services that are built. */
#include "image.h"
#include "jobs.h"
#include "service_images.h"

struct push_args
{
  bool ignore_failures, dependencies, quiet;
};

static const struct opt options[] = {
  FLAG (push_args, ignore_failures, 0, "ignore-push-failures", "push what can be pushed, and call that success")
  FLAG (push_args, dependencies, 0, "include-deps", "also for services that the named ones depend on")
  FLAG (push_args, quiet, 'q', "quiet", "no progress")
  END_OF_OPTIONS
};

struct push
{
  const struct settings *settings;
  const struct service_image *image;
};

static int
run_push (void *arg, struct error **err)
{
  const struct push *p = arg;
  int r = image_push (p->settings, p->image->reference, NULL, false, err);
  return r < 0 && err && *err ? wrap (err, "service %s", p->image->service) : r;
}

static int
push_all (const struct context *c, const struct service_images *images, const struct push_args *a, struct error **err)
{
  autofree struct job *jobs = mem_alloc ((images->n + 1) * sizeof *jobs);
  autofree struct push *pushes = mem_alloc ((images->n + 1) * sizeof *pushes);
  size_t n = 0;
  struct screen *screen = a->quiet ? NULL : context_screen (c, "Pushing");
  for (size_t i = 0; i < images->n; i++)
    {
      const struct service_image *image = &images->v[i];
      if (! image->definition->build || ! image->definition->image || c->settings.dry_run)
        continue;
      pushes[n] = (struct push) { &c->settings, image };
      jobs[n] = (struct job) {
        .name = image->row, .run = run_push, .arg = &pushes[n], .doing = "Pushing", .done = "Pushed"
      };
      n++;
    }
  return service_images_run (c, jobs, n, screen, a->ignore_failures, err);
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct push_args *a = args;
  autocontext struct context c = { 0 };
  autoserviceimages images = { 0 };
  const struct strv targets = { .v = argv, .n = (size_t) argc };
  TRY (context_open (global, &c, err));
  TRY (context_project (&c, &targets, err));
  TRY (service_images_select (&c, argc, argv, a->dependencies, true, &images, err));
  return push_all (&c, &images, a, err);
}

const struct command cmd_push = {
  .name = "push",
  .operands = "[SERVICE...]",
  .max_operands = -1,
  .help = "copy the images of services that have `build` and `image` to their registries",
  .opts = options,
  .args_size = sizeof (struct push_args),
  .run = run,
};
