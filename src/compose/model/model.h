/* model.h - the compose model in canonical form: one list per object gives struct, parser and checks
 * (libocispec/schema.h). Short forms became long ones, lists of pairs became maps, and names and defaults were
 * filled in on the tree before (canonical.c, normalize.c); so there is one form of everything here. Rows follow the
 * compose specification's order.
 *
 * Kinds beyond libocispec's: `scalar` (string, number or boolean, as text), `duration` ("1m30s", microseconds),
 * `bytes` ("64m", a number), `json` (anything, not looked into). */
#ifndef COMPOSE_MODEL_H
#define COMPOSE_MODEL_H

#include "ocispec.h"

#undef OCI_PREFIX
#define OCI_PREFIX compose_

#define SPEC_BlkioWeight(F, T)  F (T, str, path, "path") F (T, range (0, 1000), weight, "weight")
#define SPEC_BlkioLimit(F, T)   F (T, str, path, "path") F (T, bytes, rate, "rate")
#define SPEC_Blkio(F, T)                                                                                               \
  F (T, list (BlkioLimit),     read_bps,          "device_read_bps")                                                   \
  F (T, list (BlkioLimit),     read_iops,         "device_read_iops")                                                  \
  F (T, list (BlkioLimit),     write_bps,         "device_write_bps")                                                  \
  F (T, list (BlkioLimit),     write_iops,        "device_write_iops")                                                 \
  F (T, range (10, 1000),      weight,            "weight")                                                            \
  F (T, list (BlkioWeight),    weight_device,     "weight_device")

#define SPEC_Build(F, T)                                                                                               \
  F (T, str,                   context,           "context")                                                           \
  F (T, str,                   dockerfile,        "dockerfile")                                                        \
  F (T, str,                   dockerfile_inline, "dockerfile_inline")                                                 \
  F (T, strs,                  entitlements,      "entitlements")                                                      \
  F (T, map,                   args,              "args")                                                              \
  F (T, strs,                  ssh,               "ssh")                                                               \
  F (T, map,                   labels,            "labels")                                                            \
  F (T, strs,                  cache_from,        "cache_from")                                                        \
  F (T, strs,                  cache_to,          "cache_to")                                                          \
  F (T, flag,                  no_cache,          "no_cache")                                                          \
  F (T, strs,                  no_cache_filter,   "no_cache_filter")                                                   \
  F (T, map,                   additional_contexts, "additional_contexts")                                             \
  F (T, scalar,                network,           "network")                                                           \
  F (T, scalar,                provenance,        "provenance")                                                        \
  F (T, scalar,                sbom,              "sbom")                                                              \
  F (T, flag,                  pull,              "pull")                                                              \
  F (T, str,                   target,            "target")                                                            \
  F (T, bytes,                 shm_size,          "shm_size")                                                          \
  F (T, strs,                  extra_hosts,       "extra_hosts")                                                       \
  F (T, str,                   isolation,         "isolation")                                                         \
  F (T, flag,                  privileged,        "privileged")                                                        \
  F (T, list (FileRef),        secrets,           "secrets")                                                           \
  F (T, strs,                  tags,              "tags")                                                              \
  F (T, dict (Ulimit),         ulimits,           "ulimits")                                                           \
  F (T, strs,                  platforms,         "platforms")

/* configs and secrets of a service; mode is octal text, "0440" */
#define SPEC_FileRef(F, T)                                                                                             \
  F (T, str,                   source,            "source")                                                            \
  F (T, str,                   target,            "target")                                                            \
  F (T, scalar,                uid,               "uid")                                                               \
  F (T, scalar,                gid,               "gid")                                                               \
  F (T, scalar,                mode,              "mode")

#define SPEC_DependsOn(F, T)                                                                                           \
  F (T, oneof (conditions),    condition,         "condition")                                                         \
  F (T, flag,                  required,          "required")                                                          \
  F (T, flag,                  restart,           "restart")

#define SPEC_Limits(F, T)                                                                                              \
  F (T, scalar,                cpus,              "cpus")                                                              \
  F (T, bytes,                 memory,            "memory")                                                            \
  F (T, i64,                   pids,              "pids")                                                              \
  F (T, json,                  devices,           "devices")                                                           \
  F (T, json,                  generic_resources, "generic_resources")
#define SPEC_DeployResources(F, T)                                                                                     \
  F (T, obj (Limits),          limits,            "limits")                                                            \
  F (T, obj (Limits),          reservations,      "reservations")
