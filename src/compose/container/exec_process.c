/* exec_process.c - a further process for a container that runs: its own process object with what is asked for
 * changed. Looks up users in the container as it is now, by its first process's root. */
#include <fcntl.h>

#include "bundle_parts.h"
#include "capabilities.h"
#include "container.h"
#include "errors.h"
#include "fs.h"

/* Users by the running container's files; its overlay is in no namespace of ours. */
static int
look_up (const struct record_Container *c, const char *spec, struct identity *ret, struct error **err)
{
  struct oci_document doc = { 0 };
  autoclose int dir = open (c->bundle, O_PATH | O_DIRECTORY | O_CLOEXEC);
  const struct record_Status *status = dir < 0 ? NULL : record_read (dir, CONTAINER_STATUS, &record_Status_schema,
                                                                     &doc, NULL);
  long long pid = status ? status->pid.value : 0, start = status ? status->pid_start.value : 0;
  oci_document_free (&doc);
  if (pid <= 0)
    return fail (err, E_CONFLICT, "container %s does not run", c->name);
  char path[64];
  snprintf (path, sizeof path, "/proc/%lld/root", pid);
  autoclose int root = open (path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (root < 0)
    return fail_sys (err, errno, "%s", path);
  /* The number may be another process' by now; what was opened before this look is not. */
  if (record_start_time ((pid_t) pid) != start)
    return fail (err, E_CONFLICT, "container %s has just ended", c->name);
  autouserfiles struct user_files files = { 0 };
  TRY (user_files_read (root, &files, err));
  return user_resolve (&files, spec, NULL, 0, ret, err);
}

static int
change_user (struct arena *a, const struct record_Container *c, const struct exec_options *o, struct oci_process *p,
             struct error **err)
{
  autoidentity struct identity who = { 0 };
  if (o->user && *o->user)
    {
      TRY (look_up (c, o->user, &who, err));
      environment_set (a, &p->env, "HOME", who.home ? who.home : who.uid ? "/" : "/root");
      spec_user (a, p, &who);
    }
  bool root = ! p->user || p->user->uid.value == 0;
  if (o->privileged)
    {
      const struct oci_strings none = { 0 };
      uint64_t all, added;
      TRY (capabilities_choose (&none, &none, true, &all, &added, err));
      p->capabilities = capabilities_make (a, all, 0, root);
    }
  else if (o->user && *o->user && p->capabilities)
    {
      /* Root has the whole bounding set at once; others get only what was added for everybody. */
      p->capabilities->effective = root ? p->capabilities->bounding : p->capabilities->ambient;
      p->capabilities->permitted = p->capabilities->effective;
      p->capabilities->effective.set = p->capabilities->permitted.set = true;
    }
  return 0;
}

static void
change_rest (struct arena *a, const struct exec_options *o, char *const *argv, struct oci_process *p)
{
  p->args = (struct oci_strings) { .set = true };
  for (size_t i = 0; argv[i]; i++)
    strings_add (a, &p->args, argv[i]);
  p->terminal = flag_is (o->tty);
  p->console_size = NULL;
  if (o->working_dir && *o->working_dir)
    p->cwd = clean_path (a, o->working_dir);
  if (o->tty && ! environment_get (&p->env, "TERM"))
    environment_set (a, &p->env, "TERM", "xterm");
  for (size_t i = 0; o->environment && i < o->environment->n; i++)
    {
      const char *pair = o->environment->v[i], *equals = strchrnul (pair, '=');
      autofree char *name = mem_strndup (pair, (size_t) (equals - pair));
      const char *value = *equals ? equals + 1 : getenv (name);
      if (value)
        environment_set (a, &p->env, name, value);
    }
}

int
bundle_exec_process (const struct settings *s, const struct record_Container *c, const struct exec_options *o,
                     char *const *argv, char **ret, struct error **err)
{
  (void) s;
  struct oci_document doc = { 0 };
  autoarena struct arena a = { 0 };
  autoclose int dir = open (c->bundle, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (dir < 0)
    return fail_sys (err, errno, "open %s", c->bundle);
  const struct oci_config *config = record_read (dir, CONTAINER_CONFIG, &oci_config_schema, &doc, err);
  if (! config)
    return wrap (err, "%s", c->bundle);
  struct oci_process process = *config->process;
  /* The document's lists have no room to grow. */
  process.env = (struct oci_strings) { .set = true };
  for (size_t i = 0; i < config->process->env.n; i++)
    strings_add (&a, &process.env, config->process->env.v[i]);
  int r = change_user (&a, c, o, &process, err);
  if (r == 0)
    {
      change_rest (&a, o, argv, &process);
      *ret = oci_emit (&oci_process_schema, &process, NULL);
    }
  oci_document_free (&doc);
  return r < 0 ? r : *ret ? 0 : fail_sys (err, ENOMEM, "process");
}
