/* Addresses and prefixes, subnets as the compose file gives them, leases, and the packet filter's text. No root, no
 * kernel. */
#include "check.h"

#include "errors.h"
#include "firewall.h"
#include "ipam.h"

TEST (addresses_are_read_strictly)
{
  static const char *const wrong[] = { "", "10.0.0", "10.0.0.256", "10.0.0.1 ", "::1::", "a.b", "010.0.0.1" };
  struct ip ip;
  char text[IP_TEXT];
  for (size_t i = 0; i < ARRAY_LEN (wrong); i++)
    CHECK_INT (-EINVAL, ip_parse (wrong[i], &ip));
  CHECK_INT (0, ip_parse ("fd00:0:0::0001", &ip));
  CHECK_STR ("fd00::1", ip_text (&ip, text));
}

TEST (prefixes)
{
  static const struct { const char *cidr, *first, *last; } rows[] = {
    { "10.1.2.3/24", "10.1.2.0", "10.1.2.255" },
    { "10.1.2.3/30", "10.1.2.0", "10.1.2.3" },
    { "10.1.2.3/0", "0.0.0.0", "255.255.255.255" },
    { "10.1.2.3/32", "10.1.2.3", "10.1.2.3" },
    { "10.1.130.3/17", "10.1.128.0", "10.1.255.255" },
    { "fd00::5/64", "fd00::", "fd00::ffff:ffff:ffff:ffff" },
  };
  static const char *const wrong[] = { "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x",
                                       "fd00::/129", "/8" };
  struct cidr c;
  char text[IP_TEXT];
  for (size_t i = 0; i < ARRAY_LEN (rows); i++)
    {
      CHECK_INT (0, cidr_parse (rows[i].cidr, &c));
      struct ip first = cidr_first (&c), last = cidr_last (&c);
      CHECK_STR (rows[i].first, ip_text (&first, text));
      CHECK_STR (rows[i].last, ip_text (&last, text));
    }
  for (size_t i = 0; i < ARRAY_LEN (wrong); i++)
    CHECK_INT (-EINVAL, cidr_parse (wrong[i], &c));
}

TEST (overlaps)
{
  static const struct { const char *a, *b; bool overlap; } rows[] = {
    { "10.89.0.0/24", "10.89.1.0/24", false }, { "10.89.0.0/16", "10.89.1.0/24", true },
    { "10.89.1.0/24", "10.89.0.0/16", true },  { "10.0.0.0/8", "fd00::/8", false },
    { "0.0.0.0/0", "192.168.1.0/24", true },   { "10.89.0.128/25", "10.89.0.0/25", false },
  };
  for (size_t i = 0; i < ARRAY_LEN (rows); i++)
    {
      struct cidr a, b;
      CHECK (cidr_parse (rows[i].a, &a) == 0 && cidr_parse (rows[i].b, &b) == 0);
      CHECK_INT (rows[i].overlap, cidr_overlap (&a, &b));
    }
}

TEST (addresses_are_counted_over_bytes)
{
  struct ip ip;
  char text[IP_TEXT];
  CHECK_INT (0, ip_parse ("10.0.255.255", &ip));
  ip = ip_plus (&ip, 1);
  CHECK_STR ("10.1.0.0", ip_text (&ip, text));
  CHECK_INT (0, ip_parse ("fd00::ffff", &ip));
  ip = ip_plus (&ip, 2);
  CHECK_STR ("fd00::1:1", ip_text (&ip, text));
}

TEST (subnets_of_a_compose_file)
{
  static const struct { struct compose_IpamConfig c; const char *gateway, *error; } rows[] = {
    { { .subnet = "10.5.0.7/16" }, "10.5.0.1", NULL },
    { { .subnet = "10.5.0.0/24", .gateway = "10.5.0.254" }, "10.5.0.254", NULL },
    { { .subnet = "fd00::/64" }, "fd00::1", NULL },
    { { .gateway = "10.5.0.1" }, NULL, "subnet ''" },
    { { .subnet = "10.5.0.0" }, NULL, "10.5.0.0" },
    { { .subnet = "10.5.0.0/31" }, NULL, "no room" },
    { { .subnet = "10.5.0.0/24", .gateway = "10.6.0.1" }, NULL, "10.6.0.1" },
    { { .subnet = "10.5.0.0/24", .ip_range = "10.5.0.0/16" }, NULL, "ip_range" },
    { { .subnet = "10.5.0.0/24", .ip_range = "10.6.0.0/25" }, NULL, "ip_range" },
  };
  for (size_t i = 0; i < ARRAY_LEN (rows); i++)
    {
      autoarena struct arena arena = { 0 };
      autoerror struct error *err = NULL;
      struct record_Subnet s = { 0 };
      int r = ipam_subnet (&rows[i].c, &arena, &s, &err);
      CHECK_INT (rows[i].error ? -E_COMPOSE_FILE : 0, r);
      if (rows[i].error)
        CHECK (strstr (error_text (err), rows[i].error));
      else
        CHECK_STR (rows[i].gateway, s.gateway);
    }
}

