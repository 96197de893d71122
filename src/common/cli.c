/* cli.c - reads a command line by the tables of options and commands, and runs the command. Owns the arguments' memory.
 * Runs first in every program, in the caller's namespaces. */
#include "cli.h"

#include "cli_parts.h"
#include "log.h"

const struct opt cli_program_opts[] = {
  FLAG (cli_asked, help, 'h', "help", "show this help")
  FLAG (cli_asked, version, 'v', "version", "show the version")
  TEXT (cli_asked, emit, 0, "emit", "WHAT", "print a man page or a shell's completions", .hidden = true)
  FLAG (cli_asked, complete, 0, "complete", "print what may come next", .hidden = true)
  END_OF_OPTIONS
};
const struct opt cli_command_opts[] = {
  FLAG (cli_asked, help, 'h', "help", "show this help")
  END_OF_OPTIONS
};

struct cli_tables
cli_tables (const struct program *p, const struct command *command)
{
  if (command)
    return (struct cli_tables) { { command->opts, cli_command_opts, p->opts } };
  return (struct cli_tables) { { p->opts, cli_program_opts, NULL } };
}

const struct opt *
cli_shown (const struct cli_tables *tables, size_t i)
{
  for (size_t t = 0; t < CLI_PROGRAM; t++)
    for (const struct opt *o = tables->v[t]; o && o->name; o++)
      if (! o->hidden && i-- == 0)
        return o;
  return NULL;
}

const struct opt *
cli_opt (const struct opt *opts, char letter, const char *name, size_t n)
{
  for (const struct opt *o = opts; o && o->name; o++)
    if (letter ? o->letter == letter : strlen (o->name) == n && memcmp (o->name, name, n) == 0)
      return o;
  return NULL;
}

const struct command *
cli_find (const struct program *p, const char *name)
{
  for (const struct command *const *c = p->commands; *c; c++)
    if (streq ((*c)->name, name))
      return *c;
  return NULL;
}

const struct command *
cli_find_words (const struct program *p, char *const *words, int *ret_used)
{
  autofree char *two = words[0] && words[1] ? mem_printf ("%s %s", words[0], words[1]) : NULL;
  const struct command *command = two ? cli_find (p, two) : NULL;
  *ret_used = command ? 2 : 1;
  return command || ! words[0] ? command : cli_find (p, words[0]);
}

char
cli_letter (const struct cli_tables *tables, const struct opt *o)
{
  const struct opt *first = o->letter ? cli_opt (tables->v[CLI_OWN], o->letter, NULL, 0) : NULL;
  return first && first != o ? 0 : o->letter;
}

const char *
cli_second_word (const struct command *command)
{
  const char *blank = strchr (command->name, ' ');
  return blank ? blank + 1 : NULL;
}

bool
cli_in_group (const struct command *command, const char *group)
{
  const char *rest = after_prefix (command->name, group);
  return rest && *rest == ' ';
}

bool
cli_is_group (const struct program *p, const char *group)
{
  for (const struct command *const *c = p->commands; *c; c++)
    if (! (*c)->hidden && cli_in_group (*c, group))
      return true;
  return false;
}

/* One run over arguments: options go to ARGS[t] by the rows of TABLES[t], the rest to the front of ARGV. */
struct scan
{
  const struct program *program;
  const struct command *command;
  struct cli_tables tables;
  void *args[N_CLI_TABLES];
  bool stop_at_operand;
  char **argv; /* NULL-terminated */
  int next, n_operands;
};

/* An option that was found: its row, and where its value goes. */
struct found
{
  const struct opt *opt;
  void *at;
};

static bool
find_option (const struct scan *s, char letter, const char *name, size_t n, struct found *ret)
{
  for (size_t t = 0; t < N_CLI_TABLES; t++)
    {
      const struct opt *o = cli_opt (s->tables.v[t], letter, name, n);
      if (! o || (t == CLI_PROGRAM && ! o->anywhere))
        continue;
      *ret = (struct found) { o, (char *) s->args[t] + o->offset };
      return true;
    }
  return false;
}

/* The words that go's flag package takes; callers were written for that. */
static int
parse_bool (const char *s, bool *ret)
{
  static const char *const words[][6] = { { "0", "f", "F", "false", "FALSE", "False" },
                                          { "1", "t", "T", "true", "TRUE", "True" } };
  for (size_t yes = 0; yes < 2; yes++)
    for (size_t i = 0; i < ARRAY_LEN (words[yes]); i++)
      if (streq (s, words[yes][i]))
        {
          *ret = yes;
          return 0;
        }
  return -EINVAL;
}

