/* unpack.c - the order of things: entries one by one, then the root's attributes, the checks, the sync. Runs in the
 * sandbox. */
#include "unpack.h"

#include <stdarg.h>

#include "layer.h"
#include "log.h"
#include "mem.h"
#include "stream.h"

enum
{
  WARNINGS_MAX = 10,
};

void
layer_warn (struct layer *l, const char *name, const char *fmt, ...)
{
  if (l->n_warnings++ >= WARNINGS_MAX)
    return;
  va_list ap;
  va_start (ap, fmt);
  autofree char *text = mem_vprintf (fmt, ap);
  va_end (ap);
  log_warning ("%.256s: %s", name, text);
}

void
layer_warn_end (const struct layer *l)
{
  if (l->n_warnings > WARNINGS_MAX)
    log_warning ("%u more warnings of these kinds", l->n_warnings - WARNINGS_MAX);
}

static int
place_all (struct layer *l, struct error **err)
{
  const struct tar_entry *e;
  int r;
  while ((r = tar_next (l->tar, &e, err)) > 0)
    TRY_DOING (err, place (l, e, err), "%.256s", e->name);
  return r;
}

static int
finish (struct layer *l, struct stream *stream, struct error **err)
{
  TRY (tree_leave (&l->tree, err));
  TRY (stream_check (stream, err));
  TRY_DOING (err, attributes_set_root (l, err), "/");
  layer_warn_end (l);
  /* Before anybody says that the layer is here: after a power cut it has to be. */
  if (syncfs (l->tree.root) < 0)
    return fail_sys (err, errno, "sync");
  return 0;
}

int
unpack_layer (int target, int input, const struct unpack_options *options, struct error **err)
{
  autostream struct stream *stream = NULL;
  TRY (stream_open (input, options, &stream, err));
  autotar struct tar *tar = tar_open (stream);
  struct layer l = { .options = options, .tar = tar };
  TRY (tree_init (&l.tree, target, options, err));
  int r = place_all (&l, err);
  if (r == 0)
    r = finish (&l, stream, err);
  tree_free (&l.tree);
  if (r == -UNPACK_BAD_LAYER)
    stream_explain (stream, err);
  return r;
}
