/* image_print.c - see image_print.h. Pure. */
#include "image_print.h"

#undef OCI_PREFIX
#define OCI_PREFIX imageprint_
DEFINE (Summary)
DEFINE (Details)

enum
{
  SHORT_ID = 12,
  DATE = 10,
};

void
image_size_text (int64_t bytes, char ret[IMAGE_SIZE_TEXT])
{
  static const char *const units[] = { "B", "kB", "MB", "GB", "TB", "PB" };
  double n = (double) bytes;
  size_t i = 0;
  for (; n >= 1000 && i + 1 < ARRAY_LEN (units); i++)
    n /= 1000;
  snprintf (ret, IMAGE_SIZE_TEXT, i && n < 100 ? "%.1f%s" : "%.0f%s", n, units[i]);
}

char *
image_short_id (const char *id, bool whole)
{
  const char *hex = after_prefix (id, "sha256:");
  return hex && ! whole ? mem_strndup (hex, SHORT_ID) : mem_strdup (id);
}

char *
image_date (const char *created)
{
  return mem_strndup (created ? created : "", DATE);
}
