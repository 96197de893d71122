/* machine_end.c - what events do when a container ends: who is told, whether it starts again, when the monitor
 * leaves. */
#include "machine_parts.h"

#include "clock.h"

enum { OUTPUT_WAIT = 1000 }; /* ms that somebody outside of the container may hold its output after its end */

void
do_exit (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  record_time (m->finished);
  m->finished_ms = clock_ms ();
  m->oom = oom_count (m->oom_fd) > 0;
  close_fd (&m->oom_fd);
  loop_unset (&m->loop, TIMER_KILL);
  health_stop (m);
  begin_delete (m);
}

static void
final_end (struct monitor *m)
{
  int code = ! m->error ? 0 : m->slow ? ETIMEDOUT : EIO;
  m->caller_releases |= m->asked;
  status_save (m, false);
  machine_enter (m, S_ENDED);
  attach_close_all (m);
  answer_waiting (m, MONITOR_START, code ? code : EIO, 0, m->error);
  answer_waiting (m, MONITOR_RESTART, code ? code : EIO, 0,
                  m->error ? m->error : "the container was stopped meanwhile");
  answer_waiting (m, MONITOR_STOP, 0, m->status.exit_code.value, NULL);
  answer_waiting (m, MONITOR_WAIT, 0, m->status.exit_code.value, NULL);
  m->asked = false;
  /* What the status says has to outlive a power cut; nobody has to wait for the disk. */
  status_save (m, true);
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
  event_ended (m);
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
      machine_enter (m, S_BACKOFF);
      loop_set (&m->loop, TIMER_BACKOFF, delay);
    }
  else
    final_end (m);
}

void
do_deleted (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  input_close (m);
  machine_enter (m, S_DRAINING);
  if (! output_open_still (m))
    conclude (m);
  else
    loop_set (&m->loop, TIMER_OUTPUT, OUTPUT_WAIT);
}

void
do_drained (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  conclude (m);
}

void
do_again (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  begin_create (m);
}

void
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

void
do_restart_now (struct monitor *m, struct connection *c, const struct monitor_packet *p UNUSED)
{
  loop_unset (&m->loop, TIMER_BACKOFF);
  loop_unset (&m->loop, TIMER_IDLE);
  c->waiting |= 1u << MONITOR_RESTART;
  m->asked = true;
  begin_create (m);
}

void
do_stopped_already (struct monitor *m, struct connection *c, const struct monitor_packet *p)
{
  answer (c, (enum monitor_request) p->type, m->status.exit_code.value);
}

void
do_wait (struct monitor *m UNUSED, struct connection *c, const struct monitor_packet *p UNUSED)
{
  c->waiting |= 1u << MONITOR_WAIT;
}

void
do_release (struct monitor *m, struct connection *c, const struct monitor_packet *p)
{
  /* Our own cleanup takes the network down; until it has done that nobody must set it up again. */
  bool early = m->cleanup && ! streq (p->text, MONITOR_BY_CLEANUP);
  /* Answered when nothing is left below RUN: another monitor may come at once. */
  c->waiting |= 1u << MONITOR_RELEASE;
  m->leave = ! early;
}

void
do_leave (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  m->leave = true;
}

void
do_cleanup (struct monitor *m, struct connection *c UNUSED, const struct monitor_packet *p UNUSED)
{
  if (! m->cleanup)
    cleanup_begin (m);
}

void
output_time (struct monitor *m)
{
  /* What somebody attached has yet to read is his. */
  if (attach_holds (m))
    loop_set (&m->loop, TIMER_OUTPUT, OUTPUT_WAIT);
  else
    machine_event (m, EV_DRAINED, NULL, NULL);
}
