/* test_yaml.c - YAML to trees: types, places, anchors, merge keys, tags, messages. No files, no privileges. */
#include "check.h"
#include "errors.h"
#include "yaml.h"

/* TEXT as JSON, or the message why not. */
static char *
read_yaml (const char *text, size_t length)
{
  autoarena struct arena a = { 0 };
  autoerror struct error *err = NULL;
  struct node *n = NULL;
  int r = yaml_parse (&a, "c.yaml", text, length, &n, &err);
  CHECK (r == 0 || r == -E_COMPOSE_FILE);
  CHECK ((r == 0) == (n != NULL));
  return r == 0 ? node_to_json (n, NULL) : mem_strdup (error_text (err));
}

struct row
{
  const char *text, *want;
};

static void
check_rows (const struct row *rows, size_t n)
{
  for (size_t i = 0; i < n; i++)
    {
      autofree char *got = read_yaml (rows[i].text, strlen (rows[i].text));
      CHECK_STR (rows[i].want, got);
    }
}

static const struct row types[] = {
  { "", "null" },
  { "# nothing\n", "null" },
  { "---\n...\n", "null" },
  { "a", "\"a\"" },
  { "\xef\xbb\xbf" "a: 1", "{\"a\":1}" },
  { "[~, null, Null, NULL, '', \"~\", nULL]", "[null,null,null,null,\"\",\"~\",\"nULL\"]" },
  { "[true, True, TRUE, false, False, FALSE, tRUE]", "[true,true,true,false,false,false,\"tRUE\"]" },
  { "[yes, no, on, off, y, n, Yes]", "[\"yes\",\"no\",\"on\",\"off\",\"y\",\"n\",\"Yes\"]" },
  { "[0, 1, -5, 1.5, -0.25, 1e3, 6.02E+23]", "[0,1,-5,1.5,-0.25,1e3,6.02E+23]" },
  /* numbers that JSON does not know stay as they were written */
  { "[0440, +5, .5, 5., 0x1F, 0o17, .inf, .NaN]",
    "[\"0440\",\"+5\",\".5\",\"5.\",\"0x1F\",\"0o17\",\".inf\",\".NaN\"]" },
  { "[1_000, 0b11, 22:22, 2001-01-01, 1.2.3, 0x, 1e, '1']",
    "[\"1_000\",\"0b11\",\"22:22\",\"2001-01-01\",\"1.2.3\",\"0x\",\"1e\",\"1\"]" },
  { "a: |\n  x\n  y\nb: >-\n  x\n  y\n", "{\"a\":\"x\\ny\\n\",\"b\":\"x y\"}" },
  { "{\"a\": {\"b\": [1, \"x\", null]}}", "{\"a\":{\"b\":[1,\"x\",null]}}" },
  { "1: a\ntrue: b\n", "{\"1\":\"a\",\"true\":\"b\"}" },
  { "a:\nb: {}\nc: []\n", "{\"a\":null,\"b\":{},\"c\":[]}" },
};

TEST (types) { check_rows (types, ARRAY_LEN (types)); }

static const struct row anchors[] = {
  { "a: &x {k: 1}\nb: *x\n", "{\"a\":{\"k\":1},\"b\":{\"k\":1}}" },
  { "a: &x 1\nb: *x\nc: &x 2\nd: *x\n", "{\"a\":1,\"b\":1,\"c\":2,\"d\":2}" },
  { "a: &x k\n*x : v\n", "{\"a\":\"k\",\"k\":\"v\"}" },
  { "b: {<<: {k: 1, l: 2}, k: 3}", "{\"b\":{\"k\":3,\"l\":2}}" },
  { "a: &x {k: 1}\nb: {k: 3, <<: *x}", "{\"a\":{\"k\":1},\"b\":{\"k\":3}}" },
  { "b: {<<: [{k: 1}, {k: 2, l: 3}], m: 4}", "{\"b\":{\"m\":4,\"k\":1,\"l\":3}}" },
  { "a: &a {k: 1}\nb: &b {<<: *a, l: 2}\nc: {<<: *b, k: 5}\n",
    "{\"a\":{\"k\":1},\"b\":{\"l\":2,\"k\":1},\"c\":{\"k\":5,\"l\":2}}" },
  { "b: {'<<': {k: 1}}", "{\"b\":{\"<<\":{\"k\":1}}}" },
  { "a: {<<: {}}", "{\"a\":{}}" },
};

TEST (anchors) { check_rows (anchors, ARRAY_LEN (anchors)); }

