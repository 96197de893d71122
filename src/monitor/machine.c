/* machine.c - the life of the container: what each event does in each state, as one table. In the monitor; calls the OCI runtime
 * (runtime.c), whose end is an event again. */
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "fs.h"
#include "machine_parts.h"
#include "signals.h"

enum
{
  OUTPUT_WAIT = 1000, /* ms that somebody outside of the container may hold its output after its end */
  STOP_TIMEOUT = 10 * 1000,
};

static const bool busy[] = {
#define STATE_BUSY(name, is_busy) [S_##name] = is_busy,
  STATES (STATE_BUSY)
#undef STATE_BUSY
};

bool
machine_is_busy (const struct monitor *m)
{
  return busy[m->state];
}

static void
enter (struct monitor *m, enum state s)
{
  bool was_busy = machine_is_busy (m);
  m->state = s;
  if (was_busy != machine_is_busy (m))
    requests_hold (m, ! was_busy);
}

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
      enter (m, S_RESUMING);
      runtime_begin (m, "resume");
      return;
    }
  send_signal (m, sig);
}

/* ---- start */

static void
begin_delete (struct monitor *m)
{
  enter (m, S_DELETING);
  runtime_begin (m, "delete");
}

static void
start_failed (struct monitor *m, const char *step)
{
  free (m->error);
  m->error = TAKE_PTR (m->failure);
  m->failed_step = step;
  record_time (m->finished);
  m->finished_ms = loop_now ();
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

static void
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
  enter (m, S_CREATING);
  if (output_open (m, &err) < 0 || input_open (m, &err) < 0)
    fail_start (m, "create-failed", err);
  else
    runtime_begin (m, "create");
}

static void
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

static void
do_running_already (struct monitor *m, struct connection *c, const struct monitor_packet *p)
{
  answer (c, (enum monitor_request) p->type, m->status.pid.value);
}

static int
take_process (struct monitor *m, struct error **err)
{
  autofree char *text = NULL;
  TRY (fs_read_regular (m->run_fd, CONTAINER_PIDFILE, 64, &text, NULL, err));
  m->status.pid = (struct opt_i64) { .value = atoi (text), .set = true };
  if (m->orphan == m->status.pid.value)
    {
      m->exited = true;
      m->wait_status = m->orphan_status;
    }
  m->oom_fd = oom_open ((pid_t) m->status.pid.value);
  return m->record->tty.value ? output_terminal (m, err) : 0;
}

static void
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
  enter (m, S_STARTING);
  runtime_begin (m, "start");
}

static void
do_create_failed (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  start_failed (m, "create-failed");
}

static void
do_start_failed (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  start_failed (m, "start-failed");
}

static void
run_again (struct monitor *m)
{
  enter (m, S_RUNNING);
  if (m->exited)
    machine_event (m, EV_EXIT, NULL, NULL);
}

