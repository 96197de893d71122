/* node_parse.c - a tree tells libocispec's engine its events; what the engine refuses gets the place of the node.
 * Owns nothing: the result is the document's. Pure, in any process. */
#include "errors.h"
#include "ocispec.h"
#include "reader.h"
#include "yaml.h"

struct teller
{
  struct oci_source source;
  const struct node *root;
  struct place *stopped; /* out: where */
};

static int
take (const struct teller *t, struct oci_sink *sink, const struct oci_event *event, const struct place *at)
{
  if (sink->take (sink, event) == 0)
    return 0;
  *t->stopped = *at;
  return -1;
}

static int
take_text (const struct teller *t, struct oci_sink *sink, enum oci_event_kind kind, const char *text,
           const struct place *at)
{
  const struct oci_event event = {
    .kind = kind, .text = text ? text : "", .length = text ? strlen (text) : 0, .truth = text && streq (text, "true"),
  };
  return take (t, sink, &event, at);
}

static int
tell (const struct teller *t, struct oci_sink *sink, const struct node *n)
{
  static const enum oci_event_kind events[] = {
    [NODE_NULL] = EV_NULL,     [NODE_BOOL] = EV_BOOLEAN, [NODE_NUMBER] = EV_NUMBER,
    [NODE_STRING] = EV_STRING, [NODE_LIST] = EV_ARRAY,   [NODE_MAP] = EV_OBJECT,
  };
  TRY (take_text (t, sink, events[n->kind], n->kind == NODE_NULL ? NULL : n->text, &n->place));
  if (node_is_scalar (n))
    return 0;
  for (const struct node *child = n->first; child; child = child->next)
    {
      if (n->kind == NODE_MAP)
        TRY (take_text (t, sink, EV_KEY, child->key, child->key_place.line ? &child->key_place : &child->place));
      TRY (tell (t, sink, child));
    }
  return take_text (t, sink, n->kind == NODE_MAP ? EV_OBJECT_END : EV_ARRAY_END, NULL, &n->place);
}

static int
tell_tree (const struct oci_source *source, struct oci_sink *sink, struct oci_fault *fault)
{
  const struct teller *t = (const struct teller *) source;
  if (tell (t, sink, t->root) == 0)
    return 0;
  /* The engine keeps the path only of what has a place; nodes that the program made have none. */
  fault->line = t->stopped->line ? t->stopped->line : 1;
  fault->column = t->stopped->column ? t->stopped->column : 1;
  return -1;
}

const void *
node_parse (const struct node *n, const struct oci_schema *schema, const char *name, struct oci_document *doc,
            struct error **err)
{
  struct node stopped = { 0 };
  const struct teller t = {
    .source = { .tell = tell_tree, .strict = true, .loose = true }, .root = n, .stopped = &stopped.place,
  };
  const void *object = oci_parse_source (&t.source, schema, doc);
  if (object)
    return object;
  bool both = *name && *doc->path;
  autofree char *path = mem_printf ("%s%s%s", name, both && *doc->path != '[' ? "." : "", doc->path);
  node_fail (err, E_COMPOSE_FILE, &stopped, path, "%s", doc->message);
  return NULL;
}
