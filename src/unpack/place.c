/* place.c - makes what an entry says: a function for each type, and the whiteouts. Runs in the sandbox, as the owner of
 * all files; all that it makes is one name in a directory that tree.h found. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "layer.h"
#include "layer_name.h"

/* Where an entry goes. */
struct place
{
  struct layer *layer;
  const struct tar_entry *entry;
  int parent;
  const char *name;
};

static int
clear (const struct place *p, struct error **err)
{
  return tree_clear (&p->layer->tree, p->parent, p->name, false, NULL, NULL, err);
}

static int
write_piece (int fd, const struct tar_piece *piece, struct error **err)
{
  for (size_t done = 0; done < piece->n;)
    {
      ssize_t n = RETRY_EINTR (pwrite (fd, piece->p + done, piece->n - done, piece->at + (int64_t) done));
      if (n < 0)
        return fail_sys (err, errno, "write");
      done += (size_t) n;
    }
  return 0;
}

/* What is cut off at its end is a hole. */
static int
write_contents (const struct place *p, int fd, struct error **err)
{
  struct tar_piece piece;
  int64_t end = 0;
  int r;
  while ((r = tar_data (p->layer->tar, &piece, err)) > 0)
    {
      TRY (write_piece (fd, &piece, err));
      end = piece.at + (int64_t) piece.n;
    }
  if (r == 0 && end < p->entry->size && ftruncate (fd, p->entry->size) < 0)
    return fail_sys (err, errno, "make it %lld bytes long", (long long) p->entry->size);
  return r;
}

static int
place_file (const struct place *p, struct error **err)
{
  struct layer *l = p->layer;
  if (p->entry->size > l->options->max_bytes - l->n_bytes)
    return bad_layer (err, "with it, files are larger than %lld bytes together (--max-bytes)",
                      (long long) l->options->max_bytes);
  l->n_bytes += p->entry->size;
  TRY (clear (p, err));
  autoclose int fd = openat (p->parent, p->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                         p->entry->mode & 0777);
  if (fd < 0)
    return fail_sys (err, errno, "make the file");
  TRY (write_contents (p, fd, err));
  return attributes_set (l, p->entry, fd, err);
}

static int
place_directory (const struct place *p, struct error **err)
{
  autoclose int fd = -1;
  TRY (tree_make_directory (&p->layer->tree, p->parent, p->name, &fd, err));
  return attributes_set (p->layer, p->entry, fd, err);
}

static int
place_symlink (const struct place *p, struct error **err)
{
  TRY (clear (p, err));
  if (symlinkat (p->entry->link, p->parent, p->name) < 0)
    return fail_sys (err, errno, "make the symbolic link");
  return attributes_set_at (p->layer, p->entry, p->parent, p->name, err);
}

/* The file that a hard link is another name of has to be in this layer, and is never copied from elsewhere. */
static int
find_target (const struct place *p, struct layer_name *target, int *ret_dir, struct stat *ret, struct error **err)
{
  TRY (layer_name_parse (p->entry->link, target, err));
  if (target->kind != NAME_ENTRY)
    return bad_layer (err, "no file that a link could lead to");
  TRY (tree_find (&p->layer->tree, target->dir, ret_dir, err));
  bool there = fstatat (*ret_dir, target->base, ret, AT_SYMLINK_NOFOLLOW) == 0;
  if (! there && errno != ENOENT)
    return fail_sys (err, errno, "look up");
  if (! there || is_whiteout (ret))
    return bad_layer (err, "it is not in the layer, or comes later");
  return S_ISDIR (ret->st_mode) ? bad_layer (err, "it is a directory") : 0;
}

static int
place_hard_link (const struct place *p, struct error **err)
{
  struct layer_name target;
  struct stat st, is;
  autoclose int dir = -1;
  TRY_DOING (err, find_target (p, &target, &dir, &st, err), "hard link to %.256s", p->entry->link);
  /* To itself, or once more. */
  if (fstatat (p->parent, p->name, &is, AT_SYMLINK_NOFOLLOW) == 0 && is.st_dev == st.st_dev && is.st_ino == st.st_ino)
    return 0;
  TRY (clear (p, err));
  if (linkat (dir, target.base, p->parent, p->name, 0) < 0)
    return fail_sys (err, errno, "hard link to %.256s", p->entry->link);
  return 0;
}

