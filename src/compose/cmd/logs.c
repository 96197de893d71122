/* logs.c - the commands `logs` and `container logs`. */
#include <poll.h>

#include "commands.h"
#include "log_view.h"
#include "single.h"
#include "when.h"

struct logs_args
{
  bool follow, timestamps, no_prefix, no_color;
  struct cli_number index;
  const char *tail, *since, *until, *stream, *format;
};

/* The first rows are for services only. */
enum { SERVICE_ROWS = 3 };
static const struct opt logs_options[] = {
  NUMBER (logs_args, index, 0, "index", "N", "of the service's containers, the one with this number")
  FLAG (logs_args, no_color, 0, "no-color", "no colours")
  FLAG (logs_args, no_prefix, 0, "no-log-prefix", "no names of containers before the lines")
  FLAG (logs_args, follow, 'f', "follow", "go on with what comes, until all containers have ended")
  TEXT (logs_args, format, 0, "format", "FORMAT", "text or json (one object per line)")
  TEXT (logs_args, since, 0, "since", "TIME", "only what is younger: 2026-11-21T20:33:37Z, or 5m for so long ago")
  TEXT (logs_args, stream, 0, "stream", "STREAM", "only stdout, or only stderr")
  TEXT (logs_args, tail, 'n', "tail", "N", "only the last N lines of each container (default: all)")
  FLAG (logs_args, timestamps, 't', "timestamps", "with the time of each line")
  TEXT (logs_args, until, 0, "until", "TIME", "only what is older")
  END_OF_OPTIONS
};

/* How long all containers may have ended before --follow does: a restart is not the end. */
#define END_WAIT_MS 3000

struct times
{
  char since[RECORD_TIME_SIZE], until[RECORD_TIME_SIZE];
};

/* TEXT (when.h) as logs have it. *RET is TO, or NULL for no TEXT. */
static int
take_time (const char *option, const char *text, char to[RECORD_TIME_SIZE], const char **ret, struct error **err)
{
  int64_t ns;
  if (! text)
    return 0;
  TRY (when_parse (option, text, &ns, err));
  record_time_of (ns, to);
  *ret = to;
  return 0;
}

static int
take_tail (const char *text, int64_t *ret, struct error **err)
{
  char *end = NULL;
  *ret = -1;
  if (! text || streq (text, "all"))
    return 0;
  errno = 0;
  long long n = strtoll (text, &end, 10);
  if (errno || end == text || *end || n < -1)
    return fail (err, EINVAL, "--tail %s: want a number of lines, or all", text);
  *ret = n;
  return 0;
}

static int
make_options (const struct logs_args *a, const struct global_args *g, struct times *t, struct log_view_options *o,
              struct error **err)
{
  if (a->stream && ! streq (a->stream, "stdout") && ! streq (a->stream, "stderr"))
    return fail (err, EINVAL, "--stream %s: want stdout or stderr", a->stream);
  if (a->format && ! streq (a->format, "text") && ! streq (a->format, "json"))
    return fail (err, EINVAL, "--format %s: want text or json", a->format);
  TRY (take_time ("--since", a->since, t->since, &o->since, err));
  TRY (take_time ("--until", a->until, t->until, &o->until, err));
  TRY (take_tail (a->tail, &o->tail, err));
  o->stream = a->stream;
  o->json = g->json || (a->format && streq (a->format, "json"));
  o->prefix = ! a->no_prefix;
  o->colour = ! a->no_color && colours_wanted (STDOUT_FILENO, g->ansi);
  o->timestamps = a->timestamps;
  o->filter.number = a->index.set ? (unsigned) a->index.value : 0;
  return 0;
}

/* Until all have ended and none was started again. Ends, too, when nobody reads our output any more. */
static int
follow (struct log_view *v, struct error **err)
{
  struct pollfd polls[] = { { .fd = log_view_fd (v), .events = POLLIN }, { .fd = STDOUT_FILENO } };
  bool alive = log_view_alive (v) > 0;
  while (alive)
    {
      int r = poll (polls, ARRAY_LEN (polls), log_view_alive (v) ? -1 : END_WAIT_MS);
      if (r < 0 && errno != EINTR)
        return fail_sys (err, errno, "wait for logs");
      if (polls[1].revents & (POLLERR | POLLHUP))
        return 0;
      alive = r != 0;
      TRY (log_view_print (v, stdout, err));
    }
  return 0;
}

static int
show (const struct settings *s, const struct log_view_options *o, bool go_on, struct error **err)
{
  autologview struct log_view *view = NULL;
  TRY (log_view_open (s, o, &view, err));
  TRY (log_view_print (view, stdout, err));
  return go_on ? follow (view, err) : 0;
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct logs_args *a = args;
  autocontext struct context c = { 0 };
  autocontainers struct containers v = { 0 };
  autostrv struct strv services = { 0 };
  struct log_view_options o = { 0 };
  struct times times;
  TRY (make_options (a, global, &times, &o, err));
  TRY (context_open (global, &c, err));
  TRY (context_name (&c, err));
  TRY (context_containers (&c, argv, argc, 0, &v, err));
  for (int i = 0; i < argc; i++)
    strv_add (&services, argv[i]);
  o.filter.project = c.project_name;
  o.services = &services;
  return show (&c.settings, &o, a->follow, err);
}

static int
run_single (const void *global, void *args, int argc UNUSED, char **argv, struct error **err)
{
  const struct logs_args *a = args;
  autocontext struct context c = { 0 };
  autocontainers struct containers v = { 0 };
  struct log_view_options o = { 0 };
  struct times times;
  TRY (make_options (a, global, &times, &o, err));
  TRY (context_open (global, &c, err));
  TRY (single_find (&c, argv[0], false, &v, err));
  o.filter.id_or_name = v.v[0].record->id;
  o.prefix = false;
  o.split = true;
  return show (&c.settings, &o, a->follow, err);
}

const struct command cmd_logs = {
  .name = "logs",
  .operands = "[SERVICE...]",
  .max_operands = -1,
  .help = "show what the containers print",
  .opts = logs_options,
  .args_size = sizeof (struct logs_args),
  .run = run,
};

const struct command cmd_container_logs = {
  .name = "container logs",
  .operands = "CONTAINER",
  .min_operands = 1,
  .max_operands = 1,
  .help = "show what a container prints",
  .opts = logs_options + SERVICE_ROWS,
  .args_size = sizeof (struct logs_args),
  .run = run_single,
};
