/* dotenv.c - reads files of variables. Owns the index of what a file has set so far while it reads. Reads one regular
 * file; otherwise pure, in any process. */
#include "dotenv.h"

#include <fcntl.h>
#include <search.h>

#include "errors.h"
#include "fs.h"

enum
{
  LARGEST = 1 << 20,
  LARGEST_RESULT = 16 << 20, /* values can double each other */
};

struct setting
{
  const char *name;
  size_t index; /* in `into` */
};

struct reader
{
  const char *file;
  const char *at, *end;
  unsigned line;
  const struct variables *outer;
  struct strv *into;
  void *entries; /* tsearch(3) */
  struct arena arena;
  size_t bytes;
  struct error **err;
};

static int refuse (const struct reader *r, const char *fmt, ...) PRINTF (2, 3);

static int
refuse (const struct reader *r, const char *fmt, ...)
{
  va_list ap;
  va_start (ap, fmt);
  autofree char *message = mem_vprintf (fmt, ap);
  va_end (ap);
  return fail (r->err, E_ENV_FILE, "%s:%u: %s", r->file, r->line, message);
}

/* ---- what the file has set */

static int
compare (const void *a, const void *b)
{
  return strcmp (((const struct setting *) a)->name, ((const struct setting *) b)->name);
}

static void
keep (void *entry)
{
  (void) entry; /* the arena's */
}

static const char *
get_outer (const struct reader *r, const char *name)
{
  return r->outer ? variables_get (r->outer, name) : NULL;
}

/* variable_lookup: those around the file win, as they do in the end, then its own. */
static const char *
get (const void *reader, const char *name)
{
  const struct reader *r = reader;
  const char *outer = get_outer (r, name);
  if (outer)
    return outer;
  const struct setting wanted = { .name = name };
  struct setting *const *found = tfind (&wanted, &r->entries, compare);
  return found ? strchr (r->into->v[(*found)->index], '=') + 1 : NULL;
}

static int
set (struct reader *r, const char *name, const char *value)
{
  r->bytes += strlen (name) + strlen (value);
  if (r->bytes > LARGEST_RESULT)
    return refuse (r, "the values become larger than %d MiB", LARGEST_RESULT >> 20);
  struct setting *e = mem_arena (&r->arena, sizeof *e);
  *e = (struct setting) { mem_arena_text (&r->arena, name, strlen (name)), r->into->n };
  struct setting *const *found = tsearch (e, &r->entries, compare);
  if (! found)
    out_of_memory ();
  if (*found == e)
    strv_printf (r->into, "%s=%s", name, value);
  else
    {
      char **old = &r->into->v[(*found)->index];
      free (*old);
      *old = mem_printf ("%s=%s", name, value);
    }
  return 0;
}

/* ---- pieces of lines; "\r" at a line's end counts as blank */

static bool
is_blank (char c)
{
  return c && strchr (" \t\r\v\f", c);
}

static void
skip_blanks (struct reader *r)
{
  while (r->at < r->end && is_blank (*r->at))
    r->at++;
}

static const char *
line_end (const struct reader *r)
{
  const char *newline = memchr (r->at, '\n', (size_t) (r->end - r->at));
  return newline ? newline : r->end;
}

static void
next_line (struct reader *r)
{
  r->at = line_end (r);
  if (r->at < r->end)
    r->at++;
  r->line++;
}

/* Letters (of any script), digits and "_.-[]". */
static bool
is_name_char (char c)
{
  return (unsigned char) c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
         || (c && strchr ("_.-[]", c));
}

static char *
take_name (struct reader *r)
{
  const char *start = r->at;
  while (r->at < r->end && is_name_char (*r->at))
    r->at++;
  char *name = mem_strndup (start, (size_t) (r->at - start));
  skip_blanks (r);
  return name;
}

/* ---- values: each leaves the place behind the value. They make templates for interpolation but for single quotes. */

/* Up to the line's end or a comment, which needs a blank before it. */
static char *
take_unquoted (struct reader *r)
{
  const char *start = r->at, *end = line_end (r), *p = start;
  /* "NAME= # comment": the blank was skipped */
  while (p < end && ! (*p == '#' && is_blank (p[-1])))
    p++;
  r->at = end;
  while (p > start && is_blank (p[-1]))
    p--;
  return mem_strndup (start, (size_t) (p - start));
}

/* The character that \C is within double quotes; '\0' if the backslash stays. */
static char
escaped (char c)
{
  static const char pairs[] = "n\nr\rt\ta\ab\bf\fv\v\\\\\"\"";
  for (size_t i = 0; pairs[i]; i += 2)
    if (pairs[i] == c)
      return pairs[i + 1];
  return '\0';
}

/* \0 and up to three octal digits, as echo of POSIX has it. R is at the 0, and is left at the last digit. */
static int
add_octal (struct reader *r, struct text *value)
{
  unsigned code = 0;
  for (int i = 0; i < 3 && r->at + 1 < r->end && r->at[1] >= '0' && r->at[1] <= '7'; i++)
    code = code * 8 + (unsigned) (*++r->at - '0');
  if (code == 0 || code > 0xff)
    return refuse (r, "\\0%o in double quotes is no character", code);
  text_add_bytes (value, (const char[]) { (char) code }, 1);
  return 0;
}

