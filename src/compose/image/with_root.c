/* with_root.c - an image's files merged, for a function that runs in a child: a private mount namespace has the overlay, the host's
 * mount table never does, and it goes with the child however that ends. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "errors.h"
#include "fs.h"
#include "image.h"

enum { MESSAGE = 4096 };

/* overlayfs' options: at most a page for mount(2), so that layers are named by descriptors, a few bytes each. */
static int
lower_option (const struct image *i, struct text *ret, struct error **err)
{
  text_add (ret, "lowerdir=");
  for (size_t k = 0; k < i->layers.n; k++)
    {
      int fd = open (i->layers.v[k], O_PATH | O_DIRECTORY | O_CLOEXEC); /* the mount needs it; closed at the child's end */
      if (fd < 0)
        return fail_sys (err, errno, "layer %s: `perry-compose image check` tells more", i->layers.v[k]);
      text_printf (ret, "%s/proc/self/fd/%d", k ? ":" : "", fd);
    }
  return 0;
}

static int
mount_root (const struct settings *s, const struct image *i, int *ret_fd, struct error **err)
{
  autotext struct text option = { 0 };
  autofree char *place = data_path (s, "images/tmp"); /* covered in this namespace only */
  if (unshare (CLONE_NEWNS) < 0 || mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
    return fail_sys (err, errno, "private mount namespace");
  TRY (lower_option (i, &option, err));
  if (s->rootless)
    text_add (&option, ",userxattr");
  int r = i->layers.n == 1 ? mount (i->layers.v[0], place, NULL, MS_BIND, NULL)
                           : mount ("overlay", place, "overlay", MS_RDONLY | MS_NODEV | MS_NOSUID, option.s);
  if (r == 0 && i->layers.n == 1)
    r = mount (NULL, place, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NODEV | MS_NOSUID, NULL);
  if (r < 0)
    return fail_sys (err, errno, "mount image %s", i->id);
  *ret_fd = open (place, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return *ret_fd < 0 ? fail_sys (err, errno, "open image %s", i->id) : 0;
}

struct work
{
  int (*fn) (int root_fd, void *arg, struct error **err);
  void *arg;
};

/* What the child says: the result, then the error's text. */
static void
run_child (const struct settings *s, const struct image *i, const struct work *w, int pipe)
{
  autoerror struct error *err = NULL;
  int root = -1;
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  int r = mount_root (s, i, &root, &err);
  if (r >= 0)
    r = w->fn (root, w->arg, &err);
  fs_write_all (pipe, &r, sizeof r);
  if (err)
    fs_write_all (pipe, error_text (err), strlen (error_text (err)));
  fflush (NULL);
  _exit (0);
}

int
image_with_root (const struct settings *s, const struct image *i, int (*fn) (int root_fd, void *arg, struct error **err), void *arg,
                 struct error **err)
{
  int p[2], result;
  const struct work w = { .fn = fn, .arg = arg };
  autofree char *said = NULL;
  size_t n = 0;
  if (i->layers.n == 0)
    return fail (err, E_BAD_IMAGE, "image %s has no layers", i->id);
  if (pipe2 (p, O_CLOEXEC) < 0)
    return fail_sys (err, errno, "pipe");
  fflush (NULL);
  pid_t pid = fork ();
  if (pid == 0)
    run_child (s, i, &w, p[1]);
  close (p[1]);
  autoclose int from = p[0];
  if (pid < 0)
    return fail_sys (err, errno, "fork");
  int r = fs_read_stream (from, "a child's answer", MESSAGE, &said, &n, err);
  RETRY_EINTR (waitpid (pid, NULL, 0));
  TRY (r);
  if (n < sizeof result)
    return fail (err, EIO, "image %s: the process that looked into it was killed", i->id);
  memcpy (&result, said, sizeof result);
  if (result < 0)
    return fail (err, -result, "%s", n > sizeof result ? said + sizeof result : strerror (-result));
  return result;
}
