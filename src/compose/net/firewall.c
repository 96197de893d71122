/* firewall.c - see firewall.h. Makes text from a network's files; nft(8) runs in our network namespace. */
#include "firewall.h"

#include <linux/netfilter.h>

#include "errors.h"
#include "spawn.h"
#include "subnet.h"

/* Lines of a network's table. T: the table, B: the bridge, in this order. */
static const char base[] =
  "table inet %1$s { comment \"network %3$s\"; }\n"
  "add chain inet %1$s raw { type filter hook prerouting priority raw; }\n"
  "add chain inet %1$s prerouting { type nat hook prerouting priority dstnat; }\n"
  "add chain inet %1$s output { type nat hook output priority -100; }\n"
  "add chain inet %1$s postrouting { type nat hook postrouting priority srcnat; }\n"
  "add chain inet %1$s forward { type filter hook forward priority filter; }\n"
  "add chain inet %1$s input { type filter hook input priority filter; }\n"
  "add chain inet %1$s ports\n"
  "flush table inet %1$s\n"
  /* With route_localnet on the bridge a container could otherwise reach what listens on the host's loopback only
   * (the like of CVE-2020-8558). */
  "add rule inet %1$s raw iifname %2$s ip daddr 127.0.0.0/8 drop\n";

/* Into the bridge goes what was asked for from inside or came by a published port; all else from outside, and from
 * other networks, does not. */
static const char outward[] =
  "add rule inet %1$s forward oifname %2$s iifname != %2$s ct state established,related accept\n"
  "add rule inet %1$s forward oifname %2$s iifname != %2$s ct status dnat accept\n"
  "add rule inet %1$s forward oifname %2$s iifname != %2$s drop\n"
  /* Packets from ::1 find no way back: the kernel takes none for ::1 from an interface, and IPv6 has no route_localnet.
   * Left alone they are refused at once, and programs that try it for "localhost" go on to 127.0.0.1. */
  "add rule inet %1$s ports ip6 daddr ::1 return\n"
  /* From the wire the loopback's addresses are nobody's: translated they would come through to a container before the
   * kernel sees them as what they are. */
  "add rule inet %1$s prerouting ip daddr 127.0.0.0/8 return\n"
  "add rule inet %1$s prerouting fib daddr type local jump ports\n"
  "add rule inet %1$s output fib daddr type local jump ports\n";

/* An internal network's containers reach each other, and the DNS server on the bridge's address. */
static const char inward[] =
  "add rule inet %1$s forward oifname %2$s iifname != %2$s drop\n"
  "add rule inet %1$s forward iifname %2$s oifname != %2$s drop\n"
  "add rule inet %1$s input iifname %2$s ct state established,related accept\n"
  "add rule inet %1$s input iifname %2$s udp dport 53 accept\n"
  "add rule inet %1$s input iifname %2$s tcp dport 53 accept\n"
  "add rule inet %1$s input iifname %2$s meta l4proto ipv6-icmp accept\n"
  "add rule inet %1$s input iifname %2$s drop\n";

static char *
table_name (const struct record_NetworkFile *n)
{
  char hash[13];
  network_hash (n->id, "table", hash, sizeof hash - 1);
  return mem_printf ("perry-compose-%s", hash);
}

static bool
masquerades (const struct record_NetworkFile *n)
{
  const char *option = network_option (n, "com.docker.network.bridge.enable_ip_masquerade");
  return ! option || ! streq (option, "false");
}

/* What leaves gets the host's address; what comes back to the bridge by a published port gets the bridge's, so that the
 * answer passes by here. */
static void
add_masquerade (struct text *t, const char *table, const struct record_NetworkFile *n)
{
  for (size_t i = 0; i < n->subnets.n; i++)
    {
      const char *subnet = n->subnets.v[i].subnet, *family = strchr (subnet, ':') ? "ip6" : "ip";
      if (masquerades (n))
        text_printf (t, "add rule inet %s postrouting %s saddr %s oifname != \"%s\" masquerade\n", table, family,
                     subnet, n->interface);
      text_printf (t, "add rule inet %s postrouting %s saddr %s oifname \"%s\" ct status dnat masquerade\n", table,
                   family, subnet, n->interface);
    }
  text_printf (t, "add rule inet %s postrouting ip saddr 127.0.0.0/8 oifname \"%s\" masquerade\n", table, n->interface);
}

