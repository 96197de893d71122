/* down.h - stop and take away a project's containers, in the reverse of their order; without its files. */
#ifndef COMPOSE_DOWN_H
#define COMPOSE_DOWN_H

#include "commands.h"
#include "jobs.h"

struct down_options
{
  const struct strv *services; /* only these; empty: all, and networks with them */
  bool volumes;                /* named ones too; external ones never */
  const char *rmi;             /* "local", "all"; NULL */
  int timeout;                 /* ms; -1: each container's own */
};

/* What was done: A13's report. */
struct down_report
{
  size_t containers, networks, volumes;
  struct strv errors;
};
void down_report_free (struct down_report *r);

/* context_name() was called. Goes on past errors; the first is returned, all are in REPORT. A project of which there
 * is nothing is success. */
int project_down (struct context *c, const struct down_options *o, struct down_report *report, struct error **err);

/* Remove the project's containers whose services its files do not have; what `run` made stays. context_project() was
 * called; the lock is taken here (orphans.c). */
int project_remove_orphans (struct context *c, struct error **err);

/* ---- order, for stop, start and restart, too (order.c) */

/* Run one job per container of V, each after those of the containers that depend on its service; by what the records
 * say. With --dry-run the screen says what would be done. */
struct order_options
{
  int (*run) (void *arg, struct error **err); /* ARG: struct order_job * */
  void *arg;
  const char *doing, *done;
  bool forward;                /* dependencies first: for start */
};
struct order_job
{
  const struct context *c;
  const struct container *container;
  void *arg;
};
/* For RUN: stop the container; ARG is a const int *, ms, -1: its own time. */
int order_stop (void *arg, struct error **err);
int containers_in_order (const struct context *c, const struct containers *v, const struct order_options *o,
                         struct screen *screen, struct error **err);

#endif
