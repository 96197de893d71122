/* files.c - compose files read, and those of one application put together. Reads files and standard input. */
#include <fcntl.h>

#include "fs.h"
#include "loading.h"
#include "yaml.h"

static int
read_text (const char *path, char **ret, size_t *ret_length, struct error **err)
{
  autoerror struct error *why = NULL;
  int r = streq (path, "-") ? fs_read_stream (STDIN_FILENO, "standard input", YAML_MAX_BYTES, ret, ret_length, &why)
                            : fs_read_regular (AT_FDCWD, path, YAML_MAX_BYTES, ret, ret_length, &why);
  return r < 0 ? fail (err, E_COMPOSE_FILE, "%s", error_text (why)) : 0;
}

int
file_parse (struct loading *l, const char *path, struct node **ret, struct error **err)
{
  autofree char *text = NULL, *label = file_label (path);
  size_t length;
  struct node *tree;
  if (++l->files > MAX_FILES)
    return fail (err, E_COMPOSE_FILE, "%s: more than %d files are included", label, MAX_FILES);
  TRY (read_text (path, &text, &length, err));
  const char *name = mem_arena_text (l->arena, label, strlen (label));
  TRY (yaml_parse (l->arena, name, text, length, &tree, err));
  if (tree->kind == NODE_NULL)
    return fail (err, E_COMPOSE_FILE, "%s: the file is empty", label);
  if (tree->kind != NODE_MAP)
    return node_fail (err, E_COMPOSE_FILE, tree, NULL, "want a mapping with services, found a %s",
                      tree->kind == NODE_LIST ? "list" : "plain value");
  TRY (count_nodes (l, tree, NULL, err));
  *ret = tree;
  return 0;
}

int
file_prepare (const struct file_set *set, struct node *tree, struct error **err)
{
  struct loading *l = set->loading;
  const struct node *version = node_get (tree, "version");
  if (version)
    load_warn (l, "%s: `version` means nothing any more and is ignored", version->place.file);
  node_remove (tree, "version");
  /* which files to include has to be known in any case */
  struct node *asked = l->options->no_interpolate ? node_get (tree, "include") : tree;
  if (asked)
    TRY (interpolate_tree (l->arena, asked, set->variables, err));
  TRY (check_widths (tree, err));
  TRY (canonical (set, tree, err));
  return paths_resolve (set, tree, err);
}

int
set_merge (const struct file_set *set, struct node *const *trees, size_t n, struct node **ret, struct error **err)
{
  struct arena *a = set->loading->arena;
  struct node *merged = NULL;
  for (size_t i = 0; i < n; i++)
    {
      TRY (extends_apply (set, trees[i], set->files->v[i], merged, err));
      if (merged)
        TRY (merge (a, merged, trees[i], NULL, &merged, err));
      else
        merged = trees[i];
    }
  TRY (merge_unique (a, merged, err));
  TRY (include_apply (set, merged, err));
  tags_strip (merged);
  *ret = merged;
  return 0;
}
