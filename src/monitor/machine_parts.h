/* machine_parts.h - what machine.c, machine_run.c, machine_end.c and status_file.c share: the actions of the table. */
#ifndef MONITOR_MACHINE_PARTS_H
#define MONITOR_MACHINE_PARTS_H

#include "monitor.h"

/* What an event does. C and P: of a request, otherwise NULL. */
typedef void action (struct monitor *m, struct connection *c, const struct monitor_packet *p);
action do_start, do_running_already, do_created, do_create_failed, do_start_failed, do_started, do_stop, do_restart,
  do_kill, do_kill_time, do_pause, do_resume, do_paused, do_pause_failed, do_resumed, do_resume_failed,
  do_unhealthy, do_terminate, do_exit, do_deleted, do_drained, do_again, do_stop_backoff, do_restart_now,
  do_stopped_already, do_wait, do_release, do_leave, do_cleanup;

/* The container is in state S now; requests wait while it is busy. */
void machine_enter (struct monitor *m, enum state s);
void begin_create (struct monitor *m);
void begin_delete (struct monitor *m);
/* TIMER_OUTPUT: nobody is waited for any longer, unless he is attached. */
void output_time (struct monitor *m);

/* It runs: the status says so. */
void status_running (struct monitor *m);
/* It has ended, or could not be started: fill in how. Nothing is written yet. */
void status_ended (struct monitor *m);

#endif
