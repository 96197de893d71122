/* prune.c - image_remove(), image_prune(), image_tag(), image_hold(): names and images go from the database at once;
 * layers and blobs that nobody has are removed under the exclusive lock, rows first, so that a kill leaves directories
 * without a row, which the next run removes. */
#include <fcntl.h>
#include <sys/stat.h>

#include "clock.h"
#include "errors.h"
#include "fs.h"
#include "image.h"
#include "image_store.h"
#include "image_use.h"
#include "log.h"
#include "reference.h"

int
image_hold (const struct settings *s, int *ret_fd, struct error **err)
{
  return store_lock (s, STORE_LOCK_ALL, STORE_SHARED, ret_fd, err);
}

int
image_tag (const struct settings *s, const char *reference, const char *name, struct error **err)
{
  autofree char *id = NULL, *normalized = NULL;
  autodb db = NULL;
  TRY (image_resolve (s, reference, &id, NULL, err));
  TRY (image_normalize (name, &normalized, err));
  if (strchr (normalized, '@'))
    return fail (err, E_COMPOSE_FILE, "`%s`: a digest cannot be given as a name", name);
  TRY (store_db_open (s, &db, err));
  return store_do (db, err, "INSERT OR REPLACE INTO name SELECT ?, id, digest, ? FROM image WHERE id = ?", "sis",
                   normalized, clock_wall_ns (), id);
}

/* The strings in the first column of SQL. */
static int
column (store_db db, const char *sql, struct strv *ret, struct error **err)
{
  autorows rows = NULL;
  int r;
  TRY (store_query (db, &rows, err, sql, ""));
  while ((r = store_next (rows, err)) > 0)
    strv_add (ret, store_text (rows, 0));
  return r;
}

/* Remove the entries of directory PATH that have no row: KNOWN has their digests. */
static int
sweep (const char *path, const struct strv *known, struct error **err)
{
  autodir DIR *d = opendir (path);
  if (! d)
    return errno == ENOENT ? 0 : fail_sys (err, errno, "open %s", path);
  for (struct dirent *e; (e = readdir (d));)
    {
      autofree char *digest = mem_printf ("sha256:%s", e->d_name);
      if (e->d_name[0] != '.' && ! strv_has (known, digest))
        TRY (fs_remove_tree (dirfd (d), e->d_name, err));
    }
  return 0;
}

static int
drop_layers (const struct settings *s, store_db db, const struct image_use *use, int64_t *bytes, struct error **err)
{
  autorows rows = NULL;
  autostrv struct strv gone = { 0 };
  int r;
  TRY (store_query (db, &rows, err,
                    "SELECT diff_id, size FROM layer WHERE diff_id NOT IN (SELECT diff_id FROM image_layer)", ""));
  while ((r = store_next (rows, err)) > 0)
    {
      autofree char *path = store_layer_path (s, store_text (rows, 0));
      if (strv_has (&use->layers, path))
        continue;
      strv_add (&gone, store_text (rows, 0));
      *bytes += sqlite3_column_int64 (rows, 1);
    }
  TRY (r);
  for (size_t i = 0; i < gone.n; i++)
    TRY (store_do (db, err, "DELETE FROM layer WHERE diff_id = ?", "s", gone.v[i]));
  return 0;
}

static int
drop_blobs (store_db db, bool all, int64_t *bytes, struct error **err)
{
#define UNUSED_BLOBS " FROM blob WHERE ? OR digest NOT IN (SELECT blob FROM image_layer)"
  autorows rows = NULL;
  TRY (store_query (db, &rows, err, "SELECT sum (size)" UNUSED_BLOBS, "i", (int64_t) all));
  TRY (store_next (rows, err));
  *bytes += sqlite3_column_int64 (rows, 0);
  return store_do (db, err, "DELETE" UNUSED_BLOBS, "i", (int64_t) all);
}

