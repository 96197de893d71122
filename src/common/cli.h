/* cli.h - one table per command gives parsing, --help, man pages and shell completions. */
#ifndef COMMON_CLI_H
#define COMMON_CLI_H

#include "error.h"
#include "mem.h"

enum opt_kind
{
  OPT_TEXT,  /* --name VALUE or --name=VALUE: const char *; an empty value is none, as for runc's callers */
  OPT_LIST,  /* given any number of times: struct strv */
  OPT_FLAG,  /* --name, --name=true, --name=false: bool */
  OPT_SWITCH, /* the same, where "not given" is a third answer: struct cli_switch */
  OPT_NUMBER, /* a decimal integer: struct cli_number */
};

struct cli_number
{
  long long value;
  bool set;
};

struct cli_switch
{
  bool value, set;
};

struct opt
{
  enum opt_kind kind;
  size_t offset;        /* of the member in the command's argument struct */
  char letter;          /* 0: none */
  const char *name;
  const char *arg;      /* "DIR": what a value is called in help; NULL for flags */
  const char *help;     /* one line, lower case, no full stop */
  bool hidden;          /* accepted, not shown */
  bool anywhere;        /* of the program: accepted after the command, too, where `prepare` has not seen it */
};

#define OPT_ROW(k, S, member, l, n) .kind = k, .offset = offsetof (struct S, member), .letter = l, .name = n
#define TEXT(S, member, l, n, a, ...) { OPT_ROW (OPT_TEXT, S, member, l, n), .arg = a, .help = __VA_ARGS__ },
#define LIST(S, member, l, n, a, ...) { OPT_ROW (OPT_LIST, S, member, l, n), .arg = a, .help = __VA_ARGS__ },
#define NUMBER(S, member, l, n, a, ...) { OPT_ROW (OPT_NUMBER, S, member, l, n), .arg = a, .help = __VA_ARGS__ },
#define FLAG(S, member, l, n, ...) { OPT_ROW (OPT_FLAG, S, member, l, n), .help = __VA_ARGS__ },
#define SWITCH(S, member, l, n, ...) { OPT_ROW (OPT_SWITCH, S, member, l, n), .help = __VA_ARGS__ },
#define END_OF_OPTIONS { .name = NULL }

/* A command. RUN gets the program's global arguments, its own (args_size bytes, zeroed, then filled in from the table)
 * and what is left; it returns the exit status, or a negative errno with *ERR. */
struct command
{
  const char *name;           /* may be two words, "image ls"; "" for a program that does one thing */
  const char *operands;       /* "CONTAINER [SIGNAL]"; NULL: none */
  int min_operands, max_operands; /* max -1: any number */
  bool stop_at_operand;       /* options end at the first operand (exec, ps) */
  const char *help;           /* one line */
  const struct opt *opts;
  size_t args_size;
  int failure_status;         /* exit status of a runtime error; 0 means 1 */
  bool hidden;
  int (*run) (const void *global, void *args, int argc, char **argv, struct error **err);
};

/* What an operand or a value of an option may be that is called WORD in upper case ("SERVICE" of "[SERVICE...]"): the
 * lines that the program's own COMMAND prints, quickly. */
struct cli_list
{
  const char *word;
  const char *const *command; /* words, NULL-terminated */
};

struct program
{
  const char *name;
  const char *help;
  const struct opt *opts;         /* global ones, before the command */
  size_t args_size;
  const struct command *const *commands; /* NULL-terminated */
  /* Called with the global arguments filled in, before the command runs (log set-up). */
  int (*prepare) (const void *global, struct error **err);
  void (*print_version) (void);
  const struct cli_list *lists; /* for completions, the last WORD is NULL; NULL: none */
  const char *section; /* of the manual; NULL: "8" */
  /* For the manual: exit statuses in roff, as .TP items; NULL: it has none of its own. Then COMMANDS is a part by
   * itself, too. */
  void (*print_statuses) (FILE *out);
  /* Report an error of a command (its code a positive errno or the program's own) and return the exit status; NULL: it
   * is logged as "COMMAND FIRST-OPERAND: …", status 1 or the command's own. COMMAND is NULL if the line names none. */
  int (*report) (const void *global, const struct command *command, const struct error *err);
  /* Are errors for programs to read, so that wrong usage is told without advice? NULL: no. */
  bool (*for_programs) (const void *global);
};

/* Parse ARGV (left as it is), run the command, report an error (as "COMMAND FIRST-OPERAND: ..."), release everything.
 * Returns the exit status.
 * Options may be given as --x v, --x=v, -x (one dash before a long name, as go's flag package takes it), -b v, -bv.
 * `--help`, `-h`, `help COMMAND`, `--version`, `-v` are answered here; so is the hidden `--emit man|bash|zsh|fish
 * [COMMAND]`, which the build uses (see cli_emit.c), and `--complete -- WORD...`, which completions use. Wrong usage:
 * on stderr the error in one line, the usage in one line and how to get help; status 1. */
int cli_main (const struct program *p, int argc, char **argv);

#endif
