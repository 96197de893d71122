/* overlay.c - see overlay.h. */
#include "overlay.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>

/* overlayfs' options: at most a page for mount(2), so that layers are named by descriptors, a few bytes each. */
static int
add_layer (struct text *t, const char *before, const char *path, struct error **err)
{
  int fd = open (path, O_PATH | O_DIRECTORY | O_CLOEXEC); /* the mount needs it */
  if (fd < 0)
    return fail_sys (err, errno, "layer %s: `perry-compose image check` tells more", path);
  text_printf (t, "%s/proc/self/fd/%d", before, fd);
  return 0;
}

/* overlayfs wants two layers at least where nothing can be written. */
static int
bind_only_layer (const char *layer, const char *place)
{
  if (mount (layer, place, NULL, MS_BIND, NULL) < 0)
    return -1;
  return mount (NULL, place, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NODEV | MS_NOSUID, NULL);
}

static int
mount_layers (const struct settings *s, const struct overlay *o, const char *place, struct error **err)
{
  autotext struct text option = { 0 };
  for (size_t i = 0; i < o->n_lower; i++)
    TRY (add_layer (&option, i ? ":" : "lowerdir=", o->lower[i], err));
  if (o->upper)
    {
      TRY (add_layer (&option, ",upperdir=", o->upper, err));
      TRY (add_layer (&option, ",workdir=", o->work, err));
    }
  if (s->rootless)
    text_add (&option, ",userxattr");
  unsigned long flags = MS_NODEV | MS_NOSUID | (o->upper ? 0 : MS_RDONLY);
  if (mount ("overlay", place, "overlay", flags, option.s) < 0)
    return fail_sys (err, errno, "overlay of %zu layers", o->n_lower);
  return 0;
}

int
overlay_mount (const struct settings *s, const struct overlay *o, const char *place, int *ret_fd, struct error **err)
{
  if (unshare (CLONE_NEWNS) < 0 || mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
    return fail_sys (err, errno, "private mount namespace");
  if (o->upper || o->n_lower != 1)
    TRY (mount_layers (s, o, place, err));
  else if (bind_only_layer (o->lower[0], place) < 0)
    return fail_sys (err, errno, "bind layer %s", o->lower[0]);
  *ret_fd = open (place, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return *ret_fd < 0 ? fail_sys (err, errno, "open %s", place) : 0;
}
