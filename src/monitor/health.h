/* health.h - the health check's state and its rules, and the prober that follows them. */
#ifndef MONITOR_HEALTH_H
#define MONITOR_HEALTH_H

#include "loop.h"
#include "mem.h"
#include "record_store.h"

enum { HEALTH_LOG = 5, PROBE_OUTPUT = 4096 };

enum health_status { HEALTH_STARTING, HEALTH_HEALTHY, HEALTH_UNHEALTHY };

/* Pure: what the results so far say. */
struct health_state
{
  enum health_status status;
  unsigned streak;       /* of failures that count */
  bool start_period_over; /* by time, or by a success */
};

/* A probe ended, good or not, AGE ms after the container's start. True when it became unhealthy just now. */
bool health_judge (const struct record_Health *h, struct health_state *state, bool good, int64_t age);
/* ms from the end of a probe (or the start) to the next one. */
int64_t health_next (const struct record_Health *h, const struct health_state *state, int64_t age);
int64_t health_timeout (const struct record_Health *h);

struct health
{
  struct health_state state;
  struct record_Probe log[HEALTH_LOG]; /* oldest first; strings are owned */
  size_t n_log;
  pid_t probe;           /* of the OCI runtime's exec; 0: none */
  bool timed_out;
  char start[RECORD_TIME_SIZE];
  struct watch output;   /* of the probe */
  struct text said;
};

struct monitor;
/* The container runs: the first probe is due after an interval. */
void health_start (struct monitor *m);
/* It does not run any more, or is paused. */
void health_stop (struct monitor *m);
void health_resume (struct monitor *m);
/* TIMER_PROBE: start a probe, or kill the one that runs. */
void health_timer (struct monitor *m);
/* The probe's process ended. True when the container became unhealthy by that. */
bool health_probe_ended (struct monitor *m, int wait_status);

#endif
