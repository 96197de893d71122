/* container.h - the verbs: what each command does to a container, free of command-line syntax.
 *
 * Each verb opens the container's state by id, does its list of steps and returns 0 (run and exec: an exit status),
 * or a negative errno with *ERR. Nothing is printed here but what a verb is asked for on stdout. */
#ifndef RUNTIME_CONTAINER_H
#define RUNTIME_CONTAINER_H

#include <stdio.h>

#include "error.h"
#include "mem.h"
#include "plan.h"

/* From the global options, and the same for every verb. */
struct context
{
  const char *root;             /* the state root, absolute */
  enum cgroup_manager manager;
  bool root_given;              /* --root was given (list: a missing one is an error then) */
  bool systemd;                 /* --systemd-cgroup */
};

struct create_options
{
  const char *bundle;           /* default: the current directory */
  const char *config;           /* default: config.json in the bundle */
  const char *console_socket, *pid_file, *pidfd_socket;
  bool no_pivot, no_new_keyring, no_subreaper;
  bool detach, keep;            /* run only */
  unsigned preserve_fds;
};

/* create.c: everything up to a process that waits for start. DETACHED as seen by terminal checks. */
int container_create (const struct context *ctx, const char *id, const struct create_options *o, struct error **err);
/* run.c: create, start; in the foreground proxy and wait, delete. *RET_STATUS: the exit status to end with. */
int container_run (const struct context *ctx, const char *id, const struct create_options *o, int *ret_status,
                   struct error **err);
/* start.c: let the process of a created container run its program; poststart hooks. */
int container_start (const struct context *ctx, const char *id, struct error **err);

struct exec_options
{
  const char *process;          /* --process FILE */
  const char *cwd, *user, *process_label, *apparmor, *cgroup;
  struct strv env, caps, groups;
  const char *console_socket, *pid_file, *pidfd_socket;
  bool tty, detach, ignore_paused, no_subreaper;
  struct { bool value, set; } no_new_privs;
  unsigned preserve_fds;
  char **args;                  /* NULL-terminated; may be empty with --process */
};
int container_exec (const struct context *ctx, const char *id, const struct exec_options *o, int *ret_status,
                    struct error **err);

/* kill.c. SIGNAL as a user writes it (signals.h). */
int container_kill (const struct context *ctx, const char *id, const char *signal, bool all, struct error **err);

/* delete.c */
int container_delete (const struct context *ctx, const char *id, bool force, struct error **err);

/* query.c */
int container_state (const struct context *ctx, const char *id, FILE *out, struct error **err);
int container_list (const struct context *ctx, bool json, bool quiet, FILE *out, struct error **err);
int container_ps (const struct context *ctx, const char *id, bool json, char **ps_args, FILE *out, struct error **err);

/* pause.c */
int container_pause (const struct context *ctx, const char *id, bool pause, struct error **err);

/* update.c. TEXT: a LinuxResources document, NAME where it came from; or NULL, and RESOURCES as made from options. */
int container_update (const struct context *ctx, const char *id, const char *text, size_t length, const char *name,
                      const struct oci_resources *resources, struct error **err);

/* events.c. INTERVAL_MS between samples; ONCE: one sample, then end. */
int container_events (const struct context *ctx, const char *id, unsigned interval_ms, bool once, FILE *out,
                      struct error **err);

/* spec.c, features.c */
int spec_write (const char *dir, const char *file, bool rootless, struct error **err);
int features_write (FILE *out, struct error **err);

#endif
