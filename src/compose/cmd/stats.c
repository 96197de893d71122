/* stats.c - the commands `stats` and `container stats`: what containers use, sampled every second. */
#include <time.h>

#include "commands.h"
#include "ocispec.h"
#include "row_format.h"
#include "single.h"
#include "usage.h"

#undef OCI_PREFIX
#define OCI_PREFIX stats_
/* Docker's keys. */
#define SPEC_Row(F, T)                                                                                                 \
  F (T, str, block, "BlockIO") F (T, str, cpu, "CPUPerc") F (T, str, container, "Container") F (T, str, id, "ID")      \
  F (T, str, memory_percent, "MemPerc") F (T, str, memory, "MemUsage") F (T, str, name, "Name")                        \
  F (T, str, net, "NetIO") F (T, str, pids, "PIDs")
DECLARE (Row)
DEFINE (Row)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

struct stats_args
{
  bool all, no_stream, no_trunc;
  const char *format;
};

static const struct opt stats_options[] = {
  FLAG (stats_args, all, 'a', "all", "show containers that do not run, too")
  TEXT (stats_args, format, 0, "format", "FORMAT", "table, json (one object per line), or a template: {{.Key}}")
  FLAG (stats_args, no_stream, 0, "no-stream", "one sample, and out")
  FLAG (stats_args, no_trunc, 0, "no-trunc", "do not shorten ids")
  END_OF_OPTIONS
};

struct sample
{
  struct usage usage;
  uint64_t at_ns;
};

static uint64_t
now_ns (void)
{
  struct timespec t;
  clock_gettime (CLOCK_MONOTONIC, &t);
  return (uint64_t) t.tv_sec * 1000000000 + (uint64_t) t.tv_nsec;
}

static int
take_sample (const struct container *c, struct sample *ret, struct error **err)
{
  *ret = (struct sample) { .at_ns = now_ns () };
  return container_usage (c, &ret->usage, err);
}

static const char *
size_text (struct arena *a, uint64_t bytes)
{
  static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
  double v = (double) bytes;
  size_t unit = 0;
  char buf[32];
  for (; v >= 1024 && unit + 1 < ARRAY_LEN (units); unit++)
    v /= 1024;
  int n = snprintf (buf, sizeof buf, unit ? "%.4g%s" : "%.0f%s", v, units[unit]);
  return mem_arena_text (a, buf, (size_t) n);
}

static const char *
pair_text (struct arena *a, const char *first, const char *second)
{
  autofree char *text = mem_printf ("%s / %s", first, second);
  return mem_arena_text (a, text, strlen (text));
}

static const char *
percent_text (struct arena *a, double v)
{
  autofree char *text = mem_printf ("%.2f%%", v);
  return mem_arena_text (a, text, strlen (text));
}

static uint64_t
memory_of_host (void)
{
  long pages = sysconf (_SC_PHYS_PAGES), size = sysconf (_SC_PAGESIZE);
  return (uint64_t) pages * (uint64_t) size;
}

static void
make_row (struct arena *a, const struct container *c, const struct sample *before, const struct sample *now,
          bool no_trunc, struct stats_Row *ret)
{
  double seconds = (double) (now->at_ns - before->at_ns) / 1e9;
  const struct usage *u = &now->usage;
  uint64_t host = memory_of_host (), limit = u->limit && u->limit < host ? u->limit : host;
  autofree char *pids = mem_printf ("%llu", (unsigned long long) u->pids);
  *ret = (struct stats_Row) {
    .block = pair_text (a, size_text (a, u->read), size_text (a, u->written)),
    .cpu = percent_text (a, seconds > 0 ? (double) (u->cpu_ns - before->usage.cpu_ns) / 1e7 / seconds : 0),
    .container = c->record->name,
    .id = no_trunc ? c->record->id : mem_arena_text (a, c->record->id, 12),
    .memory_percent = percent_text (a, 100.0 * (double) u->memory / (double) limit),
    .memory = pair_text (a, size_text (a, u->memory), size_text (a, limit)),
    .name = c->record->name,
    .net = pair_text (a, size_text (a, u->received), size_text (a, u->sent)),
    .pids = mem_arena_text (a, pids, strlen (pids)),
  };
}

