/* canonical_mounts.c - short forms of volumes ("data:/srv:ro") and devices ("/dev/fuse:/dev/fuse:rw"). Pure. */
#include "loading.h"

enum
{
  MAX_PARTS = 3,
};

/* Split a copy of TEXT at colons into at most MAX_PARTS; the number, 0 if there are more. */
static size_t
split (struct arena *a, const char *text, char *parts[MAX_PARTS])
{
  size_t n = 0;
  for (char *p = mem_arena_text (a, text, strlen (text)); p; n++)
    {
      if (n == MAX_PARTS)
        return 0;
      parts[n] = strsep (&p, ":");
    }
  return n;
}

/* What a word of the third part sets: a member of the mount, or of its `bind` or `volume`. FLAG: true or false, not
 * text. */
static const struct word
{
  const char *word, *group, *key, *value;
  bool flag;
} words[] = {
  { "ro", NULL, "read_only", "true", true },
  { "rw", NULL, NULL, NULL, false },
  { "cached", NULL, "consistency", "cached", false },
  { "consistent", NULL, "consistency", "consistent", false },
  { "delegated", NULL, "consistency", "delegated", false },
  { "z", "bind", "selinux", "z", false },
  { "Z", "bind", "selinux", "Z", false },
  { "nocopy", "volume", "nocopy", "true", true },
  { "volume-nocopy", "volume", "nocopy", "true", true },
  { "private", "bind", "propagation", "private", false },
  { "rprivate", "bind", "propagation", "rprivate", false },
  { "shared", "bind", "propagation", "shared", false },
  { "rshared", "bind", "propagation", "rshared", false },
  { "slave", "bind", "propagation", "slave", false },
  { "rslave", "bind", "propagation", "rslave", false },
};

static bool
take_word (struct arena *a, struct node *mount, const char *text)
{
  for (const struct word *w = words; w < words + ARRAY_LEN (words); w++)
    if (streq (w->word, text))
      {
        struct node *map = w->group ? map_need (a, mount, w->group) : mount;
        if (w->flag)
          map_set_flag (a, map, w->key, true);
        else if (w->key)
          map_set_text (a, map, w->key, w->value);
        return true;
      }
  return false;
}

static bool
is_path (const char *source)
{
  return *source == '/' || *source == '.' || *source == '~';
}

static int
take_volume (struct arena *a, struct node *n, struct node *mount, const struct step *s, struct error **err)
{
  char *parts[MAX_PARTS];
  size_t count = split (a, n->text, parts);
  const char *target = count > 1 ? parts[1] : parts[0], *source = count > 1 ? parts[0] : NULL;
  if (! count || ! *target || (source && ! *source))
    return fail_at (err, E_COMPOSE_FILE, n, s, "want [SOURCE:]TARGET[:OPTIONS], not '%s'", n->text);
  bool bind = source && is_path (source);
  map_set_text (a, mount, "type", bind ? "bind" : "volume");
  if (source)
    map_set_text (a, mount, "source", source);
  map_set_text (a, mount, "target", target);
  if (bind)
    map_set_flag (a, map_need (a, mount, "bind"), "create_host_path", true);
  for (char *p = count == 3 ? parts[2] : NULL, *word; (word = strsep (&p, ","));)
    if (! take_word (a, mount, word))
      return fail_at (err, E_COMPOSE_FILE, n, s, "unknown option '%s' of a volume", word);
  return 0;
}

int
canonical_volume (struct arena *a, struct node *n, const struct step *s, struct error **err)
{
  if (n->kind == NODE_MAP)
    {
      if (! map_text (n, "type"))
        return fail_at (err, E_COMPOSE_FILE, n, s, "want type: bind, volume, tmpfs or image");
      if (! map_text (n, "target"))
        return fail_at (err, E_COMPOSE_FILE, n, s, "want target: a path in the container");
      return 0;
    }
  if (n->kind != NODE_STRING)
    return fail_at (err, E_COMPOSE_FILE, n, s, "want string or mapping");
  struct node *mount = node_new (a, NODE_MAP, &n->place);
  TRY (take_volume (a, n, mount, s, err));
  node_become (n, mount);
  return 0;
}

int
canonical_device (struct arena *a, struct node *n, const struct step *s, struct error **err)
{
  if (n->kind == NODE_MAP)
    {
      if (! map_text (n, "source"))
        return fail_at (err, E_COMPOSE_FILE, n, s, "want source: a device of the host");
      if (! map_text (n, "target"))
        map_set_text (a, n, "target", map_text (n, "source"));
      return 0;
    }
  if (n->kind != NODE_STRING)
    return fail_at (err, E_COMPOSE_FILE, n, s, "want string or mapping");
  char *parts[MAX_PARTS];
  size_t count = split (a, n->text, parts);
  if (! count || ! *parts[0])
    return fail_at (err, E_COMPOSE_FILE, n, s, "want SOURCE[:TARGET[:PERMISSIONS]], not '%s'", n->text);
  /* "/dev/x:rwm" has permissions where the target would be */
  bool no_target = count == 1 || (count == 2 && strspn (parts[1], "rwm") == strlen (parts[1]));
  struct node *map = node_new (a, NODE_MAP, &n->place);
  map_set_text (a, map, "source", parts[0]);
  map_set_text (a, map, "target", no_target ? parts[0] : parts[1]);
  map_set_text (a, map, "permissions", count == 3 ? parts[2] : count == 2 && no_target ? parts[1] : "rwm");
  node_become (n, map);
  return 0;
}
