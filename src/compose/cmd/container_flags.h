/* container_flags.h - a single container's attributes as options: `container run`, `container create`. Each option
 * is an attribute of a compose file's service and has its grammar: they become a service's tree. */
#ifndef COMPOSE_CONTAINER_FLAGS_H
#define COMPOSE_CONTAINER_FLAGS_H

#include "commands.h"

/* K is TEXT, LIST or FLAG; ATTRIBUTE: the path in the service ("" : container_flags.c knows what to do). */
#define CONTAINER_FLAGS(K)                                                                                            \
  /* kind    member           letter name                 value         attribute */                                  \
  K (LIST, add_host, 0, "add-host", "NAME:IP", "extra_hosts", "add a line to /etc/hosts") \
  K (LIST, annotation, 0, "annotation", "NAME=VALUE", "annotations", "add an annotation") \
  K (LIST, cap_add, 0, "cap-add", "CAPABILITY", "cap_add", "add a capability") \
  K (LIST, cap_drop, 0, "cap-drop", "CAPABILITY", "cap_drop", "take a capability away") \
  K (TEXT, cgroup_parent, 0, "cgroup-parent", "CGROUP", "cgroup_parent", "below this cgroup") \
  K (TEXT, cgroupns, 0, "cgroupns", "MODE", "cgroup", "cgroup namespace: private or host") \
  K (TEXT, cpu_shares, 0, "cpu-shares", "N", "cpu_shares", "share of the processors") \
  K (TEXT, cpus, 0, "cpus", "N", "cpus", "so many processors at most") \
  K (TEXT, cpuset, 0, "cpuset-cpus", "LIST", "cpuset", "only these processors") \
  K (LIST, device, 0, "device", "DEVICE", "devices", "a device of the host: SOURCE[:TARGET[:rwm]]") \
  K (LIST, dns, 0, "dns", "IP", "dns", "DNS server") \
  K (LIST, dns_option, 0, "dns-option", "OPTION", "dns_opt", "option of the resolver") \
  K (LIST, dns_search, 0, "dns-search", "DOMAIN", "dns_search", "domain that names are looked up in") \
  K (TEXT, domainname, 0, "domainname", "NAME", "domainname", "the container's domain") \
  K (TEXT, entrypoint, 0, "entrypoint", "COMMAND", "entrypoint", "instead of the image's entrypoint") \
  K (LIST, env, 'e', "env", "NAME=VALUE", "environment", "set a variable; NAME alone: as it is here") \
  K (LIST, env_file, 0, "env-file", "FILE", "env_file", "set the variables of a file") \
  K (LIST, group_add, 0, "group-add", "GROUP", "group_add", "add a group") \
  K (TEXT, health_cmd, 0, "health-cmd", "COMMAND", "healthcheck.test", "command that tells whether it is healthy") \
  K (TEXT, health_interval, 0, "health-interval", "DURATION", "healthcheck.interval", \
      "time between two such commands") \
  K (TEXT, health_retries, 0, "health-retries", "N", "healthcheck.retries", "so many failures mean unhealthy") \
  K (TEXT, health_start, 0, "health-start-period", "DURATION", "healthcheck.start_period", \
      "failures do not count for so long") \
  K (TEXT, health_starting, 0, "health-start-interval", "DURATION", "healthcheck.start_interval", \
      "time between two commands during that") \
  K (TEXT, health_timeout, 0, "health-timeout", "DURATION", "healthcheck.timeout", "how long such a command may take") \
  K (FLAG, no_healthcheck, 0, "no-healthcheck", NULL, "healthcheck.disable", "leave out the image's health check") \
  K (TEXT, hostname, 'h', "hostname", "NAME", "hostname", "the container's host name") \
  K (FLAG, init, 0, "init", NULL, "init", "a first process that reaps others") \
  K (FLAG, interactive, 'i', "interactive", NULL, "stdin_open", "keep standard input open") \
  K (TEXT, ipc, 0, "ipc", "MODE", "ipc", "IPC namespace: host, shareable, container:NAME") \
  K (LIST, label, 'l', "label", "NAME=VALUE", "labels", "add a label") \
  K (LIST, label_file, 0, "label-file", "FILE", "label_file", "add the labels of a file") \
  K (TEXT, log_driver, 0, "log-driver", "DRIVER", "logging.driver", "json-file, local or none") \
  K (LIST, log_opt, 0, "log-opt", "NAME=VALUE", "logging.options", "max-size, max-file, tag") \
  K (TEXT, mac_address, 0, "mac-address", "MAC", "mac_address", "of its first interface") \
  K (TEXT, memory, 'm', "memory", "SIZE", "mem_limit", "so much memory at most") \
  K (TEXT, memory_low, 0, "memory-reservation", "SIZE", "mem_reservation", "soft limit of memory") \
  K (TEXT, memory_swap, 0, "memory-swap", "SIZE", "memswap_limit", "memory and swap together") \
  K (LIST, network, 0, "network", "NETWORK", "", "a network, bridge, none, host or container:NAME") \
  K (LIST, network_alias, 0, "network-alias", "NAME", "", "further name on its networks") \
  K (TEXT, oom_score_adj, 0, "oom-score-adj", "N", "oom_score_adj", "how soon it is killed when memory is short") \
  K (TEXT, pid, 0, "pid", "MODE", "pid", "namespace of processes: host, container:NAME") \
  K (TEXT, pids_limit, 0, "pids-limit", "N", "pids_limit", "so many processes at most") \
  K (TEXT, platform, 0, "platform", "OS/ARCH", "platform", "of the image") \
  K (TEXT, tier, 0, "policy", "TIER", "x-perry.policy", "isolated, hardened or untrusted") \
  K (FLAG, privileged, 0, "privileged", NULL, "privileged", "without restrictions") \
  K (LIST, publish, 'p', "publish", "PORT", "ports", "publish a port: [[IP:]HOST:]CONTAINER[/PROTOCOL]") \
  K (TEXT, pull, 0, "pull", "POLICY", "pull_policy", "always, missing or never") \
  K (FLAG, read_only, 0, "read-only", NULL, "read_only", "root file system read-only") \
  K (TEXT, restart, 0, "restart", "POLICY", "restart", "no, always, on-failure[:N], unless-stopped") \
  K (LIST, security_opt, 0, "security-opt", "OPTION", "security_opt", \
      "seccomp=, apparmor=, label=, no-new-privileges") \
  K (TEXT, shm_size, 0, "shm-size", "SIZE", "shm_size", "of /dev/shm") \
  K (TEXT, stop_signal, 0, "stop-signal", "SIGNAL", "stop_signal", "that asks it to end") \
  K (TEXT, stop_timeout, 0, "stop-timeout", "SECONDS", "", "how long it may take to end") \
  K (LIST, sysctl, 0, "sysctl", "NAME=VALUE", "sysctls", "set a kernel parameter of its namespaces") \
  K (LIST, tmpfs, 0, "tmpfs", "DIR[:OPTIONS]", "tmpfs", "mount a tmpfs") \
  K (FLAG, tty, 't', "tty", NULL, "tty", "a terminal") \
  K (LIST, ulimit, 0, "ulimit", "NAME=SOFT[:HARD]", "", "set a resource limit") \
  K (TEXT, user, 'u', "user", "USER", "user", "as this user: a name, an id, USER:GROUP") \
  K (TEXT, userns, 0, "userns", "MODE", "userns_mode", "user namespace") \
  K (TEXT, uts, 0, "uts", "MODE", "uts", "namespace of the host name: host") \
  K (LIST, volume, 'v', "volume", "VOLUME", "volumes", "mount a volume or a directory: SOURCE:TARGET[:ro]") \
  K (LIST, volumes_from, 0, "volumes-from", "CONTAINER", "", "mount what another container has mounted") \
  K (TEXT, workdir, 'w', "workdir", "DIR", "working_dir", "in this directory of the container")

#define FLAG_TYPE_TEXT const char *
#define FLAG_TYPE_LIST struct strv
#define FLAG_TYPE_FLAG bool
#define FLAG_MEMBER(kind, member, ...) FLAG_TYPE_##kind member;

struct container_flags
{
  CONTAINER_FLAGS (FLAG_MEMBER)
  const char *name, *spec;
  bool remove;
  char *image;               /* the first operand, or SPEC's */
  struct strv command, entrypoint_words;
  struct oci_document spec_document; /* owns SPEC's texts */
};
void container_flags_free (struct container_flags *f);

/* Rows of a command's table of options; S's member `flags`. */
#define FLAG_OPT_TEXT(S, m, l, n, a, h) TEXT (S, m, l, n, a, h)
#define FLAG_OPT_LIST(S, m, l, n, a, h) LIST (S, m, l, n, a, h)
#define FLAG_OPT_FLAG(S, m, l, n, a, h) FLAG (S, m, l, n, h)

/* `--spec FILE`: what the file says and no option does (container_spec.c). */
int container_flags_spec (struct container_flags *f, struct error **err);

/* The service's tree, in A. */
int container_flags_tree (const struct container_flags *f, struct arena *a, struct node **ret, struct error **err);

#endif
