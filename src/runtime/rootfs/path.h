/* path.h - paths inside a container's root file system, which is hostile: resolved by openat2 with RESOLVE_IN_ROOT,
 * or by a walk of our own where the kernel or a filter refuses it. Never a path string from the container's view
 * after this. All results are O_PATH | O_CLOEXEC unless said otherwise. */
#ifndef ROOTFS_PATH_H
#define ROOTFS_PATH_H

#include <sys/types.h>

#include "error.h"

/* Open PATH (absolute or relative, both taken from ROOT) with FLAGS. Links are followed inside ROOT, magic links never.
 * EAGAIN (a rename somewhere in the tree) is retried for at most two seconds. -errno. */
int path_open (int root, const char *path, int flags, mode_t mode);

/* The directory PATH, made with MODE 0755 where it is missing, component by component; links are followed inside ROOT,
 * a dangling one has its target made. Returns an O_PATH descriptor or -errno. */
int path_mkdirs (int root, const char *path, struct error **err);

/* The regular file PATH, made empty (0644) with its parents when missing, never through a link that leads out; an
 * existing file of any kind but a directory is taken as it is. */
int path_make_file (int root, const char *path, struct error **err);

/* The parent directory of PATH (made as by path_mkdirs), and in *RET_NAME PATH's last component, inside PATH. */
int path_parent (int root, const char *path, const char **ret_name, struct error **err);

/* "/proc/self/fd/N" of FD in BUF, for the calls that take only paths; resolved by the trusted /proc of proc.h. */
#define FD_PATH_MAX 32
const char *path_of_fd (int fd, char buf[FD_PATH_MAX]);

/* For tests: behave as a kernel without openat2. */
void path_without_openat2 (bool without);

#endif
