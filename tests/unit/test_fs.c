/* test_fs.c - small files whole, directories, removal; sizes and durations. In a directory of its own. */
#include "fs.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "check.h"
#include "mem.h"
#include "units.h"

static char dir[] = "/tmp/test_fs.XXXXXX";
static int at;

TEST (set_up)
{
  umask (022);
  CHECK (mkdtemp (dir) != NULL);
  at = open (dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  CHECK (at >= 0);
}

TEST (replace_and_read)
{
  autofree char *text = NULL;
  size_t len = 0;
  struct stat st;
  CHECK_INT (0, fs_replace (at, "f", "one", 3, 0600, NULL));
  CHECK_INT (0, fs_replace (at, "f", "two\0more", 8, 0640, NULL));
  CHECK_INT (0, fs_read_regular (at, "f", 8, &text, &len, NULL));
  CHECK_INT (8, len);
  CHECK (memcmp (text, "two\0more", 9) == 0);
  CHECK_INT (0, fstatat (at, "f", &st, 0));
  CHECK_INT (0640, st.st_mode & 07777);
  CHECK_INT (-1, faccessat (at, ".f.tmp", F_OK, AT_SYMLINK_NOFOLLOW));
}

/* A link in the temporary file's place is removed, not followed. */
TEST (replace_planted_link)
{
  CHECK_INT (0, symlinkat ("victim", at, ".g.tmp"));
  CHECK_INT (0, fs_replace (at, "g", "x", 1, 0600, NULL));
  CHECK_INT (-1, faccessat (at, "victim", F_OK, 0));
}

TEST (replace_fails_clean)
{
  autoerror struct error *err = NULL;
  CHECK_INT (0, mkdirat (at, "d", 0700));
  CHECK_INT (0, mkdirat (at, "d/inside", 0700));
  CHECK_INT (-EISDIR, fs_replace (at, "d", "x", 1, 0600, &err));
  CHECK_STR ("write d: Is a directory", error_text (err));
  CHECK_INT (-1, faccessat (at, ".d.tmp", F_OK, AT_SYMLINK_NOFOLLOW));
}

TEST (read_limits)
{
  autoerror struct error *err = NULL;
  char *text = NULL;
  CHECK_INT (-EFBIG, fs_read_regular (at, "f", 7, &text, NULL, &err));
  CHECK_STR ("f: more than 7 bytes", error_text (err));
  CHECK_INT (-ENOENT, fs_read_regular (at, "none", 7, &text, NULL, &err));
  CHECK_STR ("open none: No such file or directory", error_text (err));
  CHECK (text == NULL);
}

TEST (read_irregular)
{
  char *text = NULL;
  CHECK_INT (0, mkfifoat (at, "fifo", 0600));
  CHECK_INT (-EINVAL, fs_read_regular (at, "fifo", 10, &text, NULL, NULL));
  CHECK_INT (-EISDIR, fs_read_regular (at, "d", 10, &text, NULL, NULL));
  CHECK_INT (-EINVAL, fs_read_regular (AT_FDCWD, "/dev/zero", 10, &text, NULL, NULL));
  CHECK (text == NULL);
}

TEST (read_kernel)
{
  autofree char *all = NULL, *some = NULL;
  CHECK_INT (0, fs_read_kernel (AT_FDCWD, "/proc/self/status", 1 << 20, &all, NULL));
  CHECK (all && strstr (all, "\nPid:"));
  CHECK_INT (0, fs_read_kernel (AT_FDCWD, "/proc/self/status", 5, &some, NULL));
  CHECK_STR ("Name:", some);
}

TEST (read_stream)
{
  autofree char *text = NULL;
  char *none = NULL;
  size_t len = 0;
  int p[2];
  CHECK_INT (0, pipe2 (p, O_CLOEXEC));
  CHECK_INT (0, fs_write_all (p[1], "abcd", 4));
  CHECK_INT (-EFBIG, fs_read_stream (p[0], "pipe", 3, &none, NULL, NULL));
  CHECK_INT (0, fs_write_all (p[1], "abc", 3));
  close_fd (&p[1]);
  CHECK_INT (0, fs_read_stream (p[0], "pipe", 3, &text, &len, NULL));
  CHECK_STR ("abc", text);
  CHECK_INT (3, len);
  close_fd (&p[0]);
  CHECK_INT (-EBADF, fs_read_stream (-1, "pipe", 3, &none, NULL, NULL));
}

TEST (write_kernel)
{
  autofree char *text = NULL;
  autoerror struct error *err = NULL;
  CHECK_INT (-ENOENT, fs_write_kernel (at, "absent", "1", &err));
  CHECK_STR ("open absent: No such file or directory", error_text (err));
  CHECK_INT (-ENOSPC, fs_write_kernel (AT_FDCWD, "/dev/full", "1", &err));
  CHECK_STR ("write \"1\" to /dev/full: No space left on device", error_text (err));
  CHECK_INT (0, fs_write_kernel (at, "g", "2", NULL));
  CHECK_INT (0, fs_read_regular (at, "g", 9, &text, NULL, NULL));
  CHECK_STR ("2", text);
}

TEST (mkdir_parents)
{
  autofree char *deep = mem_printf ("%s/p//q/r/", dir), *file = mem_printf ("%s/f", dir);
  struct stat st;
  CHECK_INT (0, fs_mkdir_parents (deep, 0711, NULL));
  CHECK_INT (0, fs_mkdir_parents (deep, 0700, NULL));
  CHECK_INT (0, fstatat (at, "p/q", &st, 0));
  CHECK_INT (0711, st.st_mode & 07777);
  CHECK_INT (-ENOTDIR, fs_mkdir_parents (file, 0700, NULL));
  CHECK_INT (0, fs_mkdir_parents ("/", 0700, NULL));
}

static void
check_absolute (const char *want, const char *path)
{
  autofree char *got = fs_absolute (path);
  CHECK_STR (want, got);
}

TEST (absolute)
{
  autofree char *here = getcwd (NULL, 0), *below = mem_printf ("%s/a/../b", streq (here, "/") ? "" : here);
  check_absolute ("/", "/");
  check_absolute ("/", "//.//");
  check_absolute ("/a/b", "/a//./b/");
  check_absolute ("/a/../b", "/a/../b");
  check_absolute ("/...", "/...");
  check_absolute (below, "a/./../b/");
  check_absolute (here, "");
}

TEST (remove_tree)
{
  struct stat st;
  CHECK_INT (0, mkdirat (at, "tree", 0700));
  CHECK_INT (0, mkdirat (at, "tree/sub", 0700));
  CHECK_INT (0, symlinkat ("../p", at, "tree/sub/link"));
  CHECK_INT (0, mknodat (at, "tree/sub/file", S_IFREG | 0600, 0));
  CHECK_INT (0, fs_remove_tree (at, "tree", NULL));
  CHECK_INT (-1, fstatat (at, "tree", &st, 0));
  CHECK_INT (0, fstatat (at, "p/q/r", &st, 0));
  CHECK_INT (0, fs_remove_tree (at, "tree", NULL));
  CHECK_INT (0, symlinkat ("p", at, "to-p"));
  CHECK_INT (0, fs_remove_tree (at, "to-p", NULL));
  CHECK_INT (0, fstatat (at, "p/q/r", &st, 0));
}

/* Each open file has a lock of its own. */
TEST (lock_within)
{
  autoclose int a = openat (at, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  autoclose int b = openat (at, "lock", O_RDWR | O_CLOEXEC);
  CHECK_INT (0, fs_lock_within (a, 0));
  CHECK_INT (-EWOULDBLOCK, fs_lock_within (b, 20));
  CHECK_INT (-EBADF, fs_lock_within (-1, 20));
  close_fd (&a);
  CHECK_INT (0, fs_lock_within (b, 1000));
  CHECK_INT (0, unlinkat (at, "lock", 0));
}

TEST (clean_up)
{
  struct stat st;
  CHECK_INT (0, fs_remove_tree (AT_FDCWD, dir, NULL));
  CHECK_INT (-1, stat (dir, &st));
  close_fd (&at);
}

static void
check_bytes (int64_t want, const char *s)
{
  int64_t got = -7;
  CHECK_INT (0, units_bytes (s, &got));
  CHECK_INT (want, got);
}

TEST (bytes)
{
  static const char *const bad[] = { "", "k", "-2", "--1", "1x", "1kk", "1 k b", "1e3", "0x10", "inf", "1ib",
                                     "9223372036854775808", "8388608t", " 1", "1k1" };
  int64_t untouched = 7;
  check_bytes (0, "0");
  check_bytes (-1, "-1");
  check_bytes (INT64_MAX, "9223372036854775807");
  check_bytes (512, "0.5k");
  check_bytes (64 << 20, "64m");
  check_bytes (64 << 20, "64MB");
  check_bytes (64 << 20, "64 MiB");
  check_bytes ((int64_t) 3 << 29, "1.5g");
  check_bytes (10, "10b");
  for (size_t i = 0; i < ARRAY_LEN (bad); i++)
    if (units_bytes (bad[i], &untouched) != -EINVAL)
      CHECK_STR ("-EINVAL", bad[i]);
  CHECK_INT (7, untouched);
}

static void
check_milliseconds (unsigned want, const char *s)
{
  unsigned got = 7;
  CHECK_INT (0, units_milliseconds (s, &got));
  CHECK_INT (want, got);
}

TEST (milliseconds)
{
  static const char *const bad[] = { "", "5", "s", "-5s", "5 s", "5x", "5s3", "1.2.3s", "2000h" };
  unsigned untouched = 7;
  check_milliseconds (0, "0");
  check_milliseconds (5000, "5s");
  check_milliseconds (500, "500ms");
  check_milliseconds (90000, "1m30s");
  check_milliseconds (5400000, "1.5h");
  check_milliseconds (2, "2500us");
  check_milliseconds (0, "10ns");
  for (size_t i = 0; i < ARRAY_LEN (bad); i++)
    if (units_milliseconds (bad[i], &untouched) != -EINVAL)
      CHECK_STR ("-EINVAL", bad[i]);
  CHECK_INT (7, untouched);
}

TEST (microseconds)
{
  static const struct
  {
    const char *text;
    int64_t want;
  } good[] = {
    { "0", 0 },           { "90us", 90 },       { "1.5ms", 1500 },  { "\xc2\xb5s", -1 },
    { "2\xc2\xb5s", 2 }, { "999ns", 0 },       { "1m30s", 90000000 }, { "2000h", INT64_C (7200000000000) },
    { "5", -1 },          { "99999999999999h", -1 },
  };
  for (size_t i = 0; i < ARRAY_LEN (good); i++)
    {
      int64_t got = -1;
      CHECK_INT (good[i].want < 0 ? -EINVAL : 0, units_microseconds (good[i].text, &got));
      CHECK_INT (good[i].want, got);
    }
}

TEST_MAIN (X (set_up) X (replace_and_read) X (replace_planted_link) X (replace_fails_clean) X (read_limits)
           X (read_irregular) X (read_kernel) X (read_stream) X (write_kernel) X (mkdir_parents) X (absolute)
           X (remove_tree) X (lock_within) X (clean_up) X (bytes) X (milliseconds) X (microseconds))
