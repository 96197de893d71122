/* subnet.h - arithmetic with IP addresses and prefixes of both families. Pure. */
#ifndef COMPOSE_SUBNET_H
#define COMPOSE_SUBNET_H

#include <sys/socket.h>

#include "util.h"

struct ip
{
  int family;             /* AF_INET: 4 bytes, AF_INET6: 16 bytes; 0: none */
  unsigned char bytes[16];
};
struct cidr
{
  struct ip ip;           /* as written: bits below the prefix may be set */
  unsigned prefix;
};

enum { IP_TEXT = 46, CIDR_TEXT = 50 };

/* 0, or -EINVAL and *RET untouched. No host names, no short forms. */
int ip_parse (const char *s, struct ip *ret);
int cidr_parse (const char *s, struct cidr *ret);
const char *ip_text (const struct ip *ip, char buf[IP_TEXT]);
const char *cidr_text (const struct cidr *c, char buf[CIDR_TEXT]);

/* Addresses of one family in order of their value; those of different families by family. */
int ip_compare (const struct ip *a, const struct ip *b);
unsigned ip_size (const struct ip *ip); /* bytes */
/* IP + N, wrapping round. */
struct ip ip_plus (const struct ip *ip, uint64_t n);

struct ip cidr_first (const struct cidr *c); /* the network's own address */
struct ip cidr_last (const struct cidr *c);  /* IPv4: the broadcast address */
bool cidr_has (const struct cidr *c, const struct ip *ip);
bool cidr_overlap (const struct cidr *a, const struct cidr *b);

#endif
