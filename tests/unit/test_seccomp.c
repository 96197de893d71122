/* test_seccomp.c - compiles profiles and runs the programs on made-up system calls; the cache. Needs no privileges:
 * nothing is loaded. */
#include <asm/unistd.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "fs.h"
#include "mem.h"
#include "ocispec.h"
#include "security/seccomp_cache.h"
#include "security/seccomp_compile.h"
#include "security/seccomp_enosys.h"
#include "security/security.h"

/* ---- a machine for the programs -- */
static bool
jumps (const struct sock_filter *f, uint32_t a)
{
  switch (BPF_OP (f->code))
    {
    case BPF_JEQ: return a == f->k;
    case BPF_JGT: return a > f->k;
    case BPF_JGE: return a >= f->k;
    case BPF_JSET: return a & f->k;
    default: return true;
    }
}

/* What PROG answers to D. An instruction that libseccomp doesn't make, or a run off its end, gives 0xdead. */
static uint32_t
answer (const struct sock_fprog *prog, const struct seccomp_data *d)
{
  uint32_t a = 0;
  for (size_t at = 0; at < prog->len; at++)
    {
      const struct sock_filter *f = &prog->filter[at];
      switch (BPF_CLASS (f->code))
        {
        case BPF_LD:
          memcpy (&a, (const char *) d + f->k, sizeof a);
          break;
        case BPF_ALU:
          a &= f->k;
          break;
        case BPF_JMP:
          at += BPF_OP (f->code) == BPF_JA ? f->k : jumps (f, a) ? f->jt : f->jf;
          break;
        case BPF_RET:
          return f->k;
        default:
          return 0xdead;
        }
    }
  return 0xdead;
}

static uint32_t
ask (const struct sock_fprog *prog, uint32_t arch, uint32_t nr, uint64_t arg0, uint64_t arg1)
{
  struct seccomp_data d = { .nr = (int) nr, .arch = arch, .args = { arg0, arg1 } };
  return answer (prog, &d);
}

/* ---- profiles -- */
static const struct oci_seccomp *
profile (const char *json, struct oci_document *doc)
{
  *doc = (struct oci_document){ 0 };
  const struct oci_seccomp *s = oci_parse (&oci_seccomp_schema, json, strlen (json), doc);
  if (! s)
    fprintf (stderr, "%s: %s\n", doc->path, doc->message);
  return s;
}

static int
compile (const char *json, struct sock_fprog *ret, struct error **err)
{
  struct oci_document doc;
  const struct oci_seccomp *s = profile (json, &doc);
  int r = s ? seccomp_compile (s, -1, ret, err) : -EINVAL;
  oci_document_free (&doc);
  return r;
}

#define NATIVE seccomp_arch_native ()
#define ERR(e) (SECCOMP_RET_ERRNO | (e))
#define NR(name) ((uint32_t) seccomp_syscall_resolve_name (name))

#define CALLS                                                                                                          \
  "\"read\",\"write\",\"close\",\"fstat\",\"lseek\",\"mmap\",\"mprotect\",\"munmap\",\"brk\",\"ioctl\",\"pread64\","   \
  "\"pwrite64\",\"readv\",\"writev\",\"dup\",\"nanosleep\",\"getpid\",\"socket\",\"connect\",\"execve\",\"exit\","     \
  "\"wait4\",\"uname\",\"fcntl\",\"flock\",\"fsync\",\"getcwd\",\"chdir\",\"fchmod\",\"umask\",\"getuid\",\"setuid\"," \
  "\"gettid\",\"futex\",\"openat\",\"clone3\",\"openat2\",\"faccessat2\",\"no_such_call_ever\""

