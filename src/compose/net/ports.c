/* ports.c - host ports (net.h): reserved in a file, and tried by binding, since only the kernel knows what others have.
 * Nothing holds a port for a container: its packets are translated before they come to a socket. In perry-compose, in
 * the host's network namespace, which in a rootless session is not the bridges'. */
#include "net.h"

#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "arena.h"
#include "errors.h"
#include "fs.h"
#include "port_store.h"
#include "record_store.h"
#include "subnet.h"

#undef OCI_PREFIX
#define OCI_PREFIX record_
DEFINE (Reservation)
DEFINE (Reservations)

#define PORTS_FILE "ports.json"

enum { PORT_LAST = 65535, RANDOM_TRIES = 100 };

/* ---- the file; under network_lock() */

static int
open_directory (const struct settings *s)
{
  autofree char *path = run_path (s, "network");
  return open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int
load (const struct settings *s, struct oci_document *doc, struct record_Reservations *ret, struct error **err)
{
  autoclose int dir = open_directory (s);
  autoerror struct error *why = NULL;
  *doc = (struct oci_document) { 0 };
  const struct record_Reservations *r = dir < 0 ? NULL : record_read (dir, PORTS_FILE, &record_Reservations_schema,
                                                                      doc, &why);
  if (! r && why && why->code != ENOENT)
    return fail (err, E_NETWORK, "%s/network: %s", s->run, error_text (why));
  *ret = r ? *r : (struct record_Reservations) { 0 };
  return 0;
}

static int
save (const struct settings *s, const struct record_Reservations *r, struct error **err)
{
  autoclose int dir = open_directory (s);
  if (dir < 0)
    return fail_sys (err, errno, "%s/network", s->run);
  if (! r->list.n)
    {
      /* What a killed command was writing goes with it. */
      unlinkat (dir, "." PORTS_FILE ".tmp", 0);
      return unlinkat (dir, PORTS_FILE, 0) < 0 && errno != ENOENT ? fail_sys (err, errno, "remove " PORTS_FILE) : 0;
    }
  autofree char *text = oci_emit (&record_Reservations_schema, r, NULL);
  if (! text)
    out_of_memory ();
  return fs_replace (dir, PORTS_FILE, text, strlen (text), 0600, err);
}

/* ---- conflicts */

static const char *
protocol_of (const struct record_Port *p)
{
  return p->protocol && *p->protocol ? p->protocol : "tcp";
}

/* "" for all addresses, however they are written. */
static const char *
host_of (const struct record_Port *p)
{
  const char *s = p->host_ip ? p->host_ip : "";
  return streq (s, "0.0.0.0") || streq (s, "::") ? "" : s;
}

/* ONE_HOST: whichever address, since in a session all lead to one. */
static const struct record_Reservation *
find_reservation (const struct record_Reservations *r, const struct record_Port *p, unsigned port, bool one_host)
{
  for (size_t i = 0; i < r->list.n; i++)
    {
      const struct record_Reservation *l = &r->list.v[i];
      if (l->port.value == port && streq (l->protocol, protocol_of (p))
          && (one_host || ! *l->host_ip || ! *host_of (p) || streq (l->host_ip, host_of (p))))
        return l;
    }
  return NULL;
}

/* 0 if a socket could have P's address and PORT, otherwise -errno. */
static int
try_address (const struct ip *ip, bool tcp, unsigned port)
{
  autoclose int fd = socket (ip->family, (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
  struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons (port) };
  struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons (port) };
  bool v6 = ip->family == AF_INET6;
  if (fd < 0)
    return v6 ? 0 : -errno; /* no IPv6 here: nobody has the port */
  memcpy (v6 ? (void *) &six.sin6_addr : &four.sin_addr, ip->bytes, ip_size (ip));
  if (v6)
    setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int) { 1 }, sizeof (int));
  /* Closed connections in TIME_WAIT do not count; listening sockets do, with this option, too. */
  if (tcp)
    setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &(int) { 1 }, sizeof (int));
  if (bind (fd, v6 ? (struct sockaddr *) &six : (struct sockaddr *) &four, v6 ? sizeof six : sizeof four) < 0)
    return -errno;
  return tcp && listen (fd, 1) < 0 ? -errno : 0;
}

