/* tree.c - finds, makes and clears places in the tree; owns the descriptor of the last directory. Runs in the sandbox,
 * as the owner of all files. Kernel 5.6 (openat2). */
#include "tree.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "fs.h"
#include "mem.h"

enum
{
  LINKS_MAX = 40, /* as the kernel has it, path_resolution(7) */
  TRIES = 100,    /* openat2 says EAGAIN when something is being renamed */
};

int
tree_init (struct tree *t, int root, const struct unpack_options *options, struct error **err)
{
  t->root = root;
  t->userxattr = options->userxattr;
  t->n_entries = 0;
  t->max_entries = options->max_entries;
  t->parent.fd = -1;
  struct open_how how = { .flags = O_PATH | O_CLOEXEC };
  autoclose int probe = (int) syscall (SYS_openat2, root, ".", &how, sizeof how);
  if (probe < 0 && errno == ENOSYS)
    return fail (err, ENOSYS, "this kernel has no openat2, which unpacking needs: Linux 5.6 or later");
  if (probe < 0)
    return fail_sys (err, errno, "open the target directory");
  /* One of the store's would be handed down to every file. */
  if (fremovexattr (root, "system.posix_acl_default") < 0 && errno != ENODATA && errno != EOPNOTSUPP)
    return fail_sys (err, errno, "remove the target directory's default access control list");
  return 0;
}

int
tree_count (struct tree *t, struct error **err)
{
  if (++t->n_entries > t->max_entries)
    return bad_layer (err, "more than %lld entries (--max-entries)", (long long) t->max_entries);
  return 0;
}

int
tree_leave (struct tree *t, struct error **err)
{
  autoclose int fd = TAKE_FD (t->parent.fd);
  const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, t->parent.mtime };
  if (fd >= 0 && futimens (fd, times) < 0)
    return fail_sys (err, errno, "set the times of directory %s", t->parent.name);
  return 0;
}

void
tree_free (struct tree *t)
{
  close_fd (&t->parent.fd);
}

/* PATH below DIR; no link is followed, and nothing leads out. */
static int
open_below (int dir, const char *path)
{
  struct open_how how = {
    .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
    .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
  };
  long fd = -1;
  for (int i = 0; i < TRIES && fd < 0; i++)
    {
      fd = syscall (SYS_openat2, dir, path, &how, sizeof how);
      if (fd < 0 && errno != EAGAIN && errno != EINTR)
        break;
    }
  return fd < 0 ? -errno : (int) fd;
}

bool
is_whiteout (const struct stat *st)
{
  return S_ISCHR (st->st_mode) && st->st_rdev == makedev (0, 0);
}

int
tree_set_opaque (const struct tree *t, int fd, struct error **err)
{
  const char *name = t->userxattr ? "user.overlay.opaque" : "trusted.overlay.opaque";
  if (fsetxattr (fd, name, "y", 1, 0) == 0)
    return 0;
  return fail_sys (err, errno, "set %s%s", name,
                   errno == EPERM && ! t->userxattr ? " (in a user namespace it takes --userxattr)" : "");
}

int
tree_clear (struct tree *t, int parent, const char *name, bool keep_directory, bool *ret_kept, bool *ret_was_whiteout,
            struct error **err)
{
  struct stat st;
  bool there = fstatat (parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
  if (! there && errno != ENOENT)
    return fail_sys (err, errno, "look up");
  bool kept = there && keep_directory && S_ISDIR (st.st_mode);
  if (there && ! kept)
    {
      TRY (fs_remove_tree (parent, name, err));
      *t->parent.name = 0; /* the way there may have led through it: look it up again */
    }
  if (ret_kept)
    *ret_kept = kept;
  if (ret_was_whiteout)
    *ret_was_whiteout = there && is_whiteout (&st);
  return 0;
}

int
tree_make_directory (struct tree *t, int parent, const char *name, int *ret_fd, struct error **err)
{
  bool kept, was_whiteout;
  TRY (tree_clear (t, parent, name, true, &kept, &was_whiteout, err));
  if (! kept && mkdirat (parent, name, 0700) < 0)
    return fail_sys (err, errno, "make the directory");
  autoclose int fd = open_below (parent, name);
  if (fd < 0)
    return fail_sys (err, -fd, "open the directory");
  if (was_whiteout)
    TRY (tree_set_opaque (t, fd, err));
  *ret_fd = TAKE_FD (fd);
  return 0;
}

/* A way through the tree. */
struct walk
{
  struct tree *tree;
  bool make;
  int fd;                /* where we are; -1: the root */
  char here[PATH_MAX];   /* how one gets there, without links */
  unsigned depth, links;
  char *path, *next;     /* PATH owns the text that NEXT points into */
};

static int
fd_of (const struct walk *w)
{
  return w->fd < 0 ? w->tree->root : w->fd;
}

static void
to_root (struct walk *w)
{
  close_fd (&w->fd);
  *w->here = 0;
  w->depth = 0;
}

/* The root's ".." is the root. */
static int
to_parent (struct walk *w, struct error **err)
{
  char *last = strrchr (w->here, '/');
  if (w->depth <= 1)
    {
      to_root (w);
      return 0;
    }
  *last = 0;
  w->depth--;
  close_fd (&w->fd);
  w->fd = open_below (w->tree->root, w->here);
  return w->fd < 0 ? fail_sys (err, -w->fd, "open directory %s", w->here) : 0;
}

/* FD, which was opened below where we are, is where we are now. */
static int
advance (struct walk *w, int fd, const char *name, struct error **err)
{
  size_t used = strlen (w->here);
  close_fd (&w->fd);
  w->fd = fd;
  if (++w->depth > UNPACK_DEPTH_MAX || used + 1 + strlen (name) >= sizeof w->here)
    return bad_layer (err, "by its links more than %d directories deep or %zu bytes long", UNPACK_DEPTH_MAX,
                      sizeof w->here - 1);
  sprintf (w->here + used, "%s%s", used ? "/" : "", name);
  return 0;
}

static int
follow (struct walk *w, const char *target, struct error **err)
{
  if (++w->links > LINKS_MAX)
    return bad_layer (err, "more than %d symbolic links on the way there", LINKS_MAX);
  char *path = mem_printf ("%s/%s", target, w->next);
  free (w->path);
  w->path = w->next = path;
  if (*target == '/')
    to_root (w);
  return 0;
}

/* A directory that no entry has named so far; the times of the one that it is made in stay. */
static int
make_implied (struct walk *w, const char *name, struct error **err)
{
  struct stat st;
  autoclose int fd = -1;
  TRY (tree_count (w->tree, err));
  if (fstat (fd_of (w), &st) < 0)
    return fail_sys (err, errno, "look up");
  TRY (tree_make_directory (w->tree, fd_of (w), name, &fd, err));
  if (fchown (fd, 0, 0) < 0 || fchmod (fd, 0755) < 0)
    return fail_sys (err, errno, "set owner and mode of directory %s", name);
  const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, st.st_mtim };
  if (futimens (fd_of (w), times) < 0)
    return fail_sys (err, errno, "set the times of the directory of %s", name);
  return advance (w, TAKE_FD (fd), name, err);
}

