/* plan_cgroup.c - owns linux.cgroupsPath and intelRdt of a plan. Where the path leads on this machine is for cgroup/
 * to say. No system calls; runs in the runtime. */
#include <ctype.h>
#include <limits.h>

#include "plan_parts.h"

#define AT_PATH "linux.cgroupsPath"

static bool
has_control_character (const char *s)
{
  for (; *s; s++)
    if (iscntrl ((unsigned char) *s))
      return true;
  return false;
}

/* "slice:prefix:name", where the slice may be left out. */
static int
check_systemd_path (const char *path, struct error **err)
{
  const char *prefix = strchr (path, ':'), *name = prefix ? strchr (prefix + 1, ':') : NULL;
  if (! name || strchr (name + 1, ':') || ! name[1])
    return fail (err, EINVAL, AT_PATH ": expected cgroupsPath to be of format \"slice:prefix:name\" for systemd "
                 "cgroups, got \"%.200s\" instead", path);
  if (strchr (path, '/'))
    return fail (err, EINVAL, AT_PATH ": names of systemd units have no \"/\": \"%.200s\"", path);
  return 0;
}

static int
check_components (const char *path, struct error **err)
{
  for (const char *s = path; *s; s += strspn (s, "/"))
    {
      size_t n = strcspn (s, "/");
      if (n > NAME_MAX)
        return fail (err, ENAMETOOLONG, AT_PATH ": a component is longer than %d bytes", NAME_MAX);
      s += n;
    }
  return 0;
}

static int
plan_cgroup_path (struct plan *p, const char *path, struct error **err)
{
  TRY (plan_check_path (path, AT_PATH, err));
  if (has_control_character (path))
    return fail (err, EINVAL, AT_PATH ": has a line break or another control character in it");
  if (plan_has_dotdot (path))
    return fail (err, EINVAL, AT_PATH ": \"%.200s\" has \"..\" in it", path);
  if (p->cgroup.manager == CGROUP_SYSTEMD)
    {
      p->cgroup.path = path;
      return check_systemd_path (path, err);
    }
  TRY (check_components (path, err));
  const char *clean = plan_clean_path (p, path);
  if (streq (clean, "/"))
    return fail (err, EINVAL, AT_PATH ": a container cannot be in the root cgroup");
  p->cgroup.path = path[0] == '/' ? clean : clean + 1;
  return 0;
}

static int
check_intel_rdt (const struct oci_intel_rdt *r, struct error **err)
{
  const char *id = r->clos_id;
  if (id && (! *id || streq (id, ".") || streq (id, "..") || (strchr (id, '/') && ! streq (id, "/"))
             || has_control_character (id) || strlen (id) > NAME_MAX))
    return fail (err, EINVAL, "linux.intelRdt.closID: \"%.200s\" is not a name of a directory", id);
  if (r->l3_cache_schema && strstr (r->l3_cache_schema, "MB:"))
    return fail (err, EINVAL, "linux.intelRdt.l3CacheSchema: MB: belongs to memBwSchema");
  return 0;
}

int
plan_cgroup (struct plan *p, const struct plan_options *options, struct error **err)
{
  const struct oci_linux_container *l = p->config->linux_;
  p->cgroup.manager = options->manager;
  if (! l)
    return 0;
  if (l->cgroups_path && *l->cgroups_path)
    TRY (plan_cgroup_path (p, l->cgroups_path, err));
  if (l->intel_rdt)
    TRY (check_intel_rdt (l->intel_rdt, err));
  if (! l->resources)
    return 0;
  p->cgroup.resources = l->resources;
  return plan_check_resources (l->resources, "linux.resources", err);
}
