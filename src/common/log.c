/* log.c - writes messages to the log file and to standard error, or hands them to a sink. Called in any process.
 * Owns the settings, which are global. */
#include "log.h"

#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <time.h>

#include "fs.h"
#include "json.h"
#include "mem.h"
#include "utf8.h"

static struct
{
  int fd;
  enum log_format format;
  enum log_level level;
  void (*sink) (enum log_level, const char *);
} settings = { .fd = -1, .format = LOG_TEXT, .level = LOG_ERROR };

static const char *const level_names[] = { [LOG_ERROR] = "error", [LOG_WARNING] = "warning", [LOG_DEBUG] = "debug" };

int
log_setup (const char *path, enum log_format format, enum log_level level, struct error **err)
{
  autoclose int fd = -1;
  if (path)
    {
      /* Appended to, never cut off: containerd reads the whole file again and takes the last error in it. To open a
       * FIFO must not wait for its reader. */
      fd = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0644);
      if (fd < 0 && errno == ENXIO)
        return fail (err, ENXIO, "log file %s: nobody reads from it", path);
      if (fd < 0 || fcntl (fd, F_SETFL, O_APPEND) < 0)
        return fail_sys (err, errno, "log file %s", path);
    }
  close_fd (&settings.fd);
  settings.fd = TAKE_FD (fd);
  settings.format = format;
  settings.level = level;
  return 0;
}

void
log_redirect (void (*sink) (enum log_level, const char *))
{
  settings.sink = sink;
}

bool
log_wants (enum log_level level)
{
  return level <= settings.level;
}

int
log_fd (void)
{
  return settings.fd;
}

/* RFC 3339, UTC: containerd decodes it strictly and loses the whole message over a bad one. */
static void
add_time (struct text *t)
{
  struct timespec now;
  struct tm tm;
  char s[32];
  clock_gettime (CLOCK_REALTIME, &now);
  gmtime_r (&now.tv_sec, &tm);
  strftime (s, sizeof s, "%Y-%m-%dT%H:%M:%S", &tm);
  text_printf (t, "%s.%06ldZ", s, now.tv_nsec / 1000);
}

static void
add_json (struct text *t, enum log_level level, const char *message)
{
  text_printf (t, "{\"level\":\"%s\",\"msg\":", level_names[level]);
  json_quote (t, message);
  text_add (t, ",\"time\":\"");
  add_time (t);
  text_add (t, "\"}\n");
}

static void
add_text (struct text *t, enum log_level level, const char *message)
{
  text_add (t, "time=\"");
  add_time (t);
  text_printf (t, "\" level=%s msg=", level_names[level]);
  json_quote (t, message);
  text_add (t, "\n");
}

/* One write each: O_APPEND then keeps the lines of several processes whole. A log that cannot be written to has nobody
 * to tell but standard error. */
static void
to_file (enum log_level level, const char *message)
{
  static void (*const add[]) (struct text *, enum log_level, const char *) = { [LOG_TEXT] = add_text,
                                                                               [LOG_JSON] = add_json };
  autotext struct text line = { 0 };
  add[settings.format](&line, level, message);
  int r = fs_write_all (settings.fd, line.s, line.len);
  if (r < 0)
    dprintf (STDERR_FILENO, "%s: log file: %s\n", program_invocation_short_name, strerror (-r));
}

/* A message may quote config.json: what would move a terminal's cursor or begin a second line is shown as a number. */
static void
add_printable (struct text *t, const char *s)
{
  for (; *s; s++)
    {
      size_t control = utf8_control (s);
      if (control == 0)
        text_add_bytes (t, s, 1);
      for (; control > 0; control--)
        text_printf (t, "\\x%02x", (unsigned char) *(control > 1 ? s++ : s));
    }
}

static void
to_stderr (enum log_level level, const char *message)
{
  autotext struct text line = { 0 };
  text_printf (&line, "%s: ", program_invocation_short_name);
  if (level != LOG_ERROR)
    text_printf (&line, "%s: ", level_names[level]);
  add_printable (&line, message);
  text_add (&line, "\n");
  fs_write_all (STDERR_FILENO, line.s, line.len);
}

void
log_line (enum log_level level, const char *fmt, ...)
{
  if (! log_wants (level))
    return;
  int saved = errno;
  va_list ap;
  va_start (ap, fmt);
  autofree char *message = mem_vprintf (fmt, ap);
  va_end (ap);
  if (settings.sink)
    settings.sink (level, message);
  else if (settings.fd >= 0)
    to_file (level, message);
  if (! settings.sink && (settings.fd < 0 || level == LOG_ERROR))
    to_stderr (level, message);
  errno = saved;
}