/* P of a container with ADDRESSES. A host address of one family reaches only the container's address of the same. */
static void
add_port (struct text *t, const char *table, const struct record_Port *p, const struct oci_strings *addresses)
{
  struct ip host = { 0 };
  const char *protocol = p->protocol && *p->protocol ? p->protocol : "tcp";
  bool any = ! p->host_ip || ! *p->host_ip || ip_parse (p->host_ip, &host) < 0
             || streq (p->host_ip, "0.0.0.0") || streq (p->host_ip, "::");
  for (size_t i = 0; i < addresses->n; i++)
    {
      struct ip ip;
      if (ip_parse (addresses->v[i], &ip) < 0 || (host.family && host.family != ip.family))
        continue;
      bool v6 = ip.family == AF_INET6;
      text_printf (t, "add rule inet %s ports ", table);
      if (any)
        text_printf (t, "meta nfproto %s", v6 ? "ipv6" : "ipv4");
      else
        text_printf (t, "%s daddr %s", v6 ? "ip6" : "ip", p->host_ip);
      text_printf (t, " %s dport %u dnat %s to %s%s%s:%u\n", protocol, (unsigned) p->host_port.value, v6 ? "ip6" : "ip",
                   v6 ? "[" : "", addresses->v[i], v6 ? "]" : "", (unsigned) p->target.value);
    }
}

void
firewall_text (struct text *t, const struct record_NetworkFile *n, const struct record_NetworkState *st)
{
  autofree char *table = table_name (n);
  autofree char *bridge = mem_printf ("\"%s\"", n->interface);
  text_printf (t, base, table, bridge, n->name);
  text_printf (t, n->internal.value ? inward : outward, table, bridge);
  if (n->internal.value)
    return;
  add_masquerade (t, table, n);
  for (size_t i = 0; i < st->attached.n; i++)
    for (size_t j = 0; j < st->attached.v[i].ports.n; j++)
      add_port (t, table, &st->attached.v[i].ports.v[j], &st->attached.v[i].addresses);
}

void
firewall_text_delete (struct text *t, const struct record_NetworkFile *n)
{
  autofree char *table = table_name (n);
  text_printf (t, "add table inet %1$s\ndelete table inet %1$s\n", table);
}

bool
firewall_is_there (const struct record_NetworkFile *n, const struct filters *seen)
{
  autofree char *table = table_name (n);
  return filters_find (seen, NFPROTO_INET, table, NULL) != NULL;
}

/* nft(8) writes "/dev/stdin:1:1-36: Error: WHAT THE KERNEL SAID", then the line, and marks the place below it. */
static const char *
what_it_said (char *text)
{
  static const char before[] = "Error: ";
  char *at = text ? strstr (text, before) : NULL;
  if (! text || ! *text)
    return "failed without a message";
  at = at ? at + strlen (before) : text;
  at[strcspn (at, "\n")] = '\0';
  return at;
}

int
firewall_apply (const struct settings *s, const struct text *t, struct error **err)
{
  if (! t->len)
    return 0;
  autofree char *nft = NULL;
  TRY (find_tool ("nft", "nftables", &nft, err));
  struct spawn call = SPAWN_INIT;
  call.argv = (const char *const[]) { nft, "-f", "-", NULL };
  call.what = "nft";
  call.timeout = s->op_timeout;
  call.input = t->s;
  autospawned struct spawned done = { 0 };
  int r = spawn_run (&call, &done, err);
  if (r < 0)
    return fail (err, E_NETWORK, "packet filter: %s", error_text (err ? *err : NULL));
  return done.status ? fail (err, E_NETWORK, "packet filter: nft: %s", what_it_said (done.err.s)) : 0;
}