/* As Podman's: EPERM by default, x86_64 with its 32-bit and x32 calls, a personality that is allowed by value. */
#define PODMAN_LIKE                                                                                                 \
  "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":1,"                                                     \
  "\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\",\"SCMP_ARCH_X32\"],"                                   \
  "\"syscalls\":[{\"names\":[" CALLS "],\"action\":\"SCMP_ACT_ALLOW\"},"                                            \
  "{\"names\":[\"personality\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":["                                      \
  "{\"index\":0,\"value\":8,\"op\":\"SCMP_CMP_EQ\"}]}," \
  "{\"names\":[\"mount\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":13},"                                          \
  "{\"names\":[\"reboot\"],\"action\":\"SCMP_ACT_KILL_PROCESS\"},"                                                  \
  "{\"names\":[\"clone\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":["                                            \
  "{\"index\":0,\"value\":2114060288,\"valueTwo\":0,\"op\":\"SCMP_CMP_MASKED_EQ\"}]}]}"

TEST (podman_like_profile)
{
  struct sock_fprog p = { 0 };
  autoerror struct error *err = NULL;
  CHECK_INT (0, compile (PODMAN_LIKE, &p, &err));
  CHECK_STR ("", error_text (err));
  CHECK_INT (SECCOMP_RET_ALLOW, ask (&p, NATIVE, NR ("read"), 0, 0));
  CHECK_INT (SECCOMP_RET_ALLOW, ask (&p, NATIVE, NR ("clone3"), 0, 0));
  CHECK_INT (ERR (EACCES), ask (&p, NATIVE, NR ("mount"), 0, 0));
  CHECK_INT (SECCOMP_RET_KILL_PROCESS, ask (&p, NATIVE, NR ("reboot"), 0, 0));
  CHECK_INT (ERR (EPERM), ask (&p, NATIVE, NR ("swapon"), 0, 0));
  CHECK_INT (SECCOMP_RET_ALLOW, ask (&p, NATIVE, NR ("personality"), 8, 0));
  CHECK_INT (ERR (EPERM), ask (&p, NATIVE, NR ("personality"), 9, 0));
  CHECK_INT (SECCOMP_RET_ALLOW, ask (&p, NATIVE, NR ("clone"), SIGCHLD, 0));
  CHECK_INT (ERR (EPERM), ask (&p, NATIVE, NR ("clone"), CLONE_NEWUSER, 0));
  free (p.filter);
}

TEST (newer_calls_do_not_exist)
{
  struct sock_fprog p = { 0 };
  CHECK_INT (0, compile (PODMAN_LIKE, &p, NULL));
  uint32_t newest = NR ("faccessat2");
  CHECK_INT (SECCOMP_RET_ALLOW, ask (&p, NATIVE, newest, 0, 0));
  CHECK_INT (ERR (ENOSYS), ask (&p, NATIVE, newest + 1, 0, 0));
  CHECK_INT (ERR (ENOSYS), ask (&p, NATIVE, 1000, 0, 0));
  CHECK_INT (SECCOMP_RET_ALLOW, ask (&p, AUDIT_ARCH_I386, 439, 0, 0));
  CHECK_INT (ERR (ENOSYS), ask (&p, AUDIT_ARCH_I386, 440, 0, 0));
  if (NATIVE == SCMP_ARCH_X86_64)
    {
      CHECK_INT (SECCOMP_RET_ALLOW, ask (&p, AUDIT_ARCH_X86_64, 0x40000000U | 39, 0, 0));
      CHECK_INT (ERR (EPERM), ask (&p, AUDIT_ARCH_X86_64, 0x40000000U | 167, 0, 0));
      CHECK_INT (ERR (ENOSYS), ask (&p, AUDIT_ARCH_X86_64, 0x40000000U | 1000, 0, 0));
    }
  free (p.filter);
}

/* No x32 in the profile: its calls are the profile's affair (killed), not "newer". */
TEST (x32_is_no_newer_x86_64)
{
  struct sock_fprog p = { 0 };
  CHECK_INT (0, compile ("{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"read\",\"write\"],"
                         "\"action\":\"SCMP_ACT_ALLOW\"}]}", &p, NULL));
  if (NATIVE == SCMP_ARCH_X86_64)
    CHECK_INT (SECCOMP_RET_KILL_THREAD, ask (&p, AUDIT_ARCH_X86_64, 0x40000000U | 39, 0, 0));
  CHECK_INT (SECCOMP_RET_KILL_THREAD, ask (&p, AUDIT_ARCH_PPC64, 1, 0, 0));
  free (p.filter);
}

TEST (no_enosys_where_the_default_lets_through)
{
  static const struct
  {
    const char *action;
    uint32_t want;
  } cases[] = { { "SCMP_ACT_ALLOW", SECCOMP_RET_ALLOW },
                { "SCMP_ACT_LOG", SECCOMP_RET_LOG },
                { "SCMP_ACT_TRACE", SECCOMP_RET_TRACE | EPERM },
                { "SCMP_ACT_KILL_PROCESS", ERR (ENOSYS) } };
  for (size_t i = 0; i < ARRAY_LEN (cases); i++)
    {
      struct sock_fprog p = { 0 };
      autofree char *json = mem_printf ("{\"defaultAction\":\"%s\",\"syscalls\":[{\"names\":[\"mount\"],"
                                        "\"action\":\"SCMP_ACT_ERRNO\"}]}", cases[i].action);
      CHECK_INT (0, compile (json, &p, NULL));
      CHECK_INT (cases[i].want, ask (&p, NATIVE, 5000, 0, 0));
      CHECK_INT (ERR (EPERM), ask (&p, NATIVE, NR ("mount"), 0, 0));
      free (p.filter);
    }
}

TEST (conditions_on_one_argument_are_alternatives)
{
  struct sock_fprog p = { 0 };
  CHECK_INT (0, compile ("{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":["
                         "{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":["
                         "{\"index\":0,\"value\":1,\"op\":\"SCMP_CMP_EQ\"},"
                         "{\"index\":0,\"value\":2,\"op\":\"SCMP_CMP_EQ\"}]},"
                         "{\"names\":[\"ioctl\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":["
                         "{\"index\":0,\"value\":1,\"op\":\"SCMP_CMP_EQ\"},"
                         "{\"index\":1,\"value\":2,\"op\":\"SCMP_CMP_EQ\"}]}]}",
                         &p, NULL));
  CHECK_INT (SECCOMP_RET_ALLOW, ask (&p, NATIVE, NR ("socket"), 1, 0));
  CHECK_INT (SECCOMP_RET_ALLOW, ask (&p, NATIVE, NR ("socket"), 2, 0));
  CHECK_INT (ERR (EPERM), ask (&p, NATIVE, NR ("socket"), 38, 0));
  CHECK_INT (SECCOMP_RET_ALLOW, ask (&p, NATIVE, NR ("ioctl"), 1, 2));
  CHECK_INT (ERR (EPERM), ask (&p, NATIVE, NR ("ioctl"), 1, 3));
  CHECK_INT (ERR (EPERM), ask (&p, NATIVE, NR ("ioctl"), 3, 2));
  free (p.filter);
}

TEST (profiles_that_are_refused)
{
  struct sock_fprog p = { 0 };
  autotext struct text many = { 0 };
  autoerror struct error *err = NULL;
  CHECK_INT (-EINVAL, compile ("{\"defaultAction\":\"SCMP_ACT_NONE\"}", &p, &err));
  CHECK_STR ("linux.seccomp.defaultAction: unknown action \"SCMP_ACT_NONE\"", error_text (err));
  CHECK_INT (-EINVAL, compile ("{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[\"SCMP_ARCH_VAX\"]}", &p,
                               &err));
  text_add (&many, "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[");
  for (int i = 0; i < 20000; i++)
    text_printf (&many, "%s{\"names\":[\"write\"],\"action\":\"SCMP_ACT_ERRNO\",\"args\":[{\"index\":0,\"value\":%d,"
                 "\"op\":\"SCMP_CMP_EQ\"}]}", i ? "," : "", i);
  text_add (&many, "]}");
  CHECK_INT (-E2BIG, compile (many.s, &p, &err));
  CHECK_STR ("linux.seccomp.syscalls: 20000 rules; a filter has room for 4096 instructions", error_text (err));
}

TEST (prepended_instructions_alone)
{
  struct sock_filter allow[] = { BPF_STMT (BPF_LD | BPF_W | BPF_ABS, 0),
                                 BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
  struct sock_fprog prog = { .len = 2, .filter = allow }, longer = { 0 };
  const struct seccomp_newest newest[] = { { AUDIT_ARCH_ARM, 440, 0xeffff }, { AUDIT_ARCH_AARCH64, 450, UINT32_MAX } };
  seccomp_prepend_enosys (&prog, newest, ARRAY_LEN (newest), &longer);
  CHECK_INT (SECCOMP_RET_ALLOW, ask (&longer, AUDIT_ARCH_ARM, 440, 0, 0));
  CHECK_INT (ERR (ENOSYS), ask (&longer, AUDIT_ARCH_ARM, 441, 0, 0));
  CHECK_INT (SECCOMP_RET_ALLOW, ask (&longer, AUDIT_ARCH_ARM, 0xf0005, 0, 0)); /* set_tls */
  CHECK_INT (SECCOMP_RET_ALLOW, ask (&longer, AUDIT_ARCH_AARCH64, 441, 0, 0));
  CHECK_INT (ERR (ENOSYS), ask (&longer, AUDIT_ARCH_AARCH64, 451, 0, 0));
  CHECK_INT (SECCOMP_RET_ALLOW, ask (&longer, AUDIT_ARCH_S390X, 9999, 0, 0));
  free (longer.filter);
}

/* ---- the cache -- */
static int
temporary_dir (char path[64])
{
  snprintf (path, 64, "/tmp/test_seccomp.XXXXXX");
  return mkdtemp (path) ? open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
}

/* The only file of DIR. */
static void
only_file (int dir, char name[64])
{
  autodir DIR *d = fdopendir (dup (dir));
  rewinddir (d);
  *name = '\0';
  for (struct dirent *e; (e = readdir (d));)
    if (e->d_name[0] != '.')
      snprintf (name, 64, "%.63s", e->d_name);
}

TEST (cache_keeps_programs)
{
  char path[64], file[64];
  struct oci_document doc;
  struct sock_fprog first = { 0 }, second = { 0 };
  autoclose int root = temporary_dir (path);
  autoclose int cache = seccomp_cache_open (root);
  const struct oci_seccomp *s = profile (PODMAN_LIKE, &doc);
  CHECK (cache >= 0);
  CHECK_INT (0, seccomp_compile (s, cache, &first, NULL));
  only_file (cache, file);
  CHECK_INT (16, strlen (file));
  CHECK_INT (0, seccomp_compile (s, cache, &second, NULL));
  CHECK_INT (first.len, second.len);
  CHECK (memcmp (first.filter, second.filter, first.len * sizeof *first.filter) == 0);
  free (first.filter);
  free (second.filter);
  oci_document_free (&doc);
  fs_remove_tree (AT_FDCWD, path, NULL);
}

TEST (cache_gives_only_what_was_stored_under_the_key)
{
  char path[64], file[64];
  struct sock_filter allow[] = { BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
  struct sock_fprog prog = { .len = 1, .filter = allow }, got = { 0 };
  autoclose int dir = temporary_dir (path);
  CHECK_INT (-ENOENT, seccomp_cache_get (dir, "key", &got));
  CHECK_INT (0, seccomp_cache_put (dir, "key", &prog, NULL));
  CHECK_INT (0, seccomp_cache_get (dir, "key", &got));
  free (TAKE_PTR (got.filter));

  /* Another key's text under this key's name: as if the hashes were equal. */
  only_file (dir, file);
  autoclose int fd = openat (dir, file, O_RDWR);
  CHECK_INT (3, pwrite (fd, "kez", 3, 12));
  CHECK_INT (-EEXIST, seccomp_cache_get (dir, "key", &got));
  CHECK_INT (3, pwrite (fd, "key", 3, 12));
  CHECK_INT (0, ftruncate (fd, 17));
  CHECK_INT (-ENODATA, seccomp_cache_get (dir, "key", &got));

  CHECK_INT (0, seccomp_cache_put (dir, "key", &prog, NULL));
  CHECK_INT (0, fchmodat (dir, file, 0620, 0));
  CHECK_INT (-EPERM, seccomp_cache_get (dir, "key", &got));
  CHECK_INT (0, fchmodat (dir, file, 0600, 0));
  CHECK_INT (0, renameat (dir, file, dir, "elsewhere"));
  CHECK_INT (0, symlinkat ("elsewhere", dir, file));
  CHECK_INT (-ELOOP, seccomp_cache_get (dir, "key", &got));
  CHECK_INT (0, unlinkat (dir, file, 0));
  CHECK_INT (0, mkfifoat (dir, file, 0600));
  CHECK_INT (-EPERM, seccomp_cache_get (dir, "key", &got));
  fs_remove_tree (AT_FDCWD, path, NULL);
}

TEST (cache_stays_small_and_private)
{
  char path[64];
  struct sock_filter allow[] = { BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
  struct sock_fprog prog = { .len = 1, .filter = allow }, got = { 0 };
  autoclose int root = temporary_dir (path);
  autoclose int cache = seccomp_cache_open (root);
  for (int i = 0; i < 100; i++)
    {
      autofree char *key = mem_printf ("key %d", i);
      CHECK_INT (0, seccomp_cache_put (cache, key, &prog, NULL));
    }
  size_t n = 0;
  autodir DIR *d = fdopendir (dup (cache));
  while (readdir (d))
    n++;
  CHECK_INT (64 + 2, n);
  CHECK_INT (0, seccomp_cache_get (cache, "key 99", &got));
  free (got.filter);
  CHECK_INT (0, fchmodat (root, ".cache/seccomp", 0770, 0));
  CHECK_INT (-1, seccomp_cache_open (root));
  fs_remove_tree (AT_FDCWD, path, NULL);
}

TEST_MAIN (X (podman_like_profile) X (newer_calls_do_not_exist) X (x32_is_no_newer_x86_64)
           X (no_enosys_where_the_default_lets_through) X (conditions_on_one_argument_are_alternatives)
           X (profiles_that_are_refused) X (prepended_instructions_alone) X (cache_keeps_programs)
           X (cache_gives_only_what_was_stored_under_the_key) X (cache_stays_small_and_private))
