/* copy_place.c - see copy_place.h. What the two paths of a copy mean; the copying is copy_merge.c's. */
#include "copy_place.h"

#include <fcntl.h>

#include "container_root.h"
#include "copy_merge.h"
#include "errors.h"

/* A descriptor, or -errno. */
static int
place_open (const struct copy_place *p, const char *path, int flags)
{
  if (p->root >= 0)
    return open_in_root (p->root, path, flags);
  int fd = open (path, flags | O_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

/* The last component, for the caller to free, and what is before it; NULL when that is the directory itself: "/",
 * "…/.", "…/..". */
static char *
split (const char *path, char **ret_parent)
{
  size_t n = strlen (path);
  while (n > 1 && path[n - 1] == '/')
    n--;
  size_t at = n;
  while (at > 0 && path[at - 1] != '/')
    at--;
  *ret_parent = at ? mem_strndup (path, at) : mem_strdup (".");
  autofree char *name = mem_strndup (path + at, n - at);
  return ! *name || streq (name, ".") || streq (name, "..") ? NULL : TAKE_PTR (name);
}

char *
copy_last_name (const char *path)
{
  autofree char *parent = NULL;
  return split (path, &parent);
}

static bool
ends_with_slash (const char *path)
{
  size_t n = strlen (path);
  return n > 0 && path[n - 1] == '/';
}

static int
open_source (const struct copy_place *from, bool follow, int *ret, struct stat *ret_st, struct error **err)
{
  int nofollow = follow || ends_with_slash (from->path) ? 0 : O_NOFOLLOW;
  int fd = place_open (from, from->path, O_PATH | nofollow);
  if (fd == -ENOENT || fd == -ENOTDIR)
    return fail (err, E_NOT_FOUND, "%s: no such file or directory", from->path);
  if (fd < 0 || fstat (fd, ret_st) < 0)
    return fail_sys (err, fd < 0 ? -fd : errno, "%s", from->path);
  *ret = fd;
  return 0;
}

/* Where the copy goes: a directory, and the name in it; no name: the directory itself gets the source's content. */
struct target
{
  int dir;
  char *name;
};

static int
find_target (const struct copy_place *to, const char *source_name, bool source_is_directory, struct target *ret,
             struct error **err)
{
  autofree char *parent = NULL, *name = NULL;
  int dir = place_open (to, to->path, O_RDONLY | O_DIRECTORY);
  if (dir >= 0)
    {
      *ret = (struct target) { dir, source_name ? mem_strdup (source_name) : NULL };
      return 0;
    }
  if (dir == -ENOTDIR && source_is_directory)
    return fail (err, E_CONFLICT, "%s: a directory cannot be copied onto a file", to->path);
  name = split (to->path, &parent);
  if ((dir != -ENOENT && dir != -ENOTDIR && dir != -ELOOP) || ! name)
    return fail_sys (err, -dir, "%s", to->path);
  if (ends_with_slash (to->path) && ! source_is_directory)
    return fail (err, E_NOT_FOUND, "%s: no such directory", to->path);
  dir = place_open (to, parent, O_RDONLY | O_DIRECTORY);
  if (dir == -ENOENT || dir == -ENOTDIR)
    return fail (err, E_NOT_FOUND, "%s: no directory %s: make it first", to->path, parent);
  if (dir < 0)
    return fail_sys (err, -dir, "%s", parent);
  *ret = (struct target) { dir, TAKE_PTR (name) };
  return 0;
}

int
copy_between (const struct copy_place *from, const struct copy_place *to, const struct copy_options *o,
              struct error **err)
{
  autofree char *name = copy_last_name (from->path);
  autoclose int source = -1;
  struct stat st;
  struct target target = { .dir = -1 };
  TRY (open_source (from, o->follow, &source, &st, err));
  TRY (find_target (to, name, S_ISDIR (st.st_mode), &target, err));
  struct merge m = { .options = o, .mode_mask = from->root >= 0 && ! o->archive ? 0777 : 07777 };
  int r = target.name ? merge_object (&m, source, &st, target.dir, target.name, err)
                      : merge_entries (&m, source, target.dir, err);
  close (target.dir);
  if (r < 0)
    wrap (err, "%s to %s%s%s", from->path, to->path, target.name ? ": " : "", target.name ? target.name : "");
  free (target.name);
  return r;
}
