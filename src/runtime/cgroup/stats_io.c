/* stats_io.c - block I/O and huge pages, which come by device and by size. Called by stats.c. */
#include <dirent.h>
#include <fcntl.h>

#include "stats.h"

typedef __typeof__ (((struct oci_stats_blkio *) NULL)->serviced) entries;

static void
add_entry (struct cgroup_stats *s, entries *to, unsigned major, unsigned minor, const char *op, uint64_t value)
{
  if ((to->n & (to->n - 1)) == 0)
    {
      struct oci_stats_blkio_entry *v = stats_alloc (s, (to->n ? to->n * 2 : 1) * sizeof *v);
      if (to->n)
        memcpy (v, to->v, to->n * sizeof *v);
      to->v = v;
    }
  to->v[to->n++] = (struct oci_stats_blkio_entry) {
    .major = { major, true }, .minor = { minor, true }, .op = op, .value = { value, true },
  };
  to->set = true;
}

/* v1: which file is which list; the second one where the first is missing or empty (the scheduler is not BFQ). */
#define V1(memb, ...) { offsetof (struct oci_stats_blkio, memb), __VA_ARGS__ }
static const struct
{
  size_t offset;
  const char *file, *otherwise;
} v1_lists[] = {
  V1 (service_bytes, "blkio.bfq.io_service_bytes_recursive", "blkio.throttle.io_service_bytes_recursive"),
  V1 (serviced, "blkio.bfq.io_serviced_recursive", "blkio.throttle.io_serviced_recursive"),
  V1 (queued, "blkio.bfq.io_queued_recursive", NULL),
  V1 (service_time, "blkio.bfq.io_service_time_recursive", NULL),
  V1 (wait_time, "blkio.bfq.io_wait_time_recursive", NULL),
  V1 (merged, "blkio.bfq.io_merged_recursive", NULL),
  V1 (time, "blkio.bfq.time_recursive", NULL),
  V1 (sectors, "blkio.bfq.sectors_recursive", NULL),
};

/* "254:0 Read 123", or "254:0 123" where there is nothing to tell apart. */
static void
read_v1_list (const struct cgroup_dir *d, const char *file, struct cgroup_stats *s, entries *to)
{
  autofree char *text = NULL;
  if (! file || dir_read (d, file, &text, NULL) < 0)
    return;
  char *save;
  for (char *line = strtok_r (text, "\n", &save); line; line = strtok_r (NULL, "\n", &save))
    {
      unsigned major, minor;
      char op[16];
      unsigned long long value;
      if (sscanf (line, "%u:%u %15[A-Za-z] %llu", &major, &minor, op, &value) == 4)
        add_entry (s, to, major, minor, stats_text (s, op), value);
      else if (sscanf (line, "%u:%u %llu", &major, &minor, &value) == 3)
        add_entry (s, to, major, minor, NULL, value);
    }
}

static const struct
{
  const char *key, *op;
  size_t offset;
} v2_values[] = {
  { "rbytes", "Read", offsetof (struct oci_stats_blkio, service_bytes) },
  { "wbytes", "Write", offsetof (struct oci_stats_blkio, service_bytes) },
  { "dbytes", "Discard", offsetof (struct oci_stats_blkio, service_bytes) },
  { "rios", "Read", offsetof (struct oci_stats_blkio, serviced) },
  { "wios", "Write", offsetof (struct oci_stats_blkio, serviced) },
  { "dios", "Discard", offsetof (struct oci_stats_blkio, serviced) },
};

