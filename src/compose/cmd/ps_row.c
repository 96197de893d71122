/* ps_row.c - see ps_row.h. Pure but for the clock. */
#include "ps_row.h"

#include <time.h>

#undef OCI_PREFIX
#define OCI_PREFIX ps_
DEFINE (Publisher)
DEFINE (Row)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

enum { SHORT_ID = 12, SHORT_COMMAND = 20 };

static const char *
keep (struct arena *a, struct text *t)
{
  const char *s = mem_arena_text (a, t->s ? t->s : "", t->len);
  text_free (t);
  return s;
}

/* The largest unit that fits, as docker says it. */
static void
add_age (struct text *t, int64_t seconds)
{
  static const struct { int64_t seconds; const char *one, *many; } units[] = {
    { 365 * 86400, "1 year", "years" }, { 30 * 86400, "1 month", "months" }, { 7 * 86400, "1 week", "weeks" },
    { 86400, "1 day", "days" },         { 3600, "1 hour", "hours" },         { 60, "1 minute", "minutes" },
    { 1, "1 second", "seconds" },
  };
  for (size_t i = 0; i < ARRAY_LEN (units); i++)
    if (seconds >= units[i].seconds)
      {
        int64_t n = seconds / units[i].seconds;
        if (n == 1)
          text_add (t, units[i].one);
        else
          text_printf (t, "%lld %s", (long long) n, units[i].many);
        return;
      }
  text_add (t, "Less than a second");
}

static int64_t
age_of (const char *time_text)
{
  int64_t then;
  if (! time_text || record_parse_time (time_text, &then) < 0)
    return 0;
  return time (NULL) - then / 1000000000;
}

/* What nobody was there to see, since the host or the monitor went first, is 255, as elsewhere. */
static int64_t
exit_code_of (const struct container *c)
{
  bool unseen = streq (c->state, "exited") || streq (c->state, "dead");
  const struct record_Status *st = c->status;
  return st && st->exit_code.set ? st->exit_code.value : unseen ? 255 : 0;
}

const char *
ps_status (struct arena *a, const struct container *c)
{
  struct text t = { 0 };
  const struct record_Status *st = c->status;
  if (container_has_process (c))
    {
      text_add (&t, "Up ");
      add_age (&t, age_of (st ? st->started : NULL));
      if (streq (c->state, "paused"))
        text_add (&t, " (Paused)");
      else if (c->health && c->health->status)
        text_printf (&t, streq (c->health->status, "starting") ? " (health: %s)" : " (%s)", c->health->status);
      if (! c->monitored)
        text_add (&t, " (no monitor)");
    }
  else if (streq (c->state, "created"))
    text_add (&t, "Created");
  else
    {
      text_printf (&t, "%s (%lld) ",
                   streq (c->state, "restarting") ? "Restarting"
                   : streq (c->state, "dead")     ? "Dead"
                                                  : "Exited",
                   (long long) exit_code_of (c));
      add_age (&t, age_of (st ? st->finished : NULL));
      text_add (&t, " ago");
    }
  return keep (a, &t);
}

/* Host ports are there only as long as there is a process behind them. */
static const char *
ports_text (struct arena *a, const struct ps_Row *row)
{
  struct text t = { 0 };
  for (size_t i = 0; i < row->publishers.n; i++)
    {
      const struct ps_Publisher *p = &row->publishers.v[i];
      text_add (&t, i ? ", " : "");
      if (p->published.value)
        text_printf (&t, "%s:%lld->", p->url, (long long) p->published.value);
      text_printf (&t, "%lld/%s", (long long) p->target.value, p->protocol);
    }
  return keep (a, &t);
}

static const char *
labels_text (struct arena *a, const struct record_Container *c)
{
  struct text t = { 0 };
  for (size_t i = 0; i < c->labels.n; i++)
    text_printf (&t, "%s%s=%s", i ? "," : "", c->labels.keys[i], c->labels.v[i]);
  return keep (a, &t);
}

static const char *
mounts_text (struct arena *a, const struct record_Container *c)
{
  struct text t = { 0 };
  for (size_t i = 0; i < c->mounts.n; i++)
    {
      const struct record_MountRef *m = &c->mounts.v[i];
      const char *name = m->volume ? m->volume : m->source;
      if (name)
        text_printf (&t, "%s%s", t.len ? "," : "", name);
    }
  return keep (a, &t);
}

static const char *
networks_text (struct arena *a, const struct record_Container *c)
{
  struct text t = { 0 };
  for (size_t i = 0; i < c->networks.n; i++)
    text_printf (&t, "%s%s", i ? "," : "", c->networks.v[i].network);
  if (c->networks.n == 0 && c->network_mode)
    text_add (&t, c->network_mode);
  return keep (a, &t);
}

