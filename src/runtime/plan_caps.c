/* plan_caps.c - owns process.capabilities of a plan: names to masks that capset(2) and prctl(2) will take. What
 * cannot be had is a warning and left out, as config.md demands. No system calls; runs in the runtime. */
#include <inttypes.h>

#include "log.h"
#include "plan_parts.h"
#include "security/security.h"

static const char *const set_names[N_CAP_SETS] = {
  [CAPS_BOUNDING] = "bounding",   [CAPS_EFFECTIVE] = "effective", [CAPS_INHERITABLE] = "inheritable",
  [CAPS_PERMITTED] = "permitted", [CAPS_AMBIENT] = "ambient",
};

/* A new user namespace, or one that is joined, comes with every capability that the kernel has (create_user_ns ()). */
static uint64_t
grantable (const struct plan *p)
{
  return plan_ns_private (p, PLAN_USER) ? ~UINT64_C (0) >> (63 - p->host->last_cap) : p->host->bounding;
}

static uint64_t
plan_set (const struct plan *p, const struct oci_strings *names, const char *set)
{
  uint64_t mask = 0;
  for (size_t i = 0; i < names->n; i++)
    {
      int n = cap_number (names->v[i]);
      if (n < 0 || n > 63)
        log_warning ("process.capabilities.%s[%zu]: unknown capability %s is left out", set, i, names->v[i]);
      else if (! (grantable (p) >> n & 1))
        log_warning ("process.capabilities.%s[%zu]: %s cannot be granted here and is left out", set, i, names->v[i]);
      else
        mask |= UINT64_C (1) << n;
    }
  return mask;
}

/* Keep of SET only what the kernel would let it have: what is in ALLOWED. */
static void
restrict_set (struct plan_process *out, enum plan_cap_set set, uint64_t allowed, const char *why)
{
  uint64_t over = out->caps[set] & ~allowed;
  for (int n = 0; n < 64; n++)
    if (over >> n & 1)
      log_warning ("process.capabilities.%s: %s is left out, since it is not %s", set_names[set], cap_name (n), why);
  out->caps[set] &= allowed;
}

void
plan_capabilities (struct plan *p, const struct oci_capabilities *caps)
{
  struct plan_process *out = &p->process;
  if (! caps)
    return;
  const struct oci_strings *in[N_CAP_SETS] = {
    [CAPS_BOUNDING] = &caps->bounding,   [CAPS_EFFECTIVE] = &caps->effective, [CAPS_INHERITABLE] = &caps->inheritable,
    [CAPS_PERMITTED] = &caps->permitted, [CAPS_AMBIENT] = &caps->ambient,
  };
  out->caps_set = true;
  for (int i = 0; i < N_CAP_SETS; i++)
    out->caps[i] = plan_set (p, in[i], set_names[i]);
  restrict_set (out, CAPS_EFFECTIVE, out->caps[CAPS_PERMITTED], "permitted");
  restrict_set (out, CAPS_INHERITABLE, out->caps[CAPS_BOUNDING], "in the bounding set");
  restrict_set (out, CAPS_AMBIENT, out->caps[CAPS_PERMITTED] & out->caps[CAPS_INHERITABLE],
                "both permitted and inheritable");
}
