/* plan_devices.c - owns linux.devices and the devices that every container gets. No system calls; runs in the
 * runtime. */
#include <sys/sysmacros.h>

#include "log.h"
#include "plan_parts.h"

#define DEVICE_MODE 0666
#define MODE_BITS 07777
#define MAJOR_MAX 4095     /* MINORBITS 20 in the kernel */
#define MINOR_MAX 1048575

static const struct
{
  const char *path;
  unsigned major, minor;
} standard_devices[] = {
  { "/dev/null", 1, 3 },   { "/dev/zero", 1, 5 },    { "/dev/full", 1, 7 },
  { "/dev/random", 1, 8 }, { "/dev/urandom", 1, 9 }, { "/dev/tty", 5, 0 },
};

static const struct
{
  const char *name;
  mode_t type;
} device_types[] = { { "c", S_IFCHR }, { "u", S_IFCHR }, { "b", S_IFBLK }, { "p", S_IFIFO } };

static bool
planned (const struct plan *p, const char *path)
{
  for (size_t i = 0; i < p->n_devices; i++)
    if (streq (p->devices[i].path, path))
      return true;
  return false;
}

static int
plan_number (const struct oci_device *in, struct plan_device *d, const char *at, struct error **err)
{
  char place[AT_MAX];
  if (S_ISFIFO (d->mode))
    return 0;
  if (! in->major.set || ! in->minor.set)
    return fail (err, EINVAL, "%s.%s: required for a device of type %s", at, in->major.set ? "minor" : "major",
                 in->type);
  TRY (plan_check_range (&in->major, 0, MAJOR_MAX, plan_at (place, "%s.major", at), err));
  TRY (plan_check_range (&in->minor, 0, MINOR_MAX, plan_at (place, "%s.minor", at), err));
  d->rdev = makedev (in->major.value, in->minor.value);
  return 0;
}

static int
plan_device_path (struct plan *p, const struct oci_device *in, struct plan_device *d, const char *at,
                  struct error **err)
{
  char place[AT_MAX];
  TRY (plan_check_path (in->path, plan_at (place, "%s.path", at), err));
  if (in->path[0] != '/')
    return fail (err, EINVAL, "%s: \"%.200s\" is not an absolute path", place, in->path);
  if (plan_has_dotdot (in->path))
    return fail (err, EINVAL, "%s: \"%.200s\" has \"..\" in it", place, in->path);
  d->path = plan_clean_path (p, in->path);
  if (streq (d->path, "/"))
    return fail (err, EINVAL, "%s: the root directory cannot be a device", place);
  if (planned (p, d->path))
    return fail (err, EINVAL, "%s: %s is given twice", place, d->path);
  return 0;
}

static int
plan_device (struct plan *p, const struct oci_device *in, struct plan_device *d, const char *at, struct error **err)
{
  char place[AT_MAX];
  size_t t = 0;
  while (t < ARRAY_LEN (device_types) && ! streq (device_types[t].name, in->type))
    t++;
  if (t == ARRAY_LEN (device_types))
    return fail (err, EINVAL, "%s.type: unknown value \"%.200s\", expected c, u, b or p", at, in->type);
  TRY (plan_device_path (p, in, d, at, err));
  /* The type of the node may be in fileMode as well (engines copy it from stat). */
  d->mode = device_types[t].type | (in->file_mode.set ? in->file_mode.value & MODE_BITS : DEVICE_MODE);
  TRY (plan_number (in, d, at, err));
  if (in->uid.set)
    TRY (plan_check_uid (p, in->uid.value, plan_at (place, "%s.uid: cannot give the device to", at), err));
  if (in->gid.set)
    TRY (plan_check_gid (p, in->gid.value, plan_at (place, "%s.gid: cannot give the device to", at), err));
  d->uid = in->uid.value;
  d->gid = in->gid.value;
  return 0;
}

int
plan_devices (struct plan *p, struct error **err)
{
  const struct oci_linux_container *l = p->config->linux_;
  size_t n = l ? l->devices.n : 0;
  p->devices = plan_alloc (p, (n + ARRAY_LEN (standard_devices)) * sizeof *p->devices);
  for (size_t i = 0; i < n; i++)
    {
      char at[AT_MAX];
      struct plan_device d = { 0 };
      TRY (plan_device (p, &l->devices.v[i], &d, plan_at (at, "linux.devices[%zu]", i), err));
      if (streq (d.path, "/dev/ptmx"))
        log_debug ("%s: /dev/ptmx is always the container's own", at);
      else
        p->devices[p->n_devices++] = d;
    }
  for (size_t i = 0; i < ARRAY_LEN (standard_devices); i++)
    if (! planned (p, standard_devices[i].path))
      p->devices[p->n_devices++] = (struct plan_device) {
        .path = standard_devices[i].path, .mode = S_IFCHR | DEVICE_MODE, .standard = true,
        .rdev = makedev (standard_devices[i].major, standard_devices[i].minor),
      };
  return 0;
}
