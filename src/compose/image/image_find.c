/* image_find.c - images by name or id, and an image's configuration as containers need it. Reads the database only. */
#include <string.h>

#include "errors.h"
#include "image.h"
#include "image_documents.h"
#include "image_store.h"
#include "reference.h"

enum
{
  ID_PREFIX = 12,
  NS_PER_MS = 1000000,
};

void
image_free (struct image *i)
{
  struct strv *const lists[] = { &i->names,   &i->entrypoint, &i->command,     &i->environment, &i->volumes,
                                 &i->exposed, &i->labels,     &i->health_test, &i->layers,      &i->diff_ids };
  char *const texts[]
      = { i->id, i->digest, i->architecture, i->os, i->created, i->author, i->user, i->working_dir, i->stop_signal };
  for (size_t k = 0; k < ARRAY_LEN (lists); k++)
    strv_free (lists[k]);
  for (size_t k = 0; k < ARRAY_LEN (texts); k++)
    free (texts[k]);
  *i = (struct image) { 0 };
}

/* The id that SQL gives for TEXT: 1 and *RET_ID, 0 if none; E_CONFLICT if it gives several. */
static int
one_id (store_db db, const char *sql, const char *text, const char *reference, char **ret_id, struct error **err)
{
  autorows rows = NULL;
  TRY (store_query (db, &rows, err, sql, "s", text));
  int r = store_next (rows, err);
  if (r <= 0)
    return r;
  autofree char *id = mem_strdup (store_text (rows, 0));
  r = store_next (rows, err);
  if (r > 0)
    return fail (err, E_CONFLICT, "several images have an id that begins with %s: give more digits", reference);
  TRY (r);
  *ret_id = TAKE_PTR (id);
  return 1;
}

static bool
may_be_id (const char *s)
{
  const char *hex = after_prefix (s, "sha256:") ?: s;
  size_t n = strspn (hex, "0123456789abcdef");
  return ! hex[n] && n >= ID_PREFIX && n <= DIGEST_HEX;
}

#define BY_NAME "SELECT image FROM name WHERE reference = ?"
/* "name@sha256:…" as `image ls --digests` shows it: the manifest's digest, of a name in that repository */
#define BY_DIGEST "SELECT DISTINCT image FROM name WHERE ?1 LIKE '%@' || digest" \
                  " AND substr (reference, 1, instr (?1, '@') - 1) = substr (?1, 1, instr (?1, '@') - 1)"
#define BY_ID "SELECT id FROM image WHERE substr (id, 1, length (?1)) = ?1"

static int
resolve (store_db db, const char *reference, char **ret_id, char **ret_name, struct error **err)
{
  autofree char *name = NULL, *local = NULL,
                *id = mem_printf ("sha256:%s", after_prefix (reference, "sha256:") ?: reference);
  int r = 0;
  bool as_id = may_be_id (reference);
  if (! after_prefix (reference, "sha256:"))
    r = image_normalize (reference, &name, as_id ? NULL : err); /* 64 digits are an id, but no name */
  if (r < 0 && ! as_id)
    return r;
  r = 0;
  if (name && reference_is_short (reference))
    {
      autofree char *with_registry = mem_printf ("localhost/%s", reference);
      TRY (image_normalize (with_registry, &local, err));
    }
  char **const names[] = { &name, &local };
  for (size_t i = 0; i < ARRAY_LEN (names) && r == 0; i++)
    {
      r = *names[i] ? one_id (db, BY_NAME, *names[i], reference, ret_id, err) : 0;
      if (r > 0 && ret_name)
        *ret_name = TAKE_PTR (*names[i]);
    }
  if (r == 0 && name && strchr (name, '@'))
    r = one_id (db, BY_DIGEST, name, reference, ret_id, err);
  if (r == 0 && as_id)
    r = one_id (db, BY_ID, id, reference, ret_id, err);
  if (r == 0)
    return fail (err, E_NO_IMAGE, "image %s is not here: `perry-compose image pull %s` fetches it", name ?: reference,
                 reference);
  return r < 0 ? r : 0;
}

