/* record.h - what perry-compose and perry-monitor keep on disk about a container, as lists of the schema engine: parse,
 * check and emit follow from them (libocispec/schema.h). The files are JSON and are replaced whole (record_store.h).
 *
 * Layers: src/common <- libocispec <- src/record <- { src/monitor, src/compose }. */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include "ocispec.h"

#undef OCI_PREFIX
#define OCI_PREFIX record_

/* ---- container.json: written once by perry-compose when the container is created, replaced when it is started anew
 * with other addresses. Paths are absolute. */

/* What the monitor puts together as the root file system: the lower directories, uppermost first. */
#define SPEC_Overlay(F, T)                                                                                             \
  F (T, strs,                  lower,        "lower", .required = true)                                                \
  F (T, str,                   upper,        "upper", .required = true)                                                \
  F (T, str,                   work,         "work", .required = true)

/* Times in milliseconds. condition: "no", "always", "on-failure", "unless-stopped"; max_retries 0: no limit. */
#define SPEC_Restart(F, T)                                                                                             \
  F (T, str,                   condition,    "condition", .required = true)                                            \
  F (T, u32,                   max_retries,  "maxRetries")                                                             \
  F (T, i64,                   delay,        "delayMs")      /* deploy.restart_policy; absent: 100 ms, doubling */     \
  F (T, i64,                   window,       "windowMs")

#define SPEC_Health(F, T)                                                                                              \
  F (T, strs,                  test,         "test", .required = true)  /* argv; CMD-SHELL is "/bin/sh", "-c", line */ \
  F (T, i64,                   interval,     "intervalMs")                                                             \
  F (T, i64,                   timeout,      "timeoutMs")                                                              \
  F (T, i64,                   start_period, "startPeriodMs")                                                          \
  F (T, i64,                   start_interval, "startIntervalMs")                                                      \
  F (T, u32,                   retries,      "retries")                                                                \
  F (T, str,                   on_unhealthy, "onUnhealthy")   /* "none", "restart", "stop" */

/* driver: "json" or "none"; a size of 0 or absent: not rotated */
#define SPEC_LogSettings(F, T)                                                                                         \
  F (T, str,                   driver,       "driver")                                                                 \
  F (T, i64,                   max_size,     "maxSize")       /* bytes */                                              \
  F (T, u32,                   max_files,    "maxFiles")                                                               \
  F (T, str,                   tag,          "tag")

/* One attachment to a network. */
#define SPEC_Attachment(F, T)                                                                                          \
  F (T, str,                   network,      "network", .required = true) /* its full name, "demo_default" */          \
  F (T, str,                   interface,    "interface")     /* "eth0" */                                             \
  F (T, strs,                  addresses,    "addresses")     /* leased, without prefix length */                      \
  F (T, str,                   mac,          "mac")                                                                    \
  F (T, strs,                  aliases,      "aliases")                                                                \
  F (T, i64,                   priority,     "priority")                                                               \
  F (T, i64,                   gw_priority,  "gwPriority")

#define SPEC_Port(F, T)                                                                                                \
  F (T, str,                   host_ip,      "hostIp")        /* "" or absent: all addresses */                        \
  F (T, u32,                   host_port,    "hostPort")      /* 0: any free one */                                    \
  F (T, u32,                   host_port_end,"hostPortEnd")   /* any free one up to this; gone once chosen */          \
  F (T, u32,                   target,       "target")                                                                 \
  F (T, str,                   protocol,     "protocol")      /* "tcp", "udp" */

#define SPEC_MountRef(F, T)                                                                                            \
  F (T, str,                   type,         "type")          /* "volume", "bind", "tmpfs", "image" */                 \
  F (T, str,                   volume,       "volume")        /* its full name */                                      \
  F (T, flag,                  anonymous,    "anonymous")     /* goes with the container */                            \
  F (T, str,                   source,       "source")                                                                 \
  F (T, str,                   target,       "target")                                                                 \
  F (T, flag,                  read_only,    "readOnly")                                                               \
  F (T, str,                   subpath,      "subpath")       /* below source, a volume's root */                      \
  F (T, str,                   place,        "place")         /* where in the bundle the monitor binds it */

#define SPEC_Dependency(F, T)                                                                                          \
  F (T, str,                   service,      "service")                                                                \
  F (T, str,                   condition,    "condition")                                                              \
  F (T, flag,                  required,     "required")                                                               \
  F (T, flag,                  restart,      "restart")

/* A command that runs inside after the start or before the stop (post_start, pre_stop). */
#define SPEC_Hook(F, T)                                                                                                \
  F (T, strs,                  command,      "command")                                                                \
  F (T, str,                   user,         "user")                                                                   \
  F (T, str,                   working_dir,  "workingDir")                                                             \
  F (T, strs,                  environment,  "environment")                                                            \
  F (T, flag,                  privileged,   "privileged")

