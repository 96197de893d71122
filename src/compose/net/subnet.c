/* subnet.c - see subnet.h. Pure. */
#include "subnet.h"

#include <arpa/inet.h>

int
ip_parse (const char *s, struct ip *ret)
{
  struct ip ip = { .family = strchr (s, ':') ? AF_INET6 : AF_INET };
  if (inet_pton (ip.family, s, ip.bytes) != 1)
    return -EINVAL;
  *ret = ip;
  return 0;
}

int
cidr_parse (const char *s, struct cidr *ret)
{
  char address[IP_TEXT];
  const char *slash = strchr (s, '/');
  struct cidr c;
  if (! slash || (size_t) (slash - s) >= sizeof address || slash[1] < '0' || slash[1] > '9')
    return -EINVAL;
  memcpy (address, s, slash - s);
  address[slash - s] = '\0';
  TRY (ip_parse (address, &c.ip));
  char *end;
  unsigned long prefix = strtoul (slash + 1, &end, 10);
  if (*end || prefix > ip_size (&c.ip) * 8)
    return -EINVAL;
  c.prefix = prefix;
  *ret = c;
  return 0;
}

const char *
ip_text (const struct ip *ip, char buf[IP_TEXT])
{
  return inet_ntop (ip->family, ip->bytes, buf, IP_TEXT);
}

const char *
cidr_text (const struct cidr *c, char buf[CIDR_TEXT])
{
  char address[IP_TEXT];
  snprintf (buf, CIDR_TEXT, "%s/%u", ip_text (&c->ip, address), c->prefix);
  return buf;
}

unsigned
ip_size (const struct ip *ip)
{
  return ip->family == AF_INET ? 4 : 16;
}

int
ip_compare (const struct ip *a, const struct ip *b)
{
  return a->family != b->family ? a->family - b->family : memcmp (a->bytes, b->bytes, ip_size (a));
}

struct ip
ip_plus (const struct ip *ip, uint64_t n)
{
  struct ip r = *ip;
  for (int i = (int) ip_size (ip) - 1; i >= 0 && n; i--)
    {
      n += r.bytes[i];
      r.bytes[i] = n & 0xff;
      n >>= 8;
    }
  return r;
}

/* C's address with all bits below the prefix as in FILL. */
static struct ip
fill_host_bits (const struct cidr *c, unsigned char fill)
{
  struct ip r = c->ip;
  for (unsigned i = 0; i < ip_size (&r); i++)
    {
      unsigned bits = c->prefix >= 8 * (i + 1) ? 8 : c->prefix <= 8 * i ? 0 : c->prefix - 8 * i;
      unsigned char mask = 0xff00 >> bits;
      r.bytes[i] = (r.bytes[i] & mask) | (fill & ~mask);
    }
  return r;
}

struct ip
cidr_first (const struct cidr *c)
{
  return fill_host_bits (c, 0);
}

struct ip
cidr_last (const struct cidr *c)
{
  return fill_host_bits (c, 0xff);
}

bool
cidr_has (const struct cidr *c, const struct ip *ip)
{
  struct ip first = cidr_first (c), last = cidr_last (c);
  return c->ip.family == ip->family && ip_compare (&first, ip) <= 0 && ip_compare (ip, &last) <= 0;
}

bool
cidr_overlap (const struct cidr *a, const struct cidr *b)
{
  struct ip first_a = cidr_first (a), first_b = cidr_first (b);
  return cidr_has (a, &first_b) || cidr_has (b, &first_a);
}
