/* commands.h - the one list of commands, and what all of them share. A command is a file NAME.c in this directory
 * with its arguments' struct, its table of options and a function. */
#ifndef COMPOSE_COMMANDS_H
#define COMPOSE_COMMANDS_H

#include "cli.h"
#include "container.h"
#include "errors.h"
#include "load.h"
#include "screen.h"
#include "settings.h"

/* In the order of help. A row, a file, and nothing else. */
#define COMMANDS(X)                                                                                                   \
  X (up) X (down) X (create) X (start) X (stop) X (restart) X (kill) X (pause) X (unpause) X (rm) X (scale) X (ps)    \
  X (ls) X (events) X (logs) X (attach) X (exec) X (run) X (wait) X (top) X (stats) X (boot) X (systemd) X (config)   \
  X (build) X (pull) X (push) X (images) X (version) X (cp) X (port)                                                  \
  X (status) X (audit) X (doctor) X (backend) X (backend_ls)                                                          \
  X (container_run) X (container_create) X (container_start) X (container_stop) X (container_restart)                 \
  X (container_kill) X (container_pause) X (container_unpause) X (container_rm) X (container_wait) X (container_ls)   \
  X (container_inspect) X (container_logs) X (container_exec) X (container_attach) X (container_top)                  \
  X (container_stats) X (container_port) X (container_cp) X (container_prune) X (container_cleanup)                   \
  X (image_ls) X (image_pull) X (image_load) X (image_rm) X (image_inspect) X (image_tag) X (image_prune)             \
  X (image_check)                                                                                                     \
  X (volumes) X (volume_ls) X (volume_rm) X (volume_prune) X (volume_inspect)                                         \
  X (network_ls) X (network_rm) X (network_prune) X (network_inspect)                                                 \
  X (secret_create) X (secret_ls) X (secret_inspect) X (secret_rm)

#define DECLARE_COMMAND(name) extern const struct command cmd_##name;
COMMANDS (DECLARE_COMMAND)

/* ---- global.c: the options before the command */
struct global_args
{
  struct strv files, env_files, profiles;
  const char *project_name, *project_directory, *ansi, *progress, *enforcement, *policy, *runtime, *data_dir, *run_dir;
  struct cli_number parallel;
  bool all_resources, dry_run, json, compatibility, no_ansi, debug;
};
extern const struct opt global_options[];
int global_prepare (const void *global, struct error **err);
/* One line, or a JSON object with --json, on standard error; the exit status of errors.h. */
int global_report (const void *global, const struct command *command, const struct error *err);
/* With --json: nothing but objects. */
bool global_for_programs (const void *global);
/* How the global options say to load; TARGETS as named on the command line (may be NULL). */
struct load_options global_load_options (const struct global_args *g, const struct strv *targets);
void print_version (void);
void print_statuses (FILE *out);

/* A command's surroundings: settings, and the project when it was loaded. */
struct context
{
  const struct global_args *global;
  struct settings settings;
  struct project project;      /* loaded by context_project() */
  char *project_name;          /* by context_project() or context_name() */
  bool quiet;                  /* screens show nothing */
};
int context_open (const struct global_args *g, struct context *ret, struct error **err);
/* What loading has warned of: lines of text; with --json an object a line, {message, type: "warning", backend (the
 * runtime's path), service, field, action, reason}, where there is one. */
void print_load_warnings (const struct global_args *g, const struct load_warnings *w, const char *backend);
/* The compose files, TARGETS as named on the command line (may be NULL). Warnings are printed once. */
int context_project (struct context *c, const struct strv *targets, struct error **err);
/* Only the name: -p, or from the files; without those the directory's, if a project was begun there (E_COMPOSE_FILE).
 * context_open() was called. */
int context_name (struct context *c, struct error **err);
void context_close (struct context *c);
#define autocontext __attribute__ ((cleanup (context_close)))

/* The containers that services NAMES (empty: all) of the project have; a name that has none: E_NOT_FOUND with the
 * nearest one. */
int context_containers (struct context *c, char *const *names, int n, int oneoff, struct containers *ret,
                        struct error **err);
/* NAME has been removed, or with --dry-run would be: a line on standard output. */
void print_removed (const struct context *c, const char *name);
/* A screen as --progress and --ansi say. */
struct screen *context_screen (const struct context *c, const char *title);

#endif
