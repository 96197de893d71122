/* ps_row.h - a container as `ps` shows it: docker compose's keys, so that scripts go on working, and the address. */
#ifndef COMPOSE_PS_ROW_H
#define COMPOSE_PS_ROW_H

#include "container.h"

#undef OCI_PREFIX
#define OCI_PREFIX ps_
#define SPEC_Publisher(F, T)                                                                                           \
  F (T, str,                   url,          "URL")                                                                    \
  F (T, u32,                   target,       "TargetPort")                                                             \
  F (T, u32,                   published,    "PublishedPort")                                                          \
  F (T, str,                   protocol,     "Protocol")
#define SPEC_Row(F, T)                                                                                                 \
  F (T, str,                   command,      "Command")                                                                \
  F (T, str,                   created,      "CreatedAt")                                                              \
  F (T, i64,                   exit_code,    "ExitCode")                                                               \
  F (T, str,                   health,       "Health")                                                                 \
  F (T, str,                   id,           "ID")                                                                     \
  F (T, str,                   ip,           "IPAddress")                                                              \
  F (T, str,                   image,        "Image")                                                                  \
  F (T, str,                   labels,       "Labels")                                                                 \
  F (T, str,                   local_volumes, "LocalVolumes")                                                          \
  F (T, str,                   mounts,       "Mounts")                                                                 \
  F (T, str,                   name,         "Name")                                                                   \
  F (T, str,                   names,        "Names")                                                                  \
  F (T, str,                   networks,     "Networks")                                                               \
  F (T, str,                   ports,        "Ports")                                                                  \
  F (T, str,                   project,      "Project")                                                                \
  F (T, list (Publisher),      publishers,   "Publishers")                                                             \
  F (T, str,                   reason,       "Reason")                                                                 \
  F (T, str,                   running_for,  "RunningFor")                                                             \
  F (T, str,                   service,      "Service")                                                                \
  F (T, str,                   state,        "State")                                                                  \
  F (T, str,                   status,       "Status")
DECLARE (Publisher)
DECLARE (Row)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

/* C as a row; everything lies in A or in C. */
void ps_row_make (struct arena *a, const struct container *c, bool no_trunc, struct ps_Row *ret);

/* "Up 5 minutes (healthy)", "Exited (1) 2 hours ago": what people know, in A. */
const char *ps_status (struct arena *a, const struct container *c);

#endif
