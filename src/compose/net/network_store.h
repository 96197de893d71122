/* network_store.h - what is kept about networks: DATA/networks/NAME.json, the definition with its leases (keys as in
 * Podman's and netavark's network files where they have one), and RUN/network/NAME.json, which containers are attached
 * now. Everything that the kernel and the DNS server are told is made from these two files, so that what a killed
 * command left can be put right from them. */
#ifndef COMPOSE_NETWORK_STORE_H
#define COMPOSE_NETWORK_STORE_H

#include "arena.h"
#include "error.h"
#include "mem.h"
#include "record.h"
#include "settings.h"

#undef OCI_PREFIX
#define OCI_PREFIX record_

#define SPEC_LeaseRange(F, T)                                                                                          \
  F (T, str,                   start_ip,     "start_ip", .required = true)                                             \
  F (T, str,                   end_ip,       "end_ip", .required = true)
/* reserved: the compose file's aux_addresses */
#define SPEC_Subnet(F, T)                                                                                              \
  F (T, str,                   subnet,       "subnet", .required = true)                                               \
  F (T, str,                   gateway,      "gateway", .required = true)                                              \
  F (T, obj (LeaseRange),      lease_range,  "lease_range")                                                            \
  F (T, strs,                  reserved,     "reserved")
#define SPEC_Lease(F, T)                                                                                               \
  F (T, str,                   id,           "id", .required = true)                                                   \
  F (T, strs,                  addresses,    "addresses")
/* definition: the compose file's words, to tell whether they changed; options: driver_opts */
#define SPEC_NetworkFile(F, T)                                                                                         \
  F (T, str,                   name,         "name", .required = true)                                                 \
  F (T, str,                   id,           "id", .required = true)                                                   \
  F (T, str,                   driver,       "driver", .required = true)                                               \
  F (T, str,                   interface,    "network_interface", .required = true)                                    \
  F (T, str,                   created,      "created")                                                                \
  F (T, str,                   project,      "project")                                                                \
  F (T, str,                   key,          "key")                                                                    \
  F (T, list (Subnet),         subnets,      "subnets")                                                                \
  F (T, flag,                  ipv6,         "ipv6_enabled")                                                           \
  F (T, flag,                  internal,     "internal")                                                               \
  F (T, map,                   labels,       "labels")                                                                 \
  F (T, map,                   options,      "options")                                                                \
  F (T, str,                   definition,   "definition")                                                             \
  F (T, list (Lease),          leases,       "leases")

#define SPEC_Attached(F, T)                                                                                            \
  F (T, str,                   id,           "id", .required = true)                                                   \
  F (T, str,                   name,         "name", .required = true)                                                 \
  F (T, str,                   interface,    "interface", .required = true)     /* inside */                           \
  F (T, str,                   host_interface, "hostInterface", .required = true)                                      \
  F (T, strs,                  addresses,    "addresses")                                                              \
  F (T, strs,                  names,        "names")                                                                  \
  F (T, strs,                  dns,          "dns")           /* whom to ask for other names */                        \
  F (T, list (Port),           ports,        "ports")
#define SPEC_NetworkState(F, T)                                                                                        \
  F (T, list (Attached),       attached,     "attached")

#define NETWORK_TYPES(D) D (LeaseRange) D (Subnet) D (Lease) D (NetworkFile) D (Attached) D (NetworkState)
NETWORK_TYPES (DECLARE)

#undef OCI_PREFIX
#define OCI_PREFIX oci_

/* The lock under which all of these files, and what follows from them, change; it is let go with the descriptor. */
int network_lock (const struct settings *s, int *ret_fd, struct error **err);

/* Network NAME, living until oci_document_free (DOC). NULL: see *ERR (E_NOT_FOUND if there is none). */
const struct record_NetworkFile *network_read (const struct settings *s, const char *name, struct oci_document *doc,
                                           struct error **err);
int network_write (const struct settings *s, const struct record_NetworkFile *n, struct error **err);
/* The file of the definition goes away; it may be gone. */
int network_forget (const struct settings *s, const char *name, struct error **err);

/* Who is attached; nobody: a state without members. NULL: see *ERR. */
const struct record_NetworkState *network_state_read (const struct settings *s, const char *name,
                                                      struct oci_document *doc, struct error **err);
/* Without members the file goes away. */
int network_state_write (const struct settings *s, const char *name, const struct record_NetworkState *st,
                         struct error **err);

/* ST without container ID and with A (NULL: nobody), its list in ARENA. */
struct record_NetworkState network_state_with (const struct record_NetworkState *st, const char *id,
                                               const struct record_Attached *a, struct arena *arena);
/* Container ID in ST, or NULL. */
const struct record_Attached *network_state_find (const struct record_NetworkState *st, const char *id);

/* May NAME be a network's name: letters, digits, ".", "_", "-", beginning with a letter or digit, at most 128. */
bool network_name_valid (const char *name);
/* The first DIGITS hexadecimal digits of a hash of A and B, and a NUL. */
void network_hash (const char *a, const char *b, char *ret, size_t digits);
/* The value of driver option KEY, or NULL. */
const char *network_option (const struct record_NetworkFile *n, const char *key);

#endif
