/* test_log_reader.c - reading a container's log: order, filters, the last lines, rotation, growth; and the keys that
 * detach. */
#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "detach_keys.h"
#include "log_reader.h"

struct place
{
  char path[64];
  int fd;
};

static void
place_open (struct place *p)
{
  strcpy (p->path, "/tmp/test_log_reader.XXXXXX");
  CHECK (mkdtemp (p->path));
  p->fd = open (p->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void
place_close (struct place *p)
{
  static const char *const names[] = { "log.jsonl", "log.jsonl.1", "log.jsonl.2" };
  for (size_t i = 0; i < ARRAY_LEN (names); i++)
    unlinkat (p->fd, names[i], 0);
  close (p->fd);
  CHECK_INT (0, rmdir (p->path));
}

/* Append records of second FIRST to LAST; the odd ones are of stderr. */
static void
add (const struct place *p, const char *name, int first, int last, const char *after)
{
  int fd = openat (p->fd, name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  for (int i = first; i <= last; i++)
    dprintf (fd, "{\"ts\":\"2026-11-21T20:33:%02d.000000000Z\",\"stream\":\"%s\",\"data\":\"%d\"}\n", i,
             i & 1 ? "stderr" : "stdout", i);
  CHECK_INT (strlen (after), write (fd, after, strlen (after)));
  close (fd);
}

static void
start (const struct place *p, struct log_reader *r, const struct log_filter *filter)
{
  log_reader_init (r, fcntl (p->fd, F_DUPFD_CLOEXEC, 3), filter);
}

/* "1 2 3": the data of all records that there are now. */
static const char *
rest (struct log_reader *r)
{
  static char text[1024];
  const char *record;
  size_t n;
  text[0] = '\0';
  while (log_reader_peek (r, &record, &n, NULL) == 1)
    {
      struct oci_document doc;
      const struct log_Line *line = oci_parse (&log_Line_schema, record, n, &doc);
      CHECK (line);
      if (line)
        snprintf (text + strlen (text), sizeof text - strlen (text), "%s%s", *text ? " " : "", line->data);
      oci_document_free (&doc);
      log_reader_take (r);
    }
  return text;
}

TEST (grows_and_rotates)
{
  struct place p;
  struct log_reader r;
  place_open (&p);
  start (&p, &r, &(struct log_filter) { 0 });
  CHECK_STR ("", rest (&r));
  add (&p, "log.jsonl", 1, 3, "{\"ts\":\"2026-11");
  CHECK_STR ("1 2 3", rest (&r));
  CHECK_STR ("", rest (&r));
  CHECK_INT (0, unlinkat (p.fd, "log.jsonl", 0));
  add (&p, "log.jsonl", 4, 5, "");
  log_reader_close (&r);

  start (&p, &r, &(struct log_filter) { 0 });
  CHECK_STR ("4 5", rest (&r));
  add (&p, "log.jsonl", 6, 6, "");
  CHECK_INT (0, renameat (p.fd, "log.jsonl", p.fd, "log.jsonl.1"));
  add (&p, "log.jsonl", 7, 8, "");
  CHECK_INT (0, renameat (p.fd, "log.jsonl.1", p.fd, "log.jsonl.2"));
  CHECK_INT (0, renameat (p.fd, "log.jsonl", p.fd, "log.jsonl.1"));
  add (&p, "log.jsonl", 9, 9, "");
  CHECK_STR ("6 7 8 9", rest (&r));
  log_reader_close (&r);

  start (&p, &r, &(struct log_filter) { 0 });
  CHECK_STR ("4 5 6 7 8 9", rest (&r));
  log_reader_close (&r);
  place_close (&p);
}

TEST (last_lines)
{
  static const struct { size_t n; const char *stream, *want; } cases[] = {
    { 0, NULL, "" }, { 1, NULL, "9" }, { 3, NULL, "7 8 9" }, { 9, NULL, "1 2 3 4 5 6 7 8 9" },
    { 100, NULL, "1 2 3 4 5 6 7 8 9" },
    { 2, "stdout", "6 8" }, { 4, "stderr", "3 5 7 9" },
  };
  struct place p;
  place_open (&p);
  add (&p, "log.jsonl.1", 1, 4, "");
  add (&p, "log.jsonl", 5, 9, "{\"ts");
  for (size_t i = 0; i < ARRAY_LEN (cases); i++)
    {
      struct log_reader r;
      start (&p, &r, &(struct log_filter) { .stream = cases[i].stream });
      CHECK_INT (0, log_reader_tail (&r, cases[i].n, NULL));
      CHECK_STR (cases[i].want, rest (&r));
      log_reader_close (&r);
    }
  place_close (&p);
}

TEST (parts_are_one_line)
{
#define RECORD(second, rest) \
  "{\"ts\":\"2026-11-21T20:33:" #second ".000000000Z\",\"stream\":\"stdout\",\"data\":" rest "}\n"
  static const char parts[] = RECORD (10, "\"a\",\"partial\":true") RECORD (11, "\"b\",\"partial\":true")
    RECORD (12, "\"c\"") RECORD (13, "\"d\",\"partial\":true");
  struct place p;
  struct log_reader r;
  place_open (&p);
  add (&p, "log.jsonl", 8, 9, parts);
  start (&p, &r, &(struct log_filter) { 0 });
  CHECK_INT (0, log_reader_tail (&r, 2, NULL));
  CHECK_STR ("a b c d", rest (&r));
  log_reader_close (&r);
  place_close (&p);
}

TEST (times_filter)
{
  struct place p;
  struct log_reader r;
  place_open (&p);
  add (&p, "log.jsonl", 1, 9, "");
  start (&p, &r, &(struct log_filter) { .since = "2026-11-21T20:33:03.000000000Z",
                                       .until = "2026-11-21T20:33:05.500000000Z" });
  CHECK_STR ("3 4 5", rest (&r));
  log_reader_close (&r);
  place_close (&p);
}

TEST (a_log_elsewhere_is_refused)
{
  struct place p;
  struct log_reader r;
  const char *record;
  size_t n;
  autoerror struct error *err = NULL;
  place_open (&p);
  add (&p, "log.jsonl.2", 1, 1, "");
  CHECK_INT (0, symlinkat ("log.jsonl.2", p.fd, "log.jsonl"));
  start (&p, &r, &(struct log_filter) { 0 });
  CHECK_INT (-ELOOP, log_reader_peek (&r, &record, &n, &err));
  CHECK_INT (-ELOOP, log_reader_tail (&r, 1, &err));
  log_reader_close (&r);
  place_close (&p);
}

TEST (base64_is_decoded)
{
  static const struct { const char *data, *encoding, *want; size_t n; } cases[] = {
    { "//4=", "base64", "\xff\xfe", 2 }, { "YQBi", "base64", "a\0b", 3 }, { "YWJjww==", "base64", "abc\xc3", 4 },
    { "YQBi", NULL, "YQBi", 4 }, { "", "base64", "", 0 },
  };
  for (size_t i = 0; i < ARRAY_LEN (cases); i++)
    {
      size_t n;
      struct log_Line line = { .data = cases[i].data, .encoding = cases[i].encoding };
      autofree char *got = log_line_bytes (&line, &n);
      CHECK_INT (cases[i].n, n);
      CHECK (memcmp (cases[i].want, got, n) == 0);
    }
}

/* TYPED a byte at a time: what is sent on. */
static const char *
type (const char *keys, const char *typed, bool *ret_found)
{
  static char sent[256];
  struct detach_keys k;
  size_t at = 0, n;
  *ret_found = false;
  CHECK_INT (0, detach_keys_parse (keys, &k, NULL));
  for (; *typed && ! *ret_found; typed++)
    {
      *ret_found = detach_keys_feed (&k, typed, 1, sent + at, &n);
      at += n;
    }
  sent[at] = '\0';
  return sent;
}

TEST (keys_detach)
{
  bool found;
  CHECK_STR ("abc", type ("ctrl-p,ctrl-q", "abc\x10\x11zz", &found));
  CHECK (found);
  CHECK_STR ("a\x10""b\x11", type ("ctrl-p,ctrl-q", "a\x10""b\x11", &found));
  CHECK (! found);
  CHECK_STR ("\x10", type ("ctrl-p,ctrl-q", "\x10\x10\x11", &found));
  CHECK (found);
  CHECK_STR ("\x10\x11", type ("", "\x10\x11", &found));
  CHECK (! found);
  CHECK_STR ("", type ("x,ctrl-\\", "x\x1c", &found));
  CHECK (found);
}

TEST (wrong_keys)
{
  static const char *const wrong[] = { "ctrl-", "ctrl-pp", "ctrl-1", "ab", ",a", "a,,b" };
  struct detach_keys k;
  for (size_t i = 0; i < ARRAY_LEN (wrong); i++)
    CHECK_INT (-EINVAL, detach_keys_parse (wrong[i], &k, NULL));
}

TEST_MAIN (X (grows_and_rotates) X (last_lines) X (parts_are_one_line) X (times_filter) X (a_log_elsewhere_is_refused)
           X (base64_is_decoded) X (keys_detach) X (wrong_keys))
