/* config_lists.h - what `config` prints of a project other than the whole: names, hashes, order. All lines are in
 * order. */
#ifndef COMPOSE_CONFIG_LISTS_H
#define COMPOSE_CONFIG_LISTS_H

#include <stdio.h>

#include "graph.h"

typedef void config_list (const struct project *p, FILE *out);
config_list config_services, config_volumes, config_networks, config_models, config_profiles, config_images,
  config_environment;

/* FORMAT: NULL for a table; "json", "yaml": a map of the names, with docker compose's keys. */
int config_variables (const struct project *p, const char *format, FILE *out, struct error **err);
/* NAMES: "*", or a list with commas; a name that is none is E_NOT_FOUND. */
int config_hashes (const struct project *p, const char *names, FILE *out, struct error **err);
/* One line a level: "0: cache db". */
int config_order (const struct project *p, FILE *out, struct error **err);
/* FORMAT "json": {"nodes": [{"name", "level"}], "edges": [{"from", "to", "condition", "required", "restart"}]};
 * "dot": graphviz. */
int config_graph (const struct project *p, const char *format, FILE *out, struct error **err);

#endif
