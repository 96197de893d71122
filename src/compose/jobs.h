/* jobs.h - many things at once: each job is a forked child, so that no step of one can disturb another, and kill -9
 * of one is only its failure. Jobs wait for the jobs they depend on. */
#ifndef COMPOSE_JOBS_H
#define COMPOSE_JOBS_H

#include "error.h"
#include "mem.h"

struct job
{
  const char *name;            /* "Container demo-db-1" */
  int (*run) (void *arg, struct error **err); /* in the child; its result is the job's */
  void *arg;
  const size_t *after;         /* indices of jobs that come before */
  size_t n_after;
  size_t n_hard;               /* the first so many of AFTER must have succeeded, the others only have ended */
  const char *doing, *done;    /* what the screen says: "Starting", "Started" */
  /* out */
  enum { JOB_WAITING, JOB_RUNNING, JOB_DONE, JOB_FAILED, JOB_SKIPPED } state;
  struct error *error;         /* JOB_FAILED */
  char *result;                /* what the child said by job_result(), NULL if nothing */
};

struct screen;
struct jobs_options
{
  unsigned parallel;           /* at most so many at once; 0: no limit */
  bool go_on;                  /* after a failure start those that do not depend on it; otherwise nothing new */
  size_t until;                /* stop the others when so many are done; 0: all */
  struct screen *screen;       /* NULL: nothing is shown */
  int cancel_fd;               /* -1: none. Becomes readable to stop: running jobs get SIGTERM: E_CANCELLED */
};

/* Run all N; 0, or the first failure's code with its text. In the children signals are as default, SIGTERM ends
 * them. */
int jobs_run (struct job *v, size_t n, const struct jobs_options *options, struct error **err);
void jobs_free (struct job *v, size_t n); /* errors and results */

/* In a job's child: tell the parent something (TEXT: one result, the last counts; a phase is shown: "Waiting for
 * db"). */
void job_result (const char *text);
void job_phase (const char *text);
/* How far it is, in bytes: a bar on the screen. TOTAL 0: unknown. */
void job_progress (uint64_t done, uint64_t total);
void job_warning (const char *text); /* a line that stays */

#endif
