/* cli_shells.c - completions for three shells: short scripts that ask the program what may come next (cli_complete.c).
 * Only prints; used by the build. In the scripts @ stands for the program's name and ~ for a function's. */
#include <ctype.h>

#include "cli_parts.h"

static const char bash_script[] =
  "# bash completion for @\n"
  "~ ()\n"
  "{\n"
  "  local line cur=${COMP_WORDS[COMP_CWORD]}\n"
  "  COMPREPLY=()\n"
  "  [[ $cur == = ]] && cur=\n"
  "  while IFS= read -r line; do\n"
  "    if [[ $line == :files ]]; then\n"
  "      compopt -o filenames\n"
  "      mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -f -- \"$cur\")\n"
  "    else\n"
  "      COMPREPLY+=(\"${line%%$'\\t'*}\")\n"
  "    fi\n"
  "  done < <(\"${COMP_WORDS[0]}\" --complete -- \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null)\n"
  "  [[ ${COMPREPLY[*]} == *[:=] ]] && compopt -o nospace\n"
  "}\n"
  "\n"
  "complete -F ~ @\n";

static const char zsh_script[] =
  "#compdef @\n"
  "\n"
  "~ ()\n"
  "{\n"
  "  local line files word\n"
  "  local -a found open\n"
  "  for line in \"${(@f)$(\"$words[1]\" --complete -- \"${(@Q)words[2,CURRENT]}\" 2>/dev/null)}\"; do\n"
  "    word=${${line%%$'\\t'*}//:/\\\\:}\n"
  "    case $line in\n"
  "    '') ;;\n"
  "    :files) files=1 ;;\n"
  "    *$'\\t'*) found+=(\"$word:${line#*$'\\t'}\") ;;\n"
  "    *[:=]) open+=(\"$word\") ;;\n"
  "    *) found+=(\"$word\") ;;\n"
  "    esac\n"
  "  done\n"
  "  (($#open)) && _describe -t words word open -S ''\n"
  "  (($#found)) && _describe -t words word found\n"
  "  [[ -n $files ]] && { compset -P '--*='; _files; }\n"
  "}\n"
  "\n"
  "~ \"$@\"\n";

static const char fish_script[] =
  "# fish completion for @\n"
  "function ~\n"
  "  set -l words (commandline -opc)\n"
  "  set -l begun (commandline -ct)\n"
  "  for line in ($words[1] --complete -- $words[2..-1] \"$begun\" 2>/dev/null)\n"
  "    if test \"$line\" = :files\n"
  "      __fish_complete_path (string replace -r -- '^--[^=]*=' '' \"$begun\")\n"
  "    else\n"
  "      echo $line\n"
  "    end\n"
  "  end\n"
  "end\n"
  "complete -c @ -f -a '(~)'\n";

/* NAME as a shell function's name, "_perry_runtime". */
static char *
function_of (const char *name)
{
  char *s = mem_printf ("_%s", name);
  for (char *c = s; *c; c++)
    if (! isalnum ((unsigned char) *c))
      *c = '_';
  return s;
}

/* SCRIPT with the names for @ and ~, but for "$@". */
static void
print_script (const struct program *p, const char *script, FILE *out)
{
  autofree char *function = function_of (p->name);
  for (const char *s = script; *s; s++)
    if (*s == '~')
      fputs (function, out);
    else if (*s == '@' && (s == script || ! strchr ("$[(", s[-1])))
      fputs (p->name, out);
    else
      fputc (*s, out);
}

void
cli_bash (const struct program *p, FILE *out)
{
  print_script (p, bash_script, out);
}

void
cli_zsh (const struct program *p, FILE *out)
{
  print_script (p, zsh_script, out);
}

void
cli_fish (const struct program *p, FILE *out)
{
  print_script (p, fish_script, out);
}
