/* network_print.c - see network_print.h. */
#include "network_print.h"

#undef OCI_PREFIX
#define OCI_PREFIX networkprint_
DEFINE (IpamSubnet)
DEFINE (IpamDetails)
DEFINE (Member)
DEFINE (NetworkDetails)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

static char *
emit (const struct record_NetworkFile *n, const struct record_NetworkState *st, const char *indent)
{
  autofree struct networkprint_IpamSubnet *subnets = mem_alloc ((n->subnets.n + 1) * sizeof *subnets);
  autofree struct networkprint_Member *members = mem_alloc ((st->attached.n + 1) * sizeof *members);
  autofree const char **ids = mem_alloc ((st->attached.n + 1) * sizeof *ids);
  struct networkprint_IpamDetails ipam = { .driver = "default",
                                           .config = { .n = n->subnets.n, .v = subnets, .set = true } };
  struct networkprint_NetworkDetails d = {
    .name = n->name, .id = n->id, .created = n->created, .scope = "local", .driver = n->driver, .ipv6 = n->ipv6,
      .ipam = &ipam,
    .internal = n->internal, .interface = n->interface, .project = n->project, .key = n->key,
    .containers = { .n = st->attached.n, .v = members, .keys = ids, .set = true }, .options = n->options,
      .labels = n->labels,
  };
  for (size_t i = 0; i < n->subnets.n; i++)
    subnets[i] = (struct networkprint_IpamSubnet) { n->subnets.v[i].subnet, n->subnets.v[i].gateway };
  for (size_t i = 0; i < st->attached.n; i++)
    {
      const struct record_Attached *a = &st->attached.v[i];
      ids[i] = a->id;
      members[i] = (struct networkprint_Member) { a->name, a->addresses, a->names };
    }
  d.options.set = d.labels.set = true;
  char *text = oci_emit (&networkprint_NetworkDetails_schema, &d, indent);
  if (! text)
    out_of_memory ();
  return text;
}

int
network_json (const struct settings *s, const char *name, const char *indent, char **ret, struct error **err)
{
  struct oci_document doc, state_doc = { 0 };
  const struct record_NetworkFile *n = network_read (s, name, &doc, err);
  const struct record_NetworkState *st = n ? network_state_read (s, name, &state_doc, err) : NULL;
  if (st)
    *ret = emit (n, st, indent);
  oci_document_free (&state_doc);
  oci_document_free (&doc);
  return st ? 0 : -(err && *err ? (*err)->code : EIO);
}
