/* machine_run.c - what events do to a container before and while it runs: create, start, signals, pause. In the
 * monitor. */
#include <signal.h>
#include <sys/syscall.h>

#include "clock.h"
#include "fs.h"
#include "machine_parts.h"
#include "signals.h"

enum { STOP_TIMEOUT = 10 * 1000 };

/* ---- signals */

static int
send_signal (struct monitor *m, int sig)
{
  if (m->exited || ! m->status.pid.set)
    return -ESRCH;
  if (m->adopted)
    return syscall (SYS_pidfd_send_signal, m->pidfd.fd, sig, NULL, 0) < 0 ? -errno : 0;
  /* Our child, and not waited for yet: the number is still its. */
  return kill ((pid_t) m->status.pid.value, sig) < 0 ? -errno : 0;
}

static int
stop_signal (const struct monitor *m)
{
  int sig = m->record->stop_signal ? signal_number (m->record->stop_signal, NULL) : SIGTERM;
  return sig > 0 ? sig : SIGTERM;
}

/* End it by SIG, and by SIGKILL after TIMEOUT ms (<0: as the record says). */
static void
begin_stop (struct monitor *m, enum intent intent, int sig, int64_t timeout)
{
  if (timeout < 0)
    timeout = m->record->stop_timeout.set ? m->record->stop_timeout.value : STOP_TIMEOUT;
  if (timeout == 0)
    sig = SIGKILL;
  m->intent = intent;
  loop_set (&m->loop, TIMER_KILL, timeout);
  if (m->state == S_PAUSED)
    {
      m->signal_after_resume = sig;
      machine_enter (m, S_RESUMING);
      runtime_begin (m, "resume");
      return;
    }
  send_signal (m, sig);
}

/* ---- start */

void
begin_delete (struct monitor *m)
{
  machine_enter (m, S_DELETING);
  runtime_begin (m, "delete");
}

static void
start_failed (struct monitor *m, const char *step)
{
  free (m->error);
  m->error = TAKE_PTR (m->failure);
  m->failed_step = step;
  record_time (m->finished);
  m->finished_ms = clock_ms ();
  if (m->state == S_CREATING)
    {
      output_close (m);
      input_close (m);
    }
  begin_delete (m);
}

static void
fail_start (struct monitor *m, const char *step, struct error *err)
{
  free (m->failure);
  m->failure = mem_strdup (error_text (err));
  start_failed (m, step);
}

void
begin_create (struct monitor *m)
{
  autoerror struct error *err = NULL;
  m->exited = m->adopted = false;
  m->status.pid.set = false;
  m->failed_step = NULL;
  m->orphan = 0;
  m->signal_after_resume = 0;
  m->intent = INTENT_POLICY;
  m->caller_releases = false;
  free (m->error);
  m->error = NULL;
  machine_enter (m, S_CREATING);
  if (output_open (m, &err) < 0 || input_open (m, &err) < 0)
    fail_start (m, "create-failed", err);
  else
    runtime_begin (m, "create");
}

void
do_start (struct monitor *m, struct connection *c, const struct monitor_packet *p UNUSED)
{
  if (m->cleanup || m->adopted)
    {
      answer_error (c, MONITOR_START, EBUSY, "the container's end is being cleaned up");
      return;
    }
  loop_unset (&m->loop, TIMER_IDLE);
  loop_unset (&m->loop, TIMER_BACKOFF);
  c->waiting |= 1u << MONITOR_START;
  m->asked = true;
  m->restart = (struct restart_state) { 0 };
  m->status.stopped_by_user.value = false;
  begin_create (m);
}

void
do_running_already (struct monitor *m, struct connection *c, const struct monitor_packet *p)
{
  answer (c, (enum monitor_request) p->type, m->status.pid.value);
}

static int
take_process (struct monitor *m, struct error **err)
{
  autofree char *text = NULL;
  TRY (fs_read_regular (m->run_fd, CONTAINER_PIDFILE, 64, &text, NULL, err));
  int pid = atoi (text);
  /* To kill(2) 0 and -1 are many processes. */
  if (pid <= 0)
    return fail (err, EBADMSG, "%s says that the container is process %d", m->record->runtime, pid);
  m->status.pid = (struct opt_i64) { .value = pid, .set = true };
  if (m->orphan == m->status.pid.value)
    {
      m->exited = true;
      m->wait_status = m->orphan_status;
    }
  m->oom_fd = oom_open ((pid_t) m->status.pid.value);
  return m->record->tty.value ? output_terminal (m, err) : 0;
}

void
do_created (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  autoerror struct error *err = NULL;
  if (take_process (m, &err) < 0)
    {
      fail_start (m, "create-failed", err);
      return;
    }
  output_start (m);
  input_start (m, m->record->tty.value ? m->outputs[0].watch.fd : -1);
  machine_enter (m, S_STARTING);
  runtime_begin (m, "start");
}

void
do_create_failed (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  start_failed (m, "create-failed");
}

void
do_start_failed (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  start_failed (m, "start-failed");
}