static const struct row tags[] = {
  { "[!!str 5, !!str true, !!int 5, !!int '5', !!float 5, !!bool true, !!null ~, ! 5]",
    "[\"5\",\"true\",5,5,5,true,null,\"5\"]" },
  { "{a: !!map {}, b: !!seq []}", "{\"a\":{},\"b\":[]}" },
  { "a: !!int x", "c.yaml:1:4: the value is not what its tag tag:yaml.org,2002:int says" },
  { "a: !!map []", "c.yaml:1:4: the value is not what its tag tag:yaml.org,2002:map says" },
  { "a: !foo x", "c.yaml:1:4: unknown tag !foo: only !reset, !override and the core ones are known" },
  { "a: !!binary aGk=",
    "c.yaml:1:4: unknown tag tag:yaml.org,2002:binary: only !reset, !override and the core ones are known" },
};

TEST (tags)
{
  check_rows (tags, ARRAY_LEN (tags));
  autoarena struct arena a = { 0 };
  struct node *n = NULL;
  static const char text[] = "a: !reset null\nb: !override [x]\nc: !reset {}\nd: 1";
  CHECK_INT (0, yaml_parse (&a, "c.yaml", text, strlen (text), &n, NULL));
  CHECK_INT (TAG_RESET, node_get (n, "a")->tag);
  CHECK_INT (TAG_OVERRIDE, node_get (n, "b")->tag);
  CHECK_INT (NODE_LIST, node_get (n, "b")->kind);
  CHECK_INT (TAG_RESET, node_get (n, "c")->tag);
  CHECK_INT (TAG_NONE, node_get (n, "d")->tag);
}

static const struct row errors[] = {
  { "a: 1\nb: 2\na: 3\n", "c.yaml:3:1: key 'a' given twice, first in line 1" },
  { "x: {a: 1,\n 'a': 3}\n", "c.yaml:2:2: key 'a' given twice, first in line 1" },
  { "a: {<<: {}, <<: {}}\n", "c.yaml:1:13: merge key (<<) given twice: give a list, <<: [*a, *b]" },
  { "a: {<<: x}\n", "c.yaml:1:9: a merge key (<<) needs a mapping or a list of mappings" },
  { "a: {<<: [x]}\n", "c.yaml:1:10: a merge key (<<) needs a mapping or a list of mappings" },
  { "? [a]\n: b\n", "c.yaml:1:3: a key must be a scalar, not a list or a mapping" },
  { "? {a: b}\n: b\n", "c.yaml:1:3: a key must be a scalar, not a list or a mapping" },
  { "a: *x\n", "c.yaml:1:4: alias *x has no anchor before it" },
  { "a: 1\n---\nb: 2\n", "c.yaml:2:1: more than one document in the file: give each its own file (-f)" },
  { "a:\n\tb: 1\n", "c.yaml:2:1: a tab at the start of the line: YAML is indented with spaces" },
  { "a: [1\nb: 2\n", "c.yaml:2:2: while parsing a flow sequence: did not find expected ',' or ']'" },
  { "a: \"\\0\"\n", "c.yaml:1:4: NUL character in a string" },
  { "\"\\0\": 1\n", "c.yaml:1:1: NUL character in a string" },
  { "a: \xff\n", "c.yaml:1:4: invalid leading UTF-8 octet" },
};

TEST (errors)
{
  check_rows (errors, ARRAY_LEN (errors));
  autofree char *nul = read_yaml ("a: x\0y\n", 7);
  CHECK_STR ("c.yaml:1:5: control characters are not allowed", nul);
}

TEST (places)
{
  autoarena struct arena a = { 0 };
  struct node *n = NULL;
  static const char text[] = "services:\n  web:\n    image: ü\n    ports: [80, \"81\"]\n";
  CHECK_INT (0, yaml_parse (&a, "c.yaml", text, strlen (text), &n, NULL));
  const struct node *image = node_at (n, "services", "web", "image", NULL);
  CHECK_STR ("c.yaml", image->place.file);
  CHECK_INT (3, image->place.line);
  CHECK_INT (12, image->place.column);
  CHECK_INT (5, image->key_place.column);
  const struct node *ports = node_at (n, "services", "web", "ports", NULL);
  CHECK_INT (12, ports->place.column);
  CHECK_INT (17, ports->last->place.column);
  CHECK (ports->last->quoted && ! ports->first->quoted);
}

TEST_MAIN (X (types) X (anchors) X (tags) X (errors) X (places))
