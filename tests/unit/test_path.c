/* test_path.c - both resolvers of rootfs/path.h on the same hostile trees. Runs without privileges in a directory of
 * its own; canary "outside" beside the root must never be reached or added to. */
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include "check.h"
#include "mem.h"
#include "rootfs/path.h"

static char top[] = "/tmp/test_path.XXXXXX";
static int root = -1;

static void
make_file (const char *path, const char *contents)
{
  int fd = openat (root, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  CHECK (fd >= 0 && write (fd, contents, strlen (contents)) == (ssize_t) strlen (contents));
  close (fd);
}

/* Links link0 -> link1 -> ... -> target, N of them. */
static void
make_chain (const char *prefix, unsigned n, const char *target)
{
  for (unsigned i = 0; i < n; i++)
    {
      autofree char *name = mem_printf ("%s%u", prefix, i);
      autofree char *next = i + 1 < n ? mem_printf ("%s%u", prefix, i + 1) : mem_strdup (target);
      CHECK_INT (0, symlinkat (next, root, name));
    }
}

static void
set_up (void)
{
  static const struct
  {
    const char *name, *target;
  } links[] = {
    { "abs", "/etc" },
    { "rel", "etc/../etc" },
    { "up", "../../../../outside" },
    { "out", "/../outside" },
    { "loop", "loop" },
    { "loop1", "/loop2" },
    { "loop2", "loop1/x" },
    { "dangling", "/new/dir/leaf" },
    { "dangling_up", "../../made/below" },
    { "etc/back", ".." },
    { "file_link", "etc/passwd" },
    { "dot", "." },
    { "slashes", "//etc///" },
    { "to_root", "/" },
  };
  strcpy (top, "/tmp/test_path.XXXXXX");
  CHECK (mkdtemp (top) != NULL);
  autofree char *inside = mem_printf ("%s/root", top), *outside = mem_printf ("%s/outside", top);
  CHECK_INT (0, mkdir (inside, 0755));
  CHECK_INT (0, mkdir (outside, 0755));
  root = open (inside, O_PATH | O_DIRECTORY | O_CLOEXEC);
  CHECK_INT (0, mkdirat (root, "etc", 0755));
  CHECK_INT (0, mkdirat (root, "etc/a", 0755));
  CHECK_INT (0, mkdirat (root, "outside", 0755));
  make_file ("etc/passwd", "inside");
  make_file ("outside/inner", "");
  CHECK_INT (0, mkfifoat (root, "fifo", 0644));
  for (size_t i = 0; i < ARRAY_LEN (links); i++)
    CHECK_INT (0, symlinkat (links[i].target, root, links[i].name));
  make_chain ("forty", 40, "etc");
  make_chain ("many", 41, "etc");
}

static void
tear_down (void)
{
  autofree char *command = mem_printf ("rm -rf -- %s", top);
  CHECK_INT (0, system (command));
  close_fd (&root);
}

/* How many names there are in the canary directory. */
static int
outside_entries (void)
{
  int n = 0;
  autofree char *outside = mem_printf ("%s/outside", top);
  autodir DIR *d = opendir (outside);
  while (d && readdir (d))
    n++;
  return n - 2;
}

static bool
same_file (int fd, const char *expected)
{
  struct stat a, b;
  return fstat (fd, &a) == 0 && fstatat (root, expected, &b, AT_SYMLINK_NOFOLLOW) == 0 && a.st_ino == b.st_ino
         && a.st_dev == b.st_dev;
}

/* What opening has to lead to: a name below the root without links, or an errno. */
static const struct
{
  const char *path;
  int flags;
  const char *leads_to;
  int error;
} opens[] = {
  { "/", O_PATH, ".", 0 },
  { "etc/passwd", O_PATH, "etc/passwd", 0 },
  { "/etc//./a/../passwd", O_PATH, "etc/passwd", 0 },
  { "/../../etc", O_PATH, "etc", 0 },
  { "../outside", O_PATH, "outside", 0 },
  { "abs/passwd", O_PATH, "etc/passwd", 0 },
  { "rel/passwd", O_PATH, "etc/passwd", 0 },
  { "up/inner", O_PATH, "outside/inner", 0 },
  { "out", O_PATH, "outside", 0 },
  { "out", O_PATH | O_NOFOLLOW, "out", 0 },
  { "etc/back/etc/back/abs", O_PATH, "etc", 0 },
  { "to_root/../to_root/etc", O_PATH, "etc", 0 },
  { "dot/dot/slashes", O_PATH, "etc", 0 },
  { "slashes", O_PATH | O_NOFOLLOW, "slashes", 0 },
  { "abs/", O_PATH | O_NOFOLLOW, "etc", 0 },
  { "abs/.", O_PATH, "etc", 0 },
  { "file_link", O_RDONLY, "etc/passwd", 0 },
  { "file_link", O_RDONLY | O_NOFOLLOW, NULL, ELOOP },
  { "file_link/", O_PATH, NULL, ENOTDIR },
  { "etc/passwd/..", O_PATH, NULL, ENOTDIR },
  { "etc/passwd/x", O_PATH, NULL, ENOTDIR },
  { "etc/passwd", O_PATH | O_DIRECTORY, NULL, ENOTDIR },
  { "fifo", O_PATH, "fifo", 0 },
  { "fifo/x", O_PATH, NULL, ENOTDIR },
  { "fifo", O_RDONLY | O_NONBLOCK, "fifo", 0 },
  { "loop", O_PATH, NULL, ELOOP },
  { "loop1", O_PATH, NULL, ELOOP },
  { "loop/x", O_PATH, NULL, ELOOP },
  { "dangling", O_PATH, NULL, ENOENT },
  { "missing", O_PATH, NULL, ENOENT },
  { "missing/..", O_PATH, NULL, ENOENT },
  { "", O_PATH, NULL, ENOENT },
  { "forty0", O_PATH, "etc", 0 },
  { "many0", O_PATH, NULL, ELOOP },
  { "many1/passwd", O_PATH, "etc/passwd", 0 },
};

static void
check_opens (bool without_openat2)
{
  set_up ();
  for (size_t i = 0; i < ARRAY_LEN (opens); i++)
    {
      path_without_openat2 (without_openat2);
      int fd = path_open (root, opens[i].path, opens[i].flags, 0);
      bool right = opens[i].leads_to ? fd >= 0 && same_file (fd, opens[i].leads_to) : fd == -opens[i].error;
      if (! right)
        fprintf (stderr, "open \"%s\" %o gave %d, not %s\n", opens[i].path, opens[i].flags, fd,
                 opens[i].leads_to ? opens[i].leads_to : strerror (opens[i].error));
      CHECK (right);
      if (fd >= 0)
        CHECK (fcntl (fd, F_GETFD) & FD_CLOEXEC);
      close_fd (&fd);
    }
  tear_down ();
}

TEST (open_by_openat2) { check_opens (false); }
TEST (open_by_walk) { check_opens (true); }

static void
check_mkdirs (bool without_openat2)
{
  static const struct
  {
    const char *path, *made;
    int error;
  } makes[] = {
    { "/a/b/c/d/e/f", "a/b/c/d/e/f", 0 },
    { "/a/b/c", "a/b/c", 0 },
    { "up/x/y", "outside/x/y", 0 },
    { "dangling", "new/dir/leaf", 0 },
    { "dangling_up/z", "made/below/z", 0 },
    { "../../../escape", "escape", 0 },
    { "abs/new", "etc/new", 0 },
    { "etc/passwd", NULL, ENOTDIR },
    { "etc/passwd/x", NULL, ENOTDIR },
    { "loop/x", NULL, ELOOP },
    { "fifo", NULL, ENOTDIR },
  };
  set_up ();
  path_without_openat2 (without_openat2);
  for (size_t i = 0; i < ARRAY_LEN (makes); i++)
    {
      autoerror struct error *err = NULL;
      autoclose int fd = path_mkdirs (root, makes[i].path, &err);
      CHECK_INT (makes[i].error, fd < 0 ? -fd : 0);
      if (makes[i].made)
        CHECK (same_file (fd, makes[i].made));
      else
        CHECK (strstr (error_text (err), makes[i].path) != NULL);
    }
  CHECK_INT (0, outside_entries ());
  tear_down ();
}

TEST (mkdirs_by_openat2) { check_mkdirs (false); }
TEST (mkdirs_by_walk) { check_mkdirs (true); }

static void
check_files (bool without_openat2)
{
  static const struct
  {
    const char *path, *made;
    int error;
  } makes[] = {
    { "/run/secrets/key", "run/secrets/key", 0 },
    { "/run/secrets/key", "run/secrets/key", 0 },
    { "dangling", "new/dir/leaf", 0 },
    { "out/file", "outside/file", 0 },
    { "fifo", "fifo", 0 },
    { "file_link", "etc/passwd", 0 },
    { "etc", NULL, EISDIR },
    { "newdir/", NULL, EISDIR },
    { "/", NULL, EISDIR },
    { "loop", NULL, ELOOP },
  };
  set_up ();
  path_without_openat2 (without_openat2);
  for (size_t i = 0; i < ARRAY_LEN (makes); i++)
    {
      autoerror struct error *err = NULL;
      autoclose int fd = path_make_file (root, makes[i].path, &err);
      CHECK_INT (makes[i].error, fd < 0 ? -fd : 0);
      if (makes[i].made)
        CHECK (same_file (fd, makes[i].made));
    }
  CHECK_INT (0, outside_entries ());
  tear_down ();
}

TEST (files_by_openat2) { check_files (false); }
TEST (files_by_walk) { check_files (true); }

/* Paths of N bytes, of single letters and of the longest names. */
static void
check_long (size_t n, bool without_openat2)
{
  autofree char *path = mem_alloc (n + 1);
  path_without_openat2 (without_openat2);
  for (size_t i = 0; i < n; i++)
    path[i] = i % 2 ? 'x' : '/';
  int fd = path_open (root, path, O_PATH, 0);
  CHECK_INT (n >= PATH_MAX ? -ENAMETOOLONG : -ENOENT, fd);
  memset (path, '/', n);
  memcpy (path + n - 3, "etc", 3);
  fd = path_open (root, path, O_PATH, 0);
  CHECK (n >= PATH_MAX ? fd == -ENAMETOOLONG : fd >= 0);
  close_fd (&fd);
  memset (path, 'n', n);
  CHECK_INT (-ENAMETOOLONG, path_open (root, path, O_PATH, 0));
}

TEST (long_paths)
{
  static const size_t lengths[] = { 256, 4094, 4095, 4096, 8192 };
  set_up ();
  for (size_t i = 0; i < ARRAY_LEN (lengths); i++)
    {
      check_long (lengths[i], false);
      check_long (lengths[i], true);
    }
  /* 300 directories below each other are made and found again. */
  autofree char *deep = mem_alloc (PATH_MAX);
  for (size_t i = 0; i < 600; i++)
    deep[i] = i % 2 ? 'd' : '/';
  autoerror struct error *err = NULL;
  autoclose int made = path_mkdirs (root, deep, &err), found = path_open (root, deep, O_PATH, 0);
  struct stat a, b;
  CHECK (made >= 0 && found >= 0 && fstat (made, &a) == 0 && fstat (found, &b) == 0 && a.st_ino == b.st_ino);
  tear_down ();
}

TEST (parent_and_name)
{
  const char *name = NULL;
  autoerror struct error *err = NULL;
  set_up ();
  autoclose int parent = path_parent (root, "/dev/x/null", &name, &err);
  CHECK (parent >= 0 && same_file (parent, "dev/x"));
  CHECK_STR ("null", name);
  autoclose int top_parent = path_parent (root, "/null", &name, &err);
  CHECK (top_parent >= 0 && same_file (top_parent, "."));
  CHECK_INT (-EINVAL, path_parent (root, "/dev/..", &name, &err));
  CHECK_INT (-EINVAL, path_parent (root, "/dev/", &name, &err));
  CHECK_INT (-EINVAL, path_parent (root, "/", &name, &err));
  tear_down ();
}

TEST_MAIN (X (open_by_openat2) X (open_by_walk) X (mkdirs_by_openat2) X (mkdirs_by_walk) X (files_by_openat2)
             X (files_by_walk) X (long_paths) X (parent_and_name))
