/* plan_mounts.c - owns config.json's mounts in a plan: options to flags, targets, sources, which file systems may
 * cover what. What the target really is, is checked when it is mounted (rootfs/). No system calls; runs in the
 * runtime. */
#include <limits.h>
#include <stdlib.h>
#include <sys/mount.h>

#include "log.h"
#include "mem.h"
#include "plan_options.h"
#include "plan_parts.h"

#define MAX_DATA 4095 /* mount(2) takes one page with its NUL */

/* Files of procfs that may be replaced: lxcfs gives a container its own view of them (E7). */
static const char *const proc_files[] = {
  "/proc/cpuinfo", "/proc/diskstats", "/proc/loadavg",  "/proc/meminfo",
  "/proc/slabinfo", "/proc/stat",     "/proc/swaps",    "/proc/uptime",
  "/proc/sys/crypto/fips_enabled",    "/proc/sys/kernel/ns_last_pid",
};

static int
check_covering (const struct plan_mount *m, const char *at, struct error **err)
{
  const char *inside = after_prefix (m->target, "/proc/");
  if (streq (m->target, "/"))
    return fail (err, EINVAL, "%s.destination: the container's root directory cannot be mounted over", at);
  if (streq (m->target, "/proc") && ! m->bind && ! streq (m->type, "proc"))
    return fail (err, EINVAL, "%s.destination: /proc can only be a proc file system, not %s", at, m->type);
  if (streq (m->target, "/sys") && ! m->bind && ! streq (m->type, "sysfs"))
    return fail (err, EINVAL, "%s.destination: /sys can only be a sysfs file system or a bind mount, not %s", at,
                 m->type);
  for (size_t i = 0; inside && i < ARRAY_LEN (proc_files); i++)
    if (streq (m->target, proc_files[i]))
      return 0;
  if (inside)
    return fail (err, EINVAL, "%s.destination: %s is inside /proc and cannot be mounted over", at, m->target);
  return 0;
}

static int
plan_target (struct plan *p, const struct oci_mount *in, struct plan_mount *m, const char *at, struct error **err)
{
  char place[AT_MAX];
  TRY (plan_check_path (in->destination, plan_at (place, "%s.destination", at), err));
  if (in->destination[0] != '/')
    log_warning ("%s: \"%s\" is not an absolute path, taken from the container's root directory", place,
                 in->destination);
  m->target = plan_clean_path (p, in->destination);
  return 0;
}

/* A file system's uid=N or gid=N that the user namespace does not map: the kernel would refuse it. devpts is asked by
 * every engine to belong to group 5, and does without where there is none (E10). */
static int
check_owner_option (const struct plan *p, const struct plan_mount *m, const char *option, bool *ret_drop,
                    const char *at, struct error **err)
{
  const char *uid = after_prefix (option, "uid="), *gid = after_prefix (option, "gid="), *number = uid ? uid : gid;
  char *end;
  if (! number || ! *number)
    return 0;
  unsigned long id = strtoul (number, &end, 10);
  if (*end || id >= NO_ID)
    return 0;
  if (uid ? plan_map_id (p->ids.uids, p->ids.n_uids, id) >= 0 : plan_map_id (p->ids.gids, p->ids.n_gids, id) >= 0)
    return 0;
  if (gid && m->type && streq (m->type, "devpts"))
    {
      log_debug ("%s: %s is left out, the user namespace does not map it", at, option);
      *ret_drop = true;
      return 0;
    }
  return fail (err, EINVAL, "%s: cannot specify %s mount option, the user namespace does not map it", at, option);
}

/* Add one of the file system's own options, which may be several in one string. */
static int
add_data (const struct plan *p, const struct plan_mount *m, const char *option, struct text *data, const char *at,
          struct error **err)
{
  while (*option)
    {
      size_t n = strcspn (option, ",");
      autofree char *one = mem_strndup (option, n);
      bool drop = n == 0;
      TRY (check_owner_option (p, m, one, &drop, at, err));
      if (! drop)
        text_printf (data, "%s%s", data->len ? "," : "", one);
      option += n + (option[n] == ',');
    }
  return 0;
}

static int
plan_mount_options (struct plan *p, const struct oci_mount *in, struct plan_mount *m, const char *at,
                    struct error **err)
{
  char place[AT_MAX];
  autotext struct text data = { 0 }, all = { 0 };
  m->propagation = plan_alloc (p, (in->options.n + 1) * sizeof *m->propagation);
  for (size_t i = 0; i < in->options.n; i++)
    {
      const char *option = in->options.v[i];
      text_printf (&all, "%s%s", i ? "," : "", option);
      if (! plan_mount_option_apply (m, option))
        TRY (add_data (p, m, option, &data, plan_at (place, "%s.options[%zu]", at, i), err));
    }
  if (in->type && (streq (in->type, "bind") || streq (in->type, "rbind")))
    {
      m->bind = true;
      m->rbind |= streq (in->type, "rbind");
    }
  if (m->bind && data.len)
    {
      /* config.md#mounts: what is not known goes to mount(2), and that ignores it for a bind. */
      log_warning ("%s.options: a bind mount has no options of a file system: %.200s", at, data.s);
      data.len = 0;
    }
  if (data.len > MAX_DATA)
    return fail (err, E2BIG, "%s.options: %zu bytes for the file system, the kernel takes %d", at, data.len, MAX_DATA);
  m->data = data.len ? plan_printf (p, "%s", data.s) : NULL;
  m->copy = plan_printf (p, "%s", all.s ? all.s : "");
  return 0;
}

