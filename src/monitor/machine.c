/* machine.c - the life of the container: what each event does in each state, as one table. In the monitor; calls the
 * OCI runtime (runtime.c), whose end is an event again. The actions are in machine_run.c and machine_end.c. */
#include "machine_parts.h"

#include "clock.h"

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

void
machine_enter (struct monitor *m, enum state s)
{
  bool was_busy = machine_is_busy (m);
  m->state = s;
  if (was_busy != machine_is_busy (m))
    requests_hold (m, ! was_busy);
}

/* ---- the table */

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
                 [EV_WAIT] = do_wait, [EV_EXIT] = do_exit, [EV_KILL_TIME] = do_kill_time,
                 [EV_TERMINATE] = do_terminate },
  [S_RESUMING] = { [EV_DONE] = do_resumed, [EV_FAILED] = do_resume_failed, [EV_KILL_TIME] = do_kill_time },
  [S_DELETING] = { [EV_DONE] = do_deleted, [EV_FAILED] = do_deleted },
  [S_DRAINING] = { [EV_DRAINED] = do_drained },
  [S_BACKOFF] = { [EV_START] = do_start, [EV_STOP] = do_stop_backoff, [EV_RESTART] = do_restart_now,
                  [EV_WAIT] = do_wait, [EV_BACKOFF] = do_again, [EV_TERMINATE] = do_stop_backoff },
  [S_ENDED] = { [EV_START] = do_start, [EV_STOP] = do_stopped_already, [EV_WAIT] = do_stopped_already,
                [EV_RESTART] = do_restart_now, [EV_RELEASE] = do_release, [EV_IDLE] = do_cleanup,
                [EV_CLEANED] = do_leave, [EV_TERMINATE] = do_cleanup },
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

void
machine_timer (struct monitor *m, enum timer t)
{
  static const enum event events[N_TIMERS] = {
    [TIMER_IDLE] = EV_IDLE, [TIMER_KILL] = EV_KILL_TIME, [TIMER_BACKOFF] = EV_BACKOFF, [TIMER_CLEANUP] = EV_CLEANED,
  };
  if (t == TIMER_OPERATION)
    runtime_give_up (m);
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
  m->started_ms = clock_ms ();
  m->oom_fd = oom_open ((pid_t) m->status.pid.value);
  output_start (m);
  machine_enter (m, streq (m->status.state, "paused") ? S_PAUSED : S_RUNNING);
  if (m->state == S_RUNNING)
    health_start (m);
}
