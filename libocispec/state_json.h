/* state_json.h - the documents that speak of a running container: the runtime's own state.json, the public state
 * (runtime.md#state) and the seccomp agent's container process state (config-linux.md#containerprocessstate). */
#ifndef OCISPEC_STATE_JSON_H
#define OCISPEC_STATE_JSON_H

#include "config.h"

/* ROOT/ID/state.json. The keys that runc's file has too carry runc's names, for tools that read it (C16). */
#define SPEC_state_file(F, T)                          \
  F (T, str, id, "id", REQUIRED)                       \
  F (T, i64, pid, "init_process_pid")                  \
  F (T, u64, start_time, "init_process_start")         \
  F (T, str, boot_id, "boot_id")                       \
  F (T, flag, creating, "creating")                    \
  F (T, i64, creator_pid, "creator_pid")               \
  F (T, u64, creator_start, "creator_start")           \
  F (T, str, created, "created", REQUIRED)             \
  F (T, str, bundle, "bundle", REQUIRED)               \
  F (T, str, rootfs, "rootfs", REQUIRED)               \
  F (T, u64, root_mount, "root_mount")                 \
  F (T, str, oci_version, "oci_version", REQUIRED)     \
  F (T, u32, owner, "owner")                           \
  F (T, map, cgroup_paths, "cgroup_paths")             \
  F (T, map, namespace_paths, "namespace_paths")       \
  F (T, str, cgroup, "cgroup")                         \
  F (T, str, cgroup_manager, "cgroup_manager")         \
  F (T, flag, own_pid_namespace, "own_pid_namespace")  \
  F (T, flag, no_new_keyring, "no_new_keyring")        \
  F (T, flag, no_process, "no_process")                \
  F (T, str, notify_socket, "notify_socket")           \
  F (T, str, intel_rdt_path, "intel_rdt_path")         \
  F (T, map, annotations, "annotations")               \
  F (T, obj (hooks), hooks, "hooks")                   \
  F (T, obj (resources), resources, "resources")

/* runtime.md#state, with the members that runc adds. */
#define SPEC_state(F, T)                               \
  F (T, str, oci_version, "ociVersion", REQUIRED)      \
  F (T, str, id, "id", REQUIRED)                       \
  F (T, i64, pid, "pid")                               \
  F (T, str, status, "status", REQUIRED)               \
  F (T, str, bundle, "bundle", REQUIRED)               \
  F (T, str, rootfs, "rootfs")                         \
  F (T, str, created, "created")                       \
  F (T, map, annotations, "annotations")               \
  F (T, str, owner, "owner")

#define SPEC_container_process_state(F, T)             \
  F (T, str, oci_version, "ociVersion", REQUIRED)      \
  F (T, strs, fds, "fds")                              \
  F (T, i64, pid, "pid", REQUIRED)                     \
  F (T, str, metadata, "metadata")                     \
  F (T, obj (state), state, "state", REQUIRED)

#define SPEC_STATE_OBJECTS(X) X (state_file) X (state) X (container_process_state)

SPEC_STATE_OBJECTS (DECLARE)

#endif
