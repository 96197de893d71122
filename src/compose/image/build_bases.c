/* build_bases.c - see build_bases.h. skopeo copies; layers that buildah has are not copied again. */
#include "build_bases.h"

#include <strings.h>

#include "fetch.h"
#include "image.h"

/* The next word in LINE, without leading blanks; *S moves behind it. NULL: no more. For the caller to free. */
static char *
next_word (const char **s)
{
  *s += strspn (*s, " \t\r");
  size_t n = strcspn (*s, " \t\r\n");
  if (n == 0)
    return NULL;
  char *word = mem_strndup (*s, n);
  *s += n;
  return word;
}

static bool
contains (const struct strv *l, const char *s)
{
  for (size_t i = 0; i < l->n; i++)
    if (strcasecmp (l->v[i], s) == 0)
      return true;
  return false;
}

/* "FROM [--platform=…] IMAGE [AS STAGE]" */
static void
read_from (const char *line, struct strv *stages, struct strv *ret)
{
  autofree char *image = next_word (&line), *normalized = NULL;
  while (image && after_prefix (image, "--"))
    {
      free (image);
      image = next_word (&line);
    }
  if (! image)
    return;
  if (! strchr (image, '$') && ! streq (image, "scratch") && ! contains (stages, image)
      && image_normalize (image, &normalized, NULL) >= 0 && ! contains (ret, normalized))
    strv_add (ret, normalized);
  autofree char *as = next_word (&line), *stage = as ? next_word (&line) : NULL;
  if (stage && strcasecmp (as, "as") == 0)
    strv_add (stages, stage);
}

void
build_bases_of (const char *text, struct strv *ret)
{
  autostrv struct strv stages = { 0 };
  for (const char *line = text; *line; line += strcspn (line, "\n"), line += *line == '\n')
    {
      const char *s = line;
      autofree char *word = next_word (&s);
      if (word && strcasecmp (word, "FROM") == 0)
        read_from (s, &stages, ret);
    }
}

int
build_bases_copy (const struct settings *s, const struct strv *bases, const char *storage, bool *ret_insecure,
                  struct error **err)
{
  *ret_insecure = false;
  for (size_t i = 0; i < bases->n; i++)
    {
      autofree char *id = NULL, *registry = mem_printf ("docker://%s", bases->v[i]),
                    *to = mem_printf ("containers-storage:%s%s", storage, bases->v[i]);
      *ret_insecure = *ret_insecure || fetch_insecure (registry);
      if (image_resolve (s, bases->v[i], &id, NULL, NULL) >= 0)
        TRY (image_push (s, bases->v[i], to, false, err));
    }
  return 0;
}
