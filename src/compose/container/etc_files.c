/* etc_files.c - /etc/hosts, /etc/hostname and /etc/resolv.conf of a container: files of its directory, bound into it.
 * */
#include <fcntl.h>
#include <sys/stat.h>

#include "bundle_parts.h"
#include "container.h"
#include "errors.h"
#include "fs.h"
#include "net.h"

enum { FILE_LIMIT = 1 << 20 };

static int
write_file (struct making *m, const char *name, const char *text, struct error **err)
{
  autoclose int fd = openat (m->dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  int r = fd < 0 ? -errno : fchmod (fd, 0644) < 0 ? -errno : fs_write_all (fd, text, strlen (text));
  return r < 0 ? fail_sys (err, -r, "write %s/%s", m->dir, name) : 0;
}

/* The first network's gateway is the host as the container sees it. */
static int
host_gateway (struct making *m, char **ret, struct error **err)
{
  if (m->record->networks.n == 0)
    *ret = mem_strdup ("127.0.0.1");
  for (size_t i = 0; i < m->record->networks.n && ! *ret; i++)
    TRY (network_gateway (m->settings, m->record->networks.v[i].network, ret, err));
  if (! *ret)
    return fail (err, E_COMPOSE_FILE, "host-gateway: the service has internal networks only");
  return 0;
}

static int
add_extra_host (struct making *m, const char *entry, struct text *t, struct error **err)
{
  const char *equals = strpbrk (entry, "=:");
  if (! equals || equals == entry || ! equals[1])
    return fail (err, E_COMPOSE_FILE, "'%s': \"name=address\" is expected", entry);
  autofree char *address = NULL;
  if (streq (equals + 1, "host-gateway"))
    TRY (host_gateway (m, &address, err));
  else
    address = mem_strdup (equals + 1);
  size_t n = strlen (address);
  if (*address == '[' && address[n - 1] == ']') /* an IPv6 address may be in brackets */
    text_printf (t, "%.*s\t%.*s\n", (int) n - 2, address + 1, (int) (equals - entry), entry);
  else
    text_printf (t, "%s\t%.*s\n", address, (int) (equals - entry), entry);
  return 0;
}

static void
add_own_address (struct making *m, const char *address, struct text *t)
{
  const char *host = m->config->hostname, *domain = m->config->domainname;
  if (domain)
    text_printf (t, "%s\t%s.%s %s\n", address, host, domain, host);
  else
    text_printf (t, "%s\t%s\n", address, host);
}

static void
add_own_addresses (struct making *m, struct text *t)
{
  if (! m->config->hostname)
    return;
  for (size_t i = 0; i < m->record->networks.n; i++)
    for (size_t k = 0; k < m->record->networks.v[i].addresses.n; k++)
      add_own_address (m, m->record->networks.v[i].addresses.v[k], t);
  if (m->record->networks.n == 0)
    add_own_address (m, "127.0.0.1", t);
}

/* "service:alias": the address that the other's first container has on a network of ours. A name of its own, or of
 * the service, is the networks' DNS servers' to tell. */
static int
add_link (struct making *m, const char *link, struct text *t, struct error **err)
{
  const char *colon = strchr (link, ':');
  if (! colon || ! m->in->project)
    return 0;
  autofree char *service = mem_strndup (link, (size_t) (colon - link));
  const struct container_filter f = { .project = m->in->project->name, .service = service, .oneoff = -1 };
  autocontainers struct containers found = { 0 };
  TRY (containers_list (m->settings, &f, &found, err));
  for (size_t i = 0; found.n && i < found.v[0].record->networks.n; i++)
    for (size_t k = 0; k < m->record->networks.n; k++)
      {
        const struct record_Attachment *other = &found.v[0].record->networks.v[i];
        if (! streq (other->network, m->record->networks.v[k].network) || other->addresses.n == 0)
          continue;
        text_printf (t, "%s\t%s\n", other->addresses.v[0], colon + 1);
        return 0;
      }
  return fail (err, E_COMPOSE_FILE, "'%s': no container of service '%s' is on a network of this one", link, service);
}

static int
write_hosts (struct making *m, bool of_host, struct error **err)
{
  autotext struct text t = { 0 };
  autofree char *own = NULL;
  if (of_host && fs_read_regular (AT_FDCWD, "/etc/hosts", FILE_LIMIT, &own, NULL, NULL) == 0)
    {
      text_add (&t, own);
      if (t.len && t.s[t.len - 1] != '\n')
        text_add (&t, "\n");
    }
  else
    text_add (&t, "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"
                  "fe00::\tip6-localnet\nff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n");
  for (size_t i = 0; i < m->service->extra_hosts.n; i++)
    TRY_DOING (err, add_extra_host (m, m->service->extra_hosts.v[i], &t, err), "extra_hosts[%zu]", i);
  for (size_t i = 0; ! of_host && i < m->service->links.n; i++)
    TRY_DOING (err, add_link (m, m->service->links.v[i], &t, err), "links[%zu]", i);
  if (! of_host)
    add_own_addresses (m, &t);
  return write_file (m, "hosts", t.s, err);
}

/* Lines of the host's file that begin with WORD and a blank. */
static void
copy_lines (const char *text, const char *word, struct text *t)
{
  size_t n = strlen (word);
  for (const char *p = text; p && *p;)
    {
      size_t length = strcspn (p, "\n");
      if (length > n && strncmp (p, word, n) == 0 && strchr (" \t", p[n]))
        text_printf (t, "%.*s\n", (int) length, p);
      p += length + (p[length] == '\n');
    }
}

static bool
add_line (struct text *t, const char *word, const struct oci_strings *values)
{
  if (values->n == 0)
    return false;
  text_add (t, word);
  for (size_t i = 0; i < values->n; i++)
    text_printf (t, " %s", values->v[i]);
  text_add (t, "\n");
  return true;
}

/* The networks' DNS servers (*RET_OURS: there are any) answer at their gateways' addresses, and ask on for other
 * names. */
static int
add_servers (struct making *m, const char *host_file, struct text *t, bool *ret_ours, struct error **err)
{
  size_t before = t->len;
  autostrv struct strv servers = { 0 };
  TRY (network_name_servers (m->settings, m->record->networks.v, m->record->networks.n, &servers, err));
  for (size_t i = 0; i < servers.n; i++)
    text_printf (t, "nameserver %s\n", servers.v[i]);
  *ret_ours = servers.n > 0;
  for (size_t i = 0; t->len == before && i < m->service->dns.n; i++)
    text_printf (t, "nameserver %s\n", m->service->dns.v[i]);
  if (t->len == before)
    copy_lines (host_file, "nameserver", t);
  return 0;
}

/* A name without a dot, as services have, is asked for as it is before search domains are tried: their server, the
 * host's, may have an answer to everything. A later line goes before the host's. */
static void
add_options (const struct making *m, const char *host_file, bool ours, struct text *t)
{
  const struct oci_strings *own = &m->service->dns_opt;
  if (! add_line (t, "options", own))
    copy_lines (host_file, "options", t);
  for (size_t i = 0; i < own->n; i++)
    ours = ours && ! after_prefix (own->v[i], "ndots:");
  if (ours)
    text_add (t, "options ndots:0\n");
}

static int
write_resolv_conf (struct making *m, struct error **err)
{
  bool ours;
  autotext struct text t = { 0 };
  autofree char *host = NULL;
  fs_read_regular (AT_FDCWD, "/etc/resolv.conf", FILE_LIMIT, &host, NULL, NULL);
  TRY (add_servers (m, host, &t, &ours, err));
  if (! add_line (&t, "search", &m->service->dns_search))
    copy_lines (host, "search", &t);
  add_options (m, host, ours, &t);
  return write_file (m, "resolv.conf", t.s ? t.s : "", err);
}

/* Who shares a network namespace shares its names: the other container's own files. */
static int
link_files (struct making *m, const char *id, struct error **err)
{
  static const char *const names[] = { "hosts", "hostname", "resolv.conf" };
  for (size_t i = 0; i < ARRAY_LEN (names); i++)
    {
      autofree char *from = data_path (m->settings, "containers/%s/%s", id, names[i]);
      if (linkat (AT_FDCWD, from, m->dir_fd, names[i], 0) < 0)
        return fail_sys (err, errno, "link %s", from);
    }
  return 0;
}

int
bundle_etc_files (struct making *m, struct error **err)
{
  const char *mode;
  TRY (network_mode_of (m, &mode, err));
  const char *other = after_prefix (mode, "container:");
  if (other)
    return link_files (m, other, err);
  TRY (write_hosts (m, streq (mode, "host"), err));
  autofree char *hostname = mem_printf ("%s\n", m->config->hostname ? m->config->hostname : "localhost");
  TRY (write_file (m, "hostname", hostname, err));
  return write_resolv_conf (m, err);
}
