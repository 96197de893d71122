/* plan_options.c - owns the table of mount options (config.md, linux mount options) and what each does to a mount.
 * Calls nothing; no system calls; runs in the runtime. */
#include "plan_options.h"

#include <sys/mount.h>

#include "tables.h"

struct mount_option
{
  const char *name;
  unsigned long set, clear;    /* MS_* */
  uint64_t rec_set, rec_clear; /* MOUNT_ATTR_*, for the whole tree */
  size_t member;               /* offset of a bool in struct plan_mount, if not 0 */
  size_t also;                 /* and of another one */
};

/* Kinds of access time: of a mount's own flags and of the recursive attribute, where relatime is zero, only one
 * holds. */
#define ATIMES (MS_NOATIME | MS_RELATIME | MS_STRICTATIME)

#define SET(n, flag) { .name = n, .set = flag },
#define CLEAR(n, flag) { .name = n, .clear = flag },
#define REC_SET(n, attr) { .name = n, .rec_set = attr },
#define REC_CLEAR(n, attr) { .name = n, .rec_clear = attr },
#define REC_ATIME(n, attr) { .name = n, .rec_set = attr, .rec_clear = MOUNT_ATTR__ATIME },
#define MEMBER(n, m) { .name = n, .member = offsetof (struct plan_mount, m) },
#define MEMBERS(n, m, m2) \
  { .name = n, .member = offsetof (struct plan_mount, m), .also = offsetof (struct plan_mount, m2) },

static const struct mount_option mount_options[] = {
  { .name = "defaults" },
  CLEAR ("async", MS_SYNCHRONOUS)        SET ("sync", MS_SYNCHRONOUS)
  CLEAR ("atime", MS_NOATIME)            SET ("noatime", MS_NOATIME)
  CLEAR ("dev", MS_NODEV)                SET ("nodev", MS_NODEV)
  CLEAR ("diratime", MS_NODIRATIME)      SET ("nodiratime", MS_NODIRATIME)
  SET ("dirsync", MS_DIRSYNC)
  CLEAR ("exec", MS_NOEXEC)              SET ("noexec", MS_NOEXEC)
  SET ("iversion", MS_I_VERSION)         CLEAR ("noiversion", MS_I_VERSION)
  SET ("lazytime", MS_LAZYTIME)          CLEAR ("nolazytime", MS_LAZYTIME)
  CLEAR ("loud", MS_SILENT)              SET ("silent", MS_SILENT)
  SET ("mand", MS_MANDLOCK)              CLEAR ("nomand", MS_MANDLOCK)
  SET ("relatime", MS_RELATIME)          CLEAR ("norelatime", MS_RELATIME)
  SET ("remount", MS_REMOUNT)
  SET ("ro", MS_RDONLY)                  CLEAR ("rw", MS_RDONLY)
  SET ("strictatime", MS_STRICTATIME)    CLEAR ("nostrictatime", MS_STRICTATIME)
  CLEAR ("suid", MS_NOSUID)              SET ("nosuid", MS_NOSUID)
  CLEAR ("symfollow", MS_NOSYMFOLLOW)    SET ("nosymfollow", MS_NOSYMFOLLOW)
  REC_SET ("rro", MOUNT_ATTR_RDONLY)             REC_CLEAR ("rrw", MOUNT_ATTR_RDONLY)
  REC_SET ("rnosuid", MOUNT_ATTR_NOSUID)         REC_CLEAR ("rsuid", MOUNT_ATTR_NOSUID)
  REC_SET ("rnodev", MOUNT_ATTR_NODEV)           REC_CLEAR ("rdev", MOUNT_ATTR_NODEV)
  REC_SET ("rnoexec", MOUNT_ATTR_NOEXEC)         REC_CLEAR ("rexec", MOUNT_ATTR_NOEXEC)
  REC_SET ("rnodiratime", MOUNT_ATTR_NODIRATIME) REC_CLEAR ("rdiratime", MOUNT_ATTR_NODIRATIME)
  REC_SET ("rnosymfollow", MOUNT_ATTR_NOSYMFOLLOW) REC_CLEAR ("rsymfollow", MOUNT_ATTR_NOSYMFOLLOW)
  REC_ATIME ("rrelatime", MOUNT_ATTR_RELATIME)       REC_ATIME ("rnorelatime", MOUNT_ATTR_STRICTATIME)
  REC_ATIME ("rnoatime", MOUNT_ATTR_NOATIME)         REC_ATIME ("ratime", MOUNT_ATTR_RELATIME)
  REC_ATIME ("rstrictatime", MOUNT_ATTR_STRICTATIME) REC_ATIME ("rnostrictatime", MOUNT_ATTR_RELATIME)
  MEMBER ("bind", bind)                  MEMBERS ("rbind", bind, rbind)
  MEMBER ("tmpcopyup", tmpcopyup)
  MEMBER ("idmap", idmap)                MEMBERS ("ridmap", idmap, ridmap)
  MEMBER ("copy-symlink", copy_symlink)
  MEMBER ("src-nofollow", src_nofollow)  MEMBER ("dest-nofollow", dest_nofollow)
};

bool
plan_mount_option_name (size_t i, const char **ret_name)
{
  if (i < ARRAY_LEN (mount_options))
    *ret_name = mount_options[i].name;
  else if (i - ARRAY_LEN (mount_options) < N_PROPAGATION_NAMES)
    *ret_name = propagation_names[i - ARRAY_LEN (mount_options)].name;
  else
    return false;
  return true;
}

static void
apply (struct plan_mount *m, const struct mount_option *o)
{
  if (o->set & ATIMES)
    m->flags &= ~ATIMES;
  m->flags = (m->flags & ~o->clear) | o->set;
  m->cleared = (m->cleared & ~o->set) | o->clear;
  m->rec_set = (m->rec_set & ~o->rec_clear) | o->rec_set;
  m->rec_clear = (m->rec_clear & ~(o->rec_set & ~(uint64_t) MOUNT_ATTR__ATIME)) | o->rec_clear;
  if (o->member)
    *(bool *) ((char *) m + o->member) = true;
  if (o->also)
    *(bool *) ((char *) m + o->also) = true;
}

bool
plan_mount_option_apply (struct plan_mount *m, const char *option)
{
  uint64_t propagation;
  for (size_t i = 0; i < ARRAY_LEN (mount_options); i++)
    if (streq (mount_options[i].name, option))
      {
        apply (m, &mount_options[i]);
        return true;
      }
  if (! name_value_find (propagation_names, option, &propagation))
    return false;
  m->propagation[m->n_propagation++] = propagation;
  return true;
}
