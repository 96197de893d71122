/* mount_filesystem.c - mounts of a type: tmpfs, proc, devpts and whatever the kernel has. What each type needs
 * besides a mount is a row of a table. Runs in the child before the root changes. May call path.h and mounting.h. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "mem.h"
#include "rootfs/mounting.h"
#include "rootfs/path.h"

enum trait
{
  PLAIN_TARGET = 1,   /* not on a link: masks and our own writes count on finding it there (CVE-2019-19921) */
  NO_LABEL = 2,       /* context= is not for it */
  LABEL_AFTER = 4,    /* it takes a label as an attribute of its root */
  MODE_OF_TARGET = 8, /* its root gets the mode of the directory below, unless an option says it */
};

static const struct fs_kind
{
  const char *type;
  unsigned traits;
  const char *refused;     /* what EPERM means */
  const char *host;        /* the kernel may refuse it in a user namespace: then the host's is bound, if ... */
  enum plan_ns_index same; /* ... this namespace is the host's */
} kinds[] = {
  { "proc", PLAIN_TARGET | NO_LABEL,
    "the kernel refuses a new /proc in a user namespace whose own /proc has hidden parts (a nested container with "
    "masked paths)", "/proc", PLAN_PID },
  { "sysfs", PLAIN_TARGET | NO_LABEL, "sysfs needs a network namespace that belongs to the container's user namespace",
    "/sys", PLAN_NET },
  { "mqueue", LABEL_AFTER, "mqueue needs an ipc namespace that belongs to the container's user namespace", NULL, 0 },
  { "tmpfs", MODE_OF_TARGET, NULL, NULL, 0 },
  { "cgroup", NO_LABEL, NULL, NULL, 0 },
  { "cgroup2", NO_LABEL, NULL, NULL, 0 },
  { NULL, 0, NULL, NULL, 0 },
};

static const struct fs_kind *
kind_of (const char *type)
{
  const struct fs_kind *k = kinds;
  while (k->type && ! streq (k->type, type))
    k++;
  return k;
}

/* One mount while it is made. */
struct making
{
  struct rootfs *r;
  const struct plan_mount *m;
  const struct fs_kind *kind;
  int target;
  char *data;          /* NULL or options joined by commas */
  unsigned long flags; /* MS_*: without those that come later */
  const char *label;   /* context= */
};

static void
making_end (struct making *k)
{
  close_fd (&k->target);
  free_ptr (&k->data);
}

static bool
has_option (const char *data, const char *name)
{
  size_t n = strlen (name);
  for (const char *s = data; s; s = strchr (s, ',') ? strchr (s, ',') + 1 : NULL)
    if (strncmp (s, name, n) == 0 && (s[n] == '=' || s[n] == ',' || s[n] == '\0'))
      return true;
  return false;
}

/* DATA without option NAME; the caller frees it. */
static char *
without_option (const char *data, const char *name)
{
  struct text t = { 0 };
  size_t n = strlen (name);
  autofree char *copy = mem_strdup (data);
  char *save = NULL;
  for (char *s = strtok_r (copy, ",", &save); s; s = strtok_r (NULL, ",", &save))
    if (strncmp (s, name, n) != 0 || (s[n] != '=' && s[n] != '\0'))
      text_printf (&t, "%s%s", t.len ? "," : "", s);
  return t.s;
}

static int
prepare (struct making *k, struct error **err)
{
  const struct plan_mount *m = k->m;
  bool existed = false;
  k->target = mount_target_dir (k->r, m, k->kind->traits & PLAIN_TARGET, &existed, err);
  if (k->target < 0)
    return k->target;
  k->flags = m->flags & ~(unsigned long) MS_SILENT;
  if (m->late_ro)
    k->flags &= ~(unsigned long) MS_RDONLY;
  k->data = m->data && *m->data ? mem_strdup (m->data) : NULL;
  if ((k->kind->traits & MODE_OF_TARGET) && existed && ! has_option (k->data, "mode"))
    {
      struct stat st;
      if (fstat (k->target, &st) < 0)
        return fail_sys (err, errno, "look at the target");
      autofree char *rest = k->data;
      k->data = mem_printf ("mode=%04o%s%s", st.st_mode & 07777, rest ? "," : "", rest ? rest : "");
    }
  if (! (k->kind->traits & (NO_LABEL | LABEL_AFTER)))
    k->label = k->r->plan->mount_label;
  return 0;
}

