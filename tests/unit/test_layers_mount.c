/* test_layers_mount.c - overlays of many layers, in a mount namespace of a child; without privileges nothing is tested.
 * */
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "check.h"
#include "fs.h"
#include "layers_mount.h"
#include "mem.h"

enum
{
  MANY = 450, /* their paths below /proc would be longer than the page that mount(2) takes */
  SKIPPED = 77,
};

/* In the child: 0 if the overlay of TOP/0 to TOP/449 is there, and the current directory is what it was. */
static int
mount_many (const char *top)
{
  autostrv struct strv lower = { 0 };
  autofree char *place = mem_printf ("%s/place", top), *first = mem_printf ("%s/0/file", top),
                *seen = mem_printf ("%s/file", place);
  autoerror struct error *error = NULL;
  for (int i = 0; i < MANY; i++)
    {
      strv_printf (&lower, "%s/%d", top, i);
      if (mkdir (lower.v[i], 0700) < 0)
        return 1;
    }
  close (open (first, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (mkdir (place, 0700) < 0 || chdir (top) < 0 || unshare (CLONE_NEWNS) < 0
      || mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
    return SKIPPED;
  const struct record_Overlay o = { .lower = { .v = (const char **) lower.v, .n = lower.n } };
  if (layers_mount (&o, place, MS_RDONLY, false, &error) < 0)
    fprintf (stderr, "%s\n", error_text (error));
  return access (seen, F_OK) < 0 || access ("0/file", F_OK) < 0;
}

TEST (many_layers)
{
  char top[] = "/tmp/test_layers.XXXXXX";
  int status;
  CHECK (mkdtemp (top) != NULL);
  pid_t child = fork ();
  if (child == 0)
    _exit (mount_many (top));
  CHECK_INT (child, waitpid (child, &status, 0));
  CHECK (WIFEXITED (status) && (WEXITSTATUS (status) == 0 || WEXITSTATUS (status) == SKIPPED));
  CHECK_INT (0, fs_remove_tree (AT_FDCWD, top, NULL));
}

TEST_MAIN (X (many_layers))
