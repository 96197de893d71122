/* test_node.c - trees: making, changing, and writing them so that they read back the same. No files, no privileges. */
#include "check.h"
#include "errors.h"
#include "yaml.h"

static struct node *
tree_of (struct arena *a, const char *text)
{
  struct node *n = NULL;
  autoerror struct error *err = NULL;
  CHECK_INT (0, yaml_parse (a, "c.yaml", text, strlen (text), &n, &err));
  CHECK_STR ("", error_text (err));
  return n;
}

static void
check_json (const char *want, const struct node *n)
{
  autofree char *got = node_to_json (n, NULL);
  CHECK_STR (want, got);
}

TEST (change)
{
  autoarena struct arena a = { 0 };
  struct node *n = tree_of (&a, "a: 1\nb: 2\nc: 3\n");
  node_set (&a, n, "b", node_string (&a, "x", NULL));
  check_json ("{\"a\":1,\"b\":\"x\",\"c\":3}", n);
  node_set (&a, n, "d", node_printf (&a, NULL, "%d", 4));
  node_set (&a, n, "c", node_new (&a, NODE_LIST, NULL));
  check_json ("{\"a\":1,\"b\":\"x\",\"c\":[],\"d\":\"4\"}", n);
  node_remove (n, "d");
  node_remove (n, "a");
  node_remove (n, "nothing");
  node_set (&a, n, "e", node_new (&a, NODE_NULL, NULL));
  check_json ("{\"b\":\"x\",\"c\":[],\"e\":null}", n);
  node_append (node_get (n, "c"), node_string (&a, "y", NULL));
  node_append (node_get (n, "c"), node_string (&a, "z", NULL));
  check_json ("{\"b\":\"x\",\"c\":[\"y\",\"z\"],\"e\":null}", n);
  CHECK_INT (3, node_count (n));
  node_remove (n, "b");
  node_remove (n, "c");
  node_remove (n, "e");
  CHECK_INT (0, node_count (n));
  CHECK (! n->first && ! n->last);
}

TEST (find)
{
  autoarena struct arena a = { 0 };
  struct node *n = tree_of (&a, "a: {b: {c: 5}}\nl: [x]\n");
  CHECK_STR ("5", node_at (n, "a", "b", "c", NULL)->text);
  CHECK (node_at (n, NULL) == NULL);
  CHECK (! node_at (n, "a", "x", "c", NULL));
  CHECK (! node_get (node_get (n, "l"), "x") && ! node_get (NULL, "x"));
  CHECK (! node_is_scalar (NULL) && ! node_is_scalar (n) && node_is_scalar (node_at (n, "a", "b", "c", NULL)));
}

TEST (copy)
{
  autoarena struct arena a = { 0 }, b = { 0 };
  struct node *n = tree_of (&a, "a: {b: [1, 'x', !reset null]}\n");
  struct node *copy = node_copy (&b, n);
  arena_free (&a);
  check_json ("{\"a\":{\"b\":[1,\"x\",null]}}", copy);
  CHECK_INT (TAG_RESET, node_at (copy, "a", "b", NULL)->last->tag);
  CHECK_STR ("a", node_get (copy, "a")->key);
  CHECK (! copy->key && ! copy->next);
}

TEST (fail_at)
{
  autoarena struct arena a = { 0 };
  autoerror struct error *err = NULL;
  struct node *n = tree_of (&a, "a:\n  b: 1\n");
  CHECK_INT (-E_COMPOSE_FILE, node_fail (&err, E_COMPOSE_FILE, node_at (n, "a", "b", NULL), "a.b", "no %s", "good"));
  CHECK_STR ("c.yaml:2:6: a.b: no good", error_text (err));
  CHECK_INT (-EINVAL, node_fail (&err, EINVAL, node_string (&a, "x", NULL), NULL, "made"));
  CHECK_STR ("made", error_text (err));
  CHECK_INT (-EINVAL, node_fail (NULL, EINVAL, n, "x", "nobody reads"));
}

