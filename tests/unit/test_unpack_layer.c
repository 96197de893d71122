/* test_unpack_layer.c - whole layers through unpack_layer, and the sandbox in a child. Runs without privileges in a
 * directory of its own: entries belong to whoever runs it. */
#include <fcntl.h>
#include <linux/landlock.h>
#include <nettle/sha2.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "check.h"
#include "decode.h"
#include "fs.h"
#include "sandbox.h"
#include "unpack.h"

enum { BLOCK = 512 };

static char top[] = "/tmp/test_unpack.XXXXXX";

/* A layer that grows. */
struct archive
{
  uint8_t bytes[64 * BLOCK];
  size_t n;
};

static void
add (struct archive *a, char type, const char *name, const char *link, const char *text)
{
  uint8_t *h = a->bytes + a->n;
  unsigned sum = 0, n = (unsigned) strlen (text);
  snprintf ((char *) h, 100, "%s", name);
  snprintf ((char *) h + 100, 8, "%07o", type == '5' ? 0755u : 0640u);
  snprintf ((char *) h + 108, 8, "%07o", (unsigned) getuid () & 07777777);
  snprintf ((char *) h + 116, 8, "%07o", (unsigned) getgid () & 07777777);
  snprintf ((char *) h + 124, 12, "%011o", n);
  snprintf ((char *) h + 136, 12, "%011o", 1000000000u);
  h[156] = (uint8_t) type;
  snprintf ((char *) h + 157, 100, "%s", link);
  memcpy (h + 257, "ustar\00000", 8);
  memset (h + 148, ' ', 8);
  for (size_t i = 0; i < BLOCK; i++)
    sum += h[i];
  snprintf ((char *) h + 148, 8, "%06o", sum);
  memcpy (h + BLOCK, text, n);
  a->n += BLOCK + (n + BLOCK - 1) / BLOCK * BLOCK;
}

static void
digest (const struct archive *a, uint8_t ret[SHA256_BYTES])
{
  struct sha256_ctx hash;
  sha256_init (&hash);
  sha256_update (&hash, a->n, a->bytes);
  sha256_digest (&hash, SHA256_BYTES, ret);
}

static struct unpack_options
options_for (const struct archive *a)
{
  struct unpack_options o = { .media = media_type_find ("application/vnd.oci.image.layer.v1.tar"), .size = -1,
                              .max_bytes = 1 << 20, .max_entries = 100, .progress_fd = -1 };
  digest (a, o.diff_id);
  return o;
}

