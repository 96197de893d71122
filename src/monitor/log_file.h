/* log_file.h - the container's log: a JSON line per line of output,
 * {"ts":"2026-11-21T20:33:37.315299314Z","stream":"stdout","data":"text"}, with "partial":true when its line goes on in
 * the next record of the stream (cut at 16 KiB) or had no newline at the end, and "encoding":"base64" when the line is
 * not UTF-8 or has a NUL. */
#ifndef MONITOR_LOG_FILE_H
#define MONITOR_LOG_FILE_H

#include "error.h"

enum { LOG_LINE_MAX = 16 * 1024 };  /* bytes of output in a record */
enum { LOG_ROOM = 128 * 1024 };     /* holds the longest record: each byte of a line may become six */

struct log_file
{
  int dirfd;          /* borrowed; of CONTAINER_LOG and its rotated ones */
  int fd;             /* -1: nothing is logged */
  int64_t size, max_size; /* bytes; max_size 0: not rotated */
  unsigned max_files; /* the current one included */
  uint64_t lost;      /* bytes that could not be written since the last success */
  int lost_why;       /* errno of that */
  char *room;         /* LOG_ROOM bytes, borrowed: records that are not written yet */
  size_t used;
};

/* Open or make the log in DIRFD; what a killed writer left after the last whole line is cut. A log that is no plain
 * file with one name (a symbolic link!) is refused: ELOOP, EINVAL. */
int log_file_open (struct log_file *l, struct error **err);
void log_file_close (struct log_file *l);

/* Add the LENGTH (at most LOG_LINE_MAX) bytes at DATA as a record; TIME as record_time() has it. */
void log_file_add (struct log_file *l, const char *time, const char *stream, const char *data, size_t length,
                   bool partial);
/* Write what was added. No record is ever split over two writes. */
void log_file_flush (struct log_file *l);

/* How much of the LENGTH bytes at DATA to take when a line is cut there: a character that goes on behind is left
 * out. */
size_t log_cut (const char *data, size_t length);

#endif