static void
check_same (const struct node *want, const struct node *got)
{
  CHECK_INT (want->kind, got->kind);
  CHECK_INT (want->tag, got->tag);
  CHECK_STR (want->key, got->key);
  if (node_is_scalar (want) && want->kind != NODE_NULL)
    CHECK_STR (want->text, got->text);
  const struct node *g = got->first;
  for (const struct node *w = want->first; w && g; w = w->next, g = g->next)
    check_same (w, g);
  CHECK_INT (node_count (want), node_count (got));
}

/* N as YAML, read again: the same, and the same text again. */
static void
check_round_trip (const struct node *n)
{
  autoarena struct arena a = { 0 };
  autofree char *text = node_to_yaml (n);
  struct node *again = tree_of (&a, text);
  if (! again)
    {
      CHECK_STR ("what can be read", text);
      return;
    }
  check_same (n, again);
  autofree char *text_again = node_to_yaml (again);
  CHECK_STR (text, text_again);
}

static const struct
{
  const char *json, *yaml;
} written[] = {
  { "{\"a\":{\"b\":[1,[2,[]],{\"c\":{}},[[\"x\",{\"d\":1,\"e\":2}]]]}}",
    "a:\n  b:\n    - 1\n    - - 2\n      - []\n    - c: {}\n    - - - x\n        - d: 1\n          e: 2\n" },
  { "[\"true\",\"null\",\"5\",\"0x1f\",\"yes\",\"8080:80\",\"2001-01-01\",\"1_0\",\"~\",\"\",\"<<\",\"=\"]",
    "- \"true\"\n- \"null\"\n- \"5\"\n- \"0x1f\"\n- \"yes\"\n- \"8080:80\"\n- \"2001-01-01\"\n- \"1_0\"\n- \"~\"\n"
    "- \"\"\n"
    "- \"<<\"\n- \"=\"\n" },
  { "[\"127.0.0.1:80:80\",\"a:b\",\"a#b\",\"-c\",\"/x y\",\"it's\",\"a,b\",\"ü\",\"x{}\"]",
    "- 127.0.0.1:80:80\n- a:b\n- a#b\n- -c\n- /x y\n- it's\n- a,b\n- ü\n- x{}\n" },
  { "[\"a: b\",\"a #b\",\"- c\",\"-\",\":\",\"x:\",\" x\",\"x \",\"[x\",\"*x\",\"@x\",\"!x\",\"%x\",\"---\",\"'x\"]",
    "- \"a: b\"\n- \"a #b\"\n- \"- c\"\n- \"-\"\n- \":\"\n- \"x:\"\n- \" x\"\n- \"x \"\n- \"[x\"\n- \"*x\"\n"
    "- \"@x\"\n- \"!x\"\n"
    "- \"%x\"\n- \"---\"\n- \"'x\"\n" },
  { "{\"s\":\"a\\nb\\n\",\"t\":\"a\\n\\n b\",\"u\":\"a\\n\\n\",\"v\":\"\\na\","
    "\"w\":\" a\\nb\",\"x\":\"\\u0001\\t\\\"\\\\\",\"z\":\"a\\r\\nb\"}",
    "s: |\n  a\n  b\nt: |-\n  a\n\n   b\nu: |+\n  a\n\nv: \"\\na\"\nw: \" a\\nb\"\nx: \"\\x01\\t\\\"\\\\\"\n"
    "z: \"a\\r\\nb\"\n" },
  { "{\"null\":1,\"a b\":2,\"a: b\":3,\"\":4,\"5\":[]}", "\"null\": 1\na b: 2\n\"a: b\": 3\n\"\": 4\n\"5\": []\n" },
  { "[\"\\u0085\\u2028\\ufeff\",null,true,-1.5e3]", "- \"\\x85\\u2028\\ufeff\"\n- null\n- true\n- -1.5e3\n" },
  { "{}", "{}\n" },
  { "[]", "[]\n" },
  { "\"x\"", "x\n" },
  { "\"a\\nb\"", "|-\n  a\n  b\n" },
};

TEST (yaml)
{
  for (size_t i = 0; i < ARRAY_LEN (written); i++)
    {
      autoarena struct arena a = { 0 };
      const struct node *n = tree_of (&a, written[i].json);
      autofree char *got = node_to_yaml (n);
      CHECK_STR (written[i].yaml, got);
      check_round_trip (n);
    }
}

