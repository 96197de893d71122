/* store.c - the image store's database: opening, its tables, statements, and what SQLite's failures mean to people.
 * Runs in perry-compose and its jobs; each process opens its own connection (sqlite.org/howtocorrupt.html, 2.6). */
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>

#include "errors.h"
#include "fs.h"
#include "image_store.h"

enum { BUSY_MS = 30000 };

/* A row makes a database of version N one of version N+1; the version is in PRAGMA user_version. Layers have their row
 * once they are unpacked and synced; an image has its once all of its layers have. */
static const char *const versions[] = {
  "CREATE TABLE layer (diff_id TEXT PRIMARY KEY, size INTEGER NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE image (id TEXT PRIMARY KEY, digest TEXT NOT NULL, manifest TEXT NOT NULL, config TEXT NOT NULL);"
  "CREATE TABLE image_layer (image TEXT NOT NULL REFERENCES image ON DELETE CASCADE, position INTEGER NOT NULL,"
  "  diff_id TEXT NOT NULL REFERENCES layer, blob TEXT NOT NULL, PRIMARY KEY (image, position)) WITHOUT ROWID;"
  "CREATE INDEX image_layer_by_layer ON image_layer (diff_id);"
  "CREATE TABLE name (reference TEXT PRIMARY KEY, image TEXT NOT NULL REFERENCES image ON DELETE CASCADE,"
  "  digest TEXT NOT NULL, pulled INTEGER NOT NULL) WITHOUT ROWID;" /* the digest by which this name had it */
  "CREATE INDEX name_by_image ON name (image);"
  "CREATE TABLE blob (digest TEXT PRIMARY KEY, size INTEGER NOT NULL) WITHOUT ROWID;",
};

static const char at_open[] = "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;";

char *
store_path (const struct settings *s, const char *fmt, ...)
{
  va_list ap;
  va_start (ap, fmt);
  autofree char *name = mem_vprintf (fmt, ap);
  va_end (ap);
  return data_path (s, "images/%s", name);
}

char *
store_layer_path (const struct settings *s, const char *diff_id)
{
  return store_path (s, "layers/%s/diff", diff_id + strlen ("sha256:"));
}

int
store_open (const struct settings *s, int *ret_fd, struct error **err)
{
  static const char *const directories[] = { "tmp", "layers", "blobs/sha256" };
  for (size_t i = 0; i < ARRAY_LEN (directories); i++)
    {
      autofree char *path = store_path (s, "%s", directories[i]);
      if (access (path, F_OK) < 0)
        TRY (fs_mkdir_parents (path, 0700, err));
    }
  autofree char *path = data_path (s, "images");
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return fail_sys (err, errno, "open %s", path);
  *ret_fd = fd;
  return 0;
}

/* PATH is the database's. */
static int
db_fail_at (store_db db, const char *path, struct error **err, const char *doing)
{
  int reason = sqlite3_system_errno (db);
  switch (sqlite3_errcode (db))
    {
    case SQLITE_FULL:
      return fail (err, E_NO_SPACE, "%s: no space left", path);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return fail (
          err, EBADMSG,
          "%s is damaged (%s): stop the containers, move its directory away, and pull or load the images again", path,
          sqlite3_errmsg (db));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fail (err, EBUSY, "%s has been locked by another command for %d s", path, BUSY_MS / 1000);
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
      if (reason == ENOSPC || reason == EDQUOT)
        return fail (err, E_NO_SPACE, "%s: %s", path, strerror (reason));
      return fail (err, reason > 0 ? reason : EIO, "%s: %s: %s", path, sqlite3_errmsg (db),
                   reason > 0 ? strerror (reason) : doing);
    default:
      return fail (err, EIO, "%s: %s: %s", path, doing, sqlite3_errmsg (db));
    }
}

static int
db_fail (store_db db, struct error **err, const char *doing)
{
  return db_fail_at (db, sqlite3_db_filename (db, "main"), err, doing);
}

static int
db_exec (store_db db, const char *sql, struct error **err)
{
  return sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : db_fail (db, err, sql);
}

static int
db_version (store_db db, int64_t *ret, struct error **err)
{
  autorows rows = NULL;
  TRY (store_query (db, &rows, err, "PRAGMA user_version", ""));
  TRY (store_next (rows, err));
  *ret = sqlite3_column_int64 (rows, 0);
  return 0;
}

