/* update.c - the command `update`: a document, or limits given as options, to container_update(). */
#include <fcntl.h>

#include "commands.h"
#include "fs.h"
#include "log.h"
#include "units.h"

enum
{
  DOCUMENT_LIMIT = 4 << 20,
};

/* The limits that are options: how the value is read, the object and member of config.json's linux.resources that it
 * is, the option, what help calls its value and says of it. */
#define LIMITS(X)                                                                                                   \
  X (SIZE, memory, limit, "memory", "BYTES", "memory limit; k, m, g may follow, -1: none")                          \
  X (SIZE, memory, reservation, "memory-reservation", "BYTES", "memory that is kept under pressure")                \
  X (SIZE, memory, swap, "memory-swap", "BYTES", "limit of memory and swap together; -1: none")                     \
  X (SIGNED, cpu, quota, "cpu-quota", "MICROSECONDS", "time in each period; -1: no limit")                          \
  X (UNSIGNED, cpu, period, "cpu-period", "MICROSECONDS", "the length of a period")                                 \
  X (UNSIGNED, cpu, burst, "cpu-burst", "MICROSECONDS", "unused time that may be added to later periods")           \
  X (UNSIGNED, cpu, shares, "cpu-share", "NUMBER", "weight against other cgroups, 2 to 262144")                     \
  X (SIGNED, cpu, idle, "cpu-idle", "0|1", "1: run only when nothing else does")                                    \
  X (SIGNED, cpu, realtime_runtime, "cpu-rt-runtime", "MICROSECONDS", "real-time share of each real-time period")   \
  X (UNSIGNED, cpu, realtime_period, "cpu-rt-period", "MICROSECONDS", "the length of a real-time period")           \
  X (WORD, cpu, cpus, "cpuset-cpus", "LIST", "processors to use, such as 0-3,7")                                    \
  X (WORD, cpu, mems, "cpuset-mems", "LIST", "memory nodes to use, such as 0-1")                                    \
  X (SIGNED, pids, limit, "pids-limit", "NUMBER", "how many processes and threads there may be; -1: no limit")      \
  X (WEIGHT, block_io, weight, "blkio-weight", "NUMBER", "weight of block I/O, 10 to 1000")                         \
  X (SIZE, memory, kernel, "kernel-memory", "BYTES", "obsolete", .hidden = true)                                    \
  X (SIZE, memory, kernel_tcp, "kernel-memory-tcp", "BYTES", "obsolete", .hidden = true)

enum limit_kind
{
  SIZE,
  SIGNED,
  UNSIGNED,
  WEIGHT,
  WORD,
};

#define LIMIT_INDEX(kind, object, member, ...) LIMIT_##object##_##member,
enum limit_index
{
  LIMITS (LIMIT_INDEX) N_LIMITS
};

/* linux.resources with room for the objects that options can fill. */
struct values
{
  struct oci_resources resources;
  struct oci_memory memory;
  struct oci_cpu cpu;
  struct oci_pids pids;
  struct oci_block_io block_io;
};

#define LIMIT_ROW(k, o, m, option, ...) \
  { .name = option, .kind = k, .object = offsetof (struct values, o), .value = offsetof (struct values, o.m), \
    .pointer = offsetof (struct oci_resources, o) },
static const struct limit
{
  const char *name;
  enum limit_kind kind;
  size_t object, value, pointer;
} limits[] = { LIMITS (LIMIT_ROW) };

struct update_args
{
  const char *document, *l3_cache, *memory_bandwidth;
  const char *limit[N_LIMITS];
};

