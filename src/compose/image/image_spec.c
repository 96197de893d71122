/* image_spec.c - the tables of image_spec.h's lists, and the media types that are known. Pure. */
#include "image_spec.h"

#include "util.h"

#undef OCI_PREFIX
#define OCI_PREFIX image_
IMAGE_TYPES (DEFINE)

#define OCI "application/vnd.oci.image."
#define DOCKER "application/vnd.docker."

static const struct
{
  const char *name;
  enum media_kind kind;
} media_types[] = {
  { OCI "index.v1+json", MEDIA_INDEX },
  { DOCKER "distribution.manifest.list.v2+json", MEDIA_INDEX },
  { OCI "manifest.v1+json", MEDIA_MANIFEST },
  { DOCKER "distribution.manifest.v2+json", MEDIA_MANIFEST },
  { DOCKER "distribution.manifest.v1+json", MEDIA_OLD_MANIFEST },
  { DOCKER "distribution.manifest.v1+prettyjws", MEDIA_OLD_MANIFEST },
  { OCI "config.v1+json", MEDIA_CONFIG },
  { DOCKER "container.image.v1+json", MEDIA_CONFIG },
  { OCI "layer.v1.tar", MEDIA_LAYER },
  { OCI "layer.v1.tar+gzip", MEDIA_LAYER },
  { OCI "layer.v1.tar+zstd", MEDIA_LAYER },
  { DOCKER "image.rootfs.diff.tar", MEDIA_LAYER },
  { DOCKER "image.rootfs.diff.tar.gzip", MEDIA_LAYER },
  { DOCKER "image.rootfs.diff.tar.zstd", MEDIA_LAYER },
  { OCI "layer.nondistributable.v1.tar", MEDIA_FOREIGN_LAYER },
  { OCI "layer.nondistributable.v1.tar+gzip", MEDIA_FOREIGN_LAYER },
  { OCI "layer.nondistributable.v1.tar+zstd", MEDIA_FOREIGN_LAYER },
  { DOCKER "image.rootfs.foreign.diff.tar.gzip", MEDIA_FOREIGN_LAYER },
};

enum media_kind
media_kind (const char *media_type)
{
  for (size_t i = 0; i < ARRAY_LEN (media_types); i++)
    if (streq (media_types[i].name, media_type))
      return media_types[i].kind;
  return MEDIA_UNKNOWN;
}