static int
migrate (store_db db, void *arg UNUSED, struct error **err)
{
  int64_t version;
  TRY (db_version (db, &version, err)); /* another command may have been here first */
  for (; version < (int64_t) ARRAY_LEN (versions); version++)
    {
      autofree char *sql = mem_printf ("%s PRAGMA user_version = %lld;", versions[version], (long long) version + 1);
      TRY (db_exec (db, sql, err));
    }
  return 0;
}

int
store_db_open (const struct settings *s, store_db *ret, struct error **err)
{
  autodb db = NULL;
  autoclose int directory = -1;
  autofree char *path = store_path (s, "store.db");
  int64_t version;
  TRY (store_open (s, &directory, err));
  if (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW, NULL) != SQLITE_OK)
    {
      if (! db)
        out_of_memory ();
      return db_fail_at (db, path, err, "open"); /* it has no name yet */
    }
  sqlite3_busy_timeout (db, BUSY_MS);
  sqlite3_file_control (db, "main", SQLITE_FCNTL_PERSIST_WAL,
                        &(int) { 1 }); /* not made and removed by each command that reads */
  TRY (db_exec (db, at_open, err));
  TRY (db_version (db, &version, err));
  if (version > (int64_t) ARRAY_LEN (versions))
    return fail (err, E_CONFLICT, "%s was written by a newer perry-compose (version %lld, we know %zu)", path,
                 (long long) version, ARRAY_LEN (versions));
  if (version < (int64_t) ARRAY_LEN (versions))
    {
      TRY (db_exec (db, "PRAGMA journal_mode = WAL", err)); /* kept in the file; not possible within a transaction */
      TRY (store_transaction (db, migrate, NULL, err));
    }
  *ret = TAKE_PTR (db);
  return 0;
}

void
store_db_close (store_db *db)
{
  sqlite3_close (*db);
  *db = NULL;
}

void
store_rows_close (store_rows *rows)
{
  sqlite3_finalize (*rows);
  *rows = NULL;
}

static int
query (store_db db, store_rows *ret, struct error **err, const char *sql, const char *types, va_list ap)
{
  autorows rows = NULL;
  if (sqlite3_prepare_v2 (db, sql, -1, &rows, NULL) != SQLITE_OK)
    return db_fail (db, err, sql);
  for (int i = 0; types[i]; i++)
    {
      int r = types[i] == 's' ? sqlite3_bind_text (rows, i + 1, va_arg (ap, const char *), -1, SQLITE_TRANSIENT)
                              : sqlite3_bind_int64 (rows, i + 1, va_arg (ap, int64_t));
      if (r != SQLITE_OK)
        return db_fail (db, err, sql);
    }
  *ret = TAKE_PTR (rows);
  return 0;
}

int
store_query (store_db db, store_rows *ret, struct error **err, const char *sql, const char *types, ...)
{
  va_list ap;
  va_start (ap, types);
  int r = query (db, ret, err, sql, types, ap);
  va_end (ap);
  return r;
}

int
store_next (store_rows rows, struct error **err)
{
  switch (sqlite3_step (rows))
    {
    case SQLITE_ROW:
      return 1;
    case SQLITE_DONE:
      return 0;
    default:
      return db_fail (sqlite3_db_handle (rows), err, sqlite3_sql (rows));
    }
}

const char *
store_text (store_rows rows, int i)
{
  const char *text = (const char *) sqlite3_column_text (rows, i);
  return text ? text : "";
}

int
store_do (store_db db, struct error **err, const char *sql, const char *types, ...)
{
  autorows rows = NULL;
  va_list ap;
  va_start (ap, types);
  int r = query (db, &rows, err, sql, types, ap);
  va_end (ap);
  TRY (r);
  TRY (store_next (rows, err));
  return 0;
}

int
store_transaction (store_db db, int (*fn) (store_db db, void *arg, struct error **err), void *arg, struct error **err)
{
  TRY (db_exec (db, "BEGIN IMMEDIATE", err));
  int r = fn (db, arg, err);
  if (r >= 0)
    r = db_exec (db, "COMMIT", err);
  if (r < 0)
    sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
  return r;
}

int
store_db_check (store_db db, struct strv *ret, struct error **err)
{
  static const char *const checks[] = { "PRAGMA integrity_check", "PRAGMA foreign_key_check" };
  for (size_t i = 0; i < ARRAY_LEN (checks); i++)
    {
      autorows rows = NULL;
      int r;
      TRY (store_query (db, &rows, err, checks[i], ""));
      while ((r = store_next (rows, err)) > 0)
        if (! streq (store_text (rows, 0), "ok"))
          strv_printf (ret, "store.db: %s", store_text (rows, 0));
      TRY (r);
    }
  return 0;
}
