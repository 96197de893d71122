/* cli_complete.c - completions for three shells, from the tables. Only prints; used by the build.
 *
 * An operand called CONTAINER is completed with what `PROGRAM list --quiet` prints, an option's value with
 * files if it is called FILE, DIR or PATH. Of a command of two words the first is completed, then the second. */
#include <ctype.h>

#include "cli_parts.h"

/* NAME as a shell function's name, "perry_runtime". */
static char *
identifier (const char *name)
{
  char *s = mem_strdup (name);
  for (char *c = s; *c; c++)
    if (! isalnum ((unsigned char) *c))
      *c = '_';
  return s;
}

static bool
takes_container (const struct command *command)
{
  return command->operands && after_prefix (command->operands, "CONTAINER") != NULL;
}

/* Is C the first in its list with its first word, and shown? */
static bool
begins_group (const struct program *p, const struct command *const *c)
{
  size_t n = strcspn ((*c)->name, " ");
  if ((*c)->hidden)
    return false;
  for (const struct command *const *before = p->commands; before < c; before++)
    if (! (*before)->hidden && strcspn ((*before)->name, " ") == n && strncmp ((*before)->name, (*c)->name, n) == 0)
      return false;
  return true;
}

static bool
any_option (const struct opt *o UNUSED)
{
  return true;
}

static bool
takes_file (const struct opt *o)
{
  return o->arg && (streq (o->arg, "FILE") || streq (o->arg, "DIR") || streq (o->arg, "PATH"));
}

/* TEXT in single quotes, with a backslash before each of SPECIAL (in zsh's specifications `]` and `:` end a part). */
static void
quoted (const char *text, const char *special, FILE *out)
{
  for (; *text; text++)
    if (*text == '\'')
      fputs ("'\\''", out);
    else
      fprintf (out, "%s%c", strchr (special, *text) ? "\\" : "", *text);
}

/* ---- bash -------------------------------------------------------------------------------------------------------- */
static void
bash_words (const struct cli_tables *tables, const char *variable, bool (*wanted) (const struct opt *), FILE *out)
{
  const struct opt *o;
  fprintf (out, "      %s='", variable);
  for (size_t i = 0; (o = cli_shown (tables, i)); i++)
    if (wanted (o))
      {
        fprintf (out, " --%s", o->name);
        if (cli_letter (tables, o))
          fprintf (out, " -%c", o->letter);
      }
  fputs (" '\n", out);
}

static void
bash_scope (const struct program *p, const struct command *command, FILE *out)
{
  struct cli_tables tables = cli_tables (p, command);
  fprintf (out, "    '%s')\n", command ? command->name : "");
  bash_words (&tables, "options", any_option, out);
  bash_words (&tables, "valued", cli_takes_value, out);
  bash_words (&tables, "files", takes_file, out);
  fprintf (out, "      operands='%s' ;;\n", ! command ? "command" : takes_container (command) ? "container" : "");
}

/* %s stands for the function's name. */
static const char bash_body[] =
  "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command='' i\n"
  "  local options valued files operands\n"
  "  %s_words ''\n"
  "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
  "    case ${COMP_WORDS[i]} in\n"
  "      =) ((i++)) ;;\n"
  "      -*) [[ $valued == *\" ${COMP_WORDS[i]} \"* && ${COMP_WORDS[i+1]} != = ]] && ((i++)) ;;\n"
  "      *) command=${COMP_WORDS[i]}; break ;;\n"
  "    esac\n"
  "  done\n"
  "  if [[ -n $command && ${seconds[*]} == *\"|$command \"* ]]; then\n"
  "    if ((i + 1 < COMP_CWORD)); then\n"
  "      command+=\" ${COMP_WORDS[++i]}\"\n"
  "    else\n"
  "      mapfile -t COMPREPLY < <(printf '%%s\\n' \"${seconds[@]}\" | sed -n \"s/^|$command //p\" | grep \"^$cur\")\n"
  "      return\n"
  "    fi\n"
  "  fi\n"
  "  [[ -n $command ]] && { options='' valued='' files='' operands=''; %s_words \"$command\"; }\n"
  "  [[ $cur == = ]] && cur=\n"
  "  [[ $prev == = ]] && prev=${COMP_WORDS[COMP_CWORD-2]}\n"
  "  if [[ $files == *\" $prev \"* ]]; then\n"
  "    compopt -o filenames\n"
  "    mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
  "  elif [[ $valued == *\" $prev \"* ]]; then\n"
  "    COMPREPLY=()\n"
  "  elif [[ $cur == -* ]]; then\n"
  "    mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\")\n"
  "  elif [[ $operands == command ]]; then\n"
  "    mapfile -t COMPREPLY < <(compgen -W \"$commands\" -- \"$cur\")\n"
  "  elif [[ $operands == container ]]; then\n"
  "    mapfile -t COMPREPLY < <(compgen -W \"$(\"${COMP_WORDS[@]:0:i}\" list --quiet 2>/dev/null)\" "
  "-- \"$cur\")\n"
  "  fi\n";

