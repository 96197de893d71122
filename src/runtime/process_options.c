/* process_options.c - exec's process from options; see process_options.h. No system calls. */
#include "process_options.h"

#include "security/security.h"

void
process_changes_free (struct process_changes *c)
{
  arena_free (&c->arena);
}

static void *
take (struct process_changes *c, size_t n)
{
  void *p = arena_alloc (&c->arena, n);
  if (! p)
    out_of_memory ();
  return p;
}

/* OLD with the strings of ADD behind. */
static struct oci_strings
append (struct process_changes *c, const struct oci_strings *old, char *const *add, size_t n)
{
  struct oci_strings both = { .n = old->n + n, .set = true };
  both.v = take (c, (both.n + 1) * sizeof *both.v);
  if (old->n)
    memcpy (both.v, old->v, old->n * sizeof *both.v);
  for (size_t i = 0; i < n; i++)
    both.v[old->n + i] = add[i];
  return both;
}

/* A uid or gid: decimal digits alone. A sign, a blank, a name, 2^32-1 ("no change") or more would mean somebody else
 * (CVE-2026-30892). */
static int
parse_id (const char *option, const char *text, size_t n, uint32_t *ret, struct error **err)
{
  uint64_t value = 0;
  bool digits = n > 0 && n <= 10;
  for (size_t i = 0; i < n && digits; i++)
    {
      digits = text[i] >= '0' && text[i] <= '9';
      value = value * 10 + (uint64_t) (text[i] - '0');
    }
  if (! digits || value >= UINT32_MAX)
    return fail (err, EINVAL, "%s '%.*s': want a number from 0 to 4294967294", option, (int) n, text);
  *ret = (uint32_t) value;
  return 0;
}

/* --user UID[:GID]; without GID the container's own group stays. */
static int
set_user (const char *text, struct oci_user *user, struct error **err)
{
  const char *colon = strchr (text, ':');
  uint32_t uid, gid;
  TRY (parse_id ("--user", text, colon ? (size_t) (colon - text) : strlen (text), &uid, err));
  user->uid = (struct opt_i64) { uid, true };
  if (! colon)
    return 0;
  TRY (parse_id ("--user", colon + 1, strlen (colon + 1), &gid, err));
  user->gid = (struct opt_i64) { gid, true };
  return 0;
}

static int
add_groups (const struct strv *groups, struct oci_user *user, struct process_changes *c, struct error **err)
{
  size_t old = user->additional_gids.n;
  int64_t *all = take (c, (old + groups->n) * sizeof *all);
  if (old)
    memcpy (all, user->additional_gids.v, old * sizeof *all);
  for (size_t i = 0; i < groups->n; i++)
    {
      uint32_t gid;
      TRY (parse_id ("--additional-gids", groups->v[i], strlen (groups->v[i]), &gid, err));
      all[old + i] = gid;
    }
  user->additional_gids.v = all;
  user->additional_gids.n = old + groups->n;
  user->additional_gids.set = true;
  return 0;
}

/* --cap: to bounding, effective and permitted; ambient too if the container has inheritable ones, never to inheritable
 * itself (CVE-2022-29162). */
static int
add_caps (const struct strv *caps, struct oci_capabilities *set, struct process_changes *c, struct error **err)
{
  for (size_t i = 0; i < caps->n; i++)
    if (cap_number (caps->v[i]) < 0)
      return fail (err, EINVAL, "--cap: unknown capability '%s'", caps->v[i]);
  set->bounding = append (c, &set->bounding, caps->v, caps->n);
  set->effective = append (c, &set->effective, caps->v, caps->n);
  set->permitted = append (c, &set->permitted, caps->v, caps->n);
  if (set->inheritable.n)
    set->ambient = append (c, &set->ambient, caps->v, caps->n);
  return 0;
}

static int
set_user_options (const struct exec_options *o, struct oci_process *p, struct process_changes *c, struct error **err)
{
  if (! o->user && ! o->groups.n)
    return 0;
  if (p->user)
    c->user = *p->user;
  if (o->user)
    TRY (set_user (o->user, &c->user, err));
  if (o->groups.n)
    TRY (add_groups (&o->groups, &c->user, c, err));
  p->user = &c->user;
  return 0;
}

int
process_from_options (const struct oci_process *base, const struct exec_options *o, struct oci_process *ret,
                      struct process_changes *changes, struct error **err)
{
  struct oci_process p = base ? *base : (struct oci_process) { .cwd = "/" };
  size_t n = 0;
  while (o->args && o->args[n])
    n++;
  p.args = append (changes, &(struct oci_strings) { 0 }, o->args, n);
  p.terminal = (struct opt_bool) { o->tty, true };
  if (o->cwd)
    p.cwd = o->cwd;
  if (o->env.n)
    p.env = append (changes, &p.env, o->env.v, o->env.n);
  if (o->process_label)
    p.selinux_label = o->process_label;
  if (o->apparmor)
    p.apparmor_profile = o->apparmor;
  if (o->no_new_privs.set)
    p.no_new_privileges = (struct opt_bool) { o->no_new_privs.value, true };
  TRY (set_user_options (o, &p, changes, err));
  if (o->caps.n)
    {
      if (p.capabilities)
        changes->capabilities = *p.capabilities;
      TRY (add_caps (&o->caps, &changes->capabilities, changes, err));
      p.capabilities = &changes->capabilities;
    }
  *ret = p;
  return 0;
}
