/* acquire.c - image_pull() and image_load(): where an image comes from, under which name it is known. Runs in
 * perry-compose and its jobs. Two commands for one source: the second waits, and finds all layers there. */
#include <fcntl.h>
#include <sys/stat.h>

#include "adopt.h"
#include "clock.h"
#include "errors.h"
#include "fetch.h"
#include "fs.h"
#include "image.h"
#include "image_documents.h"
#include "jobs.h"
#include "log.h"
#include "reference.h"

struct acquisition
{
  const struct settings *settings;
  const struct image_pull *how;
  struct platform platform;
  bool platform_asked;
  char *source, *name;
  struct store_tmp tmp;
  int all_lock, source_lock;
};

static void
acquisition_free (struct acquisition *a)
{
  store_tmp_remove (&a->tmp);
  close_fd (&a->source_lock);
  close_fd (&a->all_lock);
  free (a->source);
  free (a->name);
}
#define autoacquisition __attribute__ ((cleanup (acquisition_free))) struct acquisition

static int
check_platform (const struct acquisition *a, const struct layout_image *i, struct error **err)
{
  if (streq (i->config->architecture, a->platform.architecture))
    return 0;
  if (a->platform_asked)
    return fail (err, E_NO_IMAGE, "is for linux/%.40s, not for linux/%s", i->config->architecture,
                 a->platform.architecture);
  log_warning ("%s is for linux/%.40s, this machine is linux/%s", a->name ?: a->source, i->config->architecture,
               a->platform.architecture);
  return 0;
}

/* Say once, when it comes, what containers of the image will not get. */
static void
warn_of_environment (const struct acquisition *a, const struct image_Process *p)
{
  for (size_t i = 0; p && i < p->environment.n; i++)
    if (! environment_valid (p->environment.v[i]))
      log_warning ("image %s: environment entry `%.40s` has no name or no value and is left out", a->name ?: a->source,
                   p->environment.v[i]);
}

/* Take from LAYOUT what is called TAG. */
static int
take (const struct acquisition *a, const struct layout *layout, const char *tag, const char *own, char **ret_id,
      struct error **err)
{
  autolayoutimage i = { 0 };
  TRY (layout_read (layout, tag, &a->platform, &i, err));
  TRY (check_platform (a, &i, err));
  warn_of_environment (a, i.config->process);
  struct adoption adoption = { .settings = a->settings,
                               .tmp = &a->tmp,
                               .layout = layout,
                               .image = &i,
                               .own = own,
                               .name = a->name,
                               .quiet = a->how->quiet };
  job_phase ("extracting");
  TRY (adopt_image (&adoption, err));
  if (ret_id)
    *ret_id = mem_strdup (i.manifest->config->digest);
  return 0;
}

/* "DIR" or "DIR:TAG" of an OCI layout that is there already. */
static int
take_local (const struct acquisition *a, enum layout_kind kind, const char *where, char **ret_id, struct error **err)
{
  autolayout layout = LAYOUT_INIT;
  const char *colon = kind == LAYOUT_OCI ? strchr (where, ':') : NULL;
  autofree char *directory = mem_strndup (where, colon ? (size_t) (colon - where) : strlen (where));
  TRY (layout_open (kind, directory, &layout, err));
  return take (a, &layout, colon ? colon + 1 : NULL, NULL, ret_id, err);
}

/* What the store has already, into the layout TO, so that it is not fetched. */
static int
offer_blobs (const struct acquisition *a, const char *to, struct error **err)
{
  autodb db = NULL;
  autorows rows = NULL;
  autofree char *directory = mem_printf ("%s/blobs/sha256", to);
  int r;
  TRY (fs_mkdir_parents (directory, 0700, err));
  TRY (store_db_open (a->settings, &db, err));
  TRY (store_query (db, &rows, err, "SELECT digest FROM blob", ""));
  while ((r = store_next (rows, err)) > 0)
    {
      const char *hex = digest_hex (store_text (rows, 0));
      autofree char *from = store_path (a->settings, "blobs/sha256/%s", hex);
      autofree char *link_name = mem_printf ("%s/%s", directory, hex);
      if (link (from, link_name) < 0 && errno != ENOENT)
        return fail_sys (err, errno, "link %s", from);
    }
  return r;
}

static struct fetch
fetch_of (const struct acquisition *a)
{
  return (struct fetch) { .source = a->source,
                          .platform = a->platform_asked ? &a->platform : NULL,
                          .directory = a->tmp.path,
                          .insecure = a->how->insecure || fetch_insecure (a->source) };
}

