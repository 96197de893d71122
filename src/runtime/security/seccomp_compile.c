/* seccomp_compile.c - drives libseccomp: rules, architectures, export. Runs in the runtime, in its own namespaces, only
 * when the cache has no program. */
#include "security/seccomp_compile.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "log.h"
#include "mem.h"
#include "security/seccomp_enosys.h"
#include "security/seccomp_join.h"
#include "tables.h"

/* Above this libseccomp's binary tree gives shorter ways through the program than its list. */
#define TREE_FROM_RULES 32
#define MAX_ARGS 6
#define MAX_ARCHS 32

/* One architecture's share of the work: a filter of its own, see seccomp_join.h. */
struct compiler
{
  const struct oci_seccomp *spec;
  scmp_filter_ctx ctx;
  uint32_t default_action;
  uint32_t arch; /* libseccomp's token */
};

static void
release_filter (scmp_filter_ctx *ctx)
{
  if (*ctx)
    seccomp_release (*ctx);
}

char *
seccomp_compiler_identity (void)
{
  const struct scmp_version *v = seccomp_version ();
  return mem_printf ("libseccomp %u.%u.%u arch %x", v->major, v->minor, v->micro, seccomp_arch_native ());
}

static int
action_value (const char *action, const struct opt_i64 *errno_ret, uint32_t *ret, struct error **err)
{
  uint64_t value;
  if (! action || ! name_value_find (seccomp_actions, action, &value))
    return fail (err, EINVAL, "unknown action \"%s\"", action ? action : "");
  if (value == SECCOMP_RET_ERRNO || value == SECCOMP_RET_TRACE)
    value |= (errno_ret->set ? (uint32_t) errno_ret->value : EPERM) & SECCOMP_RET_DATA;
  *ret = (uint32_t) value;
  return 0;
}

/* The architectures of SPEC, the native one first whether it names it or not, each once. */
static int
list_archs (const struct oci_seccomp *spec, uint32_t archs[MAX_ARCHS], size_t *ret_n, struct error **err)
{
  const struct oci_strings *names = &spec->architectures;
  size_t n = 0;
  archs[n++] = seccomp_arch_native ();
  for (size_t i = 0; i < names->n; i++)
    {
      uint64_t token;
      size_t seen = 0;
      if (! name_value_find (seccomp_arches, names->v[i], &token))
        return fail (err, EINVAL, "linux.seccomp.architectures[%zu]: unknown architecture \"%s\"", i, names->v[i]);
      while (seen < n && archs[seen] != token)
        seen++;
      if (seen == n && n < MAX_ARCHS)
        archs[n++] = (uint32_t) token;
    }
  *ret_n = n;
  return 0;
}

/* Make C's filter one for its architecture alone. 1 if libseccomp knows it, 0 if not. */
static int
choose_arch (struct compiler *c, struct error **err)
{
  if (c->arch == seccomp_arch_native ())
    return 1;
  int r = seccomp_arch_add (c->ctx, c->arch);
  if (r == -EINVAL)
    {
      log_warning ("linux.seccomp.architectures: this libseccomp does not know architecture %#x: its system calls will "
                   "be refused", c->arch);
      return 0;
    }
  /* Of the other byte order: no process here can make its system calls. */
  if (r == -EDOM)
    return 0;
  if (r == 0)
    r = seccomp_arch_remove (c->ctx, seccomp_arch_native ());
  return r < 0 ? fail_sys (err, -r, "linux.seccomp.architectures: architecture %#x", c->arch) : 1;
}

/* ---- rules ------------------------------------------------------------------------------------------------------- */
static int
convert_args (const struct oci_syscall *s, struct scmp_arg_cmp *cmp, struct error **err)
{
  for (size_t i = 0; i < s->args.n; i++)
    {
      const struct oci_syscall_arg *a = &s->args.v[i];
      uint64_t op;
      if (a->index.value < 0 || a->index.value >= MAX_ARGS)
        return fail (err, EINVAL, "args[%zu].index: %lld is not 0 to 5", i, (long long) a->index.value);
      if (! name_value_find (seccomp_operators, a->op, &op))
        return fail (err, EINVAL, "args[%zu].op: unknown operator \"%s\"", i, a->op);
      cmp[i] = (struct scmp_arg_cmp){ .arg = (unsigned) a->index.value, .op = (enum scmp_compare) op,
                                      .datum_a = a->value.value, .datum_b = a->value_two.value };
    }
  return 0;
}

/* Conditions on one argument can't be joined by AND in libseccomp; Docker's profiles mean OR by them, and so do runc's
 * users (moby's seccomp documentation: "multiple arguments with the same index"). */
static bool
same_index_twice (const struct scmp_arg_cmp *cmp, size_t n)
{
  unsigned seen = 0;
  for (size_t i = 0; i < n; i++)
    {
      if (seen & 1U << cmp[i].arg)
        return true;
      seen |= 1U << cmp[i].arg;
    }
  return false;
}

