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
      if (o->letter)
        text_printf (&left, "   -%c, --%s", o->letter, o->name);
      else
        text_printf (&left, "       --%s", o->name);
      if (o->arg)
        text_printf (&left, " %s", o->arg);
      print_row (left.s, o->help, out);
    }
}

static void
print_commands (const struct program *p, FILE *out)
{
  fprintf (out, "\nCOMMANDS:\n");
  for (const struct command *const *c = p->commands; *c; c++)
    {
      autofree char *left = mem_printf ("   %s", (*c)->name);
      if (! (*c)->hidden)
        print_row (left, (*c)->help, out);
    }
}

void
cli_print_help (const struct program *p, const struct command *command, FILE *out)
{
  struct cli_tables tables = cli_tables (p, command);
  if (command)
    {
      const char *gap = *command->name ? " " : "", *operands = command->operands ? command->operands : "";
      fprintf (out, "NAME:\n   %s%s%s - %s\n\n", p->name, gap, command->name, command->help);
      fprintf (out, "USAGE:\n   %s%s%s [OPTION...]%s%s\n", p->name, gap, command->name, *operands ? " " : "", operands);
    }
  else
    {
      fprintf (out, "NAME:\n   %s - %s\n\n", p->name, p->help);
      fprintf (out, "USAGE:\n   %s [GLOBAL-OPTION...] COMMAND [OPTION...] [OPERAND...]\n", p->name);
      print_commands (p, out);
    }
  fprintf (out, "\n%s:\n", command ? "OPTIONS" : "GLOBAL OPTIONS");
  print_options (&tables, out);
}
