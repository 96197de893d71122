/* filters.h - the chains of packet filters that the kernel has, by nf_tables' netlink: one question and no program, for
 * an `up` with nothing to do. Those of iptables are among them but for iptables-legacy's. */
#ifndef COMPOSE_FILTERS_H
#define COMPOSE_FILTERS_H

#include "error.h"
#include "util.h"

struct filter_chain
{
  unsigned family;           /* NFPROTO_* */
  char *table, *name;
  bool forwards;             /* packets that are forwarded pass it */
  bool drops;                /* those that no rule decides on */
};
struct filters
{
  struct filter_chain *v;
  size_t n;
};

/* All chains of the network namespace that the caller is in; filters_free() afterwards, also after an error. A kernel
 * without nf_tables has none. */
int filters_read (struct filters *ret, struct error **err);
void filters_free (struct filters *f);
#define autofilters __attribute__ ((cleanup (filters_free)))

/* 1: a rule of FAMILY's TABLE has TEXT in it, an interface's name or such a name's beginning before "*", and not as a
 * part of a longer one; 0: none has; -errno. */
int filters_mention (unsigned family, const char *table, const char *text);

/* The first chain of FAMILY's TABLE that is called NAME (NULL: any), or NULL. */
const struct filter_chain *filters_find (const struct filters *f, unsigned family, const char *table, const char *name);

#endif
