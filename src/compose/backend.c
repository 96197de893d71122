/* backend.c - looks for OCI runtimes by name or path. */
#include "backend.h"

#include "errors.h"

#define DEFAULT_BACKENDS "perry-runtime,crun,runc,youki"

static bool
find_one (const char *name, char **ret)
{
  if (! strchr (name, '/'))
    return find_helper (name, ret, NULL) >= 0;
  if (access (name, X_OK) < 0)
    return false;
  *ret = realpath (name, NULL);
  return *ret != NULL;
}

int
backend_choose (const char *wanted, char **ret, struct error **err)
{
  const char *env = getenv ("PERRY_CONTAINER_BACKEND");
  if (! wanted)
    wanted = env && *env ? env : DEFAULT_BACKENDS;
  autofree char *list = mem_strdup (wanted);
  for (char *save = NULL, *name = strtok_r (list, ", ", &save); name; name = strtok_r (NULL, ", ", &save))
    if (find_one (name, ret))
      return 0;
  return fail (err, E_BACKEND, "no OCI runtime found: looked for %s", wanted);
}