TEST (yaml_tags)
{
  autoarena struct arena a = { 0 };
  check_round_trip (
      tree_of (&a, "a: !reset null\nb: !override [x, {y: 1}]\nc: [!reset [], !override {k: [1]}]\nd: !reset |\n  x\n"));
}

TEST (yaml_long_keys)
{
  autoarena struct arena a = { 0 };
  autotext struct text key = { 0 };
  for (int i = 0; i < 2000; i++)
    text_add (&key, "k");
  struct node *n = node_new (&a, NODE_MAP, NULL), *map = node_new (&a, NODE_MAP, NULL);
  struct node *list = node_new (&a, NODE_LIST, NULL);
  node_set (&a, map, key.s, node_string (&a, "v", NULL));
  node_append (list, map);
  node_set (&a, n, "l", list);
  node_set (&a, n, key.s, node_copy (&a, list));
  node_set (&a, n, "z", node_string (&a, "x", NULL));
  check_round_trip (n);
}

/* Trees of all sorts of pieces, always the same ones. */
static unsigned
next_random (uint64_t *state)
{
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (unsigned) (*state >> 33);
}

static const char *
random_text (uint64_t *state, struct text *t)
{
  static const char *const pieces[] = {
    "a", "B", "0", "1", " ", "  ", "\n", "\t", ":", ": ", "#", " #", "-", "- ", "?", "\"", "'", "\\", "{", "}", "[",
    "]", ",", "&", "*", "!", "|", ">", "%", "@", "`", "~", "null", "true", "yes", "0x", ".", "e", "_", "ü",
    "\xe2\x82\xac", "\xf0\x9f\x90\xb3", "\r", "\x01", "\x7f", "\xc2\x85", "\xe2\x80\xa8", "\xef\xbb\xbf", "---", "...",
    "<<", "=", "$", "/",
  };
  text_free (t);
  text_add (t, "");
  for (unsigned n = next_random (state) % 6; n; n--)
    text_add (t, pieces[next_random (state) % ARRAY_LEN (pieces)]);
  return t->s;
}

static struct node *
random_tree (struct arena *a, uint64_t *state, unsigned levels)
{
  autotext struct text t = { 0 };
  unsigned what = next_random (state) % (levels ? 8 : 4);
  if (what < 4)
    return node_string (a, random_text (state, &t), NULL);
  struct node *n = node_new (a, what < 6 ? NODE_LIST : NODE_MAP, NULL);
  for (unsigned i = next_random (state) % 5; i; i--)
    {
      struct node *child = random_tree (a, state, levels - 1);
      if (n->kind == NODE_LIST)
        node_append (n, child);
      else
        node_set (a, n, random_text (state, &t), child);
    }
  return n;
}

TEST (yaml_property)
{
  uint64_t state = 1;
  for (int i = 0; i < 3000; i++)
    {
      autoarena struct arena a = { 0 };
      check_round_trip (random_tree (&a, &state, 4));
    }
}

TEST (json)
{
  autoarena struct arena a = { 0 };
  const struct node *n = tree_of (&a, "b: [1, x]\na: {}\n");
  autofree char *json = node_to_json (n, "  "), *canonical = node_canonical (n);
  CHECK_STR ("{\n  \"b\": [\n    1,\n    \"x\"\n  ],\n  \"a\": {}\n}", json);
  CHECK_STR ("{\"a\":{},\"b\":[1,\"x\"]}", canonical);
  autofree char *same = node_canonical (tree_of (&a, "# c\na:   {}\nb:\n- 1\n- 'x'\n"));
  CHECK_STR (canonical, same);
  /* What YAML does not take as it is, or for the end of a line. */
  static const char odd[] = "{\"a\\u2028b\":\"\\u007f\\u0085\\u009f\\u2029\\ufffe\xc2\xa0\xf0\x9f\x98\x80\"}";
  autofree char *escaped = node_canonical (tree_of (&a, odd));
  CHECK_STR (odd, escaped);
}

TEST_MAIN (X (change) X (find) X (copy) X (fail_at) X (yaml) X (yaml_tags) X (yaml_long_keys) X (yaml_property)
               X (json))