#define SPEC_RestartPolicy(F, T)                                                                                       \
  F (T, oneof (restart_conditions), condition,    "condition")                                                         \
  F (T, duration,              delay,             "delay")                                                             \
  F (T, u32,                   max_attempts,      "max_attempts")                                                      \
  F (T, duration,              window,            "window")
#define SPEC_UpdateConfig(F, T)                                                                                        \
  F (T, u32,                   parallelism,       "parallelism")                                                       \
  F (T, duration,              delay,             "delay")                                                             \
  F (T, oneof (failure_actions), failure_action,  "failure_action")                                                    \
  F (T, duration,              monitor,           "monitor")                                                           \
  F (T, scalar,                max_failure_ratio, "max_failure_ratio")                                                 \
  F (T, oneof (update_orders), order,             "order")
#define SPEC_Deploy(F, T)                                                                                              \
  F (T, str,                   mode,              "mode")                                                              \
  F (T, str,                   endpoint_mode,     "endpoint_mode")                                                     \
  F (T, u32,                   replicas,          "replicas")                                                          \
  F (T, map,                   labels,            "labels")                                                            \
  F (T, obj (DeployResources), resources,         "resources")                                                         \
  F (T, obj (RestartPolicy),   restart_policy,    "restart_policy")                                                    \
  F (T, obj (UpdateConfig),    update_config,     "update_config")                                                     \
  F (T, obj (UpdateConfig),    rollback_config,   "rollback_config")                                                   \
  F (T, json,                  placement,         "placement")

#define SPEC_Device(F, T)                                                                                              \
  F (T, str,                   source,            "source")                                                            \
  F (T, str,                   target,            "target")                                                            \
  F (T, str,                   permissions,       "permissions")

#define SPEC_EnvFile(F, T)                                                                                             \
  F (T, str,                   path,              "path")                                                              \
  F (T, flag,                  required,          "required")                                                          \
  F (T, str,                   format,            "format")

/* test: ["NONE"], ["CMD", …] or ["CMD-SHELL", line] */
#define SPEC_Healthcheck(F, T)                                                                                         \
  F (T, flag,                  disable,           "disable")                                                           \
  F (T, duration,              interval,          "interval")                                                          \
  F (T, u32,                   retries,           "retries")                                                           \
  F (T, strs,                  test,              "test")                                                              \
  F (T, duration,              timeout,           "timeout")                                                           \
  F (T, duration,              start_period,      "start_period")                                                      \
  F (T, duration,              start_interval,    "start_interval")

#define SPEC_Logging(F, T)                                                                                             \
  F (T, str,                   driver,            "driver")                                                            \
  F (T, map,                   options,           "options")

#define SPEC_ServiceNetwork(F, T)                                                                                      \
  F (T, strs,                  aliases,           "aliases")                                                           \
  F (T, str,                   interface_name,    "interface_name")                                                    \
  F (T, str,                   ipv4_address,      "ipv4_address")                                                      \
  F (T, str,                   ipv6_address,      "ipv6_address")                                                      \
  F (T, strs,                  link_local_ips,    "link_local_ips")                                                    \
  F (T, str,                   mac_address,       "mac_address")                                                       \
  F (T, map,                   driver_opts,       "driver_opts")                                                       \
  F (T, i64,                   priority,          "priority")                                                          \
  F (T, i64,                   gw_priority,       "gw_priority")

/* published: "" or absent for a free one, "8080", "8000-8010" */
#define SPEC_PortSpec(F, T)                                                                                            \
  F (T, str,                   name,              "name")                                                              \
  F (T, str,                   mode,              "mode")                                                              \
  F (T, str,                   host_ip,           "host_ip")                                                           \
  F (T, range (1, 65535),      target,            "target", .required = true)                                          \
  F (T, scalar,                published,         "published")                                                         \
  F (T, str,                   protocol,          "protocol")                                                          \
  F (T, str,                   app_protocol,      "app_protocol")

#define SPEC_ServiceHook(F, T)                                                                                         \
  F (T, strs,                  command,           "command")                                                           \
  F (T, str,                   image,             "image")                                                             \
  F (T, scalar,                user,              "user")                                                              \
  F (T, flag,                  privileged,        "privileged")                                                        \
  F (T, str,                   working_dir,       "working_dir")                                                       \
  F (T, flag,                  per_replica,       "per_replica")                                                       \
  F (T, map,                   environment,       "environment")

#define SPEC_Ulimit(F, T)       F (T, i64, soft, "soft") F (T, i64, hard, "hard")

#define SPEC_BindOptions(F, T)                                                                                         \
  F (T, str,                   propagation,       "propagation")                                                       \
  F (T, flag,                  create_host_path,  "create_host_path")                                                  \
  F (T, oneof (recursive),     recursive,         "recursive")                                                         \
  F (T, oneof (selinux),       selinux,           "selinux")
