/* config.h - config.json of runtime-spec 1.3 (config.md, config-linux.md), the Linux part: one list per object.
 * To follow the specification, add a row here; the parser, the emitter and the checks of types follow. */
#ifndef OCISPEC_CONFIG_H
#define OCISPEC_CONFIG_H

#include "schema.h"

#define REQUIRED .required = true

#define SPEC_console_size(F, T) F (T, u32, height, "height", REQUIRED) F (T, u32, width, "width", REQUIRED)
#define SPEC_user(F, T)                                \
  F (T, u32, uid, "uid")                               \
  F (T, u32, gid, "gid")                               \
  F (T, u32, umask, "umask")                           \
  F (T, ints, additional_gids, "additionalGids")
#define SPEC_capabilities(F, T)                        \
  F (T, strs, bounding, "bounding")                    \
  F (T, strs, effective, "effective")                  \
  F (T, strs, inheritable, "inheritable")              \
  F (T, strs, permitted, "permitted")                  \
  F (T, strs, ambient, "ambient")
#define SPEC_rlimit(F, T)                              \
  F (T, str, type, "type", REQUIRED)                   \
  F (T, u64, hard, "hard", REQUIRED)                   \
  F (T, u64, soft, "soft", REQUIRED)
#define SPEC_scheduler(F, T)                           \
  F (T, str, policy, "policy", REQUIRED)               \
  F (T, i64, nice, "nice")                             \
  F (T, i64, priority, "priority")                     \
  F (T, strs, flags, "flags")                          \
  F (T, u64, runtime, "runtime")                       \
  F (T, u64, deadline, "deadline")                     \
  F (T, u64, period, "period")
#define SPEC_io_priority(F, T)                         \
  F (T, str, class_, "class", REQUIRED)                \
  F (T, i64, priority, "priority")
#define SPEC_exec_cpu_affinity(F, T) F (T, str, initial, "initial") F (T, str, final, "final")
#define SPEC_process(F, T)                             \
  F (T, flag, terminal, "terminal")                    \
  F (T, obj (console_size), console_size, "consoleSize") \
  F (T, obj (user), user, "user")                      \
  F (T, strs, args, "args")                            \
  F (T, strs, env, "env")                              \
  F (T, str, cwd, "cwd", REQUIRED)                     \
  F (T, obj (capabilities), capabilities, "capabilities") \
  F (T, list (rlimit), rlimits, "rlimits")             \
  F (T, flag, no_new_privileges, "noNewPrivileges")    \
  F (T, str, apparmor_profile, "apparmorProfile")      \
  F (T, i64, oom_score_adj, "oomScoreAdj")             \
  F (T, obj (scheduler), scheduler, "scheduler")       \
  F (T, str, selinux_label, "selinuxLabel")            \
  F (T, obj (io_priority), io_priority, "ioPriority")  \
  F (T, obj (exec_cpu_affinity), exec_cpu_affinity, "execCPUAffinity")
#define SPEC_root(F, T) F (T, str, path, "path", REQUIRED) F (T, flag, readonly, "readonly")
#define SPEC_id_mapping(F, T)                          \
  F (T, u32, container_id, "containerID", REQUIRED)    \
  F (T, u32, host_id, "hostID", REQUIRED)              \
  F (T, u32, size, "size", REQUIRED)
#define SPEC_mount(F, T)                               \
  F (T, str, destination, "destination", REQUIRED)     \
  F (T, str, type, "type")                             \
  F (T, str, source, "source")                         \
  F (T, strs, options, "options")                      \
  F (T, list (id_mapping), uid_mappings, "uidMappings") \
  F (T, list (id_mapping), gid_mappings, "gidMappings")
#define SPEC_hook(F, T)                                \
  F (T, str, path, "path", REQUIRED)                   \
  F (T, strs, args, "args")                            \
  F (T, strs, env, "env")                              \
  F (T, i64, timeout, "timeout")
#define SPEC_hooks(F, T)                               \
  F (T, list (hook), prestart, "prestart")             \
  F (T, list (hook), create_runtime, "createRuntime")  \
  F (T, list (hook), create_container, "createContainer") \
  F (T, list (hook), start_container, "startContainer") \
  F (T, list (hook), poststart, "poststart")           \
  F (T, list (hook), poststop, "poststop")
