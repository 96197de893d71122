/* plan.c - owns the making of a plan as a whole, and the members that need no file of their own: version, root, host
 * name, annotations, masked paths. Calls the plan_*.c and nothing that touches the system; runs in the runtime. */
#include "plan.h"

#include <ctype.h>
#include <limits.h>
#include <stdarg.h>
#include <sys/mount.h>

#include "log.h"
#include "mem.h"
#include "ocispec.h"
#include "plan_parts.h"

#define RESERVED_ANNOTATIONS "run.perry."
#define HOST_NAME_LENGTH 64 /* __NEW_UTS_LEN */

void *
plan_alloc (struct plan *p, size_t n)
{
  void *m = arena_alloc (&p->arena, n);
  if (! m)
    out_of_memory ();
  return m;
}

const char *
plan_printf (struct plan *p, const char *fmt, ...)
{
  va_list ap;
  va_start (ap, fmt);
  autofree char *s = mem_vprintf (fmt, ap);
  va_end (ap);
  size_t n = strlen (s) + 1;
  return memcpy (plan_alloc (p, n), s, n);
}

const char *
plan_clean_path (struct plan *p, const char *path)
{
  char *out = plan_alloc (p, strlen (path) + 2), *end = out;
  while (*path)
    {
      size_t n = strcspn (path, "/");
      if (n == 2 && path[0] == '.' && path[1] == '.')
        {
          while (end > out && *--end != '/')
            ;
        }
      else if (n > 0 && ! (n == 1 && path[0] == '.'))
        {
          *end++ = '/';
          memcpy (end, path, n);
          end += n;
        }
      path += n + (path[n] == '/');
    }
  if (end == out)
    *end++ = '/';
  *end = 0;
  return out;
}

bool
plan_list_valid (const char *list, unsigned limit)
{
  do
    {
      unsigned long bound[2];
      int n = 0;
      do
        {
          if (! isdigit ((unsigned char) *list))
            return false;
          char *end;
          bound[n] = strtoul (list, &end, 10);
          if (bound[n] >= limit || (n == 1 && bound[1] < bound[0]))
            return false;
          list = end;
        }
      while (n++ == 0 && *list == '-' && list++);
    }
  while (*list == ',' && list++);
  return *list == 0;
}

/* A decimal number without needless zeros; what follows it, or NULL. */
static const char *
after_number (const char *s)
{
  if (! isdigit ((unsigned char) *s))
    return NULL;
  size_t n = strspn (s, "0123456789");
  return n > 1 && *s == '0' ? NULL : s + n;
}

/* MAJOR.MINOR.PATCH[-PRERELEASE][+BUILD] as semver.org has it, up to the details of the last two. */
static int
check_version (const char *version, struct error **err)
{
  const char *s = version;
  for (int i = 0; i < 3 && s; i++)
    if ((s = after_number (s)) && i < 2)
      s = *s == '.' ? s + 1 : NULL;
  if (! s || (*s && *s != '-' && *s != '+') || (*s && ! s[1])
      || s[strspn (s, "+-.0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")])
    return fail (err, EINVAL, "ociVersion: \"%s\" is not a version such as %s", version, OCI_SPEC_VERSION);
  if (! after_prefix (version, "1."))
    return fail (err, EINVAL, "ociVersion: version %s of the specification is not supported, only 1.x up to %s is",
                 version, OCI_SPEC_VERSION);
  return 0;
}

int
plan_root (struct plan *p, struct error **err)
{
  const struct oci_root *root = p->config->root;
  if (! root)
    return fail (err, EINVAL, "root: required");
  TRY (plan_check_path (root->path, "root.path", err));
  bool absolute = root->path[0] == '/';
  if (! absolute && plan_has_dotdot (root->path))
    return fail (err, EINVAL, "root.path: \"%s\" leads out of the bundle, give an absolute path", root->path);
  p->rootfs = plan_clean_path (p, absolute ? root->path : plan_printf (p, "%s/%s", p->bundle, root->path));
  if (streq (p->rootfs, "/"))
    return fail (err, EINVAL, "root.path: the host's root directory cannot be a container's");
  p->root_readonly = root->readonly.value;
  return 0;
}

/* `/` of the new mount namespace stays shared where config.json says so: engines ask for it to have mounts below a
 * shared volume seen by the host (Kubernetes' "Bidirectional"). Unbindable would keep us from binding: it waits. */