/* R is at what is behind a backslash, and stays at its last character. */
static int
add_escaped (struct reader *r, struct text *value, char quote)
{
  char c = *r->at, plain = quote == '"' ? escaped (c) : c == '\'' ? c : '\0';
  if (quote == '"' && c == '0')
    return add_octal (r, value);
  if (quote == '"' && c == '$')
    text_add (value, "$$");
  else if (plain)
    text_add_bytes (value, &plain, 1);
  else
    text_add_bytes (value, (const char[]) { '\\', c }, 2);
  r->line += c == '\n';
  return 0;
}

/* What is between quotes, which may go over lines. */
static int
take_quoted (struct reader *r, char **ret)
{
  const char quote = *r->at++;
  const unsigned first_line = r->line;
  autotext struct text value = { 0 };
  text_add (&value, "");
  for (; r->at < r->end && *r->at != quote; r->at++)
    {
      r->line += *r->at == '\n';
      if (*r->at == '\\' && r->at + 1 < r->end)
        {
          r->at++;
          TRY (add_escaped (r, &value, quote));
        }
      else
        text_add_bytes (&value, r->at, 1);
    }
  if (r->at == r->end)
    {
      r->line = first_line;
      return refuse (r, "the closing %c is missing", quote);
    }
  r->at++;
  skip_blanks (r);
  if (r->at < r->end && *r->at != '\n' && *r->at != '#')
    return refuse (r, "text after the closing %c", quote);
  *ret = TAKE_PTR (value.s);
  return 0;
}

static int
take_value (struct reader *r, char **ret)
{
  autofree char *template = NULL;
  bool single = r->at < r->end && *r->at == '\'', quoted = single || (r->at < r->end && *r->at == '"');
  const unsigned line = r->line;
  if (quoted)
    TRY (take_quoted (r, &template));
  else
    template = take_unquoted (r);
  if (single)
    {
      *ret = TAKE_PTR (template);
      return 0;
    }
  autoerror struct error *error = NULL;
  if (interpolate_by (template, get, r, NULL, ret, &error) == 0)
    return 0;
  r->line = line;
  return refuse (r, "%s", error_text (error));
}

/* ---- lines */

/* "NAME" alone: the value that it has outside. */
static int
inherit (struct reader *r, const char *name)
{
  const char *value = get_outer (r, name);
  return value ? set (r, name, value) : 0;
}

/* The word export, if a name follows it. */
static void
skip_export (struct reader *r)
{
  static const char word[] = "export";
  const size_t n = strlen (word);
  if ((size_t) (r->end - r->at) <= n || memcmp (r->at, word, n) != 0 || ! is_blank (r->at[n]))
    return;
  const char *start = r->at;
  r->at += n;
  skip_blanks (r);
  if (r->at == r->end || ! is_name_char (*r->at))
    r->at = start;
}

static int
read_line (struct reader *r)
{
  skip_export (r);
  autofree char *name = take_name (r), *value = NULL;
  bool ended = r->at == r->end || *r->at == '\n' || *r->at == '#';
  if (! *name)
    return refuse (r, "a line must start with a name of letters, digits, '_', '.' and '-'");
  if (ended)
    return inherit (r, name);
  if (*r->at != '=' && *r->at != ':')
    return refuse (r, "'%c' after the name %s, where = is expected", *r->at, name);
  r->at++;
  skip_blanks (r);
  TRY (take_value (r, &value));
  return set (r, name, value);
}

/* As docker run --env-file has it: the value is all of the line behind "=". */
static int
read_raw_line (struct reader *r)
{
  const char *end = line_end (r);
  const char *equals = memchr (r->at, '=', (size_t) (end - r->at));
  while (end > r->at && end[-1] == '\r')
    end--;
  autofree char *name = mem_strndup (r->at, (size_t) ((equals ? equals : end) - r->at));
  if (! *name || name[strcspn (name, " \t")])
    return refuse (r, "'%s' is no name of a variable", name);
  if (! equals)
    return inherit (r, name);
  autofree char *value = mem_strndup (equals + 1, (size_t) (end - equals - 1));
  return set (r, name, value);
}

static int
read_lines (struct reader *r, bool raw)
{
  for (; r->at < r->end; next_line (r))
    {
      skip_blanks (r);
      if (r->at < r->end && *r->at != '\n' && *r->at != '#')
        TRY (raw ? read_raw_line (r) : read_line (r));
    }
  return 0;
}

int
dotenv_parse (const char *name, const char *text, size_t length, bool raw, const struct variables *outer,
              struct strv *into, struct error **err)
{
  struct reader r = {
    .file = name, .at = text, .end = text + length, .line = 1, .outer = outer, .into = into, .err = err,
  };
  if (length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    r.at += 3;
  const char *nul = memchr (text, '\0', length);
  for (const char *p = text; nul && p < nul; p++)
    r.line += *p == '\n';
  if (nul)
    return refuse (&r, "NUL character");
  int status = read_lines (&r, raw);
  tdestroy (r.entries, keep);
  arena_free (&r.arena);
  return status;
}

int
dotenv_read (const char *path, bool raw, const struct variables *outer, struct strv *into, struct error **err)
{
  autofree char *text = NULL;
  autoerror struct error *error = NULL;
  size_t length;
  if (fs_read_regular (AT_FDCWD, path, LARGEST, &text, &length, &error) < 0)
    return fail (err, E_ENV_FILE, "%s", error_text (error));
  return dotenv_parse (path, text, length, raw, outer, into, err);
}
