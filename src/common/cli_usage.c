/* cli_usage.c - what is said of a command line that cannot be read: the error with the name that may have been meant,
 * how the line should look, and where help is. Only looks at the tables and prints. */
#include "cli_parts.h"
#include "log.h"
#include "nearest.h"

int
cli_unknown_option (const struct program *p, const struct command *command, const char *word, struct error **err)
{
  size_t dashes = word[1] == '-' ? 2 : 1, n = strcspn (word + dashes, "=");
  const char *name = word + dashes;
  const struct opt *o = dashes == 1 && n == 1 ? cli_opt (p->opts, *name, NULL, 0) : cli_opt (p->opts, 0, name, n);
  if (command && o)
    return fail (err, EINVAL, "unknown option %.*s; it goes before the command: %s %.*s%s%s %s", (int) (dashes + n),
                 word, p->name, (int) (dashes + n), word, o->arg ? " " : "", o->arg ? o->arg : "", command->name);

  struct cli_tables tables = cli_tables (p, command);
  struct nearest search = { .name = name, .length = n };
  for (size_t i = 0; n > 1 && (o = cli_shown (&tables, i)); i++)
    nearest_offer (&search, o->name);
  const char *near = search.found;
  return fail (err, EINVAL, "unknown option %.*s%s%s%s", (int) (dashes + n), word, near ? " (did you mean --" : "",
               near ? near : "", near ? "?)" : "");
}

int
cli_unknown_command (const struct program *p, const char *group, const char *word, struct error **err)
{
  autostrv struct strv names = { 0 };
  if (! word)
    return fail (err, EINVAL, "%s%sa command is needed", group ? group : "", group ? ": " : "");
  for (const struct command *const *c = p->commands; *c; c++)
    if (! (*c)->hidden && (! group || cli_in_group (*c, group)))
      strv_add (&names, group ? cli_second_word (*c) : (*c)->name);
  const char *near = nearest (word, (const char *const *) names.v, names.n);
  return fail (err, EINVAL, "%s%sunknown command \"%s\"%s%s%s", group ? group : "", group ? ": " : "", word,
               near ? " (did you mean \"" : "", near ? near : "", near ? "\"?)" : "");
}

void
cli_print_synopsis (const struct program *p, const struct command *command, const char *group, FILE *out)
{
  if (command)
    fprintf (out, "%s%s%s [OPTION...]%s%s\n", p->name, *command->name ? " " : "", command->name,
             command->operands && *command->operands ? " " : "", command->operands ? command->operands : "");
  else
    fprintf (out, "%s%s%s%s COMMAND [OPTION...] [OPERAND...]\n", p->name, group ? "" : " [GLOBAL-OPTION...]",
             group ? " " : "", group ? group : "");
}

int
cli_wrong_usage (const struct program *p, const void *global, const struct command *command, const char *group,
                 struct error **err)
{
  const char *scope = command ? command->name : group ? group : "";
  if (command && *scope)
    wrap (err, "%s", scope);
  if (p->report)
    p->report (global, command, *err);
  else
    log_line (LOG_ERROR, "%s", error_text (*err));
  if (p->for_programs && p->for_programs (global))
    return EXIT_FAILURE;
  fputs ("usage: ", stderr);
  cli_print_synopsis (p, command, group, stderr);
  fprintf (stderr, "try \"%s%s%s --help\"\n", p->name, *scope ? " " : "", scope);
  return EXIT_FAILURE;
}
