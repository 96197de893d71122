/* status.c - see status.h. In perry-compose; asks the kernel, never the monitor, so that it costs nothing and cannot
 * hang. */
#include "status.h"

#include <fcntl.h>

/* The monitor holds a lock as long as it lives. */
static bool
monitor_lives (const struct settings *s, const char *id)
{
  struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  autofree char *path = run_path (s, "containers/%s/" CONTAINER_LOCK, id);
  autoclose int fd = open (path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
  return fd >= 0 && fcntl (fd, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
}

static bool
process_lives (const struct record_Status *st)
{
  return st->pid.set && st->pid_start.set && record_start_time ((pid_t) st->pid.value) == st->pid_start.value;
}

static void
tell_state (const struct settings *s, const char *boot_id, struct container *c)
{
  const struct record_Status *st = c->status;
  bool ended = ! st || streq (st->state, "created") || streq (st->state, "exited");
  c->state = st ? st->state : "created";
  c->reason = st ? st->reason : NULL;
  c->monitored = monitor_lives (s, c->record->id);
  if (ended || c->monitored)
    return;
  if (! st->boot_id || ! streq (st->boot_id, boot_id))
    {
      c->state = "exited";
      c->reason = "host-reboot";
    }
  else if (process_lives (st))
    c->state = streq (st->state, "paused") ? "paused" : "running";
  else
    {
      c->state = "dead";
      c->reason = "monitor-died";
    }
}

/* A file that need not be there. */
static const void *
read_if_there (int fd, const char *name, const struct oci_schema *schema, struct oci_document *doc, int *ret,
               struct error **err)
{
  autoerror struct error *why = NULL;
  const void *object = record_read (fd, name, schema, doc, &why);
  *ret = object || why->code == ENOENT ? 0 : fail (err, why->code, "%s", why->text);
  return object;
}

int
container_read (const struct settings *s, int fd, const char *id, const char *boot_id, struct container *ret,
                struct error **err)
{
  struct container c = { 0 };
  int r = 0;
  autoerror struct error *why = NULL;
  c.record = record_read (fd, CONTAINER_RECORD, &record_Container_schema, &c.record_document, &why);
  if (! c.record)
    return fail (err, why->code, "container %.12s: %s", id, why->text);
  if (! streq (c.record->id, id))
    r = fail (err, EBADMSG, "container %.12s: its record is of %.12s", id, c.record->id);
  if (r == 0)
    c.status = read_if_there (fd, CONTAINER_STATUS, &record_Status_schema, &c.status_document, &r, err);
  if (r == 0 && c.record->health)
    c.health = read_if_there (fd, CONTAINER_HEALTH, &record_HealthState_schema, &c.health_document, &r, err);
  if (r < 0)
    {
      wrap (err, "container %s", c.record->name);
      container_close (&c);
      return r;
    }
  tell_state (s, boot_id, &c);
  *ret = c;
  return 0;
}

void
container_close (struct container *c)
{
  oci_document_free (&c->record_document);
  oci_document_free (&c->status_document);
  oci_document_free (&c->health_document);
}

bool
container_has_run (const struct container *c)
{
  return c->status && c->status->started;
}

bool
container_has_process (const struct container *c)
{
  return streq (c->state, "running") || streq (c->state, "paused");
}

bool
container_is_active (const struct container *c)
{
  return container_has_process (c) || streq (c->state, "restarting");
}
