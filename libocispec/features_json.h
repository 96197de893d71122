/* features_json.h - what a runtime says that it can do (features.md, features-linux.md of runtime-spec 1.3). (A header
 * called features.h would hide the C library's.) */
#ifndef OCISPEC_FEATURES_JSON_H
#define OCISPEC_FEATURES_JSON_H

#include "config.h"

#define SPEC_features_switch(F, T) F (T, flag, enabled, "enabled")
#define SPEC_features_cgroup(F, T)                     \
  F (T, flag, v1, "v1")                                \
  F (T, flag, v2, "v2")                                \
  F (T, flag, systemd, "systemd")                      \
  F (T, flag, systemd_user, "systemdUser")             \
  F (T, flag, rdma, "rdma")
#define SPEC_features_seccomp(F, T)                    \
  F (T, flag, enabled, "enabled")                      \
  F (T, strs, actions, "actions")                      \
  F (T, strs, operators, "operators")                  \
  F (T, strs, archs, "archs")                          \
  F (T, strs, known_flags, "knownFlags")               \
  F (T, strs, supported_flags, "supportedFlags")
#define SPEC_features_intel_rdt(F, T)                  \
  F (T, flag, enabled, "enabled")                      \
  F (T, flag, schemata, "schemata")                    \
  F (T, flag, monitoring, "monitoring")
#define SPEC_features_memory_policy(F, T) F (T, strs, modes, "modes") F (T, strs, flags, "flags")
#define SPEC_features_mount_extensions(F, T) F (T, obj (features_switch), idmap, "idmap")
#define SPEC_features_linux(F, T)                      \
  F (T, strs, namespaces, "namespaces")                \
  F (T, strs, capabilities, "capabilities")            \
  F (T, obj (features_cgroup), cgroup, "cgroup")       \
  F (T, obj (features_seccomp), seccomp, "seccomp")    \
  F (T, obj (features_switch), apparmor, "apparmor")   \
  F (T, obj (features_switch), selinux, "selinux")     \
  F (T, obj (features_intel_rdt), intel_rdt, "intelRdt") \
  F (T, obj (features_memory_policy), memory_policy, "memoryPolicy") \
  F (T, obj (features_mount_extensions), mount_extensions, "mountExtensions") \
  F (T, obj (features_switch), net_devices, "netDevices")
#define SPEC_features(F, T)                            \
  F (T, str, oci_version_min, "ociVersionMin", REQUIRED) \
  F (T, str, oci_version_max, "ociVersionMax", REQUIRED) \
  F (T, strs, hooks, "hooks")                          \
  F (T, strs, mount_options, "mountOptions")           \
  F (T, obj (features_linux), linux_, "linux")         \
  F (T, map, annotations, "annotations")               \
  F (T, strs, potentially_unsafe_config_annotations, "potentiallyUnsafeConfigAnnotations")

#define SPEC_FEATURES_OBJECTS(X)                                                                                 \
  X (features_switch) X (features_cgroup) X (features_seccomp) X (features_intel_rdt) X (features_memory_policy) \
  X (features_mount_extensions) X (features_linux) X (features)

SPEC_FEATURES_OBJECTS (DECLARE)

#endif