#define SPEC_VolumeOptions(F, T)                                                                                       \
  F (T, map,                   labels,            "labels")                                                            \
  F (T, flag,                  nocopy,            "nocopy")                                                            \
  F (T, str,                   subpath,           "subpath")
#define SPEC_TmpfsOptions(F, T)  F (T, bytes, size, "size") F (T, scalar, mode, "mode")
#define SPEC_ImageOptions(F, T)  F (T, str, subpath, "subpath")
#define SPEC_VolumeMount(F, T)                                                                                         \
  F (T, oneof (mount_types),   type,              "type", .required = true)                                            \
  F (T, str,                   source,            "source")    /* volume: key in `volumes`; absent: anonymous */       \
  F (T, str,                   target,            "target")                                                            \
  F (T, flag,                  read_only,         "read_only")                                                         \
  F (T, str,                   consistency,       "consistency")                                                       \
  F (T, obj (BindOptions),     bind,              "bind")                                                              \
  F (T, obj (VolumeOptions),   volume,            "volume")                                                            \
  F (T, obj (TmpfsOptions),    tmpfs,             "tmpfs")                                                             \
  F (T, obj (ImageOptions),    image,             "image")                                                             \
  F (T, str,                   owner,             "x-perry-owner") /* "uid:gid" or "service" */

/* x-perry.mounts: overlays of host directories */
#define SPEC_OverlayMount(F, T)                                                                                        \
  F (T, str,                   type,              "type")                                                              \
  F (T, str,                   target,            "target")                                                            \
  F (T, strs,                  lower,             "lower")                                                             \
  F (T, str,                   upper,             "upper")                                                             \
  F (T, str,                   work,              "work")
#define SPEC_ServiceExtension(F, T)                                                                                    \
  F (T, oneof (tiers),         policy,            "policy")                                                            \
  F (T, flag,                  no_network,        "no_network")                                                        \
  F (T, flag,                  read_only_root,    "read_only_root")                                                    \
  F (T, flag,                  seccomp,           "seccomp")                                                           \
  F (T, str,                   owner,             "owner")                                                             \
  F (T, oneof (on_unhealthy),  on_unhealthy,      "on_unhealthy")                                                      \
  F (T, oneof (naming),        naming,            "naming")                                                            \
  F (T, str,                   tmp,               "tmp")                                                               \
  F (T, list (OverlayMount),   mounts,            "mounts")                                                            \
  F (T, str,                   publish_default,   "publish_default")                                                   \
  F (T, oneof (enforcements),  enforcement,       "enforcement")

