/* interpolate_tree.c - interpolation of all values of a tree, and the list of what they ask for. Memory is the
 * arena's. Pure, in any process. */
#include "errors.h"
#include "interpolate.h"

struct walk
{
  struct arena *arena;
  struct variables *vars;
  size_t bytes;     /* made so far */
  struct text path; /* of the node */
  struct error **err;
};

static int
interpolate_node (struct walk *w, struct node *n)
{
  if (! strchr (n->text, '$'))
    return 0;
  autoerror struct error *error = NULL;
  autofree char *text = NULL;
  if (interpolate (n->text, w->vars, &text, &error) < 0)
    return node_fail (w->err, E_COMPOSE_FILE, n, w->path.s, "%s", error_text (error));
  w->bytes += strlen (text);
  if (w->bytes > INTERPOLATE_TREE_MAX)
    return node_fail (w->err, E_COMPOSE_FILE, n, w->path.s, "the values become larger than %d MiB",
                      INTERPOLATE_TREE_MAX >> 20);
  n->text = mem_arena_text (w->arena, text, strlen (text));
  return 0;
}

static int
walk (struct walk *w, struct node *n)
{
  if (n->kind == NODE_STRING)
    return interpolate_node (w, n);
  const size_t length = w->path.len;
  size_t i = 0;
  for (struct node *child = n->first; child; child = child->next, i++)
    {
      if (n->kind == NODE_MAP)
        text_printf (&w->path, "%s%s", length ? "." : "", child->key);
      else
        text_printf (&w->path, "[%zu]", i);
      TRY (walk (w, child));
      w->path.len = length;
      w->path.s[length] = '\0';
    }
  return 0;
}

int
interpolate_tree (struct arena *a, struct node *n, struct variables *vars, struct error **err)
{
  struct walk w = { .arena = a, .vars = vars, .err = err };
  int r = walk (&w, n);
  text_free (&w.path);
  return r;
}

/* ---- names */

struct names
{
  struct arena *arena;
  struct node *list;
  const struct node *at; /* the value that asks */
};

static struct node *
find_name (const struct node *list, const char *name)
{
  for (struct node *n = list->first; n; n = n->next)
    if (streq (node_get (n, "name")->text, name))
      return n;
  return NULL;
}

static void
add_name (void *context, const char *name, char operator, const char *word, size_t length)
{
  static const char *const keys[] = { ['-'] = "default", ['+'] = "alternate" };
  struct names *names = context;
  struct node *entry = find_name (names->list, name);
  if (! entry)
    {
      entry = node_new (names->arena, NODE_MAP, &names->at->place);
      node_set (names->arena, entry, "name", node_string (names->arena, name, &names->at->place));
      struct node *no = node_new (names->arena, NODE_BOOL, &names->at->place);
      no->text = "false";
      node_set (names->arena, entry, "required", no);
      node_append (names->list, entry);
    }
  if (operator == '?')
    node_get (entry, "required")->text = "true";
  const char *key = (size_t) operator < ARRAY_LEN (keys) ? keys[(size_t) operator] : NULL;
  autofree char *text = mem_strndup (word, length);
  if (key && ! node_get (entry, key))
    node_set (names->arena, entry, key, node_string (names->arena, text, &names->at->place));
}

void
interpolate_names (struct arena *a, const struct node *n, struct node *list)
{
  struct names names = { a, list, n };
  if (n->kind == NODE_STRING)
    interpolate_visit (n->text, add_name, &names, NULL);
  for (const struct node *child = n->first; child; child = child->next)
    interpolate_names (a, child, list);
}