static int
plan_idmap (struct plan *p, const struct oci_mount *in, struct plan_mount *m, const char *at, struct error **err)
{
  char place[AT_MAX];
  size_t n_uids = in->uid_mappings.n, n_gids = in->gid_mappings.n;
  if (! n_uids != ! n_gids)
    return fail (err, EINVAL, "%s.%s: required, as %s is given", at, n_uids ? "gidMappings" : "uidMappings",
                 n_uids ? "uidMappings" : "gidMappings");
  m->idmap |= n_uids > 0;
  if (! m->idmap)
    return 0;
  if (! m->bind)
    return fail (err, EINVAL, "%s: only bind mounts can be id-mapped", at);
  if (p->host->rootless)
    return fail (err, EPERM, "%s: id-mapped mounts can be made by root only", at);
  if (n_uids == 0 && ! plan_ns_private (p, PLAN_USER))
    return fail (err, EINVAL, "%s.options: idmap needs uidMappings and gidMappings, or a user namespace", at);
  if (n_uids == 0)
    {
      m->maps = p->ids;
      return 0;
    }
  m->maps.n_uids = n_uids;
  m->maps.n_gids = n_gids;
  TRY (plan_id_map (p, in->uid_mappings.v, n_uids, plan_at (place, "%s.uidMappings", at), &m->maps.uids, err));
  return plan_id_map (p, in->gid_mappings.v, n_gids, plan_at (place, "%s.gidMappings", at), &m->maps.gids, err);
}

static int
plan_source (struct plan *p, const struct oci_mount *in, struct plan_mount *m, const char *at, struct error **err)
{
  char place[AT_MAX];
  if (m->bind)
    {
      if (! in->source || ! *in->source)
        return fail (err, EINVAL, "%s.source: required for a bind mount", at);
      TRY (plan_check_path (in->source, plan_at (place, "%s.source", at), err));
      m->source = in->source[0] == '/' ? in->source : plan_printf (p, "%s/%s", p->bundle, in->source);
      return 0;
    }
  if ((! in->type || ! *in->type) && ! (m->flags & MS_REMOUNT))
    return fail (err, EINVAL, "%s.type: required, unless options have bind or rbind", at);
  m->type = in->type ? in->type : "";
  m->source = in->source && *in->source ? in->source : m->type;
  return 0;
}

static int
check_special (const struct plan_mount *m, const char *at, struct error **err)
{
  if (m->tmpcopyup && (m->bind || ! streq (m->type, "tmpfs")))
    return fail (err, EINVAL, "%s.options: tmpcopyup is for tmpfs only", at);
  if (m->copy_symlink && (m->src_nofollow || m->dest_nofollow))
    return fail (err, EINVAL, "%s.options: copy-symlink goes with neither src-nofollow nor dest-nofollow", at);
  if ((m->copy_symlink || m->src_nofollow) && ! m->bind)
    return fail (err, EINVAL, "%s.options: copy-symlink and src-nofollow are for bind mounts only", at);
  return 0;
}

static int
plan_mount (struct plan *p, size_t i, struct plan_mount *m, struct error **err)
{
  const struct oci_mount *in = &p->config->mounts.v[i];
  char at[AT_MAX];
  plan_at (at, "mounts[%zu]", i);
  m->index = i;
  m->type = in->type;
  TRY (plan_target (p, in, m, at, err));
  TRY (plan_mount_options (p, in, m, at, err));
  m->type = NULL;
  TRY (plan_source (p, in, m, at, err));
  TRY (check_covering (m, at, err));
  TRY (check_special (m, at, err));
  TRY (plan_idmap (p, in, m, at, err));
  m->cgroup = ! m->bind && streq (m->type, "cgroup");
  m->late_ro = (m->flags & MS_RDONLY) && (streq (m->target, "/dev") || (! m->bind && streq (m->type, "tmpfs")));
  p->dev_from_host |= m->bind && streq (m->target, "/dev");
  return 0;
}

int
plan_mounts (struct plan *p, struct error **err)
{
  size_t n = p->config->mounts.n;
  p->mounts = plan_alloc (p, (n + 1) * sizeof *p->mounts);
  p->n_mounts = n;
  for (size_t i = 0; i < n; i++)
    TRY (plan_mount (p, i, &p->mounts[i], err));
  return 0;
}
