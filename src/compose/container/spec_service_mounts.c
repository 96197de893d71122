/* spec_service_mounts.c - volumes, tmpfs, x-perry.mounts, volumes of the image -> mounts, one function per type.
 * Makes volumes and bind sources that are not there. Runs in perry-compose. */
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "bundle_parts.h"
#include "copy_up.h"
#include "errors.h"
#include "fs.h"
#include "image_files.h"
#include "loading.h"
#include "mount_options.h"
#include "volumes.h"
#include "yaml.h"

static struct record_MountRef *
add_ref (struct making *m, const char *type, const char *source, const char *target, bool read_only)
{
  struct record_MountRef *r = LIST_ADD (m->arena, &m->record->mounts);
  *r = (struct record_MountRef) { .type = type,
                                  .source = make_string (m->arena, source),
                                  .target = make_string (m->arena, target),
                                  .read_only = flag_is (read_only) };
  return r;
}

/* rro is of mount_setattr(2), Linux 5.12; without it only the uppermost mount can be made read-only. */
static bool
has_recursive_read_only (void)
{
  return ! (mount_setattr (-1, "", 0, NULL, 0) < 0 && errno == ENOSYS);
}

static const char *
read_only_options (const struct making *m, const struct compose_VolumeMount *v, struct error **err)
{
  const char *recursive = v->bind ? v->bind->recursive : NULL;
  (void) m;
  if (! flag_on (v->read_only))
    return "";
  if (recursive && (streq (recursive, "writable") || streq (recursive, "disabled")))
    return ",ro";
  if (has_recursive_read_only ())
    return ",ro,rro";
  if (recursive && streq (recursive, "readonly"))
    {
      fail (err, E_ENFORCEMENT, "bind.recursive: readonly needs Linux 5.12");
      return NULL;
    }
  return ",ro";
}

static int
propagation_of (struct making *m, const struct compose_VolumeMount *v, const char **ret, struct error **err)
{
  static const char *const names[] = { "private", "rprivate", "shared", "rshared", "slave", "rslave" };
  const char *wanted = v->bind && v->bind->propagation && *v->bind->propagation ? v->bind->propagation : "rprivate";
  for (size_t i = 0; i < ARRAY_LEN (names); i++)
    if (streq (wanted, names[i]))
      *ret = names[i];
  if (! *ret)
    return fail (err, E_COMPOSE_FILE,
                 "bind.propagation '%s': private, shared, slave or one of them with an r before is expected",
                 wanted);
  if (strstr (wanted, "shared"))
    m->record->shared_mounts = flag_is (true);
  /* A bind can take part only if the root's propagation lets it (mount_namespaces(7)). */
  if (strstr (wanted, "shared"))
    m->config->linux_->rootfs_propagation = "rshared";
  else if (strstr (wanted, "slave") && ! m->config->linux_->rootfs_propagation)
    m->config->linux_->rootfs_propagation = "rslave";
  return 0;
}

static int
add_bind (struct making *m, const struct compose_VolumeMount *v, const char *source, const char *target,
          struct error **err)
{
  const char *propagation = NULL, *read_only = read_only_options (m, v, err);
  if (! read_only)
    return -E_ENFORCEMENT;
  TRY (propagation_of (m, v, &propagation, err));
  bool flat = v->bind && v->bind->recursive && streq (v->bind->recursive, "disabled");
  const char *options = make_printf (m->arena, "%s,%s%s", flat ? "bind" : "rbind", propagation, read_only);
  mount_add (m, "bind", source, target, options);
  return 0;
}

/* "service": whom the container runs as; "UID:GID". */
static int
owner_of (const struct making *m, const char *owner, unsigned *uid, unsigned *gid, struct error **err)
{
  int end = 0;
  if (streq (owner, "service"))
    {
      *uid = m->identity.uid;
      *gid = m->identity.gid;
    }
  else if (sscanf (owner, "%9u:%9u%n", uid, gid, &end) != 2 || owner[end])
    return fail (err, E_COMPOSE_FILE, "x-perry-owner '%s': \"service\" or \"UID:GID\" is expected", owner);
  return 0;
}

static const char *
owner_text (const struct making *m, const char *of_mount, const char *of_volume)
{
  return of_mount ? of_mount : of_volume ? of_volume : m->service->perry ? m->service->perry->owner : NULL;
}

/* Give directory FD to OWNER (NULL: leave it). */
static int
give_to (const struct making *m, int fd, const char *owner, struct error **err)
{
  unsigned uid, gid;
  if (! owner)
    return 0;
  TRY (owner_of (m, owner, &uid, &gid, err));
  return fchown (fd, uid, gid) < 0 ? fail_sys (err, errno, "x-perry-owner '%s'", owner) : 0;
}

