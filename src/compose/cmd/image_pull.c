/* image_pull.c - the command `image pull`. */
#include "commands.h"
#include "pull_job.h"

struct image_pull_args
{
  const char *platform, *source;
  bool quiet, insecure;
};

static const struct opt options[] = {
  FLAG (image_pull_args, insecure, 0, "insecure", "the registry may speak http, or have a certificate of its own")
  TEXT (image_pull_args, platform, 0, "platform", "OS/ARCH[/VARIANT]", "which one, if there are several")
  FLAG (image_pull_args, quiet, 'q', "quiet", "print the ids only")
  TEXT (image_pull_args, source, 0, "source", "SOURCE", "take it from there (oci:DIR:TAG, docker-archive:FILE, …)")
  END_OF_OPTIONS
};

static int
pull_all (const struct context *c, struct job *jobs, size_t n, bool quiet, struct error **err)
{
  struct screen *screen = quiet ? NULL : context_screen (c, "Pulling");
  const struct jobs_options o = { .parallel = c->settings.parallel, .go_on = true, .screen = screen, .cancel_fd = -1 };
  int r = jobs_run (jobs, n, &o, err);
  screen_close (screen);
  for (size_t i = 0; i < n; i++)
    if (jobs[i].result)
      printf ("%s\n", jobs[i].result);
  return r;
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct image_pull_args *a = args;
  autocontext struct context c = { 0 };
  size_t n = (size_t) argc;
  TRY (context_open (global, &c, err));
  if (a->source && n > 1)
    return fail (err, EINVAL, "--source goes with one image");
  for (size_t i = 0; c.settings.dry_run && i < n; i++)
    printf ("%s would be pulled\n", argv[i]);
  if (c.settings.dry_run)
    return 0;
  autofree struct job *jobs = mem_alloc (n * sizeof *jobs);
  autofree struct pull_job *pulls = mem_alloc (n * sizeof *pulls);
  for (size_t i = 0; i < n; i++)
    {
      pulls[i] = (struct pull_job) {
        &c.settings,
        argv[i],
        { .platform = a->platform, .source = a->source, .quiet = a->quiet, .insecure = a->insecure }
      };
      jobs[i] = pull_job (&pulls[i]);
    }
  int r = pull_all (&c, jobs, n, a->quiet, err);
  jobs_free (jobs, n);
  return r;
}

const struct command cmd_image_pull = {
  .name = "image pull",
  .operands = "IMAGE...",
  .min_operands = 1,
  .max_operands = -1,
  .help = "fetch images from their registries",
  .opts = options,
  .args_size = sizeof (struct image_pull_args),
  .run = run,
};
