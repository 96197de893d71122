/* adopt.c - blobs and layers of a layout into the store, several layers at once, each in a job of its own; at the end
 * one transaction makes the image visible. Order on disk: a layer's tree is synced (by perry-unpack), renamed to its
 * place, the rename is synced, its row is committed; blobs are renamed and synced; the image's rows are committed. */
#include "adopt.h"

#include <fcntl.h>
#include <fts.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include "clock.h"
#include "errors.h"
#include "fs.h"
#include "jobs.h"
#include "reference.h"
#include "screen.h"
#include "spawn.h"

enum
{
  PARALLEL = 4,              /* unpacking is bound by processors and disk */
  UNPACK_TIMEOUT = 3600000,  /* ms: a layer of some 100 GB */
  UNPACK_BAD = 16,           /* perry-unpack's exit statuses */
  UNPACK_NO_SPACE = 24,
};

struct layer
{
  const struct adoption *a;
  const struct image_Descriptor *blob;
  const char *diff_id;
  char *row;                 /* what the screen calls it */
};

static int
copy_file (int from, int to, int64_t size, struct error **err)
{
  if (ioctl (to, FICLONE, from) == 0)
    return 0;
  while (size > 0)
    {
      ssize_t n = RETRY_EINTR (sendfile (to, from, NULL, size > (1 << 30) ? 1 << 30 : (size_t) size));
      if (n <= 0)
        return n < 0 ? fail_sys (err, errno, "copy a layer's blob")
                     : fail (err, E_BAD_IMAGE, "a layer's blob became shorter");
      size -= n;
    }
  return 0;
}

