/* test_cli.c - command lines, read by a program of two commands. Its help and errors stand between the results. */
#include "cli.h"

#include "check.h"

struct global
{
  const char *root;
  bool debug, dry;
};

struct args
{
  const char *text;
  struct strv list;
  bool flag, other;
  struct cli_switch yes;
  struct cli_number number;
};

/* What the command saw last. */
static struct
{
  bool ran, prepared, debug, dry, flag, other, null_end;
  struct cli_switch yes;
  struct cli_number number;
  int result;
  char *root, *text, *list, *operands;
} seen;

static char *
join (char **v, size_t n)
{
  struct text t = { 0 };
  text_add (&t, "");
  for (size_t i = 0; i < n; i++)
    text_printf (&t, "%s%s", i ? " " : "", v[i]);
  return t.s;
}

static void
forget (void)
{
  free (seen.root);
  free (seen.text);
  free (seen.list);
  free (seen.operands);
  seen = (__typeof__ (seen)) { 0 };
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct global *g = global;
  const struct args *a = args;
  int result = seen.result;
  bool prepared = seen.prepared;
  forget ();
  seen = (__typeof__ (seen)) { .ran = true, .prepared = prepared, .debug = g->debug, .dry = g->dry, .flag = a->flag,
                               .other = a->other, .yes = a->yes, .number = a->number,
                               .null_end = argv[argc] == NULL,
                               .root = g->root ? mem_strdup (g->root) : NULL,
                               .text = a->text ? mem_strdup (a->text) : NULL,
                               .list = join (a->list.v, a->list.n), .operands = join (argv, (size_t) argc) };
  return result < 0 ? fail (err, -result, "told to") : result;
}

static int
prepare (const void *global, struct error **err)
{
  const struct global *g = global;
  seen.prepared = true;
  return g->root && streq (g->root, "bad") ? fail (err, EINVAL, "bad root") : 0;
}

static void
print_version (void)
{
  puts ("version");
}

static const struct opt global_opts[] = {
  TEXT (global, root, 0, "root", "DIR", "state")
  FLAG (global, debug, 0, "debug", "talk")
  FLAG (global, dry, 0, "dry", "do nothing", .anywhere = true)
  END_OF_OPTIONS
};
static const struct opt opts[] = {
  TEXT (args, text, 't', "text", "TEXT", "a text")
  LIST (args, list, 'l', "list", "ITEM", "a list")
  FLAG (args, flag, 'f', "flag", "a flag")
  FLAG (args, other, 'o', "other", "another", .hidden = true)
  SWITCH (args, yes, 0, "yes", "yes or no")
  NUMBER (args, number, 'n', "number", "N", "a number")
  END_OF_OPTIONS
};
static const struct command plain = { .name = "plain", .operands = "A [B]", .min_operands = 1, .max_operands = 2,
                                      .help = "plain", .opts = opts, .args_size = sizeof (struct args), .run = run };
static const struct command stops = { .name = "stops", .operands = "A [B...]", .min_operands = 1, .max_operands = -1,
                                      .stop_at_operand = true, .failure_status = 255, .help = "stops", .opts = opts,
                                      .args_size = sizeof (struct args), .run = run };
static const struct command grouped = { .name = "group one", .help = "grouped", .opts = opts,
                                        .args_size = sizeof (struct args), .run = run };
static const struct command *const commands[] = { &plain, &stops, &grouped, NULL };
static const struct program program = { .name = "prog", .help = "help", .opts = global_opts,
                                        .args_size = sizeof (struct global), .commands = commands,
                                        .prepare = prepare, .print_version = print_version };

/* The exit status of "prog" with the words of LINE (at most 15, single spaces; "''" is an empty one). */
static int
status_of (const char *line)
{
  autofree char *copy = mem_strdup (line);
  char *argv[17] = { (char *) "prog" }, *rest = copy, *word;
  int argc = 1, result = seen.result;
  while ((word = strsep (&rest, " ")) && argc < 16)
    if (*word)
      argv[argc++] = streq (word, "''") ? word + 2 : word;
  forget ();
  seen.result = result;
  return cli_main (&program, argc, argv);
}

TEST (forms_of_options)
{
  static const char *const lines[] = { "plain --text x a", "plain --text=x a", "plain -text x a", "plain -text=x a",
                                       "plain -t x a", "plain -tx a", "plain -t=x a", "plain a --text x",
                                       "plain -f -o -tx a", "plain -foc a -t x" };
  for (size_t i = 0; i + 1 < ARRAY_LEN (lines); i++)
    {
      CHECK_INT (0, status_of (lines[i]));
      CHECK_STR ("x", seen.text);
      CHECK_STR ("a", seen.operands);
    }
  CHECK_INT (1, status_of (lines[ARRAY_LEN (lines) - 1]));
  CHECK (! seen.ran);
}

