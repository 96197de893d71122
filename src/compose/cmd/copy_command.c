/* copy_command.c - see copy_command.h. */
#include "copy_command.h"

#include <fcntl.h>

#include "container_root.h"
#include "copy_place.h"
#include "copy_tar.h"
#include "single.h"

/* The colon of NAME:PATH; NULL: a path here. */
static const char *
colon_of (const char *operand)
{
  const char *colon = strchr (operand, ':');
  return operand[0] == '/' || operand[0] == '.' || colon == operand ? NULL : colon;
}

int
copy_operands (const char *from, const char *to, struct copy_command *ret, char **ret_name, struct error **err)
{
  const char *from_colon = colon_of (from), *to_colon = colon_of (to);
  if (! from_colon == ! to_colon)
    return fail (err, EINVAL, "%s, %s: one of the two must be NAME:PATH, the other a path here", from, to);
  const char *colon = from_colon ? from_colon : to_colon;
  ret->out = from_colon != NULL;
  ret->inside = colon + 1;
  ret->here = ret->out ? to : from;
  ret->name = *ret_name = mem_strndup (ret->out ? from : to, (size_t) (colon - (ret->out ? from : to)));
  if (! *ret->inside || ! *ret->here)
    return fail (err, EINVAL, "%s, %s: a path is empty", from, to);
  return 0;
}

/* What the container's ID 0 is here. */
static unsigned
host_id (const struct oci_id_mapping *v, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (v[i].container_id.value == 0)
      return (unsigned) v[i].host_id.value;
  return 0;
}

static int
owner_inside (const struct record_Container *c, struct copy_options *o, struct error **err)
{
  struct oci_document doc = { 0 };
  autoclose int dir = open (c->bundle, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (dir < 0)
    return fail_sys (err, errno, "open %s", c->bundle);
  const struct oci_config *config = record_read (dir, CONTAINER_CONFIG, &oci_config_schema, &doc, err);
  if (! config)
    return wrap (err, "container %s", c->name);
  if (config->linux_)
    {
      o->uid = host_id (config->linux_->uid_mappings.v, config->linux_->uid_mappings.n);
      o->gid = host_id (config->linux_->gid_mappings.v, config->linux_->gid_mappings.n);
    }
  oci_document_free (&doc);
  return 0;
}

struct work
{
  const struct copy_command *what;
  struct copy_options options;
};

static int
copy_with_root (int root_fd, void *arg, struct error **err)
{
  const struct work *w = arg;
  const struct copy_place inside = { root_fd, w->what->inside }, here = { -1, w->what->here };
  bool stream = streq (w->what->here, "-");
  if (stream)
    return w->what->out ? copy_to_tar (&inside, STDOUT_FILENO, &w->options, err)
                        : copy_from_tar (STDIN_FILENO, &inside, &w->options, err);
  return w->what->out ? copy_between (&inside, &here, &w->options, err)
         : copy_between (&here, &inside, &w->options, err);
}

/* One that does not run is not started meanwhile: its layers would be mounted twice. */
int
copy_container (const struct settings *s, const struct container *c, const struct copy_command *what,
                struct error **err)
{
  struct work w = { .what = what, .options = { .archive = what->archive, .follow = what->follow } };
  autocontainers struct containers now = { 0 };
  autoclose int lock = -1;
  if (s->dry_run)
    {
      fprintf (stderr, "%s container %s: would be copied\n", what->out ? "from" : "to", c->record->name);
      return 0;
    }
  if (! container_has_process (c))
    {
      TRY (single_lock (s, c->record, &lock, err));
      TRY (container_find (s, c->record->id, &now, err));
      c = &now.v[0];
    }
  w.options.uid = geteuid ();
  w.options.gid = getegid ();
  if (! what->out)
    TRY (owner_inside (c->record, &w.options, err));
  TRY_DOING (err, container_with_root (s, c, copy_with_root, &w, err), "container %s", c->record->name);
  return 0;
}
