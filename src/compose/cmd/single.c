/* single.c - see single.h. */
#include "single.h"

#include <fcntl.h>
#include <sys/file.h>

#include "log.h"
#include "state.h"

int
single_lock (const struct settings *s, const struct record_Container *c, int *ret_fd, struct error **err)
{
  if (c->project)
    return project_lock (s, c->project, ret_fd, err);
  autoclose int fd = open (c->bundle, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT)
    return fail (err, E_NOT_FOUND, "container %s has just been removed", c->name);
  if (fd < 0 || RETRY_EINTR (flock (fd, LOCK_EX)) < 0)
    return fail_sys (err, errno, "lock %s", c->bundle);
  *ret_fd = TAKE_FD (fd);
  return 0;
}

int
single_find (struct context *c, const char *name, bool running, struct containers *ret, struct error **err)
{
  autocontainers struct containers found = { 0 };
  TRY (container_find (&c->settings, name, &found, err));
  if (running && ! streq (found.v[0].state, "running"))
    return fail (err, E_CONFLICT, "container %s is not running: it is %s", found.v[0].record->name, found.v[0].state);
  *ret = found;
  found = (struct containers) { 0 };
  return 0;
}

static int
call_one (struct context *c, const struct single_call *call, const char *name, struct error **err)
{
  autocontainers struct containers v = { 0 };
  autoclose int lock = -1;
  TRY (single_find (c, name, false, &v, err));
  if (c->settings.dry_run && call->done)
    return 0;
  if (! call->unlocked)
    {
      TRY (single_lock (&c->settings, v.v[0].record, &lock, err));
      containers_free (&v); /* another command may have changed it while we waited */
      TRY (single_find (c, name, false, &v, err));
    }
  int r = call->fn (c, &v.v[0], call->args, err);
  return r < 0 ? wrap (err, "container %s", v.v[0].record->name) : r;
}

int
single_each (const struct global_args *g, const struct single_call *call, int argc, char **argv, struct error **err)
{
  autocontext struct context c = { 0 };
  int last = 0;
  TRY (context_open (g, &c, err));
  for (int i = 0; i < argc; i++)
    {
      autoerror struct error *why = NULL;
      int r = call_one (&c, call, argv[i], &why);
      if (r < 0 && i + 1 < argc)
        log_line (LOG_ERROR, "%s", error_text (why));
      if (r >= 0 && c.settings.dry_run && call->done)
        printf ("%s would be %s\n", argv[i], call->done);
      else if (r >= 0 && ! call->quiet)
        printf ("%s\n", argv[i]);
      if (r < 0)
        last = fail (err, why->code, "%s", why->text);
      else if (last >= 0)
        last = r;
    }
  return last;
}
