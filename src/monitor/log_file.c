/* log_file.c - see log_file.h. In the monitor, on the container's directory that only our user may write to. */
#include "log_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "record_store.h"
#include "utf8.h"

enum
{
  RECORD_OVERHEAD = 256, /* everything of a record but its data */
  SCAN = 4096,
};

/* ---- the file */

/* The end of the last whole line of FD, which has SIZE bytes. */
static int64_t
last_line_end (int fd, int64_t size)
{
  char part[SCAN];
  while (size > 0)
    {
      size_t n = size < SCAN ? (size_t) size : SCAN;
      if (pread (fd, part, n, size - (int64_t) n) != (ssize_t) n)
        return -EIO;
      const char *newline = memrchr (part, '\n', n);
      if (newline)
        return size - (int64_t) n + (newline - part) + 1;
      size -= (int64_t) n;
    }
  return 0;
}

int
log_file_open (struct log_file *l, struct error **err)
{
  struct stat st;
  autoclose int fd = openat (l->dirfd, CONTAINER_LOG,
                             O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
  if (fd < 0 || fstat (fd, &st) < 0)
    return fail_sys (err, errno, "open %s", CONTAINER_LOG);
  if (! S_ISREG (st.st_mode) || st.st_nlink > 1)
    return fail (err, EINVAL, "%s: not a plain file with one name", CONTAINER_LOG);
  int64_t end = last_line_end (fd, st.st_size);
  if (end < 0 || (end < st.st_size && ftruncate (fd, end) < 0))
    return fail_sys (err, end < 0 ? (int) -end : errno, "cut %s at its last line", CONTAINER_LOG);
  l->size = end;
  l->fd = TAKE_FD (fd);
  return 0;
}

void
log_file_close (struct log_file *l)
{
  close_fd (&l->fd);
}

static void
rotated_name (char *buf, size_t size, unsigned n)
{
  if (n == 0)
    snprintf (buf, size, "%s", CONTAINER_LOG);
  else
    snprintf (buf, size, "%s.%u", CONTAINER_LOG, n);
}

static void
open_again (struct log_file *l)
{
  int r = log_file_open (l, NULL);
  if (r < 0)
    l->lost_why = -r;
}

/* log.jsonl becomes .1, .1 becomes .2, …, and the oldest goes. */
static void
rotate (struct log_file *l)
{
  char from[64], to[64];
  if (l->fd < 0)
    return;
  rotated_name (from, sizeof from, l->max_files ? l->max_files - 1 : 0);
  unlinkat (l->dirfd, from, 0);
  for (unsigned n = l->max_files; n > 1; n--)
    {
      rotated_name (to, sizeof to, n - 1);
      rotated_name (from, sizeof from, n - 2);
      renameat (l->dirfd, from, l->dirfd, to);
    }
  close_fd (&l->fd);
  l->size = 0;
  open_again (l);
}

static void
write_out (struct log_file *l, const char *data, size_t n)
{
  ssize_t done = l->fd < 0 ? -1 : RETRY_EINTR (write (l->fd, data, n));
  if (done == (ssize_t) n)
    {
      l->size += done;
      return;
    }
  l->lost += n;
  if (l->fd >= 0)
    l->lost_why = done < 0 ? errno : ENOSPC;
  /* A record that is there in part would spoil the next one. */
  if (done > 0 && ftruncate (l->fd, l->size) < 0)
    l->size += done;
}

/* Said as soon as there is room again. */
static void
tell_loss (struct log_file *l)
{
  char time[RECORD_TIME_SIZE], line[256];
  record_time (time);
  uint64_t lost = l->lost;
  int n = snprintf (line, sizeof line,
                    "{\"ts\":\"%s\",\"stream\":\"stderr\","
                    "\"data\":\"perry-monitor: %llu bytes of the log are lost: %s\"}\n",
                    time, (unsigned long long) lost, strerror (l->lost_why));
  l->lost = 0;
  write_out (l, line, (size_t) n);
  if (l->lost)
    l->lost = lost;
}

void
log_file_flush (struct log_file *l)
{
  if (l->used == 0)
    return;
  /* A rotation may have found no room or descriptor for another file. */
  if (l->fd < 0)
    open_again (l);
  if (l->lost)
    tell_loss (l);
  write_out (l, l->room, l->used);
  l->used = 0;
}

/* ---- records */

static void
put (struct log_file *l, const char *s)
{
  size_t n = strlen (s);
  memcpy (l->room + l->used, s, n);
  l->used += n;
}

static void
put_control (struct log_file *l, unsigned char c)
{
  static const char letters[32] = { ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't' };
  char *p = l->room + l->used;
  p[0] = '\\';
  if (c == '"' || c == '\\' || (c < 32 && letters[c]))
    p[1] = c >= 32 ? (char) c : letters[c];
  else
    memcpy (p + 1, (char[]) { 'u', '0', '0', "0123456789abcdef"[c >> 4], "0123456789abcdef"[c & 15] }, 5);
  l->used += p[1] == 'u' ? 6 : 2;
}

static bool
is_plain (unsigned char c)
{
  return c >= 32 && c < 127 && c != '"' && c != '\\';
}

/* DATA as the inside of a JSON string; false, and nothing is added, if it is not UTF-8, or has a NUL, which readers in
 * C do not take in a string. */
static bool
put_text (struct log_file *l, const char *data, size_t length)
{
  size_t before = l->used, i = 0;
  while (i < length)
    {
      size_t run = i;
      while (run < length && is_plain ((unsigned char) data[run]))
        run++;
      if (run == i)
        {
          size_t n = utf8_length (data + i, length - i);
          if (n == 0 || ! data[i])
            {
              l->used = before;
              return false;
            }
          if (n == 1)
            {
              put_control (l, (unsigned char) data[i++]);
              continue;
            }
          run += n;
        }
      memcpy (l->room + l->used, data + i, run - i);
      l->used += run - i;
      i = run;
    }
  return true;
}

static void
put_base64 (struct log_file *l, const unsigned char *d, size_t n)
{
  static const char digits[64] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < n; i += 3)
    {
      uint32_t v = (uint32_t) d[i] << 16 | (i + 1 < n ? d[i + 1] : 0) << 8 | (i + 2 < n ? d[i + 2] : 0);
      char *p = l->room + l->used;
      p[0] = digits[v >> 18];
      p[1] = digits[v >> 12 & 63];
      p[2] = i + 1 < n ? digits[v >> 6 & 63] : '=';
      p[3] = i + 2 < n ? digits[v & 63] : '=';
      l->used += 4;
    }
}

