/* spec_process.c - service and image -> process: arguments, environment, directory, terminal. Pure but for our own
 * environment, from which `run -e NAME` takes a value. */
#include "bundle_parts.h"
#include "errors.h"
#include "loading.h"

#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* Where the image has nothing: below /run, which is the host's to fill. */
#define INIT_PATH "/run/.perry-init"

static void
add_strings (struct making *m, struct oci_strings *to, const struct oci_strings *from)
{
  for (size_t i = 0; i < from->n; i++)
    strings_add (m->arena, to, from->v[i]);
}

/* The image's command goes with its entrypoint: whoever replaces that one drops it. */
static int
make_args (struct making *m, struct oci_strings *args, struct error **err)
{
  const struct compose_Service *s = m->service;
  const struct bundle_overrides *o = m->overrides;
  bool own_entrypoint = o->entrypoint || s->entrypoint.set;
  if (o->entrypoint)
    {
      struct node *words = node_string (m->arena, o->entrypoint, NULL);
      TRY_DOING (err, shell_words (m->arena, words, err), "--entrypoint");
      for (const struct node *n = words->first; n; n = n->next)
        strings_add (m->arena, args, n->text);
    }
  else if (s->entrypoint.set)
    add_strings (m, args, &s->entrypoint);
  else
    strings_addv (m->arena, args, &m->in->image->entrypoint);
  if (o->command)
    strings_addv (m->arena, args, o->command);
  else if (s->command.set && ! o->entrypoint)
    add_strings (m, args, &s->command);
  else if (! own_entrypoint)
    strings_addv (m->arena, args, &m->in->image->command);
  if (args->n == 0)
    return fail (err, E_COMPOSE_FILE, "nothing to run: neither the service nor its image has a command");
  return 0;
}

static void
set_pair (struct making *m, struct oci_strings *env, const char *pair, bool from_ours)
{
  const char *equals = strchr (pair, '=');
  const char *value = equals ? equals + 1 : from_ours ? getenv (pair) : NULL;
  autofree char *name = mem_strndup (pair, equals ? (size_t) (equals - pair) : strlen (pair));
  if (value && *name)
    environment_set (m->arena, env, name, value);
}

static void
set_default (struct making *m, struct oci_strings *env, const char *name, const char *value)
{
  if (value && ! environment_get (env, name))
    environment_set (m->arena, env, name, value);
}

/* The image's entries without "=" were dropped when it was loaded; here, too, none of them is looked up in our
 * environment (CVE-2026-57231). */
static void
make_env (struct making *m, struct oci_strings *env)
{
  const struct bundle_overrides *o = m->overrides;
  for (size_t i = 0; i < m->in->image->environment.n; i++)
    set_pair (m, env, m->in->image->environment.v[i], false);
  for (size_t i = 0; i < m->service->environment.n; i++)
    environment_set (m->arena, env, m->service->environment.keys[i], m->service->environment.v[i]);
  for (size_t i = 0; o->environment && i < o->environment->n; i++)
    set_pair (m, env, o->environment->v[i], true);
  set_default (m, env, "PATH", DEFAULT_PATH);
  if (flag_on (m->config->process->terminal))
    set_default (m, env, "TERM", "xterm");
}

static const char *
first_given (const char *a, const char *b, const char *c)
{
  return a && *a ? a : b && *b ? b : c;
}

/* With an init the OCI runtime finds that one, whatever the program is. So the init looks for the program first, as a
 * hook: where the program will be, as its user, and the start fails as it does without an init. */
static void
check_program (struct making *m, const char *program)
{
  const struct oci_process *p = m->config->process;
  struct oci_hooks *hooks = m->config->hooks = MAKE (m->arena, struct oci_hooks);
  struct oci_hook *hook = LIST_ADD (m->arena, &hooks->start_container);
  hook->path = INIT_PATH;
  strings_add (m->arena, &hook->args, "perry-init");
  strings_add (m->arena, &hook->args, "--check");
  strings_add (m->arena, &hook->args, p->cwd);
  strings_add (m->arena, &hook->args, program);
  strings_add (m->arena, &hook->env, make_printf (m->arena, "PATH=%s", environment_get (&p->env, "PATH")));
}

/* The tiny init is bound into the container; spec_base_mounts finds its path in the arguments. */
static int
add_init (struct making *m, struct error **err)
{
  autofree char *program = NULL;
  TRY (find_helper ("perry-init", &program, err));
  struct oci_strings *args = &m->config->process->args, with = { 0 };
  check_program (m, args->v[0]);
  strings_add (m->arena, &with, INIT_PATH);
  strings_add (m->arena, &with, "--");
  add_strings (m, &with, args);
  *args = with;
  mount_add (m, "bind", make_string (m->arena, program), INIT_PATH, "bind,ro,nosuid,nodev");
  return 0;
}

int
spec_process (struct making *m, struct error **err)
{
  struct oci_process *p = m->config->process;
  m->privileged = flag_on (m->service->privileged);
  p->terminal = flag_is (m->overrides->tty || flag_on (m->service->tty));
  TRY (make_args (m, &p->args, err));
  for (size_t i = 0; i < p->args.n; i++)
    strings_add (m->arena, &m->record->command, p->args.v[i]);
  make_env (m, &p->env);
  const char *cwd = first_given (m->overrides->working_dir, m->service->working_dir, m->in->image->working_dir);
  p->cwd = cwd && *cwd ? clean_path (m->arena, cwd) : "/";
  if (cwd && *cwd && *cwd != '/')
    return fail (err, E_COMPOSE_FILE, "working_dir '%s': an absolute path is needed", cwd);
  return flag_on (m->service->init) ? add_init (m, err) : 0;
}
