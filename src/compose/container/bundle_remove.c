/* bundle_remove.c - owns the taking apart of a container that has ended. Every part may be gone already. Runs in
 * perry-compose. */
#include <dirent.h>
#include <fcntl.h>

#include "bundle_parts.h"
#include "errors.h"
#include "fs.h"
#include "net.h"
#include "record_store.h"
#include "volumes.h"

/* Leases by the record's networks; by all there are when a killed command left no record. */
static int
release_leases (const struct settings *s, const struct record_Container *c, struct error **err)
{
  autostrv struct strv all = { 0 };
  if (c->networks.n == 0 && ! c->created)
    TRY (network_list (s, NULL, &all, err));
  for (size_t i = 0; i < c->networks.n; i++)
    TRY (network_release (s, c->networks.v[i].network, c->id, err));
  for (size_t i = 0; i < all.n; i++)
    TRY (network_release (s, all.v[i], c->id, err));
  return 0;
}

static void
keep_first (int *first, int r)
{
  if (r < 0 && *first == 0)
    *first = r;
}

static int
remove_below (const char *path, const char *name, struct error **err)
{
  autoclose int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return errno == ENOENT ? 0 : fail_sys (err, errno, "open %s", path);
  return fs_remove_tree (fd, name, err);
}

/* The record goes last: as long as it is there, a killed removal is found and finished by the next one. */
static int
remove_bundle (const char *path, struct error **err)
{
  autodir DIR *dir = opendir (path);
  struct dirent *e;
  if (! dir)
    return errno == ENOENT ? 0 : fail_sys (err, errno, "open %s", path);
  while ((e = readdir (dir)))
    if (! streq (e->d_name, ".") && ! streq (e->d_name, "..") && ! streq (e->d_name, CONTAINER_RECORD))
      TRY (fs_remove_tree (dirfd (dir), e->d_name, err));
  const char *slash = strrchr (path, '/');
  autofree char *parent = mem_strndup (path, (size_t) (slash - path));
  return remove_below (parent, slash + 1, err);
}

int
bundle_forget (const struct settings *s, const struct record_Container *c, const char *dir, struct error **err)
{
  int first = 0;
  keep_first (&first, release_leases (s, c, err));
  keep_first (&first, ports_release (s, c->id, first ? NULL : err));
  name_free (s, c->name, c->id);
  autofree char *run = run_path (s, "containers"), *shm = run_path (s, "shm");
  keep_first (&first, remove_below (run, c->id, first ? NULL : err));
  keep_first (&first, remove_below (shm, c->id, first ? NULL : err));
  if (dir)
    keep_first (&first, remove_bundle (dir, first ? NULL : err));
  return first;
}

int
bundle_reclaim (const struct settings *s, const struct record_Container *c, struct error **err)
{
  autofree struct record_Port *ports = mem_alloc ((c->ports.n + 1) * sizeof *ports);
  name_give_back (s, c->name, c);
  for (size_t i = 0; i < c->ports.n; i++)
    ports[i] = c->ports.v[i];
  return c->ports.n ? ports_reserve (s, c->id, c->name, ports, c->ports.n, err) : 0;
}

int
bundle_remove (const struct settings *s, const struct record_Container *c, bool volumes, struct error **err)
{
  int first = bundle_forget (s, c, c->bundle, err);
  for (size_t i = 0; volumes && i < c->mounts.n; i++)
    if (c->mounts.v[i].volume && flag_on (c->mounts.v[i].anonymous))
      {
        autoerror struct error *why = NULL;
        int r = volume_remove (s, c->mounts.v[i].volume, &why);
        /* Another container may have it by volumes_from. */
        if (r < 0 && r != -E_CONFLICT && r != -E_NOT_FOUND && first == 0)
          first = fail (err, -r, "%s", error_text (why));
      }
  return first;
}
