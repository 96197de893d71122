/* log_reader.c - see log_reader.h. In perry-compose; only reads. Files are mapped up to their last whole line, which is
 * never cut any more, and found again by their inode when the monitor has renamed them. */
#include "log_reader.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "record_store.h"

#undef OCI_PREFIX
#define OCI_PREFIX log_
DEFINE (Line)

/* {"ts":"2026-11-21T20:33:37.315299314Z","stream":"stdout", */
#define BEFORE_TIME "{\"ts\":\""
#define BEFORE_STREAM "\",\"stream\":\""
enum
{
  TIME_AT = sizeof BEFORE_TIME - 1,
  STREAM_AT = TIME_AT + LOG_TIME_LENGTH + sizeof BEFORE_STREAM - 1,
  STREAM_LENGTH = sizeof "stdout" - 1,
  MAX_FILES = 10000,
};

void
log_reader_init (struct log_reader *r, int dir_fd, const struct log_filter *filter)
{
  *r = (struct log_reader) { .dir_fd = dir_fd, .fd = -1, .filter = *filter };
}

static void
close_log (struct log_reader *r)
{
  if (r->map)
    munmap (r->map, r->mapped);
  close_fd (&r->fd);
  r->map = NULL;
  r->size = r->mapped = r->at = 0;
}

void
log_reader_close (struct log_reader *r)
{
  close_log (r);
  close_fd (&r->dir_fd);
}

/* ---- files */

static void
file_name (unsigned number, char *buf, size_t size)
{
  snprintf (buf, size, number ? CONTAINER_LOG ".%u" : CONTAINER_LOG, number);
}

/* Map the file as it is now. Of a line that is not whole yet nothing is looked at: another monitor may cut it. */
static int
map_new (struct log_reader *r, struct error **err)
{
  struct stat st;
  if (fstat (r->fd, &st) < 0)
    return fail_sys (err, errno, "%s", CONTAINER_LOG);
  if (st.st_size == 0 || (size_t) st.st_size == r->mapped)
    return 0;
  char *map = r->map ? mremap (r->map, r->mapped, (size_t) st.st_size, MREMAP_MAYMOVE)
                     : mmap (NULL, (size_t) st.st_size, PROT_READ, MAP_SHARED, r->fd, 0);
  if (map == MAP_FAILED)
    return fail_sys (err, errno, "%s", CONTAINER_LOG);
  r->map = map;
  r->mapped = (size_t) st.st_size;
  const char *newline = r->mapped > r->size ? memrchr (map + r->size, '\n', r->mapped - r->size) : NULL;
  if (newline)
    r->size = (size_t) (newline - map) + 1;
  return 0;
}

/* 1: it is open; 0: there is no such file. */
static int
open_log (struct log_reader *r, unsigned number, struct error **err)
{
  char name[64];
  struct stat st;
  file_name (number, name, sizeof name);
  autoclose int fd = openat (r->dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT)
    return 0;
  if (fd < 0 || fstat (fd, &st) < 0)
    return errno == ELOOP ? fail (err, ELOOP, "%s is a symbolic link, and not a container's log: refused", name)
                          : fail_sys (err, errno, "open %s", name);
  if (! S_ISREG (st.st_mode) || st.st_nlink > 1)
    return fail (err, EINVAL, "%s is not a plain file with one name: refused", name);
  close_log (r);
  r->fd = TAKE_FD (fd);
  r->device = st.st_dev;
  r->inode = st.st_ino;
  TRY (map_new (r, err));
  return 1;
}

