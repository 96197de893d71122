/* spec_devices.c - devices, device_cgroup_rules and privileged -> device nodes and rules. Looks at the host's /dev. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "bundle_parts.h"
#include "errors.h"

static struct oci_device_rule *
add_rule (struct making *m, bool allow, const char *type, const char *access)
{
  struct oci_device_rule *r = LIST_ADD (m->arena, &m->config->linux_->resources->devices);
  *r = (struct oci_device_rule) { .allow = flag_is (allow), .type = type, .access = make_string (m->arena, access) };
  return r;
}

/* The node PATH as TARGET, with a rule unless ACCESS is NULL. */
static void
add_node (struct making *m, const struct stat *st, const char *target, const char *access)
{
  const char *type = S_ISBLK (st->st_mode) ? "b" : "c";
  *LIST_ADD (m->arena, &m->config->linux_->devices) = (struct oci_device) {
    .type = type,
    .path = make_string (m->arena, target),
    .major = int_is (major (st->st_rdev)),
    .minor = int_is (minor (st->st_rdev)),
    .file_mode = int_is (st->st_mode & 07777),
    .uid = int_is (st->st_uid),
    .gid = int_is (st->st_gid),
  };
  if (! access)
    return;
  struct oci_device_rule *r = add_rule (m, true, type, access);
  r->major = int_is (major (st->st_rdev));
  r->minor = int_is (minor (st->st_rdev));
}

static bool
is_device (const struct stat *st)
{
  return S_ISCHR (st->st_mode) || S_ISBLK (st->st_mode);
}

/* What the container has of its own below /dev, or what would be the host's in a place of its own. */
static bool
is_own (const char *name)
{
  static const char *const names[] = {
    "pts", "shm", "fd", "mqueue", "console", "ptmx", "null", "zero", "full", "random", "urandom", "tty", "stdin",
    "stdout", "stderr",
    "lxc", "lxd-fuse", ".udev", ".lxc", ".lxd", "hugepages",
  };
  for (size_t i = 0; i < ARRAY_LEN (names); i++)
    if (streq (name, names[i]))
      return true;
  return false;
}

/* Every node below DIRECTORY, not following links; ACCESS as for add_node(). */
static void
add_tree (struct making *m, const char *directory, const char *target, const char *access, int levels)
{
  autodir DIR *d = opendir (directory);
  struct dirent *e;
  while (d && (e = readdir (d)))
    {
      struct stat st;
      if (e->d_name[0] == '.' || is_own (e->d_name) || fstatat (dirfd (d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        continue;
      autofree char *from = mem_printf ("%s/%s", directory, e->d_name);
      autofree char *to = mem_printf ("%s/%s", target, e->d_name);
      if (is_device (&st))
        add_node (m, &st, to, access);
      else if (S_ISDIR (st.st_mode) && levels > 0)
        add_tree (m, from, to, access, levels - 1);
    }
}

static int
add_device (struct making *m, const struct compose_Device *d, struct error **err)
{
  enum { LEVELS = 8 };
  struct stat st;
  const char *access = d->permissions && *d->permissions ? d->permissions : "rwm";
  if (access[strspn (access, "rwm")])
    return fail (err, E_COMPOSE_FILE, "permissions '%s': r, w and m are expected", access);
  if (! d->source || *d->source != '/')
    return fail (err, E_ENFORCEMENT, "'%s': a path below /dev is expected (CDI names are not supported)",
                 d->source ? d->source : "");
  if (stat (d->source, &st) < 0)
    return fail_sys (err, errno, "%s", d->source);
  const char *target = clean_path (m->arena, d->target && *d->target ? d->target : d->source);
  if (S_ISDIR (st.st_mode))
    add_tree (m, d->source, target, access, LEVELS);
  else if (is_device (&st) && m->settings->rootless && ! streq (target, d->source))
    /* No node can be made, and the runtime puts the host's in its place by its name. */
    mount_add (m, "bind", d->source, target, "bind,rprivate,nosuid,noexec");
  else if (is_device (&st))
    add_node (m, &st, target, access);
  else
    return fail (err, E_COMPOSE_FILE, "%s: not a device", d->source);
  return 0;
}

/* "c 1:3 rwm", "b *:* m" */
static int
add_cgroup_rule (struct making *m, const char *text, struct error **err)
{
  char type[2], major_text[12], minor_text[12], access[4];
  int end = 0;
  if (sscanf (text, "%1[abc] %11[0-9*]:%11[0-9*] %3[rwm]%n", type, major_text, minor_text, access, &end) != 4
      || text[end])
    return fail (err, E_COMPOSE_FILE, "'%s': \"c 1:3 rwm\" is the form", text);
  struct oci_device_rule *r = add_rule (m, true, make_string (m->arena, type), access);
  if (*major_text != '*')
    r->major = int_is (atoll (major_text));
  if (*minor_text != '*')
    r->minor = int_is (atoll (minor_text));
  return 0;
}

int
spec_devices (struct making *m, struct error **err)
{
  enum { LEVELS = 3 };
  const struct compose_Service *s = m->service;
  if (m->privileged)
    {
      add_rule (m, true, "a", "rwm");
      add_tree (m, "/dev", "/dev", NULL, LEVELS);
    }
  else
    add_rule (m, false, NULL, "rwm");
  for (size_t i = 0; i < s->devices.n; i++)
    TRY_DOING (err, add_device (m, &s->devices.v[i], err), "devices[%zu]", i);
  for (size_t i = 0; i < s->device_cgroup_rules.n; i++)
    TRY_DOING (err, add_cgroup_rule (m, s->device_cgroup_rules.v[i], err), "device_cgroup_rules[%zu]", i);
  return 0;
}
