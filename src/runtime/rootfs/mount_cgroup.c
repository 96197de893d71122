/* mount_cgroup.c - mounts of type "cgroup": the unified hierarchy, or for version 1 a tmpfs with one directory per
 * hierarchy. In a cgroup namespace of its own the container gets mounts of the file system, whose root is its own
 * cgroup; otherwise binds of the host's. Runs in the child before the root changes, when it is in its cgroup. */
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "fs.h"
#include "mem.h"
#include "rootfs/mounting.h"

#define HOST_CGROUPS "/sys/fs/cgroup"

enum { SELF_CGROUP_MAX = 64 * 1024 };

/* One line of /proc/self/cgroup, "4:cpu,cpuacct:/machine/c1". */
struct hierarchy
{
  const char *controllers; /* "" for version 2 */
  const char *name;        /* of its directory: "cpu,cpuacct", "systemd", "unified" */
  const char *path;        /* of our cgroup below its root */
};

static bool
own_namespace (const struct rootfs *r)
{
  return r->plan->ns[PLAN_CGROUP].mode != NS_HOST;
}

static struct mount_change
flags_of (const struct plan_mount *m, unsigned long more)
{
  return (struct mount_change){ .set = mount_attrs (m->flags | more), .recursive = true };
}

/* The host's directory SOURCE with all below it on TARGET. */
static int
bind_host (struct rootfs *r, const char *source, int target, struct mount_change change, struct error **err)
{
  autoclose int tree = open_tree (AT_FDCWD, source, OPEN_TREE_CLONE | AT_RECURSIVE | OPEN_TREE_CLOEXEC);
  if (tree < 0)
    return fail_sys (err, errno, "bind %s", source);
  TRY_DOING (err, mount_attach (r, tree, target, &change, 1, err), "bind %s", source);
  return 0;
}

/* The whole of the host's hierarchy is read-only in a user namespace: nothing there is the container's, whatever the
 * host's owners of directories are (CVE-2023-25809). */
static int
bind_all (struct rootfs *r, const struct plan_mount *m, int target, struct error **err)
{
  return bind_host (r, HOST_CGROUPS, target, flags_of (m, r->in_userns ? MS_RDONLY : 0), err);
}

static int
mount_unified (struct rootfs *r, const struct plan_mount *m, struct error **err)
{
  bool existed = false;
  autoclose int fd = -1, target = mount_target_dir (r, m, true, &existed, err);
  if (target < 0)
    return target;
  /* In the host's cgroup namespace a mount would change the options of the host's own (nsdelegate). */
  if (! own_namespace (r))
    return bind_all (r, m, target, err);
  int result = mount_new ("cgroup2", "cgroup", m->data, m->flags, NULL, &fd, err);
  if (result == -EPERM || result == -EBUSY)
    return bind_all (r, m, target, err);
  if (result < 0)
    return result;
  autofree struct mount_change *changes = mem_alloc ((MOUNT_CHANGES_MAX + m->n_propagation) * sizeof *changes);
  return mount_attach (r, fd, target, changes, mount_changes_of (m, changes), err);
}

/* Take LINE apart in place. False: not of interest. */
static bool
parse_line (char *line, struct hierarchy *h)
{
  char *controllers = strchr (line, ':'), *path = controllers ? strchr (controllers + 1, ':') : NULL;
  if (! path)
    return false;
  *path++ = '\0';
  h->controllers = controllers + 1;
  h->path = path;
  const char *named = after_prefix (h->controllers, "name=");
  h->name = named ? named : *h->controllers ? h->controllers : "unified";
  return true;
}

