/* shm.c - owns RUN/shm/ID, the /dev/shm of a container that shares it (ipc: shareable): a directory, since mounts of
 * one container's namespace cannot be bound into another's. RUN is a tmpfs, as a rule. */
#include <sys/stat.h>

#include "bundle_parts.h"
#include "errors.h"
#include "fs.h"

int
shm_make (const struct settings *s, const char *id, struct error **err)
{
  autofree char *parent = run_path (s, "shm"), *path = shm_path (s, id);
  TRY (fs_mkdir_parents (parent, 0700, err));
  if ((mkdir (path, 0700) < 0 && errno != EEXIST) || chmod (path, 01777) < 0)
    return fail_sys (err, errno, "mkdir %s", path);
  return 0;
}

char *
shm_path (const struct settings *s, const char *id)
{
  return run_path (s, "shm/%s", id);
}

static void
bind_shm (struct making *m, const char *id)
{
  autofree char *path = shm_path (m->settings, id);
  mount_add (m, "bind", path, "/dev/shm", "bind,nosuid,noexec,nodev,rprivate");
}

static int
share_shm (struct making *m, struct error **err)
{
  if (m->service->shm_size.set)
    return fail (err, E_ENFORCEMENT, "shm_size: a /dev/shm that is shared (ipc: shareable) has no limit of its own");
  TRY (shm_make (m->settings, m->id, err));
  map_set (m->arena, &m->config->annotations, SHM_ANNOTATION, "shared");
  bind_shm (m, m->id);
  return 0;
}

static int
join_shm (struct making *m, const char *id, struct error **err)
{
  autofree char *path = shm_path (m->settings, id);
  if (access (path, F_OK) < 0)
    return fail (err, E_CONFLICT, "ipc: container %.12s does not share: it needs ipc: shareable", id);
  bind_shm (m, id);
  return 0;
}

int
spec_shm (struct making *m, struct error **err)
{
  enum { SIZE = 64 << 20 };
  const char *ipc = m->service->ipc ? m->service->ipc : "", *other = map_get (&m->joined, "ipc");
  long long size = m->service->shm_size.set ? m->service->shm_size.value : SIZE;
  if (other)
    return join_shm (m, other, err);
  if (streq (ipc, "shareable"))
    return share_shm (m, err);
  if (streq (ipc, "host"))
    mount_add (m, "bind", "/dev/shm", "/dev/shm", "rbind,nosuid,noexec,nodev,rprivate");
  else if (! streq (ipc, "none"))
    mount_add (m, "tmpfs", "shm", "/dev/shm", make_printf (m->arena, "nosuid,noexec,nodev,mode=1777,size=%lld", size));
  return 0;
}
