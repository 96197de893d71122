/* layer_name.c - splits and judges names. Pure. */
#include "layer_name.h"

#define WHITEOUT ".wh."

static bool
is_dots (const char *s)
{
  return streq (s, ".") || streq (s, "..");
}

/* BASE without the first ".wh.". */
static int
parse_whiteout (const char *gone, struct layer_name *ret, struct error **err)
{
  static const char *const aufs[] = { ".wh.aufs", ".wh.orph", ".wh.plnk" };
  if (streq (gone, ".wh..opq"))
    {
      ret->kind = NAME_OPAQUE;
      *ret->base = 0;
      return 0;
    }
  for (size_t i = 0; i < ARRAY_LEN (aufs); i++)
    if (streq (gone, aufs[i]))
      {
        ret->kind = NAME_AUFS;
        return 0;
      }
  if (! *gone || is_dots (gone) || after_prefix (gone, WHITEOUT))
    return bad_layer (err, "a whiteout of \"%s\"", gone);
  ret->kind = NAME_WHITEOUT;
  memmove (ret->base, gone, strlen (gone) + 1);
  return 0;
}

/* One component more: what was BASE becomes DIR's last. */
static int
push (struct layer_name *n, const char *component, size_t length, unsigned *depth, struct error **err)
{
  if (length > NAME_MAX)
    return bad_layer (err, "a name of %zu bytes; file systems take %d", length, NAME_MAX);
  if (++*depth > UNPACK_DEPTH_MAX)
    return bad_layer (err, "more than %d directories deep", UNPACK_DEPTH_MAX);
  if (*n->base)
    {
      size_t used = strlen (n->dir);
      if (used + 1 + strlen (n->base) >= sizeof n->dir)
        return bad_layer (err, "longer than %zu bytes", sizeof n->dir - 1);
      sprintf (n->dir + used, "%s%s", used ? "/" : "", n->base);
      if (after_prefix (n->base, WHITEOUT))
        {
          n->kind = NAME_AUFS;
          if (! after_prefix (n->base, WHITEOUT WHITEOUT))
            return bad_layer (err, "below a whiteout");
        }
    }
  memcpy (n->base, component, length);
  n->base[length] = 0;
  return is_dots (n->base) ? bad_layer (err, "\"..\" in a name") : 0;
}

int
layer_name_parse (const char *name, struct layer_name *ret, struct error **err)
{
  unsigned depth = 0;
  ret->kind = NAME_ENTRY;
  *ret->dir = *ret->base = 0;
  if (! *name)
    return bad_layer (err, "an empty name");
  for (const char *s = name, *end; *s; s = *end ? end + 1 : end)
    {
      end = strchrnul (s, '/');
      bool nothing = end == s || (end - s == 1 && *s == '.');
      if (! nothing)
        TRY (push (ret, s, (size_t) (end - s), &depth, err));
    }
  if (! *ret->base)
    ret->kind = NAME_ROOT;
  const char *gone = after_prefix (ret->base, WHITEOUT);
  return gone && ret->kind == NAME_ENTRY ? parse_whiteout (gone, ret, err) : 0;
}
