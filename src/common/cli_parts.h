/* cli_parts.h - what cli.c, cli_help.c and cli_emit.c share; nobody else needs it. */
#ifndef COMMON_CLI_PARTS_H
#define COMMON_CLI_PARTS_H

#include "cli.h"

/* The options that cli.c answers itself. */
struct cli_asked
{
  bool help, version;
  const char *emit;
};
extern const struct opt cli_program_opts[]; /* before the command */
extern const struct opt cli_command_opts[]; /* after it */

/* The option tables in force for COMMAND, or for the program if it is NULL. */
#define N_CLI_TABLES 2
struct cli_tables
{
  const struct opt *v[N_CLI_TABLES];
};
struct cli_tables cli_tables (const struct program *p, const struct command *command);
/* The I-th row that help shows, NULL after the last. */
const struct opt *cli_shown (const struct cli_tables *tables, size_t i);

static inline bool
cli_takes_value (const struct opt *o)
{
  return o->kind != OPT_FLAG && o->kind != OPT_SWITCH;
}

const struct command *cli_find (const struct program *p, const char *name);
/* The command that the first words of WORDS name, one or two of them: *RET_USED. NULL if there is none. */
const struct command *cli_find_words (const struct program *p, char *const *words, int *ret_used);

/* Help on COMMAND, or on the program if it is NULL. */
void cli_print_help (const struct program *p, const struct command *command, FILE *out);

/* Print WHAT ("man", "bash", "zsh", "fish") to OUT; a man page's prose comes from IN. */
int cli_emit (const struct program *p, const char *what, const struct command *command, FILE *in, FILE *out,
              struct error **err);

/* The three shells' completions (cli_complete.c). */
void cli_complete_bash (const struct program *p, FILE *out);
void cli_complete_zsh (const struct program *p, FILE *out);
void cli_complete_fish (const struct program *p, FILE *out);

#endif
