/* overlay.c - see overlay.h. */
#include "overlay.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>

#include "layers_mount.h"

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
  const struct record_Overlay layers = { .lower = { .v = (const char **) o->lower, .n = o->n_lower },
                                         .upper = o->upper, .work = o->work };
  return layers_mount (&layers, place, MS_NODEV | MS_NOSUID | (o->upper ? 0 : MS_RDONLY), s->rootless, err);
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
