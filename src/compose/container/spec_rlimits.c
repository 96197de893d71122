/* spec_rlimits.c - ulimits and oom_score_adj -> process. Knows what may not be raised here, and says so before
 * anything is made. */
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <linux/capability.h>

#include "bundle_parts.h"
#include "errors.h"
#include "fs.h"

static const struct
{
  const char *name, *type;
  int resource;
} limits[] = {
#define ROW(name, R) { name, "RLIMIT_" #R, RLIMIT_##R }
  ROW ("as", AS),           ROW ("core", CORE),         ROW ("cpu", CPU),       ROW ("data", DATA),
  ROW ("fsize", FSIZE),     ROW ("locks", LOCKS),       ROW ("memlock", MEMLOCK), ROW ("msgqueue", MSGQUEUE),
  ROW ("nice", NICE),       ROW ("nofile", NOFILE),     ROW ("nproc", NPROC),   ROW ("rss", RSS),
  ROW ("rtprio", RTPRIO),   ROW ("rttime", RTTIME),     ROW ("sigpending", SIGPENDING), ROW ("stack", STACK),
#undef ROW
};

static bool
may_raise (void)
{
  return prctl (PR_CAPBSET_READ, CAP_SYS_RESOURCE) == 1 && geteuid () == 0;
}

static uint64_t
limit_value (struct opt_i64 given, struct opt_i64 other)
{
  int64_t value = given.set ? given.value : other.value;
  return value < 0 ? UINT64_MAX : (uint64_t) value;
}

static int
add_limit (struct making *m, const char *name, const struct compose_Ulimit *u, struct error **err)
{
  size_t i = 0;
  while (i < ARRAY_LEN (limits) && ! streq (limits[i].name, name))
    i++;
  if (i == ARRAY_LEN (limits))
    return fail (err, E_COMPOSE_FILE, "there is no such limit");
  uint64_t soft = limit_value (u->soft, u->hard), hard = limit_value (u->hard, u->soft);
  if (soft > hard)
    return fail (err, E_COMPOSE_FILE, "the soft limit is above the hard limit");
  struct rlimit own;
  if (getrlimit ((__rlimit_resource_t) limits[i].resource, &own) < 0)
    return fail_sys (err, errno, "getrlimit");
  if (own.rlim_max != RLIM_INFINITY && hard > own.rlim_max && ! may_raise ())
    return fail (err, E_ENFORCEMENT, "the hard limit here is %llu and cannot be raised without CAP_SYS_RESOURCE",
                 (unsigned long long) own.rlim_max);
  *LIST_ADD (m->arena, &m->config->process->rlimits)
    = (struct oci_rlimit) { .type = limits[i].type, .soft = uint_is (soft), .hard = uint_is (hard) };
  return 0;
}

static int
check_oom_score (int64_t wanted, struct error **err)
{
  autofree char *text = NULL;
  if (may_raise () || fs_read_kernel (AT_FDCWD, "/proc/self/oom_score_adj", 64, &text, NULL) < 0)
    return 0;
  long own = strtol (text, NULL, 10);
  if (wanted < own)
    return fail (err, E_ENFORCEMENT, "oom_score_adj: it is %ld here and cannot be lowered without CAP_SYS_RESOURCE",
                 own);
  return 0;
}

int
spec_rlimits (struct making *m, struct error **err)
{
  for (size_t i = 0; i < m->service->ulimits.n; i++)
    TRY_DOING (err, add_limit (m, m->service->ulimits.keys[i], &m->service->ulimits.v[i], err), "ulimits.%s",
               m->service->ulimits.keys[i]);
  if (m->service->oom_score_adj.set)
    {
      TRY (check_oom_score (m->service->oom_score_adj.value, err));
      m->config->process->oom_score_adj = m->service->oom_score_adj;
    }
  return 0;
}
