/* test_screen.c - what is written to a pipe, line by line, and what a terminal shows in the end: a pseudoterminal
 * whose output goes through a small emulation. No privileges. */
#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>

#include "check.h"
#include "screen.h"

enum
{
  ROWS = 60,
  COLUMNS = 200,
};

/* ---- output */

struct output
{
  int end, fd; /* we read END; the screen writes to FD */
  struct text text;
};

static void
set_up_environment (void)
{
  static const char *const names[] = { "NO_COLOR", "COMPOSE_ANSI", "COMPOSE_PROGRESS" };
  for (size_t i = 0; i < ARRAY_LEN (names); i++)
    unsetenv (names[i]);
  setenv ("TERM", "xterm", 1);
}

static struct output
open_pipe (void)
{
  int fds[2];
  set_up_environment ();
  CHECK_INT (0, pipe2 (fds, O_CLOEXEC | O_NONBLOCK));
  return (struct output) { .end = fds[0], .fd = fds[1] };
}

static struct output
open_terminal (unsigned short lines, unsigned short columns)
{
  struct output o = { 0 };
  const struct winsize size = { .ws_row = lines, .ws_col = columns };
  set_up_environment ();
  CHECK_INT (0, openpty (&o.end, &o.fd, NULL, NULL, &size));
  CHECK_INT (0, fcntl (o.end, F_SETFL, O_NONBLOCK));
  return o;
}

static const char *
read_all (struct output *o)
{
  char buffer[4096];
  ssize_t n;
  text_add (&o->text, "");
  while ((n = read (o->end, buffer, sizeof buffer)) > 0)
    text_add_bytes (&o->text, buffer, (size_t) n);
  return o->text.s;
}

static void
close_output (struct output *o)
{
  close (o->end);
  close (o->fd);
  text_free (&o->text);
}

/* ---- the terminal */

struct terminal
{
  char cells[ROWS][COLUMNS][5]; /* a character each */
  size_t row, column, widest;
  bool coloured, bad;
};

static void
erase (struct terminal *t, bool below)
{
  for (size_t c = t->column; c < COLUMNS; c++)
    *t->cells[t->row][c] = '\0';
  for (size_t r = t->row + 1; below && r < ROWS; r++)
    for (size_t c = 0; c < COLUMNS; c++)
      *t->cells[r][c] = '\0';
}

/* S is behind "\033["; returns what follows the sequence. */
static const char *
obey (struct terminal *t, const char *s)
{
  char *end;
  s += *s == '?';
  unsigned long n = strtoul (s, &end, 10);
  switch (*end)
    {
    case 'A':
      t->bad |= n > t->row;
      t->row -= n > t->row ? t->row : n;
      break;
    case 'K':
      erase (t, false);
      break;
    case 'J':
      erase (t, true);
      break;
    case 'm':
      t->coloured |= n != 0;
      break;
    case 'l':
    case 'h':
      break;
    default:
      t->bad = true;
    }
  return end + 1;
}

static const char *
put_character (struct terminal *t, const char *s)
{
  size_t n = 1;
  while (((unsigned char) s[n] & 0xc0) == 0x80)
    n++;
  t->bad |= t->row >= ROWS || t->column >= COLUMNS || n > 4;
  if (t->bad)
    return s + n;
  memcpy (t->cells[t->row][t->column], s, n);
  t->cells[t->row][t->column][n] = '\0';
  t->column++;
  if (t->column > t->widest)
    t->widest = t->column;
  return s + n;
}

static struct terminal *
show (const char *s)
{
  struct terminal *t = mem_alloc (sizeof *t);
  while (*s && ! t->bad)
    if (s[0] == '\033' && s[1] == '[')
      s = obey (t, s + 2);
    else if (*s == '\r' || *s == '\n')
      {
        t->column = 0;
        t->row += *s++ == '\n';
      }
    else
      s = put_character (t, s);
  CHECK (! t->bad);
  return t;
}

/* Row R up to its last character. */
static const char *
row_of (struct terminal *t, size_t r, struct text *text)
{
  text_free (text);
  text_add (text, "");
  size_t n = COLUMNS;
  while (n && ! *t->cells[r][n - 1])
    n--;
  for (size_t c = 0; c < n; c++)
    text_add (text, *t->cells[r][c] ? t->cells[r][c] : " ");
  return text->s;
}

/* Without the times, which differ: what is in front of them. */
static void
check_row (struct terminal *t, size_t r, const char *want)
{
  autotext struct text text = { 0 };
  const char *got = row_of (t, r, &text);
  size_t n = strlen (want);
  if (strncmp (got, want, n) != 0 || (n == 0 && *got))
    CHECK_STR (want, got);
  else
    CHECK (true);
}

/* ---- tests */

