/* path_walk.c - resolves a path below a root directory one component at a time, as openat2 (RESOLVE_IN_ROOT) does it
 * in the kernel. Runs wherever path.c does. Every system call gets a directory descriptor and one name, never a link
 * to follow: O_PATH | O_NOFOLLOW on the component, then its type decides. ".." goes over the names walked so far
 * again from the root, so that a directory that is moved out of the root meanwhile cannot take us along. */
#include "rootfs/path_walk.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include "mem.h"
#include "util.h"

enum
{
  MAX_LINKS = 40, /* the kernel's MAXSYMLINKS */
  MAX_MADE = 8192, /* more than a path of PATH_MAX has components: somebody removes them as we make them */
};

struct walk
{
  int root;
  int at;            /* the directory reached */
  struct text names; /* "/a/b": how `at` was reached from the root */
  char *todo;        /* what is left, in memory of its own */
  char *rest;        /* inside `todo` */
  unsigned links, made;
  int flags;
  mode_t mode;
  enum walk_make make;
};

static void
walk_end (struct walk *w)
{
  close_fd (&w->at);
  text_free (&w->names);
  free_ptr (&w->todo);
}

static int
open_directory (int at, const char *name)
{
  return openat (at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Take FD as the directory reached. */
static void
move_to (struct walk *w, int fd)
{
  close_fd (&w->at);
  w->at = fd;
}

static int
back_to_root (struct walk *w)
{
  int fd = open_directory (w->root, ".");
  if (fd < 0)
    return -errno;
  move_to (w, fd);
  w->names.len = 0;
  return 0;
}

static int
go_up (struct walk *w)
{
  autofree char *names = mem_strndup (w->names.s ? w->names.s : "", w->names.len);
  char *cut = strrchr (names, '/');
  int here = open_directory (w->at, ".");
  if (here < 0)
    return -errno;
  close_fd (&here);
  if (cut)
    *cut = '\0';
  TRY (back_to_root (w));
  char *save = NULL;
  for (char *name = strtok_r (names, "/", &save); name; name = strtok_r (NULL, "/", &save))
    {
      int fd = open_directory (w->at, name);
      if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ? -EAGAIN : -errno;
      move_to (w, fd);
      text_printf (&w->names, "/%s", name);
    }
  return 0;
}

/* Put what LINK says before the rest. */
static int
follow (struct walk *w, int link)
{
  char target[PATH_MAX];
  if (++w->links > MAX_LINKS)
    return -ELOOP;
  ssize_t n = readlinkat (link, "", target, sizeof target);
  if (n < 0)
    return -errno;
  if (n == 0)
    return -ENOENT;
  if (n == sizeof target)
    return -ENAMETOOLONG;
  target[n] = '\0';
  char *todo = mem_printf ("%s/%s", target, w->rest);
  /* "link" alone must not become "target/": a trailing slash asks for a directory. */
  if (*w->rest == '\0')
    todo[n] = '\0';
  free (w->todo);
  w->todo = w->rest = todo;
  return target[0] == '/' ? back_to_root (w) : 0;
}

/* Make NAME, which was missing. 1: made, or somebody else did. 0: nothing to be made here. */
static int
make_missing (struct walk *w, const char *name, bool last, bool slash)
{
  if (w->make == WALK_FIND)
    return 0;
  if (w->make == WALK_MAKE_FILE && last && slash)
    return -EISDIR;
  if (++w->made > MAX_MADE)
    return -EAGAIN;
  if (w->make == WALK_MAKE_DIRS || ! last)
    return mkdirat (w->at, name, 0755) == 0 || errno == EEXIST ? 1 : -errno;
  autoclose int fd = openat (w->at, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  return fd >= 0 || errno == EEXIST ? 1 : -errno;
}

/* The last component NAME is there (as FD, of type MODE) and no link to follow. */
static int
open_last (struct walk *w, const char *name, int *fd, mode_t mode, bool directory)
{
  if (w->flags & O_PATH)
    return (directory || (w->flags & O_DIRECTORY)) && ! S_ISDIR (mode) ? -ENOTDIR : TAKE_FD (*fd);
  int real = openat (w->at, name, w->flags | O_NOFOLLOW | O_CLOEXEC | (directory ? O_DIRECTORY : 0), w->mode);
  if (real < 0)
    return errno == ELOOP && ! S_ISLNK (mode) ? -EAGAIN : -errno;
  return real;
}

/* One component. 0: go on. Otherwise *RET holds what was asked for, or a negative errno is returned. */
static int
step (struct walk *w, const char *name, bool last, bool slash, int *ret)
{
  autoclose int fd = openat (w->at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT)
    {
      int made = make_missing (w, name, last, slash);
      if (made < 0)
        return made;
      if (made)
        fd = openat (w->at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
      else if (last && (w->flags & O_CREAT) && ! slash)
        {
          *ret = openat (w->at, name, w->flags | O_NOFOLLOW | O_CLOEXEC, w->mode);
          return *ret < 0 ? (errno == ELOOP ? -EAGAIN : -errno) : 0;
        }
      else
        return -ENOENT;
      if (fd < 0)
        return errno == ENOENT ? -EAGAIN : -errno;
    }
  struct stat st;
  if (fd < 0 || fstat (fd, &st) < 0)
    return -errno;
  bool keep_link = (w->flags & O_NOFOLLOW) || (w->flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL);
  if (S_ISLNK (st.st_mode) && (! last || slash || ! keep_link))
    return follow (w, fd);
  if (last)
    {
      *ret = open_last (w, name, &fd, st.st_mode, slash);
      return *ret < 0 ? *ret : 0;
    }
  move_to (w, TAKE_FD (fd));
  text_printf (&w->names, "/%s", name);
  return 0;
}

/* The path ended in "/", "." or "..". */
static int
open_reached (struct walk *w)
{
  if ((w->flags & O_CREAT) || w->make == WALK_MAKE_FILE)
    return -EISDIR;
  int fd = openat (w->at, ".", w->flags | O_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

int
path_walk (int root, const char *path, int flags, mode_t mode, enum walk_make make)
{
  __attribute__ ((cleanup (walk_end))) struct walk w
      = { .root = root, .at = -1, .flags = flags, .mode = mode, .make = make };
  if (*path == '\0')
    return -ENOENT;
  if (strlen (path) >= PATH_MAX)
    return -ENAMETOOLONG;
  w.todo = w.rest = mem_strdup (path);
  TRY (back_to_root (&w));
  for (;;)
    {
      w.rest += strspn (w.rest, "/");
      size_t n = strcspn (w.rest, "/");
      if (n == 0)
        return open_reached (&w);
      if (n > NAME_MAX)
        return -ENAMETOOLONG;
      char name[NAME_MAX + 1];
      memcpy (name, w.rest, n);
      name[n] = '\0';
      w.rest += n;
      bool slash = *w.rest == '/', last = w.rest[strspn (w.rest, "/")] == '\0';
      if (streq (name, "."))
        continue;
      if (streq (name, ".."))
        {
          TRY (go_up (&w));
          continue;
        }
      int found = -1;
      TRY (step (&w, name, last, slash, &found));
      if (found >= 0)
        return found;
    }
}