/* NAME is here and no directory. */
static int
through_other (struct walk *w, const char *name, struct error **err)
{
  char target[PATH_MAX];
  struct stat st;
  ssize_t n = readlinkat (fd_of (w), name, target, sizeof target - 1);
  if (n >= 0)
    {
      target[n] = 0;
      return follow (w, target, err);
    }
  if (w->make && fstatat (fd_of (w), name, &st, AT_SYMLINK_NOFOLLOW) == 0 && is_whiteout (&st))
    return make_implied (w, name, err);
  return bad_layer (err, "%s%s%s is not a directory", w->here, *w->here ? "/" : "", name);
}

static int
step (struct walk *w, const char *name, struct error **err)
{
  if (! *name || streq (name, "."))
    return 0;
  if (streq (name, ".."))
    return to_parent (w, err);
  if (strlen (name) > NAME_MAX)
    return bad_layer (err, "a link leads to a name of %zu bytes", strlen (name));
  int fd = open_below (fd_of (w), name);
  if (fd >= 0)
    return advance (w, fd, name, err);
  if (fd == -ENOENT && w->make)
    return make_implied (w, name, err);
  if (fd == -ENOENT)
    return bad_layer (err, "%s%s%s is not in the layer", w->here, *w->here ? "/" : "", name);
  if (fd == -ENOTDIR || fd == -ELOOP)
    return through_other (w, name, err);
  return fail_sys (err, -fd, "open directory %s%s%s", w->here, *w->here ? "/" : "", name);
}

static int
walk (struct walk *w, struct error **err)
{
  while (*w->next)
    {
      autofree char *name = mem_strndup (w->next, strcspn (w->next, "/"));
      w->next += strlen (name);
      w->next += *w->next == '/';
      TRY (step (w, name, err));
    }
  if (w->fd < 0)
    w->fd = open_below (w->tree->root, ".");
  return w->fd < 0 ? fail_sys (err, -w->fd, "open the target directory") : 0;
}

static int
walk_to (struct tree *t, const char *dir, bool make, int *ret_fd, struct error **err)
{
  autofree struct walk *w = mem_alloc (sizeof *w);
  w->tree = t;
  w->make = make;
  w->fd = -1;
  w->path = w->next = mem_strdup (dir);
  int r = walk (w, err);
  free (w->path);
  if (r == 0)
    *ret_fd = TAKE_FD (w->fd);
  close_fd (&w->fd);
  return r;
}

int
tree_find (struct tree *t, const char *dir, int *ret_fd, struct error **err)
{
  return walk_to (t, dir, false, ret_fd, err);
}

int
tree_enter (struct tree *t, const char *dir, int *ret_fd, struct error **err)
{
  struct stat st;
  if (t->parent.fd < 0 || ! *t->parent.name || ! streq (t->parent.name + 1, dir))
    {
      TRY (tree_leave (t, err));
      *t->parent.name = 0;
      TRY (walk_to (t, dir, true, &t->parent.fd, err));
      if (fstat (t->parent.fd, &st) < 0)
        return fail_sys (err, errno, "look up");
      t->parent.mtime = st.st_mtim;
      sprintf (t->parent.name, "/%s", dir);
    }
  *ret_fd = t->parent.fd;
  return 0;
}
