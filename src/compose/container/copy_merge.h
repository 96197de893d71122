/* copy_merge.h - one entry of a directory, copied to where there may be something already. For copy_place.c and
 * copy_tar.c. */
#ifndef COMPOSE_COPY_MERGE_H
#define COMPOSE_COPY_MERGE_H

#include <sys/stat.h>

#include "copy_place.h"

struct merge
{
  const struct copy_options *options;
  mode_t mode_mask;         /* of the copies' modes */
  int depth;
};

/* The object behind O_PATH descriptor FROM, with what fstat(2) says of it, becomes NAME (one component) in TO_DIR. */
int merge_object (struct merge *m, int from, const struct stat *st, int to_dir, const char *name, struct error **err);
/* All entries of directory FROM into TO. */
int merge_entries (struct merge *m, int from, int to, struct error **err);

/* A file that is being made: write to FD, then merge_file_end(). */
struct merge_file
{
  int dir, fd;
  char beside[32];          /* its name until then */
};
int merge_file_begin (int to_dir, struct merge_file *ret, struct error **err);
/* Owner, mode and times of ST; then it is NAME. RESULT of the writing: negative, and it is removed. Returns RESULT,
 * or what failed. */
int merge_file_end (const struct merge *m, struct merge_file *f, const struct stat *st, const char *name, int result,
                    struct error **err);
/* NAME in TO_DIR opened as a directory, made if it is not there: *RET_NEW. A link of that name is E_CONFLICT. */
int merge_directory (int to_dir, const char *name, bool *ret_new, int *ret_fd, struct error **err);
int merge_attributes (const struct merge *m, int fd, const struct stat *st, struct error **err);
int merge_link (const struct merge *m, int to_dir, const char *name, const char *target, const struct stat *st,
                struct error **err);

#endif