int
image_resolve (const struct settings *s, const char *reference, char **ret_id, char **ret_name, struct error **err)
{
  autodb db = NULL;
  TRY (store_db_open (s, &db, err));
  return resolve (db, reference, ret_id, ret_name, err);
}

int
image_documents_read (store_db db, const char *id, struct image_documents *ret, struct error **err)
{
  autorows rows = NULL;
  struct image_documents d = { 0 };
  TRY (store_query (db, &rows, err, "SELECT manifest, config, digest FROM image WHERE id = ?", "s", id));
  int r = store_next (rows, err);
  if (r <= 0)
    return r < 0 ? r : fail (err, E_NO_IMAGE, "image %s was removed just now", id);
  d.manifest_text = mem_strdup (store_text (rows, 0));
  d.config_text = mem_strdup (store_text (rows, 1));
  d.digest = mem_strdup (store_text (rows, 2));
  d.config = oci_parse (&image_Configuration_schema, d.config_text, strlen (d.config_text), &d.document);
  if (! d.config)
    {
      image_documents_free (&d);
      return fail (err, E_BAD_IMAGE, "image %s: its configuration in the store is damaged: pull or load it again", id);
    }
  *ret = d;
  return 0;
}

void
image_documents_free (struct image_documents *d)
{
  oci_document_free (&d->document);
  free (d->manifest_text);
  free (d->config_text);
  free (d->digest);
  *d = (struct image_documents) { 0 };
}

static void
add_strings (struct strv *to, const struct oci_strings *from, const char *fmt_key)
{
  for (size_t i = 0; i < from->n; i++)
    if (fmt_key)
      strv_printf (to, fmt_key, from->keys[i], from->v[i]);
    else
      strv_add (to, from->v[i]);
}

static void
add_environment (struct image *i, const struct oci_strings *from)
{
  for (size_t k = 0; k < from->n; k++)
    if (environment_valid (from->v[k]))
      strv_add (&i->environment, from->v[k]);
}

static char *
copy (const char *s)
{
  return s && *s ? mem_strdup (s) : NULL;
}

static void
fill_health (struct image *i, const struct image_ImageHealth *h)
{
  add_strings (&i->health_test, &h->test, NULL);
  i->health_interval = h->interval.value / NS_PER_MS;
  i->health_timeout = h->timeout.value / NS_PER_MS;
  i->health_start_period = h->start_period.value / NS_PER_MS;
  i->health_start_interval = h->start_interval.value / NS_PER_MS;
  i->health_retries = h->retries.value > 0 ? (unsigned) h->retries.value : 0;
}

static void
fill_config (struct image *i, const struct image_Configuration *c)
{
  i->architecture = mem_strdup (c->architecture);
  i->os = mem_strdup (c->os);
  i->created = copy (c->created);
  i->author = copy (c->author);
  const struct image_Process *p = c->process;
  if (! p)
    return;
  add_strings (&i->entrypoint, &p->entrypoint, NULL);
  add_strings (&i->command, &p->command, NULL);
  add_environment (i, &p->environment);
  add_strings (&i->labels, &p->labels, "%s=%s");
  i->user = copy (p->user);
  i->working_dir = copy (p->working_dir);
  i->stop_signal = copy (p->stop_signal);
  for (size_t k = 0; k < p->volumes.n; k++)
    strv_add (&i->volumes, p->volumes.keys[k]);
  for (size_t k = 0; k < p->exposed.n; k++)
    strv_add (&i->exposed, p->exposed.keys[k]);
  if (p->health)
    fill_health (i, p->health);
}

/* Uppermost first. overlayfs refuses a directory twice (Linux 5.2: ELOOP); of a layer that is there twice only the
 * upper one can be seen. */