/* Layers and blobs that nobody has. The caller holds the exclusive lock. */
static int
collect (const struct settings *s, store_db db, const struct image_use *use, bool all_blobs, int64_t *bytes,
         struct error **err)
{
  autostrv struct strv layers = { 0 }, blobs = { 0 };
  autofree char *layers_path = store_path (s, "layers"), *blobs_path = store_path (s, "blobs/sha256");
  TRY (drop_layers (s, db, use, bytes, err));
  TRY (drop_blobs (db, all_blobs, bytes, err));
  TRY (column (db, "SELECT diff_id FROM layer", &layers, err));
  TRY (column (db, "SELECT digest FROM blob", &blobs, err));
  TRY (sweep (layers_path, &layers, err));
  return sweep (blobs_path, &blobs, err);
}

static int
delete_image (store_db db, const char *id, struct strv *ret, struct error **err)
{
  TRY (store_do (db, err, "DELETE FROM image WHERE id = ?", "s", id));
  if (ret)
    strv_printf (ret, "deleted %s", id);
  return 0;
}

static int
untag (store_db db, const char *name, struct strv *ret, struct error **err)
{
  TRY (store_do (db, err, "DELETE FROM name WHERE reference = ?", "s", name));
  if (ret)
    strv_printf (ret, "untagged %s", name);
  return 0;
}

static int
remove_names (store_db db, const struct image *i, const char *name, bool force, const char *user, struct strv *ret,
              struct error **err)
{
  bool last = ! name || i->names.n <= 1;
  if (! name && i->names.n > 1 && ! force)
    return fail (err, E_CONFLICT, "image %.19s has %zu names: name one, or use --force", i->id, i->names.n);
  if (last && user && ! force)
    return fail (err, E_CONFLICT, "container %s uses image %s: remove the container first, or use --force", user,
                 name ?: i->id);
  for (size_t k = 0; k < i->names.n; k++)
    if (! name || streq (i->names.v[k], name))
      TRY (untag (db, i->names.v[k], ret, err));
  return last ? delete_image (db, i->id, ret, err) : 0;
}

int
image_remove (const struct settings *s, const char *reference, bool force, struct strv *ret, struct error **err)
{
  autofree char *id = NULL, *name = NULL;
  autoimage struct image i = { 0 };
  autouse use = { 0 };
  autodb db = NULL;
  autoclose int lock = -1;
  int64_t bytes = 0;
  TRY (image_resolve (s, reference, &id, &name, err));
  TRY (image_read (s, id, &i, err));
  int locked = store_lock (s, STORE_LOCK_ALL, STORE_TRY_EXCLUSIVE, &lock, err);
  if (locked < 0 && locked != -EAGAIN)
    return locked;
  TRY (image_use_read (s, &use, err));
  TRY (store_db_open (s, &db, err));
  TRY (remove_names (db, &i, name, force, image_use_by (&use, id), ret, err));
  if (locked == 0)
    return collect (s, db, &use, false, &bytes, err);
  log_debug ("another command uses the image store: layers are left to `image prune`");
  return 0;
}

static int
drop_images (store_db db, const struct image_use *use, bool all, struct strv *ret, struct error **err)
{
  autostrv struct strv ids = { 0 };
  TRY (column (db, all ? "SELECT id FROM image" : "SELECT id FROM image WHERE id NOT IN (SELECT image FROM name)", &ids,
               err));
  for (size_t i = 0; i < ids.n; i++)
    if (! image_use_by (use, ids.v[i]))
      TRY (delete_image (db, ids.v[i], ret, err));
  return 0;
}

static int
drop_builds (const struct settings *s, struct error **err)
{
  autoclose int data = open (s->data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (data < 0)
    return fail_sys (err, errno, "open %s", s->data);
  return fs_remove_tree (data, "build", err);
}

int
image_prune (const struct settings *s, const struct image_prune *how, struct strv *ret, int64_t *ret_bytes,
             struct error **err)
{
  autouse use = { 0 };
  autodb db = NULL;
  autoclose int lock = -1;
  *ret_bytes = 0;
  TRY (store_lock (s, STORE_LOCK_ALL, STORE_EXCLUSIVE, &lock, err));
  TRY (store_tmp_clean (s, err));
  if (how->builds)
    TRY (drop_builds (s, err));
  TRY (image_use_read (s, &use, err));
  TRY (store_db_open (s, &db, err));
  TRY (drop_images (db, &use, how->all, ret, err));
  return collect (s, db, &use, how->blobs, ret_bytes, err);
}