static void
do_started (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  record_time (m->started);
  m->started_ms = loop_now ();
  m->asked = false;
  /* Before it is said to run: whoever waits must not see the health of the run before. */
  health_start (m);
  status_running (m);
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

static void
do_stop (struct monitor *m, struct connection *c, const struct monitor_packet *p)
{
  stop_for (m, c, p, INTENT_STOP);
}

static void
do_restart (struct monitor *m, struct connection *c, const struct monitor_packet *p)
{
  /* Its root file system was mounted by the monitor that was killed. */
  if (m->adopted)
    answer_error (c, MONITOR_RESTART, EOPNOTSUPP, "its first monitor was killed: it has to be stopped and started");
  else
    stop_for (m, c, p, INTENT_RESTART);
}

static void
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

static void
do_kill_time (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  m->signal_after_resume = SIGKILL;
  send_signal (m, SIGKILL);
}

static void
do_pause (struct monitor *m, struct connection *c, const struct monitor_packet *p UNUSED)
{
  c->waiting |= 1u << MONITOR_PAUSE;
  /* A frozen probe could not be killed. */
  health_stop (m);
  enter (m, S_PAUSING);
  runtime_begin (m, "pause");
}

static void
do_resume (struct monitor *m, struct connection *c, const struct monitor_packet *p UNUSED)
{
  c->waiting |= 1u << MONITOR_RESUME;
  enter (m, S_RESUMING);
  runtime_begin (m, "resume");
}

static void
do_paused (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  m->status.state = "paused";
  status_save (m, false);
  enter (m, S_PAUSED);
  answer_waiting (m, MONITOR_PAUSE, 0, 0, NULL);
  if (m->exited)
    machine_event (m, EV_EXIT, NULL, NULL);
}

static void
do_pause_failed (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  answer_waiting (m, MONITOR_PAUSE, EIO, 0, m->failure);
  health_resume (m);
  run_again (m);
}

static void
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

static void
do_resume_failed (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  answer_waiting (m, MONITOR_RESUME, EIO, 0, m->failure);
  /* SIGKILL ends frozen processes, too, where cgroups are v2; `delete --force` thaws them elsewhere. */
  if (m->signal_after_resume)
    begin_delete (m);
  else
    enter (m, S_PAUSED);
}

static void
do_unhealthy (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  const char *what = m->record->health->on_unhealthy;
  if (! what || streq (what, "none") || m->intent != INTENT_POLICY)
    return;
  begin_stop (m, streq (what, "stop") ? INTENT_UNHEALTHY_STOP : INTENT_UNHEALTHY_RESTART, stop_signal (m), -1);
}

static void
do_terminate (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  begin_stop (m, INTENT_STOP, stop_signal (m), -1);
}

/* ---- the end */

static void
do_exit (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  record_time (m->finished);
  m->finished_ms = loop_now ();
  m->oom = oom_count (m->oom_fd) > 0;
  close_fd (&m->oom_fd);
  loop_unset (&m->loop, TIMER_KILL);
  health_stop (m);
  begin_delete (m);
}

static void
final_end (struct monitor *m)
{
  int code = m->error ? EIO : 0;
  m->caller_releases |= m->asked;
  status_save (m, true);
  enter (m, S_ENDED);
  attach_close_all (m);
  answer_waiting (m, MONITOR_START, code ? code : EIO, 0, m->error);
  answer_waiting (m, MONITOR_RESTART, code ? code : EIO, 0, m->error ? m->error : "the container was stopped meanwhile");
  answer_waiting (m, MONITOR_STOP, 0, m->status.exit_code.value, NULL);
  answer_waiting (m, MONITOR_WAIT, 0, m->status.exit_code.value, NULL);
  m->asked = false;
  if (m->caller_releases)
    loop_set (&m->loop, TIMER_IDLE, IDLE_TIME);
  else
    cleanup_begin (m);
}

static bool
starts_again (struct monitor *m, int64_t *ret_delay)
{
  static const struct record_Restart anyway = { .condition = "always" };
  const struct record_Restart *policy = m->record->restart;
  int code = (int) m->status.exit_code.value;
  if (m->asked || m->adopted || m->intent == INTENT_STOP || m->intent == INTENT_UNHEALTHY_STOP)
    return false;
  if (m->intent == INTENT_UNHEALTHY_RESTART)
    {
      code = code ? code : 1;
      if (! policy || streq (policy->condition, "no"))
        policy = &anyway;
    }
  return restart_decide (policy, &m->restart, code, m->finished_ms - m->started_ms, ret_delay);
}

static void
conclude (struct monitor *m)
{
  int64_t delay = 0;
  loop_unset (&m->loop, TIMER_OUTPUT);
  output_close (m);
  status_ended (m);
  if (m->intent == INTENT_RESTART && ! m->error)
    {
      m->asked = true;
      begin_create (m);
    }
  else if (starts_again (m, &delay))
    {
      m->status.state = "restarting";
      m->status.restarts = (struct opt_i64) { .value = m->status.restarts.value + 1, .set = true };
      status_save (m, false);
      enter (m, S_BACKOFF);
      loop_set (&m->loop, TIMER_BACKOFF, delay);
    }
  else
    final_end (m);
}

static void
do_deleted (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  input_close (m);
  enter (m, S_DRAINING);
  if (! output_open_still (m))
    conclude (m);
  else
    loop_set (&m->loop, TIMER_OUTPUT, OUTPUT_WAIT);
}

static void
do_drained (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  conclude (m);
}

static void
do_again (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  begin_create (m);
}

static void
do_stop_backoff (struct monitor *m, struct connection *c, const struct monitor_packet *p UNUSED)
{
  loop_unset (&m->loop, TIMER_BACKOFF);
  m->status.state = "exited";
  if (c)
    {
      c->waiting |= 1u << MONITOR_STOP;
      m->status.stopped_by_user = (struct opt_bool) { .value = true, .set = true };
      m->caller_releases = true;
    }
  final_end (m);
}

static void
do_restart_now (struct monitor *m, struct connection *c, const struct monitor_packet *p UNUSED)
{
  loop_unset (&m->loop, TIMER_BACKOFF);
  loop_unset (&m->loop, TIMER_IDLE);
  c->waiting |= 1u << MONITOR_RESTART;
  m->asked = true;
  begin_create (m);
}

static void
do_stopped_already (struct monitor *m, struct connection *c, const struct monitor_packet *p)
{
  answer (c, (enum monitor_request) p->type, m->status.exit_code.value);
}

static void
do_wait (struct monitor *m UNUSED, struct connection *c, const struct monitor_packet *p UNUSED)
{
  c->waiting |= 1u << MONITOR_WAIT;
}

static void
do_release (struct monitor *m, struct connection *c, const struct monitor_packet *p UNUSED)
{
  answer (c, MONITOR_RELEASE, 0);
  m->leave = true;
}

static void
do_leave (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  m->leave = true;
}

static void
do_cleanup (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  if (! m->cleanup)
    cleanup_begin (m);
}

/* ---- the table */

typedef void action (struct monitor *m, struct connection *c, const struct monitor_packet *p);

static action *const table[N_STATES][N_EVENTS] = {
  [S_READY] = { [EV_START] = do_start, [EV_STOP] = do_stopped_already, [EV_WAIT] = do_wait, [EV_RELEASE] = do_release,
                [EV_IDLE] = do_leave, [EV_HANGUP] = do_leave, [EV_TERMINATE] = do_leave },
  [S_CREATING] = { [EV_DONE] = do_created, [EV_FAILED] = do_create_failed },
  [S_STARTING] = { [EV_DONE] = do_started, [EV_FAILED] = do_start_failed },
  [S_RUNNING] = { [EV_START] = do_running_already, [EV_STOP] = do_stop, [EV_KILL] = do_kill, [EV_RESTART] = do_restart,
                  [EV_PAUSE] = do_pause, [EV_WAIT] = do_wait, [EV_EXIT] = do_exit, [EV_KILL_TIME] = do_kill_time,
                  [EV_UNHEALTHY] = do_unhealthy, [EV_TERMINATE] = do_terminate },
  [S_PAUSING] = { [EV_DONE] = do_paused, [EV_FAILED] = do_pause_failed, [EV_KILL_TIME] = do_kill_time },
  [S_PAUSED] = { [EV_STOP] = do_stop, [EV_KILL] = do_kill, [EV_RESTART] = do_restart, [EV_RESUME] = do_resume,
                 [EV_WAIT] = do_wait, [EV_EXIT] = do_exit, [EV_KILL_TIME] = do_kill_time, [EV_TERMINATE] = do_terminate },
  [S_RESUMING] = { [EV_DONE] = do_resumed, [EV_FAILED] = do_resume_failed, [EV_KILL_TIME] = do_kill_time },
  [S_DELETING] = { [EV_DONE] = do_deleted, [EV_FAILED] = do_deleted },
  [S_DRAINING] = { [EV_DRAINED] = do_drained },
  [S_BACKOFF] = { [EV_START] = do_start, [EV_STOP] = do_stop_backoff, [EV_RESTART] = do_restart_now, [EV_WAIT] = do_wait,
                  [EV_BACKOFF] = do_again, [EV_TERMINATE] = do_stop_backoff },
  [S_ENDED] = { [EV_START] = do_start, [EV_STOP] = do_stopped_already, [EV_WAIT] = do_stopped_already,
                [EV_RESTART] = do_restart_now, [EV_RELEASE] = do_release, [EV_IDLE] = do_cleanup, [EV_CLEANED] = do_leave,
                [EV_TERMINATE] = do_cleanup },
};

static const char *const state_words[] = {
#define STATE_WORD(name, is_busy) #name,
  STATES (STATE_WORD)
#undef STATE_WORD
};

void
machine_event (struct monitor *m, enum event e, struct connection *c, const struct monitor_packet *p)
{
  action *a = table[m->state][e];
  char text[64];
  if (a)
    a (m, c, p);
  else if (c)
    {
      snprintf (text, sizeof text, "not possible: the container is %s", state_words[m->state]);
      answer_error (c, (enum monitor_request) p->type, EBUSY, text);
    }
}

static void
output_time (struct monitor *m)
{
  /* What somebody attached has yet to read is his. */
  if (attach_holds (m))
    loop_set (&m->loop, TIMER_OUTPUT, OUTPUT_WAIT);
  else
    machine_event (m, EV_DRAINED, NULL, NULL);
}

void
machine_timer (struct monitor *m, enum timer t)
{
  static const enum event events[N_TIMERS] = {
    [TIMER_IDLE] = EV_IDLE, [TIMER_KILL] = EV_KILL_TIME, [TIMER_BACKOFF] = EV_BACKOFF, [TIMER_CLEANUP] = EV_CLEANED,
  };
  if (t == TIMER_OPERATION)
    kill (m->operation.pid, SIGKILL);
  else if (t == TIMER_PROBE)
    health_timer (m);
  else if (t == TIMER_OUTPUT)
    output_time (m);
  else
    machine_event (m, events[t], NULL, NULL);
}

void
machine_adopt (struct monitor *m)
{
  m->started_ms = loop_now ();
  m->oom_fd = oom_open ((pid_t) m->status.pid.value);
  output_start (m);
  enter (m, streq (m->status.state, "paused") ? S_PAUSED : S_RUNNING);
  if (m->state == S_RUNNING)
    health_start (m);
}