/* The layer's blob as a file of our own: *RET_PATH for the caller to free, *RET_FD at its beginning. */
static int
take_blob (const struct layer *l, char **ret_path, int *ret_fd, struct error **err)
{
  autoclose int from = -1;
  TRY (layout_blob (l->a->layout, l->blob, &from, err));
  if (l->a->own)
    {
      autofree char *name = layout_blob_name (l->a->layout, l->blob->digest);
      *ret_path = mem_printf ("%s/%s", l->a->own, name);
      *ret_fd = TAKE_FD (from);
      return 0;
    }
  autofree char *path = mem_printf ("%s/%s", l->a->tmp->path, digest_hex (l->blob->digest));
  autoclose int to = open (path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (to < 0)
    return fail_sys (err, errno, "create %s", path);
  TRY (copy_file (from, to, l->blob->size.value, err));
  lseek (to, 0, SEEK_SET);
  *ret_path = TAKE_PTR (path);
  *ret_fd = TAKE_FD (to);
  return 0;
}

/* docker's media type says gzip whatever it is (archives of docker save hold plain tar): the first bytes tell. */
static const char *
true_media_type (const char *media_type, int blob)
{
  static const unsigned char gzip[] = { 0x1f, 0x8b }, zstd[] = { 0x28, 0xb5, 0x2f, 0xfd };
  unsigned char head[4] = { 0 };
  if (! after_prefix (media_type, "application/vnd.docker.") || pread (blob, head, sizeof head, 0) < 0)
    return media_type;
  return ! memcmp (head, gzip, sizeof gzip)   ? "application/vnd.oci.image.layer.v1.tar+gzip"
         : ! memcmp (head, zstd, sizeof zstd) ? "application/vnd.oci.image.layer.v1.tar+zstd"
                                              : "application/vnd.oci.image.layer.v1.tar";
}

/* Bytes on disk of the tree at PATH; a file of several names counts once if all are in it. */
static int64_t
tree_size (char *path)
{
  char *const roots[] = { path, NULL };
  double size = 0;
  FTS *tree = fts_open (roots, FTS_PHYSICAL | FTS_XDEV | FTS_NOCHDIR, NULL);
  for (FTSENT *e; tree && (e = fts_read (tree));)
    if (e->fts_info != FTS_DP && e->fts_statp && e->fts_statp->st_nlink)
      size += (double) e->fts_statp->st_blocks * 512 / (e->fts_info == FTS_D ? 1 : (double) e->fts_statp->st_nlink);
  if (tree)
    fts_close (tree);
  return (int64_t) size;
}

static void
unpack_progress (void *arg, const char *line)
{
  const struct layer *l = arg;
  char *end;
  long long done = strtoll (line, &end, 10);
  if (*line && ! *end && done >= 0 && l->blob->size.value > 0)
    job_progress ((uint64_t) done, (uint64_t) l->blob->size.value);
}

static int
unpack_failed (const struct spawned *done, struct error **err)
{
  char *text = done->err.s ?: "";
  size_t n = strlen (text);
  while (n && text[n - 1] == '\n')
    text[--n] = '\0';
  char *last = strrchr (text, '\n');
  int code = done->status == UNPACK_BAD ? E_BAD_IMAGE : done->status == UNPACK_NO_SPACE ? E_NO_SPACE : EIO;
  return fail (err, code, "%s", *text ? (last ? last + 1 : text) : "perry-unpack ended without a word");
}

/* Unpack BLOB into directory fd TARGET; perry-unpack checks digest and diff id, and syncs. */
static int
unpack (const struct layer *l, int blob, int target, struct error **err)
{
  autofree char *program = NULL, *size = mem_printf ("%lld", (long long) l->blob->size.value);
  TRY (find_helper ("perry-unpack", &program, err));
  const char *argv[] = { program,
                         "--media-type",
                         true_media_type (l->blob->media_type, blob),
                         "--diff-id",
                         l->diff_id,
                         "--digest",
                         l->blob->digest,
                         "--size",
                         size,
                         "--progress-fd",
                         "2",
                         l->a->settings->rootless ? "--userxattr" : NULL,
                         NULL };
  struct spawn s = SPAWN_INIT;
  s.argv = argv;
  s.what = "perry-unpack";
  s.timeout = UNPACK_TIMEOUT;
  s.in_fd = blob;
  s.dir_fd = target;
  s.line = unpack_progress;
  s.line_arg = (void *) l;
  autospawned struct spawned done = { 0 };
  TRY (spawn_run (&s, &done, err));
  return done.status == 0 ? 0 : unpack_failed (&done, err);
}

static int
have_layer (store_db db, const char *diff_id, struct error **err)
{
  autorows rows = NULL;
  TRY (store_query (db, &rows, err, "SELECT 1 FROM layer WHERE diff_id = ?", "s", diff_id));
  return store_next (rows, err);
}

/* Did the layer DIFF_ID of an image that is here come as BLOB? */
static int
have_pair (store_db db, const char *diff_id, const char *blob, struct error **err)
{
  autorows rows = NULL;
  TRY (store_query (db, &rows, err, "SELECT 1 FROM image_layer WHERE diff_id = ? AND blob = ?", "ss", diff_id, blob));
  return store_next (rows, err);
}

/* Give the unpacked tree at NAME, below our private directory, its place. What may be there has no row: its commands
 * died. */
static int
publish_layer (const struct layer *l, const char *name, struct error **err)
{
  autoclose int store = -1;
  TRY (store_open (l->a->settings, &store, err));
  autoclose int layers = openat (store, "layers", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (layers < 0)
    return fail_sys (err, errno, "open %s/images/layers", l->a->settings->data);
  TRY (fs_remove_tree (layers, digest_hex (l->diff_id), err));
  if (renameat (l->a->tmp->fd, name, layers, digest_hex (l->diff_id)) < 0 || fsync (layers) < 0)
    return fail_sys (err, errno, "move a layer to %s/images/layers", l->a->settings->data);
  return 0;
}

/* Unpack BLOB into NAME/diff below our private directory. */
static int
unpack_aside (const struct layer *l, int blob, const char *name, struct error **err)
{
  autofree char *inner = mem_printf ("%s/diff", name);
  if (mkdirat (l->a->tmp->fd, name, 0700) < 0 || mkdirat (l->a->tmp->fd, inner, 0700) < 0)
    return fail_sys (err, errno, "create %s/%s", l->a->tmp->path, inner);
  autoclose int target = openat (l->a->tmp->fd, inner, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (target < 0)
    return fail_sys (err, errno, "open %s/%s", l->a->tmp->path, inner);
  return unpack (l, blob, target, err);
}

/* KNOWN: the layer is there, and BLOB only has to be what it is said to be the layer of: an image that gives any blob
 * with another image's diff id would get that one's files. */
static int
make_layer (const struct layer *l, int blob, bool known, struct error **err)
{
  autofree char *name = mem_printf ("layer-%s", digest_hex (l->blob->digest));
  TRY (unpack_aside (l, blob, name, err));
  if (known)
    return fs_remove_tree (l->a->tmp->fd, name, err);
  TRY (publish_layer (l, name, err));
  autofree char *path = store_layer_path (l->a->settings, l->diff_id);
  autodb db = NULL;
  TRY (store_db_open (l->a->settings, &db, err));
  return store_do (db, err, "INSERT INTO layer VALUES (?, ?) ON CONFLICT DO NOTHING", "si", l->diff_id,
                   tree_size (path));
}

static int
check_blob (const struct layer *l, int blob, struct error **err)
{
  char digest[DIGEST_SIZE];
  int64_t size;
  int r = digest_of_fd (blob, digest, &size);
  if (r < 0)
    return fail_sys (err, -r, "read blob");
  if (! streq (digest, l->blob->digest))
    return fail (err, E_BAD_IMAGE, "its blob has digest %s", digest);
  return 0;
}

/* Is the layer there (*RET_LAYER), and did it come as this blob? No connection is left, as processes will be forked. */
static int
look_up_layer (const struct layer *l, int *ret_layer, int *ret_pair, struct error **err)
{
  autodb db = NULL;
  TRY (store_db_open (l->a->settings, &db, err));
  *ret_layer = have_layer (db, l->diff_id, err);
  TRY (*ret_layer);
  *ret_pair = have_pair (db, l->diff_id, l->blob->digest, err);
  return *ret_pair < 0 ? *ret_pair : 0;
}

/* Make the layer, or check BLOB as far as nobody has; the caller holds the layer's lock. */
static int
make_or_check (const struct layer *l, int blob, struct error **err)
{
  int layer, pair;
  TRY (look_up_layer (l, &layer, &pair, err));
  return layer && pair ? check_blob (l, blob, err) : make_layer (l, blob, layer, err);
}

/* In a job. A command that makes the same layer at the same time is waited for. */
static int
adopt_layer (void *arg, struct error **err)
{
  const struct layer *l = arg;
  const struct settings *s = l->a->settings;
  autofree char *path = NULL, *lock_name = mem_printf ("layer %s", l->diff_id),
                *place = store_path (s, "blobs/sha256/%s", digest_hex (l->blob->digest));
  autoclose int blob = -1, lock = -1;
  int r = take_blob (l, &path, &blob, err);
  if (r >= 0)
    r = store_lock (s, lock_name, STORE_EXCLUSIVE, &lock, err);
  if (r >= 0)
    r = make_or_check (l, blob, err);
  if (r < 0)
    return wrap (err, "layer %.12s", digest_hex (l->blob->digest));
  if (rename (path, place) < 0)
    return fail_sys (err, errno, "move a blob to %s", place);
  return 0;
}

static int
have_blob (const struct settings *s, store_db db, const struct image_Descriptor *d, struct error **err)
{
  autorows rows = NULL;
  autofree char *path = store_path (s, "blobs/sha256/%s", digest_hex (d->digest));
  struct stat st;
  TRY (store_query (db, &rows, err, "SELECT 1 FROM blob WHERE digest = ?", "s", d->digest));
  int r = store_next (rows, err);
  return r > 0 ? lstat (path, &st) == 0 && st.st_size == d->size.value : r;
}

/* The layers of the image that are not there, each once. */
static int
missing_layers (const struct adoption *a, struct layer *ret, size_t *ret_n, struct error **err)
{
  const struct image_Manifest *m = a->image->manifest;
  autodb db = NULL;
  TRY (store_db_open (a->settings, &db, err));
  for (size_t i = 0; i < m->layers.n; i++)
    {
      struct layer l = { .a = a, .blob = &m->layers.v[i], .diff_id = a->image->config->rootfs->diff_ids.v[i] };
      int layer = have_layer (db, l.diff_id, err), blob = layer < 0 ? layer : have_blob (a->settings, db, l.blob, err),
          pair = blob < 0 ? blob : have_pair (db, l.diff_id, l.blob->digest, err);
      TRY (pair);
      bool known = layer && blob && pair;
      for (size_t k = 0; k < *ret_n; k++)
        if (streq (ret[k].blob->digest, l.blob->digest))
          {
            if (! streq (ret[k].diff_id, l.diff_id))
              return fail (err, E_BAD_IMAGE, "one blob is said to be two layers, %s", l.blob->digest);
            known = true;
          }
      if (! known)
        ret[(*ret_n)++] = l;
    }
  return 0;
}

static int
adopt_layers (const struct adoption *a, struct error **err)
{
  size_t n = 0, most = a->image->manifest->layers.n;
  autofree struct layer *layers = mem_alloc (most * sizeof *layers);
  autofree struct job *jobs = mem_alloc (most * sizeof *jobs);
  TRY (missing_layers (a, layers, &n, err));
  for (size_t i = 0; i < n; i++)
    {
      layers[i].row = mem_printf ("Layer %.12s", digest_hex (layers[i].blob->digest));
      jobs[i] = (struct job) {
        .name = layers[i].row, .run = adopt_layer, .arg = &layers[i], .doing = "Extracting", .done = "Extracted"
      };
    }
  struct screen *screen = a->quiet ? NULL : screen_relay (job_progress);
  const struct jobs_options options = { .parallel = PARALLEL, .screen = screen, .cancel_fd = -1 };
  int r = n ? jobs_run (jobs, n, &options, err) : 0;
  jobs_free (jobs, n);
  for (size_t i = 0; i < n; i++)
    free (layers[i].row);
  screen_close (screen);
  return r;
}

static int
insert_layers (store_db db, const struct adoption *a, struct error **err)
{
  const struct image_Manifest *m = a->image->manifest;
  for (size_t i = 0; i < m->layers.n; i++)
    {
      TRY (store_do (db, err, "INSERT INTO image_layer VALUES (?, ?, ?, ?)", "siss", m->config->digest, (int64_t) i,
                     a->image->config->rootfs->diff_ids.v[i], m->layers.v[i].digest));
      TRY (store_do (db, err, "INSERT OR REPLACE INTO blob VALUES (?, ?)", "si", m->layers.v[i].digest,
                     m->layers.v[i].size.value));
    }
  return 0;
}

static int
insert_image (store_db db, void *arg, struct error **err)
{
  const struct adoption *a = arg;
  const char *id = a->image->manifest->config->digest;
  TRY (store_do (db, err,
                 "INSERT INTO image VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET digest = excluded.digest,"
                 " manifest = excluded.manifest",
                 "ssss", id, a->image->digest, a->image->manifest_text, a->image->config_text));
  TRY (store_do (db, err, "DELETE FROM image_layer WHERE image = ?", "s", id));
  TRY (insert_layers (db, a, err));
  if (! a->name)
    return 0;
  return store_do (db, err, "INSERT OR REPLACE INTO name VALUES (?, ?, ?, ?)", "sssi", a->name, id, a->image->digest,
                   clock_wall_ns ());
}

int
adopt_image (const struct adoption *a, struct error **err)
{
  autoclose int store = -1;
  TRY (adopt_layers (a, err));
  TRY (store_open (a->settings, &store, err));
  if (syncfs (store) < 0) /* reports write-back errors since Linux 5.8 */
    return fail_sys (err, errno == EDQUOT || errno == ENOSPC ? E_NO_SPACE : errno, "sync %s/images", a->settings->data);
  autodb db = NULL;
  TRY (store_db_open (a->settings, &db, err));
  return store_transaction (db, insert_image, (void *) a, err);
}