void
log_file_add (struct log_file *l, const char *time, const char *stream, const char *data, size_t length, bool partial)
{
  if (l->used + 6 * length + RECORD_OVERHEAD > LOG_ROOM)
    log_file_flush (l);
  size_t start = l->used;
  put (l, "{\"ts\":\"");
  put (l, time);
  put (l, "\",\"stream\":\"");
  put (l, stream);
  put (l, "\",\"data\":\"");
  bool text = put_text (l, data, length);
  if (! text)
    put_base64 (l, (const unsigned char *) data, length);
  put (l, text ? "\"" : "\",\"encoding\":\"base64\"");
  put (l, partial ? ",\"partial\":true}\n" : "}\n");
  if (l->max_size && start + (size_t) l->size > 0 && l->size + (int64_t) l->used > l->max_size)
    {
      size_t length_of_this = l->used - start;
      l->used = start;
      log_file_flush (l);
      rotate (l);
      memmove (l->room, l->room + start, length_of_this);
      l->used = length_of_this;
    }
}

size_t
log_cut (const char *data, size_t length)
{
  /* At most the last three bytes can be the begin of a character that goes on. */
  for (size_t back = 1; back <= 3 && back <= length; back++)
    {
      unsigned char c = (unsigned char) data[length - back];
      if ((c & 0xc0) == 0x80)
        continue;
      size_t wanted = c >= 0xf0 && c <= 0xf4 ? 4 : c >= 0xe0 ? 3 : c >= 0xc2 ? 2 : 1;
      return c >= 0xc2 && c <= 0xf4 && wanted > back && length > back ? length - back : length;
    }
  return length;
}
