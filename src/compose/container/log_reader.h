/* log_reader.h - the records of one container's log, oldest first, over rotation and while it grows. */
#ifndef COMPOSE_LOG_READER_H
#define COMPOSE_LOG_READER_H

#include <sys/types.h>

#include "error.h"
#include "mem.h"
#include "ocispec.h"

/* A record as the monitor writes it: {"ts":"…","stream":"stdout","data":"…"}; the first two are always first. */
#undef OCI_PREFIX
#define OCI_PREFIX log_
#define SPEC_Line(F, T)                                                                                                \
  F (T, str,                   ts,           "ts", .required = true)                                                   \
  F (T, str,                   stream,       "stream", .required = true)                                               \
  F (T, str,                   data,         "data", .required = true)                                                 \
  F (T, str,                   encoding,     "encoding")      /* "base64" */                                           \
  F (T, flag,                  partial,      "partial")       /* the line goes on, or ended without a newline */
DECLARE (Line)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

/* Which records: all fields must fit. Times as record_time() writes them, so that they compare as texts. */
struct log_filter
{
  const char *since, *until; /* NULL: any */
  const char *stream;        /* "stdout", "stderr", NULL: both */
};

struct log_reader
{
  int dir_fd, fd;      /* the container's directory; the file that is being read, -1: none yet */
  dev_t device;        /* of that file */
  ino_t inode;
  char *map;           /* its whole lines, SIZE bytes */
  size_t size, mapped;
  size_t at;           /* the next record */
  struct log_filter filter;
};

/* DIR_FD becomes the reader's. Starts at the oldest record. */
void log_reader_init (struct log_reader *r, int dir_fd, const struct log_filter *filter);
void log_reader_close (struct log_reader *r);
/* Go to where the last N lines (not records) begin that fit the filter. */
int log_reader_tail (struct log_reader *r, size_t n, struct error **err);
/* The next record that fits, without its newline, valid until log_reader_take(): 1; 0 when there is none now. A log
 * that is a symbolic link or no plain file is refused. */
int log_reader_peek (struct log_reader *r, const char **ret, size_t *ret_n, struct error **err);
void log_reader_take (struct log_reader *r);

/* The time of a record, LOG_TIME_LENGTH characters. */
enum { LOG_TIME_LENGTH = 30 };
const char *log_record_time (const char *record);

/* The bytes of LINE's data, decoded; the caller frees them. */
char *log_line_bytes (const struct log_Line *line, size_t *ret_n);

#endif