void
cli_complete_bash (const struct program *p, FILE *out)
{
  autofree char *name = identifier (p->name);
  fprintf (out, "# bash completion for %s\n_%s_words ()\n{\n  case $1 in\n", p->name, name);
  bash_scope (p, NULL, out);
  for (const struct command *const *c = p->commands; *c; c++)
    if (! (*c)->hidden)
      bash_scope (p, *c, out);
  fprintf (out, "  esac\n}\n\n_%s ()\n{\n  local commands='help", name);
  for (const struct command *const *c = p->commands; *c; c++)
    if (begins_group (p, c))
      fprintf (out, " %.*s", (int) strcspn ((*c)->name, " "), (*c)->name);
  fputs ("' seconds=(", out);
  for (const struct command *const *c = p->commands; *c; c++)
    if (! (*c)->hidden && cli_second_word (*c))
      fprintf (out, " '|%s'", (*c)->name);
  fputs (" )\n", out);
  autofree char *function = mem_printf ("_%s", name);
  for (const char *s = bash_body; *s; s++)
    if (after_prefix (s, "%s"))
      {
        fputs (function, out);
        s++;
      }
    else if (after_prefix (s, "%%"))
      fputc (*++s, out);
    else
      fputc (*s, out);
  fprintf (out, "}\n\ncomplete -F _%s %s\n", name, p->name);
}

/* ---- zsh --------------------------------------------------------------------------------------------------------- */
static void
zsh_option (const struct cli_tables *tables, const struct opt *o, FILE *out)
{
  char letter = cli_letter (tables, o);
  const char *times = o->kind == OPT_LIST ? "*" : "";
  fputs (" \\\n      ", out);
  if (letter && o->kind == OPT_LIST)
    fprintf (out, "'*'{-%c,--%s}'[", letter, o->name);
  else if (letter)
    fprintf (out, "'(-%c --%s)'{-%c,--%s}'[", letter, o->name, letter, o->name);
  else
    fprintf (out, "'%s--%s[", times, o->name);
  quoted (o->help, "[]:\\", out);
  fputc (']', out);
  if (o->arg)
    {
      fputc (':', out);
      quoted (o->arg, "[]:\\", out);
      fputs (takes_file (o) ? ":_files" : ": ", out);
    }
  fputc ('\'', out);
}

static void
zsh_options (const struct program *p, const struct command *command, FILE *out)
{
  struct cli_tables tables = cli_tables (p, command);
  const struct opt *o;
  for (size_t i = 0; (o = cli_shown (&tables, i)); i++)
    zsh_option (&tables, o, out);
}

/* The second words that go with C's first one. */
static void
zsh_group (const struct command *const *c, FILE *out)
{
  const char *first = (*c)->name;
  size_t n = strcspn (first, " ");
  fprintf (out, "    %.*s)\n      _values command", (int) n, first);
  for (; *c; c++)
    if (! (*c)->hidden && cli_second_word (*c) && strncmp ((*c)->name, first, n + 1) == 0)
      {
        fprintf (out, " '%s[", cli_second_word (*c));
        quoted ((*c)->help, "[]:\\", out);
        fputs ("]'", out);
      }
  fputs (" ;;\n", out);
}

