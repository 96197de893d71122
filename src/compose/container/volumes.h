/* volumes.h - named and anonymous volumes: DATA/volumes/NAME/{_data,volume.json}. */
#ifndef COMPOSE_VOLUMES_H
#define COMPOSE_VOLUMES_H

#include "image.h"
#include "model.h"
#include "settings.h"

/* The label of volumes that were made for a container without a name. */
#define VOLUME_ANONYMOUS_LABEL "com.docker.volume.anonymous"

struct volume_info
{
  char *name, *project, *key, *driver, *created, *mountpoint;
  bool anonymous;
  struct strv labels;
};
void volume_info_free (struct volume_info *v);

/* Make it unless it is there (external: must be, E_NOT_FOUND). *RET_CREATED: made now. Names with "/", "..", control
 * characters, a leading "-" or above 255 bytes are refused. driver_opts type/o/device: mounted by the container's
 * bundle, not here. */
int volume_ensure (const struct settings *s, const struct compose_Volume *v, const char *project, const char *key,
                   bool *ret_created, struct error **err);
/* Is the volume of V's name ours, and made with other labels or driver_opts than V has? False where there is none. */
bool volume_changed (const struct settings *s, const struct compose_Volume *v);
int volume_get (const struct settings *s, const char *name, struct volume_info *ret, struct error **err);
int volume_list (const struct settings *s, const char *project, struct strv *ret, struct error **err);
/* E_CONFLICT if a container uses it. */
int volume_remove (const struct settings *s, const char *name, struct error **err);
/* Take away the volumes that killed commands were making or removing; those of commands that live stay. What cannot be
 * removed is warned of. */
void volumes_sweep (const struct settings *s);

#endif
