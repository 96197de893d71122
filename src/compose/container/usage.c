/* usage.c - see usage.h. Reads cgroupfs and /proc; in perry-compose. */
#include "usage.h"

#include <fcntl.h>
#include <signal.h>

#include "cgroup_path.h"
#include "fs.h"

enum { FILE_LIMIT = 1 << 20 };

/* The sum of the numbers that follow a word in a file; "": the file is a number. */
static const struct
{
  const char *controller, *v1_file, *v1_word, *v2_file, *v2_word;
  unsigned v2_scale;
  size_t offset;
} counts[] = {
#define TO(member) offsetof (struct usage, member)
  { "cpuacct", "cpuacct.usage", "", "cpu.stat", "usage_usec ", 1000, TO (cpu_ns) },
  { "memory", "memory.usage_in_bytes", "", "memory.current", "", 1, TO (memory) },
  { "memory", "memory.limit_in_bytes", "", "memory.max", "", 1, TO (limit) },
  { "pids", "pids.current", "", "pids.current", "", 1, TO (pids) },
  { "blkio", "blkio.throttle.io_service_bytes_recursive", " Read ", "io.stat", " rbytes=", 1, TO (read) },
  { "blkio", "blkio.throttle.io_service_bytes_recursive", " Write ", "io.stat", " wbytes=", 1, TO (written) },
#undef TO
};

static uint64_t
sum_after (const char *text, const char *word)
{
  uint64_t sum = 0;
  if (! *word)
    return strtoull (text, NULL, 10);
  for (const char *at = text; (at = strstr (at, word)); at += strlen (word))
    sum += strtoull (at + strlen (word), NULL, 10);
  return sum;
}

/* The container's own cgroup: its first process may be in one below it (an init that makes some). False: it has none,
 * and DIR counts for others, too. */
static bool
cut_below (char *dir, const char *id)
{
  char *at = strstr (dir, id);
  if (at)
    at[strlen (id)] = '\0';
  return at;
}

/* False: there is no cgroup of its own to count. */
static bool
read_count (const struct container *c, size_t i, struct usage *u)
{
  bool v2;
  autofree char *text = NULL;
  autofree char *dir = cgroup_of_process ((pid_t) c->status->pid.value, counts[i].controller, &v2);
  if (! dir || ! cut_below (dir, c->record->id))
    return false;
  autofree char *file = mem_printf ("%s/%s", dir, v2 ? counts[i].v2_file : counts[i].v1_file);
  if (fs_read_kernel (AT_FDCWD, file, FILE_LIMIT, &text, NULL) < 0)
    return true;
  uint64_t n = sum_after (text, v2 ? counts[i].v2_word : counts[i].v1_word);
  *(uint64_t *) ((char *) u + counts[i].offset) = n * (v2 ? counts[i].v2_scale : 1);
  return true;
}

/* "  eth0: 1 2 3 4 5 6 7 8 9 ...": bytes received are the first number, bytes sent the ninth (proc(5)). */
static void
add_interface (const char *line, struct usage *u)
{
  char name[32];
  unsigned long long received, sent;
  if (sscanf (line, " %31[^: ]: %llu %*u %*u %*u %*u %*u %*u %*u %llu", name, &received, &sent) != 3
      || streq (name, "lo"))
    return;
  u->received += received;
  u->sent += sent;
}

static int
read_interfaces (const char *path, struct usage *u, struct error **err)
{
  autofree char *text = NULL;
  char *rest;
  TRY (fs_read_kernel (AT_FDCWD, path, FILE_LIMIT, &text, err));
  for (char *line = strtok_r (text, "\n", &rest); line; line = strtok_r (NULL, "\n", &rest))
    add_interface (line, u);
  return 0;
}

int
container_usage (const struct container *c, struct usage *ret, struct error **err)
{
  const struct record_Container *record = c->record;
  struct usage u = { 0 };
  if (! c->status || ! c->status->pid.set)
    return fail (err, ESRCH, "container %s is not running", record->name);
  bool any = false;
  for (size_t i = 0; i < ARRAY_LEN (counts); i++)
    any |= read_count (c, i, &u);
  if (! any && kill ((pid_t) c->status->pid.value, 0) < 0)
    return fail (err, ESRCH, "container %s has ended", record->name);
  /* Root's containers are given one. */
  if (! any)
    return fail (err, ENOTSUP, "container %s: the container has no cgroup: " CGROUP_DELEGATION, record->name);
  autofree char *interfaces = mem_printf ("/proc/%lld/net/dev", (long long) c->status->pid.value);
  if (! record->network_mode || ! streq (record->network_mode, "host"))
    TRY_DOING (err, read_interfaces (interfaces, &u, err), "container %s", record->name);
  *ret = u;
  return 0;
}