static void
print (const struct stats_Row *v, size_t n, const char *format)
{
  static const char *const columns[] = { "CONTAINER ID", "NAME", "CPU %", "MEM USAGE / LIMIT", "MEM %", "NET I/O",
                                         "BLOCK I/O",    "PIDS", NULL };
  bool json = format && streq (format, "json"), template = row_format_is_template (format);
  struct table *t = json || template ? NULL : table_new (columns);
  if (template)
    row_format_print (format, &stats_Row_schema, v, n);
  for (size_t i = 0; i < n && ! template; i++)
    {
      autofree char *line = json ? oci_emit (&stats_Row_schema, &v[i], NULL) : NULL;
      if (json)
        printf ("%s\n", line ? line : "");
      else
        table_row (t, (const char *const[]) { v[i].id, v[i].name, v[i].cpu, v[i].memory, v[i].memory_percent, v[i].net,
                                             v[i].block, v[i].pids });
    }
  if (t)
    table_print (t, stdout, true);
  fflush (stdout);
}

/* One round: a second's difference for the processors' share. */
static int
show_once (const struct stats_args *a, const struct containers *v, struct error **err)
{
  autoarena struct arena arena = { 0 };
  autofree struct sample *before = mem_alloc ((v->n + 1) * sizeof *before);
  autofree struct stats_Row *rows = mem_alloc ((v->n + 1) * sizeof *rows);
  size_t n = 0;
  for (size_t i = 0; i < v->n; i++)
    if (container_has_process (&v->v[i]))
      TRY (take_sample (&v->v[i], &before[i], err));
  nanosleep (&(struct timespec) { .tv_sec = 1 }, NULL);
  for (size_t i = 0; i < v->n; i++)
    {
      struct sample now = { 0 };
      if (container_has_process (&v->v[i]))
        TRY (take_sample (&v->v[i], &now, err));
      if (container_has_process (&v->v[i]) || a->all)
        make_row (&arena, &v->v[i], &before[i], &now, a->no_trunc, &rows[n++]);
    }
  if (! a->no_stream && ! (a->format && streq (a->format, "json")) && isatty (STDOUT_FILENO))
    printf ("\033[H\033[J");
  print (rows, n, a->format);
  return 0;
}

typedef int find_fn (struct context *c, char *const *names, int n, struct containers *ret, struct error **err);

static int
find_of_services (struct context *c, char *const *names, int n, struct containers *ret, struct error **err)
{
  return context_containers (c, names, n, 0, ret, err);
}

/* The one that is named, or all that there are. */
static int
find_single (struct context *c, char *const *names, int n, struct containers *ret, struct error **err)
{
  return n ? single_find (c, names[0], false, ret, err)
           : containers_list (&c->settings, &(struct container_filter) { 0 }, ret, err);
}

static int
show (struct context *c, const struct stats_args *a, find_fn *find, int argc, char **argv, struct error **err)
{
  do
    {
      autocontainers struct containers v = { 0 };
      TRY (find (c, argv, argc, &v, err));
      TRY (show_once (a, &v, err));
    }
  while (! a->no_stream && ! ferror (stdout));
  return 0;
}

static int
check (const struct stats_args *a, struct error **err)
{
  return row_format_check (a->format, &stats_Row_schema, err);
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  autocontext struct context c = { 0 };
  TRY (check (args, err));
  TRY (context_open (global, &c, err));
  TRY (context_name (&c, err));
  return show (&c, args, find_of_services, argc, argv, err);
}

static int
run_single (const void *global, void *args, int argc, char **argv, struct error **err)
{
  autocontext struct context c = { 0 };
  TRY (check (args, err));
  TRY (context_open (global, &c, err));
  return show (&c, args, find_single, argc, argv, err);
}

const struct command cmd_stats = {
  .name = "stats",
  .operands = "[SERVICE...]",
  .max_operands = -1,
  .help = "show what containers use",
  .opts = stats_options,
  .args_size = sizeof (struct stats_args),
  .run = run,
};

const struct command cmd_container_stats = {
  .name = "container stats",
  .operands = "[CONTAINER]",
  .max_operands = 1,
  .help = "show what a container uses, or all that run",
  .opts = stats_options,
  .args_size = sizeof (struct stats_args),
  .run = run_single,
};