TEST (plain)
{
  struct output o = open_pipe ();
  struct screen *s = screen_open (o.fd, SCREEN_AUTO, NULL, "up");
  screen_row (s, "Container a", SCREEN_WAITING, "Waiting", NULL);
  screen_row (s, "Container a", SCREEN_WAITING, "Waiting", NULL);
  screen_row (s, "Container b\033[2J", SCREEN_WAITING, "Waiting\n", "x\x9b");
  screen_progress (s, "Container a", 1, 2);
  screen_tick (s);
  screen_line (s, "a line %d", 5);
  screen_row (s, "Container a", SCREEN_DONE, "Started", NULL);
  screen_close (s);
  CHECK_STR ("Container a  Waiting\nContainer b?[2J  Waiting?  x?\na line 5\nContainer a  Started  0.0s\n",
             read_all (&o));
  close_output (&o);
}

TEST (json)
{
  struct output o = open_pipe ();
  struct screen *s = screen_open (o.fd, SCREEN_JSON, NULL, "up");
  screen_row (s, "Image \"x\"", SCREEN_WORKING, "Pulling", NULL);
  screen_progress (s, "Image \"x\"", 5, 10);
  screen_progress (s, "Image \"x\"", 6, 10);
  screen_row (s, "Image \"x\"", SCREEN_ERROR, "Failed", "no such\nthing");
  screen_line (s, "bye");
  screen_close (s);
  CHECK_STR ("{\"id\":\"Image \\\"x\\\"\",\"status\":\"Working\",\"text\":\"Pulling\"}\n"
             "{\"id\":\"Image \\\"x\\\"\",\"status\":\"Working\",\"text\":\"Pulling\",\"current\":5,\"total\":10}\n"
             "{\"id\":\"Image \\\"x\\\"\",\"status\":\"Error\",\"text\":\"Failed\","
             "\"details\":\"no such?thing\",\"current\":6,"
             "\"total\":10}\n{\"text\":\"bye\"}\n",
             read_all (&o));
  close_output (&o);
}

TEST (quiet)
{
  struct output o = open_pipe ();
  struct screen *s = screen_open (o.fd, SCREEN_QUIET, NULL, "up");
  screen_row (s, "a", SCREEN_WORKING, "x", NULL);
  screen_line (s, "y");
  screen_close (s);
  screen_row (NULL, "a", SCREEN_DONE, "x", NULL);
  screen_progress (NULL, "a", 1, 2);
  screen_tick (NULL);
  screen_line (NULL, "x");
  screen_close (NULL);
  CHECK_STR ("", read_all (&o));
  close_output (&o);
}

TEST (live)
{
  struct output o = open_terminal (24, 50);
  struct screen *s = screen_open (o.fd, SCREEN_AUTO, NULL, "up");
  screen_row (s, "Network n", SCREEN_WORKING, "Creating", NULL);
  screen_row (s, "Container with-a-longer-name", SCREEN_WAITING, "Waiting", NULL);
  screen_row (s, "Network n", SCREEN_DONE, "Created", NULL);
  screen_line (s, "a line above");
  screen_row (s, "Container with-a-longer-name", SCREEN_ERROR, "Error", "much too long a text for a screen as narrow");
  screen_close (s);
  struct terminal *t = show (read_all (&o));
  check_row (t, 0, "a line above");
  check_row (t, 1, "[+] up 2/2");
  check_row (t, 2, " ✔ Network n                     Created     0.0s");
  check_row (t, 3, " ✘ Container with-a-longer-name  Error  muc  0.0s");
  check_row (t, 4, "");
  CHECK_INT (49, t->widest);
  CHECK (t->coloured);
  CHECK_INT (4, t->row);
  free (t);
  close_output (&o);
}

TEST (live_progress)
{
  struct output o = open_terminal (24, 80);
  struct screen *s = screen_open (o.fd, SCREEN_TTY, "never", "pull");
  screen_close (s);
  s = screen_open (o.fd, SCREEN_TTY, NULL, "pull");
  screen_progress (s, "Image x", 25000000, 100000000);
  screen_row (s, "Image x", SCREEN_WORKING, "Pulling", NULL);
  screen_progress (s, "Image y", 1234, 0);
  screen_close (s);
  struct terminal *t = show (read_all (&o));
  autotext struct text text = { 0 };
  check_row (t, 0, "[+] pull 0/2");
  CHECK (strstr (row_of (t, 1, &text), " Image x  Pulling  [=====>              ]  25.0MB/100.0MB "));
  CHECK (strstr (row_of (t, 2, &text), " Image y    1.2kB "));
  free (t);
  close_output (&o);
}

/* Ten lines for twenty rows: what is in work is seen, the rest is counted; at the end all are seen. */
TEST (live_many)
{
  struct output o = open_terminal (10, 60);
  struct screen *s = screen_open (o.fd, SCREEN_AUTO, NULL, "up");
  for (int i = 0; i < 20; i++)
    {
      autofree char *name = mem_printf ("Container %02d", i);
      screen_row (s, name, i == 15 ? SCREEN_WORKING : i == 16 ? SCREEN_ERROR : SCREEN_WAITING, "w", NULL);
    }
  screen_line (s, "now");
  struct terminal *t = show (read_all (&o));
  autotext struct text text = { 0 };
  check_row (t, 0, "now");
  check_row (t, 1, "[+] up 1/20");
  check_row (t, 2, " · Container 00  w");
  check_row (t, 6, " · Container 04  w");
  CHECK (strstr (row_of (t, 7, &text), " Container 15  w "));
  check_row (t, 8, " ✘ Container 16  w");
  check_row (t, 9, " … and 13 more: 13 waiting, 0 in work, 0 done");
  check_row (t, 10, "");
  free (t);
  screen_close (s);
  t = show (read_all (&o));
  check_row (t, 1, "[+] up 1/20");
  check_row (t, 21, " · Container 19  w");
  check_row (t, 22, "");
  free (t);
  close_output (&o);
}