/* The container's own part of hierarchy H on TARGET. */
static int
mount_hierarchy (struct rootfs *r, const struct plan_mount *m, const struct hierarchy *h, int target,
                 struct error **err)
{
  if (own_namespace (r))
    {
      autoclose int fd = -1;
      autofree char *data = mem_printf ("%s%s", strchr (h->controllers, '=') ? "none," : "", h->controllers);
      const char *type = *h->controllers ? "cgroup" : "cgroup2";
      int result = mount_new (type, "cgroup", *data ? data : NULL, m->flags, NULL, &fd, err);
      return result < 0 ? result : mount_attach (r, fd, target, NULL, 0, err);
    }
  autofree char *own = mem_printf (HOST_CGROUPS "/%s%s", h->name, h->path);
  /* In an engine's container without a cgroup namespace, what is mounted is its cgroup already, and PATH not below
     it. */
  autofree char *all = mem_printf (HOST_CGROUPS "/%s", h->name);
  bool found = faccessat (AT_FDCWD, own, F_OK, AT_EACCESS) == 0;
  return bind_host (r, found ? own : all, target, flags_of (m, found ? 0 : MS_RDONLY), err);
}

/* "cpu" and "cpuacct" beside the directory "cpu,cpuacct", as systemd has them. */
static int
link_controllers (int dir, const struct hierarchy *h, struct error **err)
{
  if (! strchr (h->controllers, ','))
    return 0;
  autofree char *copy = mem_strdup (h->controllers);
  char *save = NULL;
  for (char *name = strtok_r (copy, ",", &save); name; name = strtok_r (NULL, ",", &save))
    if (symlinkat (h->controllers, dir, name) < 0 && errno != EEXIST)
      return fail_sys (err, errno, "link %s", name);
  return 0;
}

/* A directory for H in DIR with its mount. A host may have hierarchies that it mounted nowhere: no directory then. */
static int
add_hierarchy (struct rootfs *r, const struct plan_mount *m, const struct hierarchy *h, int dir, struct error **err)
{
  autofree char *host = mem_printf (HOST_CGROUPS "/%s", h->name);
  if (access (host, F_OK) < 0)
    return 0;
  if (mkdirat (dir, h->name, 0755) < 0)
    return fail_sys (err, errno, "make directory %s", h->name);
  autoclose int target = openat (dir, h->name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (target < 0)
    return fail_sys (err, errno, "open directory %s", h->name);
  TRY_DOING (err, mount_hierarchy (r, m, h, target, err), "hierarchy %s", h->name);
  return link_controllers (dir, h, err);
}

static int
mount_version_1 (struct rootfs *r, const struct plan_mount *m, struct error **err)
{
  bool existed = false;
  autofree char *lines = NULL;
  TRY (fs_read_kernel (AT_FDCWD, "/proc/self/cgroup", SELF_CGROUP_MAX, &lines, err));
  autoclose int dir = -1, target = mount_target_dir (r, m, true, &existed, err);
  if (target < 0)
    return target;
  TRY (mount_new ("tmpfs", "tmpfs", "mode=755", m->flags & ~(unsigned long) MS_RDONLY, NULL, &dir, err));
  TRY (mount_attach (r, dir, target, NULL, 0, err));
  char *save = NULL;
  for (char *line = strtok_r (lines, "\n", &save); line; line = strtok_r (NULL, "\n", &save))
    {
      struct hierarchy h;
      if (parse_line (line, &h))
        TRY (add_hierarchy (r, m, &h, dir, err));
    }
  autofree struct mount_change *changes = mem_alloc ((MOUNT_CHANGES_MAX + 1 + m->n_propagation) * sizeof *changes);
  size_t n = mount_changes_of (m, changes);
  if (m->flags & MS_RDONLY)
    changes[n++] = (struct mount_change){ .set = MOUNT_ATTR_RDONLY };
  for (size_t i = 0; i < n; i++)
    {
      int result = mount_change (r, dir, &changes[i]);
      if (result < 0)
        return fail_sys (err, -result, "set mount flags");
    }
  return 0;
}

int
mount_cgroup (struct rootfs *r, const struct plan_mount *m, struct error **err)
{
  struct statfs fs;
  if (statfs (HOST_CGROUPS, &fs) < 0)
    return fail_sys (err, errno, "look at " HOST_CGROUPS);
  return fs.f_type == CGROUP2_SUPER_MAGIC ? mount_unified (r, m, err) : mount_version_1 (r, m, err);
}