static int
try_port (const struct record_Port *p, unsigned port, struct error **err)
{
  struct ip ip = { .family = AF_INET };
  const char *protocol = protocol_of (p);
  if (*host_of (p) && ip_parse (host_of (p), &ip) < 0)
    return fail (err, E_COMPOSE_FILE, "host_ip '%s' is no address", p->host_ip);
  if (ip.family == AF_INET6 && IN6_IS_ADDR_LOOPBACK ((const struct in6_addr *) ip.bytes))
    return fail (err, E_COMPOSE_FILE, "host_ip '%s': the kernel leads no packets from there to a container: publish to "
                 "127.0.0.1, which programs that ask for localhost try as well", p->host_ip);
  if (! streq (protocol, "tcp") && ! streq (protocol, "udp"))
    return streq (protocol, "sctp") ? 0 : fail (err, E_COMPOSE_FILE, "protocol '%s' is not known: tcp, udp or sctp",
                                                protocol);
  int r = try_address (&ip, streq (protocol, "tcp"), port);
  if (r == -EADDRINUSE)
    {
      autofree char *who = port_listener (protocol, port);
      /* What is left of closed connections (TIME_WAIT) keeps nobody's packets. */
      return who ? fail (err, E_PORT_IN_USE, "host port %u/%s is in use by %s", port, protocol, who) : 0;
    }
  if (r == -EADDRNOTAVAIL)
    return fail (err, E_NETWORK, "host address %s is not one of this host's", p->host_ip);
  if (r == -EACCES)
    return fail (err, E_NETWORK,
                 "host port %u/%s: only root may have it (see sysctl net.ipv4.ip_unprivileged_port_start)", port,
                 protocol);
  return r < 0 ? fail_sys (err, -r, "host port %u/%s", port, protocol) : 0;
}

/* What is reserved, and what will be when those who give their ports back have done so. */
struct reserved
{
  const struct record_Reservations *now, *then;
};

/* Can P be had at PORT? A port that somebody gives back is not tried in a rootless session: its listener is there. */
static int
check_port (const struct settings *s, const struct reserved *r, const struct record_Port *p, unsigned port,
            struct error **err)
{
  const struct record_Reservation *l = find_reservation (r->then, p, port, s->rootless);
  if (l)
    return fail (err, E_PORT_IN_USE, "host port %u/%s is in use by container %s", port, protocol_of (p), l->name);
  return s->rootless && find_reservation (r->now, p, port, true) ? 0 : try_port (p, port, err);
}

/* ---- choosing */

