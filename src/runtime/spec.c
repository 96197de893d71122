/* spec.c - owns the configuration that `spec` writes: a shell in ./rootfs, confined as most programs can stand it.
 * Runs in the runtime's own namespaces; writes one file. */
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "cgroup/cgroup.h"
#include "container.h"
#include "fs.h"
#include "ocispec.h"
#include "state.h"

#define STRINGS(...)                                                                                   \
  {                                                                                                    \
    .n = ARRAY_LEN (((const char *[]) { __VA_ARGS__ })), .v = (const char *[]) { __VA_ARGS__ }, .set = true \
  }

static struct oci_mount mounts[] = {
  { .destination = "/proc", .type = "proc", .source = "proc" },
  { .destination = "/dev", .type = "tmpfs", .source = "tmpfs",
    .options = STRINGS ("nosuid", "strictatime", "mode=755", "size=65536k") },
  { .destination = "/dev/pts", .type = "devpts", .source = "devpts",
    .options = STRINGS ("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5") },
  { .destination = "/dev/shm", .type = "tmpfs", .source = "shm",
    .options = STRINGS ("nosuid", "noexec", "nodev", "mode=1777", "size=65536k") },
  { .destination = "/dev/mqueue", .type = "mqueue", .source = "mqueue",
    .options = STRINGS ("nosuid", "noexec", "nodev") },
  { .destination = "/sys", .type = "sysfs", .source = "sysfs",
    .options = STRINGS ("nosuid", "noexec", "nodev", "ro") },
  { .destination = "/sys/fs/cgroup", .type = "cgroup", .source = "cgroup",
    .options = STRINGS ("nosuid", "noexec", "nodev", "relatime", "ro") },
};

/* A sysfs can be mounted only by who owns its network namespace, which a user without privileges keeps sharing: the
 * host's is bound, read-only all the way down (kernel 5.12), since a part of the cgroup tree below may be the user's
 * (CVE-2023-25809). */
static const struct oci_mount rootless_sys[] = {
  { .destination = "/sys",
    .type = "none",
    .source = "/sys",
    .options = STRINGS ("rbind", "nosuid", "noexec", "nodev", "ro") },
  { .destination = "/sys",
    .type = "none",
    .source = "/sys",
    .options = STRINGS ("rbind", "nosuid", "noexec", "nodev", "rro") },
};

static bool
has_recursive_attributes (void)
{
  return ! (mount_setattr (-1, "", 0, NULL, 0) < 0 && errno == ENOSYS);
}

/* The namespaces, and when they are asked for. */
static const struct
{
  const char *type;
  bool with_root, rootless, v2_only;
} namespaces[] = {
  { "pid", true, true, false },
  { "network", true, false, false },
  { "ipc", true, true, false },
  { "uts", true, true, false },
  { "mount", true, true, false },
  { "user", false, true, false },
  /* On v1 a cgroup namespace hides nothing that matters and some programs stumble over it. */
  { "cgroup", true, true, true },
};

static const struct oci_strings masked_paths
  = STRINGS ("/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
             "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware",
             "/sys/devices/virtual/powercap");
