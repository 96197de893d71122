/* limits.h - linux.resources as files of cgroups: one table, read for v1 and v2, for create and update. */
#ifndef CGROUP_LIMITS_H
#define CGROUP_LIMITS_H

#include "cgroup.h"

/* The first limit that R (may be NULL) really asks for, as "pids.limit"; NULL if none. Unset ones and
 * "unlimited" ask for nothing; device rules are no limit. */
const char *limits_wanted (const struct oci_resources *r);

/* The controllers that R (may be NULL) needs, by their names in cgroup2: " hugetlb io ". The caller frees it. */
char *limits_controllers (const struct oci_resources *r);

/* Write what is set in R (may be NULL). UNDO: on failure write back what was there before. A limit whose controller is
 * missing is an error; limits that only v1 has are ignored on v2 with a warning or refused (H14). */
int limits_apply (const struct cgroup *cg, const struct oci_resources *r, bool undo, struct error **err);

/* ---- for the files that the table is made of (limits.c, limits_special.c) ---- */

enum limit_kind
{
  LIMIT_I64,
  LIMIT_U64,
  LIMIT_FLAG,
  LIMIT_STR,
  LIMIT_OTHER, /* a list or a map: the offset is that of its length */
};

/* What to do with a limit that has no file in cgroup2. */
enum limit_elsewhere
{
  LIMIT_WARN,
  LIMIT_REFUSE,
};

struct limit_job;
struct limit
{
  const char *member;     /* "memory.limit": for messages */
  const char *controller; /* NULL: of each of its own (unified) */
  size_t object, offset;  /* of the object in struct oci_resources, SIZE_MAX for none; of the member in the object */
  enum limit_kind kind;
  const char *v1, *v2;    /* the file; NULL: none there */
  enum limit_elsewhere on_v2;
  int64_t always_on_v2;   /* the value that cgroup2 implies: nothing to warn about */
  bool zero_is_unset;
  bool may_fail;          /* deprecated in the kernel: a refusal is only a warning */
  const char *old_key;    /* the file shows "KEY VALUE" though it takes "VALUE" */
  /* Instead of writing the number to the file. */
  int (*apply) (struct limit_job *job, struct error **err);
};

struct limit_value
{
  bool set;
  int64_t n;     /* a u64 above INT64_MAX is INT64_MAX; a flag 0 or 1 */
  const char *s;
};

struct limit_undo;
struct limit_job
{
  const struct cgroup *cg;
  const struct oci_resources *r;
  const struct limit *limit;      /* the row at work */
  struct limit_value value;
  const struct cgroup_dir *dir;   /* where its controller is */
  struct limit_undo *undo;        /* a list, the newest first */
  bool keep_undo;
};

/* Write TEXT to FILE in JOB's directory, keeping what was there. RESET: what takes a line back that TEXT adds to a file
 * of lines "KEY VALUE" (NULL: not such a file). */
int limit_write (struct limit_job *job, const char *file, const char *text, const char *reset, struct error **err);

int apply_memory (struct limit_job *job, struct error **err);
int apply_swap (struct limit_job *job, struct error **err);
int apply_shares (struct limit_job *job, struct error **err);
int apply_idle_off (struct limit_job *job, struct error **err);
int apply_idle_on (struct limit_job *job, struct error **err);
int apply_bandwidth (struct limit_job *job, struct error **err);
int apply_period (struct limit_job *job, struct error **err);
int apply_pids (struct limit_job *job, struct error **err);
int apply_io_weight (struct limit_job *job, struct error **err);
int apply_io_device_weights (struct limit_job *job, struct error **err);
int apply_throttle (struct limit_job *job, struct error **err);
int apply_hugepages (struct limit_job *job, struct error **err);
int apply_priorities (struct limit_job *job, struct error **err);
int apply_rdma (struct limit_job *job, struct error **err);
int apply_unified (struct limit_job *job, struct error **err);

#endif
