/* record_store.c - reads and replaces the files of record.h. In perry-compose and perry-monitor, on directories that
 * only their user may write to. */
#include "record_store.h"

#include <fcntl.h>
#include <limits.h>
#include <time.h>

#include "fs.h"
#include "mem.h"

enum { RECORD_LIMIT = 16 << 20 };

#define NS_PER_S 1000000000LL

const void *
record_read (int dirfd, const char *name, const struct oci_schema *schema, struct oci_document *doc, struct error **err)
{
  autofree char *text = NULL;
  size_t length;
  *doc = (struct oci_document) { 0 };
  if (fs_read_regular (dirfd, name, RECORD_LIMIT, &text, &length, err) < 0)
    return NULL;
  const void *object = oci_parse (schema, text, length, doc);
  if (! object)
    fail (err, EBADMSG, "%s:%u:%u: %s: %s", name, doc->line, doc->column, doc->path, doc->message);
  return object;
}

/* The text becomes file TEMPORARY of DIRFD; on disk if SYNC. */
static int
write_temporary (int dirfd, const char *temporary, const char *text, bool sync)
{
  if (unlinkat (dirfd, temporary, 0) < 0 && errno != ENOENT)
    return -errno;
  autoclose int fd = openat (dirfd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return -errno;
  TRY (fs_write_all (fd, text, strlen (text)));
  return sync && fsync (fd) < 0 ? -errno : 0;
}

static int
sync_directory (int dirfd)
{
  autoclose int fd = openat (dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return fd < 0 || fsync (fd) < 0 ? -errno : 0;
}

static int
replace (int dirfd, const char *name, const struct oci_schema *schema, const void *object, bool sync,
         struct error **err)
{
  autofree char *temporary = mem_printf (".%s.tmp", name);
  autofree char *text = oci_emit (schema, object, NULL);
  if (! text)
    out_of_memory ();
  int r = write_temporary (dirfd, temporary, text, sync);
  if (r == 0 && renameat (dirfd, temporary, dirfd, name) < 0)
    r = -errno;
  if (r < 0)
    unlinkat (dirfd, temporary, 0);
  else if (sync)
    r = sync_directory (dirfd);
  return r < 0 ? fail_sys (err, -r, "write %s", name) : 0;
}

int
record_write (int dirfd, const char *name, const struct oci_schema *schema, const void *object, struct error **err)
{
  return replace (dirfd, name, schema, object, true, err);
}

int
record_write_unsynced (int dirfd, const char *name, const struct oci_schema *schema, const void *object,
                       struct error **err)
{
  return replace (dirfd, name, schema, object, false, err);
}

int64_t
record_now (void)
{
  struct timespec now;
  clock_gettime (CLOCK_REALTIME, &now);
  return now.tv_sec * NS_PER_S + now.tv_nsec;
}

void
record_time (char buf[RECORD_TIME_SIZE])
{
  record_time_of (record_now (), buf);
}

void
record_time_of (int64_t ns, char buf[RECORD_TIME_SIZE])
{
  struct tm tm;
  int64_t fraction = ns % NS_PER_S;
  if (fraction < 0)
    fraction += NS_PER_S;
  time_t seconds = (time_t) ((ns - fraction) / NS_PER_S);
  gmtime_r (&seconds, &tm);
  size_t n = strftime (buf, RECORD_TIME_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
  snprintf (buf + n, RECORD_TIME_SIZE - n, ".%09dZ", (int) fraction);
}

/* WIDTH digits at *P, LOW to HIGH; *P goes behind them. */
static int
take_digits (const char **p, int width, int low, int high, int *ret)
{
  int value = 0;
  for (int i = 0; i < width; i++, (*p)++)
    {
      if (**p < '0' || **p > '9')
        return -EINVAL;
      value = value * 10 + (**p - '0');
    }
  if (value < low || value > high)
    return -EINVAL;
  *ret = value;
  return 0;
}

static int
take_char (const char **p, const char *any_of)
{
  if (! **p || ! strchr (any_of, **p))
    return -EINVAL;
  return *(*p)++;
}

/* ".315" as nanoseconds; digits beyond the ninth are cut. */
static int
take_fraction (const char **p, int64_t *ret)
{
  int64_t scale = NS_PER_S, ns = 0;
  if (**p == '.')
    {
      const char *first = ++*p;
      for (; **p >= '0' && **p <= '9'; (*p)++)
        ns += (scale /= 10) * (**p - '0');
      if (*p == first)
        return -EINVAL;
    }
  *ret = ns;
  return 0;
}

/* "Z", "+01:00": what local time is ahead of UTC, in seconds. */
static int
take_offset (const char **p, int *ret)
{
  int hours, minutes, sign = take_char (p, "Zz+-");
  if (sign < 0)
    return sign;
  if (sign == 'Z' || sign == 'z')
    {
      *ret = 0;
      return 0;
    }
  TRY (take_digits (p, 2, 0, 23, &hours));
  TRY (take_char (p, ":"));
  TRY (take_digits (p, 2, 0, 59, &minutes));
  *ret = (sign == '-' ? -1 : 1) * (hours * 60 + minutes) * 60;
  return 0;
}

int
record_parse_time (const char *s, int64_t *ret)
{
  static const struct { int width, low, high; const char *after; } parts[] = {
    { 4, 1678, 2261, "-" }, { 2, 1, 12, "-" }, { 2, 1, 31, "Tt " },
    { 2, 0, 23, ":" }, { 2, 0, 59, ":" }, { 2, 0, 60, NULL },
  };
  int v[ARRAY_LEN (parts)], offset;
  int64_t fraction;
  for (size_t i = 0; i < ARRAY_LEN (parts); i++)
    {
      TRY (take_digits (&s, parts[i].width, parts[i].low, parts[i].high, &v[i]));
      if (parts[i].after)
        TRY (take_char (&s, parts[i].after));
    }
  TRY (take_fraction (&s, &fraction));
  TRY (take_offset (&s, &offset));
  struct tm tm = { .tm_year = v[0] - 1900, .tm_mon = v[1] - 1, .tm_mday = v[2], .tm_hour = v[3], .tm_min = v[4],
                   .tm_sec = v[5] };
  int64_t seconds = timegm (&tm);
  /* timegm() makes 1 March of 30 February. */
  if (*s || (tm.tm_mday != v[2] && v[5] < 60))
    return -EINVAL;
  *ret = (seconds - offset) * NS_PER_S + fraction;
  return 0;
}

char *
record_boot_id (void)
{
  char *id = NULL;
  if (fs_read_kernel (AT_FDCWD, "/proc/sys/kernel/random/boot_id", 64, &id, NULL) < 0)
    return mem_strdup ("unknown");
  id[strcspn (id, "\n")] = '\0';
  return id;
}

int64_t
record_start_time (pid_t pid)
{
  char name[64];
  autofree char *text = NULL;
  snprintf (name, sizeof name, "/proc/%d/stat", pid);
  const char *p = fs_read_kernel (AT_FDCWD, name, 4096, &text, NULL) < 0 ? NULL : strrchr (text, ')');
  for (int field = 2; p && field < 22; field++)
    p = strchr (p + 1, ' ');
  return p ? atoll (p) : 0;
}
