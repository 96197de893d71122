/* model.c - the tables of the compose model, from the lists of model.h. Data only. */
#include "model.h"

static const char *const names_conditions[] = {
  "service_started", "service_healthy", "service_completed_successfully", NULL,
};
static const char *const names_mount_types[] = { "volume", "bind", "tmpfs", "image", "npipe", "cluster", NULL };
static const char *const names_recursive[] = { "disabled", "enabled", "writable", "readonly", NULL };
static const char *const names_selinux[] = { "z", "Z", NULL };
static const char *const names_cgroup_modes[] = { "host", "private", NULL };
static const char *const names_restart_conditions[] = { "none", "on-failure", "any", NULL };
static const char *const names_failure_actions[] = { "continue", "rollback", "pause", NULL };
static const char *const names_update_orders[] = { "stop-first", "start-first", NULL };
/* x-perry */
static const char *const names_tiers[] = { "default", "isolated", "hardened", "untrusted", NULL };
static const char *const names_enforcements[] = { "strict", "warn", "lenient", NULL };
static const char *const names_on_unhealthy[] = { "none", "restart", "stop", NULL };
static const char *const names_naming[] = { "default", "hash", NULL };

#undef OCI_PREFIX
#define OCI_PREFIX compose_
COMPOSE_TYPES (DEFINE)
