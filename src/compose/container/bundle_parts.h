/* bundle_parts.h - what the files that make a bundle share; nobody else needs it.
 *
 * * Making a container is a list of steps (bundle.c) over one struct making. Everything they build lies in the
 * bundle's arena. */
#ifndef COMPOSE_BUNDLE_PARTS_H
#define COMPOSE_BUNDLE_PARTS_H

#include "bundle.h"
#include "record_store.h"
#include "users.h"

struct making
{
  const struct bundle_input *in;
  const struct settings *settings;
  const struct compose_Service *service;
  const struct bundle_overrides *overrides; /* never NULL */
  struct arena *arena;
  struct bundle *bundle;
  struct record_Container *record;
  struct oci_config *config;
  char *id, *dir;             /* the container's id and what becomes its directory */
  int dir_fd;
  struct identity identity;   /* of the container's first process */
  bool privileged;
  const char *seccomp;        /* by security_opt: a file, "default", "unconfined"; NULL: not said */
  struct oci_strings sources; /* of memory files: see memory_files.h */
  struct oci_strings joined;  /* keys: kinds of namespaces, values: ids of containers whose they are (refresh.c) */
};

/* A step: fills in a part of config and record. */
typedef int bundle_step (struct making *m, struct error **err);
bundle_step bundle_networks, bundle_ports, bundle_etc_files, bundle_record;
bundle_step spec_process, spec_identity, spec_capabilities, spec_rlimits, spec_security, spec_seccomp, spec_namespaces,
    spec_resources, spec_devices, spec_base_mounts, spec_service_mounts, spec_memory_files, spec_sysctls,
    spec_annotations, spec_mount_order, mounts_from;

/* ---- the arena (bundle_lists.c); when there is no memory the program ends */
#define MAKE(a, T) ((T *) mem_arena ((a), sizeof (T)))
char *make_string (struct arena *a, const char *s); /* a copy; NULL stays NULL */
char *make_printf (struct arena *a, const char *fmt, ...) PRINTF (2, 3);
void strings_add (struct arena *a, struct oci_strings *l, const char *s); /* S is copied */
bool strings_have (const struct oci_strings *l, const char *s);
void strings_addv (struct arena *a, struct oci_strings *l, const struct strv *v);
void map_set (struct arena *a, struct oci_strings *l, const char *key, const char *value); /* replaces what KEY had */
const char *map_get (const struct oci_strings *l, const char *key);
/* "NAME=value" lists where a later value takes an earlier one's place. */
void environment_set (struct arena *a, struct oci_strings *l, const char *name, const char *value);
const char *environment_get (const struct oci_strings *l, const char *name);

void *list_room (struct arena *a, void *v, size_t n, size_t size); /* V with room for one more than N */
/* A new, zeroed item of list L, {n, v, set}. */
#define LIST_ADD(a, l) ((l)->v = list_room ((a), (l)->v, (l)->n, sizeof *(l)->v), (l)->set = true, &(l)->v[(l)->n++])

static inline bool
flag_on (struct opt_bool f)
{
  return f.set && f.value;
}
static inline struct opt_bool
flag_is (bool value)
{
  return (struct opt_bool) { .value = value, .set = true };
}
static inline struct opt_i64
int_is (int64_t value)
{
  return (struct opt_i64) { .value = value, .set = true };
}
static inline struct opt_u64
uint_is (uint64_t value)
{
  return (struct opt_u64) { .value = value, .set = true };
}

/* ---- parts that several steps need */

/* How the service wants to be cut off: service.network_mode and x-perry.no_network: "bridge", "none", "host" or
 * "container:ID" (arena's). */
int network_mode_of (struct making *m, const char **ret, struct error **err);
/* The container that MODE, "service:x" or "container:x", means: its id (arena's). E_NOT_FOUND. */
int joined_container (struct making *m, const char *mode, const char **ret_id, struct error **err);
/* Is the root file system to be read-only? */
bool root_read_only (const struct making *m);
/* A new mount at the end of the config's. OPTIONS: separated by commas, may be NULL. */
struct oci_mount *mount_add (struct making *m, const char *type, const char *source, const char *destination,
                             const char *options);
/* What config.json mounts for REF, the record's last: its source, or the place where the monitor binds SUBPATH of
 * it. */
const char *part_of_volume (struct making *m, struct record_MountRef *ref, const char *subpath);
struct oci_mount *mount_find (const struct making *m, const char *destination);
/* DESTINATION with "." and ".." and double slashes gone, never above "/"; arena's. */
char *clean_path (struct arena *a, const char *destination);
/* A CPU count as text ("0.5") in millionths. */
int cpus_parse (const char *text, int64_t *ret);

/* ---- names (names.c) */
int name_claim (struct making *m, struct error **err); /* record.name; E_NAME_IN_USE */
void name_free (const struct settings *s, const char *name, const char *id);
/* After a failure OWNER, whose place was to be taken, has its name again. */
void name_give_back (const struct settings *s, const char *name, const struct record_Container *owner);
int random_hex (char *buf, size_t n, struct error **err); /* N digits and a NUL */

/* RUN/shm/ID, for several containers' /dev/shm (shm.c). */
#define SHM_ANNOTATION "perry.shm"
char *shm_path (const struct settings *s, const char *id); /* for the caller to free */
int shm_make (const struct settings *s, const char *id, struct error **err);
int spec_shm (struct making *m, struct error **err);

/* Name in container C's config.json the processes that live now (refresh.c). */
int bundle_refresh (const struct settings *s, const struct record_Container *c, int dir_fd, struct error **err);

/* The process object's user, and its HOME unless the environment has one (spec_identity.c). */
void spec_user (struct arena *a, struct oci_process *p, const struct identity *who);

/* Undo what bundle_create has made for container ID: leases, ports, name, directories DIR. */
int bundle_forget (const struct settings *s, const struct record_Container *record, const char *dir,
                   struct error **err);

#endif
