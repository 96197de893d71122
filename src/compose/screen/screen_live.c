/* screen_live.c - the live table: each frame is drawn over the last one, with one write, so that nothing is left half
 * done when the program is killed between two. */
#include <sys/ioctl.h>

#include "fs.h"
#include "clock.h"
#include "screen_parts.h"

enum
{
  BAR = 20,         /* columns of a progress bar */
  NARROW = 60,      /* below, no bars; below its half, no times */
  SPIN = 100,       /* ms of a spinner's step */
};

struct size
{
  size_t columns, lines;
};

static struct size
window_size (int fd)
{
  struct winsize w;
  if (ioctl (fd, TIOCGWINSZ, &w) < 0 || w.ws_col == 0 || w.ws_row == 0)
    return (struct size) { 80, 24 };
  return (struct size) { w.ws_col, w.ws_row };
}

/* A line in the making, of at most ROOM columns; colours take none. */
struct line
{
  struct text *out;
  size_t room;
};

static void
put (struct line *l, const char *s)
{
  const char *end = s;
  while (*end && l->room)
    {
      end++;
      while (((unsigned char) *end & 0xc0) == 0x80)
        end++;
      l->room--;
    }
  text_add_bytes (l->out, s, (size_t) (end - s));
}

static void
put_padded (struct line *l, const char *s, size_t width)
{
  put (l, s);
  for (size_t n = screen_columns (s); n < width; n++)
    put (l, " ");
}

/* The last column stays free: a terminal may wrap when it is written. */
static struct line
start_line (struct text *out, const struct size *window)
{
  return (struct line) { out, window->columns - 1 };
}

static void
end_line (struct screen *s, struct line *l)
{
  text_printf (l->out, "%s\033[K\n", colour_end (s->colour));
  s->lines++;
}

/* ---- rows */

static const char *
spinner (const struct screen *s)
{
  static const char *const steps[] = { "⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏" };
  return steps[(size_t) ((clock_ms () - s->opened) / SPIN) % ARRAY_LEN (steps)];
}

static void
put_progress (struct line *l, const struct screen_row *row, bool wide)
{
  char done[16], total[16];
  screen_bytes (row->done, done);
  if (row->total && wide)
    {
      size_t full = row->done >= row->total ? BAR : (size_t) ((double) row->done / (double) row->total * BAR);
      put (l, "  [");
      for (size_t i = 0; i < BAR; i++)
        put (l, i < full ? "=" : i == full ? ">" : " ");
      put (l, "]");
    }
  put (l, "  ");
  put (l, done);
  if (! row->total)
    return;
  screen_bytes (row->total, total);
  put (l, "/");
  put (l, total);
}

static void
draw_row (struct screen *s, struct text *out, const struct size *window, const struct screen_row *row,
          size_t name_width)
{
  const struct screen_look *look = &screen_looks[row->state];
  char time[16];
  screen_time (row, time);
  struct line l = start_line (out, window);
  size_t for_time = *time && l.room > NARROW / 2 ? strlen (time) + 2 : 0;
  l.room -= for_time;
  put (&l, " ");
  text_add (out, s->colour ? look->colour : "");
  put (&l, look->glyph ? look->glyph : spinner (s));
  text_add (out, colour_end (s->colour));
  put (&l, " ");
  put_padded (&l, row->name, name_width);
  put (&l, "  ");
  text_add (out, s->colour ? look->colour : "");
  put (&l, row->word);
  text_add (out, colour_end (s->colour));
  if (! screen_is_over (row) && (row->done || row->total))
    put_progress (&l, row, window->columns >= NARROW);
  if (*row->detail)
    {
      put (&l, "  ");
      put (&l, row->detail);
    }
  text_printf (out, "%*s", (int) (l.room + 2 * (for_time > 0)), "");
  l.room = for_time;
  put (&l, for_time ? time : "");
  end_line (s, &l);
}

/* ---- frames */

static void
draw_title (struct screen *s, struct text *out, const struct size *window)
{
  size_t over = 0;
  for (size_t i = 0; i < s->n; i++)
    over += screen_is_over (&s->rows[i]);
  struct line l = start_line (out, window);
  autofree char *title = mem_printf ("[+] %s %zu/%zu", s->title, over, s->n);
  put (&l, title);
  end_line (s, &l);
}

/* What stands for the rows that are not SHOWN. */
static void
draw_summary (struct screen *s, struct text *out, const struct size *window, const bool *shown)
{
  size_t waiting = 0, over = 0, other = 0;
  for (size_t i = 0; i < s->n; i++)
    if (! shown[i])
      {
        waiting += s->rows[i].state == SCREEN_WAITING;
        over += screen_is_over (&s->rows[i]);
        other += s->rows[i].state == SCREEN_WORKING;
      }
  struct line l = start_line (out, window);
  autofree char *text = mem_printf (" … and %zu more: %zu waiting, %zu in work, %zu done", waiting + over + other,
                                    waiting, other, over);
  put (&l, text);
  end_line (s, &l);
}

/* Which rows there is room for: what is in work and what went wrong first, then in order. */
static void
choose_rows (const struct screen *s, size_t room, bool *shown)
{
  size_t n = 0;
  for (int pass = 0; pass < 2; pass++)
    for (size_t i = 0; i < s->n && n < room; i++)
      {
        enum screen_state state = s->rows[i].state;
        bool first = state == SCREEN_WORKING || state == SCREEN_ERROR;
        if (shown[i] || first != (pass == 0))
          continue;
        shown[i] = true;
        n++;
      }
}

void
screen_erase (struct screen *s, struct text *out)
{
  if (s->lines)
    text_printf (out, "\033[%uA\r\033[J", s->lines);
  s->lines = 0;
}

void
screen_draw (struct screen *s, bool last)
{
  const struct size window = window_size (s->fd);
  size_t room = window.lines > 3 ? window.lines - 3 : 1, name_width = 0;
  autofree bool *shown = mem_alloc (s->n + 1);
  bool all = last || s->n <= room + 1;
  choose_rows (s, all ? s->n : room, shown);

  autotext struct text out = { 0 };
  text_add (&out, "\033[?25l");
  if (s->lines)
    text_printf (&out, "\033[%uA\r", s->lines);
  s->lines = 0;
  draw_title (s, &out, &window);
  for (size_t i = 0; i < s->n; i++)
    if (shown[i] && screen_columns (s->rows[i].name) > name_width)
      name_width = screen_columns (s->rows[i].name);
  for (size_t i = 0; i < s->n; i++)
    if (shown[i])
      draw_row (s, &out, &window, &s->rows[i], name_width);
  if (! all)
    draw_summary (s, &out, &window, shown);
  text_add (&out, "\033[J\033[?25h");
  fs_write_all (s->fd, out.s, out.len);
  s->drawn = clock_ms ();
}
