/* paths.c - relative paths of values made absolute: a table by attribute path. Lexical, as peers do it: "a/../b" is
 * "b" even where a is a link. Touches no files. */
#include "loading.h"

/* Drop the last component of what T holds, if there is one that can be dropped. */
static bool
drop_last (struct text *t)
{
  const char *slash = t->len ? strrchr (t->s, '/') : NULL;
  const char *last = slash ? slash + 1 : t->s;
  if (! t->len || ! *last || streq (last, ".."))
    return t->len == 1 && t->s[0] == '/'; /* the root's parent is the root */
  t->len = slash == t->s ? 1 : slash ? (size_t) (slash - t->s) : 0;
  t->s[t->len] = 0;
  return true;
}

static void
add_parts (struct text *t, const char *path)
{
  while (*path)
    {
      size_t n = strcspn (path, "/");
      bool up = n == 2 && memcmp (path, "..", 2) == 0, here = n == 0 || (n == 1 && *path == '.');
      if (! here && ! (up && drop_last (t)))
        {
          if (t->len && t->s[t->len - 1] != '/')
            text_add (t, "/");
          text_add_bytes (t, path, n);
        }
      path += n + (path[n] == '/');
    }
}

char *
path_join (const char *base, const char *path)
{
  struct text t = { 0 };
  bool absolute = *path == '/';
  text_add (&t, absolute || *base == '/' ? "/" : "");
  if (! absolute)
    add_parts (&t, base);
  add_parts (&t, path);
  if (! t.len)
    text_add (&t, ".");
  return t.s;
}

char *
path_parent (const char *path)
{
  const char *slash = strrchr (path, '/');
  return ! slash ? mem_strdup (".") : slash == path ? mem_strdup ("/") : mem_strndup (path, (size_t) (slash - path));
}

/* "~" and "~/x" are the home directory's. */
static char *
resolve (const struct file_set *set, const char *path)
{
  const char *home = *path == '~' && (! path[1] || path[1] == '/') ? variables_get (set->variables, "HOME") : NULL;
  if (home)
    return path_join (home, path[1] ? path + 2 : "");
  if (*path == '/' || *set->base)
    return path_join (set->base, path);
  return mem_strdup (path);
}

static void
resolve_node (const struct file_set *set, struct node *n)
{
  if (! n || ! node_is_scalar (n) || n->kind == NODE_NULL || ! *n->text)
    return;
  autofree char *path = resolve (set, n->text);
  n->text = mem_arena_text (set->loading->arena, path, strlen (path));
}

static void
plain (const struct file_set *set, struct node *n)
{
  resolve_node (set, n);
}

/* A build context may be a repository, an archive's address, another service or image. */
static void
context (const struct file_set *set, struct node *n)
{
  static const char *const prefixes[] = { "git@", "service:", "docker-image:", "oci-layout:", "target:", "github.com/",
                                          "-" };
  if (! node_is_scalar (n) || n->kind == NODE_NULL || strstr (n->text, "://"))
    return;
  for (size_t i = 0; i < ARRAY_LEN (prefixes); i++)
    if (after_prefix (n->text, prefixes[i]))
      return;
  resolve_node (set, n);
}

static void
mount (const struct file_set *set, struct node *n)
{
  const char *type = map_text (n, "type");
  if (type && streq (type, "bind"))
    resolve_node (set, node_get (n, "source"));
}

/* `driver_opts` of a volume that is a bind mount: {type: none, o: bind, device: ./x} */
static void
volume (const struct file_set *set, struct node *n)
{
  const struct node *opts = node_get (n, "driver_opts");
  const char *o = map_text (opts, "o"), *driver = map_text (n, "driver");
  if (o && strstr (o, "bind") && (! driver || streq (driver, "local")))
    resolve_node (set, node_get (opts, "device"));
}

static const struct
{
  const char *pattern;
  void (*resolve) (const struct file_set *set, struct node *n);
} rules[] = {
  { "services.*.build.context", context },
  { "services.*.build.additional_contexts.*", context },
  { "services.*.develop.watch.*.path", plain },
  { "services.*.env_file.*.path", plain },
  { "services.*.label_file.*", plain },
  { "services.*.volumes.*", mount },
  { "services.*.x-perry.mounts.*.lower.*", plain },
  { "services.*.x-perry.mounts.*.upper", plain },
  { "services.*.x-perry.mounts.*.work", plain },
  { "configs.*.file", plain },
  { "secrets.*.file", plain },
  { "volumes.*", volume },
};

static int
visit (void *context, struct node *n, const struct step *s, struct error **err UNUSED)
{
  const struct file_set *set = context;
  if (n->kind == NODE_STRING && *n->text == '$' && set->loading->options->no_interpolate)
    return 0;
  for (size_t i = 0; i < ARRAY_LEN (rules); i++)
    if (step_matches (s, rules[i].pattern))
      rules[i].resolve (set, n);
  return 0;
}

int
paths_resolve (const struct file_set *set, struct node *tree, struct error **err)
{
  return tree_walk (tree, NULL, visit, (void *) set, err);
}
