/* events.c - the command `events`: a project's log of events as it grows. */
#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "clock.h"
#include "commands.h"
#include "event_log.h"
#include "fs.h"
#include "ocispec.h"
#include "record_store.h"
#include "when.h"

#undef OCI_PREFIX
#define OCI_PREFIX events_
/* A line of the log (event_log.h), and docker compose's object for it. */
#define SPEC_Line(F, T)                                                                                                \
  F (T, str,                   ts,           "ts")                                                                     \
  F (T, str,                   kind,         "kind")                                                                   \
  F (T, str,                   service,      "service")                                                                \
  F (T, str,                   container,    "container")                                                              \
  F (T, i64,                   exit,         "exit")                                                                   \
  F (T, str,                   reason,       "reason")                                                                 \
  F (T, str,                   signal,       "signal")
#define SPEC_Object(F, T)                                                                                              \
  F (T, str,                   time,         "time")                                                                   \
  F (T, str,                   type,         "type")                                                                   \
  F (T, str,                   action,       "action")                                                                 \
  F (T, str,                   id,           "id")                                                                     \
  F (T, str,                   service,      "service")                                                                \
  F (T, map,                   attributes,   "attributes")
DECLARE (Line)
DECLARE (Object)
DEFINE (Line)
DEFINE (Object)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

struct events_args
{
  bool json;
  struct cli_switch follow;
  const char *since, *until;
};

static const struct opt events_options[] = {
  FLAG (events_args, json, 0, "json", "an object per line")
  SWITCH (events_args, follow, 0, "follow", "go on as events happen (default: yes, unless --until is given)")
  TEXT (events_args, since, 0, "since", "TIME",
        "what has happened since then, too: RFC 3339, or 5m for five minutes ago")
  TEXT (events_args, until, 0, "until", "TIME", "only up to this time; if that is over, all that happened before it")
  END_OF_OPTIONS
};

struct show
{
  bool json;
  int64_t since, until; /* ns since 1970 */
  char *const *services;
  int n_services;
};

static bool
is_wanted (const struct show *show, const struct events_Line *line)
{
  int64_t at;
  bool named = show->n_services == 0;
  for (int i = 0; i < show->n_services; i++)
    named = named || (line->service && streq (line->service, show->services[i]));
  return named && line->ts && record_parse_time (line->ts, &at) >= 0 && at >= show->since && at <= show->until;
}

static void
print_json (const struct events_Line *line)
{
  autofree char *exit_code = mem_printf ("%lld", (long long) line->exit.value);
  const char *keys[] = { "exitCode", "reason", "signal" };
  const char *values[] = { line->exit.set ? exit_code : NULL, line->reason, line->signal };
  struct events_Object o = { .time = line->ts, .type = "container", .action = line->kind, .id = line->container,
                             .service = line->service, .attributes = { .set = true } };
  const char *shown_keys[ARRAY_LEN (keys)], *shown_values[ARRAY_LEN (keys)];
  for (size_t i = 0; i < ARRAY_LEN (keys); i++)
    if (values[i])
      {
        shown_keys[o.attributes.n] = keys[i];
        shown_values[o.attributes.n++] = values[i];
      }
  o.attributes.keys = shown_keys;
  o.attributes.v = shown_values;
  autofree char *text = oci_emit (&events_Object_schema, &o, NULL);
  printf ("%s\n", text ? text : "");
}

static void
print_line (const struct show *show, const char *text, size_t length)
{
  struct oci_document doc = { 0 };
  const struct events_Line *line = oci_parse (&events_Line_schema, text, length, &doc);
  if (line && is_wanted (show, line))
    {
      if (show->json)
        print_json (line);
      else
        {
          printf ("%s container %s %.12s (service=%s", line->ts, line->kind ? line->kind : "",
                  line->container ? line->container : "", line->service ? line->service : "");
          if (line->exit.set)
            printf (", exitCode=%lld", (long long) line->exit.value);
          printf (line->reason ? ", reason=%s)\n" : ")\n", line->reason);
        }
    }
  oci_document_free (&doc);
}

/* Print the whole lines from *OFFSET on; the last may be in the middle of being written. */
static int
print_new (const struct show *show, int fd, off_t *offset, struct error **err)
{
  autotext struct text t = { 0 };
  char buf[16384];
  ssize_t n;
  while ((n = pread (fd, buf, sizeof buf, *offset + (off_t) t.len)) > 0)
    text_add_bytes (&t, buf, (size_t) n);
  if (n < 0)
    return fail_sys (err, errno, "read events");
  char *from = t.s, *end;
  while (from && (end = memchr (from, '\n', t.len - (size_t) (from - t.s))))
    {
      print_line (show, from, (size_t) (end - from));
      from = end + 1;
    }
  if (from)
    *offset += from - t.s;
  fflush (stdout);
  return 0;
}

