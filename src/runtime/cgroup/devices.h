/* devices.h - which devices a container may use: linux.resources.devices and the runtime's own rules behind them, in
 * order, as v1's whitelist or as cgroup2's eBPF program. */
#ifndef CGROUP_DEVICES_H
#define CGROUP_DEVICES_H

#include <linux/bpf.h>

#include "dir.h"

#define DEV_READ 1
#define DEV_WRITE 2
#define DEV_MKNOD 4
#define DEV_ALL 7
#define DEV_ANY (-1)

/* For each bit of access the last rule that matches decides; what no rule mentions is refused. */
struct device_rule
{
  bool allow;
  char type;            /* 'b' or 'c'; 'a': everything, and all rules before it are void */
  int64_t major, minor; /* or DEV_ANY */
  unsigned access;      /* DEV_* */
  size_t index;         /* in linux.resources.devices; DEV_DEFAULT: the runtime's own */
};
#define DEV_DEFAULT SIZE_MAX

struct device_rules
{
  struct device_rule *v;
  size_t n;
};
void device_rules_free (struct device_rules *rules);
#define autorules __attribute__ ((cleanup (device_rules_free)))

/* The rules of R (may be NULL) and the runtime's defaults, without those that a later 'a' makes void: the first one is
 * always of type 'a'. An 'a' that is not about everything becomes a rule for 'b' and one for 'c'. */
int device_rules_make (const struct oci_resources *r, struct device_rules *ret, struct error **err);

/* What v1's devices.allow and devices.deny take: "c 1:3 rwm". */
#define DEVICE_TEXT 64
const char *device_rule_text (const struct device_rule *rule, char text[DEVICE_TEXT]);

/* -EINVAL if v1's list cannot say what RULES say: it takes from a rule only what was given by one for the very same
 * device. */
int device_rules_fit_v1 (const struct device_rules *rules, struct error **err);

int devices_set_v1 (const struct cgroup *cg, const struct cgroup_dir *d, const struct oci_resources *r,
                    struct error **err);
int devices_set_v2 (const struct cgroup *cg, const struct cgroup_dir *d, const struct oci_resources *r,
                    struct error **err);

/* RULES as a BPF_PROG_TYPE_CGROUP_DEVICE program, in *RET for the caller to free; returns its length. */
size_t device_program (const struct device_rules *rules, struct bpf_insn **ret);

#endif
