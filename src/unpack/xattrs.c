/* xattrs.c - the table of namespaces (xattr(7)), and the form of file capabilities. Pure. */
#include "xattrs.h"

#include <linux/capability.h>

static const struct
{
  const char *prefix;
  enum xattr_verdict verdict;
} rules[] = {
  { "user.overlay.", XATTR_DROP },      /* whiteouts and redirections that nobody checked */
  { "user.", XATTR_SET },
  { "security.", XATTR_DROP },          /* labels and signatures of the host's policy */
  { "trusted.", XATTR_DROP },           /* overlayfs' own (CVE-2023-0386), and for the host's root only */
  { "system.", XATTR_DROP },            /* access control lists, whose ids would have to be mapped */
};

/* linux/capability.h: struct vfs_cap_data, struct vfs_ns_cap_data (little endian). The latter's root id would be
 * another one here. */
static bool
is_file_capability (const uint8_t *p, size_t n)
{
  uint32_t magic = n < 4 ? 0 : (uint32_t) p[0] | (uint32_t) p[1] << 8 | (uint32_t) p[2] << 16 | (uint32_t) p[3] << 24;
  if (magic & ~(uint32_t) (VFS_CAP_REVISION_MASK | VFS_CAP_FLAGS_EFFECTIVE))
    return false;
  return (magic & VFS_CAP_REVISION_MASK) == VFS_CAP_REVISION_2 && n == XATTR_CAPS_SZ_2;
}

enum xattr_verdict
xattr_judge (const struct tar_xattr *x)
{
  if (streq (x->name, "security.capability"))
    return is_file_capability (x->value, x->n) ? XATTR_SET : XATTR_INVALID;
  for (size_t i = 0; i < ARRAY_LEN (rules); i++)
    if (after_prefix (x->name, rules[i].prefix))
      return rules[i].verdict;
  return XATTR_INVALID;
}
