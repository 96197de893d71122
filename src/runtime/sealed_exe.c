/* sealed_exe.c - a copy of the runtime's program file that nobody can write to, and its execution (CVE-2019-5736: a
 * process in a container opens /proc/PID/exe of a runtime that entered it). Runs first in the runtime: the host's
 * /proc, the caller's cgroup (a copy made later would be charged to the container, runc #1980). */
#include "sealed_exe.h"

#include <fcntl.h>
#include <link.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>

#include "log.h"
#include "mem.h"

#ifndef MFD_EXEC
# define MFD_EXEC 0x0010U
#endif
#ifndef MOUNT_ATTR_NOSYMFOLLOW
# define MOUNT_ATTR_NOSYMFOLLOW 0x00200000
#endif
#ifndef ST_NOSYMFOLLOW
# define ST_NOSYMFOLLOW 0x2000 /* statfs(2), Linux 5.10 */
#endif

#define SELF "/proc/self/exe"
#define ALL_SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)
/* What overlay_copy's mounts have; no system mounts its programs so. */
#define OVERLAY_MARKS (ST_RDONLY | ST_NOSUID | ST_NODEV | ST_NOSYMFOLLOW)

/* EXE was made by one of the methods below. A file without a name is nobody's next command, even if it gets written
 * to. */
static bool
is_sealed (int exe)
{
  struct stat st;
  struct statfs fs;
  int seals = fcntl (exe, F_GET_SEALS);
  if (seals >= 0 && (seals & ALL_SEALS) == ALL_SEALS)
    return true;
  if (fstat (exe, &st) == 0 && st.st_nlink == 0)
    return true;
  return fstatfs (exe, &fs) == 0 && (unsigned long) fs.f_type == OVERLAYFS_SUPER_MAGIC
         && ((unsigned long) fs.f_flags & OVERLAY_MARKS) == OVERLAY_MARKS;
}

/* How much of the program file is ever mapped: up to the end of its last segment, without symbols and debug
 * information. */
static off_t
loaded_size (int fd)
{
  ElfW (Ehdr) head;
  off_t end = 0;
  if (pread (fd, &head, sizeof head, 0) != sizeof head)
    return -1;
  for (unsigned i = 0; i < head.e_phnum; i++)
    {
      ElfW (Phdr) segment;
      if (pread (fd, &segment, sizeof segment, (off_t) (head.e_phoff + i * sizeof segment)) != sizeof segment)
        return -1;
      off_t segment_end = (off_t) (segment.p_offset + segment.p_filesz);
      end = segment_end > end ? segment_end : end;
    }
  return end;
}

static int
copy_contents (int from, int to)
{
  off_t at = 0, size = loaded_size (from);
  if (size < 0)
    return -EIO;
  while (at < size)
    {
      ssize_t n = RETRY_EINTR (sendfile (to, from, &at, (size_t) (size - at)));
      if (n <= 0)
        return n < 0 ? -errno : -EIO;
    }
  return 0;
}

/* ---- the methods: each returns a descriptor to execute, or -errno ------------------------------------------------ */
static int
memfd_copy (int exe)
{
  unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  autoclose int fd = memfd_create ("perry-runtime", flags | MFD_EXEC);
  if (fd < 0 && errno == EINVAL) /* before 6.3 all of them can be executed */
    fd = memfd_create ("perry-runtime", flags);
  if (fd < 0)
    return -errno;
  TRY (copy_contents (exe, fd));
  /* Writes are refused by the seals; without the mode's permission so is opening for them. */
  if (fcntl (fd, F_ADD_SEALS, ALL_SEALS) < 0 || fchmod (fd, 0500) < 0)
    return -errno;
  return TAKE_FD (fd);
}

/* DIR as overlayfs's lowerdir takes it. The caller frees it. */
static char *
escape_layer (const char *dir)
{
  struct text t = { 0 };
  text_add (&t, "");
  for (; *dir; dir++)
    {
      if (strchr (":\\,", *dir))
        text_add_bytes (&t, "\\", 1);
      text_add_bytes (&t, dir, 1);
    }
  return t.s;
}