#define SPEC_Container(F, T)                                                                                           \
  F (T, str,                   id,           "id", .required = true)     /* 64 hex digits */                           \
  F (T, str,                   name,         "name", .required = true)                                                 \
  F (T, str,                   project,      "project")       /* absent: made by `container run` */                    \
  F (T, str,                   service,      "service")                                                                \
  F (T, u32,                   number,       "number")        /* of the replica, from 1 */                             \
  F (T, flag,                  oneoff,       "oneoff")        /* made by `run` */                                      \
  F (T, str,                   created,      "created", .required = true) /* RFC 3339, UTC, nanoseconds */             \
  F (T, str,                   image,        "image")         /* as the compose file names it */                       \
  F (T, str,                   image_id,     "imageId")       /* sha256:…, of the image's configuration */             \
  F (T, str,                   config_hash,  "configHash")                                                             \
  F (T, strs,                  command,      "command")       /* for people */                                         \
  F (T, map,                   labels,       "labels")                                                                 \
  F (T, str,                   runtime,      "runtime", .required = true) /* path of the OCI runtime */                \
  F (T, str,                   bundle,       "bundle", .required = true)  /* DATA/containers/ID */                     \
  F (T, obj (Overlay),         overlay,      "overlay")                                                                \
  F (T, str,                   network_mode, "networkMode")   /* "bridge", "none", "host", "container:ID" */           \
  F (T, list (Attachment),     networks,     "networks")                                                               \
  F (T, list (Port),           ports,        "ports")                                                                  \
  F (T, strs,                  exposed,      "exposed")       /* "80-82/tcp", "80": by image and service */            \
  F (T, strs,                  dns,          "dns")                                                                    \
  F (T, map,                   sysctls,      "sysctls")       /* net.*: of the monitor's network namespace */          \
  F (T, list (MountRef),       mounts,       "mounts")                                                                 \
  F (T, flag,                  tty,          "tty")                                                                    \
  F (T, flag,                  open_stdin,   "openStdin")                                                              \
  F (T, flag,                  remove,       "remove")        /* --rm: gone after its end */                           \
  F (T, flag,                  shared_mounts,"sharedMounts")  /* a bind wants propagation to the host */               \
  F (T, str,                   stop_signal,  "stopSignal")                                                             \
  F (T, i64,                   stop_timeout, "stopTimeoutMs")                                                          \
  F (T, obj (Restart),         restart,      "restart")                                                                \
  F (T, obj (Health),          health,       "health")                                                                 \
  F (T, obj (LogSettings),     logging,      "logging")                                                                \
  F (T, list (Dependency),     depends_on,   "dependsOn")                                                              \
  F (T, list (Hook),           post_start,   "postStart")                                                              \
  F (T, list (Hook),           pre_stop,     "preStop")

/* ---- status.json: replaced by the monitor at each change, synced to disk. state: "created", "running", "paused",
 * "restarting", "exited". A state of "running" whose monitor's lock is free, or whose boot id is another, is told by
 * container_status() (src/compose/container/status.h) as what it is: dead. */
#define SPEC_Status(F, T)                                                                                              \
  F (T, str,                   state,        "state", .required = true)                                                \
  F (T, str,                   boot_id,      "bootId")                                                                 \
  F (T, i64,                   pid,          "pid")           /* of the container's first process */                   \
  F (T, i64,                   pid_start,    "pidStart")      /* its start in clock ticks, as /proc/PID/stat */        \
  F (T, i64,                   monitor_pid,  "monitorPid")                                                             \
  F (T, str,                   started,      "startedAt")                                                              \
  F (T, str,                   finished,     "finishedAt")                                                             \
  F (T, i64,                   exit_code,    "exitCode")      /* 128+N for signal N */                                 \
  F (T, i64,                   signal,       "signal")                                                                 \
  F (T, flag,                  oom_killed,   "oomKilled")                                                              \
  F (T, u32,                   restarts,     "restarts")                                                               \
  F (T, flag,                  stopped_by_user, "stoppedByUser") /* unless-stopped does not come back at boot */       \
  F (T, str,                   reason,       "reason")        /* "oom-killed", "create-failed", "start-failed",
                                                   "killed:9", "monitor-died", "unhealthy", "host-reboot" */           \
  F (T, str,                   error,        "error")         /* the runtime's message */

/* ---- health.json */
#define SPEC_Probe(F, T)                                                                                               \
  F (T, str,                   start,        "start")                                                                  \
  F (T, str,                   end,          "end")                                                                    \
  F (T, i64,                   exit_code,    "exitCode")      /* -1: it took too long and was killed */                \
  F (T, str,                   output,       "output")        /* at most 4096 bytes */
#define SPEC_HealthState(F, T)                                                                                         \
  F (T, str,                   status,       "status")        /* "starting", "healthy", "unhealthy" */                 \
  F (T, u32,                   failing_streak, "failingStreak")                                                        \
  F (T, list (Probe),          log,          "log")           /* the last five */

#define RECORD_TYPES(D)                                                                                                \
  D (Overlay) D (Restart) D (Health) D (LogSettings) D (Attachment) D (Port) D (MountRef) D (Dependency) D (Hook)      \
  D (Container) D (Status) D (Probe) D (HealthState)
RECORD_TYPES (DECLARE)

#undef OCI_PREFIX
#define OCI_PREFIX oci_

#endif
