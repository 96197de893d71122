/* oci_runtime.c - the command lines of oci_runtime.h. Each call is a program with a time limit. */
#include "oci_runtime.h"

#include <fcntl.h>

#include "fs.h"

enum { MAX_WORDS = 16 };

int
oci_runtime_call (const struct settings *s, const struct record_Container *c, const char *const *words,
                  struct error **err)
{
  autofree char *root = run_path (s, "runtime");
  const char *argv[MAX_WORDS + 5] = { c->runtime, "--root", root };
  size_t n = 3;
  for (; *words && n < MAX_WORDS; words++)
    argv[n++] = *words;
  argv[n] = c->id;
  autofree char *what =
      mem_printf ("%s %s", strrchr (c->runtime, '/') ? strrchr (c->runtime, '/') + 1 : c->runtime, argv[3]);
  struct spawn spawn = SPAWN_INIT;
  spawn.argv = argv;
  spawn.what = what;
  spawn.timeout = s->op_timeout;
  return spawn_check (&spawn, NULL, err);
}

/* The signal comes behind the id: not the order of oci_runtime_call(). */
int
oci_runtime_kill (const struct settings *s, const struct record_Container *c, const char *signal, struct error **err)
{
  autofree char *root = run_path (s, "runtime");
  const char *argv[] = { c->runtime, "--root", root, "kill", c->id, signal, NULL };
  struct spawn spawn = SPAWN_INIT;
  spawn.argv = argv;
  spawn.what = "kill";
  spawn.timeout = s->op_timeout;
  return spawn_check (&spawn, NULL, err);
}

int
oci_runtime_delete (const struct settings *s, const struct record_Container *c, struct error **err)
{
  autofree char *state = run_path (s, "runtime/%s", c->id);
  if (access (state, F_OK) < 0 && errno == ENOENT)
    return 0;
  return oci_runtime_call (s, c, (const char *const[]) { "delete", "--force", NULL }, err);
}