void
cli_complete_zsh (const struct program *p, FILE *out)
{
  autofree char *name = identifier (p->name);
  fprintf (out, "#compdef %s\n\n_%s_containers ()\n{\n  local -a ids\n", p->name, name);
  fprintf (out, "  ids=(${(f)\"$(_call_program containers %s list --quiet 2>/dev/null)\"})\n", p->name);
  fputs ("  compadd -a ids\n}\n\n", out);
  fprintf (out, "_%s ()\n{\n  local curcontext=$curcontext state line\n", name);
  fputs ("  typeset -A opt_args\n  local -a commands\n  commands=(\n", out);
  for (const struct command *const *c = p->commands; *c; c++)
    if (begins_group (p, c))
      {
        fprintf (out, "    '%.*s:", (int) strcspn ((*c)->name, " "), (*c)->name);
        quoted (cli_second_word (*c) ? "commands on these" : (*c)->help, ":\\", out);
        fputs ("'\n", out);
      }
  fputs ("  )\n  _arguments -C", out);
  zsh_options (p, NULL, out);
  fputs (" \\\n      '1:command:->command' '*::operand:->operands'\n", out);
  fputs ("  case $state in\n  command) _describe command commands ;;\n  operands)\n    case $words[1] in\n", out);
  for (const struct command *const *c = p->commands; *c; c++)
    if (begins_group (p, c) && cli_second_word (*c))
      zsh_group (c, out);
    else if (! (*c)->hidden && ! cli_second_word (*c))
      {
        fprintf (out, "    %s)\n      _arguments", (*c)->name);
        zsh_options (p, *c, out);
        if (takes_container (*c))
          fprintf (out, " \\\n      '1:container:_%s_containers'", name);
        fputs (" ;;\n", out);
      }
  fprintf (out, "    esac ;;\n  esac\n}\n\n_%s \"$@\"\n", name);
}

/* ---- fish -------------------------------------------------------------------------------------------------------- */
static void
fish_quoted (const char *text, FILE *out)
{
  fputc ('\'', out);
  for (; *text; text++)
    fprintf (out, "%s%c", strchr ("'\\", *text) ? "\\" : "", *text);
  fputs ("'\n", out);
}

static void
fish_options (const struct program *p, const struct command *command, FILE *out)
{
  struct cli_tables tables = cli_tables (p, command);
  const struct opt *o;
  for (size_t i = 0; (o = cli_shown (&tables, i)); i++)
    {
      if (command)
        fprintf (out, "complete -c %s -n '__fish_seen_subcommand_from %s'", p->name, command->name);
      else
        fprintf (out, "complete -c %s -n __fish_use_subcommand", p->name);
      if (cli_letter (&tables, o))
        fprintf (out, " -s %c", o->letter);
      fprintf (out, " -l %s%s -d ", o->name, takes_file (o) ? " -r -F" : cli_takes_value (o) ? " -x" : "");
      fish_quoted (o->help, out);
    }
}

void
cli_complete_fish (const struct program *p, FILE *out)
{
  fprintf (out, "# fish completion for %s\ncomplete -c %s -f\n", p->name, p->name);
  fish_options (p, NULL, out);
  for (const struct command *const *c = p->commands; *c; c++)
    {
      if ((*c)->hidden)
        continue;
      const char *second = cli_second_word (*c);
      if (second)
        fprintf (out,
                 "complete -c %s -n __fish_use_subcommand -a %.*s\ncomplete -c %s -n '__fish_seen_subcommand_from "
                 "%.*s' -a %s -d ",
                 p->name, (int) strcspn ((*c)->name, " "), (*c)->name, p->name, (int) strcspn ((*c)->name, " "),
                 (*c)->name, second);
      else
        fprintf (out, "complete -c %s -n __fish_use_subcommand -a %s -d ", p->name, (*c)->name);
      fish_quoted ((*c)->help, out);
      if (second)
        continue;
      if (takes_container (*c))
        fprintf (out, "complete -c %s -n '__fish_seen_subcommand_from %s' -a '(%s list --quiet 2>/dev/null)'\n",
                 p->name, (*c)->name, p->name);
      fish_options (p, *c, out);
    }
}
