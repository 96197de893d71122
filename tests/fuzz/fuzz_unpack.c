/* fuzz_unpack.c - any bytes as a layer's archive, unpacked in a file system of its own: a layer is either refused with
 * a reason, or unpacked, and what is beside the target stays as it was. For libFuzzer, or standalone_main.c. The tmpfs
 * is in a mount namespace of the process, so nothing is left; without privileges it takes a user namespace, where only
 * one owner can be had. */
#include <fcntl.h>
#include <nettle/sha2.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "decode.h"
#include "fs.h"
#include "log.h"
#include "unpack.h"

int LLVMFuzzerTestOneInput (const unsigned char *data, size_t size);

#define MUST(condition)                                                            \
  do                                                                               \
    if (! (condition))                                                             \
      {                                                                            \
        fprintf (stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
        abort ();                                                                  \
      }                                                                            \
  while (0)

enum
{
  BLOCK = 512,
  MAGIC_AT = 257,
  CHECKSUM_AT = 148,
};

/* Warnings would be the fuzzer's main work. */
void
log_line (enum log_level level, const char *fmt, ...)
{
  (void) level;
  (void) fmt;
}

static int top = -1; /* the tmpfs: "target", and "canary" beside it */

static void
map_root (uid_t uid, gid_t gid)
{
  char map[32];
  MUST (fs_write_kernel (AT_FDCWD, "/proc/self/setgroups", "deny", NULL) == 0);
  snprintf (map, sizeof map, "0 %u 1", uid);
  MUST (fs_write_kernel (AT_FDCWD, "/proc/self/uid_map", map, NULL) == 0);
  snprintf (map, sizeof map, "0 %u 1", gid);
  MUST (fs_write_kernel (AT_FDCWD, "/proc/self/gid_map", map, NULL) == 0);
}

static void
make_file_system (void)
{
  uid_t uid = geteuid ();
  gid_t gid = getegid ();
  if (unshare (CLONE_NEWNS) < 0)
    {
      MUST (unshare (CLONE_NEWUSER | CLONE_NEWNS) == 0);
      map_root (uid, gid);
    }
  MUST (mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
  MUST (mount ("tmpfs", "/mnt", "tmpfs", MS_NODEV | MS_NOSUID | MS_NOEXEC, "size=16m,mode=700") == 0);
  umask (0);
  top = open ("/mnt", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  MUST (top >= 0 && mkdirat (top, "canary", 0751) == 0);
}

/* What mutates a header cannot know its sum. */
static void
sign_headers (unsigned char *p, size_t size)
{
  for (; size >= BLOCK; p += BLOCK, size -= BLOCK)
    {
      unsigned sum = 0;
      if (memcmp (p + MAGIC_AT, "ustar", 5) != 0)
        continue;
      memset (p + CHECKSUM_AT, ' ', 8);
      for (size_t i = 0; i < BLOCK; i++)
        sum += p[i];
      snprintf ((char *) p + CHECKSUM_AT, 8, "%06o", sum);
    }
}

static int
make_input (const unsigned char *data, size_t size, uint8_t diff_id[SHA256_BYTES])
{
  autofree unsigned char *copy = malloc (size + 1);
  int fd = memfd_create ("layer", MFD_CLOEXEC);
  struct sha256_ctx hash;
  MUST (copy && fd >= 0);
  memcpy (copy, data, size);
  sign_headers (copy, size);
  MUST (fs_write_all (fd, copy, size) == 0 && lseek (fd, 0, SEEK_SET) == 0);
  sha256_init (&hash);
  sha256_update (&hash, size, copy);
  sha256_digest (&hash, SHA256_BYTES, diff_id);
  return fd;
}

static void
check_canary (void)
{
  struct stat st;
  autoclose int fd = openat (top, "canary", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  autodir DIR *d = fd < 0 ? NULL : fdopendir (dup (fd));
  MUST (d && fstat (fd, &st) == 0 && st.st_mode == (S_IFDIR | 0751) && st.st_uid == 0);
  for (struct dirent *e; (e = readdir (d));)
    MUST (streq (e->d_name, ".") || streq (e->d_name, ".."));
}

int
LLVMFuzzerTestOneInput (const unsigned char *data, size_t size)
{
  if (top < 0)
    make_file_system ();
  struct unpack_options options = { .media = media_type_find ("application/vnd.oci.image.layer.v1.tar"), .size = -1,
                                    .max_bytes = 4 << 20, .max_entries = 300, .progress_fd = -1, .userxattr = true };
  autoclose int input = make_input (data, size, options.diff_id), target = -1;
  autoerror struct error *error = NULL;
  MUST (mkdirat (top, "target", 0700) == 0);
  target = openat (top, "target", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  MUST (target >= 0);
  if (unpack_layer (target, input, &options, &error) < 0)
    MUST (error && *error->text);
  else
    MUST (! error);
  check_canary ();
  MUST (fs_remove_tree (top, "target", NULL) == 0);
  return 0;
}