#define SPEC_namespace(F, T) F (T, oneof (namespace), type, "type", REQUIRED) F (T, str, path, "path")
#define SPEC_time_offset(F, T) F (T, i64, secs, "secs") F (T, u32, nanosecs, "nanosecs")
#define SPEC_time_offsets(F, T)                        \
  F (T, obj (time_offset), monotonic, "monotonic")     \
  F (T, obj (time_offset), boottime, "boottime")
#define SPEC_device(F, T)                              \
  F (T, str, type, "type", REQUIRED)                   \
  F (T, str, path, "path", REQUIRED)                   \
  F (T, i64, major, "major")                           \
  F (T, i64, minor, "minor")                           \
  F (T, u32, file_mode, "fileMode")                    \
  F (T, u32, uid, "uid")                               \
  F (T, u32, gid, "gid")
#define SPEC_net_device(F, T) F (T, str, name, "name")
#define SPEC_device_rule(F, T)                         \
  F (T, flag, allow, "allow", REQUIRED)                \
  F (T, str, type, "type")                             \
  F (T, i64, major, "major")                           \
  F (T, i64, minor, "minor")                           \
  F (T, str, access, "access")
#define SPEC_memory(F, T)                              \
  F (T, i64, limit, "limit")                           \
  F (T, i64, reservation, "reservation")               \
  F (T, i64, swap, "swap")                             \
  F (T, i64, kernel, "kernel")                         \
  F (T, i64, kernel_tcp, "kernelTCP")                  \
  F (T, u64, swappiness, "swappiness")                 \
  F (T, flag, disable_oom_killer, "disableOOMKiller")  \
  F (T, flag, use_hierarchy, "useHierarchy")           \
  F (T, flag, check_before_update, "checkBeforeUpdate")
#define SPEC_cpu(F, T)                                 \
  F (T, u64, shares, "shares")                         \
  F (T, i64, quota, "quota")                           \
  F (T, u64, burst, "burst")                           \
  F (T, u64, period, "period")                         \
  F (T, i64, realtime_runtime, "realtimeRuntime")      \
  F (T, u64, realtime_period, "realtimePeriod")        \
  F (T, str, cpus, "cpus")                             \
  F (T, str, mems, "mems")                             \
  F (T, i64, idle, "idle")
#define SPEC_weight_device(F, T)                       \
  F (T, i64, major, "major", REQUIRED)                 \
  F (T, i64, minor, "minor", REQUIRED)                 \
  F (T, range (0, UINT16_MAX), weight, "weight")       \
  F (T, range (0, UINT16_MAX), leaf_weight, "leafWeight")
#define SPEC_throttle_device(F, T)                     \
  F (T, i64, major, "major", REQUIRED)                 \
  F (T, i64, minor, "minor", REQUIRED)                 \
  F (T, u64, rate, "rate", REQUIRED)
#define SPEC_block_io(F, T)                            \
  F (T, range (0, UINT16_MAX), weight, "weight")       \
  F (T, range (0, UINT16_MAX), leaf_weight, "leafWeight") \
  F (T, list (weight_device), weight_device, "weightDevice") \
  F (T, list (throttle_device), throttle_read_bps_device, "throttleReadBpsDevice") \
  F (T, list (throttle_device), throttle_write_bps_device, "throttleWriteBpsDevice") \
  F (T, list (throttle_device), throttle_read_iops_device, "throttleReadIOPSDevice") \
  F (T, list (throttle_device), throttle_write_iops_device, "throttleWriteIOPSDevice")
#define SPEC_hugepage_limit(F, T)                      \
  F (T, str, page_size, "pageSize", REQUIRED)          \
  F (T, u64, limit, "limit", REQUIRED)
#define SPEC_interface_priority(F, T)                  \
  F (T, str, name, "name", REQUIRED)                   \
  F (T, u32, priority, "priority", REQUIRED)
#define SPEC_network(F, T)                             \
  F (T, u32, class_id, "classID")                      \
  F (T, list (interface_priority), priorities, "priorities")
#define SPEC_pids(F, T) F (T, i64, limit, "limit")
#define SPEC_rdma(F, T) F (T, u32, hca_handles, "hcaHandles") F (T, u32, hca_objects, "hcaObjects")
#define SPEC_resources(F, T)                           \
  F (T, map, unified, "unified")                       \
  F (T, list (device_rule), devices, "devices")        \
  F (T, obj (memory), memory, "memory")                \
  F (T, obj (cpu), cpu, "cpu")                         \
  F (T, obj (pids), pids, "pids")                      \
  F (T, obj (block_io), block_io, "blockIO")           \
  F (T, list (hugepage_limit), hugepage_limits, "hugepageLimits") \
  F (T, obj (network), network, "network")             \
  F (T, dict (rdma), rdma, "rdma")