static int
add_rule (struct compiler *c, uint32_t action, const char *name, const struct scmp_arg_cmp *cmp, size_t n,
          struct error **err)
{
  int nr = seccomp_syscall_resolve_name (name);
  if (nr == __NR_SCMP_ERROR)
    {
      if (c->arch == seccomp_arch_native ())
        log_debug ("linux.seccomp: libseccomp does not know system call %s", name);
      return 0;
    }
  bool or = same_index_twice (cmp, n);
  for (size_t i = 0; i < (or ? n : 1); i++)
    {
      int r = or ? seccomp_rule_add_array (c->ctx, action, nr, 1, cmp + i)
                 : seccomp_rule_add_array (c->ctx, action, nr, (unsigned) n, cmp);
      if (r == -EOPNOTSUPP)
        return fail (err, EOPNOTSUPP, "%s: the kernel does not support this action", name);
      if (r == -EEXIST)
        return fail (err, EEXIST, "%s: contradicts another rule for the same call", name);
      if (r < 0)
        return fail_sys (err, -r, "%s", name);
    }
  return 0;
}

static int
add_syscall (struct compiler *c, const struct oci_syscall *s, struct error **err)
{
  uint32_t action;
  TRY (action_value (s->action, &s->errno_ret, &action, err));
  if (action == c->default_action)
    return 0;
  autofree struct scmp_arg_cmp *cmp = mem_alloc ((s->args.n + 1) * sizeof *cmp);
  TRY (convert_args (s, cmp, err));
  for (size_t i = 0; i < s->names.n; i++)
    TRY (add_rule (c, action, s->names.v[i], cmp, s->args.n, err));
  return 0;
}

/* Every rule takes an instruction at least, so that a program that cannot fit is refused before libseccomp, which needs
 * quadratic time, gets to see it. */
static int
count_rules (const struct oci_seccomp *spec, size_t *ret, struct error **err)
{
  size_t n = 0;
  for (size_t i = 0; i < spec->syscalls.n; i++)
    n += spec->syscalls.v[i].names.n * (spec->syscalls.v[i].args.n ? spec->syscalls.v[i].args.n : 1);
  if (n > BPF_MAXINSNS)
    return fail (err, E2BIG, "linux.seccomp.syscalls: %zu rules; a filter has room for %d instructions", n,
                 BPF_MAXINSNS);
  *ret = n;
  return 0;
}

/* ---- newest system calls ----------------------------------------------------------------------------------------- */
#define X32_BIT 0x40000000U    /* __X32_SYSCALL_BIT */
#define ARM_PRIVATE 0x000f0000U /* __ARM_NR_BASE */

static struct seccomp_newest
number_range (uint32_t token)
{
  switch (token)
    {
    case SCMP_ARCH_X86_64:
      return (struct seccomp_newest){ AUDIT_ARCH_X86_64, 0, X32_BIT - 1 };
    case SCMP_ARCH_X32:
      return (struct seccomp_newest){ AUDIT_ARCH_X86_64, X32_BIT, UINT32_MAX };
    case SCMP_ARCH_ARM:
      return (struct seccomp_newest){ AUDIT_ARCH_ARM, 0, ARM_PRIVATE - 1 };
    default:
      return (struct seccomp_newest){ token, 0, UINT32_MAX };
    }
}

/* The newest call of TOKEN's architecture that SPEC names, for whatever action; false if it names none. */
static bool
newest_named (const struct oci_seccomp *spec, uint32_t token, struct seccomp_newest *ret)
{
  struct seccomp_newest range = number_range (token);
  bool any = false;
  for (size_t i = 0; i < spec->syscalls.n; i++)
    for (size_t j = 0; j < spec->syscalls.v[i].names.n; j++)
      {
        int nr = seccomp_syscall_resolve_name_arch (token, spec->syscalls.v[i].names.v[j]);
        if (nr < 0 || (uint32_t) nr < range.newest || (uint32_t) nr > range.last)
          continue;
        range.newest = (uint32_t) nr;
        any = true;
      }
  *ret = range;
  return any;
}

/* A default that lets calls through, or a tracer's that knows what to do, is left to do that. */
static bool
wants_enosys (uint32_t default_action)
{
  uint32_t action = default_action & SECCOMP_RET_ACTION_FULL;
  return action != SECCOMP_RET_ALLOW && action != SECCOMP_RET_LOG && action != SECCOMP_RET_TRACE
         && default_action != (SECCOMP_RET_ERRNO | ENOSYS);
}

