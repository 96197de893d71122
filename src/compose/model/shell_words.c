/* shell_words.c - a command line as the words that a POSIX shell would make of it: quotes and backslashes, nothing else
 * (no variables, globs or operators). Pure. */
#include "loading.h"

struct words
{
  const char *p;
  struct text word;
  bool open; /* a word has begun, be it empty: '' */
};

static void
put (struct words *w, char c)
{
  w->open = true;
  text_add_bytes (&w->word, &c, 1);
}

/* What a double quote encloses: a backslash escapes only $ ` " \ and the line's end (XCU 2.2.3). */
static bool
take_double (struct words *w)
{
  for (w->p++; *w->p != '"'; w->p++)
    {
      bool escapes = *w->p == '\\' && w->p[1] && strchr ("$`\"\\\n", w->p[1]);
      if (*w->p == 0)
        return false;
      w->p += escapes;
      if (! (escapes && *w->p == '\n'))
        put (w, *w->p);
    }
  w->open = true;
  return true;
}

static bool
take_single (struct words *w)
{
  const char *end = strchr (w->p + 1, '\'');
  if (! end)
    return false;
  text_add_bytes (&w->word, w->p + 1, (size_t) (end - w->p - 1));
  w->p = end;
  w->open = true;
  return true;
}

static void
end_word (struct words *w, struct arena *a, struct node *list, const struct place *at)
{
  if (w->open)
    node_append (list, node_string (a, mem_arena_text (a, w->word.s ? w->word.s : "", w->word.len), at));
  w->word.len = 0;
  w->open = false;
}

static int
take (struct words *w, struct arena *a, struct node *list, const struct place *at, struct error **err)
{
  switch (*w->p)
    {
    case ' ':
    case '\t':
    case '\r':
    case '\n':
      end_word (w, a, list, at);
      return 0;
    case '\'':
      return take_single (w) ? 0 : fail (err, EINVAL, "a single quote is not closed");
    case '"':
      return take_double (w) ? 0 : fail (err, EINVAL, "a double quote is not closed");
    case '\\':
      if (*++w->p == 0)
        return fail (err, EINVAL, "nothing follows the last backslash");
      if (*w->p != '\n')
        put (w, *w->p);
      return 0;
    default:
      put (w, *w->p);
      return 0;
    }
}

int
shell_words (struct arena *a, struct node *n, struct error **err)
{
  struct words w = { .p = n->text };
  struct node *list = node_new (a, NODE_LIST, &n->place);
  int r = 0;
  for (; r == 0 && *w.p; w.p++)
    r = take (&w, a, list, &n->place, err);
  end_word (&w, a, list, &n->place);
  text_free (&w.word);
  if (r < 0)
    return r;
  node_become (n, list);
  return 0;
}