/* "254:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0". */
static void
read_v2 (const struct cgroup_dir *d, struct cgroup_stats *s)
{
  autofree char *text = NULL;
  if (dir_read (d, "io.stat", &text, NULL) < 0)
    return;
  char *save, *save_word;
  for (char *line = strtok_r (text, "\n", &save); line; line = strtok_r (NULL, "\n", &save))
    {
      unsigned major, minor;
      if (sscanf (line, "%u:%u", &major, &minor) != 2)
        continue;
      for (char *word = strtok_r (line, " ", &save_word); word; word = strtok_r (NULL, " ", &save_word))
        for (size_t i = 0; i < ARRAY_LEN (v2_values); i++)
          {
            const char *value = after_prefix (word, v2_values[i].key);
            if (value && *value == '=')
              add_entry (s, (entries *) (void *) ((char *) &s->blkio + v2_values[i].offset), major, minor,
                         v2_values[i].op,
                         strtoull (value + 1, NULL, 10));
          }
    }
}

void
stats_blkio (const struct cgroup *cg, struct cgroup_stats *s)
{
  const struct cgroup_dir *d = stats_dir (cg, "blkio");
  if (d && d->v2)
    read_v2 (d, s);
  for (size_t i = 0; d && ! d->v2 && i < ARRAY_LEN (v1_lists); i++)
    {
      entries *to = (entries *) (void *) ((char *) &s->blkio + v1_lists[i].offset);
      read_v1_list (d, v1_lists[i].file, s, to);
      if (to->n == 0)
        read_v1_list (d, v1_lists[i].otherwise, s, to);
    }
}

static void
read_page_size (const struct cgroup_dir *d, const char *size, struct oci_stats_hugetlb *to)
{
  static const struct
  {
    const char *v1, *v2;
    size_t offset;
  } files[] = {
    { "usage_in_bytes", "current", offsetof (struct oci_stats_hugetlb, usage) },
    { "max_usage_in_bytes", NULL, offsetof (struct oci_stats_hugetlb, max) },
    { "failcnt", NULL, offsetof (struct oci_stats_hugetlb, failcnt) },
  };
  for (size_t i = 0; i < ARRAY_LEN (files); i++)
    {
      struct opt_u64 *value = (void *) ((char *) to + files[i].offset);
      const char *leaf = d->v2 ? files[i].v2 : files[i].v1;
      if (! leaf)
        continue;
      autofree char *name = mem_printf ("hugetlb.%s.%s", size, leaf);
      value->set = dir_read_u64 (d, name, &value->value) == 0;
    }
  if (! d->v2)
    return;
  autofree char *events = mem_printf ("hugetlb.%s.events", size);
  to->failcnt.set = dir_read_key (d, events, "max", &to->failcnt.value) == 0;
}

/* The sizes are those of the files "hugetlb.SIZE.max" (v2) or "hugetlb.SIZE.limit_in_bytes" (v1). */
void
stats_hugetlb (const struct cgroup *cg, struct cgroup_stats *s)
{
  enum { MAX_SIZES = 16 };
  const struct cgroup_dir *d = stats_dir (cg, "hugetlb");
  autoclose int own = -1;
  int at = d ? dir_at (d, &own, NULL) : -1;
  int fd = at < 0 ? -1 : openat (at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  autodir DIR *dir = fd < 0 ? NULL : fdopendir (fd);
  s->stats.hugetlb.set = true;
  s->stats.hugetlb.v = stats_alloc (s, MAX_SIZES * sizeof *s->stats.hugetlb.v);
  s->stats.hugetlb.keys = stats_alloc (s, MAX_SIZES * sizeof *s->stats.hugetlb.keys);
  for (struct dirent *e; dir && s->stats.hugetlb.n < MAX_SIZES && (e = readdir (dir));)
    {
      const char *name = after_prefix (e->d_name, "hugetlb."), *dot = name ? strchr (name, '.') : NULL;
      if (! dot || ! streq (dot + 1, d->v2 ? "max" : "limit_in_bytes"))
        continue;
      autofree char *size = mem_strndup (name, dot - name);
      size_t i = s->stats.hugetlb.n++;
      s->stats.hugetlb.keys[i] = stats_text (s, size);
      read_page_size (d, size, &s->stats.hugetlb.v[i]);
    }
}
