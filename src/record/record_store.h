/* record_store.h - reading and replacing the files of record.h, and the names of everything in a container's directory.
 * Used by perry-monitor and perry-compose. */
#ifndef RECORD_RECORD_STORE_H
#define RECORD_RECORD_STORE_H

#include <sys/types.h>

#include "error.h"
#include "record.h"

/* DATA/containers/ID/ */
#define CONTAINER_RECORD "container.json"
#define CONTAINER_CONFIG "config.json"     /* the bundle's */
#define CONTAINER_STATUS "status.json"
#define CONTAINER_HEALTH "health.json"
#define CONTAINER_LOG "log.jsonl"          /* rotated to log.jsonl.1, .2 … */
#define CONTAINER_UNSTARTED "unstarted"    /* an empty file: made by `run`, and not started yet */
#define CONTAINER_ROOTFS "rootfs"          /* a mount point: the overlay is in the monitor's mount namespace only */
#define CONTAINER_MEMORY "memory"          /* a mount point: tmpfs of configs and secrets, in the same */
/* RUN/containers/ID/, at most 108 bytes with the socket's name */
#define CONTAINER_CONTROL "control"        /* SOCK_SEQPACKET, see monitor_protocol.h */
#define CONTAINER_LOCK "lock"              /* F_OFD_SETLK by the monitor as long as it lives */
#define CONTAINER_PIDFILE "pid"            /* written by the OCI runtime */
#define CONTAINER_HOOK_PIDFILE "hook.pid"  /* of a hook inside that runs; perry-compose's */

/* Parse file NAME in directory DIRFD as SCHEMA says; the result lives until oci_document_free (DOC). NULL: see *ERR
 * (code ENOENT if there is none, EBADMSG if it is not what it should be). */
const void *record_read (int dirfd, const char *name, const struct oci_schema *schema, struct oci_document *doc,
                         struct error **err);

/* Replace file NAME in DIRFD by OBJECT, mode 0600: temporary file, fsync, rename, fsync of the directory, so that it
 * outlives a power cut as the old or the new one. */
int record_write (int dirfd, const char *name, const struct oci_schema *schema, const void *object, struct error **err);
/* The same without any sync, a tenth of the time: for what means nothing after a boot (a state of "running"). */
int record_write_unsynced (int dirfd, const char *name, const struct oci_schema *schema, const void *object,
                           struct error **err);

/* Nanoseconds since 1970. */
int64_t record_now (void);

/* The time now, "2026-11-21T20:33:37.315299314Z", in the 32 bytes at BUF. */
enum { RECORD_TIME_SIZE = 32 };
void record_time (char buf[RECORD_TIME_SIZE]);
/* The same for a given time in nanoseconds since 1970. */
void record_time_of (int64_t ns, char buf[RECORD_TIME_SIZE]);
/* Nanoseconds since 1970 of such a text; -EINVAL if it is none. Accepts any number of digits of the second, "Z" and
 * offsets. */
int record_parse_time (const char *s, int64_t *ret);

/* /proc/sys/kernel/random/boot_id, for the caller to free: another one than in a record means that the host was
 * booted. */
char *record_boot_id (void);

/* When process PID was started, in clock ticks since boot (field 22 of /proc/PID/stat): with it a number that was given
 * to another process later is told apart. 0: there is none. */
int64_t record_start_time (pid_t pid);

#endif
