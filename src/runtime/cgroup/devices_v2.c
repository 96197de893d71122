/* devices_v2.c - loads the program of devices_bpf.c and attaches it to a cgroup2 directory, which it outlives the
 * runtime with. Runs in the runtime's namespaces; needs CAP_BPF and CAP_NET_ADMIN, or CAP_SYS_ADMIN, in the initial
 * user namespace. */
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "devices.h"
#include "log.h"

#define LOG_SIZE 65536

static int
bpf (int cmd, union bpf_attr *attr)
{
  return (int) syscall (SYS_bpf, cmd, attr, sizeof *attr);
}

/* Kernels before 5.11 count a program's memory against RLIMIT_MEMLOCK. */
static int
load_again_unlimited (union bpf_attr *attr)
{
  const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
  struct rlimit saved;
  if (getrlimit (RLIMIT_MEMLOCK, &saved) < 0 || setrlimit (RLIMIT_MEMLOCK, &unlimited) < 0)
    {
      errno = EPERM;
      return -1;
    }
  int fd = bpf (BPF_PROG_LOAD, attr), code = errno;
  setrlimit (RLIMIT_MEMLOCK, &saved);
  errno = code;
  return fd;
}

static int
load (const struct device_rules *rules, struct error **err)
{
  autofree struct bpf_insn *insns = NULL;
  size_t n = device_program (rules, &insns);
  union bpf_attr attr = {
    .prog_type = BPF_PROG_TYPE_CGROUP_DEVICE, .insns = (uintptr_t) insns, .insn_cnt = (uint32_t) n,
    .license = (uintptr_t) "GPL",
  };
  int fd = bpf (BPF_PROG_LOAD, &attr);
  if (fd < 0 && errno == EPERM)
    fd = load_again_unlimited (&attr);
  if (fd >= 0 || errno == EPERM)
    return fd >= 0 ? fd : fail_sys (err, EPERM, "load the eBPF program for device rules");
  autofree char *log = mem_alloc (LOG_SIZE);
  attr.log_buf = (uintptr_t) log;
  attr.log_size = LOG_SIZE;
  attr.log_level = 1;
  int code = errno;
  fd = bpf (BPF_PROG_LOAD, &attr);
  log_debug ("eBPF verifier: %s", log);
  return fd >= 0 ? fd : fail_sys (err, code, "load the eBPF program for device rules (%zu instructions)", n);
}

/* The only program attached to the group, open; -1 if there is none or more than one: those are not ours to replace. */
static int
only_program (int cgroup)
{
  uint32_t ids[2];
  union bpf_attr query = {
    .query = { .target_fd = (uint32_t) cgroup, .attach_type = BPF_CGROUP_DEVICE, .prog_ids = (uintptr_t) ids,
               .prog_cnt = ARRAY_LEN (ids) },
  };
  if (bpf (BPF_PROG_QUERY, &query) < 0 || query.query.prog_cnt != 1)
    return -1;
  union bpf_attr by_id = { .prog_id = ids[0] };
  return bpf (BPF_PROG_GET_FD_BY_ID, &by_id);
}

/* Put PROGRAM in OLD's place, at no instant leaving the group without either. */
static int
attach (int cgroup, int program, int old, struct error **err)
{
  union bpf_attr attr = {
    .target_fd = (uint32_t) cgroup, .attach_bpf_fd = (uint32_t) program, .attach_type = BPF_CGROUP_DEVICE,
    .attach_flags = BPF_F_ALLOW_MULTI | (old >= 0 ? BPF_F_REPLACE : 0), .replace_bpf_fd = old >= 0 ? (uint32_t) old : 0,
  };
  int r = bpf (BPF_PROG_ATTACH, &attr);
  if (r == 0)
    return 0;
  if (old < 0)
    return fail_sys (err, errno, "attach the eBPF program for device rules");
  /* BPF_F_REPLACE: kernel 5.6. Before that, both for a moment. */
  attr.attach_flags = BPF_F_ALLOW_MULTI;
  attr.replace_bpf_fd = 0;
  if (bpf (BPF_PROG_ATTACH, &attr) < 0)
    return fail_sys (err, errno, "attach the eBPF program for device rules");
  union bpf_attr gone = {
    .target_fd = (uint32_t) cgroup, .attach_bpf_fd = (uint32_t) old, .attach_type = BPF_CGROUP_DEVICE,
  };
  if (bpf (BPF_PROG_DETACH, &gone) < 0)
    return fail_sys (err, errno, "detach the former eBPF program for device rules");
  return 0;
}

static int
set_program (const struct cgroup_dir *d, const struct device_rules *rules, struct error **err)
{
  autoclose int own = -1;
  int at = dir_at (d, &own, err);
  if (at < 0)
    return at;
  /* Attaching needs a descriptor that can be read from, unlike an O_PATH one. */
  autoclose int cgroup = openat (at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (cgroup < 0)
    return fail_sys (err, errno, "open %s%s", d->mount, d->path);
  autoclose int program = load (rules, err);
  if (program < 0)
    return program;
  autoclose int old = only_program (cgroup);
  return attach (cgroup, program, old, err);
}

int
devices_set_v2 (const struct cgroup *cg, const struct cgroup_dir *d, const struct oci_resources *r, struct error **err)
{
  autorules struct device_rules rules = { 0 };
  TRY (device_rules_make (r, &rules, err));
  autoerror struct error *e = NULL;
  int result = d ? set_program (d, &rules, &e) : fail (&e, ENOENT, "controller 'devices' is not available");
  if (result == 0)
    return 0;
  /* In a user namespace the kernel keeps devices away by other means (H33). */
  if (cg->rootless && (result == -EPERM || result == -EACCES || ! d))
    {
      log_debug ("going on without device rules: %s", error_text (e));
      return 0;
    }
  return fail (err, -result, "linux.resources.devices: %s", error_text (e));
}