/* Unpack A into the new directory NAME, whose descriptor is *RET_FD. */
static int
unpack (const struct archive *a, const struct unpack_options *o, const char *name, int *ret_fd, struct error **err)
{
  autoclose int top_fd = open (top, O_PATH | O_DIRECTORY | O_CLOEXEC);
  autoclose int input = memfd_create ("layer", MFD_CLOEXEC);
  CHECK_INT (0, fs_write_all (input, a->bytes, a->n));
  CHECK_INT (0, lseek (input, 0, SEEK_SET));
  CHECK_INT (0, mkdirat (top_fd, name, 0700));
  *ret_fd = openat (top_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return unpack_layer (*ret_fd, input, o, err);
}

TEST (good_layer)
{
  struct archive a = { .n = 0 };
  autoclose int fd = -1;
  autoerror struct error *error = NULL;
  struct stat st, other;
  char text[8] = "";
  add (&a, '5', "d/", "", "");
  add (&a, '0', "d/f", "", "hello");
  add (&a, '1', "d/h", "d/f", "");
  add (&a, '2', "l", "d", "");
  add (&a, '0', "l/g", "", "");
  struct unpack_options o = options_for (&a);
  CHECK_INT (0, unpack (&a, &o, "good", &fd, &error));
  CHECK_STR ("", error_text (error));
  CHECK_INT (0, fstatat (fd, "d/f", &st, 0));
  CHECK_INT (0, fstatat (fd, "d/h", &other, 0));
  CHECK_INT (st.st_ino, other.st_ino);
  CHECK_INT (S_IFREG | 0640, st.st_mode);
  CHECK_INT (1000000000, st.st_mtime);
  CHECK_INT (0, fstatat (fd, "d/g", &st, 0));
  CHECK_INT (0, fstatat (fd, "d", &st, 0));
  CHECK_INT (1000000000, st.st_mtime);
  CHECK_INT (1, readlinkat (fd, "l", text, sizeof text));
  CHECK_INT (0, fstat (fd, &st));
  CHECK_INT (0755, st.st_mode & 07777);
}

TEST (checksums)
{
  struct archive a = { .n = 0 };
  autoerror struct error *error = NULL;
  add (&a, '0', "f", "", "hello");
  struct unpack_options o = options_for (&a);
  autoclose int fd = -1, fd2 = -1, fd3 = -1;
  o.diff_id[31] ^= 1;
  CHECK_INT (-UNPACK_BAD_LAYER, unpack (&a, &o, "diff-id", &fd, &error));
  CHECK (strstr (error_text (error), "its diff id is"));
  o = options_for (&a);
  o.size = (int64_t) a.n + 1;
  CHECK_INT (-UNPACK_BAD_LAYER, unpack (&a, &o, "size", &fd2, &error));
  CHECK (strstr (error_text (error), "fewer bytes"));
  /* The digest is the cause of what else is wrong. */
  o = options_for (&a);
  o.has_digest = true;
  digest (&a, o.digest);
  a.bytes[0] ^= 1;
  CHECK_INT (-UNPACK_BAD_LAYER, unpack (&a, &o, "digest", &fd3, &error));
  CHECK (strstr (error_text (error), "its digest is"));
}

TEST (limits)
{
  struct archive a = { .n = 0 };
  autoerror struct error *error = NULL;
  autoclose int fd = -1, fd2 = -1;
  add (&a, '0', "f", "", "hello");
  add (&a, '0', "g", "", "hello");
  struct unpack_options o = options_for (&a);
  o.max_entries = 1;
  CHECK_INT (-UNPACK_BAD_LAYER, unpack (&a, &o, "entries", &fd, &error));
  CHECK (strstr (error_text (error), "g: more than 1 entries"));
  o = options_for (&a);
  o.max_bytes = (int64_t) a.n - 1;
  CHECK_INT (-UNPACK_BAD_LAYER, unpack (&a, &o, "bytes", &fd2, &error));
  CHECK (strstr (error_text (error), "--max-bytes"));
}

/* What nobody reads of an entry is skipped, and it is not there: readers that take the sum of size and padding for a
 * small number see other files behind it. */
TEST (largest_size)
{
  struct archive a = { .n = 0 };
  autoclose int fd = -1;
  autoerror struct error *error = NULL;
  add (&a, 'x', "pax", "", "28 size=9223372036854775807\n");
  add (&a, '0', ".wh.gone", "", "");
  add (&a, '0', "f", "", "");
  struct unpack_options o = options_for (&a);
  CHECK_INT (-UNPACK_BAD_LAYER, unpack (&a, &o, "largest", &fd, &error));
  CHECK (strstr (error_text (error), "the archive ends in the middle"));
}

/* Signals, and what else one process can do to another of its user. */
static bool
try_parent (void)
{
  const pid_t parent = getppid ();
  siginfo_t info = { .si_code = SI_QUEUE };
  return kill (parent, 0) == 0 || syscall (SYS_tgkill, parent, parent, 0) == 0
         || syscall (SYS_rt_sigqueueinfo, parent, 0, &info) == 0 || fcntl (STDERR_FILENO, F_SETOWN, parent) == 0
         || prlimit (parent, RLIMIT_NOFILE, NULL, NULL) == 0 || setpriority (PRIO_PROCESS, (id_t) parent, 0) == 0;
}

/* In the sandbox: a bit for each thing that is possible and should not be. */
static int
try_all (const char *outside)
{
  char *const none[] = { NULL };
  int possible = 0;
  possible |= (open (outside, O_RDONLY | O_CLOEXEC) >= 0) << 0;
  possible |= (open (outside, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0) << 1;
  possible |= (socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0 || try_parent ()) << 2;
  possible |= (execve ("/bin/true", none, none) == 0 || errno != EPERM) << 3;
  possible |= (chmod (".", 0777) == 0) << 4;
  possible |= (open ("inside", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) < 0) << 5;
  return possible;
}

TEST (sandbox)
{
  char dir[sizeof top + 16], outside[sizeof top + 16];
  int status;
  snprintf (dir, sizeof dir, "%s/sandbox", top);
  snprintf (outside, sizeof outside, "%s/outside", top);
  CHECK_INT (0, mkdir (dir, 0700));
  close (open (outside, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  pid_t child = fork ();
  if (child == 0)
    {
      int fd = chdir (dir) == 0 ? open (".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
      _exit (fd < 0 || sandbox_enter (fd, true, NULL) < 0 ? 64 : try_all (outside));
    }
  CHECK_INT (child, waitpid (child, &status, 0));
  CHECK (WIFEXITED (status));
  /* Without Landlock, files stay in reach. */
  bool landlock = syscall (SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) >= 2;
  CHECK_INT (0, WEXITSTATUS (status) & ~(landlock ? 0 : 3));
}

int
main (void)
{
  umask (0);
  if (! mkdtemp (top))
    return 1;
  CHECK_RUN (good_layer)
  CHECK_RUN (checksums)
  CHECK_RUN (limits)
  CHECK_RUN (largest_size)
  CHECK_RUN (sandbox)
  CHECK_INT (0, fs_remove_tree (AT_FDCWD, top, NULL));
  return check_failures || ! check_count;
}
