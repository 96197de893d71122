/* cli_complete.c - what may come next on a command line, for `PROGRAM --complete -- WORD...`, which the shells' scripts
 * (cli_shells.c) ask. The last word is the one that was begun; it may be empty. By the tables alone, but for names of
 * containers and the like: those a command of the program's lists.
 *
 * A line each: the word, and for commands and options a tab and what it is; ":files" stands for all names of files. */
#include <ctype.h>
#include <fcntl.h>
#include <sys/mman.h>

#include "cli_parts.h"

struct completion
{
  const struct program *program;
  const struct command *command; /* NULL: not yet named */
  const char *group;             /* the first of two words; NULL */
  const struct opt *value_of;    /* the begun word is its value; NULL */
  size_t n_global;               /* the words before the command */
  size_t n_operands;
  bool named, no_options;        /* the command's first word is there; options have ended */
  char *const *words;
  char *before;                  /* "--file=" when the begun word is that and a value; NULL */
  const char *begun;
};

static void
offer (const struct completion *c, const char *word, const char *help)
{
  if (after_prefix (word, c->begun))
    printf ("%s%s%s%s\n", c->before ? c->before : "", word, help ? "\t" : "", help ? help : "");
}

/* ---- what a value or an operand is called says what it may be */

/* Is WHAT "SERVICE", "SERVICE=N" or "SERVICE..." for NAME "SERVICE"? */
static bool
is_called (const char *what, const char *name)
{
  const char *rest = after_prefix (what, name);
  return rest && ! isalpha ((unsigned char) *rest) && *rest != '-';
}

static bool
are_files (const char *what)
{
  for (; what; what = strchr (what, '|') ? strchr (what, '|') + 1 : NULL)
    if (is_called (what, "FILE") || is_called (what, "DIR") || is_called (what, "PATH"))
      return true;
  return false;
}

