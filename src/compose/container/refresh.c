/* refresh.c - what of a bundle is another thing each time it is started: namespaces that are another container's,
 * which /proc names by a process that lives only now. Runs in perry-compose, before the monitor is told to start. */
#include <fcntl.h>

#include "bundle_parts.h"
#include "errors.h"
#include "fs.h"

#define SHM_MARK "\"" SHM_ANNOTATION "\""
enum { CONFIG_LIMIT = 16 << 20 };

static int
process_of (const struct settings *s, const char *id, long long *ret, struct error **err)
{
  autofree char *path = data_path (s, "containers/%s", id);
  autoclose int dir = open (path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  struct oci_document doc = { 0 };
  const struct record_Status *status = dir < 0 ? NULL : record_read (dir, CONTAINER_STATUS, &record_Status_schema,
                                                                     &doc, NULL);
  long long pid = status && streq (status->state, "running") ? status->pid.value : 0;
  if (pid > 0 && record_start_time ((pid_t) pid) != status->pid_start.value)
    pid = 0;
  oci_document_free (&doc);
  if (pid <= 0)
    return fail (err, E_CONFLICT, "container %.12s, whose namespaces it shares, does not run", id);
  *ret = pid;
  return 0;
}

static int
join_one (const struct settings *s, struct arena *a, struct oci_config *config, const char *type, const char *id,
          struct error **err)
{
  long long pid = 0;
  TRY (process_of (s, id, &pid, err));
  for (size_t i = 0; i < config->linux_->namespaces.n; i++)
    if (streq (config->linux_->namespaces.v[i].type, type))
      config->linux_->namespaces.v[i].path = make_printf (a, "/proc/%lld/ns/%s", pid, type);
  return 0;
}

static int
join_all (const struct settings *s, struct arena *a, struct oci_config *config, size_t *ret_n, struct error **err)
{
  for (size_t i = 0; i < config->annotations.n; i++)
    {
      const char *type = after_prefix (config->annotations.keys[i], "perry.join.");
      if (! type)
        continue;
      TRY (join_one (s, a, config, type, config->annotations.v[i], err));
      ++*ret_n;
    }
  return 0;
}

int
bundle_refresh (const struct settings *s, const struct record_Container *c, int dir_fd, struct error **err)
{
  autofree char *text = NULL;
  size_t n = 0, joined = 0;
  TRY (fs_read_regular (dir_fd, CONTAINER_CONFIG, CONFIG_LIMIT, &text, &n, err));
  if (memmem (text, n, SHM_MARK, strlen (SHM_MARK)))
    TRY (shm_make (s, c->id, err));
  if (! memmem (text, n, "\"perry.join.", strlen ("\"perry.join.")))
    return 0;
  struct oci_document doc;
  struct oci_config *config = (struct oci_config *) oci_parse (&oci_config_schema, text, n, &doc);
  if (! config)
    return fail (err, EBADMSG, "%s/" CONTAINER_CONFIG ": %s: %s", c->bundle, doc.path, doc.message);
  autoarena struct arena a = { 0 };
  int r = join_all (s, &a, config, &joined, err);
  autofree char *changed = r == 0 && joined ? oci_emit (&oci_config_schema, config, NULL) : NULL;
  oci_document_free (&doc);
  return changed ? fs_replace (dir_fd, CONTAINER_CONFIG, changed, strlen (changed), 0600, err) : r;
}
