/* join_check.c - see join_check.h. Runs in the runtime's namespaces; reads /proc only. */
#include "join_check.h"

#include <fcntl.h>

#include "fs.h"
#include "mem.h"

#define MAP_FILE_MAX 65536

/* A namespace is named by the inode of its file (namespaces(7)). */
static bool
is_own (const struct ns_type *type, int fd)
{
  struct stat own, other;
  autofree char *path = mem_printf ("/proc/self/ns/%s", type->file);
  return fstat (fd, &other) == 0 && stat (path, &own) == 0 && own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}

static int
check_private (const struct plan *p, const int fds[N_PLAN_NS], enum plan_ns_index ns, const char *what,
               struct error **err)
{
  if (fds[ns] < 0 || ! is_own (&ns_types[ns], fds[ns]))
    return 0;
  return fail (err, EINVAL, "%s: linux.namespaces: %s is the runtime's own %s namespace, whose values are not the "
               "container's to set", what, p->ns[ns].path, ns_types[ns].name);
}

int
join_check_private (const struct plan *p, const int fds[N_PLAN_NS], struct error **err)
{
  for (size_t i = 0; i < p->n_sysctls; i++)
    {
      autofree char *what = mem_printf ("linux.sysctl.%s", p->sysctls[i].key);
      TRY (check_private (p, fds, p->sysctls[i].ns, what, err));
    }
  /* pivot_root (2) changes the root of every process in it. */
  if (fds[PLAN_MOUNT] >= 0 && is_own (&ns_types[PLAN_MOUNT], fds[PLAN_MOUNT]))
    return fail (err, EINVAL,
                 "linux.namespaces: %s is the runtime's own mount namespace, whose root must not be replaced",
                 p->ns[PLAN_MOUNT].path);
  if (p->hostname)
    TRY (check_private (p, fds, PLAN_UTS, "hostname", err));
  return p->domainname ? check_private (p, fds, PLAN_UTS, "domainname", err) : 0;
}

static int
by_container_id (const void *a, const void *b)
{
  const struct plan_id_map *x = a, *y = b;
  return x->container < y->container ? -1 : x->container > y->container;
}

/* Sorted, and what continues the range before made one with it: two ways to write the same map become one. Returns
 * how many are left. */
static size_t
normalize (struct plan_id_map *v, size_t n)
{
  size_t last = 0;
  qsort (v, n, sizeof *v, by_container_id);
  for (size_t i = 1; i < n; i++)
    if (v[last].container + v[last].size == v[i].container && v[last].host + v[last].size == v[i].host)
      v[last].size += v[i].size;
    else
      v[++last] = v[i];
  return n ? last + 1 : 0;
}

static struct plan_id_map *
parse_map (const char *text, size_t *ret_n)
{
  struct plan_id_map *v = NULL, m;
  for (*ret_n = 0; text && sscanf (text, "%u %u %u", &m.container, &m.host, &m.size) == 3;
       text = strchr (text + 1, '\n'))
    {
      v = mem_grow (v, *ret_n + 1, sizeof *v);
      v[(*ret_n)++] = m;
    }
  return v;
}

static int
check_map (pid_t pid, const char *file, const struct plan_id_map *wanted, size_t n, const char *at, const char *ns,
           struct error **err)
{
  if (n == 0)
    return 0;
  autofree char *path = mem_printf ("/proc/%d/%s", pid, file), *text = NULL;
  TRY (fs_read_kernel (AT_FDCWD, path, MAP_FILE_MAX, &text, err));
  size_t n_real;
  autofree struct plan_id_map *real = parse_map (text, &n_real), *copy = mem_alloc (n * sizeof *copy);
  memcpy (copy, wanted, n * sizeof *copy);
  n = normalize (copy, n);
  n_real = normalize (real, n_real);
  if (n == n_real && memcmp (copy, real, n * sizeof *copy) == 0)
    return 0;
  return fail (err, EINVAL, "%s: not what the user namespace %s has; leave the mappings out to take its own", at, ns);
}

int
join_check_maps (pid_t pid, const struct plan *p, struct error **err)
{
  const char *ns = p->ns[PLAN_USER].path;
  TRY (check_map (pid, "uid_map", p->ids.uids, p->ids.n_uids, "linux.uidMappings", ns, err));
  return check_map (pid, "gid_map", p->ids.gids, p->ids.n_gids, "linux.gidMappings", ns, err);
}