static bool
is_there (const struct log_reader *r, unsigned number, bool *ret_same)
{
  char name[64];
  struct stat st;
  file_name (number, name, sizeof name);
  if (fstatat (r->dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
    return false;
  *ret_same = r->fd >= 0 && st.st_dev == r->device && st.st_ino == r->inode;
  return true;
}

/* The number of our file now, or of what is behind the oldest one there is. */
static unsigned
own_number (const struct log_reader *r)
{
  bool same = false;
  unsigned number = 0;
  while (number < MAX_FILES && is_there (r, number, &same) && ! same)
    number++;
  return number;
}

/* Go to the file that follows ours. 1: another one is open; 0: ours is the newest. */
static int
next_log (struct log_reader *r, struct error **err)
{
  unsigned number = own_number (r);
  return number == 0 ? 0 : open_log (r, number - 1, err);
}

/* ---- records */

static bool
fits (const struct log_filter *f, const char *line, size_t n)
{
  if (n < STREAM_AT + STREAM_LENGTH || memcmp (line, BEFORE_TIME, TIME_AT) != 0)
    return false;
  return (! f->since || memcmp (line + TIME_AT, f->since, LOG_TIME_LENGTH) >= 0)
         && (! f->until || memcmp (line + TIME_AT, f->until, LOG_TIME_LENGTH) <= 0)
         && (! f->stream || memcmp (line + STREAM_AT, f->stream, STREAM_LENGTH) == 0);
}

static bool
ends_line (const char *line, size_t n)
{
  static const char mark[] = ",\"partial\":true}";
  return n < sizeof mark || memcmp (line + n - (sizeof mark - 1), mark, sizeof mark - 1) != 0;
}

struct tail
{
  size_t left;        /* lines that are still to be found */
  bool seen_err, seen_out; /* a record of that stream: the newest one is a line also when it has no newline */
};

/* Is the record the last one of a line? */
static bool
counts (struct tail *t, const char *line, size_t n)
{
  bool *seen = memcmp (line + STREAM_AT, "stderr", STREAM_LENGTH) == 0 ? &t->seen_err : &t->seen_out;
  bool newest = ! *seen;
  *seen = true;
  return newest || ends_line (line, n);
}

/* Go back from the end of the file until T->left lines were seen. True when they were. */
static bool
go_back (struct log_reader *r, struct tail *t)
{
  size_t end = r->size;
  while (end > 0)
    {
      const char *newline = end > 1 ? memrchr (r->map, '\n', end - 1) : NULL;
      size_t start = newline ? (size_t) (newline - r->map) + 1 : 0;
      size_t n = end - 1 - start;
      if (fits (&r->filter, r->map + start, n) && counts (t, r->map + start, n) && t->left-- == 0)
        {
          r->at = end;
          return true;
        }
      end = start;
    }
  return false;
}

int
log_reader_tail (struct log_reader *r, size_t n, struct error **err)
{
  struct tail t = { .left = n };
  int opened = 1;
  for (unsigned number = 0; opened == 1 && number < MAX_FILES; number++)
    {
      opened = open_log (r, number, err);
      if (opened == 1 && go_back (r, &t))
        return 0;
    }
  return opened < 0 ? opened : 0;
}

/* 1: r->at is at a record, be it the right one or not. */
static int
find_record (struct log_reader *r, struct error **err)
{
  if (r->at < r->size)
    return 1;
  if (r->fd >= 0)
    TRY (map_new (r, err));
  if (r->at < r->size)
    return 1;
  int next = next_log (r, err);
  return next == 1 ? r->size > 0 : next;
}

static size_t
record_length (const struct log_reader *r)
{
  const char *newline = memchr (r->map + r->at, '\n', r->size - r->at);
  return (size_t) (newline - (r->map + r->at));
}

int
log_reader_peek (struct log_reader *r, const char **ret, size_t *ret_n, struct error **err)
{
  int there;
  while ((there = find_record (r, err)) == 1)
    {
      size_t n = record_length (r);
      if (fits (&r->filter, r->map + r->at, n))
        {
          *ret = r->map + r->at;
          *ret_n = n;
          return 1;
        }
      r->at += n + 1;
    }
  return there;
}

void
log_reader_take (struct log_reader *r)
{
  r->at += record_length (r) + 1;
}

const char *
log_record_time (const char *record)
{
  return record + TIME_AT;
}

static int
base64_value (char c)
{
  return c >= 'A' && c <= 'Z' ? c - 'A' : c >= 'a' && c <= 'z' ? c - 'a' + 26 : c >= '0' && c <= '9' ? c - '0' + 52
         : c == '+' ? 62 : c == '/' ? 63 : -1;
}

char *
log_line_bytes (const struct log_Line *line, size_t *ret_n)
{
  size_t n = strlen (line->data), out = 0;
  unsigned bits = 0, have = 0;
  char *bytes = mem_strndup (line->data, n);
  if (! line->encoding || ! streq (line->encoding, "base64"))
    {
      *ret_n = n;
      return bytes;
    }
  for (size_t i = 0; i < n && base64_value (line->data[i]) >= 0; i++)
    {
      bits = bits << 6 | (unsigned) base64_value (line->data[i]);
      have += 6;
      if (have >= 8)
        bytes[out++] = (char) (bits >> (have -= 8));
    }
  bytes[out] = '\0';
  *ret_n = out;
  return bytes;
}
