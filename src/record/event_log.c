/* event_log.c - see event_log.h. Owns the log's size: any number of processes append, none waits for another. */
#include "event_log.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "fs.h"
#include "json.h"
#include "record_store.h"

static void
make_line (struct text *t, const struct event_line *e)
{
  char now[RECORD_TIME_SIZE];
  record_time (now);
  text_printf (t, "{\"ts\":\"%s\"", now);
  json_add_member (t, "kind", e->kind);
  json_add_member (t, "service", e->service);
  json_add_member (t, "container", e->container);
  if (e->more)
    text_printf (t, ",%s", e->more);
  text_add (t, "}\n");
}

static int
open_log (int dir_fd, int *ret)
{
  *ret = openat (dir_fd, EVENT_LOG, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  return *ret < 0 ? -errno : 0;
}

/* Give the log that is open at *FD its other name, unless somebody else is doing it, and open another one. */
static int
rotate (int dir_fd, int *fd)
{
  struct stat ours, named;
  if (flock (*fd, LOCK_EX | LOCK_NB) < 0)
    return 0;
  if (fstat (*fd, &ours) == 0 && fstatat (dir_fd, EVENT_LOG, &named, AT_SYMLINK_NOFOLLOW) == 0
      && ours.st_ino == named.st_ino && renameat (dir_fd, EVENT_LOG, dir_fd, EVENT_LOG_OLD) < 0)
    return -errno;
  close_fd (fd);
  return open_log (dir_fd, fd);
}

int
event_append (int dir_fd, const struct event_line *e)
{
  struct stat st;
  autoclose int fd = -1;
  autotext struct text line = { 0 };
  int r = open_log (dir_fd, &fd);
  if (r == 0 && fstat (fd, &st) == 0 && st.st_size >= EVENT_LOG_SIZE)
    r = rotate (dir_fd, &fd);
  if (r < 0)
    return r;
  make_line (&line, e);
  return fs_write_all (fd, line.s, line.len) < 0 ? -errno : 0;
}