static void
run_again (struct monitor *m)
{
  machine_enter (m, S_RUNNING);
  if (m->exited)
    machine_event (m, EV_EXIT, NULL, NULL);
}

void
do_started (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  record_time (m->started);
  m->started_ms = clock_ms ();
  m->asked = false;
  /* Before it is said to run: whoever waits must not see the health of the run before. */
  health_start (m);
  status_running (m);
  event_started (m);
  answer_waiting (m, MONITOR_START, 0, m->status.pid.value, NULL);
  answer_waiting (m, MONITOR_RESTART, 0, m->status.pid.value, NULL);
  run_again (m);
}

/* ---- requests while it runs */

static int
wanted_signal (const struct monitor *m, const struct monitor_packet *p, struct error **err)
{
  return p->text[0] ? signal_number (p->text, err) : stop_signal (m);
}

static void
stop_for (struct monitor *m, struct connection *c, const struct monitor_packet *p, enum intent intent)
{
  autoerror struct error *err = NULL;
  int sig = wanted_signal (m, p, &err);
  if (sig < 0)
    {
      answer_error (c, (enum monitor_request) p->type, -sig, error_text (err));
      return;
    }
  c->waiting |= 1u << p->type;
  m->status.stopped_by_user = (struct opt_bool) { .value = intent == INTENT_STOP, .set = true };
  m->caller_releases = intent == INTENT_STOP;
  begin_stop (m, intent, sig, p->value);
}

void
do_stop (struct monitor *m, struct connection *c, const struct monitor_packet *p)
{
  stop_for (m, c, p, INTENT_STOP);
}

void
do_restart (struct monitor *m, struct connection *c, const struct monitor_packet *p)
{
  /* Its root file system was mounted by the monitor that was killed. */
  if (m->adopted)
    answer_error (c, MONITOR_RESTART, EOPNOTSUPP, "its first monitor was killed: it has to be stopped and started");
  else
    stop_for (m, c, p, INTENT_RESTART);
}

void
do_kill (struct monitor *m, struct connection *c, const struct monitor_packet *p)
{
  autoerror struct error *err = NULL;
  int sig = p->text[0] ? signal_number (p->text, &err) : SIGKILL;
  int r = sig < 0 ? sig : 0;
  /* As docker has it: who sends this wants no restart. */
  if (sig == SIGKILL || sig == stop_signal (m))
    {
      m->intent = INTENT_STOP;
      m->status.stopped_by_user = (struct opt_bool) { .value = true, .set = true };
    }
  if (r == 0 && m->state == S_PAUSED && sig == SIGKILL)
    begin_stop (m, INTENT_STOP, SIGKILL, 0);
  else if (r == 0)
    r = send_signal (m, sig);
  if (r < 0)
    answer_error (c, MONITOR_KILL, -r, err ? error_text (err) : strerror (-r));
  else
    answer (c, MONITOR_KILL, 0);
}

void
do_kill_time (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  m->signal_after_resume = SIGKILL;
  send_signal (m, SIGKILL);
}

void
do_pause (struct monitor *m, struct connection *c, const struct monitor_packet *p UNUSED)
{
  c->waiting |= 1u << MONITOR_PAUSE;
  /* A frozen probe could not be killed. */
  health_stop (m);
  machine_enter (m, S_PAUSING);
  runtime_begin (m, "pause");
}

void
do_resume (struct monitor *m, struct connection *c, const struct monitor_packet *p UNUSED)
{
  c->waiting |= 1u << MONITOR_RESUME;
  machine_enter (m, S_RESUMING);
  runtime_begin (m, "resume");
}

void
do_paused (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  m->status.state = "paused";
  status_save (m, false);
  machine_enter (m, S_PAUSED);
  answer_waiting (m, MONITOR_PAUSE, 0, 0, NULL);
  if (m->exited)
    machine_event (m, EV_EXIT, NULL, NULL);
}

void
do_pause_failed (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  answer_waiting (m, MONITOR_PAUSE, EIO, 0, m->failure);
  health_resume (m);
  run_again (m);
}

void
do_resumed (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  m->status.state = "running";
  status_save (m, false);
  health_resume (m);
  answer_waiting (m, MONITOR_RESUME, 0, 0, NULL);
  if (m->signal_after_resume)
    send_signal (m, m->signal_after_resume);
  m->signal_after_resume = 0;
  run_again (m);
}

void
do_resume_failed (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  answer_waiting (m, MONITOR_RESUME, EIO, 0, m->failure);
  /* SIGKILL ends frozen processes, too, where cgroups are v2; `delete --force` thaws them elsewhere. */
  if (m->signal_after_resume)
    begin_delete (m);
  else
    machine_enter (m, S_PAUSED);
}

void
do_unhealthy (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  const char *what = m->record->health->on_unhealthy;
  if (! what || streq (what, "none") || m->intent != INTENT_POLICY)
    return;
  begin_stop (m, streq (what, "stop") ? INTENT_UNHEALTHY_STOP : INTENT_UNHEALTHY_RESTART, stop_signal (m), -1);
}

void
do_terminate (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  begin_stop (m, INTENT_STOP, stop_signal (m), -1);
}
