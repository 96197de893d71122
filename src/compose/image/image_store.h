/* image_store.h - what image/'s files share: the database, the locks, and private directories for what is not complete
 * yet. Locks are bytes of DATA/images/locks, by open file description (fcntl F_OFD_SETLK): nothing to clean up,
 * released by the kernel when their holder dies. */
#ifndef COMPOSE_IMAGE_STORE_H
#define COMPOSE_IMAGE_STORE_H

#include <sqlite3.h>

#include "error.h"
#include "settings.h"

/* ---- paths; for the caller to free */

char *store_path (const struct settings *s, const char *fmt, ...) PRINTF (2, 3); /* below DATA/images */
char *store_layer_path (const struct settings *s, const char *diff_id);        /* the overlay's lower directory */
/* Make the store's directories; *RET_FD: DATA/images. */
int store_open (const struct settings *s, int *ret_fd, struct error **err);

/* ---- database. A connection must not cross fork(). */

typedef sqlite3 *store_db;
int store_db_open (const struct settings *s, store_db *ret, struct error **err);
void store_db_close (store_db *db);
#define autodb __attribute__ ((cleanup (store_db_close))) store_db

typedef sqlite3_stmt *store_rows;
void store_rows_close (store_rows *rows);
#define autorows __attribute__ ((cleanup (store_rows_close))) store_rows

/* Prepare SQL and bind what TYPES says: 's' const char * (NULL is NULL), 'i' int64_t. */
int store_query (store_db db, store_rows *ret, struct error **err, const char *sql, const char *types, ...);
/* 1: there is a row, 0: no more. */
int store_next (store_rows rows, struct error **err);
/* Text of column I, "" for NULL; valid until the next step. */
const char *store_text (store_rows rows, int i);
/* A statement that gives no rows. */
int store_do (store_db db, struct error **err, const char *sql, const char *types, ...);
/* BEGIN IMMEDIATE … COMMIT around FN; rolled back when it fails. */
int
store_transaction (store_db db, int (*fn) (store_db db, void *arg, struct error **err), void *arg, struct error **err);
/* PRAGMA integrity_check, for `image check`: problems are added to RET. */
int store_db_check (store_db db, struct strv *ret, struct error **err);

/* ---- locks: the descriptor is the lock */

enum store_lock_kind { STORE_SHARED, STORE_EXCLUSIVE, STORE_TRY_EXCLUSIVE };
#define STORE_LOCK_ALL "all"       /* shared: layers that no image has are not removed */
/* Lock NAME ("all", "layer sha256:…", "source docker://…"). STORE_TRY_EXCLUSIVE: -EAGAIN without *ERR if somebody has
 * it. */
int store_lock (const struct settings *s, const char *name, enum store_lock_kind kind, int *ret_fd, struct error **err);

/* ---- private directories, 0700, below DATA/images/tmp; those of commands that died are removed when one is made */

struct store_tmp
{
  char *path;   /* absolute */
  int fd;       /* the directory */
  int parent;   /* DATA/images/tmp */
  int lock;
};
int store_tmp_make (const struct settings *s, struct store_tmp *ret, struct error **err);
void store_tmp_remove (struct store_tmp *t);
#define STORE_TMP_INIT { .fd = -1, .parent = -1, .lock = -1 }
#define autotmp __attribute__ ((cleanup (store_tmp_remove))) struct store_tmp
/* Remove what dead commands left. */
int store_tmp_clean (const struct settings *s, struct error **err);

#endif
