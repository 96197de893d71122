/* volumes.c - owns DATA/volumes/NAME/: _data, and volume.json, which is written before the directory has its name.
 * Runs in perry-compose. */
#include "volumes.h"

#include <ctype.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "bundle_parts.h"
#include "container.h"
#include "errors.h"
#include "fs.h"
#include "log.h"

#define VOLUME_RECORD "volume.json"
#define VOLUME_DATA "_data"

#undef OCI_PREFIX
#define OCI_PREFIX stored_
#define SPEC_StoredVolume(F, T)                                                                                       \
  F (T, str,                   name,         "name", .required = true)                                                \
  F (T, str,                   project,      "project")                                                               \
  F (T, str,                   key,          "key")                                                                   \
  F (T, str,                   driver,       "driver")                                                                \
  F (T, map,                   driver_opts,  "driverOpts")                                                            \
  F (T, str,                   created,      "created")                                                               \
  F (T, map,                   labels,       "labels")
DECLARE (StoredVolume)
DEFINE (StoredVolume)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

void
volume_info_free (struct volume_info *v)
{
  char **const texts[] = { &v->name, &v->project, &v->key, &v->driver, &v->created, &v->mountpoint };
  for (size_t i = 0; i < ARRAY_LEN (texts); i++)
    free (*texts[i]);
  strv_free (&v->labels);
  *v = (struct volume_info) { 0 };
}

static int
check_name (const char *name, struct error **err)
{
  bool bad = ! *name || *name == '-' || *name == '.' || strlen (name) > NAME_MAX || strchr (name, '/');
  for (const char *p = name; *p; p++)
    bad = bad || iscntrl ((unsigned char) *p);
  return bad ? fail (err, E_COMPOSE_FILE, "volume '%s': no name for a volume", name) : 0;
}

/* Options that a mount is made of; others would have no effect. */
static int
check_driver (const struct compose_Volume *v, struct error **err)
{
  static const char *const known[] = { "type", "o", "device" };
  if (v->driver && *v->driver && ! streq (v->driver, "local"))
    return fail (err, E_ENFORCEMENT, "volume '%s': driver '%s': \"local\" is what there is", v->name, v->driver);
  for (size_t i = 0; i < v->driver_opts.n; i++)
    {
      bool ok = false;
      for (size_t k = 0; k < ARRAY_LEN (known); k++)
        ok = ok || streq (v->driver_opts.keys[i], known[k]);
      if (! ok)
        return fail (err, E_ENFORCEMENT, "volume '%s': driver_opts.%s: type, o and device are what there is", v->name,
                     v->driver_opts.keys[i]);
    }
  return 0;
}

/* Whoever makes or removes a volume holds the lock of the directory of all: what has a dot before its name then was a
 * killed command's. */
