/* container_verbs.c - the commands `container start`, `stop`, `restart`, `kill`, `pause`, `unpause`, `rm`, `wait`:
 * one thing done to each of the containers that are named. */
#include "on_services.h"
#include "one_off.h"
#include "single.h"
#include "state.h"

struct stop_args
{
  struct cli_number timeout;
  int ms;
};

struct start_args
{
  bool attach;
};

struct kill_args
{
  const char *signal;
};

struct rm_args
{
  bool force, volumes;
};

static const struct opt no_options[] = { END_OF_OPTIONS };

static const struct opt stop_options[] = {
  NUMBER (stop_args, timeout, 't', "timeout", "SECONDS", "how long it may take to stop before it is killed")
  END_OF_OPTIONS
};

static const struct opt start_options[] = {
  FLAG (start_args, attach, 'a', "attach", "stay with it: its output and, if it was made with -i, its input")
  END_OF_OPTIONS
};

static const struct opt kill_options[] = {
  TEXT (kill_args, signal, 's', "signal", "SIGNAL", "signal to send (default: KILL)")
  END_OF_OPTIONS
};

static const struct opt rm_options[] = {
  FLAG (rm_args, force, 'f', "force", "kill it first if it runs")
  FLAG (rm_args, volumes, 'v', "volumes", "remove its anonymous volumes, too")
  END_OF_OPTIONS
};

static int
start_one (struct context *c, const struct container *it, void *args, struct error **err)
{
  const struct start_args *a = args;
  return a->attach ? one_off_start (c, it->record, false, err) : container_start (&c->settings, NULL, it->record, err);
}

static int
stop_one (struct context *c, const struct container *it, void *args, struct error **err)
{
  const struct stop_args *a = args;
  return container_is_active (it) ? container_stop (&c->settings, it, a->ms, false, err) : 0;
}

static int
restart_one (struct context *c, const struct container *it, void *args, struct error **err)
{
  const struct record_Container *record = it->record;
  TRY (stop_one (c, it, args, err));
  TRY (container_start (&c->settings, NULL, record, err));
  project_event (&c->settings, record->project, "restart", record->service, record->id, NULL);
  return 0;
}

static int
kill_one (struct context *c, const struct container *it, void *args, struct error **err)
{
  const struct kill_args *a = args;
  if (! container_is_active (it))
    return fail (err, E_CONFLICT, "it is not running: it is %s", it->state);
  return container_kill (&c->settings, it, a->signal ? a->signal : "KILL", err);
}

static int
pause_one (struct context *c, const struct container *it, void *args, struct error **err)
{
  bool pause = *(const bool *) args;
  if (! streq (it->state, pause ? "running" : "paused"))
    return fail (err, E_CONFLICT, "it is %s", it->state);
  return container_pause (&c->settings, it, pause, err);
}

static int
remove_one (struct context *c, const struct container *it, void *args, struct error **err)
{
  const struct rm_args *a = args;
  struct container_removal how = { .timeout = a->force ? 0 : -1, .volumes = a->volumes };
  if (container_is_active (it) && ! a->force)
    return fail (err, E_CONFLICT, "it is %s: stop it first, or give --force", it->state);
  return container_remove (&c->settings, it, &how, err);
}

/* Prints the exit status; it may be removed as soon as it has ended. */
static int
wait_one (struct context *c, const struct container *it, void *args, struct error **err)
{
  (void) args;
  int status = 0;
  TRY (container_wait (&c->settings, it->record->id, WAIT_EXITED, -1, &status, err));
  printf ("%d\n", status);
  return 0;
}

/* With -a its exit status is ours. */
static int
run_start (const void *global, void *args, int argc, char **argv, struct error **err)
{
  struct start_args *a = args;
  if (a->attach && argc > 1)
    return fail (err, EINVAL, "--attach: with one container only");
  const struct single_call call = { .fn = start_one, .args = a, .done = "started",
                                    .quiet = a->attach, .unlocked = a->attach };
  return single_each (global, &call, argc, argv, err);
}

static int
run_stop (const void *global, void *args, int argc, char **argv, struct error **err)
{
  struct stop_args *a = args;
  TRY (timeout_option (&a->timeout, &a->ms, err));
  const struct single_call call = { .fn = stop_one, .args = a, .done = "stopped" };
  return single_each (global, &call, argc, argv, err);
}

static int
run_restart (const void *global, void *args, int argc, char **argv, struct error **err)
{
  struct stop_args *a = args;
  TRY (timeout_option (&a->timeout, &a->ms, err));
  const struct single_call call = { .fn = restart_one, .args = a, .done = "restarted" };
  return single_each (global, &call, argc, argv, err);
}

static int
run_kill (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct single_call call = { .fn = kill_one, .args = args, .done = "sent the signal" };
  return single_each (global, &call, argc, argv, err);
}

static int
run_pause (const void *global, void *args UNUSED, int argc, char **argv, struct error **err)
{
  bool pause = true;
  const struct single_call call = { .fn = pause_one, .args = &pause, .done = "paused" };
  return single_each (global, &call, argc, argv, err);
}

static int
run_unpause (const void *global, void *args UNUSED, int argc, char **argv, struct error **err)
{
  bool pause = false;
  const struct single_call call = { .fn = pause_one, .args = &pause, .done = "unpaused" };
  return single_each (global, &call, argc, argv, err);
}

static int
run_rm (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct single_call call = { .fn = remove_one, .args = args, .done = "removed" };
  return single_each (global, &call, argc, argv, err);
}

static int
run_wait (const void *global, void *args UNUSED, int argc, char **argv, struct error **err)
{
  const struct single_call call = { .fn = wait_one, .unlocked = true, .quiet = true };
  return single_each (global, &call, argc, argv, err);
}

#define VERB(word, opts_, size, text)                                                                                 \
  const struct command cmd_container_##word = {                                                                       \
    .name = "container " #word,                                                                                       \
    .operands = "CONTAINER...",                                                                                       \
    .min_operands = 1,                                                                                                \
    .max_operands = -1,                                                                                               \
    .help = text,                                                                                                     \
    .opts = opts_,                                                                                                    \
    .args_size = size,                                                                                                \
    .run = run_##word,                                                                                                \
  };

VERB (start, start_options, sizeof (struct start_args), "start containers that exist")
VERB (stop, stop_options, sizeof (struct stop_args), "stop containers")
VERB (restart, stop_options, sizeof (struct stop_args), "stop and start containers")
VERB (kill, kill_options, sizeof (struct kill_args), "send a signal to containers")
VERB (pause, no_options, 0, "freeze containers")
VERB (unpause, no_options, 0, "thaw frozen containers")
VERB (rm, rm_options, sizeof (struct rm_args), "remove containers")
VERB (wait, no_options, 0, "wait until containers have ended; print their exit statuses")