/* The program's directory as the lower layer of an overlay that has no upper one: nothing is copied, and the way
 * through this mount to the file has no writing. An overlay without upper layer wants two lower ones. Needs fsopen
 * (5.2) and MOUNT_ATTR_NOSYMFOLLOW (5.14). */
static int
overlay_copy (int exe)
{
  char path[PATH_MAX];
  struct stat want, got;
  ssize_t n = readlink (SELF, path, sizeof path - 1);
  if (n < 0)
    return -errno;
  path[n] = '\0';
  char *slash = strrchr (path, '/');
  if (! slash || fstat (exe, &want) < 0)
    return -ENOENT;
  *slash = '\0';
  autofree char *layer = escape_layer (*path ? path : "/"), *layers = mem_printf ("%s:/dev", layer);
  autoclose int fs = fsopen ("overlay", FSOPEN_CLOEXEC);
  if (fs < 0 || fsconfig (fs, FSCONFIG_SET_STRING, "lowerdir", layers, 0) < 0
      || fsconfig (fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
    return -errno;
  autoclose int mount = fsmount (fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV
                                                      | MOUNT_ATTR_NOSYMFOLLOW);
  if (mount < 0)
    return -errno;
  autoclose int fd = openat (mount, slash + 1, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0)
    return -errno;
  /* The name may be another program's by now: an upgrade. */
  if (fstat (fd, &got) < 0 || got.st_ino != want.st_ino || got.st_size != want.st_size)
    return -ESTALE;
  return TAKE_FD (fd);
}

/* A file without a name in a directory of the host's, no writer left. */
static int
unnamed_copy (int exe)
{
  static const char *const dirs[] = { "/run", "/tmp", "/var/tmp" };
  int result = -ENOENT;
  for (size_t i = 0; i < ARRAY_LEN (dirs); i++)
    {
      char path[32];
      struct statvfs fs;
      autoclose int out = open (dirs[i], O_TMPFILE | O_RDWR | O_CLOEXEC, 0500);
      if (out < 0 || fstatvfs (out, &fs) < 0 || fs.f_flag & ST_NOEXEC)
        continue;
      result = copy_contents (exe, out);
      if (result < 0)
        continue;
      snprintf (path, sizeof path, "/proc/self/fd/%d", out);
      int fd = open (path, O_RDONLY | O_CLOEXEC);
      if (fd >= 0)
        return fd;
      result = -errno;
    }
  return result;
}

/* In this order: an overlay copies nothing and takes half the time of a memfd; without privileges, or where the
 * kernel has no overlayfs, a memfd; where sysctl vm.memfd_noexec forbids that, a file. */
static const struct
{
  const char *name;
  int (*copy) (int exe);
} methods[] = {
  { "overlay", overlay_copy },
  { "memfd", memfd_copy },
  { "unnamed file", unnamed_copy },
};

int
sealed_exe_ensure (char **argv, struct error **err)
{
  autotext struct text reasons = { 0 };
  autoclose int exe = open (SELF, O_RDONLY | O_CLOEXEC);
  if (exe < 0)
    return fail_sys (err, errno, "seal the runtime's program file: open " SELF);
  if (is_sealed (exe))
    {
      prctl (PR_SET_NAME, "perry-runtime"); /* before 6.14, fexecve names the process by a descriptor's number */
      return 0;
    }
  for (size_t i = 0; i < ARRAY_LEN (methods); i++)
    {
      autoclose int fd = methods[i].copy (exe);
      int r = fd < 0 ? fd : 0;
      if (r == 0)
        {
          syscall (SYS_execveat, fd, "", argv, environ, AT_EMPTY_PATH);
          r = -errno;
        }
      log_debug ("sealed copy: %s: %s", methods[i].name, strerror (-r));
      text_printf (&reasons, "%s%s: %s", i ? ", " : "", methods[i].name, strerror (-r));
    }
  return fail (err, EPERM, "the runtime's program file cannot be sealed against the container: %s", reasons.s);
}
