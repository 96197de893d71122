/* image_push.c - image_push(): an image out of the store, as a dir: of links to its blobs that skopeo copies; and
 * image_check(). */
#include <fcntl.h>
#include <sys/stat.h>

#include "errors.h"
#include "fetch.h"
#include "fs.h"
#include "image.h"
#include "image_documents.h"
#include "reference.h"

/* What skopeo wants to see in a dir:. */
#define DIR_VERSION "Directory Transport Version: 1.1\n"

static int
write_file (const struct store_tmp *tmp, const char *name, const char *text, struct error **err)
{
  return fs_replace (tmp->fd, name, text, strlen (text), 0600, err);
}

static int
link_blobs (const struct settings *s, store_db db, const char *id, const struct store_tmp *tmp, struct error **err)
{
  autorows rows = NULL;
  int r;
  TRY (store_query (db, &rows, err, "SELECT DISTINCT blob FROM image_layer WHERE image = ?", "s", id));
  while ((r = store_next (rows, err)) > 0)
    {
      const char *hex = digest_hex (store_text (rows, 0));
      autofree char *path = store_path (s, "blobs/sha256/%s", hex);
      if (linkat (AT_FDCWD, path, tmp->fd, hex, 0) < 0)
        return errno == ENOENT
                   ? fail (err, E_CONFLICT, "its layers' blobs were pruned: pull, load or build it again, then push")
                   : fail_sys (err, errno, "link %s", path);
    }
  return r;
}

int
image_push (const struct settings *s, const char *reference, const char *to, bool insecure, struct error **err)
{
  autofree char *id = NULL, *name = NULL;
  autotmp tmp = STORE_TMP_INIT;
  autodb db = NULL;
  autodocuments d = { 0 };
  autoclose int lock = -1;
  TRY (image_resolve (s, reference, &id, &name, err));
  TRY (image_hold (s, &lock, err));
  TRY (store_tmp_make (s, &tmp, err));
  TRY (store_db_open (s, &db, err));
  TRY (image_documents_read (db, id, &d, err));
  TRY_DOING (err, link_blobs (s, db, id, &tmp, err), "image %s", reference);
  TRY (write_file (&tmp, "version", DIR_VERSION, err));
  TRY (write_file (&tmp, "manifest.json", d.manifest_text, err));
  TRY (write_file (&tmp, digest_hex (id), d.config_text, err));
  autofree char *target = to ? mem_strdup (to) : name ? mem_printf ("docker://%s", name) : NULL;
  if (! target)
    return fail (err, E_CONFLICT, "image %s has no name that says where to push it", reference);
  return fetch_push (tmp.path, target, insecure || fetch_insecure (target), err);
}

/* ---- check */

static int
check_layers (const struct settings *s, store_db db, struct strv *ret, struct error **err)
{
  autorows rows = NULL;
  int r;
  struct stat st;
  TRY (store_query (db, &rows, err, "SELECT diff_id FROM layer", ""));
  while ((r = store_next (rows, err)) > 0)
    {
      autofree char *path = store_layer_path (s, store_text (rows, 0));
      if (lstat (path, &st) < 0 || ! S_ISDIR (st.st_mode))
        strv_printf (ret, "%s: layer is missing: remove its images and load them again", path);
    }
  return r;
}

static void
check_blob (const char *path, const char *digest, int64_t size, bool content, struct strv *ret)
{
  char got[DIGEST_SIZE];
  int64_t bytes;
  struct stat st;
  autoclose int fd = open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 || fstat (fd, &st) < 0)
    strv_printf (ret, "%s: %s", path, strerror (errno));
  else if (st.st_size != size)
    strv_printf (ret, "%s: has %lld bytes instead of %lld", path, (long long) st.st_size, (long long) size);
  else if (content && (digest_of_fd (fd, got, &bytes) < 0 || ! streq (got, digest)))
    strv_printf (ret, "%s: is damaged: its digest is another one", path);
}

int
image_check (const struct settings *s, bool blobs, struct strv *ret, struct error **err)
{
  autodb db = NULL;
  autorows rows = NULL;
  int r;
  autoclose int lock = -1;
  TRY (image_hold (s, &lock, err));
  TRY (store_db_open (s, &db, err));
  TRY (store_db_check (db, ret, err));
  TRY (check_layers (s, db, ret, err));
  TRY (store_query (db, &rows, err, "SELECT digest, size FROM blob", ""));
  while ((r = store_next (rows, err)) > 0)
    {
      autofree char *path = store_path (s, "blobs/sha256/%s", digest_hex (store_text (rows, 0)));
      check_blob (path, store_text (rows, 0), sqlite3_column_int64 (rows, 1), blobs, ret);
    }
  return r;
}
