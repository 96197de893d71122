/* journal.c - what a command would have to undo: DATA/projects/NAME/journal, one line "KIND NAME" each, appended in
 * one write by the command and its jobs before what it names is done. So a last line without its end, the trace of a
 * kill or of a full disk, is passed over: nothing was done of it. */
#include <fcntl.h>

#include "container.h"
#include "errors.h"
#include "fs.h"
#include "jobs.h"
#include "log.h"
#include "net.h"
#include "state.h"
#include "volumes.h"

enum
{
  UNDO_STOP_MS = 5000, /* what was just made has nothing yet to put away for long */
};

static const char *const words[] = {
#define JOURNAL_WORD(name, word) [JOURNAL_##name] = word,
  JOURNAL_KINDS (JOURNAL_WORD)
#undef JOURNAL_WORD
};

int
journal_add (const struct settings *s, const char *project, enum journal_kind kind, const char *name,
             struct error **err)
{
  autofree char *path = data_path (s, "projects/%s/journal", project);
  autofree char *line = mem_printf ("%s %s\n", words[kind], name);
  autoclose int fd = open (path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0 || fs_write_all (fd, line, strlen (line)) < 0)
    return fail_sys (err, errno, "%s", path);
  return 0;
}

int
journal_finish (const struct settings *s, const char *project, struct error **err)
{
  autofree char *path = data_path (s, "projects/%s/journal", project);
  if (unlink (path) < 0 && errno != ENOENT)
    return fail_sys (err, errno, "remove %s", path);
  return 0;
}

/* The container ID, if there is one: 1. A part of an id, which would find others' as well, names nothing. */
static int
find (const struct settings *s, const char *id, struct containers *ret, struct error **err)
{
  struct container_filter filter = { .id_or_name = id };
  if (strlen (id) != BUNDLE_ID_SIZE - 1)
    return fail (err, E_NOT_FOUND, "'%s' is no container's id", id);
  TRY (containers_list (s, &filter, ret, err));
  return ret->n > 0;
}

static int
undo_container (const struct settings *s, const char *project UNUSED, const char *id, struct error **err)
{
  autocontainers struct containers found = { 0 };
  int r = find (s, id, &found, err);
  if (r <= 0)
    return r < 0 ? r : container_remove_leftovers (s, id, err);
  struct container_removal how = { .timeout = UNDO_STOP_MS, .volumes = true };
  return container_remove (s, &found.v[0], &how, err);
}

static int
undo_started (const struct settings *s, const char *project UNUSED, const char *id, struct error **err)
{
  autocontainers struct containers found = { 0 };
  int r = find (s, id, &found, err);
  return r > 0 ? container_stop (s, &found.v[0], -1, false, err) : r;
}

static int
undo_stopped (const struct settings *s, const char *project UNUSED, const char *id, struct error **err)
{
  autocontainers struct containers found = { 0 };
  int r = find (s, id, &found, err);
  if (r <= 0)
    return r;
  TRY (bundle_reclaim (s, found.v[0].record, err));
  return container_start (s, NULL, found.v[0].record, err);
}

/* What was not removed yet stays as it is; what has lost its record is seen by nobody else. */
static int
undo_removed (const struct settings *s, const char *project UNUSED, const char *id, struct error **err)
{
  autocontainers struct containers found = { 0 };
  int r = find (s, id, &found, err);
  return r == 0 ? container_remove_leftovers (s, id, err) : r;
}

/* A name that is written before the thing is made may be somebody else's thing by now, or all along: only what says
 * that it was made for PROJECT goes, and nothing is made for it but under the lock that we have. */

static int
undo_network (const struct settings *s, const char *project, const char *name, struct error **err)
{
  autostrv struct strv ours = { 0 };
  TRY (network_list (s, project, &ours, err));
  return strv_has (&ours, name) ? network_remove (s, name, err) : 0;
}

static int
undo_volume (const struct settings *s, const char *project, const char *name, struct error **err)
{
  autostrv struct strv ours = { 0 };
  TRY (volume_list (s, project, &ours, err));
  return strv_has (&ours, name) ? volume_remove (s, name, err) : 0;
}

