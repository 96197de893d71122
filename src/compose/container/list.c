/* list.c - which containers there are: the directories of DATA/containers. In perry-compose; only reads. */
#include <fcntl.h>

#include "errors.h"
#include "log.h"
#include "status.h"

static void
truncate_to (struct containers *c, size_t n)
{
  while (c->n > n)
    container_close (&c->v[--c->n]);
}

void
containers_free (struct containers *c)
{
  truncate_to (c, 0);
  free (c->v);
  *c = (struct containers) { 0 };
}

void
containers_keep (struct containers *c, bool (*wanted) (const struct container *c, const void *arg), const void *arg)
{
  size_t kept = 0;
  for (size_t i = 0; i < c->n; i++)
    if (wanted (&c->v[i], arg))
      {
        struct container other = c->v[kept];
        c->v[kept++] = c->v[i];
        c->v[i] = other;
      }
  truncate_to (c, kept);
}

static bool
text_fits (const char *wanted, const char *got)
{
  return ! wanted || (got && streq (wanted, got));
}

/* How well TEXT names the container: 3 its name, 2 its id, 1 the begin of its id, 0 not at all. */
static int
names (const char *text, const struct record_Container *c)
{
  return streq (text, c->name) ? 3 : streq (text, c->id) ? 2 : *text && after_prefix (c->id, text) ? 1 : 0;
}

static bool
fits (const struct container_filter *f, const struct record_Container *c)
{
  return text_fits (f->project, c->project) && text_fits (f->service, c->service)
         && (! f->id_or_name || names (f->id_or_name, c)) && (! f->number || c->number.value == f->number)
         && (! f->oneoff || c->oneoff.value == (f->oneoff > 0));
}

static int
compare_texts (const char *a, const char *b)
{
  return strcmp (a ? a : "", b ? b : "");
}

static int
compare (const void *a, const void *b)
{
  const struct record_Container *x = ((const struct container *) a)->record;
  const struct record_Container *y = ((const struct container *) b)->record;
  int r = compare_texts (x->project, y->project);
  r = r ? r : compare_texts (x->service, y->service);
  r = r ? r : (x->number.value > y->number.value) - (x->number.value < y->number.value);
  return r ? r : strcmp (x->name, y->name);
}

/* Warns of what cannot be read; a directory that has no record yet, or none any more, is being made or removed. */
static void
add (const struct settings *s, const struct container_filter *f, int dirfd, const char *id, const char *boot_id,
     struct containers *ret)
{
  struct container c;
  autoerror struct error *err = NULL;
  autoclose int fd = openat (dirfd, id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  int r = fd < 0 ? -ENOENT : container_read (s, fd, id, boot_id, &c, &err);
  if (r == -ENOENT)
    return;
  if (r < 0)
    {
      log_warning ("%s", error_text (err));
      return;
    }
  if (! fits (f, c.record))
    {
      container_close (&c);
      return;
    }
  ret->v = mem_grow (ret->v, ret->n + 1, sizeof *ret->v);
  ret->v[ret->n++] = c;
}

int
containers_list (const struct settings *s, const struct container_filter *f, struct containers *ret, struct error **err)
{
  autofree char *path = data_path (s, "containers"), *boot_id = record_boot_id ();
  autodir DIR *dir = opendir (path);
  struct dirent *e;
  struct containers found = { 0 };
  if (! dir && errno != ENOENT)
    return fail_sys (err, errno, "open %s", path);
  while (dir && (e = readdir (dir)))
    if (e->d_name[0] != '.')
      add (s, f, dirfd (dir), e->d_name, boot_id, &found);
  if (found.n > 1)
    qsort (found.v, found.n, sizeof *found.v, compare);
  *ret = found;
  return 0;
}

struct match
{
  const char *text;
  int quality;
};

static bool
matches (const struct container *c, const void *arg)
{
  const struct match *m = arg;
  return names (m->text, c->record) == m->quality;
}

/* Keep only those that TEXT names best. */
static void
keep_best (struct containers *c, const char *text)
{
  struct match best = { .text = text };
  for (size_t i = 0; i < c->n; i++)
    if (names (text, c->v[i].record) > best.quality)
      best.quality = names (text, c->v[i].record);
  containers_keep (c, matches, &best);
}

const char *
container_label (const struct record_Container *c)
{
  const char *rest = c->project ? after_prefix (c->name, c->project) : NULL;
  return rest && rest[0] == '-' && rest[1] ? rest + 1 : c->name;
}

int
container_find (const struct settings *s, const char *id_or_name, struct containers *ret, struct error **err)
{
  struct container_filter filter = { .id_or_name = id_or_name };
  autocontainers struct containers found = { 0 };
  TRY (containers_list (s, &filter, &found, err));
  keep_best (&found, id_or_name);
  if (found.n == 0)
    return fail (err, E_NOT_FOUND, "no such container: %s", id_or_name);
  if (found.n > 1)
    return fail (err, E_CONFLICT, "\"%s\" is the begin of %zu containers' ids (%.12s, %.12s, …): give more of it",
                 id_or_name, found.n, found.v[0].record->id, found.v[1].record->id);
  *ret = found;
  found = (struct containers) { 0 };
  return 0;
}