#define LIMIT_OPTION(kind, object, member, name, ...) \
  TEXT (update_args, limit[LIMIT_##object##_##member], 0, name, __VA_ARGS__)
static const struct opt update_options[] = {
  TEXT (update_args, document, 'r', "resources", "FILE", "the limits as JSON, as in config.json; - for standard input")
  LIMITS (LIMIT_OPTION)
  TEXT (update_args, l3_cache, 0, "l3-cache-schema", "SCHEMA", "Intel RDT: not in this version", .hidden = true)
  TEXT (update_args, memory_bandwidth, 0, "mem-bw-schema", "SCHEMA", "Intel RDT: not in this version", .hidden = true)
  END_OF_OPTIONS
};

static int
read_signed (const char *s, int64_t *ret)
{
  char *end;
  errno = 0;
  long long v = strtoll (s, &end, 10);
  if (errno || end == s || *end || ! strchr ("-0123456789", *s))
    return -EINVAL;
  *ret = v;
  return 0;
}

static int
read_unsigned (const char *s, uint64_t *ret)
{
  char *end;
  errno = 0;
  unsigned long long v = strtoull (s, &end, 10);
  if (errno || end == s || *end || *s < '0' || *s > '9')
    return -EINVAL;
  *ret = v;
  return 0;
}

static int
set_limit (const struct limit *l, const char *text, struct values *values, struct error **err)
{
  void *at = (char *) values + l->value;
  struct opt_i64 i = { .set = true };
  struct opt_u64 u = { .set = true };
  int r = 0;

  switch (l->kind)
    {
    case SIZE:
      r = units_bytes (text, &i.value);
      break;
    case SIGNED:
      r = read_signed (text, &i.value);
      break;
    case WEIGHT:
      r = read_signed (text, &i.value);
      if (i.value < 0 || i.value > UINT16_MAX)
        r = -EINVAL;
      break;
    case UNSIGNED:
      r = read_unsigned (text, &u.value);
      break;
    case WORD:
      break;
    }
  if (r < 0)
    return fail (err, EINVAL, "--%s %s: %s", l->name, text,
                 l->kind == SIZE ? "not a number of bytes such as 512m, 2g, -1" : "not an integer in range");
  if (l->kind == WORD)
    *(const char **) at = text;
  else if (l->kind == UNSIGNED)
    *(struct opt_u64 *) at = u;
  else
    *(struct opt_i64 *) at = i;
  *(void **) ((char *) &values->resources + l->pointer) = (char *) values + l->object;
  return 0;
}

static int
update_from_options (const struct context *ctx, const char *id, const struct update_args *a, struct error **err)
{
  struct values values = { 0 };
  for (size_t i = 0; i < N_LIMITS; i++)
    if (a->limit[i])
      TRY (set_limit (&limits[i], a->limit[i], &values, err));
  return container_update (ctx, id, NULL, 0, NULL, &values.resources, err);
}

static int
update_from_document (const struct context *ctx, const char *id, const struct update_args *a, struct error **err)
{
  autofree char *text = NULL;
  size_t length;
  const char *name = streq (a->document, "-") ? "standard input" : a->document;

  for (size_t i = 0; i < N_LIMITS; i++)
    if (a->limit[i])
      log_warning ("--%s has no effect beside --resources", limits[i].name);
  if (name != a->document)
    TRY (fs_read_stream (STDIN_FILENO, name, DOCUMENT_LIMIT, &text, &length, err));
  else
    TRY (fs_read_regular (AT_FDCWD, name, DOCUMENT_LIMIT, &text, &length, err));
  return container_update (ctx, id, text, length, name, NULL, err);
}

static int
run (const void *global, void *args, int argc UNUSED, char **argv, struct error **err)
{
  const struct update_args *a = args;
  autocontext struct context ctx = { 0 };
  if (a->l3_cache || a->memory_bandwidth)
    return fail (err, ENOTSUP, "--l3-cache-schema, --mem-bw-schema: Intel RDT is not in this version of perry-runtime");
  TRY (context_open (global, &ctx, err));
  return (a->document ? update_from_document : update_from_options) (&ctx, argv[0], a, err);
}

const struct command cmd_update = {
  .name = "update",
  .operands = "CONTAINER",
  .min_operands = 1,
  .max_operands = 1,
  .help = "change the resource limits of a container",
  .opts = update_options,
  .args_size = sizeof (struct update_args),
  .run = run,
};
