/* mount_new.c - makes a new file system, detached, by fsopen and fsconfig (kernel 5.2). Calls nothing but error.h. What
 * this interface cannot express (-EMSGSIZE) is left to mount(2), in mount_filesystem.c. */
#include <fcntl.h>

#include "mem.h"
#include "rootfs/mounting.h"

/* fsconfig's limit of a value, with its NUL. */
enum { VALUE_MAX = 256 };

static const struct
{
  unsigned long flag;
  const char *name;
} superblock_flags[] = {
  { MS_RDONLY, "ro" },
  { MS_SYNCHRONOUS, "sync" },
  { MS_DIRSYNC, "dirsync" },
  { MS_LAZYTIME, "lazytime" },
  { MS_MANDLOCK, "mand" },
};

/* These have one superblock per namespace, or per hierarchy of the whole host, or nobody else who could mount it: to be
 * read-only is a matter of the mount. All others may need it to be mounted at all (an image on a read-only device). */
static bool
superblock_is_shared (const char *type)
{
  static const char *const types[] = { "proc", "sysfs", "mqueue", "tmpfs", "devpts", "cgroup", "cgroup2" };
  for (size_t i = 0; i < ARRAY_LEN (types); i++)
    if (streq (type, types[i]))
      return true;
  return false;
}

/* What the kernel says about the failure, one line without its level and final newline; or the errno in words. */
static int
fail_from_log (int fs, int code, const char *type, const char *option, struct error **err)
{
  char log[512];
  ssize_t n = read (fs, log, sizeof log - 1);
  const char *what = n > 2 ? log + 2 : strerror (code);
  if (n > 0)
    log[log[n - 1] == '\n' ? n - 1 : n] = '\0';
  return option ? fail (err, code, "mount %s: option %s: %s", type, option, what)
                : fail (err, code, "mount %s: %s%s%s", type, what, n > 2 ? ": " : "", n > 2 ? strerror (code) : "");
}

static int
configure (int fs, const char *type, const char *key, const char *value, struct error **err)
{
  unsigned command = value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG;
  if (fsconfig (fs, command, key, value, 0) == 0)
    return 0;
  return fail_from_log (fs, errno, type, key, err);
}

/* Every option of DATA. Its quoting rules and long values are for mount(2). */
static int
configure_data (int fs, const char *type, const char *data, struct error **err)
{
  autofree char *copy = mem_strdup (data);
  char *save = NULL;
  for (char *option = strtok_r (copy, ",", &save); option; option = strtok_r (NULL, ",", &save))
    {
      char *value = strchr (option, '=');
      if (value)
        *value++ = '\0';
      if (value && strlen (value) >= VALUE_MAX)
        return -EMSGSIZE;
      TRY (configure (fs, type, option, value, err));
    }
  return 0;
}

int
mount_new (const char *type, const char *source, const char *data, unsigned long flags, const char *label, int *ret_fd,
           struct error **err)
{
  const unsigned long superblock = superblock_is_shared (type) ? flags & ~(unsigned long) MS_RDONLY : flags;
  if ((data && strpbrk (data, "\"\\")) || strlen (source) >= VALUE_MAX || (label && strlen (label) >= VALUE_MAX)
      || (flags & MS_I_VERSION))
    return -EMSGSIZE;
  autoclose int fs = fsopen (type, FSOPEN_CLOEXEC);
  if (fs < 0)
    return fail_sys (err, errno, "mount %s%s", type, errno == ENODEV ? " (this kernel does not have it)" : "");
  TRY (configure (fs, type, "source", source, err));
  for (size_t i = 0; i < ARRAY_LEN (superblock_flags); i++)
    if (superblock & superblock_flags[i].flag)
      TRY (configure (fs, type, superblock_flags[i].name, NULL, err));
  if (data)
    TRY (configure_data (fs, type, data, err));
  if (label)
    TRY (configure (fs, type, "context", label, err));
  if (fsconfig (fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
    return fail_from_log (fs, errno, type, NULL, err);
  int fd = fsmount (fs, FSMOUNT_CLOEXEC, (unsigned) mount_attrs (flags));
  if (fd < 0)
    return fail_from_log (fs, errno, type, NULL, err);
  *ret_fd = fd;
  return 0;
}
