/* fuzz_plan.c - any bytes as config.json, planned for several hosts: a plan is either refused with a reason, or holds
 * what plan.h promises to those who act on it. For libFuzzer, or standalone_main.c. Memory only. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "ocispec.h"
#include "plan.h"

int LLVMFuzzerTestOneInput (const unsigned char *data, size_t size);

#define MUST(condition)                                                            \
  do                                                                               \
    if (! (condition))                                                             \
      {                                                                            \
        fprintf (stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
        abort ();                                                                  \
      }                                                                            \
  while (0)

/* Warnings would be the fuzzer's main work. */
void
log_line (enum log_level level, const char *fmt, ...)
{
  (void) level;
  (void) fmt;
}

bool
log_wants (enum log_level level)
{
  return level == LOG_ERROR;
}

static const struct host hosts[] = {
  { .bounding = (UINT64_C (1) << 41) - 1, .last_cap = 40, .bundle = "/bundle" },
  { .euid = 1000, .egid = 1000, .rootless = true, .last_cap = 40, .apparmor = true, .selinux = true, .bundle = "/b" },
};

/* Absolute, and nothing in it that could lead out. */
static void
check_clean (const char *path)
{
  MUST (path && path[0] == '/' && ! strstr (path, "/../") && ! strstr (path, "//") && ! strstr (path, "/./"));
  size_t n = strlen (path);
  MUST (n == 1 || path[n - 1] != '/');
  MUST (n < 3 || strcmp (path + n - 3, "/.."));
}

static void
check_mounts (const struct plan *p)
{
  for (size_t i = 0; i < p->n_mounts; i++)
    {
      const struct plan_mount *m = &p->mounts[i];
      check_clean (m->target);
      MUST (m->target[1] && m->source && m->copy && ! m->bind == ! ! m->type);
      MUST (! m->bind || (! m->data && m->source[0] == '/'));
      MUST (strcmp (m->target, "/proc") || m->bind || ! strcmp (m->type, "proc"));
      MUST (strncmp (m->target, "/proc/self", 10));
      MUST (! m->ridmap || m->idmap);
    }
}

static void
check_process (const struct plan *p)
{
  const struct plan_process *r = &p->process;
  MUST (r->args[0] && r->args[0][0] && r->env && r->cwd[0] == '/');
  MUST (r->uid != (uid_t) -1 && r->gid != (gid_t) -1);
  for (const char *const *e = r->env; *e; e++)
    MUST (strchr (*e, '=') && **e != '=');
  for (size_t i = 0; i < r->n_rlimits; i++)
    MUST (r->rlimits[i].limit.rlim_cur <= r->rlimits[i].limit.rlim_max);
  MUST (! (r->caps[CAPS_EFFECTIVE] & ~r->caps[CAPS_PERMITTED]));
  MUST (! (r->caps[CAPS_AMBIENT] & ~(r->caps[CAPS_PERMITTED] & r->caps[CAPS_INHERITABLE])));
}

static void
check_plan (const struct plan *p)
{
  check_clean (p->rootfs);
  MUST (p->rootfs[1]);
  check_mounts (p);
  for (size_t i = 0; i < p->n_devices; i++)
    check_clean (p->devices[i].path);
  for (size_t i = 0; i < p->masked.n; i++)
    check_clean (p->masked.v[i]);
  for (size_t i = 0; i < p->n_sysctls; i++)
    MUST (p->sysctls[i].path[0] != '/' && ! strstr (p->sysctls[i].path, ".."));
  MUST (! p->cgroup.path || ! strstr (p->cgroup.path, "/../"));
  if (p->has_process)
    check_process (p);
}

static void
check_host (const struct oci_config *config, const struct host *host, enum cgroup_manager manager)
{
  const struct plan_options options = { .id = "c1", .manager = manager };
  struct plan plan;
  struct error *error = NULL;
  if (plan_build (config, host, &options, &plan, &error) < 0)
    MUST (error && *error->text);
  else
    {
      MUST (! error);
      check_plan (&plan);
      plan_free (&plan);
    }
  error_free (&error);
  if (! config->process || ! config->root)
    return;
  if (plan_build_exec (config, config->process, host, &options, &plan, &error) == 0)
    {
      check_process (&plan);
      plan_free (&plan);
    }
  error_free (&error);
}

int
LLVMFuzzerTestOneInput (const unsigned char *data, size_t size)
{
  struct oci_document doc;
  const struct oci_config *config = oci_parse (&oci_config_schema, (const char *) data, size, &doc);
  if (! config)
    return 0;
  for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
    check_host (config, &hosts[i], i == 0 ? CGROUP_FS : CGROUP_SYSTEMD);
  oci_document_free (&doc);
  return 0;
}