TEST (kinds)
{
  CHECK_INT (0, status_of ("plain -l a -lb --list=c=d --yes=false -n -5 -fo x y"));
  CHECK_STR ("a b c=d", seen.list);
  CHECK_STR ("x y", seen.operands);
  CHECK (seen.yes.set && ! seen.yes.value && seen.flag && seen.other && seen.null_end);
  CHECK (seen.number.set && seen.number.value == -5);
  CHECK_INT (0, status_of ("plain --text '' --flag=true --flag=0 x"));
  CHECK (! seen.text && ! seen.flag && ! seen.yes.set && ! seen.number.set);
  CHECK_STR ("", seen.list);
}

TEST (end_of_options)
{
  CHECK_INT (0, status_of ("plain -- -f --text"));
  CHECK_STR ("-f --text", seen.operands);
  CHECK (! seen.flag);
  CHECK_INT (0, status_of ("plain - -f"));
  CHECK_STR ("-", seen.operands);
  CHECK (seen.flag);
  CHECK_INT (0, status_of ("stops -f id cmd -t x -- -l"));
  CHECK_STR ("id cmd -t x -- -l", seen.operands);
  CHECK (seen.flag && ! seen.text && seen.null_end);
}

TEST (global_options)
{
  CHECK_INT (0, status_of ("--root r -debug plain x"));
  CHECK_STR ("r", seen.root);
  CHECK (seen.debug && seen.prepared);
  CHECK_INT (1, status_of ("plain --root r x"));
  CHECK (! seen.ran);
  CHECK_INT (1, status_of ("--root bad plain x"));
  CHECK (! seen.ran);
}

TEST (options_that_may_be_anywhere)
{
  CHECK_INT (0, status_of ("--dry plain x"));
  CHECK (seen.dry);
  CHECK_INT (0, status_of ("plain x --dry"));
  CHECK (seen.dry && ! seen.debug);
  CHECK_INT (0, status_of ("stops x --dry"));
  CHECK (! seen.dry);
}

TEST (wrong_usage)
{
  static const char *const lines[] = { "", "none", "--none plain x", "plain", "plain a b c", "plain --text",
                                       "plain --none a", "plain -x a", "plain --flag=maybe a", "plain -n 1x a",
                                       "plain -n 99999999999999999999 a", "plain -n= a", "stops", "help none",
                                       "plain --tex x a", "--emit pdf", "group", "group two", "group --flag one",
                                       "help group two", "help plane" };
  for (size_t i = 0; i < ARRAY_LEN (lines); i++)
    {
      if (status_of (lines[i]) != 1)
        CHECK_STR ("status 1", lines[i]);
      CHECK (! seen.ran);
    }
}

TEST (answered_here)
{
  static const char *const lines[] = { "--help", "-h", "help", "help plain", "plain --help", "plain -h", "--version",
                                       "-v", "stops -h", "--complete", "--complete -- pl",
                                       "--complete -- plain --text", "--emit bash", "--emit zsh", "--emit fish",
                                       "help help", "help --help", "group --help", "group -h", "group help",
                                       "help group", "help group one", "group one --help", "--help group" };
  for (size_t i = 0; i < ARRAY_LEN (lines); i++)
    {
      if (status_of (lines[i]) != 0)
        CHECK_STR ("status 0", lines[i]);
      CHECK (! seen.ran);
    }
}

TEST (statuses)
{
  seen.result = -EPERM;
  CHECK_INT (1, status_of ("plain x"));
  seen.result = -EPERM;
  CHECK_INT (255, status_of ("stops x"));
  seen.result = 42;
  CHECK_INT (42, status_of ("stops x"));
}

/* Its words are the caller's, who may execute the same line again. */
TEST (argv_is_kept)
{
  char *argv[] = { (char *) "prog", (char *) "plain", (char *) "a", (char *) "-f", NULL };
  forget ();
  CHECK_INT (0, cli_main (&program, 4, argv));
  CHECK_STR ("a", argv[2]);
  CHECK_STR ("-f", argv[3]);
}

TEST_MAIN (X (forms_of_options) X (kinds) X (end_of_options) X (global_options)
           X (options_that_may_be_anywhere) X (wrong_usage) X (answered_here) X (statuses)
           X (argv_is_kept) forget ();)
