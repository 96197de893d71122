/* node_emit.c - trees as JSON: as they are, or in the one form that hashes are made of. Owns the text until it
 * returns it. Pure, in any process. */
#include "json_out.h"
#include "node.h"

static int
compare_keys (const void *a, const void *b)
{
  return strcmp ((*(const struct node *const *) a)->key, (*(const struct node *const *) b)->key);
}

static void emit (struct json_out *o, const struct node *n, bool sorted);

static void
emit_children (struct json_out *o, const struct node *n, bool sorted)
{
  size_t count = node_count (n), i = 0;
  autofree const struct node **children = mem_alloc ((count + 1) * sizeof *children);
  for (const struct node *child = n->first; child; child = child->next)
    children[i++] = child;
  if (sorted && n->kind == NODE_MAP)
    qsort (children, count, sizeof *children, compare_keys);
  json_out_open (o, n->kind == NODE_MAP ? "{" : "[");
  for (i = 0; i < count; i++)
    {
      json_out_item (o, i, children[i]->key);
      emit (o, children[i], sorted);
    }
  json_out_close (o, count, n->kind == NODE_MAP ? "}" : "]");
}

static void
emit (struct json_out *o, const struct node *n, bool sorted)
{
  switch (n->kind)
    {
    case NODE_NULL:
      json_out_text (o, "null");
      break;
    case NODE_BOOL:
      json_out_text (o, n->text);
      break;
    case NODE_NUMBER:
      json_out_number (o, n->text);
      break;
    case NODE_STRING:
      json_out_string (o, n->text);
      break;
    case NODE_LIST:
    case NODE_MAP:
      emit_children (o, n, sorted);
    }
}

static char *
to_json (const struct node *n, const char *indent, bool sorted)
{
  struct json_out o = { .indent = indent };
  emit (&o, n, sorted);
  if (o.failed)
    out_of_memory ();
  return o.text;
}

char *
node_to_json (const struct node *n, const char *indent)
{
  return to_json (n, indent, false);
}

char *
node_canonical (const struct node *n)
{
  return to_json (n, NULL, true);
}
