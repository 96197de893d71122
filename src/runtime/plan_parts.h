/* plan_parts.h - what the files plan_*.c share and nobody else needs. */
#ifndef RUNTIME_PLAN_PARTS_H
#define RUNTIME_PLAN_PARTS_H

#include "plan.h"
#include "tables.h"

/* The kernel's (uid_t) -1, "leave as it is". */
#define NO_ID UINT32_MAX

/* An empty plan for CONFIG. */
void plan_start (struct plan *p, const struct oci_config *config, const struct host *host,
                 const struct plan_options *options);

int plan_root (struct plan *p, struct error **err);

/* A text in the plan's arena. */
const char *plan_printf (struct plan *p, const char *fmt, ...) PRINTF (2, 3);

/* NAME's value by TABLE in *RET, or -EINVAL and "AT: unknown value "NAME"", where FMT makes AT. */
int plan_lookup (const struct name_value *table, const char *name, uint64_t *ret, struct error **err,
                 const char *fmt, ...) PRINTF (5, 6);

/* The values of all NAMES by TABLE or-ed together in *RET; AT is the place of the array. */
int plan_lookup_flags (const struct name_value *table, const struct oci_strings *names, uint64_t *ret, const char *at,
                       struct error **err);

/* MIN <= VALUE <= MAX, if it is set; otherwise -ERANGE with AT. */
int plan_check_range (const struct opt_i64 *value, int64_t min, int64_t max, const char *at, struct error **err);
int plan_check_range_u64 (const struct opt_u64 *value, uint64_t min, uint64_t max, const char *at, struct error **err);

/* PATH has a component "..". */
bool plan_has_dotdot (const char *path);

/* PATH is shorter than PATH_MAX and not empty; AT is its place. */
int plan_check_path (const char *path, const char *at, struct error **err);

/* "NAME=VALUE" with a name, for every string. */
int plan_check_env (const struct oci_strings *env, const char *at, struct error **err);

/* The namespace is not the runtime's own. */
bool plan_ns_private (const struct plan *p, enum plan_ns_index ns);

/* Check N mappings for size, overflow, overlap, number; in *RET as an array of the arena. AT is the place of the
 * array. */
int plan_id_map (struct plan *p, const struct oci_id_mapping *v, size_t n, const char *at, struct plan_id_map **ret,
                 struct error **err);

/* ID is not the kernel's "no change" and, with mappings known, mapped; DOING is its place and what it is for:
 * "process.user.uid: cannot setuid to". */
int plan_check_uid (const struct plan *p, uint32_t id, const char *doing, struct error **err);
int plan_check_gid (const struct plan *p, uint32_t id, const char *doing, struct error **err);

/* The parts of a process in files of their own (plan_caps.c, plan_attributes.c). */
void plan_capabilities (struct plan *p, const struct oci_capabilities *caps);
int plan_scheduler (struct plan *p, const struct oci_scheduler *s, struct error **err);
int plan_io_priority (struct plan *p, const struct oci_io_priority *s, struct error **err);
int plan_memory_policy (struct plan *p, const struct oci_memory_policy *m, struct error **err);
int plan_personality (struct plan *p, const struct oci_personality *s, struct error **err);

/* The place of an item, for functions that take it as a text: plan_at (buf, "mounts[%zu].uidMappings", i) is BUF. */
#define AT_MAX 128
const char *plan_at (char buf[AT_MAX], const char *fmt, ...) PRINTF (2, 3);

#endif
