/* spec_security.c - security_opt, x-perry.seccomp, read_only -> masked paths, no-new-privileges, profile and labels.
 * An option that is not known is an error: who writes one means to be safer by it. Reads a profile's file. */
#include <fcntl.h>
#include <sys/stat.h>

#include "bundle_parts.h"
#include "errors.h"
#include "fs.h"
#include "seccomp_default.h"
#include "seccomp_profile.h"

enum { PROFILE_LIMIT = 4 << 20 };

static const char *const masked[] = {
  "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
  "/proc/timer_list", "/proc/timer_stats",
  "/proc/sched_debug", "/proc/scsi", "/sys/firmware", "/sys/devices/virtual/powercap",
};
static const char *const read_only[] = { "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger" };

bool
root_read_only (const struct making *m)
{
  const struct compose_ServiceExtension *perry = m->service->perry;
  return flag_on (m->service->read_only) || (perry && flag_on (perry->read_only_root));
}

static int
set_no_new_privileges (struct making *m, const char *value, struct error **err)
{
  bool on = ! value || streq (value, "true");
  if (value && ! on && ! streq (value, "false"))
    return fail (err, E_COMPOSE_FILE, "\"true\" or \"false\" is expected");
  m->config->process->no_new_privileges = flag_is (on);
  return 0;
}

static int
set_apparmor (struct making *m, const char *value, struct error **err)
{
  if (! value || ! *value)
    return fail (err, E_COMPOSE_FILE, "a profile's name is expected");
  /* Whether a container may run without what the kernel does not have was decided when the file was loaded. */
  if (access ("/sys/kernel/security/apparmor/profiles", F_OK) == 0 && ! streq (value, "unconfined"))
    m->config->process->apparmor_profile = make_string (m->arena, value);
  return 0;
}

static int
set_label (struct making *m, const char *value, struct error **err)
{
  if ((value && streq (value, "disable")) || access ("/sys/fs/selinux/enforce", F_OK) < 0)
    return 0;
  static const char *const parts[] = { "user:", "role:", "type:", "level:" };
  static const char *const standard[] = { "system_u", "system_r", "container_t", "s0" };
  for (size_t i = 0; value && i < ARRAY_LEN (parts); i++)
    {
      const char *given = after_prefix (value, parts[i]);
      if (! given)
        continue;
      const char *part[ARRAY_LEN (parts)];
      memcpy (part, standard, sizeof part);
      part[i] = given;
      m->config->process->selinux_label = make_printf (m->arena, "%s:%s:%s:%s", part[0], part[1], part[2], part[3]);
      m->config->linux_->mount_label = make_printf (m->arena, "system_u:object_r:container_file_t:%s", part[3]);
      return 0;
    }
  return fail (err, E_COMPOSE_FILE, "\"user:\", \"role:\", \"type:\", \"level:\" or \"disable\" is expected");
}

static int
set_systempaths (struct making *m, const char *value, struct error **err)
{
  if (! value || ! streq (value, "unconfined"))
    return fail (err, E_COMPOSE_FILE, "\"unconfined\" is expected");
  m->config->linux_->masked_paths = (struct oci_strings) { .set = true };
  m->config->linux_->readonly_paths = (struct oci_strings) { .set = true };
  return 0;
}

/* "/a:/b" */
static int
set_mask (struct making *m, const char *value, struct error **err)
{
  for (const char *p = value; p && *p;)
    {
      size_t n = strcspn (p, ":");
      if (*p != '/')
        return fail (err, E_COMPOSE_FILE, "'%s': absolute paths are expected", value);
      strings_add (m->arena, &m->config->linux_->masked_paths, make_printf (m->arena, "%.*s", (int) n, p));
      p += n + (p[n] == ':');
    }
  return 0;
}

static void
take_away (struct oci_strings *l, const char *path, size_t n)
{
  size_t kept = 0;
  for (size_t i = 0; i < l->n; i++)
    if (strncmp (l->v[i], path, n) != 0 || l->v[i][n])
      l->v[kept++] = l->v[i];
  l->n = kept;
}

static int
set_unmask (struct making *m, const char *value, struct error **err)
{
  if (value && streq (value, "ALL"))
    return set_systempaths (m, "unconfined", err);
  for (const char *p = value; p && *p;)
    {
      size_t n = strcspn (p, ":");
      take_away (&m->config->linux_->masked_paths, p, n);
      take_away (&m->config->linux_->readonly_paths, p, n);
      p += n + (p[n] == ':');
    }
  return 0;
}

/* The default profile depends on the capabilities: it is made, or read, by spec_seccomp. */
static int
set_seccomp (struct making *m, const char *value, struct error **err)
{
  if (! value || ! *value)
    return fail (err, E_COMPOSE_FILE, "a file, \"default\" or \"unconfined\" is expected");
  m->seccomp = make_string (m->arena, value);
  return 0;
}

static const struct
{
  const char *name;
  int (*set) (struct making *m, const char *value, struct error **err);
} options[] = {
  { "no-new-privileges", set_no_new_privileges },
  { "seccomp", set_seccomp },
  { "apparmor", set_apparmor },
  { "label", set_label },
  { "systempaths", set_systempaths },
  { "mask", set_mask },
  { "unmask", set_unmask },
};

