/* layers_mount.c - see layers_mount.h. Owns the layers' descriptors until they are mounted. Linux 5.11 for USERXATTR.
 * */
#include "layers_mount.h"

#include <fcntl.h>
#include <sys/mount.h>

#include "mem.h"

enum
{
  DIRECTORIES_MAX = 502, /* OVL_MAX_STACK of the kernel, and the two that are written to */
};

struct directories
{
  int v[DIRECTORIES_MAX];
  size_t n;
};

static void
directories_close (struct directories *d)
{
  for (size_t i = 0; i < d->n; i++)
    close (d->v[i]);
}
#define autodirectories __attribute__ ((cleanup (directories_close)))

static int
add (struct directories *d, struct text *options, const char *before, const char *path, struct error **err)
{
  if (d->n == ARRAY_LEN (d->v))
    return fail (err, E2BIG, "more than %zu layers", d->n);
  int fd = open (path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return fail_sys (err, errno, "layer %s (`perry-compose image check` tells more)", path);
  d->v[d->n++] = fd;
  text_printf (options, "%s%d", before, fd);
  return 0;
}

/* mount(2) where the numbers in OPTIONS are names. */
static int
mount_here (const char *place, unsigned long flags, const char *options, size_t n_layers, struct error **err)
{
  autoclose int before = open (".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (before < 0 || chdir ("/proc/self/fd") < 0)
    return fail_sys (err, errno, "enter /proc/self/fd");
  int code = mount ("overlay", place, "overlay", flags, options) < 0 ? errno : 0;
  if (fchdir (before) < 0)
    return fail_sys (err, errno, "return to the current directory");
  return code ? fail_sys (err, code, "mount overlay of %zu layers at %s", n_layers, place) : 0;
}

int
layers_mount (const struct record_Overlay *o, const char *place, unsigned long flags, bool userxattr,
              struct error **err)
{
  autotext struct text options = { 0 };
  autodirectories struct directories d = { .n = 0 };
  for (size_t i = 0; i < o->lower.n; i++)
    TRY (add (&d, &options, i ? ":" : "lowerdir=", o->lower.v[i], err));
  if (o->upper)
    {
      TRY (add (&d, &options, ",upperdir=", o->upper, err));
      TRY (add (&d, &options, ",workdir=", o->work, err));
    }
  if (userxattr)
    text_add (&options, ",userxattr");
  return mount_here (place, flags, options.s, o->lower.n, err);
}
