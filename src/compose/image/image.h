/* image.h - the image store: DATA/images/ with
 *   store.db          SQLite (WAL): images by id, names, layers, what refers to what, when pulled
 *   blobs/sha256/HEX  configs and manifests (layers' blobs are not kept once unpacked, unless settings say so)
 *   layers/HEX/diff   one directory per diff id, an overlayfs lower directory; complete when its row in store.db says so
 *   tmp/              what is being fetched or unpacked; emptied by whoever takes the lock next
 * Nothing in it is visible before it is complete and synced; kill -9 or a full disk at any moment leaves images that are whole or
 * absent. Two commands may use it at once. */
#ifndef COMPOSE_IMAGE_H
#define COMPOSE_IMAGE_H

#include "settings.h"

struct image_port { unsigned port; char protocol[4]; };

/* An image as its configuration says (image-spec config.md, plus docker's Healthcheck, StopSignal). Owned; image_free(). */
struct image
{
  char *id;                   /* "sha256:…", digest of the configuration */
  char *digest;               /* "sha256:…" of the manifest */
  struct strv names;          /* references that name it, "docker.io/library/debian:12" */
  char *architecture, *os, *created, *author;
  struct strv entrypoint, command, environment; /* entries without "=" were refused or dropped at load: never the host's value */
  char *user, *working_dir, *stop_signal;
  struct strv volumes;        /* paths in the container */
  struct strv exposed;        /* "80/tcp" */
  struct strv labels;         /* "key=value" */
  struct strv health_test;    /* as the image has it: "CMD", … ; empty: none */
  int64_t health_interval, health_timeout, health_start_period, health_start_interval; /* ms, 0: not given */
  unsigned health_retries;
  struct strv layers;         /* absolute paths of the diff directories, uppermost first: overlayfs' order */
  struct strv diff_ids;       /* the same order */
  int64_t size;               /* bytes, unpacked */
};
void image_free (struct image *i);
#define autoimage __attribute__ ((cleanup (image_free)))

/* A reference as people write it, in full: "web" -> "docker.io/library/web:latest"; a digest stays. E_COMPOSE_FILE if it is none. */
int image_normalize (const char *reference, char **ret, struct error **err);

/* The image that REFERENCE (any form, or an id or a prefix of at least 12 digits of one) names; E_NO_IMAGE if it is not here. */
int image_find (const struct settings *s, const char *reference, struct image *ret, struct error **err);

/* When it was last pulled or loaded, ns since 1970; for pull_policy daily etc. */
int image_pulled_at (const struct settings *s, const char *reference, int64_t *ret, struct error **err);

struct screen;
struct image_pull
{
  const char *source;         /* what skopeo takes ("docker://…", "oci:DIR:TAG", "docker-archive:FILE", "dir:DIR"), or NULL: the
                                 reference from its registry */
  const char *platform;       /* "linux/arm64", NULL: the host's */
  const char *name;           /* to be known by; NULL: the reference, or the names an archive has */
  bool quiet, insecure;       /* insecure: registry by http (PERRY_INSECURE_REGISTRIES lists hosts; loopback always) */
  struct screen *screen;      /* rows and bars go there; NULL: none */
  const char *row;            /* the row's name */
};
/* Fetch, check (digests of manifest, config, layers, diff ids), unpack, publish. *RET_ID: its id, for the caller (may be NULL).
 * E_PULL, E_BAD_IMAGE, E_NO_SPACE. */
int image_pull (const struct settings *s, const char *reference, const struct image_pull *how, char **ret_id, struct error **err);

/* A host directory at which nothing is mounted but which holds the image's files merged is not to be had: containers get overlays.
 * For work on an image's files (users, copy-up) without a container: run FN in a child with a private mount namespace where
 * ROOT is the merged tree, read-only. FN's result is returned; it may write to descriptors it inherits. */
int image_with_root (const struct settings *s, const struct image *i, int (*fn) (int root_fd, void *arg, struct error **err),
                     void *arg, struct error **err);

#endif
