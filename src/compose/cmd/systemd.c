/* systemd.c - the command `systemd`: units that bring stacks back when the host starts. */
#include <fcntl.h>
#include <limits.h>

#include "commands.h"
#include "fs.h"

struct systemd_args
{
  bool install, user, project;
};

static const struct opt systemd_options[] = {
  FLAG (systemd_args, install, 0, "install", "write the unit where systemd looks for it, instead of printing it")
  FLAG (systemd_args, project, 0, "this-project", "a unit of this project's own: `up` at start, `stop` at the end")
  FLAG (systemd_args, user, 0, "user", "for the user's own systemd")
  END_OF_OPTIONS
};

static char *
own_program (void)
{
  char path[PATH_MAX];
  ssize_t n = readlink ("/proc/self/exe", path, sizeof path - 1);
  return n > 0 ? mem_strndup (path, (size_t) n) : mem_strdup ("/usr/bin/perry-compose");
}

/* "%" begins a specifier in a unit and "$" a variable; a word with blanks needs quotes, and a line break would begin a
 * setting of its own (systemd.service(5), systemd.syntax(7)). */
static void
add_quoted (struct text *t, const char *word)
{
  text_add (t, "\"");
  for (; *word; word++)
    if ((unsigned char) *word < 0x20 || *word == 0x7f)
      text_printf (t, "\\x%02x", *word);
    else if (strchr ("\"\\", *word))
      text_printf (t, "\\%c", *word);
    else
      text_printf (t, strchr ("%$", *word) ? "%1$c%1$c" : "%c", *word);
  text_add (t, "\"");
}

static void
add_word (struct text *t, const char *word)
{
  text_add (t, " ");
  add_quoted (t, word);
}

static void
add_command (struct text *t, const char *key, const struct context *c, const char *const *words, bool project)
{
  autofree char *program = own_program ();
  text_printf (t, "%s=", key);
  add_quoted (t, program);
  add_word (t, "--data-dir");
  add_word (t, c->settings.data);
  add_word (t, "--run-dir");
  add_word (t, c->settings.run);
  if (project)
    {
      add_word (t, "--project-name");
      add_word (t, c->project.name);
      add_word (t, "--project-directory");
      add_word (t, c->project.directory);
      for (size_t i = 0; i < c->project.files.n; i++)
        {
          add_word (t, "--file");
          add_word (t, c->project.files.v[i]);
        }
    }
  for (; *words; words++)
    add_word (t, *words);
  text_add (t, "\n");
}

static void
make_unit (struct text *t, const struct context *c, const struct systemd_args *a)
{
  static const char *const boot[] = { "boot", NULL }, *const boot_stop[] = { "boot", "--stop", NULL },
                    *const up[] = { "up", "--detach", "--no-recreate", NULL }, *const stop[] = { "stop", NULL };
  text_printf (t, "[Unit]\nDescription=%s%s\n", a->project ? "perry-compose stack " : "Stacks of perry-compose",
               a->project ? c->project.name : "");
  text_add (t, "After=network-online.target local-fs.target\nWants=network-online.target\n\n"
               "[Service]\nType=oneshot\nRemainAfterExit=yes\n");
  /* An ordinary user's monitors are in the unit's cgroup and must outlive its commands. Each container has a time of
   * its own to end. */
  text_add (t, "KillMode=process\nTimeoutSec=infinity\n");
  add_command (t, "ExecStart", c, a->project ? up : boot, a->project);
  add_command (t, "ExecStop", c, a->project ? stop : boot_stop, a->project);
  text_printf (t, "\n[Install]\nWantedBy=%s\n", a->user ? "default.target" : "multi-user.target");
}

static int
install (const struct context *c, const struct systemd_args *a, const char *unit, struct error **err)
{
  const char *config = getenv ("XDG_CONFIG_HOME"), *home = getenv ("HOME");
  autofree char *directory = ! a->user ? mem_strdup ("/etc/systemd/system")
                             : config && *config ? mem_printf ("%s/systemd/user", config)
                                                 : mem_printf ("%s/.config/systemd/user", home ? home : "");
  autofree char *name = a->project ? mem_printf ("perry-compose-%s.service", c->project.name)
                                   : mem_strdup ("perry-compose-boot.service");
  if (c->settings.dry_run)
    {
      printf ("%s/%s would be written\n", directory, name);
      return 0;
    }
  TRY (fs_mkdir_parents (directory, 0755, err));
  autoclose int dir = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (dir < 0)
    return fail_sys (err, errno, "%s", directory);
  TRY_DOING (err, fs_replace (dir, name, unit, strlen (unit), 0644, err), "%s", directory);
  printf ("%s/%s\n", directory, name);
  fprintf (stderr, "now: systemctl%s daemon-reload && systemctl%s enable --now %s\n", a->user ? " --user" : "",
           a->user ? " --user" : "", name);
  return 0;
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  (void) argc;
  (void) argv;
  const struct systemd_args *a = args;
  autocontext struct context c = { 0 };
  autotext struct text unit = { 0 };
  TRY (context_open (global, &c, err));
  if (a->project)
    TRY (context_project (&c, NULL, err));
  make_unit (&unit, &c, a);
  if (a->install)
    return install (&c, a, unit.s, err);
  printf ("%s", unit.s);
  return 0;
}

const struct command cmd_systemd = {
  .name = "systemd",
  .help = "print or install a unit that brings stacks back at the host's start",
  .opts = systemd_options,
  .args_size = sizeof (struct systemd_args),
  .run = run,
};
