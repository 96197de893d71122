/* spec_namespaces.c - which namespaces the container has of its own, shares with the host or with another container.
 * Another container's are named by /proc/PID when it is started (refresh.c): its process is another one each time. */
#include <limits.h>
#include <sys/vfs.h>

#include <linux/magic.h>

#include "bundle_parts.h"
#include "container.h"
#include "errors.h"

static int
find_one (struct making *m, const struct container_filter *f, const char *mode, const char **ret_id, struct error **err)
{
  autocontainers struct containers found = { 0 };
  TRY (containers_list (m->settings, f, &found, err));
  if (found.n == 0)
    return fail (err, E_NOT_FOUND, "'%s': it has no container yet", mode);
  *ret_id = make_string (m->arena, found.v[0].record->id);
  return 0;
}

int
joined_container (struct making *m, const char *mode, const char **ret_id, struct error **err)
{
  const char *service = after_prefix (mode, "service:"), *container = after_prefix (mode, "container:");
  if (service && ! m->in->project)
    return fail (err, E_COMPOSE_FILE, "'%s': there is no project", mode);
  if (service)
    {
      const struct container_filter f = { .project = m->in->project->name, .service = service, .oneoff = -1 };
      return find_one (m, &f, mode, ret_id, err);
    }
  if (! container || ! *container)
    return fail (err, E_COMPOSE_FILE, "'%s': \"host\", \"service:NAME\" or \"container:NAME\" are expected", mode);
  const struct container_filter f = { .id_or_name = container };
  return find_one (m, &f, mode, ret_id, err);
}

int
network_mode_of (struct making *m, const char **ret, struct error **err)
{
  if (m->record->network_mode)
    {
      *ret = m->record->network_mode;
      return 0;
    }
  const char *mode = m->service->network_mode, *id;
  if (m->service->perry && flag_on (m->service->perry->no_network))
    mode = "none";
  if (! mode || streq (mode, "bridge") || streq (mode, "default"))
    *ret = "bridge";
  else if (streq (mode, "none") || streq (mode, "host"))
    *ret = mode;
  else
    {
      TRY_DOING (err, joined_container (m, mode, &id, err), "network_mode");
      *ret = make_printf (m->arena, "container:%s", id);
    }
  m->record->network_mode = *ret;
  return 0;
}

static void
add (struct making *m, const char *type, const char *path)
{
  *LIST_ADD (m->arena, &m->config->linux_->namespaces) = (struct oci_namespace) { .type = type, .path = path };
}

/* MODE is the attribute's value: NULL and PRIVATE ones mean a namespace of the container's own. */
static int
add_mode (struct making *m, const char *type, const char *mode, const char *const *private, struct error **err)
{
  if (mode && streq (mode, "host"))
    return 0;
  for (; mode && *private; private++)
    if (streq (mode, *private))
      mode = NULL;
  add (m, type, NULL);
  if (! mode)
    return 0;
  const char *id;
  TRY (joined_container (m, mode, &id, err));
  map_set (m->arena, &m->joined, type, id);
  return 0;
}

static bool
is_unified (void)
{
  struct statfs fs;
  return statfs ("/sys/fs/cgroup", &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC;
}

/* What goes to sethostname(2) and into /etc/hosts. */
static int
check_host_name (const char *attribute, const char *name, struct error **err)
{
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  if (! name || (*name && ! name[strspn (name, letters)] && strlen (name) <= HOST_NAME_MAX))
    return 0;
  return fail (err, E_COMPOSE_FILE, "%s '%s': at most %d letters, digits, '.', '-' and '_'", attribute, name,
               HOST_NAME_MAX);
}

static int
set_names (struct making *m, struct error **err)
{
  const struct compose_Service *s = m->service;
  TRY (check_host_name ("hostname", s->hostname, err));
  TRY (check_host_name ("domainname", s->domainname, err));
  m->config->hostname = s->hostname ? make_string (m->arena, s->hostname) : make_printf (m->arena, "%.12s", m->id);
  m->config->domainname = make_string (m->arena, s->domainname);
  if (! environment_get (&m->config->process->env, "HOSTNAME"))
    environment_set (m->arena, &m->config->process->env, "HOSTNAME", m->config->hostname);
  return 0;
}

int
spec_namespaces (struct making *m, struct error **err)
{
  static const char *const none[] = { "", "private", NULL };
  static const char *const ipc[] = { "", "private", "shareable", "none", NULL };
  const struct compose_Service *s = m->service;
  const char *network;
  TRY (network_mode_of (m, &network, err));
  add (m, "mount", NULL);
  /* The runtime is the monitor's child and so in the network namespace already. */
  if (! streq (network, "host"))
    add (m, "network", "/proc/self/ns/net");
  TRY_DOING (err, add_mode (m, "pid", s->pid, none, err), "pid");
  TRY_DOING (err, add_mode (m, "ipc", s->ipc, ipc, err), "ipc");
  TRY_DOING (err, add_mode (m, "uts", s->uts, none, err), "uts");
  /* On v1 a cgroup namespace hides nothing that matters, and some programs stumble over it. */
  if (s->cgroup ? ! streq (s->cgroup, "host") : is_unified ())
    add (m, "cgroup", NULL);
  /* Without a namespace of its own the container has the host's name. */
  return s->uts && streq (s->uts, "host") ? 0 : set_names (m, err);
}
