/* global.c - the options before the command, how errors are reported, the version. */
#include "commands.h"
#include "json.h"
#include "log.h"

const struct opt global_options[] = {
  LIST (global_args, files, 'f', "file", "FILE", "compose file; `-` is standard input; may be given several times")
  LIST (global_args, env_files, 0, "env-file", "FILE", "file of variables for interpolation instead of .env")
  LIST (global_args, profiles, 0, "profile", "PROFILE", "enable a profile; `*` enables all")
  TEXT (global_args, project_name, 'p', "project-name", "PROJECT", "name of the project")
  TEXT (global_args, project_directory, 0, "project-directory", "DIR",
        "base of relative paths (default: the first file's directory)")
  TEXT (global_args, ansi, 0, "ansi", "WHEN", "colours and cursor movements: never, always, auto")
  TEXT (global_args, progress, 0, "progress", "HOW", "auto, tty, plain, json, quiet")
  NUMBER (global_args, parallel, 0, "parallel", "N", "do at most N things at once; -1: no limit")
  FLAG (global_args, all_resources, 0, "all-resources",
        "also networks, volumes, configs and secrets that no service uses")
  FLAG (global_args, dry_run, 0, "dry-run", "say what would be done, and do nothing", .anywhere = true)
  FLAG (global_args, json, 0, "json", "errors and reports as JSON")
  TEXT (global_args, enforcement, 0, "enforcement", "MODE", "what cannot be honoured: strict (an error), warn, lenient")
  TEXT (global_args, policy, 0, "policy", "TIER", "what every service must give up: isolated, hardened, untrusted")
  TEXT (global_args, runtime, 0, "runtime", "RUNTIME",
        "OCI runtime: a path or a name, or several to choose from: a,b,c")
  TEXT (global_args, data_dir, 0, "data-dir", "DIR",
        "where images, volumes and containers are kept (default: /var/lib/perry-compose)")
  TEXT (global_args, run_dir, 0, "run-dir", "DIR", "what does not outlive a boot (default: /run/perry-compose)")
  FLAG (global_args, compatibility, 0, "compatibility", "accepted, without effect", .hidden = true)
  FLAG (global_args, no_ansi, 0, "no-ansi", "the same as --ansi never", .hidden = true)
  FLAG (global_args, debug, 0, "verbose", "the same as --debug", .hidden = true)
  TEXT (global_args, project_directory, 0, "workdir", "DIR", "the same as --project-directory", .hidden = true)
  FLAG (global_args, debug, 0, "debug", "tell more")
  END_OF_OPTIONS
};

static int
check_word (const char *option, const char *value, const char *const *words, struct error **err)
{
  autotext struct text list = { 0 };
  for (size_t i = 0; value && words[i]; i++)
    {
      if (streq (words[i], value))
        return 0;
      text_printf (&list, "%s%s", i ? ", " : "", words[i]);
    }
  return value ? fail (err, EINVAL, "%s %s: want one of %s", option, value, list.s) : 0;
}

int
global_prepare (const void *global, struct error **err)
{
  static const char *const progress[] = { "auto", "tty", "plain", "json", "quiet", NULL };
  static const char *const ansi[] = { "never", "always", "auto", NULL };
  const struct global_args *g = global;
  TRY (log_setup (NULL, LOG_TEXT, g->debug ? LOG_DEBUG : LOG_WARNING, err));
  TRY (check_word ("--progress", g->progress, progress, err));
  TRY (check_word ("--ansi", g->ansi, ansi, err));
  if (g->no_ansi)
    setenv ("COMPOSE_ANSI", "never", 1);
  if (g->compatibility)
    log_warning ("--compatibility has no effect: names have hyphens");
  return 0;
}

int
global_report (const void *global, const struct command *command, const struct error *err)
{
  const struct global_args *g = global;
  if (g->json)
    {
      autotext struct text t = { 0 };
      text_add (&t, "{\"message\":");
      json_quote (&t, err->text);
      text_printf (&t, ",\"code\":%d,\"type\":\"%s\",\"command\":\"%s\"}", compose_http_code (err->code),
                   compose_error_type (err->code), command ? command->name : "");
      fprintf (stderr, "%s\n", t.s);
    }
  else
    log_line (LOG_ERROR, "%s", err->text);
  return compose_exit_status (err->code);
}

bool
global_for_programs (const void *global)
{
  const struct global_args *g = global;
  return g->json;
}

static void
print_json_warning (const struct load_warning *w, const char *backend)
{
  autotext struct text t = { 0 };
  text_add (&t, "{\"message\":");
  json_quote (&t, w->text);
  text_add (&t, ",\"type\":\"warning\"");
  json_add_member (&t, "backend", backend);
  json_add_member (&t, "service", w->service);
  json_add_member (&t, "field", w->field);
  json_add_member (&t, "action", w->action);
  json_add_member (&t, "reason", w->reason);
  fprintf (stderr, "%s}\n", t.s);
}

void
print_load_warnings (const struct global_args *g, const struct load_warnings *w, const char *backend)
{
  for (size_t i = 0; i < w->n; i++)
    if (g->json)
      print_json_warning (&w->v[i], backend);
    else
      log_warning ("%s", w->v[i].text);
}

void
print_version (void)
{
  printf ("perry-compose version %s\ncommit: %s\n", PACKAGE_VERSION, PERRY_COMMIT);
}

void
print_statuses (FILE *out)
{
#define PRINT_STATUS(name, status, http, type, meaning) \
  fprintf (out, ".TP\n%d\n%s (%s, %d)\n", status, meaning, type, http);
  COMPOSE_ERRORS (PRINT_STATUS)
}
