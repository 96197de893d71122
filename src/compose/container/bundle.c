/* bundle.c - owns the order in which a container comes to be, and its directory. A container is made in
 * DATA/containers/.ID under an flock and renamed to ID when it is whole: what a killed command left is swept by the
 * next (sweep.c). Runs in perry-compose. */
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "bundle_parts.h"
#include "errors.h"
#include "fs.h"
#include "memory_files.h"
#include "net.h"
#include "volumes.h"

/* In this order: who the process is comes first, mounts know it; the record knows everything. */
static bundle_step *const steps[] = {
  spec_process,     spec_identity,      spec_capabilities,   spec_rlimits,      spec_security,
  spec_seccomp,     spec_namespaces,    spec_resources,      spec_devices,      spec_sysctls,
  bundle_networks,  bundle_ports,       bundle_etc_files,    spec_base_mounts,  spec_service_mounts,
  spec_memory_files, bundle_record,    spec_annotations,    spec_mount_order,
};

void
bundle_free (struct bundle *b)
{
  memory_files_free (b);
  strv_free (&b->new_volumes);
  arena_free (&b->arena);
  *b = (struct bundle) { 0 };
}

/* A new directory PATH, with its lock. Another command's sweep may take it between the two: then once more. */
static int
make_locked_directory (const char *path, int *ret, struct error **err)
{
  for (;;)
    {
      struct stat st;
      if (mkdir (path, 0700) < 0)
        return fail_sys (err, errno, "mkdir %s", path);
      autoclose int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      if (fd < 0 && errno == ENOENT)
        continue;
      if (fd < 0 || flock (fd, LOCK_EX) < 0 || fstat (fd, &st) < 0)
        return fail_sys (err, errno, "open %s", path);
      if (st.st_nlink == 0)
        continue;
      *ret = TAKE_FD (fd);
      return 0;
    }
}

static int
make_directory (struct making *m, struct error **err)
{
  autofree char *parent = data_path (m->settings, "containers");
  TRY (fs_mkdir_parents (parent, 0700, err));
  m->dir = make_printf (m->arena, "%s/.%s", parent, m->id);
  TRY (make_locked_directory (m->dir, &m->dir_fd, err));
  /* The root file system's own directory is what the overlay's root looks like. */
  static const struct { const char *name; mode_t mode; } parts[] = {
    { CONTAINER_ROOTFS, 0755 }, { "upper", 0755 }, { "work", 0700 },
  };
  for (size_t i = 0; i < ARRAY_LEN (parts); i++)
    if (mkdirat (m->dir_fd, parts[i].name, 0700) < 0 || fchmodat (m->dir_fd, parts[i].name, parts[i].mode, 0) < 0)
      return fail_sys (err, errno, "mkdir %s/%s", m->dir, parts[i].name);
  return m->in->ret_lock ? fs_replace (m->dir_fd, CONTAINER_UNSTARTED, "", 0, 0600, err) : 0;
}

static int
write_config (struct making *m, struct error **err)
{
  /* Older runtimes refuse newer versions; nothing here needs one. */
  m->config->oci_version = "1.0.2";
  m->config->root = MAKE (m->arena, struct oci_root);
  *m->config->root = (struct oci_root) { .path = CONTAINER_ROOTFS, .readonly = flag_is (root_read_only (m)) };
  autofree char *text = oci_emit (&oci_config_schema, m->config, NULL);
  if (! text)
    return fail_sys (err, ENOMEM, CONTAINER_CONFIG);
  return fs_replace (m->dir_fd, CONTAINER_CONFIG, text, strlen (text), 0600, err);
}

static int
publish (struct making *m, struct error **err)
{
  TRY (write_config (m, err));
  TRY (memory_sources_write (m->dir_fd, &m->sources, err));
  TRY (record_write (m->dir_fd, CONTAINER_RECORD, &record_Container_schema, m->record, err));
  if (rename (m->dir, m->record->bundle) < 0)
    return fail_sys (err, errno, "rename %s", m->dir);
  return 0;
}

static int
run_steps (struct making *m, struct error **err)
{
  TRY (make_directory (m, err));
  TRY (name_claim (m, err));
  for (size_t i = 0; i < ARRAY_LEN (steps); i++)
    TRY (steps[i] (m, err));
  TRY (memory_files_load (m->settings, m->in->project, &m->sources, m->bundle, err));
  return publish (m, err);
}

static void
remove_new_volumes (const struct settings *s, struct bundle *b)
{
  for (size_t i = 0; i < b->new_volumes.n; i++)
    volume_remove (s, b->new_volumes.v[i], NULL);
}

int
bundle_new_id (char id[BUNDLE_ID_SIZE], struct error **err)
{
  return random_hex (id, BUNDLE_ID_SIZE - 1, err);
}

int
bundle_create (const struct bundle_input *in, struct bundle *ret, struct error **err)
{
  static const struct bundle_overrides none;
  autobundle struct bundle b = { 0 };
  char id[BUNDLE_ID_SIZE];
  if (in->id)
    snprintf (id, sizeof id, "%s", in->id);
  else
    TRY (bundle_new_id (id, err));
  struct making m = { .in = in, .settings = in->settings, .service = in->service, .bundle = &b, .arena = &b.arena,
                      .dir_fd = -1 };
  m.overrides = in->overrides ? in->overrides : &none;
  m.record = b.record = MAKE (&b.arena, struct record_Container);
  m.config = MAKE (&b.arena, struct oci_config);
  m.config->process = MAKE (&b.arena, struct oci_process);
  m.config->linux_ = MAKE (&b.arena, struct oci_linux_container);
  m.record->id = m.id = make_string (&b.arena, id);
  m.record->service = make_string (&b.arena, in->service_name);
  autofree char *dir = data_path (in->settings, "containers/%s", id);
  m.record->bundle = make_string (&b.arena, dir);
  int r = run_steps (&m, err);
  if (r >= 0 && in->ret_lock)
    *in->ret_lock = TAKE_FD (m.dir_fd);
  close_fd (&m.dir_fd);
  identity_free (&m.identity);
  if (r < 0)
    {
      bundle_forget (in->settings, m.record, m.dir, NULL);
      name_give_back (in->settings, m.record->name, in->replaces);
      remove_new_volumes (in->settings, &b);
      return in->service_name ? wrap (err, "service '%s'", in->service_name) : r;
    }
  *ret = b;
  b = (struct bundle) { 0 };
  return 0;
}
