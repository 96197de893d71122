/* config.c - the tables of config.json, from the lists of config.h. Data only. */
#include "config.h"

/* config-linux.md#namespaces */
static const char *const names_namespace[] = {
  "pid", "network", "mount", "ipc", "uts", "user", "cgroup", "time", NULL,
};

SPEC_CONFIG_OBJECTS (DEFINE)
