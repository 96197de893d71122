/* json_text.c - values of `json` members: any value as JSON text, which nobody looks into. Owns nothing: the text grows
 * in the parser and is copied to the document's arena. Pure, in any process. */
#include "parser.h"

/* Before a value within a list or object. */
static void
next (struct parser *p)
{
  struct frame *f = p->depth ? &p->frames[p->depth - 1] : NULL;
  if (f && f->kind == F_JSON)
    json_out_item (&p->json, f->items.n++, f->key);
}

static int
start (struct parser *p, const char *bracket)
{
  next (p);
  json_out_open (&p->json, bracket);
  return oci_push (p, (struct frame) { .kind = F_JSON });
}

static int
end (struct parser *p, const char *bracket)
{
  struct frame f = p->frames[--p->depth];
  json_out_close (&p->json, f.items.n, bracket);
  return f.target ? oci_json_store (p, f.target) : 0;
}

static int
text (struct parser *p, const struct oci_event *event)
{
  const char *copy;
  if (oci_copy_text (p, event, &copy) < 0)
    return -1;
  if (event->kind == EV_KEY)
    {
      p->frames[p->depth - 1].key = copy;
      return 0;
    }
  next (p);
  if (event->kind == EV_NUMBER)
    json_out_number (&p->json, copy);
  else
    json_out_string (&p->json, copy);
  return 0;
}

int
oci_json_event (struct parser *p, const struct oci_event *event)
{
  switch (event->kind)
    {
    case EV_ARRAY:
      return start (p, "[");
    case EV_OBJECT:
      return start (p, "{");
    case EV_ARRAY_END:
      return end (p, "]");
    case EV_OBJECT_END:
      return end (p, "}");
    case EV_NULL:
      next (p);
      json_out_text (&p->json, "null");
      return 0;
    case EV_BOOLEAN:
      next (p);
      json_out_text (&p->json, event->truth ? "true" : "false");
      return 0;
    default:
      return text (p, event);
    }
}

int
oci_json_store (struct parser *p, void *to)
{
  const char *copy = p->json.failed ? NULL : arena_strndup (&p->arena, p->json.text, p->json.length);
  if (! copy)
    return oci_no_memory (p);
  memcpy (to, &copy, sizeof copy);
  return 0;
}
