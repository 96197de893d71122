/* fetch.h - what only skopeo can do: speak to registries, read docker's archives. */
#ifndef COMPOSE_FETCH_H
#define COMPOSE_FETCH_H

#include "layout.h"

struct fetch
{
  const char *source;                 /* "docker://docker.io/library/debian:12", "docker-archive:FILE:NAME" */
  const struct platform *platform;    /* NULL: skopeo's choice, the host's */
  const char *directory;              /* for its temporary files */
  bool insecure;                      /* http, or a certificate nobody vouches for */
};
/* Copy into directory TO. As a dir: the manifest is kept as it is: it has the digest that the registry calls it by,
 * and docker's health check, which a conversion to an OCI configuration would lose. As an OCI layout, for manifests
 * that are OCI's, blobs that are in TO already are not fetched. E_NO_IMAGE, E_PULL, E_NO_SPACE, E_BAD_IMAGE. */
int fetch_copy (const struct fetch *f, enum layout_kind kind, const char *to, struct error **err);
/* The manifest or index that the source names, for the caller to free. */
int fetch_manifest (const struct fetch *f, char **ret, size_t *ret_len, struct error **err);
/* The names in a docker-archive FILE; E_BAD_IMAGE if it is none. */
int fetch_archive_names (const char *file, struct strv *ret, struct error **err);
/* Copy dir: FROM to a registry. */
int fetch_push (const char *from, const char *to, bool insecure, struct error **err);
/* May the registry of SOURCE ("docker://…") be spoken to by http: loopback, PERRY_INSECURE_REGISTRIES? */
bool fetch_insecure (const char *source);

#endif
