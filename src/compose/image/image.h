/* image.h - the image store: DATA/images/ with
 *   store.db          SQLite (WAL): images by id with manifest and configuration, names, layers, when pulled
 *   blobs/sha256/HEX  layers as they came, for `push`; `image prune --blobs` gives the space back
 *   layers/HEX/diff   one directory per diff id, an overlayfs lower directory; complete when it has its row in store.db
 *   tmp/              what is being fetched or unpacked; what dead commands left goes when the next one begins
 * Nothing in it is visible before it is complete and synced; kill -9 or a full disk at any moment leaves images that
 * are whole or absent. Two commands may use it at once. */
#ifndef COMPOSE_IMAGE_H
#define COMPOSE_IMAGE_H

#include "settings.h"

/* An image as its configuration says (image-spec config.md, plus docker's Healthcheck, StopSignal). Owned;
 * image_free(). */
struct image
{
  char *id;                   /* "sha256:…", digest of the configuration */
  char *digest;               /* "sha256:…" of the manifest */
  struct strv names;          /* references that name it, "docker.io/library/debian:12" */
  char *architecture, *os, *created, *author;
  struct strv entrypoint, command;
  struct strv environment;    /* entries without "=" were dropped: never the host's value */
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

/* A reference as people write it, in full: "web" -> "docker.io/library/web:latest"; a digest stays. E_COMPOSE_FILE if
 * it is none. */
int image_normalize (const char *reference, char **ret, struct error **err);

/* The image that REFERENCE (any form, or an id or a prefix of at least 12 digits of one) names; E_NO_IMAGE if it is not
 * here, E_CONFLICT if the prefix is of several. */
int image_find (const struct settings *s, const char *reference, struct image *ret, struct error **err);
/* The same for N references at once, in one opening of the store: RET[i] stays as it is where there is none, or
 * REFERENCES[i] is NULL. */
int image_find_each (const struct settings *s, char *const *references, size_t n, struct image *ret,
                     struct error **err);

/* Its id, and the name by which it was found (RET_NAME may be NULL; NULL there: by its id or digest). Both for the
 * caller to free. A name without a registry is looked for in docker.io, then in localhost. */
int image_resolve (const struct settings *s, const char *reference, char **ret_id, char **ret_name, struct error **err);
/* The image whose whole id is ID. */
int image_read (const struct settings *s, const char *id, struct image *ret, struct error **err);
/* The ids of all images, by name. */
int image_list (const struct settings *s, struct strv *ret, struct error **err);

/* When it was last pulled or loaded, ns since 1970; for pull_policy daily etc. */
int image_pulled_at (const struct settings *s, const char *reference, int64_t *ret, struct error **err);

/* As long as the descriptor is open no layer is removed: hold it from image_find() until the container's record is
 * written. */
int image_hold (const struct settings *s, int *ret_fd, struct error **err);

struct image_pull
{
  const char *source;         /* what skopeo takes ("docker://…", "oci:DIR:TAG", "docker-archive:FILE", "dir:DIR"), or
                                 NULL: the reference from its registry */
  const char *platform;       /* "linux/arm64", NULL: the host's */
  const char *name;           /* to be known by; NULL: the reference, or the names an archive has */
  bool quiet, insecure;       /* insecure: registry by http (PERRY_INSECURE_REGISTRIES lists hosts; loopback always) */
};
/* Fetch, check (digests of manifest, config, layers, diff ids), unpack, publish. *RET_ID: its id, for the caller (may
 * be NULL). E_PULL, E_BAD_IMAGE, E_NO_SPACE. */
int image_pull (const struct settings *s, const char *reference, const struct image_pull *how, char **ret_id,
                struct error **err);

/* Load PATH: an archive of docker save, an OCI archive or an OCI layout, told by what it holds. Names are those of the
 * archive (of a layout: its index' entries'); HOW->name instead if it has one image. *RET: names or ids. */
int image_load (const struct settings *s, const char *path, const struct image_pull *how, struct strv *ret,
                struct error **err);
/* Copy TO a registry ("docker://…"; NULL: the one in its name; "dir:DIR" is a directory). E_CONFLICT when its blobs
 * were pruned. */
int image_push (const struct settings *s, const char *reference, const char *to, bool insecure, struct error **err);

/* REFERENCE gets NAME, too. */
int image_tag (const struct settings *s, const char *reference, const char *name, struct error **err);
/* Take the name away; the last one (or an id): the image too. E_CONFLICT if a container has it, unless FORCE: then its
 * layers stay until that container is gone. *RET: what was done, "untagged …", "deleted …"; may be NULL. */
int image_remove (const struct settings *s, const char *reference, bool force, struct strv *ret, struct error **err);
struct image_prune
{
  bool all;                   /* also images that have a name, if no container has them */
  bool blobs;                 /* and what only `push` needs */
  bool builds;                /* and what `build` keeps to be faster the next time */
};
/* Images without a name that no container has, layers and blobs of no image, leftovers. *RET_BYTES: what layers and
 * blobs had. */
int image_prune (const struct settings *s, const struct image_prune *how, struct strv *ret, int64_t *ret_bytes,
                 struct error **err);
/* What is wrong with the store, a line each; nothing: all well. BLOBS: read all blobs and check their digests. */
int image_check (const struct settings *s, bool blobs, struct strv *ret, struct error **err);

/* A host directory at which nothing is mounted but which holds the image's files merged is not to be had: containers
 * get overlays. For work on an image's files (users, copy-up) without a container: run FN in a child with a private
 * mount namespace where ROOT is the merged tree, read-only. FN's result is returned; it may write to descriptors it
 * inherits. */
int image_with_root (const struct settings *s, const struct image *i,
                     int (*fn) (int root_fd, void *arg, struct error **err), void *arg, struct error **err);

#endif