/* ---- export ------------------------------------------------------------------------------------------------------ */
static int
export_program (scmp_filter_ctx ctx, struct sock_fprog *ret, struct error **err)
{
#if SCMP_VER_MAJOR > 2 || (SCMP_VER_MAJOR == 2 && SCMP_VER_MINOR >= 6)
  size_t size = 0;
  int r = seccomp_export_bpf_mem (ctx, NULL, &size);
  if (r < 0)
    return fail_sys (err, -r, "linux.seccomp: compile");
  autofree void *bytes = mem_alloc (size + 1);
  r = seccomp_export_bpf_mem (ctx, bytes, &size);
  if (r < 0)
    return fail_sys (err, -r, "linux.seccomp: compile");
#else
  autoclose int fd = memfd_create ("seccomp", MFD_CLOEXEC);
  struct stat st;
  if (fd < 0)
    return fail_sys (err, errno, "linux.seccomp: memfd");
  int r = seccomp_export_bpf (ctx, fd);
  if (r < 0)
    return fail_sys (err, -r, "linux.seccomp: compile");
  if (fstat (fd, &st) < 0)
    return fail_sys (err, errno, "linux.seccomp: memfd");
  size_t size = (size_t) st.st_size;
  autofree void *bytes = mem_alloc (size + 1);
  if (pread (fd, bytes, size, 0) != (ssize_t) size)
    return fail (err, EIO, "linux.seccomp: the compiled program cannot be read back");
#endif
  size_t len = size / sizeof (struct sock_filter);
  if (len > BPF_MAXINSNS)
    return fail (err, E2BIG, "linux.seccomp: the filter has %zu instructions; the kernel takes %d", len, BPF_MAXINSNS);
  *ret = (struct sock_fprog){ .len = (unsigned short) len, .filter = TAKE_PTR (bytes) };
  return 0;
}

static void
prepend_enosys (const struct compiler *c, struct sock_fprog *prog)
{
  struct seccomp_newest newest;
  struct sock_fprog longer;
  if (! wants_enosys (c->default_action) || ! newest_named (c->spec, c->arch, &newest))
    return;
  seccomp_prepend_enosys (prog, &newest, 1, &longer);
  free (prog->filter);
  *prog = longer;
}

/* C's architecture's program in *RET, 1; or 0 if there is none. */
static int
compile_arch (struct compiler *c, size_t rules, struct sock_fprog *ret, struct error **err)
{
  __attribute__ ((cleanup (release_filter))) scmp_filter_ctx ctx = c->ctx = seccomp_init (c->default_action);
  if (! ctx)
    return fail (err, EOPNOTSUPP, "linux.seccomp.defaultAction: %s is not supported here", c->spec->default_action);
  int known = choose_arch (c, err);
  if (known <= 0)
    return known;
  if (rules > TREE_FROM_RULES)
    seccomp_attr_set (ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
  for (size_t i = 0; i < c->spec->syscalls.n; i++)
    TRY_DOING (err, add_syscall (c, &c->spec->syscalls.v[i], err), "linux.seccomp.syscalls[%zu]", i);
  TRY (export_program (ctx, ret, err));
  prepend_enosys (c, ret);
  return 1;
}

struct parts
{
  size_t n;
  struct seccomp_part v[MAX_ARCHS];
};

static void
free_parts (struct parts *p)
{
  for (size_t i = 0; i < p->n; i++)
    free (p->v[i].prog.filter);
}

static int
compile_parts (struct compiler *c, size_t rules, struct parts *parts, struct error **err)
{
  uint32_t archs[MAX_ARCHS];
  size_t n = 0;
  TRY (list_archs (c->spec, archs, &n, err));
  for (size_t i = 0; i < n; i++)
    {
      struct seccomp_part *part = &parts->v[parts->n];
      c->arch = archs[i];
      *part = (struct seccomp_part){ .arch = number_range (c->arch).arch, .last = UINT32_MAX };
      if (c->arch == SCMP_ARCH_X86_64)
        part->last = X32_BIT - 1;
      else if (c->arch == SCMP_ARCH_X32)
        part->first = X32_BIT;
      int r = compile_arch (c, rules, &part->prog, err);
      if (r < 0)
        return r;
      parts->n += (size_t) r;
    }
  return 0;
}

int
seccomp_compile_uncached (const struct oci_seccomp *spec, struct sock_fprog *ret, struct error **err)
{
  struct compiler c = { .spec = spec };
  __attribute__ ((cleanup (free_parts))) struct parts parts = { .n = 0 };
  size_t rules = 0;
  TRY (count_rules (spec, &rules, err));
  TRY_DOING (err, action_value (spec->default_action, &spec->default_errno_ret, &c.default_action, err),
             "linux.seccomp.defaultAction");
  TRY (compile_parts (&c, rules, &parts, err));
  size_t len = seccomp_joined_length (parts.v, parts.n);
  if (len > BPF_MAXINSNS)
    return fail (err, E2BIG, "linux.seccomp: the filter has %zu instructions; the kernel takes %d", len, BPF_MAXINSNS);
  seccomp_join (parts.v, parts.n, ret);
  return 0;
}