static int
sweep (int parent, struct error **err)
{
  autoclose int again = openat (parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  autodir DIR *d = again < 0 ? NULL : fdopendir (again);
  struct dirent *e;
  if (! d)
    return fail_sys (err, errno, "read volumes");
  again = -1;
  while ((e = readdir (d)))
    if (e->d_name[0] == '.' && ! streq (e->d_name, ".") && ! streq (e->d_name, ".."))
      TRY (fs_remove_tree (parent, e->d_name, err));
  return 0;
}

static int
lock_and_sweep (int parent, struct error **err)
{
  if (RETRY_EINTR (flock (parent, LOCK_EX)) < 0)
    return fail_sys (err, errno, "flock volumes");
  return sweep (parent, err);
}

void
volumes_sweep (const struct settings *s)
{
  autofree char *path = data_path (s, "volumes");
  autoclose int parent = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  autoerror struct error *err = NULL;
  /* Whoever has the lock has swept. */
  if (parent >= 0 && flock (parent, LOCK_EX | LOCK_NB) == 0 && sweep (parent, &err) < 0)
    log_warning ("volumes that a killed command has left: %s", error_text (err));
}

static int
write_volume (int parent, const char *temporary, const struct compose_Volume *v, const char *project, const char *key,
              struct error **err)
{
  if (mkdirat (parent, temporary, 0700) < 0)
    return fail_sys (err, errno, "mkdir volumes/%s", temporary);
  autoclose int fd = openat (parent, temporary, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0 || mkdirat (fd, VOLUME_DATA, 0755) < 0 || fchmodat (fd, VOLUME_DATA, 0755, 0) < 0)
    return fail_sys (err, errno, "mkdir volumes/%s/" VOLUME_DATA, temporary);
  char now[RECORD_TIME_SIZE];
  record_time (now);
  const struct stored_StoredVolume stored = { .name = v->name,  .project = project, .key = key, .driver = "local",
                                              .driver_opts = v->driver_opts, .labels = v->labels, .created = now };
  return record_write (fd, VOLUME_RECORD, &stored_StoredVolume_schema, &stored, err);
}

static int
make_volume (int parent, const struct compose_Volume *v, const char *project, const char *key, bool *ret_created,
             struct error **err)
{
  autofree char *temporary = mem_printf (".%.200s.%d", v->name, (int) getpid ());
  TRY (lock_and_sweep (parent, err));
  int r = write_volume (parent, temporary, v, project, key, err);
  if (r == 0 && renameat2 (parent, temporary, parent, v->name, RENAME_NOREPLACE) == 0)
    {
      *ret_created = true;
      return 0;
    }
  if (r == 0 && errno != EEXIST)
    r = fail_sys (err, errno, "rename volumes/%s", temporary);
  fs_remove_tree (parent, temporary, NULL);
  return r;
}

static int
open_volumes (const struct settings *s, int *ret_fd, struct error **err)
{
  autofree char *path = data_path (s, "volumes");
  TRY (fs_mkdir_parents (path, 0700, err));
  *ret_fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return *ret_fd < 0 ? fail_sys (err, errno, "open %s", path) : 0;
}

int
volume_ensure (const struct settings *s, const struct compose_Volume *v, const char *project, const char *key,
               bool *ret_created, struct error **err)
{
  autoclose int parent = -1;
  struct stat st;
  bool created = false;
  TRY (check_name (v->name, err));
  TRY (open_volumes (s, &parent, err));
  if (fstatat (parent, v->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
    {
      if (flag_on (v->external))
        return fail (err, E_NOT_FOUND, "volume '%s' is external and is not there", v->name);
      TRY (check_driver (v, err));
      TRY (make_volume (parent, v, project, key, &created, err));
    }
  *ret_created = created;
  return 0;
}

static bool
same_map (const struct oci_strings *a, const struct oci_strings *b)
{
  bool same = a->n == b->n;
  for (size_t i = 0; same && i < a->n; i++)
    {
      const char *other = map_get (b, a->keys[i]);
      same = other && streq (other, a->v[i]);
    }
  return same;
}

bool
volume_changed (const struct settings *s, const struct compose_Volume *v)
{
  autofree char *path = data_path (s, "volumes/%s", v->name);
  autoclose int fd = flag_on (v->external) ? -1 : open (path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  struct oci_document doc = { 0 };
  const struct stored_StoredVolume *there
    = fd < 0 ? NULL : record_read (fd, VOLUME_RECORD, &stored_StoredVolume_schema, &doc, NULL);
  bool changed = there && ! (same_map (&there->labels, &v->labels) && same_map (&there->driver_opts, &v->driver_opts));
  oci_document_free (&doc);
  return changed;
}

static char *
copy_text (const char *s)
{
  return s ? mem_strdup (s) : NULL;
}

int
volume_get (const struct settings *s, const char *name, struct volume_info *ret, struct error **err)
{
  TRY (check_name (name, err));
  autofree char *path = data_path (s, "volumes/%s", name);
  autoclose int fd = open (path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return errno == ENOENT ? fail (err, E_NOT_FOUND, "volume '%s': there is none", name)
           : fail_sys (err, errno, "%s", path);
  struct oci_document doc = { 0 };
  const struct stored_StoredVolume *v = record_read (fd, VOLUME_RECORD, &stored_StoredVolume_schema, &doc, err);
  if (! v)
    return wrap (err, "%s", path);
  *ret = (struct volume_info) { .name = copy_text (v->name),
                                .project = copy_text (v->project),
                                .key = copy_text (v->key),
                                .driver = copy_text (v->driver),
                                .created = copy_text (v->created),
                                .mountpoint = mem_printf ("%s/" VOLUME_DATA, path),
                                .anonymous = map_get (&v->labels, VOLUME_ANONYMOUS_LABEL) != NULL };
  for (size_t i = 0; i < v->labels.n; i++)
    strv_printf (&ret->labels, "%s=%s", v->labels.keys[i], v->labels.v[i]);
  oci_document_free (&doc);
  return 0;
}

static int
compare (const void *a, const void *b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

int
volume_list (const struct settings *s, const char *project, struct strv *ret, struct error **err)
{
  autoclose int parent = -1;
  TRY (open_volumes (s, &parent, err));
  autodir DIR *d = fdopendir (parent);
  if (! d)
    return fail_sys (err, errno, "read volumes");
  parent = -1;
  autostrv struct strv names = { 0 };
  struct dirent *e;
  while ((e = readdir (d)))
    {
      struct volume_info v = { 0 };
      if (e->d_name[0] == '.' || (project && volume_get (s, e->d_name, &v, NULL) < 0))
        continue;
      if (! project || (v.project && streq (v.project, project)))
        strv_add (&names, e->d_name);
      volume_info_free (&v);
    }
  if (names.n)
    qsort (names.v, names.n, sizeof *names.v, compare);
  *ret = names;
  names = (struct strv) { 0 };
  return 0;
}

/* The container that has it; NULL: none. */
static int
find_user (const struct settings *s, const char *name, char **ret, struct error **err)
{
  autocontainers struct containers all = { 0 };
  const struct container_filter any = { 0 };
  TRY (containers_list (s, &any, &all, err));
  for (size_t i = 0; i < all.n && ! *ret; i++)
    for (size_t k = 0; k < all.v[i].record->mounts.n; k++)
      if (all.v[i].record->mounts.v[k].volume && streq (all.v[i].record->mounts.v[k].volume, name))
        *ret = mem_strdup (all.v[i].record->name);
  return 0;
}

int
volume_remove (const struct settings *s, const char *name, struct error **err)
{
  autoclose int parent = -1;
  autofree char *user = NULL, *gone = mem_printf (".%.200s.gone.%d", name, (int) getpid ());
  TRY (check_name (name, err));
  TRY (open_volumes (s, &parent, err));
  TRY (find_user (s, name, &user, err));
  if (user)
    return fail (err, E_CONFLICT, "volume '%s' is used by container %s", name, user);
  if (s->dry_run)
    return faccessat (parent, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0 ? 0
           : fail (err, E_NOT_FOUND, "volume '%s': there is none", name);
  TRY (lock_and_sweep (parent, err));
  /* It loses its name at once: a killed removal leaves no half of a volume. */
  if (renameat (parent, name, parent, gone) < 0)
    return errno == ENOENT ? fail (err, E_NOT_FOUND, "volume '%s': there is none", name)
           : fail_sys (err, errno, "volume '%s'", name);
  return fs_remove_tree (parent, gone, err);
}