static const char *
command_text (struct arena *a, const struct record_Container *c, bool no_trunc)
{
  struct text t = { 0 };
  for (size_t i = 0; i < c->command.n; i++)
    text_printf (&t, "%s%s", i ? " " : "", c->command.v[i]);
  autofree char *whole = mem_strdup (t.s ? t.s : "");
  text_free (&t);
  if (no_trunc || strlen (whole) <= SHORT_COMMAND)
    text_printf (&t, "\"%s\"", whole);
  else
    text_printf (&t, "\"%.*s…\"", SHORT_COMMAND - 1, whole);
  return keep (a, &t);
}

/* The kernel has ports of these only, and no others are shown: whoever made the image has written the list. */
static const char *const protocols[] = { "tcp", "udp", "sctp" };
enum { N_PORTS = 65536 };
typedef bool port_set[ARRAY_LEN (protocols)][N_PORTS];

/* ARRAY_LEN (protocols): it is none of them. */
static size_t
protocol_number (const char *name)
{
  size_t i = 0;
  while (i < ARRAY_LEN (protocols) && ! streq (protocols[i], name))
    i++;
  return i;
}

/* "80/tcp", "9090-9092/udp": into SET. */
static void
take_exposed (const char *text, port_set *set)
{
  char *end;
  long first = strtol (text, &end, 10), last = *end == '-' ? strtol (end + 1, &end, 10) : first;
  size_t protocol = protocol_number (*end == '/' ? end + 1 : "tcp");
  for (long port = first; protocol < ARRAY_LEN (protocols) && port > 0 && port <= last && port < N_PORTS; port++)
    (*set)[protocol][port] = true;
}

/* Those that are exposed and not published. */
static port_set *
only_exposed (const struct record_Container *r)
{
  port_set *set = mem_alloc (sizeof *set);
  for (size_t i = 0; i < r->exposed.n; i++)
    take_exposed (r->exposed.v[i], set);
  for (size_t i = 0; i < r->ports.n; i++)
    {
      const struct record_Port *p = &r->ports.v[i];
      size_t protocol = protocol_number (p->protocol ? p->protocol : "tcp");
      if (protocol < ARRAY_LEN (protocols) && p->target.value < N_PORTS)
        (*set)[protocol][p->target.value] = false;
    }
  return set;
}

static size_t
count_ports (const port_set *set)
{
  size_t n = 0;
  for (size_t i = 0; i < ARRAY_LEN (protocols) * N_PORTS; i++)
    n += (*set)[i / N_PORTS][i % N_PORTS];
  return n;
}

static void
add_publishers (struct arena *a, const struct container *c, struct ps_Row *row)
{
  const struct record_Container *r = c->record;
  row->publishers.set = true;
  if (! container_is_active (c))
    return;
  autofree port_set *set = only_exposed (r);
  struct ps_Publisher *to = mem_arena (a, (r->ports.n + count_ports (set) + 1) * sizeof *to);
  row->publishers.v = to;
  for (size_t i = 0; i < r->ports.n; i++)
    {
      const struct record_Port *p = &r->ports.v[i];
      *to++ = (struct ps_Publisher) { .url = p->host_ip && *p->host_ip ? p->host_ip : "0.0.0.0", .target = p->target,
                                      .published = p->host_port, .protocol = p->protocol ? p->protocol : "tcp" };
    }
  for (size_t i = 0; i < ARRAY_LEN (protocols) * N_PORTS; i++)
    if ((*set)[i / N_PORTS][i % N_PORTS])
      *to++ = (struct ps_Publisher) { .url = "", .target = { (int64_t) i % N_PORTS, true }, .published = { 0, true },
                                      .protocol = protocols[i / N_PORTS] };
  row->publishers.n = (size_t) (to - row->publishers.v);
}

static const char *
local_volumes (struct arena *a, const struct record_Container *c)
{
  struct text t = { 0 };
  size_t n = 0;
  for (size_t i = 0; i < c->mounts.n; i++)
    n += c->mounts.v[i].volume != NULL;
  text_printf (&t, "%zu", n);
  return keep (a, &t);
}

void
ps_row_make (struct arena *a, const struct container *c, bool no_trunc, struct ps_Row *ret)
{
  const struct record_Container *r = c->record;
  struct text age = { 0 };
  add_age (&age, age_of (r->created));
  text_add (&age, " ago");
  *ret = (struct ps_Row) {
    .command = command_text (a, r, no_trunc),
    .created = r->created,
    .exit_code = { exit_code_of (c), true },
    .health = c->health && c->health->status ? c->health->status : "",
    .id = no_trunc ? r->id : mem_arena_text (a, r->id, SHORT_ID),
    .ip = r->networks.n && r->networks.v[0].addresses.n ? r->networks.v[0].addresses.v[0] : "",
    .image = r->image ? r->image : "",
    .labels = labels_text (a, r),
    .local_volumes = local_volumes (a, r),
    .mounts = mounts_text (a, r),
    .name = r->name,
    .names = r->name,
    .networks = networks_text (a, r),
    .project = r->project ? r->project : "",
    .reason = c->reason ? c->reason : "",
    .running_for = keep (a, &age),
    .service = r->service ? r->service : "",
    .state = c->state,
    .status = ps_status (a, c),
  };
  add_publishers (a, c, ret);
  ret->ports = ports_text (a, ret);
}
