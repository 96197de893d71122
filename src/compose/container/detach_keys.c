/* detach_keys.c - see detach_keys.h. */
#include "detach_keys.h"

/* One key: "ctrl-X" with X from @ to _ or a letter, or the character itself; -EINVAL. */
static int
parse_key (const char *s, size_t n)
{
  const char *after = n == 6 ? after_prefix (s, "ctrl-") : NULL;
  if (n == 1)
    return (unsigned char) *s;
  if (! after)
    return -EINVAL;
  if (*after >= 'a' && *after <= 'z')
    return *after - 'a' + 1;
  return *after >= '@' && *after <= '_' ? *after - '@' : -EINVAL;
}

int
detach_keys_parse (const char *text, struct detach_keys *ret, struct error **err)
{
  struct detach_keys k = { 0 };
  for (const char *p = text; *p;)
    {
      size_t n = strcspn (p, ",");
      int key = parse_key (p, n);
      if (key < 0 || k.n == sizeof k.keys)
        return fail (err, EINVAL, "detach keys \"%s\": want keys like ctrl-p,ctrl-q", text);
      k.keys[k.n++] = (char) key;
      p += n + (p[n] == ',');
    }
  *ret = k;
  return 0;
}

bool
detach_keys_feed (struct detach_keys *k, const char *typed, size_t n, char *to, size_t *ret_n)
{
  size_t out = 0;
  for (size_t i = 0; i < n; i++)
    {
      if (k->seen < k->n && typed[i] == k->keys[k->seen])
        {
          if (++k->seen == k->n)
            {
              *ret_n = out;
              return true;
            }
          continue;
        }
      /* Not the sequence after all: what was held back comes first. The key may begin it anew. */
      memcpy (to + out, k->keys, k->seen);
      out += k->seen;
      k->seen = 0;
      if (k->n && typed[i] == k->keys[0])
        k->seen = 1;
      else
        to[out++] = typed[i];
    }
  *ret_n = out;
  return false;
}
