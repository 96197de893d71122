/* copy_from_tar.c - see copy_tar.h. Each name is walked to component by component, without following a link: an
 * archive cannot make a link and then write through it, nor can the container while we work. */
#include <fcntl.h>
#include <sys/stat.h>

#include "container_root.h"
#include "copy_merge.h"
#include "copy_tar.h"
#include "errors.h"
#include "log.h"
#include "tar_format.h"

enum { CHUNK = 1 << 17, LONG_LIMIT = 1 << 20 };

struct tar_in
{
  int from, root;
  struct merge merge;
  char *pax, *long_name, *long_link; /* for the next entry */
  size_t pax_n;
};

static void
forget (struct tar_in *in)
{
  free (in->pax);
  free (in->long_name);
  free (in->long_link);
  in->pax = in->long_name = in->long_link = NULL;
}

/* N bytes; 0 at the stream's end before any of them when AT_END. */
static int
get (struct tar_in *in, char *buf, size_t n, bool at_end, struct error **err)
{
  for (size_t got = 0; got < n; )
    {
      ssize_t r = RETRY_EINTR (read (in->from, buf + got, n - got));
      if (r < 0)
        return fail_sys (err, errno, "read the archive");
      if (r == 0)
        return got == 0 && at_end ? 0 : fail (err, EBADMSG, "the archive ends in the middle");
      got += (size_t) r;
    }
  return 1;
}

