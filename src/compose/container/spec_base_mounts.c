/* spec_base_mounts.c - what every container has mounted, the order of all mounts, and paths as written made plain.
 * Looks at nothing of the host but whether a place is there that a session takes from it. */

#include "bundle_parts.h"
#include "errors.h"

/* OPTIONS for a privileged container where they differ. */
static const struct
{
  const char *destination, *type, *source, *options, *privileged;
} base[] = {
  { "/proc", "proc", "proc", "nosuid,noexec,nodev", NULL },
  { "/dev", "tmpfs", "tmpfs", "nosuid,strictatime,mode=755,size=65536k", NULL },
  { "/sys", "sysfs", "sysfs", "nosuid,noexec,nodev,ro", "nosuid,noexec,nodev" },
  { "/dev/pts", "devpts", "devpts", "nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5", NULL },
  { "/dev/mqueue", "mqueue", "mqueue", "nosuid,noexec,nodev", NULL },
  { "/sys/fs/cgroup", "cgroup", "cgroup", "nosuid,noexec,nodev,relatime,ro", "nosuid,noexec,nodev,relatime" },
};

static void
add_options (struct making *m, struct oci_mount *mount, const char *options)
{
  for (const char *p = options; p && *p;)
    {
      size_t n = strcspn (p, ",");
      if (n)
        strings_add (m->arena, &mount->options, make_printf (m->arena, "%.*s", (int) n, p));
      p += n + (p[n] == ',');
    }
}

struct oci_mount *
mount_find (const struct making *m, const char *destination)
{
  for (size_t i = 0; i < m->config->mounts.n; i++)
    if (streq (m->config->mounts.v[i].destination, destination))
      return &m->config->mounts.v[i];
  return NULL;
}

struct oci_mount *
mount_add (struct making *m, const char *type, const char *source, const char *destination, const char *options)
{
  /* Who says it later has it: a service's own /dev/shm instead of ours. */
  struct oci_mount *mount = mount_find (m, destination);
  if (! mount)
    mount = LIST_ADD (m->arena, &m->config->mounts);
  *mount = (struct oci_mount) { .type = type,
                                .source = make_string (m->arena, source),
                                .destination = make_string (m->arena, destination) };
  add_options (m, mount, options);
  return mount;
}

char *
clean_path (struct arena *a, const char *path)
{
  char *clean = mem_arena (a, strlen (path) + 2);
  size_t n = 0;
  for (const char *p = path; *p;)
    {
      size_t length = strcspn (p, "/");
      bool up = length == 2 && p[0] == '.' && p[1] == '.';
      if (up)
        while (n && clean[--n] != '/')
          ;
      else if (length && ! (length == 1 && *p == '.'))
        {
          clean[n++] = '/';
          memcpy (clean + n, p, length);
          n += length;
        }
      p += length + (p[length] == '/');
    }
  if (n == 0)
    clean[n++] = '/';
  clean[n] = '\0';
  return clean;
}

static void
add_etc_files (struct making *m)
{
  static const char *const names[] = { "hosts", "hostname", "resolv.conf" };
  const char *options = root_read_only (m) ? "rbind,rprivate,ro" : "rbind,rprivate";
  for (size_t i = 0; i < ARRAY_LEN (names); i++)
    mount_add (m, "bind", make_printf (m->arena, "%s/%s", m->record->bundle, names[i]),
               make_printf (m->arena, "/etc/%s", names[i]), options);
}

/* A sysfs can be mounted only by who owns its network namespace, an mqueue by who owns its ipc namespace. */
static bool
is_hosts (const struct making *m, const char *type)
{
  const char *mode = streq (type, "sysfs") ? m->record->network_mode : streq (type, "mqueue") ? m->service->ipc : NULL;
  return m->settings->rootless && mode && streq (mode, "host");
}

static void
add_base (struct making *m)
{
  for (size_t i = 0; i < ARRAY_LEN (base); i++)
    {
      const char *place = base[i].destination;
      const char *options = m->privileged && base[i].privileged ? base[i].privileged : base[i].options;
      if (! is_hosts (m, base[i].type))
        mount_add (m, base[i].type, base[i].source, place, options);
      else if (access (place, F_OK) == 0)
        mount_add (m, "bind", place, place, make_printf (m->arena, "rbind,rprivate,%s", options));
    }
}

int
spec_base_mounts (struct making *m, struct error **err)
{
  add_base (m);
  add_etc_files (m);
  return spec_shm (m, err);
}

static size_t
depth (const char *path)
{
  size_t n = 0;
  for (; *path; path++)
    n += *path == '/' && path[1];
  return n;
}

/* What lies deeper is mounted later, otherwise as written. */
int
spec_mount_order (struct making *m, struct error **err)
{
  (void) err;
  struct oci_mount *v = m->config->mounts.v;
  for (size_t i = 1; i < m->config->mounts.n; i++)
    for (size_t k = i; k && depth (v[k - 1].destination) > depth (v[k].destination); k--)
      {
        struct oci_mount other = v[k];
        v[k] = v[k - 1];
        v[k - 1] = other;
      }
  return 0;
}