static int
place_node (const struct place *p, mode_t format, dev_t device, struct error **err)
{
  const mode_t set_id = S_ISUID | S_ISGID;
  TRY (clear (p, err));
  if (p->entry->mode & set_id)
    layer_warn (p->layer, p->entry->name, "only files and directories get set-id bits");
  if (mknodat (p->parent, p->name, format | (p->entry->mode & ~set_id), device) < 0)
    {
      if (errno != EPERM)
        return fail_sys (err, errno, "make the node");
      layer_warn (p->layer, p->entry->name, "device left out: a user namespace may not make any");
      return 0;
    }
  return attributes_set_at (p->layer, p->entry, p->parent, p->name, err);
}

static int
place_fifo (const struct place *p, struct error **err)
{
  return place_node (p, S_IFIFO, 0, err);
}

/* A container gets its devices from the runtime; those in a layer are for whoever finds its files. 0:0 is overlayfs'
 * whiteout. */
static int
place_device (const struct place *p, struct error **err)
{
  const struct tar_entry *e = p->entry;
  mode_t format = e->type == TAR_CHAR ? S_IFCHR : S_IFBLK;
  dev_t device = makedev (e->major, e->minor);
  if (major (device) != e->major || minor (device) != e->minor || (device == 0 && format == S_IFCHR))
    return bad_layer (err, "device %u:%u", e->major, e->minor);
  if (p->layer->options->make_devices)
    return place_node (p, format, device, err);
  layer_warn (p->layer, e->name, "device %u:%u is left out", e->major, e->minor);
  return clear (p, err);
}

static int (*const place_type[]) (const struct place *, struct error **) = {
  [TAR_FILE - '0'] = place_file,
  [TAR_HARD_LINK - '0'] = place_hard_link,
  [TAR_SYMLINK - '0'] = place_symlink,
  [TAR_CHAR - '0'] = place_device,
  [TAR_BLOCK_DEVICE - '0'] = place_device,
  [TAR_DIRECTORY - '0'] = place_directory,
  [TAR_FIFO - '0'] = place_fifo,
};

/* Whiteouts are about the layers below, so that the order of a layer's entries does not matter: what this layer has
 * under that name stays, and hides what is below by itself; only a directory has to be told to (layer.md, "Whiteouts").
 * */
static int
place_whiteout (const struct place *p, struct error **err)
{
  struct stat st;
  if (fstatat (p->parent, p->name, &st, AT_SYMLINK_NOFOLLOW) == 0)
    {
      autoclose int fd = -1;
      if (! S_ISDIR (st.st_mode))
        return 0;
      TRY (tree_make_directory (&p->layer->tree, p->parent, p->name, &fd, err));
      return tree_set_opaque (&p->layer->tree, fd, err);
    }
  if (errno != ENOENT)
    return fail_sys (err, errno, "look up");
  if (mknodat (p->parent, p->name, S_IFCHR, makedev (0, 0)) < 0)
    return fail_sys (err, errno, "make a whiteout%s",
                     errno == EPERM ? " (in a user namespace it takes Linux 5.8)" : "");
  return 0;
}

static int
place_opaque (const struct place *p, bool in_root, struct error **err)
{
  if (in_root)
    return bad_layer (err, "hides all layers below, which overlayfs cannot express for the root");
  return tree_set_opaque (&p->layer->tree, p->parent, err);
}

/* The root stays what it is: a directory (CVE-2021-29136). */
static int
place_root (struct layer *l, const struct tar_entry *e, struct error **err)
{
  if (e->type != TAR_DIRECTORY)
    return bad_layer (err, "the root of a layer can only be a directory");
  if (e->n_xattrs > 0)
    layer_warn (l, e->name, "the root directory gets no extended attributes");
  l->has_root = true;
  l->root = *e;
  l->root.name = "/";
  l->root.n_xattrs = 0;
  return 0;
}

int
place (struct layer *l, const struct tar_entry *e, struct error **err)
{
  struct layer_name name;
  struct place p = { .layer = l, .entry = e, .name = name.base };
  TRY (tree_count (&l->tree, err));
  TRY (layer_name_parse (e->name, &name, err));
  TRY (attributes_check (e, err));
  if (name.kind == NAME_ROOT)
    return place_root (l, e, err);
  if (name.kind == NAME_AUFS)
    {
      layer_warn (l, e->name, "left out: it is AUFS' own");
      return 0;
    }
  if (name.kind != NAME_ENTRY && e->type != TAR_FILE && e->type != TAR_HARD_LINK)
    return bad_layer (err, "a whiteout that is not a file");
  TRY (tree_enter (&l->tree, name.dir, &p.parent, err));
  switch (name.kind)
    {
    case NAME_WHITEOUT:
      return place_whiteout (&p, err);
    case NAME_OPAQUE:
      return place_opaque (&p, ! *name.dir, err);
    default:
      return place_type[e->type - '0'](&p, err);
    }
}
