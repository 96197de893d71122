/* cli_help.c - a program's and a command's help, from their tables. Only prints. */
#include "cli_parts.h"

enum
{
  HELP_COLUMN = 30,
};

static void
print_row (const char *left, const char *help, FILE *out)
{
  if (strlen (left) + 2 > HELP_COLUMN)
    fprintf (out, "%s\n%*s%s\n", left, HELP_COLUMN, "", help);
  else
    fprintf (out, "%-*s%s\n", HELP_COLUMN, left, help);
}

static void
print_options (const struct cli_tables *tables, FILE *out)
{
  const struct opt *o;
  for (size_t i = 0; (o = cli_shown (tables, i)); i++)
    {
      autotext struct text left = { 0 };
      if (cli_letter (tables, o))
        text_printf (&left, "   -%c, --%s", o->letter, o->name);
      else
        text_printf (&left, "       --%s", o->name);
      if (o->arg)
        text_printf (&left, " %s", o->arg);
      print_row (left.s, o->help, out);
    }
}

static void
print_commands (const struct program *p, const char *group, FILE *out)
{
  fprintf (out, "\nCOMMANDS:\n");
  for (const struct command *const *c = p->commands; *c; c++)
    {
      autofree char *left = mem_printf ("   %s", (*c)->name);
      if (! (*c)->hidden && (! group || cli_in_group (*c, group)))
        print_row (left, (*c)->help, out);
    }
}

void
cli_print_help (const struct program *p, const struct command *command, const char *group, FILE *out)
{
  struct cli_tables tables = cli_tables (p, command);
  if (command)
    fprintf (out, "NAME:\n   %s%s%s - %s\n\n", p->name, *command->name ? " " : "", command->name, command->help);
  else if (! group)
    fprintf (out, "NAME:\n   %s - %s\n\n", p->name, p->help);
  fputs ("USAGE:\n   ", out);
  cli_print_synopsis (p, command, group, out);
  if (! command)
    print_commands (p, group, out);
  if (! command && group)
    return;
  fprintf (out, "\n%s:\n", command ? "OPTIONS" : "GLOBAL OPTIONS");
  print_options (&tables, out);
}
