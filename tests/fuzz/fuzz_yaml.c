/* fuzz_yaml.c - any bytes as a compose file: the reader says why not, in one line with a place, or the tree is
 * written as YAML and JSON that read back as the same tree, and the typed model takes it or says why not. For
 * libFuzzer, or standalone_main.c. Memory only. */
#include "interpolate.h"
#include "model.h"
#include "yaml.h"

int LLVMFuzzerTestOneInput (const unsigned char *data, size_t size);

#define MUST(condition)                                                            \
  do                                                                               \
    if (! (condition))                                                             \
      {                                                                            \
        fprintf (stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
        abort ();                                                                  \
      }                                                                            \
  while (0)

/* One line without controls, which says where. */
static void
check_error (const struct error *err)
{
  MUST (err && strncmp (err->text, "f:", 2) == 0);
  for (const char *s = err->text; *s; s++)
    MUST ((unsigned char) *s >= 0x20 && *s != 0x7f);
}

static void
check_same (const struct node *a, const struct node *b)
{
  MUST (a->kind == b->kind && a->tag == b->tag);
  MUST (! a->key == ! b->key && (! a->key || streq (a->key, b->key)));
  MUST (! node_is_scalar (a) || a->kind == NODE_NULL || streq (a->text, b->text));
  for (a = a->first, b = b->first; a && b; a = a->next, b = b->next)
    check_same (a, b);
  MUST (! a && ! b);
}

static void
check_yaml (const struct node *n)
{
  autoarena struct arena arena = { 0 };
  autoerror struct error *err = NULL;
  autofree char *text = node_to_yaml (n), *again = NULL;
  struct node *read = NULL;
  MUST (yaml_parse (&arena, "f", text, strlen (text), &read, &err) == 0);
  check_same (n, read);
  again = node_to_yaml (read);
  MUST (streq (text, again));
}

static void
check_json (const struct node *n)
{
  autoarena struct arena arena = { 0 };
  autofree char *text = node_canonical (n), *again = NULL;
  struct node *read = NULL;
  MUST (yaml_parse (&arena, "f", text, strlen (text), &read, NULL) == 0);
  again = node_canonical (read);
  MUST (streq (text, again));
}

static void
check_model (const struct node *n)
{
  autoerror struct error *err = NULL;
  struct oci_document doc;
  if (! node_parse (n, &compose_Project_schema, "", &doc, &err))
    {
      check_error (err);
      return;
    }
  oci_document_free (&doc);
}

int
LLVMFuzzerTestOneInput (const unsigned char *data, size_t size)
{
  autoarena struct arena arena = { 0 };
  autoerror struct error *err = NULL;
  struct variables variables = { 0 };
  struct node *n = NULL;
  if (yaml_parse (&arena, "f", (const char *) data, size, &n, &err) < 0)
    {
      MUST (! n);
      check_error (err);
      return 0;
    }
  check_yaml (n);
  check_json (n);
  if (interpolate_tree (&arena, n, &variables, &err) == 0)
    check_model (n);
  else
    check_error (err);
  variables_free (&variables);
  return 0;
}
