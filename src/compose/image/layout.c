/* layout.c - reads OCI layouts and dir: directories: documents, digests, which manifest is meant. Reads only; nothing
 * of a layout is followed out of it. */
#include "layout.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "errors.h"
#include "fs.h"
#include "reference.h"

enum
{
  DOCUMENT_LIMIT = 4 << 20,  /* what registries accept for a manifest (image-spec manifest.md, distribution-spec) */
  LAYERS_LIMIT = 500,        /* OVL_MAX_STACK of the kernel */
  INDEX_DEPTH = 4,
};

#define REF_NAME "org.opencontainers.image.ref.name"

void
layout_close (struct layout *l)
{
  close_fd (&l->fd);
}

void
layout_image_free (struct layout_image *i)
{
  oci_document_free (&i->manifest_document);
  oci_document_free (&i->config_document);
  free (i->manifest_text);
  free (i->config_text);
  free (i->digest);
  *i = (struct layout_image) { 0 };
}

/* Open file NAME of the layout: no links, nothing but a regular file. */
static int
open_file (const struct layout *l, const char *name, int *ret_fd, int64_t *ret_size, struct error **err)
{
  struct stat st;
  struct open_how how
      = { .flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, .resolve = RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH };
  autoclose int fd = (int) syscall (SYS_openat2, l->fd, name, &how, sizeof how);
  if (fd < 0 && errno == ELOOP)
    return fail (err, E_BAD_IMAGE, "%s: is a symbolic link, or below one", name);
  if (fd < 0 || fstat (fd, &st) < 0)
    return errno == ENOENT ? fail (err, E_BAD_IMAGE, "%s: is missing", name) : fail_sys (err, errno, "open %s", name);
  if (! S_ISREG (st.st_mode))
    return fail (err, E_BAD_IMAGE, "%s: is not a regular file", name);
  *ret_fd = TAKE_FD (fd);
  *ret_size = st.st_size;
  return 0;
}

static int
read_file (const struct layout *l, const char *name, char **ret, size_t *ret_len, struct error **err)
{
  autoclose int fd = -1;
  int64_t size;
  TRY (open_file (l, name, &fd, &size, err));
  if (size > DOCUMENT_LIMIT)
    return fail (err, E_BAD_IMAGE, "%s: more than %d MiB", name, DOCUMENT_LIMIT >> 20);
  return fs_read_stream (fd, name, DOCUMENT_LIMIT, ret, ret_len, err);
}

static const void *
parse (const struct oci_schema *schema, const char *name, const char *text, size_t n, struct oci_document *doc,
       struct error **err)
{
  const void *parsed = oci_parse (schema, text, n, doc);
  if (! parsed)
    fail (err, E_BAD_IMAGE, "%s:%u:%u: %s%s%s", name, doc->line, doc->column, doc->path, *doc->path ? ": " : "",
          doc->message);
  return parsed;
}

char *
layout_blob_name (const struct layout *l, const char *digest)
{
  return mem_printf ("%s%s", l->kind == LAYOUT_OCI ? "blobs/sha256/" : "", digest_hex (digest));
}

static int
check_descriptor (const struct image_Descriptor *d, const char *what, struct error **err)
{
  if (! digest_valid (d->digest))
    return fail (err, E_BAD_IMAGE, "%s: digest `%.100s` is not sha256: and 64 hexadecimal digits", what, d->digest);
  return 0;
}

int
layout_blob (const struct layout *l, const struct image_Descriptor *d, int *ret_fd, struct error **err)
{
  autofree char *name = layout_blob_name (l, d->digest);
  autoclose int fd = -1;
  int64_t size;
  TRY (open_file (l, name, &fd, &size, err));
  if (size != d->size.value)
    return fail (err, E_BAD_IMAGE, "%s: has %lld bytes, its descriptor says %lld", name, (long long) size,
                 (long long) d->size.value);
  *ret_fd = TAKE_FD (fd);
  return 0;
}

