/* screen.c - rows and what is known of them; how they are shown is in screen_live.c and screen_lines.c. Owns the
 * rows. Reads COMPOSE_PROGRESS and what colours.c reads. */
#include "screen.h"

#include <stdarg.h>

#include "clock.h"
#include "fs.h"
#include "json.h"
#include "screen_parts.h"
#include "utf8.h"

enum
{
  FRAME = 50,        /* ms between two frames, whatever happens */
  PROGRESS = 500,    /* ms between two lines of progress of a row */
};

const struct screen_look screen_looks[] = {
  [SCREEN_WAITING] = { "·", "\033[2m", "Waiting" },    [SCREEN_WORKING] = { NULL, "\033[36m", "Working" },
  [SCREEN_DONE] = { "✔", "\033[32m", "Done" },         [SCREEN_ERROR] = { "✘", "\033[31m", "Error" },
  [SCREEN_WARNING] = { "!", "\033[33m", "Warning" },   [SCREEN_SKIPPED] = { "-", "\033[2m", "Skipped" },
};

size_t
screen_columns (const char *s)
{
  size_t n = 0;
  for (; *s; s++)
    n += ((unsigned char) *s & 0xc0) != 0x80;
  return n;
}

void
screen_time (const struct screen_row *row, char text[16])
{
  *text = '\0';
  if (row->started < 0)
    return;
  int64_t ms = (row->ended < 0 ? clock_ms () : row->ended) - row->started;
  if (ms < 60000)
    snprintf (text, 16, "%.1fs", (double) ms / 1000);
  else
    snprintf (text, 16, "%um%02us", (unsigned) (ms / 60000) % 100000U, (unsigned) (ms / 1000 % 60));
}

void
screen_bytes (uint64_t bytes, char text[16])
{
  static const char *const units[] = { "B", "kB", "MB", "GB", "TB", "PB", "EB" };
  double value = (double) bytes;
  size_t unit = 0;
  for (; value >= 999.95; unit++)
    value /= 1000;
  snprintf (text, 16, unit ? "%.1f%s" : "%.0f%s", value, units[unit]);
}

/* S without what a terminal would take for an order, on one line; NULL is "". */
static char *
clean (const char *s)
{
  autotext struct text t = { 0 };
  text_add (&t, "");
  const char *end = s ? s + strlen (s) : NULL;
  for (size_t length; s < end; s += length ? length : 1)
    {
      length = utf8_length (s, (size_t) (end - s));
      bool control = ! length || utf8_control (s);
      text_add_bytes (&t, *s == '\t' ? " " : control ? "?" : s, control ? 1 : length);
    }
  return TAKE_PTR (t.s);
}

enum screen_mode
screen_mode_by_name (const char *name)
{
  static const char *const names[] = {
    [SCREEN_AUTO] = "auto", [SCREEN_TTY] = "tty",     [SCREEN_PLAIN] = "plain",
    [SCREEN_JSON] = "json", [SCREEN_QUIET] = "quiet",
  };
  name = name ? name : getenv ("COMPOSE_PROGRESS");
  for (size_t i = 0; name && i < ARRAY_LEN (names); i++)
    if (streq (names[i], name))
      return (enum screen_mode) i;
  return SCREEN_AUTO;
}

/* A terminal that takes no sequences, or a wish for none, cannot have a live table. */
static enum screen_mode
choose_mode (int fd, enum screen_mode mode, const char *ansi)
{
  const char *term = getenv ("TERM"), *wish = ansi && *ansi ? ansi : getenv ("COMPOSE_ANSI");
  bool never = wish && streq (wish, "never"), dumb = term && streq (term, "dumb");
  if (mode == SCREEN_AUTO)
    return isatty (fd) && ! dumb && ! never ? SCREEN_TTY : SCREEN_PLAIN;
  return mode == SCREEN_TTY && never ? SCREEN_PLAIN : mode;
}

struct screen *
screen_open (int fd, enum screen_mode mode, const char *ansi, const char *title)
{
  struct screen *s = mem_alloc (sizeof *s);
  s->fd = fd;
  s->mode = choose_mode (fd, mode, ansi);
  s->colour = s->mode == SCREEN_TTY && colours_wanted (fd, ansi);
  s->title = clean (title);
  s->opened = clock_ms ();
  return s;
}

struct screen *
screen_relay (void (*progress) (uint64_t done, uint64_t total))
{
  struct screen *s = mem_alloc (sizeof *s);
  s->fd = -1;
  s->mode = SCREEN_RELAY;
  s->progress = progress;
  s->title = mem_strdup ("");
  s->opened = clock_ms ();
  return s;
}

