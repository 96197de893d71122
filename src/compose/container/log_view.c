/* log_view.c - see log_view.h. In perry-compose; only reads. inotify watches the directory of all containers (new ones)
 * and that of each container shown (its log, its status). */
#include "log_view.h"

#include <fcntl.h>
#include <sys/inotify.h>

#include "json.h"
#include "log_reader.h"
#include "screen.h"

struct source
{
  struct log_reader reader;
  char *id, *label, *name, *service;
  unsigned colour;
};

struct log_view
{
  const struct settings *settings;
  const struct log_view_options *options;
  struct source **v;
  size_t n, alive;
  int width;               /* of the longest label */
  int inotify_fd;
  bool look_again;         /* for new containers, and who has ended */
  const struct source *open_line; /* whose line has not ended, and of which stream: the cursor is behind it */
  char open_stream;
  FILE *open_file;
};

/* ---- containers */

static bool
is_wanted (const struct log_view *v, const struct record_Container *c)
{
  const struct log_view_options *o = v->options;
  return (! o->services || o->services->n == 0 || strv_has (o->services, c->service))
         && ! strv_has (o->except, c->service);
}

static bool
is_known (const struct log_view *v, const char *id)
{
  for (size_t i = 0; i < v->n; i++)
    if (streq (v->v[i]->id, id))
      return true;
  return false;
}

static int
add_source (struct log_view *v, const struct record_Container *c, bool first, struct error **err)
{
  const struct log_view_options *o = v->options;
  struct log_filter filter = { .since = o->since, .until = o->until, .stream = o->stream };
  autofree char *dir = data_path (v->settings, "containers/%s", c->id);
  int fd = open (dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return errno == ENOENT ? 0 : fail_sys (err, errno, "open %s", dir);
  struct source *s = mem_alloc (sizeof *s);
  *s = (struct source) { .id = mem_strdup (c->id), .label = mem_strdup (container_label (c)),
                         .name = mem_strdup (c->name),
                         .service = mem_strdup (c->service ? c->service : ""), .colour = (unsigned) v->n };
  log_reader_init (&s->reader, fd, &filter);
  v->v = mem_grow (v->v, v->n + 1, sizeof *v->v);
  v->v[v->n++] = s;
  if ((int) strlen (s->label) > v->width)
    v->width = (int) strlen (s->label);
  inotify_add_watch (v->inotify_fd, dir, IN_MODIFY | IN_CREATE | IN_MOVED_TO);
  if (first && o->tail >= 0)
    TRY_DOING (err, log_reader_tail (&s->reader, (size_t) o->tail, err), "container %s", c->name);
  return 0;
}

/* The same watch again is no second one. */
static void
watch_status (const struct log_view *v, const struct record_Container *c)
{
  autofree char *dir = data_path (v->settings, "containers/%s", c->id);
  inotify_add_watch (v->inotify_fd, dir, IN_CREATE | IN_MOVED_TO);
}

static int
look_for_containers (struct log_view *v, bool first, struct error **err)
{
  autocontainers struct containers found = { 0 };
  v->look_again = false;
  v->alive = 0;
  TRY (containers_list (v->settings, &v->options->filter, &found, err));
  for (size_t i = 0; i < found.n; i++)
    if (is_wanted (v, found.v[i].record))
      {
        const char *state = found.v[i].state;
        v->alive += ! streq (state, "exited") && ! streq (state, "dead") && ! streq (state, "created");
        if (! is_known (v, found.v[i].record->id))
          TRY (add_source (v, found.v[i].record, first, err));
      }
    else if (v->options->watch_all)
      watch_status (v, found.v[i].record);
  return 0;
}

/* A new directory is watched before its record is in it. */
static void
watch_new (struct log_view *v, const char *name)
{
  autofree char *dir = data_path (v->settings, "containers/%s", name);
  inotify_add_watch (v->inotify_fd, dir, IN_MODIFY | IN_CREATE | IN_MOVED_TO);
  v->look_again = true;
}

static void
take_events (struct log_view *v)
{
  char buf[4096] __attribute__ ((aligned (__alignof__ (struct inotify_event))));
  ssize_t n;
  while ((n = read (v->inotify_fd, buf, sizeof buf)) > 0)
    for (char *p = buf; p < buf + n;)
      {
        const struct inotify_event *e = (const void *) p;
        p += sizeof *e + e->len;
        if (e->mask & IN_ISDIR && e->len)
          watch_new (v, e->name);
        else if (e->mask & IN_Q_OVERFLOW
                 || (e->len && (streq (e->name, CONTAINER_STATUS) || streq (e->name, CONTAINER_RECORD))))
          v->look_again = true;
      }
}

int
log_view_open (const struct settings *s, const struct log_view_options *o, struct log_view **ret, struct error **err)
{
  autofree char *dir = data_path (s, "containers");
  autologview struct log_view *v = mem_alloc (sizeof *v);
  *v = (struct log_view) { .settings = s, .options = o, .inotify_fd = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK) };
  if (v->inotify_fd < 0)
    return fail_sys (err, errno, "inotify");
  inotify_add_watch (v->inotify_fd, dir, IN_CREATE | IN_MOVED_TO | IN_ONLYDIR);
  TRY (look_for_containers (v, true, err));
  *ret = TAKE_PTR (v);
  return 0;
}

