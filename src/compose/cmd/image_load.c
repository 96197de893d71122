/* image_load.c - the command `image load`. */
#include "commands.h"
#include "image.h"
#include "jobs.h"

struct image_load_args
{
  const char *input, *name, *platform;
  bool quiet;
};

static const struct opt options[] = {
  TEXT (image_load_args, input, 'i', "input", "PATH",
        "archive of docker's or of OCI, or an OCI layout (default: standard input)")
  TEXT (image_load_args, platform, 0, "platform", "OS/ARCH[/VARIANT]", "which one, if it holds several")
  FLAG (image_load_args, quiet, 'q', "quiet", "print the names only")
  TEXT (image_load_args, name, 't', "tag", "NAME", "name the image so, instead of by its own name")
  END_OF_OPTIONS
};

struct load
{
  const struct settings *settings;
  const char *path;
  struct image_pull how;
};

static int
load (void *arg, struct error **err)
{
  const struct load *l = arg;
  autostrv struct strv names = { 0 };
  autotext struct text all = { 0 };
  TRY (image_load (l->settings, l->path, &l->how, &names, err));
  for (size_t i = 0; i < names.n; i++)
    text_printf (&all, "%s%s", i ? " " : "", names.v[i]);
  job_result (all.s);
  return 0;
}

/* NAMES, separated by spaces, a line each. */
static void
print_names (char *names, bool quiet)
{
  for (char *name = strtok (names, " "); name; name = strtok (NULL, " "))
    printf ("%s%s\n", quiet ? "" : "Loaded image: ", name);
}

static int
run (const void *global, void *args, int argc UNUSED, char **argv UNUSED, struct error **err)
{
  const struct image_load_args *a = args;
  autocontext struct context c = { 0 };
  TRY (context_open (global, &c, err));
  const char *path = a->input ? a->input : "-";
  if (streq (path, "-") && isatty (STDIN_FILENO))
    return fail (err, EINVAL, "standard input is a terminal: name a file with --input");
  if (c.settings.dry_run)
    {
      printf ("%s would be loaded\n", path);
      return 0;
    }
  struct load l = { .settings = &c.settings, .path = path, .how = { .name = a->name, .platform = a->platform } };
  struct job job = { .name = path, .run = load, .arg = &l, .doing = "Loading", .done = "Loaded" };
  struct screen *screen = a->quiet || ! isatty (STDERR_FILENO) ? NULL : context_screen (&c, "Loading");
  const struct jobs_options o = { .screen = screen, .cancel_fd = -1 };
  int r = jobs_run (&job, 1, &o, err);
  screen_close (screen);
  if (r >= 0 && job.result)
    print_names (job.result, a->quiet);
  jobs_free (&job, 1);
  return r;
}

const struct command cmd_image_load = {
  .name = "image load",
  .operands = "",
  .help = "load images from an archive or a directory",
  .opts = options,
  .args_size = sizeof (struct image_load_args),
  .run = run,
};