static int
parse_number (const char *s, long long *ret)
{
  char *end;
  errno = 0;
  long long v = strtoll (s, &end, 10);
  if (errno || end == s || *end || (*s != '-' && (*s < '0' || *s > '9')))
    return -EINVAL;
  *ret = v;
  return 0;
}

/* VALUE may be NULL for flags only. */
static int
set_option (const struct found *f, const char *value, struct error **err)
{
  bool yes = true;
  long long number;
  const char *name = f->opt->name;

  switch (f->opt->kind)
    {
    case OPT_TEXT:
      *(const char **) f->at = *value ? value : NULL;
      return 0;
    case OPT_LIST:
      strv_add (f->at, value);
      return 0;
    case OPT_NUMBER:
      if (parse_number (value, &number) < 0)
        return fail (err, EINVAL, "--%s %s: not a decimal integer", name, value);
      *(struct cli_number *) f->at = (struct cli_number) { number, true };
      return 0;
    case OPT_FLAG:
    case OPT_SWITCH:
      if (value && parse_bool (value, &yes) < 0)
        return fail (err, EINVAL, "--%s=%s: neither true nor false", name, value);
      if (f->opt->kind == OPT_FLAG)
        *(bool *) f->at = yes;
      else
        *(struct cli_switch *) f->at = (struct cli_switch) { yes, true };
      return 0;
    }
  return -EINVAL;
}

/* VALUE as it stands in the option's own word, or NULL: then the next word, if the option takes one. */
static int
take_option (struct scan *s, const struct found *f, const char *value, struct error **err)
{
  if (! value && cli_takes_value (f->opt))
    {
      value = s->argv[s->next];
      if (! value)
        return fail (err, EINVAL, "--%s needs a value: --%s %s", f->opt->name, f->opt->name, f->opt->arg);
      s->next++;
    }
  return set_option (f, value, err);
}

/* WORD is "-x", "-xVALUE", "-x=VALUE", or flags in a row, "-dt". */
static int
take_letters (struct scan *s, const char *word, struct error **err)
{
  for (const char *p = word + 1; *p; p++)
    {
      struct found f;
      const char *rest = p[1] == '=' ? p + 2 : p + 1;
      if (! find_option (s, *p, NULL, 0, &f))
        return p == word + 1 ? cli_unknown_option (s->program, s->command, word, err)
                             : fail (err, EINVAL, "unknown option -%c in %s", *p, word);
      if (p[1] == '=' || (p[1] && cli_takes_value (f.opt)))
        return take_option (s, &f, rest, err);
      TRY (take_option (s, &f, NULL, err));
    }
  return 0;
}

static int
take_word (struct scan *s, const char *word, struct error **err)
{
  struct found f;
  bool two = word[1] == '-';
  const char *name = word + 1 + two, *equals = strchrnul (name, '=');
  if (find_option (s, 0, name, (size_t) (equals - name), &f))
    return take_option (s, &f, *equals ? equals + 1 : NULL, err);
  if (two)
    return cli_unknown_option (s->program, s->command, word, err);
  return take_letters (s, word, err);
}

static int
scan (struct scan *s, struct error **err)
{
  bool options = true;
  const char *word;
  while ((word = s->argv[s->next]))
    {
      s->next++;
      if (options && streq (word, "--"))
        options = false;
      else if (options && word[0] == '-' && word[1])
        TRY (take_word (s, word, err));
      else
        {
          s->argv[s->n_operands++] = s->argv[s->next - 1];
          if (s->stop_at_operand)
            options = false;
        }
    }
  s->argv[s->n_operands] = NULL;
  return 0;
}

static void
free_lists (const struct opt *opts, void *args)
{
  for (const struct opt *o = opts; o && o->name; o++)
    if (o->kind == OPT_LIST)
      strv_free ((struct strv *) ((char *) args + o->offset));
}

static int
failed (const struct program *p, const void *global, const struct command *command, const char *operand,
        struct error **err)
{
  if (p->report && *err)
    return p->report (global, command, *err);
  if (operand)
    wrap (err, "%s %s", command->name, operand);
  else
    wrap (err, "%s", command->name);
  log_line (LOG_ERROR, "%s", *err ? error_text (*err) : command->name);
  return command->failure_status ? command->failure_status : EXIT_FAILURE;
}

