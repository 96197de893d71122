/* graph.h - the order of services by depends_on, links, network_mode, ipc, pid, volumes_from. Pure. */
#ifndef COMPOSE_GRAPH_H
#define COMPOSE_GRAPH_H

#include "load.h"

struct graph_edge
{
  size_t to;                  /* index of the dependency */
  const char *condition;      /* "service_started", "service_healthy", "service_completed_successfully" */
  bool required, restart;
};
struct graph_node
{
  const char *name;
  const struct compose_Service *service;
  struct graph_edge *edges;   /* what it depends on */
  size_t n_edges;
  unsigned level;             /* 0: depends on nothing; otherwise one more than the highest of its dependencies */
};
struct graph
{
  struct arena arena;
  struct graph_node *v;       /* in start order: by level, within it by name (Kahn's algorithm, the ready set sorted) */
  size_t n;
};

/* E_CYCLE names the members, in order; E_COMPOSE_FILE "service 'x' depends on 'y' which is not defined". A
 * dependency that is not required and not enabled is left out. */
int graph_build (const struct project *p, struct graph *ret, struct error **err);
void graph_free (struct graph *g);
#define autograph __attribute__ ((cleanup (graph_free)))

/* Which nodes take part when TARGETS are asked for (empty: all): themselves and, unless NO_DEPS, all they depend on.
 * *RET has g->n flags; the caller frees it. Unknown name: E_NOT_FOUND with the nearest one. */
int graph_select (const struct graph *g, const struct strv *targets, bool no_deps, bool **ret, struct error **err);

#endif