static int
fill_layers (const struct settings *s, store_db db, struct image *i, struct error **err)
{
  autorows rows = NULL;
  int r;
  TRY (
      store_query (db, &rows, err,
                   "SELECT layer.diff_id, layer.size FROM image_layer JOIN layer ON layer.diff_id = image_layer.diff_id"
                   " WHERE image = ? GROUP BY layer.diff_id ORDER BY max (position) DESC",
                   "s", i->id));
  while ((r = store_next (rows, err)) > 0)
    {
      autofree char *path = store_layer_path (s, store_text (rows, 0));
      strv_add (&i->layers, path);
      strv_add (&i->diff_ids, store_text (rows, 0));
      i->size += sqlite3_column_int64 (rows, 1);
    }
  return r;
}

static int
fill_names (store_db db, struct image *i, struct error **err)
{
  autorows rows = NULL;
  int r;
  TRY (store_query (db, &rows, err, "SELECT reference FROM name WHERE image = ? ORDER BY reference", "s", i->id));
  while ((r = store_next (rows, err)) > 0)
    strv_add (&i->names, store_text (rows, 0));
  return r;
}

static int
read_image (const struct settings *s, store_db db, const char *id, struct image *ret, struct error **err)
{
  autoimage struct image i = { 0 };
  autodocuments d = { 0 };
  TRY (image_documents_read (db, id, &d, err));
  i.id = mem_strdup (id);
  i.digest = mem_strdup (d.digest);
  fill_config (&i, d.config);
  TRY (fill_layers (s, db, &i, err));
  TRY (fill_names (db, &i, err));
  *ret = i;
  i = (struct image) { 0 };
  return 0;
}

int
image_read (const struct settings *s, const char *id, struct image *ret, struct error **err)
{
  autodb db = NULL;
  TRY (store_db_open (s, &db, err));
  return read_image (s, db, id, ret, err);
}

static int
find (const struct settings *s, store_db db, const char *reference, struct image *ret, struct error **err)
{
  autofree char *id = NULL;
  TRY (resolve (db, reference, &id, NULL, err));
  return read_image (s, db, id, ret, err);
}

int
image_find (const struct settings *s, const char *reference, struct image *ret, struct error **err)
{
  autodb db = NULL;
  TRY (store_db_open (s, &db, err));
  return find (s, db, reference, ret, err);
}

int
image_find_each (const struct settings *s, char *const *references, size_t n, struct image *ret, struct error **err)
{
  autodb db = NULL;
  TRY (store_db_open (s, &db, err));
  /* What is wrong with one of them image_find() tells whoever cannot do without. */
  for (size_t i = 0; i < n; i++)
    if (references[i])
      find (s, db, references[i], &ret[i], NULL);
  return 0;
}

int
image_pulled_at (const struct settings *s, const char *reference, int64_t *ret, struct error **err)
{
  autofree char *id = NULL, *name = NULL;
  autodb db = NULL;
  autorows rows = NULL;
  TRY (store_db_open (s, &db, err));
  TRY (resolve (db, reference, &id, &name, err));
  TRY (store_query (db, &rows, err, "SELECT max (pulled) FROM name WHERE image = ?1 AND (?2 IS NULL OR reference = ?2)",
                    "ss", id, name));
  TRY (store_next (rows, err));
  *ret = sqlite3_column_int64 (rows, 0);
  return 0;
}

int
image_list (const struct settings *s, struct strv *ret, struct error **err)
{
  autodb db = NULL;
  autorows rows = NULL;
  int r;
  TRY (store_db_open (s, &db, err));
  TRY (store_query (db, &rows, err,
                    "SELECT id, min (reference) AS first FROM image LEFT JOIN name ON name.image = image.id GROUP BY id"
                    " ORDER BY first IS NULL, first, id",
                    ""));
  while ((r = store_next (rows, err)) > 0)
    strv_add (ret, store_text (rows, 0));
  return r;
}