static size_t
padding (int64_t size)
{
  return (size_t) ((TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK);
}

/* The content of SIZE bytes to TO (-1: nowhere), and the padding. */
static int
get_content (struct tar_in *in, int64_t size, int to, struct error **err)
{
  autofree char *buf = mem_alloc (CHUNK);
  for (int64_t left = size; left > 0; )
    {
      size_t want = left < CHUNK ? (size_t) left : CHUNK;
      TRY (get (in, buf, want, false, err));
      for (size_t at = 0; to >= 0 && at < want; )
        {
          ssize_t n = RETRY_EINTR (write (to, buf + at, want - at));
          if (n < 0)
            return fail_sys (err, errno, "write");
          at += (size_t) n;
        }
      left -= (int64_t) want;
    }
  TRY (get (in, buf, padding (size), true, err));
  return 0;
}

static int
get_text (struct tar_in *in, int64_t size, char **ret, size_t *ret_n, struct error **err)
{
  if (size > LONG_LIMIT)
    return fail (err, EBADMSG, "a header of %lld bytes", (long long) size);
  autofree char *text = mem_alloc ((size_t) size + TAR_BLOCK + 1);
  TRY (get (in, text, (size_t) size + padding (size), false, err));
  text[size] = '\0';
  free (*ret);
  *ret = TAKE_PTR (text);
  if (ret_n)
    *ret_n = (size_t) size;
  return 0;
}

/* The directory of NAME, its parents made: *RET_DIR; *RET_LAST points into NAME, NULL when that is the root. NAME is
 * cut up. */
static int
walk (int root, char *name, int *ret_dir, const char **ret_last, struct error **err)
{
  char *save = NULL, *next;
  bool made;
  autoclose int dir = openat (root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (dir < 0)
    return fail_sys (err, errno, "open");
  *ret_last = NULL;
  for (char *part = strtok_r (name, "/", &save); part; part = next)
    {
      next = strtok_r (NULL, "/", &save);
      if (streq (part, "."))
        continue;
      if (streq (part, ".."))
        return fail (err, EINVAL, "\"..\" in a name");
      if (*ret_last)
        {
          int below;
          TRY_DOING (err, merge_directory (dir, *ret_last, &made, &below, err), "%s", *ret_last);
          if (made)
            fchmod (below, 0755);
          close (dir);
          dir = below;
        }
      *ret_last = part;
    }
  *ret_dir = TAKE_FD (dir);
  return 0;
}

static int
make_hard_link (struct tar_in *in, const struct tar_entry *e, int dir, const char *name, struct error **err)
{
  autofree char *target = mem_strdup (e->link);
  autoclose int from = -1;
  const char *last;
  TRY (walk (in->root, target, &from, &last, err));
  if (! last)
    return fail (err, EINVAL, "a hard link to a directory");
  if (unlinkat (dir, name, 0) < 0 && errno != ENOENT)
    return fail_sys (err, errno, "replace");
  return linkat (from, last, dir, name, 0) < 0 ? fail_sys (err, errno, "link to %s", e->link) : 0;
}

static int
make_file (struct tar_in *in, const struct tar_entry *e, const struct stat *st, int dir, const char *name,
           struct error **err)
{
  struct merge_file f;
  TRY (merge_file_begin (dir, &f, err));
  return merge_file_end (&in->merge, &f, st, name, get_content (in, e->size, f.fd, err), err);
}

static int
make_directory (struct tar_in *in, const struct stat *st, int dir, const char *name, struct error **err)
{
  bool made;
  autoclose int fd = -1;
  TRY (merge_directory (dir, name, &made, &fd, err));
  return made ? merge_attributes (&in->merge, fd, st, err) : 0;
}

static int
make_entry (struct tar_in *in, const struct tar_entry *e, struct error **err)
{
  autofree char *name = mem_strdup (e->name);
  autoclose int dir = -1;
  const char *last;
  struct stat st = { .st_mode = e->mode, .st_uid = e->uid, .st_gid = e->gid };
  st.st_mtim.tv_sec = st.st_atim.tv_sec = e->mtime;
  TRY (walk (in->root, name, &dir, &last, err));
  if (last && e->type == TAR_FILE)
    return make_file (in, e, &st, dir, last, err);
  TRY (get_content (in, e->size, -1, err));
  if (! last)
    return 0;
  switch (e->type)
    {
    case TAR_DIRECTORY:
      return make_directory (in, &st, dir, last, err);
    case TAR_LINK:
      return merge_link (&in->merge, dir, last, e->link, &st, err);
    case TAR_HARD_LINK:
      return make_hard_link (in, e, dir, last, err);
    default:
      log_warning ("%s: left out: no file, directory or link", e->name);
      return 0;
    }
}

/* What came before this entry and is said of it. */
static int
complete (struct tar_in *in, struct tar_entry *e, struct error **err)
{
  if (in->long_name)
    {
      free (e->name);
      e->name = TAKE_PTR (in->long_name);
    }
  if (in->long_link)
    {
      free (e->link);
      e->link = TAKE_PTR (in->long_link);
    }
  int r = in->pax ? tar_pax_apply (in->pax, in->pax_n, e) : 0;
  forget (in);
  return r < 0 ? fail (err, EBADMSG, "%s: its pax header is broken", e->name) : 0;
}

/* 1; 0 at the end. */
static int
next (struct tar_in *in, struct error **err)
{
  char block[TAR_BLOCK];
  autotarentry struct tar_entry e = { 0 };
  int r = get (in, block, sizeof block, true, err);
  if (r <= 0)
    return r;
  r = tar_decode (block, &e);
  if (r <= 0)
    return r == 0 ? 0
                  : fail (err, EBADMSG, "standard input is no tar archive, or a broken one (a compressed one?)");
  switch (e.type)
    {
    case TAR_PAX:
      r = get_text (in, e.size, &in->pax, &in->pax_n, err);
      break;
    case TAR_PAX_GLOBAL:
      r = get_content (in, e.size, -1, err);
      break;
    case TAR_GNU_NAME:
      r = get_text (in, e.size, &in->long_name, NULL, err);
      break;
    case TAR_GNU_LINK:
      r = get_text (in, e.size, &in->long_link, NULL, err);
      break;
    default:
      TRY (complete (in, &e, err));
      TRY_DOING (err, make_entry (in, &e, err), "%s", e.name);
    }
  return r < 0 ? r : 1;
}

int
copy_from_tar (int from, const struct copy_place *to, const struct copy_options *o, struct error **err)
{
  autoclose int root = open_in_root (to->root, to->path, O_RDONLY | O_DIRECTORY);
  if (root == -ENOENT || root == -ENOTDIR)
    return fail (err, E_NOT_FOUND, "%s: no such directory", to->path);
  if (root < 0)
    return fail_sys (err, -root, "%s", to->path);
  struct tar_in in = { .from = from, .root = root, .merge = { .options = o, .mode_mask = 07777 } };
  int r;
  do
    r = next (&in, err);
  while (r > 0);
  forget (&in);
  return r;
}
