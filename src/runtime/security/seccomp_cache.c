/* seccomp_cache.c - see seccomp_cache.h. Runs in the runtime, in its own namespaces; owns ROOT/.cache/seccomp.
 *
 * Whoever can write there can take a container's filter away, therefore: the directory and its files have to be ours
 * and writable by nobody else, links are not followed. The directory is below the state root, which lies on a tmpfs:
 * it does not outlive a reboot, thus not a change of kernel. */
#include "security/seccomp_cache.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>

#include "fs.h"
#include "log.h"
#include "mem.h"
#include "security/security.h"

#define MAX_FILES 64
/* Magic, key length, program length; then key, then program. */
#define MAGIC 0x31504243U
struct header
{
  uint32_t magic, key_len, prog_len;
};

/* A key is a profile of at most 16 MiB, as config.json is. */
#define MAX_FILE ((size_t) 17 << 20)

struct cache_name
{
  char s[17];
};

/* 64-bit FNV-1a. */
static struct cache_name
name_of (const char *key)
{
  struct cache_name name;
  uint64_t h = 0xcbf29ce484222325U;
  for (; *key; key++)
    h = (h ^ (unsigned char) *key) * 0x100000001b3U;
  snprintf (name.s, sizeof name.s, "%016" PRIx64, h);
  return name;
}

static bool
ours_alone (int fd, mode_t type)
{
  struct stat st;
  return fstat (fd, &st) == 0 && (st.st_mode & S_IFMT) == type && st.st_uid == geteuid () && ! (st.st_mode & 022);
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */
static int
read_all (int fd, void *to, size_t n)
{
  for (char *p = to; n > 0;)
    {
      ssize_t r = RETRY_EINTR (read (fd, p, n));
      if (r <= 0)
        return r < 0 ? -errno : -ENODATA;
      p += r;
      n -= (size_t) r;
    }
  return 0;
}

int
seccomp_cache_get (int dir, const char *key, struct sock_fprog *ret)
{
  struct header h;
  size_t key_len = strlen (key);
  autoclose int fd = openat (dir, name_of (key).s, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0)
    return -errno;
  if (! ours_alone (fd, S_IFREG))
    return -EPERM;
  TRY (read_all (fd, &h, sizeof h));
  if (h.magic != MAGIC || h.key_len != key_len || h.prog_len == 0 || h.prog_len > BPF_MAXINSNS)
    return -EINVAL;
  size_t prog_size = h.prog_len * sizeof (struct sock_filter);
  autofree char *stored_key = mem_alloc (key_len + 1);
  autofree struct sock_filter *filter = mem_alloc (prog_size);
  TRY (read_all (fd, stored_key, key_len));
  if (memcmp (stored_key, key, key_len) != 0)
    return -EEXIST;
  TRY (read_all (fd, filter, prog_size));
  *ret = (struct sock_fprog){ .len = (unsigned short) h.prog_len, .filter = TAKE_PTR (filter) };
  return 0;
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */
/* Remove the oldest file if there are more than MAX_FILES: one is added at a time. */
static void
keep_bounded (int dir)
{
  size_t n = 0;
  struct timespec oldest_time = { 0 };
  char oldest[NAME_MAX + 1] = "";
  int fd = openat (dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  autodir DIR *d = fd < 0 ? NULL : fdopendir (fd);
  if (! d)
    {
      close_fd (&fd);
      return;
    }
  for (struct dirent *e; (e = readdir (d));)
    {
      struct stat st;
      if (e->d_name[0] == '.' || fstatat (dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        continue;
      n++;
      if (*oldest && (st.st_mtim.tv_sec > oldest_time.tv_sec
                      || (st.st_mtim.tv_sec == oldest_time.tv_sec && st.st_mtim.tv_nsec >= oldest_time.tv_nsec)))
        continue;
      oldest_time = st.st_mtim;
      snprintf (oldest, sizeof oldest, "%s", e->d_name);
    }
  if (n > MAX_FILES)
    unlinkat (dir, oldest, 0);
}

int
seccomp_cache_put (int dir, const char *key, const struct sock_fprog *prog, struct error **err)
{
  struct header h = { MAGIC, (uint32_t) strlen (key), prog->len };
  size_t prog_size = prog->len * sizeof *prog->filter, size = sizeof h + h.key_len + prog_size;
  if (size > MAX_FILE)
    return fail (err, EFBIG, "seccomp profile too large for the cache");
  autofree char *bytes = mem_alloc (size);
  memcpy (bytes, &h, sizeof h);
  memcpy (bytes + sizeof h, key, h.key_len);
  memcpy (bytes + sizeof h + h.key_len, prog->filter, prog_size);
  TRY (fs_replace (dir, name_of (key).s, bytes, size, 0600, err));
  keep_bounded (dir);
  return 0;
}

/* ---- the directory ----------------------------------------------------------------------------------------------- */
static int
open_own_dir (int parent, const char *name)
{
  if (mkdirat (parent, name, 0700) < 0 && errno != EEXIST)
    return -1;
  autoclose int fd = openat (parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return -1;
  if (! ours_alone (fd, S_IFDIR))
    {
      log_warning ("%s below the state root is not ours alone: seccomp filters are not cached", name);
      return -1;
    }
  return TAKE_FD (fd);
}

int
seccomp_cache_open (int root_fd)
{
  autoclose int cache = open_own_dir (root_fd, ".cache");
  return cache < 0 ? -1 : open_own_dir (cache, "seccomp");
}