/* A network with one lease, a reserved address and four addresses to lease. */
static struct record_LeaseRange range = { "10.5.0.0", "10.5.0.7" };
static const char *reserved[] = { "10.5.0.2" }, *leased[] = { "10.5.0.3" };
static struct record_Subnet subnet = { "10.5.0.0/29", "10.5.0.1", &range, { .n = 1, .v = reserved } };
static struct record_Lease lease = { "a", { .n = 1, .v = leased } };
static const struct record_NetworkFile network = { .name = "net", .id = "1", .driver = "bridge", .interface = "br",
                                                   .subnets = { 1, &subnet, NULL, true },
                                                     .leases = { 1, &lease, NULL, true } };

TEST (free_addresses)
{
  char ip[IP_TEXT];
  autoerror struct error *err = NULL;
  CHECK_INT (0, ipam_address (&network, &subnet, "b", NULL, ip, &err));
  CHECK_STR ("10.5.0.4", ip);
  CHECK_INT (0, ipam_address (&network, &subnet, "b", "10.5.0.6", ip, &err));
  CHECK_INT (0, ipam_address (&network, &subnet, "a", "10.5.0.3", ip, &err));
  CHECK_INT (-E_CONFLICT, ipam_address (&network, &subnet, "b", "10.5.0.3", ip, &err));
  CHECK_INT (-E_CONFLICT, ipam_address (&network, &subnet, "b", "10.5.0.1", ip, &err));
  CHECK_INT (-E_NETWORK, ipam_address (&network, &subnet, "b", "10.5.0.8", ip, &err));
  CHECK_INT (-E_NETWORK, ipam_address (&network, &subnet, "b", "10.5.0.0", ip, &err));
  CHECK_INT (-E_NETWORK, ipam_address (&network, &subnet, "b", "10.5.0.7", ip, &err));
}

TEST (no_address_left)
{
  static const char *all[] = { "10.5.0.3", "10.5.0.4", "10.5.0.5", "10.5.0.6" };
  struct record_Lease full = { "a", { .n = ARRAY_LEN (all), .v = all } };
  struct record_NetworkFile n = network;
  char ip[IP_TEXT];
  autoerror struct error *err = NULL;
  n.leases.v = &full;
  CHECK_INT (-E_NETWORK, ipam_address (&n, &subnet, "b", NULL, ip, &err));
  CHECK (strstr (error_text (err), "no free address"));
}

TEST (packet_filter_of_a_network)
{
  static const char *addresses[] = { "10.5.0.3", "fd00::3" };
  struct record_Port ports[] = {
    { .host_ip = "", .host_port = { 8080, true }, .target = { 80, true }, .protocol = "tcp" },
    { .host_ip = "127.0.0.1", .host_port = { 53, true }, .target = { 5353, true }, .protocol = "udp" },
  };
  struct record_Attached a = { .id = "a", .name = "a", .addresses = { .n = 2, .v = addresses },
                               .ports = { .n = 2, .v = ports } };
  struct record_NetworkState st = { .attached = { 1, &a, NULL, true } };
  autotext struct text t = { 0 };
  firewall_text (&t, &network, &st);
  CHECK (strstr (t.s, "ports meta nfproto ipv4 tcp dport 8080 dnat ip to 10.5.0.3:80\n"));
  CHECK (strstr (t.s, "ports meta nfproto ipv6 tcp dport 8080 dnat ip6 to [fd00::3]:80\n"));
  CHECK (strstr (t.s, "ports ip daddr 127.0.0.1 udp dport 53 dnat ip to 10.5.0.3:5353\n"));
  CHECK (! strstr (t.s, "5353]") && ! strstr (t.s, "[fd00::3]:5353"));
  CHECK (strstr (t.s, "saddr 10.5.0.0/29 oifname != \"br\" masquerade"));
}

TEST (packet_filter_of_an_internal_network)
{
  struct record_Port port = { .host_port = { 8080, true }, .target = { 80, true } };
  struct record_Attached a = { .id = "a", .name = "a", .addresses = { .n = 1, .v = leased },
                               .ports = { .n = 1, .v = &port } };
  struct record_NetworkState st = { .attached = { 1, &a, NULL, true } };
  struct record_NetworkFile n = network;
  autotext struct text t = { 0 };
  n.internal.value = true;
  firewall_text (&t, &n, &st);
  CHECK (! strstr (t.s, "masquerade") && ! strstr (t.s, "dnat ip"));
  CHECK (strstr (t.s, "input iifname \"br\" drop\n"));
}

TEST_MAIN (X (addresses_are_read_strictly) X (prefixes) X (overlaps) X (addresses_are_counted_over_bytes)
           X (subnets_of_a_compose_file) X (free_addresses) X (no_address_left) X (packet_filter_of_a_network)
           X (packet_filter_of_an_internal_network))