/* A document that a descriptor names, checked against it. */
static int
read_blob (const struct layout *l, const struct image_Descriptor *d, const char *what, char **ret, size_t *ret_len,
           struct error **err)
{
  char digest[DIGEST_SIZE];
  size_t n;
  TRY (check_descriptor (d, what, err));
  autofree char *name = layout_blob_name (l, d->digest), *text = NULL;
  TRY_DOING (err, read_file (l, name, &text, &n, err), "%s", what);
  digest_of (text, n, digest);
  if ((int64_t) n != d->size.value)
    return fail (err, E_BAD_IMAGE, "%s: %s has %zu bytes, its descriptor says %lld", what, name, n,
                 (long long) d->size.value);
  if (! streq (digest, d->digest))
    return fail (err, E_BAD_IMAGE, "%s: %s has digest %s", what, name, digest);
  *ret = TAKE_PTR (text);
  *ret_len = n;
  return 0;
}

int
layout_open (enum layout_kind kind, const char *path, struct layout *ret, struct error **err)
{
  autolayout l = { .kind = kind, .fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) };
  autofree char *text = NULL;
  struct oci_document doc = { 0 };
  size_t n;
  if (l.fd < 0)
    return fail_sys (err, errno, "open %s", path);
  if (kind == LAYOUT_OCI)
    {
      TRY_DOING (err, read_file (&l, "oci-layout", &text, &n, err), "%s is no OCI layout", path);
      const struct image_Layout *layout = parse (&image_Layout_schema, "oci-layout", text, n, &doc, err);
      bool known = layout && after_prefix (layout->version, "1.");
      if (layout && ! known)
        fail (err, E_BAD_IMAGE, "oci-layout: version `%.20s` is unknown: want 1.0.0", layout->version);
      oci_document_free (&doc);
      if (! known)
        return wrap (err, "%s", path);
    }
  *ret = l;
  l.fd = -1;
  return 0;
}

static const char *
name_of (const struct image_Descriptor *d)
{
  for (size_t i = 0; i < d->annotations.n; i++)
    if (streq (d->annotations.keys[i], REF_NAME) && *d->annotations.v[i])
      return d->annotations.v[i];
  return NULL;
}

static const struct image_Index *
parse_index (const char *what, const char *text, size_t n, struct oci_document *doc, struct error **err)
{
  const struct image_Index *index = parse (&image_Index_schema, what, text, n, doc, err);
  if (! index)
    return NULL;
  if (! index->config && ! index->layers && (! index->media_type || media_kind (index->media_type) == MEDIA_INDEX))
    return index;
  fail (err, E_BAD_IMAGE, "%s: is an index, and also says that it is something else (config, layers or mediaType)",
        what);
  oci_document_free (doc);
  return NULL;
}

int
layout_names (const struct layout *l, struct strv *ret, size_t *ret_unnamed, struct error **err)
{
  autofree char *text = NULL;
  struct oci_document doc = { 0 };
  size_t n;
  *ret_unnamed = l->kind == LAYOUT_DIR;
  if (l->kind == LAYOUT_DIR)
    return 0;
  TRY (read_file (l, "index.json", &text, &n, err));
  const struct image_Index *index = parse_index ("index.json", text, n, &doc, err);
  if (! index)
    return -E_BAD_IMAGE;
  for (size_t i = 0; i < index->manifests.n; i++)
    {
      const char *name = name_of (&index->manifests.v[i]);
      bool known = false;
      for (size_t k = 0; name && k < ret->n; k++)
        known = known || streq (ret->v[k], name);
      if (! name)
        ++*ret_unnamed;
      else if (! known)
        strv_add (ret, name);
    }
  oci_document_free (&doc);
  return 0;
}

/* Does D say that it is for another platform than P? A manifest that says nothing fits. */
static bool
platform_fits (const struct image_Descriptor *d, const struct platform *p)
{
  const struct image_Platform *have = d->platform;
  if (! have || ! have->architecture || ! have->os)
    return true;
  if (! streq (have->os, p->os) || ! streq (have->architecture, p->architecture))
    return false;
  return ! p->variant[0] || ! have->variant || streq (have->variant, p->variant);
}

/* Which of INDEX's entries is meant: those called NAME (NULL: all), the first that fits PLATFORM (image-index.md: "the
 * first matching entry SHOULD be used"). */