#define SPEC_Service(F, T)                                                                                             \
  F (T, map,                   annotations,       "annotations")                                                       \
  F (T, flag,                  attach,            "attach")                                                            \
  F (T, obj (Build),           build,             "build")                                                             \
  F (T, obj (Blkio),           blkio,             "blkio_config")                                                      \
  F (T, strs,                  cap_add,           "cap_add")                                                           \
  F (T, strs,                  cap_drop,          "cap_drop")                                                          \
  F (T, oneof (cgroup_modes),  cgroup,            "cgroup")                                                            \
  F (T, str,                   cgroup_parent,     "cgroup_parent")                                                     \
  F (T, strs,                  command,           "command")   /* set and empty: none, also not the image's */         \
  F (T, list (FileRef),        configs,           "configs")                                                           \
  F (T, str,                   container_name,    "container_name")                                                    \
  F (T, i64,                   cpu_count,         "cpu_count")                                                         \
  F (T, scalar,                cpu_percent,       "cpu_percent")                                                       \
  F (T, i64,                   cpu_shares,        "cpu_shares")                                                        \
  F (T, i64,                   cpu_quota,         "cpu_quota")                                                         \
  F (T, i64,                   cpu_period,        "cpu_period")                                                        \
  F (T, i64,                   cpu_rt_period,     "cpu_rt_period")                                                     \
  F (T, i64,                   cpu_rt_runtime,    "cpu_rt_runtime")                                                    \
  F (T, scalar,                cpus,              "cpus")                                                              \
  F (T, scalar,                cpuset,            "cpuset")                                                            \
  F (T, json,                  credential_spec,   "credential_spec")                                                   \
  F (T, dict (DependsOn),      depends_on,        "depends_on")                                                        \
  F (T, obj (Deploy),          deploy,            "deploy")                                                            \
  F (T, json,                  develop,           "develop")                                                           \
  F (T, strs,                  device_cgroup_rules, "device_cgroup_rules")                                             \
  F (T, list (Device),         devices,           "devices")                                                           \
  F (T, strs,                  dns,               "dns")                                                               \
  F (T, strs,                  dns_opt,           "dns_opt")                                                           \
  F (T, strs,                  dns_search,        "dns_search")                                                        \
  F (T, str,                   domainname,        "domainname")                                                        \
  F (T, strs,                  entrypoint,        "entrypoint") /* set and empty: none, nor the image's command */     \
  F (T, list (EnvFile),        env_file,          "env_file")   /* resolved into environment already */                \
  F (T, map,                   environment,       "environment")                                                       \
  F (T, strs,                  expose,            "expose")                                                            \
  F (T, strs,                  external_links,    "external_links")                                                    \
  F (T, strs,                  extra_hosts,       "extra_hosts") /* "name=address"; address may be host-gateway */     \
  F (T, json,                  gpus,              "gpus")                                                              \
  F (T, strs,                  group_add,         "group_add")                                                         \
  F (T, obj (Healthcheck),     healthcheck,       "healthcheck")                                                       \
  F (T, str,                   hostname,          "hostname")                                                          \
  F (T, str,                   image,             "image")                                                             \
  F (T, flag,                  init,              "init")                                                              \
  F (T, str,                   ipc,               "ipc")                                                               \
  F (T, str,                   isolation,         "isolation")                                                         \
  F (T, map,                   labels,            "labels")                                                            \
  F (T, strs,                  label_file,        "label_file")                                                        \
  F (T, strs,                  links,             "links")                                                             \
  F (T, obj (Logging),         logging,           "logging")                                                           \
  F (T, str,                   mac_address,       "mac_address")                                                       \
  F (T, bytes,                 mem_limit,         "mem_limit")                                                         \
  F (T, bytes,                 mem_reservation,   "mem_reservation")                                                   \
  F (T, range (-1, 100),       mem_swappiness,    "mem_swappiness")                                                    \
  F (T, bytes,                 memswap_limit,     "memswap_limit")                                                     \
  F (T, json,                  models,            "models")                                                            \
  F (T, str,                   network_mode,      "network_mode")                                                      \
  F (T, dict (ServiceNetwork), networks,          "networks")                                                          \
  F (T, flag,                  oom_kill_disable,  "oom_kill_disable")                                                  \
  F (T, range (-1000, 1000),   oom_score_adj,     "oom_score_adj")                                                     \
  F (T, str,                   pid,               "pid")                                                               \
  F (T, i64,                   pids_limit,        "pids_limit")                                                        \
  F (T, str,                   platform,          "platform")                                                          \
  F (T, list (PortSpec),       ports,             "ports")                                                             \
  F (T, list (ServiceHook),    pre_start,         "pre_start")                                                         \
  F (T, list (ServiceHook),    post_start,        "post_start")                                                        \
  F (T, list (ServiceHook),    pre_stop,          "pre_stop")                                                          \
  F (T, flag,                  privileged,        "privileged")                                                        \
  F (T, strs,                  profiles,          "profiles")                                                          \
  F (T, json,                  provider,          "provider")                                                          \
  F (T, str,                   pull_policy,       "pull_policy")                                                       \
  F (T, str,                   pull_refresh_after,"pull_refresh_after")                                                \
  F (T, flag,                  read_only,         "read_only")                                                         \
  F (T, str,                   restart,           "restart")                                                           \
  F (T, str,                   runtime,           "runtime")                                                           \
  F (T, u32,                   scale,             "scale")      /* deploy.replicas, too, ends here */                  \
  F (T, list (FileRef),        secrets,           "secrets")                                                           \
  F (T, strs,                  security_opt,      "security_opt")                                                      \
  F (T, bytes,                 shm_size,          "shm_size")                                                          \
  F (T, flag,                  stdin_open,        "stdin_open")                                                        \
  F (T, duration,              stop_grace_period, "stop_grace_period")                                                 \
  F (T, str,                   stop_signal,       "stop_signal")                                                       \
  F (T, map,                   storage_opt,       "storage_opt")                                                       \
  F (T, map,                   sysctls,           "sysctls")                                                           \
  F (T, strs,                  tmpfs,             "tmpfs")      /* "/run:size=64m,mode=1777" */                        \
  F (T, flag,                  tty,               "tty")                                                               \
  F (T, dict (Ulimit),         ulimits,           "ulimits")                                                           \
  F (T, flag,                  use_api_socket,    "use_api_socket")                                                    \
  F (T, scalar,                user,              "user")                                                              \
  F (T, str,                   userns_mode,       "userns_mode")                                                       \
  F (T, str,                   uts,               "uts")                                                               \
  F (T, list (VolumeMount),    volumes,           "volumes")                                                           \
  F (T, strs,                  volumes_from,      "volumes_from")                                                      \
  F (T, str,                   working_dir,       "working_dir")                                                       \
  F (T, obj (ServiceExtension), perry,            "x-perry")

