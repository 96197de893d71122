/* seccomp_profile.c - owns docker's format of seccomp profiles. Pure but for the kernel's name. */
#include "seccomp_profile.h"

#include <sys/utsname.h>

#include "bundle_parts.h"
#include "errors.h"

#undef OCI_PREFIX
#define OCI_PREFIX profile_
#define SPEC_Condition(F, T)                                                                                          \
  F (T, strs,                  caps,              "caps")                                                             \
  F (T, strs,                  arches,            "arches")                                                           \
  F (T, str,                   min_kernel,        "minKernel")
#define SPEC_Argument(F, T)                                                                                           \
  F (T, u32,                   index,             "index", .required = true)                                          \
  F (T, u64,                   value,             "value", .required = true)                                          \
  F (T, u64,                   value_two,         "valueTwo")                                                         \
  F (T, str,                   op,                "op", .required = true)
#define SPEC_Rule(F, T)                                                                                               \
  F (T, strs,                  names,             "names")                                                            \
  F (T, str,                   name,              "name")                                                             \
  F (T, str,                   action,            "action", .required = true)                                         \
  F (T, u32,                   errno_ret,         "errnoRet")                                                         \
  F (T, list (Argument),       args,              "args")                                                             \
  F (T, obj (Condition),       includes,          "includes")                                                         \
  F (T, obj (Condition),       excludes,          "excludes")
#define SPEC_ArchMap(F, T)                                                                                            \
  F (T, str,                   architecture,      "architecture")                                                     \
  F (T, strs,                  sub_architectures, "subArchitectures")
#define SPEC_Profile(F, T)                                                                                            \
  F (T, str,                   default_action,    "defaultAction", .required = true)                                  \
  F (T, u32,                   default_errno_ret, "defaultErrnoRet")                                                  \
  F (T, strs,                  architectures,     "architectures")                                                    \
  F (T, list (ArchMap),        arch_map,          "archMap")                                                          \
  F (T, strs,                  flags,             "flags")                                                            \
  F (T, str,                   listener_path,     "listenerPath")                                                     \
  F (T, str,                   listener_metadata, "listenerMetadata")                                                 \
  F (T, list (Rule),           syscalls,          "syscalls")
#define PROFILE_TYPES(D) D (Condition) D (Argument) D (Rule) D (ArchMap) D (Profile)
PROFILE_TYPES (DECLARE)
PROFILE_TYPES (DEFINE)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

/* This machine as the profiles' conditions and maps call it. */
#if defined __x86_64__
#define ARCH "amd64"
#define SCMP_ARCH "SCMP_ARCH_X86_64"
#elif defined __aarch64__
#define ARCH "arm64"
#define SCMP_ARCH "SCMP_ARCH_AARCH64"
#else
#define ARCH ""
#define SCMP_ARCH "SCMP_ARCH_NATIVE"
#endif

static bool
kernel_is_at_least (const char *wanted)
{
  struct utsname u;
  int have[2] = { 0 }, want[2] = { 0 };
  if (uname (&u) < 0 || sscanf (u.release, "%d.%d", &have[0], &have[1]) != 2
      || sscanf (wanted, "%d.%d", &want[0], &want[1]) != 2)
    return false;
  return have[0] != want[0] ? have[0] > want[0] : have[1] >= want[1];
}

/* Every condition of "includes" must hold, none of "excludes" may; all capabilities that one names are meant. */
static bool
applies (const struct profile_Rule *r, const struct oci_strings *capabilities)
{
  const struct profile_Condition *in = r->includes, *out = r->excludes;
  bool wanted = true, unwanted = false;
  for (size_t i = 0; in && i < in->caps.n; i++)
    wanted = wanted && strings_have (capabilities, in->caps.v[i]);
  if (in && in->arches.n)
    wanted = wanted && strings_have (&in->arches, ARCH);
  if (in && in->min_kernel)
    wanted = wanted && kernel_is_at_least (in->min_kernel);
  for (size_t i = 0; out && i < out->caps.n; i++)
    unwanted = unwanted || strings_have (capabilities, out->caps.v[i]);
  if (out && out->arches.n)
    unwanted = unwanted || strings_have (&out->arches, ARCH);
  if (out && out->min_kernel)
    unwanted = unwanted || kernel_is_at_least (out->min_kernel);
  return wanted && ! unwanted;
}

static void
add_all (struct arena *a, struct oci_strings *to, const struct oci_strings *from)
{
  for (size_t i = 0; i < from->n; i++)
    strings_add (a, to, from->v[i]);
}

static void
add_rule (struct arena *a, struct oci_seccomp *to, const struct profile_Rule *r)
{
  struct oci_syscall *rule = LIST_ADD (a, &to->syscalls);
  add_all (a, &rule->names, &r->names);
  if (r->name)
    strings_add (a, &rule->names, r->name);
  rule->action = make_string (a, r->action);
  rule->errno_ret = r->errno_ret;
  for (size_t i = 0; i < r->args.n; i++)
    *LIST_ADD (a, &rule->args) = (struct oci_syscall_arg) { .index = r->args.v[i].index,
                                                            .value = r->args.v[i].value,
                                                            .value_two = r->args.v[i].value_two,
                                                            .op = make_string (a, r->args.v[i].op) };
}

static struct oci_seccomp *
convert (struct arena *a, const struct profile_Profile *p, const struct oci_strings *capabilities)
{
  struct oci_seccomp *s = MAKE (a, struct oci_seccomp);
  s->default_action = make_string (a, p->default_action);
  s->default_errno_ret = p->default_errno_ret;
  s->listener_path = make_string (a, p->listener_path);
  s->listener_metadata = make_string (a, p->listener_metadata);
  add_all (a, &s->flags, &p->flags);
  add_all (a, &s->architectures, &p->architectures);
  for (size_t i = 0; i < p->arch_map.n; i++)
    if (p->arch_map.v[i].architecture && streq (p->arch_map.v[i].architecture, SCMP_ARCH))
      {
        strings_add (a, &s->architectures, SCMP_ARCH);
        add_all (a, &s->architectures, &p->arch_map.v[i].sub_architectures);
      }
  for (size_t i = 0; i < p->syscalls.n; i++)
    if (applies (&p->syscalls.v[i], capabilities))
      add_rule (a, s, &p->syscalls.v[i]);
  return s;
}

int
seccomp_profile (struct arena *a, const char *name, const char *text, size_t n, const struct oci_strings *capabilities,
                 struct oci_seccomp **ret, struct error **err)
{
  struct oci_document doc;
  const struct profile_Profile *p = oci_parse (&profile_Profile_schema, text, n, &doc);
  if (! p)
    return fail (err, E_COMPOSE_FILE, "%s:%u:%u: %s: %s", name, doc.line, doc.column, doc.path, doc.message);
  *ret = convert (a, p, capabilities);
  oci_document_free (&doc);
  return 0;
}