static const struct image_Descriptor *
choose (const struct image_Index *index, const char *what, const char *name, const struct platform *platform,
        struct error **err)
{
  const struct image_Descriptor *chosen = NULL;
  size_t named = 0, without_platform = 0;
  autotext struct text there = { 0 };
  for (size_t i = 0; i < index->manifests.n; i++)
    {
      const struct image_Descriptor *d = &index->manifests.v[i];
      if (name && (! name_of (d) || ! streq (name_of (d), name)))
        continue;
      named++;
      without_platform += ! d->platform && (! chosen || ! streq (chosen->digest, d->digest));
      if (d->platform)
        text_printf (&there, "%s%.30s/%.30s", there.len ? ", " : "", d->platform->os ?: "?",
                     d->platform->architecture ?: "?");
      if (! chosen && platform_fits (d, platform))
        chosen = d;
    }
  if (named > 1 && without_platform > 1)
    {
      fail (err, E_BAD_IMAGE, "%s: %zu entries %s%s without a platform: it is not clear which one is meant", what,
            without_platform, name ? "are called " : "", name ?: "");
      return NULL;
    }
  if (named == 0)
    fail (err, E_NO_IMAGE, "%s: holds no image%s%s", what, name ? " called " : "", name ?: "");
  else if (! chosen)
    fail (err, E_NO_IMAGE, "%s: no image for %s/%s, only for %s", what, platform->os, platform->architecture,
          there.s ?: "");
  return chosen;
}

static int
read_manifest (const struct layout *l, const struct image_Descriptor *d, struct layout_image *i, struct error **err)
{
  size_t n;
  TRY (read_blob (l, d, "manifest", &i->manifest_text, &n, err));
  i->digest = mem_strdup (d->digest);
  i->manifest = parse (&image_Manifest_schema, "manifest", i->manifest_text, n, &i->manifest_document, err);
  if (! i->manifest)
    return -E_BAD_IMAGE;
  if (i->manifest->media_type && ! streq (i->manifest->media_type, d->media_type))
    return fail (err, E_BAD_IMAGE, "manifest: says it is %.100s, its descriptor says %.100s", i->manifest->media_type,
                 d->media_type);
  return 0;
}

/* From an index downwards to a manifest. */
static int
descend (const struct layout *l, const char *what, const char *text, size_t length, const char *name,
         const struct platform *platform, unsigned depth, struct layout_image *ret, struct error **err)
{
  struct oci_document doc = { 0 };
  autofree char *inner = NULL;
  size_t n;
  const struct image_Index *index = parse_index (what, text, length, &doc, err);
  if (! index)
    return -E_BAD_IMAGE;
  const struct image_Descriptor *d = choose (index, what, name, platform, err);
  int r;
  if (! d)
    r = wrap (err, "which image");
  else if (media_kind (d->media_type) == MEDIA_MANIFEST)
    r = read_manifest (l, d, ret, err);
  else if (media_kind (d->media_type) != MEDIA_INDEX)
    r = fail (err, E_BAD_IMAGE, "%s: media type `%.100s` is no image", what, d->media_type);
  else if (depth == INDEX_DEPTH)
    r = fail (err, E_BAD_IMAGE, "%s: more than %d indices within each other", what, INDEX_DEPTH);
  else
    {
      r = read_blob (l, d, "index", &inner, &n, err);
      if (r >= 0)
        r = descend (l, "index", inner, n, NULL, platform, depth + 1, ret, err);
    }
  oci_document_free (&doc);
  return r;
}

/* The manifest of a dir:, which no descriptor names. */
static int
read_dir_manifest (const struct layout *l, struct layout_image *i, struct error **err)
{
  char digest[DIGEST_SIZE];
  size_t n;
  TRY (read_file (l, "manifest.json", &i->manifest_text, &n, err));
  i->manifest = parse (&image_Manifest_schema, "manifest.json", i->manifest_text, n, &i->manifest_document, err);
  if (! i->manifest)
    return -E_BAD_IMAGE;
  digest_of (i->manifest_text, n, digest);
  i->digest = mem_strdup (digest);
  return 0;
}