/* What was printed is on its way: a full disk must not look like success. */
static int
flush_output (struct error **err)
{
  if (fflush (stdout) < 0 || ferror (stdout))
    return fail_sys (err, errno ? errno : EIO, "standard output");
  return 0;
}

static int
check_operands (const struct command *command, int n, struct error **err)
{
  if (n >= command->min_operands && (command->max_operands < 0 || n <= command->max_operands))
    return 0;
  if (command->max_operands == 0)
    return fail (err, EINVAL, "takes no operands");
  return fail (err, EINVAL, "%s operands; expected %s", n < command->min_operands ? "not enough" : "too many",
               command->operands);
}

/* ARGV: what follows the command's name; is changed. */
static int
run_command (const struct program *p, const struct command *command, void *global, char **argv)
{
  autoerror struct error *err = NULL;
  struct cli_asked asked = { 0 };
  autofree void *args = mem_alloc (command->args_size);
  struct scan s = { .program = p, .command = command, .tables = cli_tables (p, command),
                    .args = { args, &asked, global }, .argv = argv, .stop_at_operand = command->stop_at_operand };
  int status;

  if (scan (&s, &err) < 0)
    status = cli_wrong_usage (p, global, command, NULL, &err);
  else if (asked.help)
    {
      cli_print_help (p, command, NULL, stdout);
      status = 0;
    }
  else if (check_operands (command, s.n_operands, &err) < 0)
    status = cli_wrong_usage (p, global, command, NULL, &err);
  else
    {
      status = command->run (global, args, s.n_operands, argv, &err);
      if (status < 0)
        status = failed (p, global, command, argv[0], &err);
    }
  free_lists (command->opts, args);
  return status;
}

/* WORDS name no command: help on their group, on the program, or what is wrong. */
static int
without_command (const struct program *p, const struct cli_asked *asked, const void *global, bool help,
                 char *const *words, struct error **err)
{
  static const char *const helps[] = { "-h", "--help", "help" };
  const char *group = *words && cli_is_group (p, *words) ? *words : NULL;
  const char *wrong = group ? words[1] : *words;
  bool asks = help || asked->help;
  for (size_t i = 0; wrong && i < ARRAY_LEN (helps); i++)
    if (streq (wrong, helps[i]))
      {
        asks = true;
        wrong = NULL;
      }
  if (wrong || ! asks)
    {
      cli_unknown_command (p, group, wrong, err);
      return cli_wrong_usage (p, global, NULL, group, err);
    }
  cli_print_help (p, NULL, group, stdout);
  return 0;
}

/* The part of the command line that says what to do, once the global options are gone. */
static int
run_program (const struct program *p, const struct cli_asked *asked, void *global, char **argv, struct error **err)
{
  bool help = *argv && streq (*argv, "help") && ! cli_find (p, "help");
  char *const *words = help && ! asked->emit ? argv + 1 : argv;
  int used;
  const struct command *command = cli_find_words (p, words, &used);

  if (asked->version)
    {
      p->print_version ();
      return 0;
    }
  if (asked->emit && (command || ! *words))
    return cli_emit (p, asked->emit, command, stdin, stdout, err);
  if (! command)
    return without_command (p, asked, global, help, words, err);
  if (help || asked->help)
    {
      cli_print_help (p, command, NULL, stdout);
      return 0;
    }
  TRY (p->prepare ? p->prepare (global, err) : 0);
  return run_command (p, command, global, argv + used);
}

int
cli_main (const struct program *p, int argc, char **argv)
{
  autoerror struct error *err = NULL;
  struct cli_asked asked = { 0 };
  autofree void *global = mem_alloc (p->args_size);
  autofree char **words = mem_alloc (sizeof *words * ((size_t) argc + 1));
  struct scan s = { .program = p, .tables = cli_tables (p, NULL), .args = { global, &asked }, .argv = words,
                    .stop_at_operand = true };

  for (int i = 1; i < argc; i++)
    words[i - 1] = argv[i];
  int status = scan (&s, &err);
  if (status < 0)
    status = cli_wrong_usage (p, global, NULL, NULL, &err);
  else if (asked.complete)
    cli_complete (p, s.n_operands, words);
  else
    status = run_program (p, &asked, global, words, &err);
  if (status == 0)
    status = flush_output (&err);
  if (status < 0)
    {
      log_line (LOG_ERROR, "%s", error_text (err));
      status = EXIT_FAILURE;
    }
  free_lists (p->opts, global);
  return status;
}