/* What the command of LIST prints, with the global options as they are. */
static char *
listed (const struct completion *c, const struct cli_list *list)
{
  autoclose int to = memfd_create ("complete", MFD_CLOEXEC), null = open ("/dev/null", O_WRONLY | O_CLOEXEC),
                was = fcntl (STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  autotext struct text text = { 0 };
  autostrv struct strv argv = { 0 };
  char buf[4096];
  ssize_t n;
  strv_add (&argv, c->program->name);
  for (size_t i = 0; i < c->n_global; i++)
    if (i + 2 < c->n_global && streq (c->words[i + 1], "="))
      {
        strv_printf (&argv, "%s=%s", c->words[i], c->words[i + 2]);
        i += 2;
      }
    else
      strv_add (&argv, c->words[i]);
  for (const char *const *word = list->command; *word; word++)
    strv_add (&argv, *word);
  fflush (stdout);
  /* An error is no answer; nobody would see where it comes from. */
  if (to < 0 || null < 0 || was < 0 || dup2 (to, STDOUT_FILENO) < 0 || dup2 (null, STDERR_FILENO) < 0)
    return NULL;
  cli_main (c->program, (int) argv.n, argv.v);
  fflush (stdout);
  dup2 (was, STDOUT_FILENO);
  lseek (to, 0, SEEK_SET);
  while ((n = read (to, buf, sizeof buf)) > 0)
    text_add_bytes (&text, buf, (size_t) n);
  return TAKE_PTR (text.s);
}

/* "SERVICE=N", "SERVICE:PATH": names are followed by the sign. */
static void
offer_listed (const struct completion *c, const struct cli_list *list, const char *what)
{
  const char *after = what + strlen (list->word);
  const char sign[] = { *after == '=' || *after == ':' ? *after : '\0', '\0' };
  autofree char *text = listed (c, list);
  char *rest = text, *line;
  while ((line = strsep (&rest, "\n")))
    {
      autofree char *word = mem_printf ("%s%s", line, sign);
      if (*line)
        offer (c, word, NULL);
    }
}

static void
offer_what (const struct completion *c, const char *what)
{
  for (const struct cli_list *l = c->program->lists; what && l && l->word; l++)
    if (is_called (what, l->word))
      offer_listed (c, l, what);
  if (what && are_files (what))
    puts (":files");
}

/* What the operands' word number N is called; the last may be repeated. For the caller to free; NULL: there is none. */
static char *
operand (const struct command *command, size_t n)
{
  const char *word = command->operands ? command->operands : "", *next;
  for (; n > 0 && (next = strchr (word, ' ')); n--)
    word = next + 1;
  return n == 0 || strstr (word, "...") ? mem_strdup (word + strspn (word, "[")) : NULL;
}

/* ---- commands and options */

/* Is C the first that is shown of those with its first word? */
static bool
begins_group (const struct program *p, const struct command *const *c)
{
  size_t n = strcspn ((*c)->name, " ");
  for (const struct command *const *before = p->commands; before < c; before++)
    if (! (*before)->hidden && strcspn ((*before)->name, " ") == n && strncmp ((*before)->name, (*c)->name, n) == 0)
      return false;
  return true;
}

/* First words, or the second ones of the group. */
static void
offer_commands (const struct completion *c)
{
  for (const struct command *const *p = c->program->commands; *p; p++)
    {
      const char *second = cli_second_word (*p);
      autofree char *first = mem_strndup ((*p)->name, strcspn ((*p)->name, " "));
      if ((*p)->hidden)
        continue;
      if (c->group && cli_in_group (*p, c->group))
        offer (c, second, (*p)->help);
      else if (! c->group && begins_group (c->program, p))
        offer (c, first, second ? "commands on these" : (*p)->help);
    }
  if (! c->group)
    offer (c, "help", "show help on a command");
}

static void
offer_options (const struct completion *c)
{
  struct cli_tables tables = cli_tables (c->program, c->command);
  const struct opt *o;
  for (size_t i = 0; (o = cli_shown (&tables, i)); i++)
    {
      autofree char *word = mem_printf ("--%s", o->name);
      offer (c, word, o->help);
    }
}

/* ---- the words before */

/* A word of options: the one that takes the next word as its value, or NULL. */
static const struct opt *
waits_for_value (const struct completion *c, const char *word)
{
  struct cli_tables tables = cli_tables (c->program, c->command);
  size_t dashes = word[1] == '-' ? 2 : 1, n = strlen (word) - dashes;
  const struct opt *o = NULL;
  for (size_t t = 0; t < N_CLI_TABLES && ! o; t++)
    o = cli_opt (tables.v[t], 0, word + dashes, n);
  for (size_t t = 0; t < N_CLI_TABLES && ! o && dashes == 1; t++)
    o = cli_opt (tables.v[t], word[n], NULL, 0); /* the last of letters in a row */
  return o && cli_takes_value (o) ? o : NULL;
}

/* A word that is no option: of the command's name, or an operand. */
static void
take_operand (struct completion *c, size_t i)
{
  const char *word = c->words[i];
  if (! c->named && streq (word, "help"))
    return;
  if (! c->named)
    {
      c->named = true;
      c->n_global = i;
      c->command = cli_find (c->program, word);
      c->group = cli_is_group (c->program, word) ? word : NULL;
      return;
    }
  autofree char *two = c->group ? mem_printf ("%s %s", c->group, word) : NULL;
  const struct command *found = two ? cli_find (c->program, two) : NULL;
  c->group = NULL;
  if (found)
    c->command = found;
  else
    c->n_operands++;
  c->no_options |= ! found && c->command && c->command->stop_at_operand;
}

/* Bash hands "--file=x" over as three words. */
static void
take_words (struct completion *c, size_t n)
{
  for (size_t i = 0; i < n; i++)
    {
      const char *word = c->words[i];
      bool option = ! c->no_options && word[0] == '-' && word[1];
      const struct opt *o = option ? waits_for_value (c, word) : NULL;
      if (! option)
        take_operand (c, i);
      else if (streq (word, "--"))
        c->no_options = true;
      i += o && i + 1 < n && streq (c->words[i + 1], "=");
      if (o && ++i >= n)
        c->value_of = o;
    }
}

static void
take_begun (struct completion *c, const char *word)
{
  const char *equals = strchr (word, '=');
  c->begun = c->value_of && streq (word, "=") ? "" : word;
  if (c->no_options || c->value_of || word[0] != '-' || ! equals)
    return;
  c->before = mem_strndup (word, (size_t) (equals + 1 - word));
  c->begun = equals + 1;
  autofree char *name = mem_strndup (word, (size_t) (equals - word));
  c->value_of = waits_for_value (c, name);
}

void
cli_complete (const struct program *p, int argc, char **argv)
{
  struct completion c = { .program = p, .words = argv };
  if (argc == 0)
    return;
  take_words (&c, (size_t) argc - 1);
  take_begun (&c, argv[argc - 1]);
  autofree char *what = c.command ? operand (c.command, c.n_operands) : NULL;
  if (c.value_of)
    offer_what (&c, c.value_of->arg);
  else if (! c.no_options && *c.begun == '-')
    offer_options (&c);
  else if (! c.named || c.group)
    offer_commands (&c);
  else
    offer_what (&c, what);
  free (c.before);
}
