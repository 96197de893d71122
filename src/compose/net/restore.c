/* restore.c - what lets packets of networks pass is made again where others took it away (net.h): who loads a packet
 * filter anew mostly empties it first, and with it our tables. The lock is taken only when something is missing. */
#include "net.h"

#include "bridge.h"
#include "errors.h"
#include "firewall.h"
#include "host_firewall.h"
#include "session.h"

static bool
lacks (const struct settings *s, const struct bridge_wanted *w)
{
  return ! firewall_is_there (w->n, w->seen) || host_firewall_lacks (s, w->n, w->seen);
}

/* *RET: network NAME has containers and lacks something. MAKE: it is made. */
static int
look (const struct settings *s, const char *name, const struct filters *seen, bool make, bool *ret, struct error **err)
{
  struct oci_document state_doc, doc = { 0 };
  struct bridge_wanted w = { .seen = seen };
  int r = 0;
  w.st = network_state_read (s, name, &state_doc, err);
  if (! w.st)
    return -E_NETWORK;
  /* One that is gone by now lacks nothing. */
  if (w.st->attached.n)
    w.n = network_read (s, name, &doc, NULL);
  *ret = w.n && streq (w.n->driver, "bridge") && lacks (s, &w);
  if (*ret && make)
    r = bridge_filter (s, &w, err);
  oci_document_free (&doc);
  oci_document_free (&state_doc);
  return r;
}

static int
look_at_all (const struct settings *s, bool make, bool *ret, struct error **err)
{
  autostrv struct strv names = { 0 };
  autofilters struct filters seen = { 0 };
  *ret = false;
  TRY (network_list (s, NULL, &names, err));
  /* Who uses none needs no kernel that filters. */
  if (names.n == 0)
    return 0;
  TRY (filters_read (&seen, err));
  for (size_t i = 0; i < names.n && (make || ! *ret); i++)
    TRY (look (s, names.v[i], &seen, make, ret, err));
  return 0;
}

int
network_restore (const struct settings *s, struct error **err)
{
  autoclose int lock = -1;
  bool lost;
  /* Nobody else comes to a session's packet filter, yet its way out is a process. */
  if (s->rootless)
    return session_restore (s, err);
  TRY (look_at_all (s, false, &lost, err));
  if (! lost)
    return 0;
  TRY (network_lock (s, &lock, err));
  return look_at_all (s, true, &lost, err);
}
