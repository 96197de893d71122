/* features.c - owns what `features` says (features.md, features-linux.md): the same on every host but for what the
 * libraries and seccomp can do. Asks the other files' tables, so that a new row there appears here. */
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/syscall.h>

#include "container.h"
#include "ocispec.h"
#include "plan_options.h"
#include "security/security.h"
#include "tables.h"
#include "version.h"

#define LITERALS(...)                                                                                                \
  (struct oci_strings)                                                                                               \
  {                                                                                                                  \
    .n = ARRAY_LEN (((const char *[]) { __VA_ARGS__ })), .v = (const char *[]) { __VA_ARGS__ }, .set = true          \
  }

/* Names in the arena; N_MAX of them at most. */
static struct oci_strings
new_list (struct arena *a, size_t n_max)
{
  const char **v = arena_alloc (a, sizeof *v * n_max);
  if (! v)
    out_of_memory ();
  return (struct oci_strings) { .v = v, .set = true };
}

static int
by_name (const void *a, const void *b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
sort (struct oci_strings *list)
{
  qsort (list->v, list->n, sizeof *list->v, by_name);
}

/* The names of TABLE for which KEEP (if given) is true. */
static struct oci_strings
names_of (struct arena *a, const struct name_value *table, bool (*keep) (const struct name_value *))
{
  size_t n = 0;
  while (table[n].name)
    n++;
  struct oci_strings list = new_list (a, n);
  for (size_t i = 0; i < n; i++)
    if (! keep || keep (&table[i]))
      list.v[list.n++] = table[i].name;
  sort (&list);
  return list;
}

static struct oci_strings
mount_option_names (struct arena *a)
{
  const char *name;
  size_t n = 0;
  while (plan_mount_option_name (n, &name))
    n++;
  struct oci_strings list = new_list (a, n);
  while (list.n < n && plan_mount_option_name (list.n, &list.v[list.n]))
    list.n++;
  sort (&list);
  return list;
}

static struct oci_strings
namespace_names (struct arena *a)
{
  struct oci_strings list = new_list (a, N_PLAN_NS);
  for (; list.n < N_PLAN_NS; list.n++)
    list.v[list.n] = ns_types[list.n].name;
  sort (&list);
  return list;
}

static struct oci_strings
capability_names (struct arena *a)
{
  struct oci_strings list = new_list (a, 64);
  while (list.n < 64 && cap_number (cap_name ((int) list.n)) == (int) list.n)
    {
      list.v[list.n] = cap_name ((int) list.n);
      list.n++;
    }
  return list;
}

static bool
arch_is_known (const struct name_value *arch)
{
  scmp_filter_ctx ctx = seccomp_init (SCMP_ACT_ALLOW);
  if (! ctx)
    out_of_memory ();
  int r = seccomp_arch_add (ctx, (uint32_t) arch->value);
  seccomp_release (ctx);
  /* The native one is there already (EEXIST); one of the other byte order only does not go together with it (EDOM). */
  return r != -EINVAL;
}

/* The kernel looks at the flags before the filter: EFAULT, for the missing filter, means that it has the flags. Some
 * make sense for a listener only. */
static bool
flag_is_supported (const struct name_value *flag)
{
  static const unsigned beside[] = { 0, SECCOMP_FILTER_FLAG_NEW_LISTENER };
  for (size_t i = 0; i < ARRAY_LEN (beside); i++)
    if (syscall (SYS_seccomp, SECCOMP_SET_MODE_FILTER, (unsigned) flag->value | beside[i], NULL) < 0 && errno == EFAULT)
      return true;
  return false;
}

static struct oci_features_seccomp
seccomp_features (struct arena *a)
{
  return (struct oci_features_seccomp) {
    .enabled = { true, true },
    .actions = names_of (a, seccomp_actions, NULL),
    .operators = names_of (a, seccomp_operators, NULL),
    .archs = names_of (a, seccomp_arches, arch_is_known),
    .known_flags = names_of (a, seccomp_flags, NULL),
    .supported_flags = names_of (a, seccomp_flags, flag_is_supported),
  };
}

static struct oci_strings
annotations (struct arena *a)
{
  const struct scmp_version *v = seccomp_version ();
  static const char *const keys[] = { "io.github.seccomp.libseccomp.version",
                                      "org.opencontainers.runc.checkpoint.enabled", "run.perry.commit",
                                      "run.perry.version" };
  autofree char *seccomp = v ? mem_printf ("%u.%u.%u", v->major, v->minor, v->micro) : mem_strdup ("unknown");
  const char *values[] = { arena_strndup (a, seccomp, strlen (seccomp)), "false", PERRY_COMMIT, PACKAGE_VERSION };
  struct oci_strings list = new_list (a, 2 * ARRAY_LEN (keys));
  list.n = ARRAY_LEN (keys);
  list.keys = list.v + list.n;
  memcpy (list.v, values, sizeof values);
  memcpy (list.keys, keys, sizeof keys);
  return list;
}

int
features_write (FILE *out, struct error **err)
{
  autoarena struct arena a = { 0 };
  struct oci_features_switch on = { .enabled = { true, true } };
  struct oci_features_seccomp seccomp = seccomp_features (&a);
  struct oci_features_cgroup cgroup = { .v1 = { true, true }, .v2 = { true, true }, .systemd = { false, true },
                                        .systemd_user = { false, true }, .rdma = { true, true } };
  struct oci_features_intel_rdt rdt = { .enabled = { true, true }, .schemata = { true, true },
                                        .monitoring = { true, true } };
  struct oci_features_memory_policy policy = { .modes = names_of (&a, memory_policy_modes, NULL),
                                               .flags = names_of (&a, memory_policy_flags, NULL) };
  struct oci_features_mount_extensions extensions = { .idmap = &on };
  struct oci_features_linux linux_ = {
    .namespaces = namespace_names (&a), .capabilities = capability_names (&a), .cgroup = &cgroup,
    .seccomp = &seccomp, .apparmor = &on, .selinux = &on, .intel_rdt = &rdt, .memory_policy = &policy,
    .mount_extensions = &extensions, .net_devices = &on,
  };
  struct oci_features features = {
    .oci_version_min = "1.0.0",
    .oci_version_max = OCI_SPEC_VERSION,
    .hooks = LITERALS ("prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"),
    .mount_options = mount_option_names (&a),
    .linux_ = &linux_,
    .annotations = annotations (&a),
    .potentially_unsafe_config_annotations = LITERALS ("run.oci.", "run.perry."),
  };
  autofree char *text = oci_emit (&oci_features_schema, &features, "\t");
  if (! text)
    out_of_memory ();
  return fprintf (out, "%s\n", text) < 0 ? fail_sys (err, errno, "write features") : 0;
}
