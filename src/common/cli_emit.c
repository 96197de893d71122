/* cli_emit.c - what the build makes from the tables: man pages here, completions in cli_shells.c. Only reads its
 * input and prints.
 *
 * A man page's prose comes from man/NAME.8.in. In it lines stand for what the tables know:
 *   @HEAD@      title, NAME, SYNOPSIS
 *   @OPTIONS@   OPTIONS, or for the program itself GLOBAL OPTIONS and COMMANDS
 *   @COMMANDS@  all commands with their options, for a program whose commands have no pages of their own
 *   @STATUS@    the program's own table of exit statuses */
#include <ctype.h>

#include "cli_parts.h"

/* TEXT for roff: a hyphen that a user types is \-, a backslash is \e. */
static void
roff (const char *text, FILE *out)
{
  for (; *text; text++)
    if (*text == '-')
      fputs ("\\-", out);
    else if (*text == '\\')
      fputs ("\\e", out);
    else
      fputc (*text, out);
}

/* Does TEXT list values to be written as they are: "auto, tty", "yaml or json"? */
static bool
begins_with_value (const char *text)
{
  size_t n = strcspn (text, " ,");
  return text[n] == ',' || strncmp (text + n, " or ", 4) == 0;
}

/* TEXT, a line of help, as a sentence. */
static void
roff_sentence (const char *text, FILE *out)
{
  fputc (toupper ((unsigned char) *text), out);
  roff (text + 1, out);
  fputs (".\n", out);
}

static void
roff_values (const char *text, FILE *out)
{
  roff (text, out);
  fputs (".\n", out);
}

/* "CONTAINER [SIGNAL]": words in italics, brackets and dots as they are. */
static void
roff_operands (const char *text, FILE *out)
{
  bool italic = false;
  for (; *text; text++)
    {
      bool word = isalnum ((unsigned char) *text) || *text == '-' || *text == '_';
      if (word != italic)
        fputs (word ? "\\fI" : "\\fR", out);
      italic = word;
      roff ((char[]) { *text, '\0' }, out);
    }
  if (italic)
    fputs ("\\fR", out);
}

static void
man_head (const struct program *p, const struct command *command, FILE *out)
{
  fputs (".TH ", out);
  for (const char *c = p->name; *c; c++)
    fputc (toupper ((unsigned char) *c), out);
  const char *name = command ? command->name : "";
  for (const char *c = name; *c; c++)
    fprintf (out, "%s%c", c == name ? "-" : "", toupper ((unsigned char) *c));
  fprintf (out, " %s \"\" \"%s\"\n.SH NAME\n", p->section ? p->section : "8", p->name);
  roff (p->name, out);
  if (*name)
    fprintf (out, "\\-%s", name);
  fputs (" \\- ", out);
  roff (command ? command->help : p->help, out);
  fputs ("\n.SH SYNOPSIS\n\\fB", out);
  roff (p->name, out);
  fputs ("\\fR ", out);
  if (*name)
    fprintf (out, "[\\fIGLOBAL\\-OPTION\\fR...] \\fB%s\\fR ", name);
  if (command)
    {
      fputs ("[\\fIOPTION\\fR...] ", out);
      roff_operands (command->operands, out);
    }
  else
    fputs ("[\\fIGLOBAL\\-OPTION\\fR...] \\fICOMMAND\\fR [\\fIOPTION\\fR...] [\\fIOPERAND\\fR...]", out);
  fputc ('\n', out);
}

static void
man_option (const struct opt *o, FILE *out)
{
  fputs (".TP\n", out);
  if (o->letter)
    fprintf (out, "\\fB\\-%c\\fR, ", o->letter);
  fputs ("\\fB\\-\\-", out);
  roff (o->name, out);
  fputs ("\\fR", out);
  if (o->arg)
    {
      fputc (' ', out);
      roff_operands (o->arg, out);
    }
  fputc ('\n', out);
  if (begins_with_value (o->help))
    roff_values (o->help, out);
  else
    roff_sentence (o->help, out);
}

static void
man_options (const struct program *p, const struct command *command, FILE *out)
{
  struct cli_tables tables = cli_tables (p, command);
  const struct opt *o;
  fprintf (out, ".SH %s\n", command ? "OPTIONS" : "GLOBAL OPTIONS");
  for (size_t i = 0; (o = cli_shown (&tables, i)); i++)
    man_option (o, out);
  if (command || p->print_statuses)
    return;
  fputs (".SH COMMANDS\n", out);
  for (const struct command *const *c = p->commands; *c; c++)
    if (! (*c)->hidden)
      {
        fprintf (out, ".TP\n\\fB%s\\fR\n", (*c)->name);
        roff_sentence ((*c)->help, out);
      }
}

static void
man_commands (const struct program *p, FILE *out)
{
  fputs (".SH COMMANDS\n", out);
  for (const struct command *const *c = p->commands; *c; c++)
    {
      struct cli_tables tables = { { (*c)->opts } };
      const struct opt *o;
      if ((*c)->hidden)
        continue;
      fprintf (out, ".SS %s", (*c)->name);
      if ((*c)->operands)
        {
          fputs (" ", out);
          roff_operands ((*c)->operands, out);
        }
      fputs ("\n", out);
      roff_sentence ((*c)->help, out);
      for (size_t i = 0; (o = cli_shown (&tables, i)); i++)
        man_option (o, out);
    }
}

static int
emit_man (const struct program *p, const struct command *command, FILE *in, FILE *out, struct error **err)
{
  autofree char *line = NULL;
  size_t room = 0;
  while (getline (&line, &room, in) >= 0)
    if (streq (line, "@HEAD@\n"))
      man_head (p, command, out);
    else if (streq (line, "@OPTIONS@\n"))
      man_options (p, command, out);
    else if (streq (line, "@COMMANDS@\n"))
      man_commands (p, out);
    else if (streq (line, "@STATUS@\n") && p->print_statuses)
      p->print_statuses (out);
    else
      fputs (line, out);
  return ferror (in) ? fail_sys (err, errno, "standard input") : 0;
}

int
cli_emit (const struct program *p, const char *what, const struct command *command, FILE *in, FILE *out,
          struct error **err)
{
  static const struct
  {
    const char *shell;
    void (*emit) (const struct program *p, FILE *out);
  } shells[] = { { "bash", cli_bash }, { "zsh", cli_zsh }, { "fish", cli_fish } };

  if (streq (what, "man"))
    return emit_man (p, command, in, out, err);
  for (size_t i = 0; i < ARRAY_LEN (shells); i++)
    if (streq (what, shells[i].shell))
      {
        shells[i].emit (p, out);
        return 0;
      }
  return fail (err, EINVAL, "--emit %s: expected man, bash, zsh or fish", what);
}