static const struct oci_strings readonly_paths
  = STRINGS ("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

/* No inheritable capabilities (CVE-2022-29162), and so no ambient ones, which presuppose them. */
#define KEPT_CAPABILITIES STRINGS ("CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE")
static struct oci_capabilities capabilities
  = { .bounding = KEPT_CAPABILITIES, .effective = KEPT_CAPABILITIES, .permitted = KEPT_CAPABILITIES };
static struct oci_user user = { .uid = { 0, true }, .gid = { 0, true } };
static struct oci_rlimit rlimits[] = { { .type = "RLIMIT_NOFILE", .hard = { 1024, true }, .soft = { 1024, true } } };
static struct oci_process process = {
  .terminal = { true, true },
  .user = &user,
  .args = STRINGS ("sh"),
  .env = STRINGS ("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"),
  .cwd = "/",
  .capabilities = &capabilities,
  .rlimits = { .n = ARRAY_LEN (rlimits), .v = rlimits, .set = true },
  .no_new_privileges = { true, true },
};
static struct oci_root root = { .path = "rootfs", .readonly = { true, true } };
static struct oci_device_rule no_devices[] = { { .allow = { false, true }, .access = "rwm" } };
static struct oci_resources resources = { .devices = { .n = ARRAY_LEN (no_devices), .v = no_devices, .set = true } };

/* What differs between configurations, with room for the longest. */
struct variant
{
  struct oci_namespace namespaces[ARRAY_LEN (namespaces)];
  struct oci_mount mounts[ARRAY_LEN (mounts)];
  const char *options[ARRAY_LEN (mounts)][8];
  struct oci_id_mapping uid, gid;
  struct oci_linux_container linux_;
};

static void
add_namespaces (struct variant *v, bool rootless, bool unified)
{
  for (size_t i = 0; i < ARRAY_LEN (namespaces); i++)
    if ((rootless ? namespaces[i].rootless : namespaces[i].with_root) && (unified || ! namespaces[i].v2_only))
      v->namespaces[v->linux_.namespaces.n++] = (struct oci_namespace) { .type = namespaces[i].type };
  v->linux_.namespaces.v = v->namespaces;
  v->linux_.namespaces.set = true;
}

/* Without options that name an id: only one id is mapped. */
static void
drop_id_options (struct oci_mount *m, const char **room)
{
  size_t n = 0;
  for (size_t i = 0; i < m->options.n; i++)
    if (! after_prefix (m->options.v[i], "uid=") && ! after_prefix (m->options.v[i], "gid="))
      room[n++] = m->options.v[i];
  m->options.v = room;
  m->options.n = n;
}

static size_t
rootless_mounts (struct variant *v)
{
  const struct oci_mount *sys = &rootless_sys[has_recursive_attributes ()];
  size_t n = 0;
  for (size_t i = 0; i < ARRAY_LEN (mounts); i++)
    {
      if (after_prefix (mounts[i].destination, "/sys/"))
        continue;
      v->mounts[n] = streq (mounts[i].destination, "/sys") ? *sys : mounts[i];
      drop_id_options (&v->mounts[n], v->options[n]);
      n++;
    }
  return n;
}

static struct oci_id_mapping
map_to_root (uint32_t id)
{
  return (struct oci_id_mapping) { .container_id = { 0, true }, .host_id = { id, true }, .size = { 1, true } };
}

static char *
make_document (bool rootless)
{
  struct variant v = { .uid = map_to_root (geteuid ()), .gid = map_to_root (getegid ()) };
  struct oci_config config = { .oci_version = OCI_SPEC_VERSION, .process = &process, .root = &root,
                               .hostname = "perry", .linux_ = &v.linux_ };
  v.linux_.masked_paths = masked_paths;
  v.linux_.readonly_paths = readonly_paths;
  add_namespaces (&v, rootless, cgroup_mode () == CGROUP_UNIFIED);
  config.mounts.set = true;
  config.mounts.v = rootless ? v.mounts : mounts;
  config.mounts.n = rootless ? rootless_mounts (&v) : ARRAY_LEN (mounts);
  if (rootless)
    {
      v.linux_.uid_mappings.v = &v.uid;
      v.linux_.gid_mappings.v = &v.gid;
      v.linux_.uid_mappings.n = v.linux_.gid_mappings.n = 1;
      v.linux_.uid_mappings.set = v.linux_.gid_mappings.set = true;
    }
  else
    v.linux_.resources = &resources;
  return oci_emit (&oci_config_schema, &config, "\t");
}

int
spec_write (const char *dir, const char *file, bool rootless, struct error **err)
{
  const char *name = file ? file : CONFIG_FILE;
  autofree char *text = make_document (rootless);
  if (! text)
    out_of_memory ();
  if (streq (name, "-"))
    return puts (text) < 0 ? fail_sys (err, errno, "standard output") : 0;

  autoclose int dirfd = open (dir ? dir : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (dirfd < 0)
    return fail_sys (err, errno, "bundle %s", dir ? dir : ".");
  autoclose int fd = openat (dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0 && errno == EEXIST)
    return fail (err, EEXIST, "File %s exists. Remove it first", name);
  if (fd < 0)
    return fail_sys (err, errno, "write %s", name);
  int r = fs_write_all (fd, text, strlen (text));
  if (r == 0)
    r = fs_write_all (fd, "\n", 1);
  if (r == 0)
    return 0;
  unlinkat (dirfd, name, 0);
  return fail_sys (err, -r, "write %s", name);
}
