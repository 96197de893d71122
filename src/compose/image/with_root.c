/* with_root.c - an image's files merged, for a function that runs in a child: a private mount namespace has the
 * overlay, the host's mount table never does, and it goes with the child however that ends. */
#include "child_call.h"
#include "errors.h"
#include "image.h"
#include "overlay.h"

struct work
{
  const struct settings *settings;
  const struct image *image;
  int (*fn) (int root_fd, void *arg, struct error **err);
  void *arg;
};

static int
in_child (void *arg, struct error **err)
{
  const struct work *w = arg;
  const struct overlay o = { .lower = (const char *const *) w->image->layers.v, .n_lower = w->image->layers.n };
  autofree char *place = data_path (w->settings, "images/tmp"); /* covered in this namespace only */
  int root;
  TRY_DOING (err, overlay_mount (w->settings, &o, place, &root, err), "mount image %s", w->image->id);
  return w->fn (root, w->arg, err);
}

int
image_with_root (const struct settings *s, const struct image *i,
                 int (*fn) (int root_fd, void *arg, struct error **err), void *arg,
                 struct error **err)
{
  struct work w = { .settings = s, .image = i, .fn = fn, .arg = arg };
  if (i->layers.n == 0)
    return fail (err, E_BAD_IMAGE, "image %s has no layers", i->id);
  autofree char *what = mem_printf ("image %s", i->id);
  return child_call (in_child, &w, what, err);
}
