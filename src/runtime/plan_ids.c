/* plan_ids.c - owns user and group id mappings of a plan, and what is checked against them. No system calls; runs in
 * the runtime. */
#include "mem.h"
#include "plan_parts.h"

#define MAX_MAPPINGS 340 /* UID_GID_MAP_MAX_EXTENTS, Linux 4.15 */

int64_t
plan_map_id (const struct plan_id_map *maps, size_t n, uint32_t id)
{
  if (n == 0)
    return id;
  for (size_t i = 0; i < n; i++)
    if (id >= maps[i].container && id - maps[i].container < maps[i].size)
      return (int64_t) maps[i].host + (id - maps[i].container);
  return -1;
}

char *
plan_map_text (const struct plan_id_map *maps, size_t n)
{
  struct text t = { 0 };
  text_add (&t, "");
  for (size_t i = 0; i < n; i++)
    text_printf (&t, "%u %u %u\n", maps[i].container, maps[i].host, maps[i].size);
  return t.s;
}

static bool
overlap (uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
  return a < b + b_size && b < a + a_size;
}

int
plan_id_map (struct plan *p, const struct oci_id_mapping *v, size_t n, const char *at, struct plan_id_map **ret,
             struct error **err)
{
  if (n > MAX_MAPPINGS)
    return fail (err, EINVAL, "%s: %zu mappings, the kernel takes %d", at, n, MAX_MAPPINGS);
  struct plan_id_map *m = plan_alloc (p, (n + 1) * sizeof *m);
  for (size_t i = 0; i < n; i++)
    {
      m[i] = (struct plan_id_map) { v[i].container_id.value, v[i].host_id.value, v[i].size.value };
      if (m[i].size == 0)
        return fail (err, EINVAL, "%s[%zu].size: 0 maps nothing", at, i);
      /* The last 32-bit number is not an id. */
      if ((uint64_t) m[i].container + m[i].size > NO_ID || (uint64_t) m[i].host + m[i].size > NO_ID)
        return fail (err, ERANGE, "%s[%zu]: goes beyond id 4294967294", at, i);
      for (size_t j = 0; j < i; j++)
        if (overlap (m[i].container, m[i].size, m[j].container, m[j].size)
            || overlap (m[i].host, m[i].size, m[j].host, m[j].size))
          return fail (err, EINVAL, "%s[%zu]: overlaps with mapping %zu", at, i, j);
    }
  *ret = m;
  return 0;
}

int
plan_ids (struct plan *p, struct error **err)
{
  const struct oci_linux_container *l = p->config->linux_;
  size_t n_uids = l ? l->uid_mappings.n : 0, n_gids = l ? l->gid_mappings.n : 0;
  enum plan_ns_mode mode = p->ns[PLAN_USER].mode;
  if (mode == NS_HOST && n_uids + n_gids > 0)
    return fail (err, EINVAL, "linux.%s: needs a user namespace in linux.namespaces",
                 n_uids > 0 ? "uidMappings" : "gidMappings");
  if (mode == NS_NEW && n_uids == 0)
    return fail (err, EINVAL, "linux.uidMappings: required with a new user namespace");
  if (mode == NS_NEW && n_gids == 0)
    return fail (err, EINVAL, "linux.gidMappings: required with a new user namespace");
  if (! l)
    return 0;
  TRY (plan_id_map (p, l->uid_mappings.v, n_uids, "linux.uidMappings", &p->ids.uids, err));
  TRY (plan_id_map (p, l->gid_mappings.v, n_gids, "linux.gidMappings", &p->ids.gids, err));
  p->ids.n_uids = n_uids;
  p->ids.n_gids = n_gids;
  return 0;
}

static int
check_id (const struct plan_id_map *maps, size_t n, uint32_t id, const char *kind, const char *doing,
  struct error **err)
{
  if (id == NO_ID)
    return fail (err, EINVAL, "%s %s %u, which to the kernel means \"no change\"", doing, kind, id);
  if (plan_map_id (maps, n, id) < 0)
    return fail (err, EINVAL, "%s unmapped %s %u in user namespace", doing, kind, id);
  return 0;
}

int
plan_check_uid (const struct plan *p, uint32_t id, const char *doing, struct error **err)
{
  return check_id (p->ids.uids, p->ids.n_uids, id, "uid", doing, err);
}

int
plan_check_gid (const struct plan *p, uint32_t id, const char *doing, struct error **err)
{
  return check_id (p->ids.gids, p->ids.n_gids, id, "gid", doing, err);
}
