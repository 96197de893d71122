/* sweep.c - owns what is left of containers that killed commands were making: DATA/containers/.ID, and those that `run`
 * had made and not started yet. A command that lives holds an flock on the directory. In perry-compose. */
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>

#include "bundle_parts.h"
#include "container.h"
#include "fs.h"
#include "log.h"

static void
sweep_made (const struct settings *s, const char *id)
{
  static const struct container_removal how = { .timeout = 0, .volumes = true };
  autocontainers struct containers found = { 0 };
  autoerror struct error *err = NULL;
  if (container_find (s, id, &found, &err) < 0)
    return;
  const struct container *c = &found.v[0];
  /* Its command was killed after the start, or while the monitor is about it. */
  if (container_has_run (c))
    container_settle (c->record, NULL);
  else if (! c->monitored && container_remove (s, c, &how, &err) < 0)
    log_warning ("container %s, which a killed command has left: %s", c->record->name, error_text (err));
}

static void
sweep_one (const struct settings *s, const char *directory, int parent, const char *name)
{
  bool making = name[0] == '.';
  const char *id = name + making;
  if (strlen (id) != BUNDLE_ID_SIZE - 1)
    return;
  autofree char *mark = mem_printf ("%s/" CONTAINER_UNSTARTED, name);
  if (! making && faccessat (parent, mark, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
    return;
  autoclose int fd = openat (parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 || flock (fd, LOCK_EX | LOCK_NB) < 0)
    return;
  /* Made since it was opened: it has its own name now, and its lock is free. */
  if (making && faccessat (parent, name, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
    return;
  autofree char *path = mem_printf ("%s/%s", directory, name);
  const struct record_Container record = { .id = id };
  if (making)
    bundle_forget (s, &record, path, NULL);
  else
    sweep_made (s, id);
}

void
containers_sweep (const struct settings *s)
{
  autofree char *path = data_path (s, "containers");
  autodir DIR *dir = opendir (path);
  struct dirent *e;
  while (dir && (e = readdir (dir)))
    sweep_one (s, path, dirfd (dir), e->d_name);
}

int
container_settle (const struct record_Container *c, struct error **err)
{
  autofree char *mark = mem_printf ("%s/" CONTAINER_UNSTARTED, c->bundle);
  return unlink (mark) < 0 && errno != ENOENT ? fail_sys (err, errno, "remove %s", mark) : 0;
}
