/* commands.h - the one list of commands, the global options, and the option rows that several commands share.
 *
 * Each command is one file NAME.c that ends in `const struct command cmd_NAME`: its options, and a run function that
 * turns them into a call of a verb (container.h). */
#ifndef CMD_COMMANDS_H
#define CMD_COMMANDS_H

#include "cli.h"
#include "container.h"

/* In the order of help. */
#define COMMANDS(X)                                                                                          \
  X (create) X (start) X (run) X (exec) X (state) X (kill) X (delete) X (list) X (ps) X (pause) X (resume)   \
  X (update) X (events) X (spec) X (features)

#define DECLARE_COMMAND(name) extern const struct command cmd_##name;
COMMANDS (DECLARE_COMMAND)

/* ---- global.c: the options before the command -------------------------------------------------------------------- */
struct global_args
{
  const char *root, *log, *log_format, *log_level, *cgroup_manager, *rootless;
  bool debug, systemd_cgroup;
};
extern const struct opt global_options[];
int global_prepare (const void *global, struct error **err);
void print_version (void);

/* The whole command line, for sealed_exe_ensure(): main() sets it. */
extern char **program_argv;

/* What the global options mean for a verb. */
int context_open (const struct global_args *global, struct context *ret, struct error **err);
/* The same for a command that enters a container: from a sealed copy of the program. */
int context_open_sealed (const struct global_args *global, struct context *ret, struct error **err);
/* -ENOTSUP for a cgroup driver that this version has not got. */
int context_check_manager (const struct context *ctx, struct error **err);
void context_close (struct context *ctx);
#define autocontext __attribute__ ((cleanup (context_close)))

/* ---- rows that create, run and exec share: S is the argument struct, with `o` the verb's options ----------------- */
#define PROCESS_OPTIONS(S)                                                                                        \
  TEXT (S, o.console_socket, 0, "console-socket", "PATH", "AF_UNIX socket that receives the terminal's master end") \
  TEXT (S, o.pid_file, 0, "pid-file", "FILE", "write the process id to FILE")                                     \
  TEXT (S, o.pidfd_socket, 0, "pidfd-socket", "PATH", "AF_UNIX socket that receives a pidfd of the process")      \
  NUMBER (S, preserve_fds, 0, "preserve-fds", "N", "pass N further file descriptors on, from 3 (after LISTEN_FDS)")

#define CREATE_AND_RUN_OPTIONS(S)                                                                                 \
  TEXT (S, o.bundle, 'b', "bundle", "DIR", "the bundle's directory (default: the current one)")                   \
  TEXT (S, o.config, 'f', "config", "FILE", "the configuration (default: config.json in the bundle)")             \
  PROCESS_OPTIONS (S)                                                                                             \
  FLAG (S, o.no_pivot, 0, "no-pivot", "change the root without pivot_root, for a root on a ramdisk")              \
  FLAG (S, o.no_new_keyring, 0, "no-new-keyring", "keep the caller's session keyring")

struct create_args
{
  struct create_options o;
  struct cli_number preserve_fds;
};

/* The value of --NAME in *RET: 0 up to what an int holds. */
int option_count (const struct cli_number *n, const char *name, unsigned *ret, struct error **err);
/* FORMAT (NULL: table) is "table" or "json". */
int option_format (const char *format, bool *ret_json, struct error **err);

#endif
