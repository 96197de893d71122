/* plan_sysctl.c - owns linux.sysctl: which kernel parameters belong to a namespace of the container, and so may be set
 * (namespaces(7) and the kernel's tables). No system calls; runs in the runtime. */
#include <ctype.h>
#include <limits.h>

#include "plan_parts.h"

static const struct
{
  const char *path; /* a whole name, or with a slash at the end all below it */
  enum plan_ns_index ns;
} sysctl_namespaces[] = {
  { "net/", PLAN_NET },
  { "user/", PLAN_USER },
  { "fs/mqueue/", PLAN_IPC },
  { "kernel/msgmax", PLAN_IPC },
  { "kernel/msgmnb", PLAN_IPC },
  { "kernel/msgmni", PLAN_IPC },
  { "kernel/msg_next_id", PLAN_IPC },
  { "kernel/sem", PLAN_IPC },
  { "kernel/sem_next_id", PLAN_IPC },
  { "kernel/shmall", PLAN_IPC },
  { "kernel/shmmax", PLAN_IPC },
  { "kernel/shmmni", PLAN_IPC },
  { "kernel/shm_next_id", PLAN_IPC },
  { "kernel/shm_rmid_forced", PLAN_IPC },
  { "kernel/domainname", PLAN_UTS },
};

/* "net.ipv4.conf.eth0/100.x" and "net/ipv4/conf/eth0.100/x" are the same: the first of the two characters separates,
 * the other one stands for itself (sysctl(8)). */
static const char *
sysctl_path (struct plan *p, const char *key)
{
  size_t first = strcspn (key, "./");
  char *path = (char *) plan_printf (p, "%s", key);
  for (char *c = path; key[first] == '.' && *c; c++)
    *c = *c == '.' ? '/' : *c == '/' ? '.' : *c;
  return path;
}

/* Components without surprises: none empty, "." or "..", nothing that is not printed. */
static bool
path_valid (const char *path)
{
  for (;;)
    {
      size_t n = strcspn (path, "/");
      if (n == 0 || n > NAME_MAX || (path[0] == '.' && (n == 1 || (n == 2 && path[1] == '.'))))
        return false;
      for (size_t i = 0; i < n; i++)
        if (! isgraph ((unsigned char) path[i]))
          return false;
      if (! path[n])
        return true;
      path += n + 1;
    }
}

static int
check_allowed (const struct plan *p, const char *key, const char *path, enum plan_ns_index *ret_ns, struct error **err)
{
  if (streq (path, "kernel/hostname"))
    return fail (err, EINVAL, "linux.sysctl: %s: give the name as \"hostname\" instead", key);
  for (size_t i = 0; i < ARRAY_LEN (sysctl_namespaces); i++)
    {
      const char *known = sysctl_namespaces[i].path, *rest = after_prefix (path, known);
      if (! rest || (known[strlen (known) - 1] != '/' && *rest))
        continue;
      enum plan_ns_index ns = sysctl_namespaces[i].ns;
      if (! plan_ns_private (p, ns))
        return fail (err, EINVAL, "linux.sysctl: %s: not allowed without a private %s namespace", key,
                     ns_types[ns].name);
      *ret_ns = ns;
      return 0;
    }
  return fail (err, EINVAL, "linux.sysctl: sysctl \"%s\" is not in a separate kernel namespace", key);
}

int
plan_sysctls (struct plan *p, struct error **err)
{
  const struct oci_linux_container *l = p->config->linux_;
  size_t n = l ? l->sysctl.n : 0;
  p->sysctls = plan_alloc (p, (n + 1) * sizeof *p->sysctls);
  for (size_t i = 0; i < n; i++)
    {
      const char *key = l->sysctl.keys[i], *path = sysctl_path (p, key);
      if (strlen (path) >= PATH_MAX || ! path_valid (path))
        return fail (err, EINVAL, "linux.sysctl: \"%.200s\" is not a name of a kernel parameter", key);
      enum plan_ns_index ns = N_PLAN_NS;
      TRY (check_allowed (p, key, path, &ns, err));
      p->sysctls[p->n_sysctls++] = (struct plan_sysctl) { key, path, l->sysctl.v[i], ns };
    }
  return 0;
}