TEST (narrow)
{
  struct output o = open_terminal (2, 5);
  struct screen *s = screen_open (o.fd, SCREEN_AUTO, NULL, "up");
  screen_row (s, "Container 1", SCREEN_WORKING, "Starting", NULL);
  screen_row (s, "Container 2", SCREEN_WORKING, "Starting", NULL);
  screen_close (s);
  struct terminal *t = show (read_all (&o));
  CHECK_INT (4, t->widest);
  check_row (t, 3, "");
  free (t);
  close_output (&o);
}

/* What decides whether there are sequences and colours. */
TEST (wishes)
{
  struct output o = open_terminal (24, 80);
  CHECK (colours_wanted (o.fd, NULL) && colours_wanted (o.fd, "auto"));
  autoclose int null = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  CHECK (! colours_wanted (o.fd, "never") && ! colours_wanted (null, "auto"));
  setenv ("NO_COLOR", "1", 1);
  CHECK (! colours_wanted (o.fd, "auto") && colours_wanted (o.fd, "always"));
  struct screen *s = screen_open (o.fd, SCREEN_AUTO, NULL, "up");
  screen_row (s, "a", SCREEN_DONE, "Done", NULL);
  screen_close (s);
  struct terminal *t = show (read_all (&o));
  CHECK (! t->coloured);
  check_row (t, 1, " ✔ a  Done");
  free (t);
  close_output (&o);

  static const struct
  {
    const char *name, *value, *ansi;
  } plain[] = { { "TERM", "dumb", NULL }, { "COMPOSE_ANSI", "never", NULL }, { "X", "", "never" } };
  for (size_t i = 0; i < ARRAY_LEN (plain); i++)
    {
      o = open_terminal (24, 80);
      setenv (plain[i].name, plain[i].value, 1);
      s = screen_open (o.fd, SCREEN_AUTO, plain[i].ansi, "up");
      screen_row (s, "a", SCREEN_WAITING, "Waiting", NULL);
      screen_close (s);
      CHECK_STR ("a  Waiting\r\n", read_all (&o));
      close_output (&o);
    }
  setenv ("COMPOSE_PROGRESS", "plain", 1);
  CHECK_INT (SCREEN_PLAIN, screen_mode_by_name (NULL));
  CHECK_INT (SCREEN_JSON, screen_mode_by_name ("json"));
  CHECK_INT (SCREEN_AUTO, screen_mode_by_name ("other"));
  CHECK_STR ("", colour_of (false, 3));
  CHECK_STR ("", colour_end (false));
  CHECK_STR (colour_of (true, 0), colour_of (true, 10));
}

TEST (tables)
{
  autofree char *got = NULL;
  size_t length;
  FILE *f = open_memstream (&got, &length);
  struct table *t = table_new ((const char *const[]) { "NAME", "IMAGE", "ÜST", NULL });
  table_row (t, (const char *const[]) { "demo-db-1", "x", "run\nn\xc2\x9bng" });
  table_row (t, (const char *const[]) { "ü", "busybox:latest", NULL });
  table_print (t, f, true);
  t = table_new ((const char *const[]) { "LONG NAME", "B", NULL });
  table_row (t, (const char *const[]) { "a", "b" });
  table_print (t, f, false);
  fclose (f);
  CHECK_STR ("NAME        IMAGE            ÜST\n"
             "demo-db-1   x                run n  ng\n"
             "ü           busybox:latest   \n"
             "a   b\n",
             got);
}

static uint64_t relayed_done, relayed_total;

static void
relayed (uint64_t done, uint64_t total)
{
  relayed_done = done;
  relayed_total = total;
}

/* Rows of a job's own jobs are one bar of the job's row. */
TEST (relay)
{
  struct screen *s = screen_relay (relayed);
  screen_row (s, "one", SCREEN_WORKING, "Extracting", NULL);
  CHECK_INT (0, relayed_total);
  screen_progress (s, "one", 1, 10);
  screen_progress (s, "two", 2, 5);
  CHECK_INT (3, relayed_done);
  CHECK_INT (15, relayed_total);
  screen_progress (s, "one", 10, 10);
  CHECK_INT (12, relayed_done);
  screen_close (s);
}

TEST_MAIN (X (plain) X (json) X (quiet) X (live) X (live_progress) X (live_many) X (narrow)
           X (wishes) X (tables) X (relay))