static int
take_fetched (const struct acquisition *a, enum layout_kind kind, char **ret_id, struct error **err)
{
  autolayout layout = LAYOUT_INIT;
  autofree char *to = mem_printf ("%s/fetch", a->tmp.path);
  const struct fetch f = fetch_of (a);
  job_phase ("fetching");
  if (kind == LAYOUT_OCI)
    TRY (offer_blobs (a, to, err));
  TRY (fetch_copy (&f, kind, to, err));
  TRY (layout_open (kind, to, &layout, err));
  return take (a, &layout, NULL, to, ret_id, err);
}

/* What the store knows of the name, and of its repository. */
struct known
{
  bool repository;      /* some name of it is here */
  char *id, *digest;    /* of the name; NULL: it is not here */
};

static void
known_free (struct known *k)
{
  free (k->id);
  free (k->digest);
}
#define autoknown __attribute__ ((cleanup (known_free))) struct known

static int
find_known (const struct acquisition *a, struct known *k, struct error **err)
{
  autodb db = NULL;
  autorows rows = NULL;
  autofree char *repository = NULL, *tag = NULL;
  int r;
  reference_split (a->name, &repository, &tag);
  TRY (store_db_open (a->settings, &db, err));
  TRY (store_query (db, &rows, err,
                    "SELECT image, digest, reference = ?1 AS same FROM name"
                    " WHERE substr (reference, 1, length (?2) + 1) IN (?2 || ':', ?2 || '@') ORDER BY same DESC",
                    "ss", a->name, repository));
  r = store_next (rows, err);
  k->repository = r > 0;
  if (r > 0 && sqlite3_column_int64 (rows, 2))
    {
      k->id = mem_strdup (store_text (rows, 0));
      k->digest = mem_strdup (store_text (rows, 1));
    }
  return r;
}

static int
note_time (const struct acquisition *a, struct error **err)
{
  autodb db = NULL;
  TRY (store_db_open (a->settings, &db, err));
  return store_do (db, err, "UPDATE name SET pulled = ? WHERE reference = ?", "is",
                   clock_wall_ns (), a->name);
}

/* From a registry. If we have something of the repository, its manifest is asked for first: it may be what we have,
 * which is then current; if it is OCI's, only the layers are fetched that we do not have. (Of what we know nothing
 * of, it is not asked for: registries count such requests.) */
static int
take_remote (const struct acquisition *a, char **ret_id, struct error **err)
{
  autoknown k = { 0 };
  autofree char *text = NULL, *digest = NULL;
  const struct fetch f = fetch_of (a);
  size_t n;
  bool oci;
  if (a->name)
    TRY (find_known (a, &k, err));
  if (! k.repository)
    return take_fetched (a, LAYOUT_DIR, ret_id, err);
  TRY (fetch_manifest (&f, &text, &n, err));
  TRY (layout_digest (text, n, &a->platform, &digest, &oci, err));
  if (a->platform_asked || ! k.id || ! streq (digest, k.digest)) /* what we have may be for another platform */
    return take_fetched (a, oci ? LAYOUT_OCI : LAYOUT_DIR, ret_id, err);
  TRY (note_time (a, err));
  if (ret_id)
    *ret_id = TAKE_PTR (k.id);
  return 0;
}

static int
prepare (struct acquisition *a, const char *reference, struct error **err)
{
  const char *name = a->how->name ?: reference;
  TRY (platform_parse (a->how->platform, &a->platform, err));
  a->platform_asked = a->how->platform && *a->how->platform;
  if (name)
    TRY (image_normalize (name, &a->name, err));
  a->source = a->how->source ? mem_strdup (a->how->source) : mem_printf ("docker://%s", a->name);
  autofree char *lock = mem_printf ("source %s %s", a->source, a->how->platform ?: "");
  TRY (store_lock (a->settings, STORE_LOCK_ALL, STORE_SHARED, &a->all_lock, err));
  TRY (store_lock (a->settings, lock, STORE_EXCLUSIVE, &a->source_lock, err));
  return store_tmp_make (a->settings, &a->tmp, err);
}

static int
acquire (const struct acquisition *a, char **ret_id, struct error **err)
{
  const char *oci = after_prefix (a->source, "oci:"), *dir = after_prefix (a->source, "dir:");
  if (oci || dir)
    return take_local (a, oci ? LAYOUT_OCI : LAYOUT_DIR, oci ?: dir, ret_id, err);
  return after_prefix (a->source, "docker://") ? take_remote (a, ret_id, err)
                                               : take_fetched (a, LAYOUT_DIR, ret_id, err);
}

int
image_pull (const struct settings *s, const char *reference, const struct image_pull *how, char **ret_id,
            struct error **err)
{
  autoacquisition a = { .settings = s, .how = how, .tmp = STORE_TMP_INIT, .all_lock = -1, .source_lock = -1 };
  TRY_DOING (err, prepare (&a, reference, err), "image %s", reference ?: how->source);
  TRY_DOING (err, acquire (&a, ret_id, err), "image %s", a.name ?: a.source);
  return 0;
}