/* What was in the log before it became too large; not again what is open at NOW, which has just got that name. */
static int
print_old (const struct show *show, const char *directory, int now, struct error **err)
{
  autofree char *path = mem_printf ("%s/" EVENT_LOG_OLD, directory);
  autoclose int fd = open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  struct stat a, b;
  off_t offset = 0;
  if (fd < 0)
    return errno == ENOENT ? 0 : fail_sys (err, errno, "%s", path);
  return fstat (fd, &a) == 0 && fstat (now, &b) == 0 && a.st_ino == b.st_ino ? 0 : print_new (show, fd, &offset, err);
}

/* Until something happens to what WATCH watches, or UNTIL. */
static int
wait_for_change (int watch, int64_t until, struct error **err)
{
  char buf[4096];
  struct pollfd p = { .fd = watch, .events = POLLIN };
  int64_t left = (until - clock_wall_ns ()) / 1000000 + 1;
  int n = poll (&p, 1, until == INT64_MAX ? -1 : left < 0 ? 0 : left > INT32_MAX ? INT32_MAX : (int) left);
  if (n > 0)
    n = (int) read (watch, buf, sizeof buf);
  return n < 0 && errno != EINTR ? fail_sys (err, errno, "watch the project's events") : 0;
}

/* Until the log is taken away, which `down` does, or the time is over: 0. It has got its other name: 1. */
static int
follow_file (const struct show *show, const char *path, int fd, struct error **err)
{
  autoclose int watch = inotify_init1 (IN_CLOEXEC);
  struct stat st, named;
  off_t offset = 0;
  if (watch < 0 || inotify_add_watch (watch, path, IN_MODIFY | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF) < 0)
    return errno == ENOENT ? 0 : fail_sys (err, errno, "watch %s", path);
  for (;;)
    {
      /* Looked at before the log is read, so that what was written until then is not missed. */
      bool gone = fstat (fd, &st) < 0 || st.st_nlink == 0 || show->until <= clock_wall_ns ();
      bool renamed = ! gone && stat (path, &named) == 0 && named.st_ino != st.st_ino;
      TRY (print_new (show, fd, &offset, err));
      if (gone || renamed)
        return renamed;
      TRY (wait_for_change (watch, show->until, err));
    }
}

static int
follow (const struct show *show, const char *directory, struct error **err)
{
  autofree char *path = mem_printf ("%s/" EVENT_LOG, directory);
  int r;
  for (bool first = true;; first = false)
    {
      autoclose int fd = open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
      if (fd < 0 && errno == ENOENT)
        return first ? fail (err, E_NOT_FOUND,
                             "the project has no events: nothing of it is here before `up` and after `down`")
                     : 0;
      if (fd < 0)
        return fail_sys (err, errno, "%s", path);
      if (first)
        TRY (print_old (show, directory, fd, err));
      if ((r = follow_file (show, path, fd, err)) <= 0)
        return r;
    }
}

/* What comes, as docker has it: what was before belongs to --since, or to a time that is over already. */
static int64_t
default_since (int64_t until)
{
  int64_t now = clock_wall_ns ();
  return until > now ? now : 0;
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct events_args *a = args;
  autocontext struct context c = { 0 };
  struct show show = { .json = a->json, .since = 0, .until = INT64_MAX, .services = argv, .n_services = argc };
  bool following = a->follow.set ? a->follow.value : a->until == NULL;
  if (a->since)
    TRY (when_parse ("--since", a->since, &show.since, err));
  if (a->until)
    TRY (when_parse ("--until", a->until, &show.until, err));
  else if (! following)
    show.until = clock_wall_ns ();
  if (! a->since)
    show.since = default_since (show.until);
  TRY (context_open (global, &c, err));
  TRY (context_name (&c, err));
  autofree char *directory = data_path (&c.settings, "projects/%s", c.project_name);
  return follow (&show, directory, err);
}

const struct command cmd_events = {
  .name = "events",
  .operands = "[SERVICE...]",
  .max_operands = -1,
  .help = "show what happens to containers from now on",
  .opts = events_options,
  .args_size = sizeof (struct events_args),
  .run = run,
};
