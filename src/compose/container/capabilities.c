/* capabilities.c - owns the names of the capabilities and the default set. Asks the kernel for our own bounding set.
 * */
#include "capabilities.h"

#include <linux/capability.h>
#include <strings.h>
#include <sys/prctl.h>

#include "bundle_parts.h"
#include "errors.h"

/* name, in the default set: what docker gives, since images were made for that. */
#define CAPABILITIES(X)                                                                                             \
  X (CHOWN, 1)            X (DAC_OVERRIDE, 1)      X (DAC_READ_SEARCH, 0)   X (FOWNER, 1)       X (FSETID, 1)       \
  X (KILL, 1)             X (SETGID, 1)            X (SETUID, 1)            X (SETPCAP, 1)      X (LINUX_IMMUTABLE, 0) \
  X (NET_BIND_SERVICE, 1) X (NET_BROADCAST, 0)     X (NET_ADMIN, 0)         X (NET_RAW, 1)      X (IPC_LOCK, 0)     \
  X (IPC_OWNER, 0)        X (SYS_MODULE, 0)        X (SYS_RAWIO, 0)         X (SYS_CHROOT, 1)   X (SYS_PTRACE, 0)   \
  X (SYS_PACCT, 0)        X (SYS_ADMIN, 0)         X (SYS_BOOT, 0)          X (SYS_NICE, 0)     X (SYS_RESOURCE, 0) \
  X (SYS_TIME, 0)         X (SYS_TTY_CONFIG, 0)    X (MKNOD, 1)             X (LEASE, 0)        X (AUDIT_WRITE, 1)  \
  X (AUDIT_CONTROL, 0)    X (SETFCAP, 1)           X (MAC_OVERRIDE, 0)      X (MAC_ADMIN, 0)    X (SYSLOG, 0)       \
  X (WAKE_ALARM, 0)       X (BLOCK_SUSPEND, 0)     X (AUDIT_READ, 0)        X (PERFMON, 0)      X (BPF, 0)          \
  X (CHECKPOINT_RESTORE, 0)

static const struct
{
  const char *name;
  unsigned number;
  bool by_default;
} known[] = {
#define ROW(n, d) { "CAP_" #n, CAP_##n, d },
  CAPABILITIES (ROW)
#undef ROW
};

static uint64_t
bit (size_t i)
{
  return (uint64_t) 1 << known[i].number;
}

static uint64_t
our_bounding_set (void)
{
  uint64_t set = 0;
  for (size_t i = 0; i < ARRAY_LEN (known); i++)
    if (prctl (PR_CAPBSET_READ, known[i].number) == 1)
      set |= bit (i);
  return set;
}

static int
parse (const struct oci_strings *names, const char *attribute, uint64_t all, uint64_t *ret, struct error **err)
{
  uint64_t set = 0;
  for (size_t k = 0; k < names->n; k++)
    {
      const char *name = names->v[k];
      if (strcasecmp (name, "ALL") == 0 || strcasecmp (name, "CAP_ALL") == 0)
        {
          set |= all;
          continue;
        }
      size_t i = 0;
      while (i < ARRAY_LEN (known) && strcasecmp (name, known[i].name) != 0
             && strcasecmp (name, known[i].name + strlen ("CAP_")) != 0)
        i++;
      if (i == ARRAY_LEN (known))
        return fail (err, E_COMPOSE_FILE, "%s[%zu]: there is no capability '%s'", attribute, k, name);
      set |= bit (i);
    }
  *ret = set;
  return 0;
}

static bool
names_all (const struct oci_strings *names)
{
  for (size_t i = 0; i < names->n; i++)
    if (strcasecmp (names->v[i], "ALL") == 0 || strcasecmp (names->v[i], "CAP_ALL") == 0)
      return true;
  return false;
}

int
capabilities_choose (const struct oci_strings *add, const struct oci_strings *drop, bool all, uint64_t *ret,
                     uint64_t *ret_added, struct error **err)
{
  uint64_t ours = our_bounding_set (), set = 0, added, dropped;
  TRY (parse (add, "cap_add", ours, &added, err));
  TRY (parse (drop, "cap_drop", UINT64_MAX, &dropped, err));
  for (size_t i = 0; i < ARRAY_LEN (known); i++)
    {
      if (added & ~ours & bit (i))
        return fail (err, E_ENFORCEMENT, "cap_add: %s cannot be given: perry-compose itself does not have it",
                     known[i].name);
      if (all || known[i].by_default)
        set |= bit (i);
    }
  /* "drop ALL, add X" is X; "add ALL, drop X" is all but X. */
  set = names_all (drop) ? added : (set | added) & ~dropped;
  *ret = set & ours;
  *ret_added = added & set;
  return 0;
}

static void
fill (struct arena *a, struct oci_strings *l, uint64_t set)
{
  l->set = true;
  for (size_t i = 0; i < ARRAY_LEN (known); i++)
    if (set & bit (i))
      *LIST_ADD (a, l) = known[i].name;
}

struct oci_capabilities *
capabilities_make (struct arena *a, uint64_t set, uint64_t added, bool root)
{
  struct oci_capabilities *c = MAKE (a, struct oci_capabilities);
  fill (a, &c->bounding, set);
  fill (a, &c->effective, root ? set : added);
  fill (a, &c->permitted, root ? set : added);
  fill (a, &c->inheritable, root ? 0 : added);
  fill (a, &c->ambient, root ? 0 : added);
  return c;
}

static void
join (struct arena *a, struct oci_strings *to, const struct oci_strings *from, const struct strv *more)
{
  for (size_t i = 0; i < from->n; i++)
    strings_add (a, to, from->v[i]);
  strings_addv (a, to, more);
}

int
spec_capabilities (struct making *m, struct error **err)
{
  struct oci_strings add = { 0 }, drop = { 0 };
  uint64_t set, added;
  join (m->arena, &add, &m->service->cap_add, m->overrides->cap_add);
  join (m->arena, &drop, &m->service->cap_drop, m->overrides->cap_drop);
  TRY (capabilities_choose (&add, &drop, m->privileged, &set, &added, err));
  m->config->process->capabilities = capabilities_make (m->arena, set, m->privileged ? 0 : added, m->identity.uid == 0);
  return 0;
}
