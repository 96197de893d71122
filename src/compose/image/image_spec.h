/* image_spec.h - the documents of an image (image-spec 1.1, and docker's second schema, which has the same shape) as
 * lists of the schema engine. Only members that are looked at; image/ alone includes this. */
#ifndef COMPOSE_IMAGE_SPEC_H
#define COMPOSE_IMAGE_SPEC_H

#include "ocispec.h"

#undef OCI_PREFIX
#define OCI_PREFIX image_

#define SPEC_Layout(F, T) F (T, str, version, "imageLayoutVersion", .required = true)

#define SPEC_Platform(F, T)                                                                                            \
  F (T, str,                   architecture, "architecture")                                                           \
  F (T, str,                   os,           "os")                                                                     \
  F (T, str,                   variant,      "variant")

#define SPEC_Descriptor(F, T)                                                                                          \
  F (T, str,                   media_type,   "mediaType", .required = true)                                            \
  F (T, str,                   digest,       "digest", .required = true)                                               \
  F (T, range (0, INT64_MAX),  size,         "size", .required = true)                                                 \
  F (T, map,                   annotations,  "annotations")                                                            \
  F (T, obj (Platform),        platform,     "platform")

/* A document with the members of an index and of a manifest can be read as either (CVE-2021-41190): both lists know the
 * other's. */
#define SPEC_Index(F, T)                                                                                               \
  F (T, range (2, 2),          schema,       "schemaVersion", .required = true)                                        \
  F (T, str,                   media_type,   "mediaType")                                                              \
  F (T, list (Descriptor),     manifests,    "manifests", .required = true)                                            \
  F (T, json,                  config,       "config")                                                                 \
  F (T, json,                  layers,       "layers")
#define SPEC_Manifest(F, T)                                                                                            \
  F (T, range (2, 2),          schema,       "schemaVersion", .required = true)                                        \
  F (T, str,                   media_type,   "mediaType")                                                              \
  F (T, obj (Descriptor),      config,       "config", .required = true)                                               \
  F (T, list (Descriptor),     layers,       "layers", .required = true)                                               \
  F (T, json,                  manifests,    "manifests")

#define SPEC_Nothing(F, T) F (T, json, nothing, "")
/* docker's; times in nanoseconds */
#define SPEC_ImageHealth(F, T)                                                                                         \
  F (T, strs,                  test,         "Test")                                                                   \
  F (T, i64,                   interval,     "Interval")                                                               \
  F (T, i64,                   timeout,      "Timeout")                                                                \
  F (T, i64,                   start_period, "StartPeriod")                                                            \
  F (T, i64,                   start_interval, "StartInterval")                                                        \
  F (T, i64,                   retries,      "Retries")
#define SPEC_Process(F, T)                                                                                             \
  F (T, str,                   user,         "User")                                                                   \
  F (T, dict (Nothing),        exposed,      "ExposedPorts")                                                           \
  F (T, strs,                  environment,  "Env")                                                                    \
  F (T, strs,                  entrypoint,   "Entrypoint")                                                             \
  F (T, strs,                  command,      "Cmd")                                                                    \
  F (T, dict (Nothing),        volumes,      "Volumes")                                                                \
  F (T, str,                   working_dir,  "WorkingDir")                                                             \
  F (T, map,                   labels,       "Labels")                                                                 \
  F (T, str,                   stop_signal,  "StopSignal")                                                             \
  F (T, obj (ImageHealth),     health,       "Healthcheck")
#define SPEC_RootFs(F, T)                                                                                              \
  F (T, str,                   type,         "type", .required = true)                                                 \
  F (T, strs,                  diff_ids,     "diff_ids", .required = true)
#define SPEC_Configuration(F, T)                                                                                       \
  F (T, str,                   architecture, "architecture", .required = true)                                         \
  F (T, str,                   os,           "os", .required = true)                                                   \
  F (T, str,                   variant,      "variant")                                                                \
  F (T, str,                   created,      "created")                                                                \
  F (T, str,                   author,       "author")                                                                 \
  F (T, obj (Process),         process,      "config")                                                                 \
  F (T, obj (RootFs),          rootfs,       "rootfs", .required = true)

#define IMAGE_TYPES(D)                                                                                                 \
  D (Layout) D (Platform) D (Descriptor) D (Index) D (Manifest) D (Nothing) D (ImageHealth) D (Process) D (RootFs)     \
  D (Configuration)
IMAGE_TYPES (DECLARE)

#undef OCI_PREFIX
#define OCI_PREFIX oci_

/* Media types, and what they are. */
enum media_kind
{
  MEDIA_UNKNOWN,
  MEDIA_INDEX,
  MEDIA_MANIFEST,
  MEDIA_CONFIG,
  MEDIA_LAYER,
  MEDIA_OLD_MANIFEST,
  MEDIA_FOREIGN_LAYER
};
enum media_kind media_kind (const char *media_type);

#endif
