/* plan.h - what `up` has to do: the project's services against the containers that are there. Pure: no files, no
 * system calls. */
#ifndef COMPOSE_PLAN_H
#define COMPOSE_PLAN_H

#include "container.h"
#include "graph.h"

#define PLAN_ACTIONS(X)                                                                                                \
  /* name     what the screen says while and after */                                                                  \
  X (KEEP,     "Running",    "Running")                                                                                \
  X (CREATE,   "Creating",   "Started")                                                                                \
  X (ADOPT,    "Adopting",   "Running")     /* its monitor was killed: a new one takes over */                         \
  X (START,    "Starting",   "Started")                                                                                \
  X (RECREATE, "Recreating", "Recreated")                                                                              \
  X (RESTART,  "Restarting", "Restarted")   /* what it depends on was made anew, and it says depends_on.restart */     \
  X (PREPARE,  "Preparing",  "Prepared")    /* pre_start: before the service's containers, once for all of them */     \
  X (REMOVE,   "Removing",   "Removed")
enum plan_action
{
#define PLAN_ENUM(name, doing, done) PLAN_##name,
  PLAN_ACTIONS (PLAN_ENUM)
#undef PLAN_ENUM
};
const char *plan_doing (enum plan_action a);
const char *plan_done (enum plan_action a);

struct plan_item
{
  enum plan_action action;
  size_t node;                   /* in the graph */
  unsigned number;               /* of the replica; 0 for PREPARE */
  const struct container *old;   /* NULL for CREATE and PREPARE */
  const char *reason;            /* "configuration changed"; NULL */
};

struct plan_options
{
  const struct strv *targets;    /* named on the command line */
  const struct strv *scale;      /* "SERVICE=N" */
  bool force_recreate, no_recreate, always_recreate_deps;
};

/* What is known of a graph's node. */
struct plan_node
{
  bool selected;
  const char *hash;              /* of its configuration; NULL when not selected */
};

struct plan
{
  struct plan_item *v;           /* in start order; REMOVE items first */
  size_t n;
  const struct container **orphans; /* of services that the project does not have */
  size_t n_orphans;
};
void plan_free (struct plan *p);
#define autoplan __attribute__ ((cleanup (plan_free)))

/* NODES: as many as the graph has. DISABLED services (profiles) are no orphans. E_COMPOSE_FILE: a scale that is not
 * to be had (a container_name with more than one replica, a fixed host port). */
int plan_build (const struct project *p, const struct graph *g, const struct plan_node *nodes,
                const struct containers *there, const struct plan_options *o, struct plan *ret, struct error **err);

/* Is each of SCALE (may be NULL) "SERVICE=N" with a service of the project (E_NOT_FOUND) and a sensible number? */
int plan_check_scale (const struct project *p, const struct strv *scale, struct error **err);

/* How many replicas NODE is to have. */
int plan_replicas (const struct graph_node *node, const struct plan_options *o, unsigned *ret, struct error **err);

#endif