/* A port that the kernel has free. */
static int
free_port (const struct record_Port *p, unsigned *ret)
{
  bool tcp = ! streq (protocol_of (p), "udp");
  autoclose int fd = socket (AF_INET, (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
  struct sockaddr_in a = { .sin_family = AF_INET };
  socklen_t size = sizeof a;
  if (fd < 0 || bind (fd, (struct sockaddr *) &a, sizeof a) < 0 || getsockname (fd, (struct sockaddr *) &a, &size) < 0)
    return -errno;
  *ret = ntohs (a.sin_port);
  return 0;
}

static int
choose_any (const struct settings *s, const struct reserved *r, const struct record_Port *p, unsigned *ret,
            struct error **err)
{
  autoerror struct error *why = NULL;
  for (unsigned i = 0; i < RANDOM_TRIES; i++)
    {
      unsigned port = 0;
      int code = free_port (p, &port);
      if (code < 0)
        return fail_sys (err, -code, "find a free host port");
      if (check_port (s, r, p, port, &why) == 0)
        {
          *ret = port;
          return 0;
        }
    }
  return fail (err, E_PORT_IN_USE, "no free host port found: %s", error_text (why));
}

static int
choose (const struct settings *s, const struct reserved *r, const struct record_Port *p, unsigned *ret,
        struct error **err)
{
  int64_t first = p->host_port.value, last = p->host_port_end.value > first ? p->host_port_end.value : first;
  autoerror struct error *why = NULL;
  int code = 0;
  if (! first)
    return choose_any (s, r, p, ret, err);
  if (last > PORT_LAST)
    return fail (err, E_COMPOSE_FILE, "host port %" PRId64 " is above %d", last, PORT_LAST);
  for (int64_t port = first; port <= last; port++)
    {
      code = check_port (s, r, p, port, &why);
      if (code == 0)
        {
          *ret = port;
          return 0;
        }
      if (code != -E_PORT_IN_USE)
        break;
    }
  return fail (err, -code, "%s", error_text (why));
}

/* ---- net.h */

/* R without the reservations of IDS and with room for MORE, in ARENA. */
static struct record_Reservations
without (const struct record_Reservations *r, const struct strv *ids, size_t more, struct arena *arena)
{
  struct record_Reservations w = { 0 };
  w.list.v = mem_arena (arena, (r->list.n + more + 1) * sizeof *w.list.v);
  for (size_t i = 0; i < r->list.n; i++)
    if (! strv_has (ids, r->list.v[i].id))
      w.list.v[w.list.n++] = r->list.v[i];
  return w;
}

/* All of V for container ID: the ports that are chosen are written there and to R->then, which is THEN and has room. */
static int
take (const struct settings *s, const struct reserved *r, struct record_Reservations *then, const char *id,
      const struct ports_wish *w, struct error **err)
{
  for (size_t i = 0; i < w->n; i++)
    {
      unsigned port = 0;
      TRY_DOING (err, choose (s, r, &w->v[i], &port, err), "container %s", w->name);
      w->v[i].host_port = (struct opt_i64) { port, true };
      w->v[i].host_port_end = (struct opt_i64) { 0 };
      then->list.v[then->list.n++] = (struct record_Reservation) {
        .id = id, .name = w->name, .host_ip = host_of (&w->v[i]), .port = { port, true },
        .protocol = protocol_of (&w->v[i]),
      };
    }
  return 0;
}

/* As written in V already, ports of ID that were chosen before stay. */
static int
reserve (const struct settings *s, const struct record_Reservations *now, const char *id, const struct ports_wish *w,
         struct error **err)
{
  autoarena struct arena arena = { 0 };
  const struct strv ids = { .v = (char *[]) { (char *) id }, .n = 1 };
  struct record_Reservations then = without (now, &ids, w->n, &arena);
  TRY (take (s, &(struct reserved) { now, &then }, &then, id, w, err));
  return save (s, &then, err);
}

int
ports_reserve (const struct settings *s, const char *id, const char *name, struct record_Port *v, size_t n,
               struct error **err)
{
  autoclose int lock = -1;
  struct oci_document doc;
  struct record_Reservations r;
  TRY (network_lock (s, &lock, err));
  TRY (load (s, &doc, &r, err));
  int code = reserve (s, &r, id, &(struct ports_wish) { name, v, n }, err);
  oci_document_free (&doc);
  return code;
}

int
ports_release (const struct settings *s, const char *id, struct error **err)
{
  autoclose int lock = -1;
  autoarena struct arena arena = { 0 };
  struct oci_document doc;
  struct record_Reservations r;
  TRY (network_lock (s, &lock, err));
  TRY (load (s, &doc, &r, err));
  const struct strv ids = { .v = (char *[]) { (char *) id }, .n = 1 };
  struct record_Reservations after = without (&r, &ids, 0, &arena);
  int code = after.list.n == r.list.n ? 0 : save (s, &after, err);
  oci_document_free (&doc);
  return code;
}

int
ports_check (const struct settings *s, const struct strv *leaving, const struct ports_wish *v, size_t n,
             struct error **err)
{
  autoarena struct arena arena = { 0 };
  struct oci_document doc;
  struct record_Reservations now;
  size_t ports = 0;
  int code = 0;
  TRY (load (s, &doc, &now, err));
  for (size_t i = 0; i < n; i++)
    ports += v[i].n;
  struct record_Reservations then = without (&now, leaving, ports, &arena);
  for (size_t i = 0; i < n && code >= 0; i++)
    code = take (s, &(struct reserved) { &now, &then }, &then, "", &v[i], err);
  oci_document_free (&doc);
  return code;
}
