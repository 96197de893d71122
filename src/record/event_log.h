/* event_log.h - a project's log of events, DATA/projects/NAME/log.jsonl, to which perry-compose and the monitors of its
 * containers append: {"ts","kind","service","container",…} a line. Kinds are docker's ("create", "start", "oom", "die",
 * "stop", "health_status: healthy" …), and "container-died" with a reason for ends that nobody wanted. */
#ifndef RECORD_EVENT_LOG_H
#define RECORD_EVENT_LOG_H

#include "error.h"

#define EVENT_LOG "log.jsonl"
#define EVENT_LOG_OLD "log.jsonl.1"         /* what was in it before, once it was too large */
enum { EVENT_LOG_SIZE = 8 << 20 };          /* bytes; a container may end and start again without end */

struct event_line
{
  const char *kind;
  const char *service, *container;          /* NULL: left out */
  const char *more;                         /* further members, "\"exit\":1"; NULL: none */
};

/* Append E, with the time, in one write to the log in directory DIR_FD: 0, or -errno. */
int event_append (int dir_fd, const struct event_line *e);

#endif
