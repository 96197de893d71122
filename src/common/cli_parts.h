/* cli_parts.h - what the files cli*.c share; nobody else needs it. */
#ifndef COMMON_CLI_PARTS_H
#define COMMON_CLI_PARTS_H

#include "cli.h"

/* The options that cli.c answers itself. */
struct cli_asked
{
  bool help, version, complete;
  const char *emit;
};
extern const struct opt cli_program_opts[]; /* before the command */
extern const struct opt cli_command_opts[]; /* after it */

/* The option tables in force for COMMAND, or for the program if it is NULL: those that help shows, and for a command
 * the program's, of which those count that are `anywhere`. */
enum { CLI_OWN, CLI_ASKED, CLI_PROGRAM, N_CLI_TABLES };
struct cli_tables
{
  const struct opt *v[N_CLI_TABLES];
};
struct cli_tables cli_tables (const struct program *p, const struct command *command);
/* The I-th row that help shows, NULL after the last. */
const struct opt *cli_shown (const struct cli_tables *tables, size_t i);

/* The row of OPTS for LETTER, or if that is 0 for NAME of N bytes; NULL. */
const struct opt *cli_opt (const struct opt *opts, char letter, const char *name, size_t n);

/* O's letter among TABLES; 0: it has none, or a row before it has it (`container run -h` is --hostname). */
char cli_letter (const struct cli_tables *tables, const struct opt *o);

static inline bool
cli_takes_value (const struct opt *o)
{
  return o->kind != OPT_FLAG && o->kind != OPT_SWITCH;
}

const struct command *cli_find (const struct program *p, const char *name);
/* The command that the first words of WORDS name, one or two of them: *RET_USED. NULL if there is none. */
const struct command *cli_find_words (const struct program *p, char *const *words, int *ret_used);

/* Groups: commands of two words have the first in common ("image ls", "image rm"). The second word, NULL if there is
 * none; is COMMAND one of GROUP; has P such a group that is shown. */
const char *cli_second_word (const struct command *command);
bool cli_in_group (const struct command *command, const char *group);
bool cli_is_group (const struct program *p, const char *group);

/* Help on COMMAND, if that is NULL on GROUP, if that is NULL, too, on the program. */
void cli_print_help (const struct program *p, const struct command *command, const char *group, FILE *out);

/* ---- what cannot be read (cli_usage.c) */

/* WORD begins with a dash, and no table of COMMAND's (NULL: of the program's) has it. */
int cli_unknown_option (const struct program *p, const struct command *command, const char *word, struct error **err);
/* WORD stands where a command of GROUP (NULL: any) has to be; NULL: there is none. */
int cli_unknown_command (const struct program *p, const char *group, const char *word, struct error **err);
/* "PROGRAM COMMAND [OPTION...] OPERANDS" and a newline; COMMAND and GROUP as in cli_print_help(). */
void cli_print_synopsis (const struct program *p, const struct command *command, const char *group, FILE *out);
/* Report *ERR, and say what the line should look like; the exit status. */
int cli_wrong_usage (const struct program *p, const void *global, const struct command *command, const char *group,
                     struct error **err);

/* Print WHAT ("man", "bash", "zsh", "fish") to OUT; a man page's prose comes from IN. */
int cli_emit (const struct program *p, const char *what, const struct command *command, FILE *in, FILE *out,
              struct error **err);

/* What may come after the words ARGV before the last, which was begun; on standard output (cli_complete.c). */
void cli_complete (const struct program *p, int argc, char **argv);

/* The three shells' completions (cli_shells.c). */
void cli_bash (const struct program *p, FILE *out);
void cli_zsh (const struct program *p, FILE *out);
void cli_fish (const struct program *p, FILE *out);

#endif
