/* state.h - a project on disk: DATA/projects/NAME/{lock,project.json,journal,log.jsonl*,secrets/}. */
#ifndef COMPOSE_STATE_H
#define COMPOSE_STATE_H

#include "load.h"
#include "ocispec.h"
#include "settings.h"

#undef OCI_PREFIX
#define OCI_PREFIX state_
/* What later commands need without the compose file. */
#define SPEC_ProjectState(F, T)                                                                                        \
  F (T, str,                   name,         "name", .required = true)                                                 \
  F (T, str,                   directory,    "directory")                                                              \
  F (T, strs,                  files,        "files")                                                                  \
  F (T, strs,                  env_files,    "envFiles")                                                               \
  F (T, strs,                  profiles,     "profiles")                                                               \
  F (T, strs,                  networks,     "networks")  /* full names, not external */                               \
  F (T, strs,                  volumes,      "volumes")                                                                \
  F (T, str,                   boot_id,      "bootId")                                                                 \
  F (T, str,                   updated,      "updated")
DECLARE (ProjectState)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

/* The project's lock, for a command that changes it: waits (a line says for whom after a second); the descriptor is
 * the lock. What killed commands have left is taken away first, and an unfinished journal is undone. */
int project_lock (const struct settings *s, const char *name, int *ret_fd, struct error **err);

const struct state_ProjectState *project_state_read (const struct settings *s, const char *name,
                                                     struct oci_document *doc, struct error **err);
int project_state_write (const struct settings *s, const struct state_ProjectState *st, struct error **err);
int project_state_remove (const struct settings *s, const char *name, struct error **err);
/* After `down`: what is known of it goes; secrets that were generated stay unless SECRETS. */
int project_state_end (const struct settings *s, const char *name, bool secrets, struct error **err);
int project_list (const struct settings *s, struct strv *ret, struct error **err);

/* ---- the journal (journal.c): what a command is about to do and would have to undo, written before it is done. It is
 * there for killed commands, not for power cuts: after a boot nothing runs, and records tell what there is. */
#define JOURNAL_KINDS(X)                                                                                               \
  X (NETWORK,   "network")   /* made: to be removed */                                                                 \
  X (VOLUME,    "volume")    /* made: to be removed */                                                                 \
  X (CONTAINER, "container") /* by id; made: to be removed */                                                          \
  X (STARTED,   "started")   /* by id; was there: to be stopped */                                                     \
  X (STOPPED,   "stopped")   /* by id; was running: to be started */                                                   \
  X (REPLACED,  "replaced")  /* by id; its successor runs: to be removed, going forward */                             \
  X (REMOVED,   "removed")   /* by id; being removed: what is left without a record goes, too */
enum journal_kind
{
#define JOURNAL_ENUM(name, word) JOURNAL_##name,
  JOURNAL_KINDS (JOURNAL_ENUM)
#undef JOURNAL_ENUM
};
int journal_add (const struct settings *s, const char *project, enum journal_kind kind, const char *name,
                 struct error **err);
/* Undo newest first: containers made are removed, those started are stopped, networks and volumes that were made for
 * PROJECT are removed; then the journal is. Goes on past errors and returns the first. */
int journal_undo (const struct settings *s, const char *project, struct error **err);
int journal_finish (const struct settings *s, const char *project, struct error **err); /* all went well: forget it */

/* ---- events (event_log.h); FMT makes further members, `"exit":1`. Without a PROJECT nothing is told. */
void project_event (const struct settings *s, const char *project, const char *kind, const char *service,
                    const char *container, const char *fmt, ...) PRINTF (6, 7);
/* A container of SERVICE was made: "create", and "untrusted-shared-kernel" when it should have had a kernel of its
 * own. */
void project_event_create (const struct settings *s, const char *project, const struct compose_Service *service,
                           const char *name, const char *container);

#endif