/* mount(2), for what fsconfig does not take; then the new mount is looked up where it has to be. */
static int
make_attached (struct making *k, struct error **err)
{
  const struct plan_mount *m = k->m;
  const char *plain = k->data ? k->data : "";
  autofree char *data
      = k->label ? mem_printf ("%s%scontext=\"%s\"", plain, *plain ? "," : "", k->label) : mem_strdup (plain);
  struct stat before, after;
  int result = fstat (k->target, &before) < 0 ? -errno
                                              : mount_legacy (k->r, m->source, k->target, m->type, k->flags, data);
  if (result < 0)
    return fail_sys (err, -result, "mount %s", m->type);
  autoclose int fd = path_open (k->r->root, m->target, O_PATH | O_DIRECTORY, 0);
  if (fd < 0 || fstat (fd, &after) < 0)
    return fail_sys (err, fd < 0 ? -fd : errno, "open the new mount");
  if (before.st_dev == after.st_dev && before.st_ino == after.st_ino)
    return fail (err, ESTALE, "the target was moved away while it was mounted on");
  return TAKE_FD (fd);
}

static int
label_root (struct making *k, int fd, struct error **err)
{
  char path[FD_PATH_MAX];
  const char *label = k->r->plan->mount_label;
  if (! (k->kind->traits & LABEL_AFTER) || ! label)
    return 0;
  if (setxattr (path_of_fd (fd, path), "security.selinux", label, strlen (label), 0) < 0)
    return fail_sys (err, errno, "set label %s", label);
  return 0;
}

/* The contents, flags and place of new mount FD. ATTACHED: it is in its place already. */
static int
finish (struct making *k, int fd, bool attached, struct error **err)
{
  const struct plan_mount *m = k->m;
  TRY (label_root (k, fd, err));
  if (m->tmpcopyup)
    TRY_DOING (err, copy_up (k->target, fd, err), "tmpcopyup");
  autofree struct mount_change *changes = mem_alloc ((MOUNT_CHANGES_MAX + m->n_propagation) * sizeof *changes);
  size_t n = mount_changes_of (m, changes);
  if (! attached)
    TRY_DOING (err, mount_attach (k->r, fd, k->target, changes, n, err), "mount %s", m->type);
  for (size_t i = 0; attached && i < n; i++)
    {
      int result = mount_change (k->r, fd, &changes[i]);
      if (result < 0)
        return fail_sys (err, -result, "set mount flags");
    }
  return m->late_ro ? mount_read_only_later (k->r, m, fd, err) : 0;
}

/* The host's mount of the same kind with all that is mounted below. /sys is read-only all the way down, so that the
 * host's cgroups cannot be written to (CVE-2023-25809); /proc is what any process in the same pid namespace has. */
static int
bind_host (struct making *k, struct error **err)
{
  const char *source = k->kind->host;
  autoclose int tree = open_tree (AT_FDCWD, source, OPEN_TREE_CLONE | AT_RECURSIVE | OPEN_TREE_CLOEXEC);
  if (tree < 0)
    return fail_sys (err, errno, "bind %s", source);
  uint64_t set = mount_attrs (k->flags) | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
  if (k->kind->same == PLAN_NET)
    set |= MOUNT_ATTR_RDONLY;
  const struct mount_change change = { .set = set, .recursive = true };
  TRY_DOING (err, mount_attach (k->r, tree, k->target, &change, 1, err), "bind %s", source);
  return 0;
}

/* Make it detached; -EMSGSIZE, and an option that the newer interface does not know, are for mount(2). */
static int
make (struct making *k, struct error **err)
{
  const struct plan_mount *m = k->m;
  unsigned long flags = k->flags;
  autoclose int fd = -1;
  autoerror struct error *own = NULL;
  int result = mount_new (m->type, m->source, k->data, flags, k->label, &fd, &own);
  if (result == 0)
    return finish (k, fd, false, err);
  if (result == -EMSGSIZE || result == -EINVAL)
    {
      fd = make_attached (k, own ? NULL : err);
      if (fd >= 0)
        return finish (k, fd, true, err);
      if (! own)
        return fd;
    }
  return fail (err, -result, "%s", error_text (own));
}

int
mount_filesystem (struct rootfs *r, const struct plan_mount *m, struct error **err)
{
  __attribute__ ((cleanup (making_end))) struct making k
      = { .r = r, .m = m, .kind = kind_of (m->type), .target = -1 };
  TRY (prepare (&k, err));
  int result = make (&k, err);
  if (result == -EINVAL && streq (m->type, "devpts") && has_option (k.data, "gid"))
    {
      /* A gid that the user namespace does not map: terminals then have the group of who opens them. */
      autofree char *with = k.data;
      k.data = without_option (with, "gid");
      result = make (&k, err);
    }
  if (result != -EPERM)
    return result;
  if (k.kind->host && r->in_userns && r->plan->ns[k.kind->same].mode == NS_HOST)
    return bind_host (&k, err);
  return k.kind->refused ? fail (err, EPERM, "mount %s: %s: %s", m->type, strerror (EPERM), k.kind->refused) : result;
}