static int
make_source (struct making *m, const struct compose_VolumeMount *v, struct error **err)
{
  if (v->bind && v->bind->create_host_path.set && ! v->bind->create_host_path.value)
    return fail (err, E_VOLUME, "%s: there is none, and create_host_path is false", v->source);
  TRY (fs_mkdir_parents (v->source, 0755, err));
  autoclose int fd = open (v->source, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return fail_sys (err, errno, "%s", v->source);
  return give_to (m, fd, owner_text (m, v->owner, NULL), err);
}

static int
mount_bind (struct making *m, const struct compose_VolumeMount *v, const char *target, struct error **err)
{
  if (! v->source || *v->source != '/')
    return fail (err, E_COMPOSE_FILE, "source '%s': an absolute path is expected", v->source ? v->source : "");
  if (access (v->source, F_OK) < 0)
    TRY (errno == ENOENT ? make_source (m, v, err) : fail_sys (err, errno, "%s", v->source));
  TRY (add_bind (m, v, v->source, target, err));
  add_ref (m, "bind", v->source, target, flag_on (v->read_only));
  return 0;
}

/* ---- volumes */

static const struct compose_Volume *
defined_volume (const struct making *m, const char *key)
{
  const struct compose_Project *model = m->in->project ? m->in->project->model : NULL;
  for (size_t i = 0; model && i < model->volumes.n; i++)
    if (streq (model->volumes.keys[i], key))
      return &model->volumes.v[i];
  return NULL;
}

/* A volume that a mount of its own stands behind: driver_opts as mount(8) takes them. */
static bool
mount_driver (struct making *m, const struct compose_Volume *volume, const struct compose_VolumeMount *v,
              const char *target)
{
  const char *device = map_get (&volume->driver_opts, "device"), *type = map_get (&volume->driver_opts, "type");
  const char *options = map_get (&volume->driver_opts, "o");
  if (! device && ! type)
    return false;
  bool bind = options && (strstr (options, "bind") == options || strstr (options, ",bind")
                          || strstr (options, "rbind"));
  const char *all = make_printf (m->arena, "%s%s%s", options ? options : "", options && *options ? "," : "",
                                 flag_on (v->read_only) ? "ro" : "rw");
  mount_add (m, bind || ! type ? "bind" : type, device ? device : type, target, all);
  return true;
}

static const char *
sub_of (const struct compose_VolumeMount *v)
{
  return v->volume && v->volume->subpath && *v->volume->subpath ? v->volume->subpath : NULL;
}

/* Below the volume's root and no way out: a volume's content is a container's. The monitor does it again when it
 * binds it; here it is for the message. */
static int
check_sub_path (const char *directory, const char *path, struct error **err)
{
  const struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS };
  autoclose int root = open (directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (root < 0)
    return fail_sys (err, errno, "%s", directory);
  autoclose int fd = (int) syscall (SYS_openat2, root, path, &how, sizeof how);
  return fd < 0 ? fail_sys (err, errno == EXDEV ? EACCES : errno, "volume.subpath '%s'", path) : 0;
}

const char *
part_of_volume (struct making *m, struct record_MountRef *ref, const char *subpath)
{
  if (! subpath)
    return ref->source;
  ref->subpath = make_string (m->arena, subpath);
  ref->place = make_printf (m->arena, "part%zu", m->record->mounts.n);
  return make_printf (m->arena, "%s/%s", m->record->bundle, ref->place);
}

static int
fill_volume (struct making *m, const struct compose_Volume *volume, const struct compose_VolumeMount *v,
             const char *directory,
             const char *target, struct error **err)
{
  const char *owner = owner_text (m, v->owner, volume->owner);
  bool copy = ! (v->volume && (flag_on (v->volume->nocopy) || v->volume->subpath));
  bool fresh = false;
  TRY (volume_fill (m->settings, m->in->image, directory, copy ? target : NULL, &fresh, err));
  if (! fresh || ! owner)
    return 0;
  autoclose int fd = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return fail_sys (err, errno, "%s", directory);
  return give_to (m, fd, owner, err);
}

static int
use_volume (struct making *m, const struct compose_Volume *volume, const char *key, const struct compose_VolumeMount *v,
            const char *target, bool anonymous, struct error **err)
{
  bool created = false;
  /* `run -v NAME:…` may name one that the project knows nothing of, and that does not go with it. */
  const char *project = m->in->project && key && defined_volume (m, key) ? m->in->project->name : NULL;
  TRY (volume_ensure (m->settings, volume, project, key, &created, err));
  if (created)
    strv_add (&m->bundle->new_volumes, volume->name);
  struct record_MountRef *ref = add_ref (m, "volume", NULL, target, flag_on (v->read_only));
  ref->volume = make_string (m->arena, volume->name);
  ref->anonymous = flag_is (anonymous);
  if (mount_driver (m, volume, v, target))
    return 0;
  autofree char *directory = data_path (m->settings, "volumes/%s/_data", volume->name);
  TRY (fill_volume (m, volume, v, directory, target, err));
  if (sub_of (v))
    TRY (check_sub_path (directory, sub_of (v), err));
  ref->source = make_string (m->arena, directory);
  return add_bind (m, v, part_of_volume (m, ref, sub_of (v)), target, err);
}

/* The volume that the container before had at TARGET. */
static const char *
kept_anonymous (const struct making *m, const char *target)
{
  const struct record_Container *before = m->in->replaces;
  for (size_t i = 0; before && ! m->in->renew_anonymous && i < before->mounts.n; i++)
    if (flag_on (before->mounts.v[i].anonymous) && before->mounts.v[i].volume
        && streq (before->mounts.v[i].target, target))
      return before->mounts.v[i].volume;
  return NULL;
}

static int
mount_anonymous (struct making *m, const struct compose_VolumeMount *v, const char *target, struct error **err)
{
  const char *kept = kept_anonymous (m, target);
  char name[BUNDLE_ID_SIZE];
  TRY (bundle_new_id (name, err));
  struct compose_Volume volume = { .name = kept ? kept : name };
  map_set (m->arena, &volume.labels, VOLUME_ANONYMOUS_LABEL, "");
  return use_volume (m, &volume, NULL, v, target, true, err);
}

static int
mount_volume (struct making *m, const struct compose_VolumeMount *v, const char *target, struct error **err)
{
  if (! v->source || ! *v->source)
    return mount_anonymous (m, v, target, err);
  const struct compose_Volume named = { .name = v->source };
  const struct compose_Volume *volume = defined_volume (m, v->source);
  return use_volume (m, volume ? volume : &named, v->source, v, target, false, err);
}

/* ---- the others */

static int
mount_tmpfs (struct making *m, const struct compose_VolumeMount *v, const char *target, struct error **err)
{
  autotext struct text options = { 0 };
  if (v->tmpfs && v->tmpfs->size.set && v->tmpfs->size.value > 0)
    text_printf (&options, "size=%lld,", (long long) v->tmpfs->size.value);
  if (v->tmpfs && v->tmpfs->mode)
    text_printf (&options, "mode=%s,", v->tmpfs->mode);
  if (flag_on (v->read_only))
    text_add (&options, "ro");
  const char *all;
  TRY (tmpfs_options (m->arena, options.s ? options.s : "", &all, err));
  mount_add (m, "tmpfs", "tmpfs", target, all);
  add_ref (m, "tmpfs", NULL, target, flag_on (v->read_only));
  return 0;
}

static int
mount_image (struct making *m, const struct compose_VolumeMount *v, const char *target, struct error **err)
{
  autoimage struct image image = { 0 };
  if (! v->source)
    return fail (err, E_COMPOSE_FILE, "source: an image is expected");
  TRY (image_find (m->settings, v->source, &image, err));
  autostrv struct strv parts = { 0 };
  TRY (image_lower (&image, v->image ? v->image->subpath : NULL, &parts, err));
  add_ref (m, "image", v->source, target, true);
  if (parts.n == 1) /* an overlay needs two */
    {
      mount_add (m, "bind", parts.v[0], target, "bind,rprivate,ro,nosuid,nodev");
      return 0;
    }
  autotext struct text lower = { 0 };
  for (size_t i = 0; i < parts.n; i++)
    text_printf (&lower, "%s%s", i ? ":" : "lowerdir=", parts.v[i]);
  mount_add (m, "overlay", "overlay", target, make_printf (m->arena, "ro,nosuid,nodev,%s", lower.s));
  return 0;
}

static const struct
{
  const char *type;
  int (*mount) (struct making *m, const struct compose_VolumeMount *v, const char *target, struct error **err);
} types[] = {
  { "bind", mount_bind }, { "volume", mount_volume }, { "tmpfs", mount_tmpfs }, { "image", mount_image },
};

static int
add_volume (struct making *m, const struct compose_VolumeMount *v, struct error **err)
{
  if (! v->target || *v->target != '/')
    return fail (err, E_COMPOSE_FILE, "target '%s': an absolute path is expected", v->target ? v->target : "");
  const char *target = clean_path (m->arena, v->target);
  if (streq (target, "/"))
    return fail (err, E_COMPOSE_FILE, "target '/': the root directory is the image's");
  for (size_t i = 0; i < ARRAY_LEN (types); i++)
    if (streq (types[i].type, v->type))
      return types[i].mount (m, v, target, err);
  return fail (err, E_ENFORCEMENT, "type '%s' is not supported", v->type);
}

/* "-v" in its short form, read as a compose file's. */
static int
add_flag_volume (struct making *m, const char *text, struct error **err)
{
  struct node *n = node_string (m->arena, text, NULL);
  TRY (canonical_volume (m->arena, n, NULL, err));
  struct node *source = node_get (n, "source");
  if (source && strcmp (map_text (n, "type"), "bind") == 0 && source->text[0] != '/')
    {
      autofree char *absolute = fs_absolute (source->text);
      source->text = make_string (m->arena, absolute);
    }
  struct oci_document doc;
  const struct compose_VolumeMount *v = node_parse (n, &compose_VolumeMount_schema, "", &doc, err);
  if (! v)
    return -E_COMPOSE_FILE;
  int r = add_volume (m, v, err);
  oci_document_free (&doc);
  return r;
}

static int
add_overlay (struct making *m, const struct compose_OverlayMount *o, struct error **err)
{
  autotext struct text options = { 0 };
  if (o->type && ! streq (o->type, "overlay") && ! streq (o->type, "overlayfs"))
    return fail (err, E_COMPOSE_FILE, "type '%s': \"overlay\" is expected", o->type);
  if (! o->target || *o->target != '/' || o->lower.n == 0 || ! o->upper != ! o->work)
    return fail (err, E_COMPOSE_FILE, "target, lower, and upper and work together are needed");
  for (size_t i = 0; i < o->lower.n; i++)
    {
      if (o->lower.v[i][strcspn (o->lower.v[i], ":,")])
        return fail (err, E_COMPOSE_FILE, "lower[%zu] '%s': no ':' or ',' may be in it", i, o->lower.v[i]);
      text_printf (&options, "%s%s", i ? ":" : "lowerdir=", o->lower.v[i]);
    }
  if (o->upper)
    text_printf (&options, ",upperdir=%s,workdir=%s", o->upper, o->work);
  mount_add (m, "overlay", "overlay", clean_path (m->arena, o->target), options.s);
  return 0;
}

static int
add_image_volumes (struct making *m, struct error **err)
{
  static const struct compose_VolumeMount plain;
  const struct strv *volumes = &m->in->image->volumes;
  for (size_t i = 0; i < volumes->n; i++)
    {
      const char *target = clean_path (m->arena, volumes->v[i]);
      if (! streq (target, "/") && ! mount_find (m, target))
        TRY_DOING (err, mount_anonymous (m, &plain, target, err), "VOLUME %s of the image", volumes->v[i]);
    }
  return 0;
}

/* x-perry.tmp "auto": a read-only root gets the places where programs must write. It is the default where a policy,
 * not the service itself, makes the root read-only. */
static void
add_auto_tmp (struct making *m)
{
  static const char *const places[] = { "/tmp", "/run", "/var/tmp" };
  const struct compose_ServiceExtension *perry = m->service->perry;
  bool wanted = perry && (perry->tmp ? streq (perry->tmp, "auto") : flag_on (perry->read_only_root));
  if (! root_read_only (m) || ! wanted)
    return;
  for (size_t i = 0; i < ARRAY_LEN (places); i++)
    if (! mount_find (m, places[i]))
      mount_add (m, "tmpfs", "tmpfs", places[i], "nosuid,nodev,mode=1777");
}

static int
add_tmpfs (struct making *m, const char *text, struct error **err)
{
  const char *colon = strchrnul (text, ':'), *options;
  if (*text != '/')
    return fail (err, E_COMPOSE_FILE, "'%s': an absolute path is expected", text);
  const char *target = clean_path (m->arena, make_printf (m->arena, "%.*s", (int) (colon - text), text));
  TRY (tmpfs_options (m->arena, *colon ? colon + 1 : "", &options, err));
  mount_add (m, "tmpfs", "tmpfs", target, options);
  add_ref (m, "tmpfs", NULL, target, false);
  return 0;
}

int
spec_service_mounts (struct making *m, struct error **err)
{
  const struct compose_Service *s = m->service;
  TRY (mounts_from (m, err));
  for (size_t i = 0; i < s->tmpfs.n; i++)
    TRY_DOING (err, add_tmpfs (m, s->tmpfs.v[i], err), "tmpfs[%zu]", i);
  for (size_t i = 0; s->perry && i < s->perry->mounts.n; i++)
    TRY_DOING (err, add_overlay (m, &s->perry->mounts.v[i], err), "x-perry.mounts[%zu]", i);
  for (size_t i = 0; i < s->volumes.n; i++)
    TRY_DOING (err, add_volume (m, &s->volumes.v[i], err), "volumes[%zu]", i);
  for (size_t i = 0; m->overrides->volumes && i < m->overrides->volumes->n; i++)
    TRY_DOING (err, add_flag_volume (m, m->overrides->volumes->v[i], err), "--volume %s", m->overrides->volumes->v[i]);
  TRY (add_image_volumes (m, err));
  add_auto_tmp (m);
  return 0;
}