static int
plan_propagation (struct plan *p, const char *name, struct error **err)
{
  p->propagation = MS_SLAVE | MS_REC;
  if (! name || ! *name)
    return 0;
  uint64_t flags;
  TRY (plan_lookup (propagation_names, name, &flags, err, "linux.rootfsPropagation"));
  if (flags & (MS_SHARED | MS_UNBINDABLE))
    p->root_propagation = flags;
  p->propagation = flags & MS_SHARED ? flags : flags & MS_UNBINDABLE ? MS_PRIVATE | MS_REC : flags | MS_REC;
  return 0;
}

static int
plan_paths (struct plan *p, const struct oci_strings *in, struct oci_strings *out, const char *at, struct error **err)
{
  if (in->n > 0 && ! plan_ns_private (p, PLAN_MOUNT))
    return fail (err, EINVAL, "%s: unable to restrict paths without a private mount namespace", at);
  out->v = plan_alloc (p, (in->n + 1) * sizeof *out->v);
  for (size_t i = 0; i < in->n; i++)
    {
      char place[AT_MAX];
      TRY (plan_check_path (in->v[i], plan_at (place, "%s[%zu]", at, i), err));
      if (in->v[i][0] != '/')
        return fail (err, EINVAL, "%s: \"%s\" is not an absolute path", place, in->v[i]);
      out->v[i] = plan_clean_path (p, in->v[i]);
    }
  out->n = in->n;
  return 0;
}

static int
plan_uts_name (const struct plan *p, const char *name, const char *at, const char **ret, struct error **err)
{
  if (! name || ! *name)
    return 0;
  if (! plan_ns_private (p, PLAN_UTS))
    return fail (err, EINVAL, "%s: unable to set %s without a private UTS namespace", at, at);
  if (strlen (name) > HOST_NAME_LENGTH)
    return fail (err, EINVAL, "%s: longer than %d bytes", at, HOST_NAME_LENGTH);
  if (strchr (name, '\n'))
    return fail (err, EINVAL, "%s: has a line break in it", at);
  *ret = name;
  return 0;
}

static int
check_annotations (const struct plan *p, struct error **err)
{
  const struct oci_strings *a = &p->config->annotations;
  for (size_t i = 0; i < a->n; i++)
    if (after_prefix (a->keys[i], RESERVED_ANNOTATIONS))
      return fail (err, EINVAL, "annotations: %.200s is not known, and names that begin with " RESERVED_ANNOTATIONS
                   " are reserved", a->keys[i]);
  return 0;
}

static int
plan_linux (struct plan *p, struct error **err)
{
  const struct oci_linux_container *l = p->config->linux_;
  TRY (plan_propagation (p, l ? l->rootfs_propagation : NULL, err));
  if (! l)
    return 0;
  TRY (plan_paths (p, &l->masked_paths, &p->masked, "linux.maskedPaths", err));
  TRY (plan_paths (p, &l->readonly_paths, &p->readonly, "linux.readonlyPaths", err));
  if (l->mount_label && *l->mount_label)
    {
      if (! p->host->selinux)
        return fail (err, EINVAL, "linux.mountLabel: selinux label is specified in config, but selinux is disabled or "
                     "not supported");
      p->mount_label = l->mount_label;
    }
  return 0;
}

static int
build (struct plan *p, const struct plan_options *options, struct error **err)
{
  const struct oci_config *c = p->config;
  TRY (check_version (c->oci_version, err));
  TRY (plan_root (p, err));
  TRY (plan_namespaces (p, err));
  TRY (plan_ids (p, err));
  TRY (plan_uts_name (p, c->hostname, "hostname", &p->hostname, err));
  TRY (plan_uts_name (p, c->domainname, "domainname", &p->domainname, err));
  TRY (plan_linux (p, err));
  TRY (plan_mounts (p, err));
  TRY (plan_devices (p, err));
  TRY (plan_sysctls (p, err));
  TRY (plan_seccomp (p, err));
  TRY (plan_cgroup (p, options, err));
  TRY (plan_hooks (p, err));
  TRY (check_annotations (p, err));
  p->has_process = c->process;
  return c->process ? plan_process (p, c->process, false, err) : 0;
}

void
plan_start (struct plan *p, const struct oci_config *config, const struct host *host,
            const struct plan_options *options)
{
  *p = (struct plan) { .config = config, .host = host, .id = options->id, .bundle = host->bundle,
                       .no_pivot = options->no_pivot, .no_new_keyring = options->no_new_keyring };
}

int
plan_build (const struct oci_config *config, const struct host *host, const struct plan_options *options,
            struct plan *ret, struct error **err)
{
  struct plan p;
  plan_start (&p, config, host, options);
  int r = build (&p, options, err);
  if (r < 0)
    plan_free (&p);
  else
    *ret = p;
  return r;
}

void
plan_free (struct plan *plan)
{
  arena_free (&plan->arena);
  *plan = (struct plan) { 0 };
}
