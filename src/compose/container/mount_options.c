/* mount_options.c - owns the table of tmpfs options. Pure. */
#include "mount_options.h"

#include <ctype.h>

#include "bundle_parts.h"
#include "errors.h"
#include "units.h"

/* A percentage of memory, or a size. */
static bool
is_size (const char *s)
{
  int64_t bytes;
  size_t n = strspn (s, "0123456789");
  return (n && n <= 3 && streq (s + n, "%")) || (units_bytes (s, &bytes) == 0 && bytes >= 0);
}

static bool
is_octal (const char *s)
{
  size_t n = strlen (s);
  return n && n <= 5 && strspn (s, "01234567") == n;
}

static bool
is_id (const char *s)
{
  size_t n = strlen (s);
  return n && n <= 10 && strspn (s, "0123456789") == n;
}

static bool
is_word (const char *s)
{
  for (; *s; s++)
    if (! isalnum ((unsigned char) *s) && ! strchr ("_:-=", *s))
      return false;
  return true;
}

/* An option, the group of which only one holds (the later), and what its value must be (NULL: it has none). */
enum group { G_NONE, G_RO, G_SUID, G_DEV, G_EXEC, G_ATIME, G_SIZE, G_MODE, G_UID, G_GID, G_INODES, G_BLOCKS, N_GROUPS };
static const struct
{
  const char *name;
  enum group group;
  bool (*value) (const char *s);
} known[] = {
  { "ro", G_RO, NULL },               { "rw", G_RO, NULL },               { "suid", G_SUID, NULL },
  { "nosuid", G_SUID, NULL },         { "dev", G_DEV, NULL },             { "nodev", G_DEV, NULL },
  { "exec", G_EXEC, NULL },           { "noexec", G_EXEC, NULL },         { "noatime", G_ATIME, NULL },
  { "relatime", G_ATIME, NULL },      { "strictatime", G_ATIME, NULL },   { "nodiratime", G_NONE, NULL },
  { "sync", G_NONE, NULL },           { "tmpcopyup", G_NONE, NULL },      { "inode64", G_NONE, NULL },
  { "inode32", G_NONE, NULL },        { "size", G_SIZE, is_size },        { "mode", G_MODE, is_octal },
  { "uid", G_UID, is_id },            { "gid", G_GID, is_id },            { "nr_inodes", G_INODES, is_size },
  { "nr_blocks", G_BLOCKS, is_size }, { "huge", G_NONE, is_word },        { "mpol", G_NONE, is_word },
};

struct chosen
{
  const char *of_group[N_GROUPS];
  struct text rest;
};

static void
choose (struct chosen *c, enum group group, const char *option)
{
  if (group == G_NONE)
    text_printf (&c->rest, ",%s", option);
  else
    c->of_group[group] = option;
}

static int
take (struct arena *a, struct chosen *c, const char *option, struct error **err)
{
  const char *value = strchrnul (option, '=');
  size_t n = (size_t) (value - option);
  value = *value ? value + 1 : NULL;
  for (size_t i = 0; i < ARRAY_LEN (known); i++)
    {
      if (strlen (known[i].name) != n || memcmp (known[i].name, option, n) != 0)
        continue;
      if (! known[i].value != ! value || (value && ! known[i].value (value)))
        return fail (err, E_COMPOSE_FILE, "tmpfs option '%s': the value is not right", option);
      int64_t bytes = 0;
      /* The kernel has powers of 1024 with one letter, and no fractions. */
      if (known[i].group == G_SIZE && value && ! strchr (value, '%') && units_bytes (value, &bytes) == 0)
        option = make_printf (a, "size=%lld", (long long) bytes);
      choose (c, known[i].group, option);
      return 0;
    }
  return fail (err, E_COMPOSE_FILE, "tmpfs option '%s' is not known", option);
}

int
tmpfs_options (struct arena *a, const char *text, const char **ret, struct error **err)
{
  struct chosen c = { .of_group = { [G_SUID] = "nosuid", [G_DEV] = "nodev", [G_EXEC] = "noexec" } };
  int r = 0;
  for (const char *p = text; r == 0 && *p;)
    {
      size_t n = strcspn (p, ",");
      if (n)
        r = take (a, &c, make_printf (a, "%.*s", (int) n, p), err);
      p += n + (p[n] == ',');
    }
  autotext struct text all = c.rest;
  TRY (r);
  for (size_t i = 0; i < N_GROUPS; i++)
    if (c.of_group[i])
      text_printf (&all, ",%s", c.of_group[i]);
  *ret = make_string (a, all.s + 1);
  return 0;
}