static int (*const undo[]) (const struct settings *s, const char *project, const char *name, struct error **err) = {
  [JOURNAL_NETWORK] = undo_network, [JOURNAL_VOLUME] = undo_volume,   [JOURNAL_CONTAINER] = undo_container,
  [JOURNAL_STARTED] = undo_started, [JOURNAL_STOPPED] = undo_stopped, [JOURNAL_REPLACED] = undo_container,
  [JOURNAL_REMOVED] = undo_removed,
};

/* A line's kind, and its name behind the blank in *RET; -EINVAL for what is no line of a journal. */
static int
parse_line (char *line, const char **ret)
{
  char *blank = strchr (line, ' ');
  if (! blank || ! blank[1])
    return -EINVAL;
  *blank = '\0';
  *ret = blank + 1;
  for (size_t kind = 0; kind < ARRAY_LEN (words); kind++)
    if (streq (words[kind], line))
      return (int) kind;
  return -EINVAL;
}

static bool
is_replaced (const struct strv *lines, const char *id)
{
  for (size_t i = 0; i < lines->n; i++)
    {
      const char *name = after_prefix (lines->v[i], "replaced ");
      if (name && streq (name, id))
        return true;
    }
  return false;
}

/* One line; the old container of a pair whose new one runs is not started again. */
static void
undo_line (const struct settings *s, const char *project, const struct strv *lines, size_t i, struct error **first)
{
  autoerror struct error *err = NULL;
  autofree char *line = mem_strdup (lines->v[i]);
  const char *name;
  int kind = parse_line (line, &name);
  if (kind < 0 || (kind == JOURNAL_STOPPED && is_replaced (lines, name)))
    return;
  int r = undo[kind] (s, project, name, &err);
  /* The line was there before the thing: it may not have come to be. */
  if (r >= 0 || r == -E_NOT_FOUND)
    return;
  log_debug ("project %s: undo %s %s: %s", project, words[kind], name, error_text (err));
  if (! *first)
    fail (first, err ? err->code : EIO, "%s %s: %s", words[kind], name, error_text (err));
}

/* ---- stopping takes time, and many can be stopped at once: before the lines are undone one after the other */

struct stop_job
{
  const struct settings *s;
  const char *id;
};

static int
run_stop (void *arg, struct error **err)
{
  const struct stop_job *job = arg;
  autocontainers struct containers found = { 0 };
  int r = find (job->s, job->id, &found, err);
  return r > 0 ? container_stop (job->s, &found.v[0], UNDO_STOP_MS, false, err) : r;
}

/* What fails here is tried again, and told, when its line is undone. */
static void
stop_made (const struct settings *s, const struct strv *lines)
{
  autofree struct job *jobs = mem_alloc ((lines->n + 1) * sizeof *jobs);
  autofree struct stop_job *args = mem_alloc ((lines->n + 1) * sizeof *args);
  autofree char *prefix = mem_printf ("%s ", words[JOURNAL_CONTAINER]);
  size_t n = 0;
  for (size_t i = 0; i < lines->n; i++)
    {
      const char *id = after_prefix (lines->v[i], prefix);
      if (! id)
        continue;
      args[n] = (struct stop_job) { s, id };
      jobs[n] = (struct job) { .name = id, .run = run_stop, .arg = &args[n] };
      n++;
    }
  struct jobs_options o = { .parallel = s->parallel, .go_on = true, .cancel_fd = -1 };
  if (n > 1)
    jobs_run (jobs, n, &o, NULL);
  jobs_free (jobs, n);
}

int
journal_undo (const struct settings *s, const char *project, struct error **err)
{
  autofree char *path = data_path (s, "projects/%s/journal", project), *text = NULL;
  autoerror struct error *first = NULL, *unread = NULL;
  autostrv struct strv lines = { 0 };
  int r = fs_read_regular (AT_FDCWD, path, 16 << 20, &text, NULL, &unread);
  if (r == -ENOENT)
    return 0;
  if (r < 0)
    return fail (err, -r, "%s", error_text (unread));
  char *end = strrchr (text, '\n');
  text[end ? end - text + 1 : 0] = '\0';
  for (char *save = NULL, *line = strtok_r (text, "\n", &save); line; line = strtok_r (NULL, "\n", &save))
    strv_add (&lines, line);
  stop_made (s, &lines);
  for (size_t i = lines.n; i > 0; i--)
    undo_line (s, project, &lines, i - 1, &first);
  TRY (journal_finish (s, project, err));
  return first ? fail (err, first->code, "%s", error_text (first)) : 0;
}
