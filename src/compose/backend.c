/* backend.c - looks for OCI runtimes by name or path, and asks them who they are. */
#include "backend.h"

#include "errors.h"
#include "spawn.h"

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

void
backend_names (const char *wanted, struct strv *ret)
{
  const char *env = getenv ("PERRY_CONTAINER_BACKEND");
  if (! wanted)
    wanted = env && *env ? env : DEFAULT_BACKENDS;
  autofree char *list = mem_strdup (wanted);
  for (char *save = NULL, *name = strtok_r (list, ", ", &save); name; name = strtok_r (NULL, ", ", &save))
    strv_add (ret, name);
}

int
backend_choose (const char *wanted, char **ret, struct error **err)
{
  autostrv struct strv names = { 0 };
  autotext struct text all = { 0 };
  backend_names (wanted, &names);
  for (size_t i = 0; i < names.n; i++)
    {
      if (find_one (names.v[i], ret))
        return 0;
      text_printf (&all, "%s%s", i ? ", " : "", names.v[i]);
    }
  return fail (err, E_BACKEND, "no OCI runtime found: looked for %s", all.s ? all.s : "none");
}

void
backend_free (struct backend *b)
{
  free (b->name);
  free (b->path);
  free (b->version);
  free (b->reason);
  *b = (struct backend) { 0 };
}

void
backend_probe (const char *name, struct backend *ret)
{
  enum { PROBE_MS = 2000 };
  autoerror struct error *err = NULL;
  autospawned struct spawned done = { 0 };
  *ret = (struct backend) { .name = mem_strdup (name) };
  if (! find_one (name, &ret->path))
    {
      ret->reason = mem_strdup ("not found");
      return;
    }
  const char *argv[] = { ret->path, "--version", NULL };
  struct spawn spawn = SPAWN_INIT;
  spawn.argv = argv;
  spawn.what = name;
  spawn.timeout = PROBE_MS;
  if (spawn_check (&spawn, &done, &err) < 0)
    ret->reason = mem_strdup (error_text (err));
  else
    ret->version = mem_strndup (done.out.s ? done.out.s : "", done.out.s ? strcspn (done.out.s, "\n") : 0);
}
