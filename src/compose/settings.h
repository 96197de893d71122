/* settings.h - where things are and which programs do the work: made once from global options and the environment. */
#ifndef COMPOSE_SETTINGS_H
#define COMPOSE_SETTINGS_H

#include "error.h"
#include "mem.h"

struct settings
{
  bool rootless;       /* the real user is not root: we run in the user's session (rootless/session.h), as its root */
  /* Directories of mode 0700. */
  char *data;          /* --data-dir, PERRY_COMPOSE_DATA; /var/lib/perry-compose, or $XDG_DATA_HOME/perry-compose */
  char *run;           /* --run-dir, PERRY_COMPOSE_RUN; /run/perry-compose, or $XDG_RUNTIME_DIR/perry-compose; gone at
                          boot */
  char *runtime;       /* --runtime, PERRY_CONTAINER_BACKEND: path of the OCI runtime (backend.h) */
  unsigned op_timeout; /* PERRY_CONTAINER_OP_TIMEOUT_SECS in ms, 300 s: for one call of a program */
  unsigned parallel;   /* --parallel, COMPOSE_PARALLEL_LIMIT; 0: no limit */
  bool dry_run, json;  /* --dry-run; --json: errors and results as JSON */
};

/* Fill in data and run: by the options (may be NULL), the environment, or the default for USER. */
void settings_directories (struct settings *s, const char *data, const char *run, unsigned user);
/* Make them and what is below them, unless they are there; EPERM if somebody else has made one. */
int settings_make_directories (const struct settings *s, struct error **err);
void settings_free (struct settings *s);

/* Directories below DATA and RUN; "images", "projects", "containers", "volumes", "networks" / "containers",
 * "runtime", "network". */
char *data_path (const struct settings *s, const char *fmt, ...) PRINTF (2, 3);
char *run_path (const struct settings *s, const char *fmt, ...) PRINTF (2, 3);

/* Path of one of our helper programs ("perry-monitor", "perry-unpack", "perry-runtime"): beside our own program,
 * then libexecdir (not for perry-runtime), then PATH. E_BACKEND if there is none. The caller frees it. */
int find_helper (const char *name, char **ret, struct error **err);
/* Path of a program of others on PATH, /usr/lib/podman, /usr/libexec/podman, /usr/sbin, /sbin; E_BACKEND names
 * PACKAGE. */
int find_tool (const char *name, const char *package, char **ret, struct error **err);

#endif
