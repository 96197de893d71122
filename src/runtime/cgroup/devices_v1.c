/* devices_v1.c - device rules as writes to devices.allow and devices.deny. Runs in the runtime's namespaces. */
#include "devices.h"
#include "log.h"

static int
write_rule (const struct cgroup_dir *d, const struct device_rule *rule, struct error **err)
{
  char text[DEVICE_TEXT];
  autoerror struct error *e = NULL;
  int r = dir_write (d, rule->allow ? "devices.allow" : "devices.deny", device_rule_text (rule, text), &e);
  if (r == 0)
    return 0;
  /* The runtime may itself be in a cgroup that has less than the defaults. */
  if (r == -EPERM && rule->allow && rule->index == DEV_DEFAULT)
    {
      log_debug ("%s", error_text (e));
      return 0;
    }
  if (rule->index == DEV_DEFAULT)
    return fail (err, -r, "%s", error_text (e));
  return fail (err, -r, "linux.resources.devices[%zu]: %s", rule->index, error_text (e));
}

int
devices_set_v1 (const struct cgroup *cg, const struct cgroup_dir *d, const struct oci_resources *r, struct error **err)
{
  autorules struct device_rules rules = { 0 };
  TRY (device_rules_make (r, &rules, err));
  TRY (device_rules_fit_v1 (&rules, err));
  for (size_t i = 0; i < rules.n; i++)
    {
      autoerror struct error *e = NULL;
      int result = write_rule (d, &rules.v[i], &e);
      /* In a user namespace the kernel keeps devices away by other means, and lets nobody write here (H33). */
      if ((result == -EPERM || result == -EACCES) && cg->rootless)
        {
          log_debug ("going on without device rules: %s", error_text (e));
          return 0;
        }
      if (result < 0)
        return fail (err, -result, "%s", error_text (e));
    }
  return 0;
}
