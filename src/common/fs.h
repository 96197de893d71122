/* fs.h - small files read and written whole, relative to directory descriptors.
 * Never used on paths inside a container's root file system: rootfs/path.h is for those. */
#ifndef COMMON_FS_H
#define COMMON_FS_H

#include <sys/types.h>

#include "error.h"

/* The whole of regular file PATH (relative to DIRFD) in *RET, NUL-terminated, its length in *RET_LEN (may be NULL).
 * Opened O_NONBLOCK and checked to be a regular file, so that a FIFO or a device cannot hold us up; more than LIMIT
 * bytes is -EFBIG. The caller frees *RET. */
int fs_read_regular (int dirfd, const char *path, size_t limit, char **ret, size_t *ret_len, struct error **err);

/* The same for the kernel's files (procfs, sysfs, cgroupfs), which say size 0: no check, read to the end or LIMIT.
 * ERR may be NULL. */
int fs_read_kernel (int dirfd, const char *path, size_t limit, char **ret, struct error **err);

/* What can still be read from FD (a pipe, standard input), as fs_read_regular() gives it; NAME is for messages. */
int fs_read_stream (int fd, const char *name, size_t limit, char **ret, size_t *ret_len, struct error **err);

/* Write TEXT to existing PATH in one write(2) (cgroupfs, procfs). -errno on failure. */
int fs_write_kernel (int dirfd, const char *path, const char *text, struct error **err);

/* Replace NAME in DIRFD by N bytes of DATA: a temporary file beside it (".NAME.tmp", O_EXCL after unlink), then
 * rename, so that a reader sees the old or the new text and never a part. Not synced: the callers' files do not
 * outlive a reboot. */
int fs_replace (int dirfd, const char *name, const void *data, size_t n, mode_t mode, struct error **err);

/* All of DATA to FD, however many writes it takes. */
int fs_write_all (int fd, const void *data, size_t n);

/* mkdir -p of an absolute host PATH; new directories get MODE. */
int fs_mkdir_parents (const char *path, mode_t mode, struct error **err);

/* PATH made absolute against the current directory, "." and empty components dropped, ".." kept for the kernel.
 * The caller frees it. */
char *fs_absolute (const char *path);

/* FD's exclusive flock(2), waited for at most MS milliseconds: -EWOULDBLOCK if somebody has it still, -errno. */
int fs_lock_within (int fd, unsigned ms);

/* Remove directory NAME of DIRFD and all in it, not following links and not crossing mounts. Gone already: success. */
int fs_remove_tree (int dirfd, const char *name, struct error **err);

#endif