static int
set_option (struct making *m, const char *text, struct error **err)
{
  size_t n = strcspn (text, "=:");
  for (size_t i = 0; i < ARRAY_LEN (options); i++)
    if (strlen (options[i].name) == n && memcmp (text, options[i].name, n) == 0)
      {
        TRY_DOING (err, options[i].set (m, text[n] ? text + n + 1 : NULL, err), "%s", options[i].name);
        return 0;
      }
  return fail (err, E_ENFORCEMENT, "'%s': there is no such option", text);
}

int
spec_security (struct making *m, struct error **err)
{
  struct oci_linux_container *l = m->config->linux_;
  l->masked_paths.set = l->readonly_paths.set = true;
  for (size_t i = 0; ! m->privileged && i < ARRAY_LEN (masked); i++)
    strings_add (m->arena, &l->masked_paths, masked[i]);
  for (size_t i = 0; ! m->privileged && i < ARRAY_LEN (read_only); i++)
    strings_add (m->arena, &l->readonly_paths, read_only[i]);
  for (size_t i = 0; i < m->service->security_opt.n; i++)
    TRY_DOING (err, set_option (m, m->service->security_opt.v[i], err), "security_opt[%zu]", i);
  return 0;
}

static int
read_profile (struct making *m, const char *path, struct error **err)
{
  const char *directory = *path != '/' && m->in->project ? m->in->project->directory : NULL;
  autofree char *full = directory ? mem_printf ("%s/%s", directory, path) : mem_strdup (path);
  autofree char *text = NULL;
  size_t n = 0;
  TRY (fs_read_regular (AT_FDCWD, full, PROFILE_LIMIT, &text, &n, err));
  return seccomp_profile (m->arena, full, text, n, &m->config->process->capabilities->bounding,
                          &m->config->linux_->seccomp, err);
}

int
spec_seccomp (struct making *m, struct error **err)
{
  const struct compose_ServiceExtension *perry = m->service->perry;
  const char *profile = m->seccomp ? m->seccomp : m->privileged ? "unconfined" : "default";
  if (perry && flag_on (perry->seccomp) && streq (profile, "unconfined"))
    return fail (err, E_POLICY, "x-perry.seccomp: a seccomp profile is asked for, but the service is %s",
                 m->seccomp ? "unconfined" : "privileged");
  if (streq (profile, "unconfined"))
    return 0;
  if (! streq (profile, "default") && ! streq (profile, "builtin"))
    {
      TRY_DOING (err, read_profile (m, profile, err), "security_opt: seccomp");
      return 0;
    }
  m->config->linux_->seccomp = seccomp_default (m->arena, &m->config->process->capabilities->bounding);
  return 0;
}

/* Which prefixes are of a namespace, and of which one. */
static const struct
{
  const char *prefix, *namespace;
} sysctls[] = {
  { "net.", "network" },     { "fs.mqueue.", "ipc" },  { "kernel.msg", "ipc" }, { "kernel.sem", "ipc" },
  { "kernel.shm", "ipc" },   { "kernel.hostname", "uts" }, { "kernel.domainname", "uts" },
};

static bool
has_namespace (const struct making *m, const char *type)
{
  for (size_t i = 0; i < m->config->linux_->namespaces.n; i++)
    if (streq (m->config->linux_->namespaces.v[i].type, type))
      return true;
  return false;
}

/* As docker has it: who is not root may bind port 80 of his own network, and ping. */
static void
set_network_defaults (struct making *m)
{
  static const struct { const char *name, *value; } defaults[] = {
    { "net.ipv4.ip_unprivileged_port_start", "0" },
    { "net.ipv4.ping_group_range", "0 2147483647" },
  };
  const char *mode = m->record->network_mode;
  bool own = streq (mode, "bridge") || streq (mode, "none");
  /* A user namespace may lack the groups. */
  for (size_t i = 0; own && ! m->settings->rootless && i < ARRAY_LEN (defaults); i++)
    if (! map_get (&m->record->sysctls, defaults[i].name))
      map_set (m->arena, &m->record->sysctls, defaults[i].name, defaults[i].value);
}

int
spec_sysctls (struct making *m, struct error **err)
{
  for (size_t i = 0; i < m->service->sysctls.n; i++)
    {
      const char *name = m->service->sysctls.keys[i];
      size_t k = 0;
      while (k < ARRAY_LEN (sysctls) && ! after_prefix (name, sysctls[k].prefix))
        k++;
      if (k == ARRAY_LEN (sysctls))
        return fail (err, E_ENFORCEMENT, "sysctls.%s: it is the host's: no namespace has its own", name);
      if (! has_namespace (m, sysctls[k].namespace))
        return fail (err, E_ENFORCEMENT, "sysctls.%s: the service shares the host's %s namespace", name,
                     sysctls[k].namespace);
      /* The network namespace is there before the OCI runtime is, which would take it for the host's. */
      bool network = streq (sysctls[k].namespace, "network");
      if (network && after_prefix (m->record->network_mode, "container:"))
        return fail (err, E_ENFORCEMENT, "sysctls.%s: set it where the network is: %s", name, m->service->network_mode);
      map_set (m->arena, network ? &m->record->sysctls : &m->config->linux_->sysctl, name, m->service->sysctls.v[i]);
    }
  set_network_defaults (m);
  return 0;
}