#define SPEC_IpamConfig(F, T)                                                                                          \
  F (T, str,                   subnet,            "subnet")                                                            \
  F (T, str,                   gateway,           "gateway")                                                           \
  F (T, str,                   ip_range,          "ip_range")                                                          \
  F (T, map,                   aux_addresses,     "aux_addresses")
#define SPEC_Ipam(F, T)                                                                                                \
  F (T, str,                   driver,            "driver")                                                            \
  F (T, list (IpamConfig),     config,            "config")                                                            \
  F (T, map,                   options,           "options")
#define SPEC_Network(F, T)                                                                                             \
  F (T, str,                   name,              "name")       /* the full one, "demo_default" */                     \
  F (T, str,                   driver,            "driver")                                                            \
  F (T, map,                   driver_opts,       "driver_opts")                                                       \
  F (T, obj (Ipam),            ipam,              "ipam")                                                              \
  F (T, flag,                  external,          "external")                                                          \
  F (T, flag,                  internal,          "internal")                                                          \
  F (T, flag,                  enable_ipv4,       "enable_ipv4")                                                       \
  F (T, flag,                  enable_ipv6,       "enable_ipv6")                                                       \
  F (T, flag,                  attachable,        "attachable")                                                        \
  F (T, map,                   labels,            "labels")

#define SPEC_Volume(F, T)                                                                                              \
  F (T, str,                   name,              "name")       /* the full one */                                     \
  F (T, str,                   driver,            "driver")                                                            \
  F (T, map,                   driver_opts,       "driver_opts")                                                       \
  F (T, flag,                  external,          "external")                                                          \
  F (T, map,                   labels,            "labels")                                                            \
  F (T, str,                   owner,             "x-perry-owner")

/* secrets and configs at top level */
#define SPEC_FileObject(F, T)                                                                                          \
  F (T, str,                   name,              "name")                                                              \
  F (T, str,                   file,              "file")                                                              \
  F (T, str,                   environment,       "environment")                                                       \
  F (T, str,                   content,           "content")                                                           \
  F (T, flag,                  external,          "external")                                                          \
  F (T, map,                   labels,            "labels")                                                            \
  F (T, str,                   driver,            "driver")                                                            \
  F (T, map,                   driver_opts,       "driver_opts")                                                       \
  F (T, str,                   template_driver,   "template_driver")                                                   \
  F (T, str,                   generate,          "x-perry-generate") /* "hex:32", "base64:32": made once, kept */

#define SPEC_ProjectExtension(F, T)                                                                                    \
  F (T, oneof (enforcements),  enforcement,       "enforcement")                                                       \
  F (T, str,                   publish_default,   "publish_default")

#define SPEC_Project(F, T)                                                                                             \
  F (T, str,                   name,              "name")                                                              \
  F (T, scalar,                version,           "version")                                                           \
  F (T, dict (Service),        services,          "services")                                                          \
  F (T, dict (Network),        networks,          "networks")                                                          \
  F (T, dict (Volume),         volumes,           "volumes")                                                           \
  F (T, dict (FileObject),     secrets,           "secrets")                                                           \
  F (T, dict (FileObject),     configs,           "configs")                                                           \
  F (T, json,                  models,            "models")                                                            \
  F (T, obj (ProjectExtension), perry,            "x-perry")

#define COMPOSE_TYPES(D)                                                                                               \
  D (BlkioWeight) D (BlkioLimit) D (Blkio) D (Ulimit) D (FileRef) D (Build) D (DependsOn) D (Limits)                   \
  D (DeployResources) D (RestartPolicy) D (UpdateConfig) D (Deploy) D (Device) D (EnvFile) D (Healthcheck) D (Logging) \
  D (ServiceNetwork) D (PortSpec) D (ServiceHook) D (BindOptions) D (VolumeOptions) D (TmpfsOptions) D (ImageOptions)  \
  D (VolumeMount) D (OverlayMount) D (ServiceExtension) D (Service) D (IpamConfig) D (Ipam) D (Network) D (Volume)     \
  D (FileObject) D (ProjectExtension) D (Project)
COMPOSE_TYPES (DECLARE)

#undef OCI_PREFIX
#define OCI_PREFIX oci_

#endif
