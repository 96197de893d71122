/* attach.c - the commands `attach` and `container attach`: our terminal becomes a container's. */
#include "attach_session.h"
#include "commands.h"
#include "replica.h"
#include "single.h"

struct attach_args
{
  const char *detach_keys;
  struct cli_number index;
  bool no_stdin;
  struct cli_switch sig_proxy;
};

/* The first row is for services only. */
static const struct opt attach_options[] = {
  NUMBER (attach_args, index, 0, "index", "N", "of the service's containers, the one with this number")
  TEXT (attach_args, detach_keys, 0, "detach-keys", "KEYS", "keys that end this (default: ctrl-p,ctrl-q)")
  FLAG (attach_args, no_stdin, 0, "no-stdin", "do not send standard input")
  SWITCH (attach_args, sig_proxy, 0, "sig-proxy", "send on the signals that we get (default: yes)")
  END_OF_OPTIONS
};

/* Its exit status when it has ended meanwhile. */
static int
exit_status (const struct settings *s, const char *id, struct error **err)
{
  enum { LAST_WRITE_MS = 5000 };
  int status = 0;
  TRY (container_wait (s, id, WAIT_EXITED, LAST_WRITE_MS, &status, err));
  return status;
}

static int
attach (const struct settings *s, const struct record_Container *record, const struct attach_args *a,
        struct error **err)
{
  autoclose int control = -1, client = -1;
  struct attach_session session = {
    .input = ! a->no_stdin && record->open_stdin.value,
    .signals = ! a->sig_proxy.set || a->sig_proxy.value,
    .tty = record->tty.value,
    .detach_keys = a->detach_keys,
  };
  TRY (monitor_connect (s, record->id, &control, err));
  TRY (attach_open (control, session.input, &client, err));
  session.control = control;
  session.client = client;
  int r = attach_run (&session, err);
  return r == 0 ? exit_status (s, record->id, err) : r < 0 ? r : 0;
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  (void) argc;
  const struct attach_args *a = args;
  autocontext struct context c = { 0 };
  autocontainers struct containers v = { 0 };
  TRY (context_open (global, &c, err));
  TRY (context_name (&c, err));
  TRY (context_replica (&c, argv[0], &a->index, &v, err));
  const struct container *found = &v.v[0];
  if (! streq (found->state, "running"))
    return fail (err, E_CONFLICT, "service %s is not running: container %s is %s", argv[0], found->record->name,
                 found->state);
  int r = attach (&c.settings, found->record, a, err);
  return r < 0 ? wrap (err, "container %s", found->record->name) : r;
}

static int
run_single (const void *global, void *args, int argc UNUSED, char **argv, struct error **err)
{
  autocontext struct context c = { 0 };
  autocontainers struct containers v = { 0 };
  TRY (context_open (global, &c, err));
  TRY (single_find (&c, argv[0], true, &v, err));
  int r = attach (&c.settings, v.v[0].record, args, err);
  return r < 0 ? wrap (err, "container %s", v.v[0].record->name) : r;
}

const struct command cmd_attach = {
  .name = "attach",
  .operands = "SERVICE",
  .min_operands = 1,
  .max_operands = 1,
  .help = "connect to a running container's input and output",
  .opts = attach_options,
  .args_size = sizeof (struct attach_args),
  .run = run,
};

const struct command cmd_container_attach = {
  .name = "container attach",
  .operands = "CONTAINER",
  .min_operands = 1,
  .max_operands = 1,
  .help = "connect to a running container's input and output",
  .opts = attach_options + 1,
  .args_size = sizeof (struct attach_args),
  .run = run_single,
};