void
log_view_close (struct log_view **p)
{
  struct log_view *v = *p;
  if (! v)
    return;
  for (size_t i = 0; i < v->n; i++)
    {
      log_reader_close (&v->v[i]->reader);
      free (v->v[i]->id);
      free (v->v[i]->label);
      free (v->v[i]->name);
      free (v->v[i]->service);
      free (v->v[i]);
    }
  free (v->v);
  close_fd (&v->inotify_fd);
  free (v);
  *p = NULL;
}

int
log_view_fd (const struct log_view *v)
{
  return v->inotify_fd;
}

size_t
log_view_alive (const struct log_view *v)
{
  return v->alive;
}

/* ---- printing */

static void
print_json (const struct source *s, const char *record, size_t n, FILE *out)
{
  autotext struct text t = { 0 };
  text_add (&t, "{\"container\":");
  json_quote (&t, s->name);
  text_add (&t, ",\"service\":");
  json_quote (&t, s->service);
  text_add (&t, ",");
  text_add_bytes (&t, record + 1, n - 1);
  text_add (&t, "\n");
  fwrite (t.s, 1, t.len, out);
}

static void
print_head (const struct log_view *v, const struct source *s, const struct log_Line *line, FILE *out)
{
  const struct log_view_options *o = v->options;
  if (o->prefix)
    fprintf (out, "%s%-*s |%s ", colour_of (o->colour, s->colour), v->width + 1, s->label, colour_end (o->colour));
  if (o->timestamps)
    fprintf (out, "%s ", line->ts);
}

/* A line that comes in parts is put together; when another container speaks in between, it is broken. */
static void
print_text (struct log_view *v, const struct source *s, const struct log_Line *line, FILE *standard)
{
  size_t n;
  autofree char *bytes = log_line_bytes (line, &n);
  char stream = line->stream[3]; /* stdOut, stdErr */
  bool goes_on = v->open_line == s && v->open_stream == stream;
  FILE *out = v->options->split && stream == 'e' ? stderr : standard;
  if (v->open_line && ! goes_on)
    putc ('\n', v->open_file);
  if (out != standard)
    fflush (standard); /* both may be one terminal */
  if (! goes_on)
    print_head (v, s, line, out);
  fwrite (bytes, 1, n, out);
  if (! line->partial.value)
    putc ('\n', out);
  v->open_line = line->partial.value ? s : NULL;
  v->open_stream = stream;
  v->open_file = out;
}

static void
print_record (struct log_view *v, const struct source *s, const char *record, size_t n, FILE *out)
{
  struct oci_document doc;
  if (v->options->json)
    {
      print_json (s, record, n, out);
      return;
    }
  const struct log_Line *line = oci_parse (&log_Line_schema, record, n, &doc);
  if (line)
    print_text (v, s, line, out);
  oci_document_free (&doc);
}

/* The source whose next record is the oldest; NULL if there is none. */
static int
oldest (struct log_view *v, struct source **ret, const char **ret_record, size_t *ret_n, struct error **err)
{
  *ret = NULL;
  for (size_t i = 0; i < v->n; i++)
    {
      const char *record;
      size_t n;
      int r = log_reader_peek (&v->v[i]->reader, &record, &n, err);
      if (r < 0)
        return wrap (err, "container %s", v->v[i]->name);
      if (r == 1 && (! *ret || memcmp (log_record_time (record), log_record_time (*ret_record), LOG_TIME_LENGTH) < 0))
        {
          *ret = v->v[i];
          *ret_record = record;
          *ret_n = n;
        }
    }
  return 0;
}

/* Somebody's last line has no newline: ours gets one, once he cannot go on with it. */
static void
end_line (struct log_view *v)
{
  if (v->open_line && v->alive == 0)
    {
      putc ('\n', v->open_file);
      v->open_line = NULL;
    }
}

int
log_view_print (struct log_view *v, FILE *out, struct error **err)
{
  struct source *s;
  const char *record;
  size_t n;
  take_events (v);
  if (v->look_again)
    TRY (look_for_containers (v, false, err));
  for (;;)
    {
      TRY (oldest (v, &s, &record, &n, err));
      if (! s)
        break;
      print_record (v, s, record, n, out);
      log_reader_take (&s->reader);
    }
  end_line (v);
  return fflush (out) == 0 ? 0 : fail_sys (err, errno, "write logs");
}
