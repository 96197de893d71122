/* xattrs.h - which extended attributes of a layer are taken. Pure. */
#ifndef UNPACK_XATTRS_H
#define UNPACK_XATTRS_H

#include "tar.h"

enum xattr_verdict
{
  XATTR_SET,
  XATTR_DROP,    /* with a warning: it would speak to this host's kernel, not to the image's programs */
  XATTR_INVALID, /* with a warning: not what the kernel takes */
};

enum xattr_verdict xattr_judge (const struct tar_xattr *x);

#endif
