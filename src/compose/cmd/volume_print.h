/* volume_print.h - volumes as the commands show them. */
#ifndef COMPOSE_VOLUME_PRINT_H
#define COMPOSE_VOLUME_PRINT_H

#include "ocispec.h"
#include "volumes.h"

#undef OCI_PREFIX
#define OCI_PREFIX volumeprint_
/* The members that docker's have, and the project's. */
#define SPEC_VolumeDetails(F, T)                                                                                       \
  F (T, str,                   name,         "Name")                                                                   \
  F (T, str,                   driver,       "Driver")                                                                 \
  F (T, str,                   mountpoint,   "Mountpoint")                                                             \
  F (T, str,                   created,      "CreatedAt")                                                              \
  F (T, str,                   scope,        "Scope")                                                                  \
  F (T, str,                   project,      "Project")                                                                \
  F (T, str,                   key,          "Key")                                                                    \
  F (T, flag,                  anonymous,    "Anonymous")                                                              \
  F (T, map,                   labels,       "Labels")
DECLARE (VolumeDetails)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

/* V as a JSON object, in one line or with INDENT; the caller frees it. */
char *volume_json (const struct volume_info *v, const char *indent);

/* Print the volumes NAMES: only names, one JSON object per line, or a table ("table", NULL). EINVAL: no such FORMAT. */
int volumes_print (const struct settings *s, const struct strv *names, bool quiet, const char *format,
                   struct error **err);

#endif