/* ---- rows */

/* The row NAME, which is clean; NULL: there is none. */
static struct screen_row *
find_row (struct screen *s, const char *name)
{
  for (size_t i = 0; i < s->n; i++)
    if (streq (s->rows[i].name, name))
      return &s->rows[i];
  return NULL;
}

static struct screen_row *
row_for (struct screen *s, const char *name)
{
  autofree char *cleaned = clean (name);
  struct screen_row *row = find_row (s, cleaned);
  if (row)
    return row;
  s->rows = mem_grow (s->rows, s->n + 1, sizeof *s->rows);
  row = &s->rows[s->n++];
  *row = (struct screen_row) {
    .name = TAKE_PTR (cleaned), .word = mem_strdup (""), .detail = mem_strdup (""), .started = -1, .ended = -1,
  };
  return row;
}

static void
show_row (struct screen *s, const struct screen_row *row)
{
  if (s->mode == SCREEN_TTY && clock_ms () - s->drawn >= FRAME)
    screen_draw (s, false);
  else if (s->mode == SCREEN_PLAIN)
    screen_plain (s, row);
  else if (s->mode == SCREEN_JSON)
    screen_json (s, row);
}

/* Replace *OLD by NEW; true if they differ. */
static bool
put_text (char **old, char *new)
{
  bool differs = ! streq (*old, new);
  free (*old);
  *old = new;
  return differs;
}

void
screen_row (struct screen *s, const char *name, enum screen_state state, const char *word, const char *detail)
{
  if (! s)
    return;
  size_t before = s->n;
  struct screen_row *row = row_for (s, name);
  bool changed = s->n > before || row->state != state;
  changed |= put_text (&row->word, clean (word));
  changed |= put_text (&row->detail, clean (detail));
  row->state = state;
  if (state != SCREEN_WAITING && row->started < 0)
    row->started = clock_ms ();
  row->ended = screen_is_over (row) ? clock_ms () : -1;
  if (changed)
    show_row (s, row);
}

/* All rows of a relay are one row of somebody else's. */
static void
relay_progress (const struct screen *s)
{
  uint64_t done = 0, total = 0;
  for (size_t i = 0; i < s->n; i++)
    {
      done += s->rows[i].done;
      total += s->rows[i].total;
    }
  s->progress (done, total);
}

void
screen_progress (struct screen *s, const char *name, uint64_t done, uint64_t total)
{
  if (! s)
    return;
  size_t before = s->n;
  struct screen_row *row = row_for (s, name);
  if (s->n > before)
    {
      row->state = SCREEN_WORKING;
      row->started = clock_ms ();
    }
  row->done = done;
  row->total = total;
  if (s->mode == SCREEN_JSON && clock_ms () - row->told >= PROGRESS)
    {
      screen_json (s, row);
      row->told = clock_ms ();
    }
  else if (s->mode == SCREEN_TTY)
    show_row (s, row);
  else if (s->mode == SCREEN_RELAY)
    relay_progress (s);
}

void
screen_tick (struct screen *s)
{
  if (s && s->mode == SCREEN_TTY && clock_ms () - s->drawn >= FRAME)
    screen_draw (s, false);
}

void
screen_line (struct screen *s, const char *fmt, ...)
{
  if (! s || s->mode == SCREEN_QUIET || s->mode == SCREEN_RELAY)
    return;
  va_list ap;
  va_start (ap, fmt);
  autofree char *text = mem_vprintf (fmt, ap), *line = clean (text);
  va_end (ap);
  autotext struct text out = { 0 };
  if (s->mode == SCREEN_TTY)
    screen_erase (s, &out);
  if (s->mode == SCREEN_JSON)
    {
      text_add (&out, "{\"text\":");
      json_quote (&out, line);
      text_add (&out, "}\n");
    }
  else
    text_printf (&out, "%s\n", line);
  fs_write_all (s->fd, out.s, out.len);
  if (s->mode == SCREEN_TTY && s->n)
    screen_draw (s, false);
}

void
screen_close (struct screen *s)
{
  if (! s)
    return;
  if (s->mode == SCREEN_TTY && s->n)
    screen_draw (s, true);
  for (size_t i = 0; i < s->n; i++)
    {
      free (s->rows[i].name);
      free (s->rows[i].word);
      free (s->rows[i].detail);
    }
  free (s->rows);
  free (s->title);
  free (s);
}