#define SPEC_intel_rdt(F, T)                           \
  F (T, str, clos_id, "closID")                        \
  F (T, strs, schemata, "schemata")                    \
  F (T, str, l3_cache_schema, "l3CacheSchema")         \
  F (T, str, mem_bw_schema, "memBwSchema")             \
  F (T, flag, enable_monitoring, "enableMonitoring")
#define SPEC_memory_policy(F, T)                       \
  F (T, str, mode, "mode", REQUIRED)                   \
  F (T, str, nodes, "nodes")                           \
  F (T, strs, flags, "flags")
#define SPEC_personality(F, T) F (T, str, domain, "domain", REQUIRED) F (T, strs, flags, "flags")
#define SPEC_syscall_arg(F, T)                         \
  F (T, range (0, UINT32_MAX), index, "index", REQUIRED) \
  F (T, u64, value, "value", REQUIRED)                 \
  F (T, u64, value_two, "valueTwo")                    \
  F (T, str, op, "op", REQUIRED)
#define SPEC_syscall(F, T)                             \
  F (T, strs, names, "names", REQUIRED)                \
  F (T, str, action, "action", REQUIRED)               \
  F (T, u32, errno_ret, "errnoRet")                    \
  F (T, list (syscall_arg), args, "args")
#define SPEC_seccomp(F, T)                             \
  F (T, str, default_action, "defaultAction")          \
  F (T, u32, default_errno_ret, "defaultErrnoRet")     \
  F (T, strs, architectures, "architectures")          \
  F (T, strs, flags, "flags")                          \
  F (T, str, listener_path, "listenerPath")            \
  F (T, str, listener_metadata, "listenerMetadata")    \
  F (T, list (syscall), syscalls, "syscalls")
#define SPEC_linux_container(F, T)                               \
  F (T, list (namespace), namespaces, "namespaces")    \
  F (T, list (id_mapping), uid_mappings, "uidMappings") \
  F (T, list (id_mapping), gid_mappings, "gidMappings") \
  F (T, obj (time_offsets), time_offsets, "timeOffsets") \
  F (T, list (device), devices, "devices")             \
  F (T, dict (net_device), net_devices, "netDevices")  \
  F (T, str, cgroups_path, "cgroupsPath")              \
  F (T, obj (resources), resources, "resources")       \
  F (T, obj (intel_rdt), intel_rdt, "intelRdt")        \
  F (T, obj (memory_policy), memory_policy, "memoryPolicy") \
  F (T, map, sysctl, "sysctl")                         \
  F (T, obj (seccomp), seccomp, "seccomp")             \
  F (T, str, rootfs_propagation, "rootfsPropagation")  \
  F (T, strs, masked_paths, "maskedPaths")             \
  F (T, strs, readonly_paths, "readonlyPaths")         \
  F (T, str, mount_label, "mountLabel")                \
  F (T, obj (personality), personality, "personality")
#define SPEC_config(F, T)                              \
  F (T, str, oci_version, "ociVersion", REQUIRED)      \
  F (T, obj (process), process, "process")             \
  F (T, obj (root), root, "root")                      \
  F (T, str, hostname, "hostname")                     \
  F (T, str, domainname, "domainname")                 \
  F (T, list (mount), mounts, "mounts")                \
  F (T, obj (hooks), hooks, "hooks")                   \
  F (T, obj (linux_container), linux_, "linux")                  \
  F (T, map, annotations, "annotations")

#define SPEC_CONFIG_OBJECTS(X)                                                                                   \
  X (console_size) X (user) X (capabilities) X (rlimit) X (scheduler) X (io_priority) X (exec_cpu_affinity)      \
  X (process) X (root) X (id_mapping) X (mount) X (hook) X (hooks) X (namespace) X (time_offset)                 \
  X (time_offsets) X (device) X (net_device) X (device_rule) X (memory) X (cpu) X (weight_device)                \
  X (throttle_device) X (block_io) X (hugepage_limit) X (interface_priority) X (network) X (pids) X (rdma)       \
  X (resources) X (intel_rdt) X (memory_policy) X (personality) X (syscall_arg) X (syscall) X (seccomp)          \
  X (linux_container) X (config)

SPEC_CONFIG_OBJECTS (DECLARE)

#endif
