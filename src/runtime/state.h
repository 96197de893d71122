/* state.h - what is known of a container between two commands: ROOT/ID/, with state.json, config.json and start.sock.
 *
 * state.json is written before anything that it names is made, so that after a kill -9 at any instant one
 * `delete --force` finds all of it. It is replaced by rename, never changed in place. The status is not stored but
 * derived from the kernel each time: the process (pid, start time, boot id), the freezer, start.sock.
 *   creating  state.json says so and the creator is at work
 *   created   the process lives and start.sock exists
 *   running   the process lives
 *   paused    its cgroup is frozen
 *   stopped   the process is gone, a zombie, or somebody else's
 * Locks: flock on the directory itself; commands that change a container hold it. */
#ifndef RUNTIME_STATE_H
#define RUNTIME_STATE_H

#include <sys/types.h>

#include "arena.h"
#include "error.h"
#include "ocispec.h"

enum status
{
  STATUS_CREATING,
  STATUS_CREATED,
  STATUS_RUNNING,
  STATUS_PAUSED,
  STATUS_STOPPED,
};
extern const char *const status_names[];

#define STATE_FILE "state.json"
#define CONFIG_FILE "config.json"
#define START_SOCKET "start.sock"
/* The cgroup once more, for `delete --force` when state.json is damaged. */
#define CGROUP_FILE "cgroup"

/* A container's directory, open, and its state.json. */
struct container
{
  const char *id;                 /* the caller's string, checked */
  char *root;                     /* the state root, absolute */
  int root_fd, dir_fd;            /* O_DIRECTORY descriptors, -1 when closed */
  bool locked;
  struct arena arena;             /* owns what a command adds to `state` */
  struct oci_document document;   /* owns `state` as it was read */
  struct oci_state_file *state;   /* NULL before state_load () */
};
void container_close (struct container *c);
#define autocontainer __attribute__ ((cleanup (container_close)))
#define CONTAINER_INIT { .root_fd = -1, .dir_fd = -1 }

/* "[A-Za-z0-9_+-][A-Za-z0-9_+.-]*", at most 1024 bytes: 0 or -EINVAL "invalid container ID format". */
int state_check_id (const char *id, struct error **err);

/* The state root: --root, or /run/perry-runtime, or $XDG_RUNTIME_DIR/perry-runtime for a rootless user; absolute. Not
 * made. The caller frees it. -EINVAL for "/". */
int state_root (const char *option, char **ret, struct error **err);

/* Open ROOT (which must be ours and not a link) for a command; MAKE: create it, 0700. */
int state_open_root (const char *root, bool make, int *ret_fd, struct error **err);

/* Reserve ID: make its directory, locked, with nothing in it. -EEXIST "container with given ID already exists". */
int state_reserve (const char *root, const char *id, struct container *ret, struct error **err);

/* Open ID and read its state.json. -ENOENT "container does not exist"; -ENODATA when there is no state.json (half
 * made), -EBADMSG when it cannot be understood. LOCK: wait up to ten seconds for the lock, -EBUSY. */
int state_open (const char *root, const char *id, bool lock, struct container *ret, struct error **err);

/* The two halves of state_open(): the directory with its lock, and state.json. For those who have to get along without
 * the second (delete, list). */
int state_open_dir (const char *root, const char *id, bool lock, struct container *ret, struct error **err);
int state_load (struct container *c, struct error **err);

/* Is some command holding the lock? */
bool state_locked (const struct container *c);

/* Replace state.json by S. */
int state_write (const struct container *c, const struct oci_state_file *s, struct error **err);

/* Remove the directory and all in it. */
int state_remove (struct container *c, struct error **err);

/* The names of all containers below an open root, sorted. */
struct strv;
int state_list (int root_fd, struct strv *ret, struct error **err);

/* Is the process that makes the container (creator_pid) still at it? */
bool state_creator_alive (const struct container *c);

/* This boot's id, as state.json records it; the caller frees it. "" if the kernel does not say. */
char *state_boot_id (void);

/* Derive the status now. PIDFD, if not NULL, gets a pidfd of the process (checked against its start time), or -1. */
enum status state_status (const struct container *c, int *pidfd);

/* Start time (field 22 of /proc/PID/stat, clock ticks since boot) of a living process; 0 if it is gone or a zombie. */
uint64_t process_start_time (pid_t pid);

/* The public state (runtime.md#state) of C. Points into C's state. PID 0 when there is no process. */
struct oci_state state_public (const struct container *c, enum status status, pid_t pid);

/* The same as compact JSON for hooks and the seccomp agent, or as runc prints it. The caller frees it. */
char *state_document (const struct container *c, enum status status, pid_t pid, bool pretty);

#endif
