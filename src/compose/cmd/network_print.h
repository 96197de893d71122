/* network_print.h - networks as the commands show them. */
#ifndef COMPOSE_NETWORK_PRINT_H
#define COMPOSE_NETWORK_PRINT_H

#include "network_store.h"

#undef OCI_PREFIX
#define OCI_PREFIX networkprint_
/* The members that docker's have, and the project's. */
#define SPEC_IpamSubnet(F, T)                                                                                          \
  F (T, str,                   subnet,       "Subnet")                                                                 \
  F (T, str,                   gateway,      "Gateway")
#define SPEC_IpamDetails(F, T)                                                                                         \
  F (T, str,                   driver,       "Driver")                                                                 \
  F (T, list (IpamSubnet),     config,       "Config")
#define SPEC_Member(F, T)                                                                                              \
  F (T, str,                   name,         "Name")                                                                   \
  F (T, strs,                  addresses,    "Addresses")                                                              \
  F (T, strs,                  names,        "Names")
#define SPEC_NetworkDetails(F, T)                                                                                      \
  F (T, str,                   name,         "Name")                                                                   \
  F (T, str,                   id,           "Id")                                                                     \
  F (T, str,                   created,      "Created")                                                                \
  F (T, str,                   scope,        "Scope")                                                                  \
  F (T, str,                   driver,       "Driver")                                                                 \
  F (T, flag,                  ipv6,         "EnableIPv6")                                                             \
  F (T, obj (IpamDetails),     ipam,         "IPAM")                                                                   \
  F (T, flag,                  internal,     "Internal")                                                               \
  F (T, str,                   interface,    "Interface")                                                              \
  F (T, str,                   project,      "Project")                                                                \
  F (T, str,                   key,          "Key")                                                                    \
  F (T, dict (Member),         containers,   "Containers")                                                             \
  F (T, map,                   options,      "Options")                                                                \
  F (T, map,                   labels,       "Labels")
DECLARE (IpamSubnet)
DECLARE (IpamDetails)
DECLARE (Member)
DECLARE (NetworkDetails)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

/* Network NAME as a JSON object, in one line or with INDENT, for the caller to free. */
int network_json (const struct settings *s, const char *name, const char *indent, char **ret, struct error **err);

#endif