static int
check_manifest (const struct image_Manifest *m, struct error **err)
{
  enum media_kind kind = m->media_type ? media_kind (m->media_type) : MEDIA_MANIFEST;
  if (m->manifests || kind != MEDIA_MANIFEST)
    return fail (err, E_BAD_IMAGE,
                 "manifest: has layers, and also says that it is something else (manifests or mediaType)");
  if (media_kind (m->config->media_type) != MEDIA_CONFIG)
    return fail (err, E_BAD_IMAGE, "manifest: config.mediaType `%.100s`: this is no image of a container",
                 m->config->media_type);
  if (m->layers.n == 0 || m->layers.n > LAYERS_LIMIT)
    return fail (err, E_BAD_IMAGE, "manifest: has %zu layers: want 1 to %d", m->layers.n, LAYERS_LIMIT);
  for (size_t i = 0; i < m->layers.n; i++)
    {
      const struct image_Descriptor *d = &m->layers.v[i];
      autofree char *what = mem_printf ("manifest: layers[%zu]", i);
      TRY (check_descriptor (d, what, err));
      if (media_kind (d->media_type) == MEDIA_FOREIGN_LAYER)
        return fail (err, E_BAD_IMAGE, "%s: `%.100s` is to be had only from elsewhere, which is not done", what,
                     d->media_type);
      if (media_kind (d->media_type) != MEDIA_LAYER)
        return fail (err, E_BAD_IMAGE, "%s: media type `%.100s` is unknown", what, d->media_type);
    }
  return 0;
}

static int
read_config (const struct layout *l, struct layout_image *i, struct error **err)
{
  size_t n;
  TRY (read_blob (l, i->manifest->config, "config", &i->config_text, &n, err));
  i->config = parse (&image_Configuration_schema, "config", i->config_text, n, &i->config_document, err);
  if (! i->config)
    return -E_BAD_IMAGE;
  const struct oci_strings *ids = &i->config->rootfs->diff_ids;
  if (! streq (i->config->rootfs->type, "layers"))
    return fail (err, E_BAD_IMAGE, "config: rootfs.type `%.40s` is not `layers`", i->config->rootfs->type);
  if (ids->n != i->manifest->layers.n)
    return fail (err, E_BAD_IMAGE, "config: %zu diff_ids for %zu layers", ids->n, i->manifest->layers.n);
  for (size_t k = 0; k < ids->n; k++)
    if (! digest_valid (ids->v[k]))
      return fail (err, E_BAD_IMAGE, "config: rootfs.diff_ids[%zu]: `%.100s` is not sha256: and 64 hexadecimal digits",
                   k, ids->v[k]);
  if (! streq (i->config->os, "linux"))
    return fail (err, E_BAD_IMAGE, "config: is for operating system `%.40s`, not for linux", i->config->os);
  return 0;
}

int
layout_read (const struct layout *l, const char *name, const struct platform *platform, struct layout_image *ret,
             struct error **err)
{
  autolayoutimage i = { 0 };
  autofree char *text = NULL;
  size_t n;
  if (l->kind == LAYOUT_DIR)
    TRY (read_dir_manifest (l, &i, err));
  else
    {
      TRY (read_file (l, "index.json", &text, &n, err));
      TRY (descend (l, "index.json", text, n, name, platform, 1, &i, err));
    }
  TRY (check_manifest (i.manifest, err));
  TRY (read_config (l, &i, err));
  *ret = i;
  i = (struct layout_image) { 0 };
  return 0;
}

static bool
is_oci_manifest (const char *media_type)
{
  return ! media_type
         || (media_kind (media_type) == MEDIA_MANIFEST && after_prefix (media_type, "application/vnd.oci."));
}

int
layout_digest (const char *text, size_t n, const struct platform *platform, char **ret, bool *ret_oci,
               struct error **err)
{
  char digest[DIGEST_SIZE];
  struct oci_document doc = { 0 };
  const struct image_Index *index = oci_parse (&image_Index_schema, text, n, &doc);
  if (index)
    {
      const struct image_Descriptor *d = choose (index, "index", NULL, platform, err);
      int r = d ? check_descriptor (d, "index", err) : wrap (err, "which image");
      if (d && r >= 0)
        {
          *ret = mem_strdup (d->digest);
          *ret_oci = is_oci_manifest (d->media_type);
        }
      oci_document_free (&doc);
      return r;
    }
  const struct image_Manifest *manifest = oci_parse (&image_Manifest_schema, text, n, &doc);
  *ret_oci = manifest && is_oci_manifest (manifest->media_type);
  oci_document_free (&doc);
  digest_of (text, n, digest);
  *ret = mem_strdup (digest);
  return 0;
}
