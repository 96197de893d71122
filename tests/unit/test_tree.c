/* test_tree.c - places in trees, paths, words of a shell, merging of two trees. */
#include "check.h"
#include "loading.h"
#include "yaml.h"

TEST (places)
{
  const struct step services = { .key = "services" }, db = { .up = &services, .key = "db" },
                    ports = { .up = &db, .key = "ports" }, first = { .up = &ports, .index = 3 };
  CHECK (step_matches (&first, "services.*.ports.*"));
  CHECK (step_matches (&ports, "services.*.ports"));
  CHECK (step_matches (&ports, "*.*.ports"));
  CHECK (! step_matches (&ports, "services.*.port"));
  CHECK (! step_matches (&ports, "services.*.ports.*"));
  CHECK (! step_matches (&ports, "ports"));
  CHECK (! step_matches (&first, "services.*.ports.x"));
  CHECK (! step_matches (NULL, "services"));
  autofree char *text = step_text (&first);
  CHECK_STR ("services.db.ports[3]", text);
}

TEST (paths)
{
  static const char *const cases[][3] = {
    { "/a/b", "c", "/a/b/c" },     { "/a/b", "./c/", "/a/b/c" }, { "/a/b", "../c", "/a/c" }, { "/a", "../../c", "/c" },
    { "/a", "/x/./y//z", "/x/y/z" }, { "/", ".", "/" },          { "", "x/../y", "y" },      { "", "./x", "x" },
    { "..", "x", "../x" },         { "../a", "../..", "../.." }, { "a", "..", "." },         { "a/b", "../c", "a/c" },
    { "/a/..b", "..c", "/a/..b/..c" },
  };
  for (size_t i = 0; i < ARRAY_LEN (cases); i++)
    {
      autofree char *got = path_join (cases[i][0], cases[i][1]);
      CHECK_STR (cases[i][2], got);
    }
  autofree char *root = path_parent ("/x"), *none = path_parent ("x"), *deep = path_parent ("/a/b/c");
  CHECK_STR ("/", root);
  CHECK_STR (".", none);
  CHECK_STR ("/a/b", deep);
}

TEST (words)
{
  static const struct
  {
    const char *line, *want; /* words with "|" behind each; NULL: refused */
  } cases[] = {
    { "", "" },
    { "  a  b\t\nc ", "a|b|c|" },
    { "a'b c'd", "ab cd|" },
    { "'' \"\"", "||" },
    { "'a\\'", "a\\|" },
    { "\"a\\\"b\\$c\\d\"", "a\"b$c\\d|" },
    { "a\\ b \\'", "a b|'|" },
    { "a\\\nb", "ab|" },
    { "\"a\\\nb\"", "ab|" },
    { "\"a\\\\\nb\nc\"", "a\\\nb\nc|" },
    { "$HOME *.c | x", "$HOME|*.c|||x|" },
    { "'open", NULL },
    { "\"open", NULL },
    { "end\\", NULL },
  };
  for (size_t i = 0; i < ARRAY_LEN (cases); i++)
    {
      autoarena struct arena a = { 0 };
      struct node *n = node_string (&a, cases[i].line, NULL);
      int r = shell_words (&a, n, NULL);
      CHECK_INT (cases[i].want ? 0 : -EINVAL, r);
      autotext struct text got = { 0 };
      text_add (&got, "");
      for (const struct node *c = n->first; c; c = c->next)
        text_printf (&got, "%s|", c->text);
      CHECK_STR (cases[i].want ? cases[i].want : "", got.s);
    }
}

/* BASE and OVER are the values of ATTRIBUTE of a service, in long form. */
static const struct
{
  const char *attribute, *base, *over, *want; /* JSON; NULL: they cannot be merged */
} merges[] = {
  { "labels", "{a: 1, b: 1}", "{b: 2, c: 2}", "{\"a\":1,\"b\":2,\"c\":2}" },
  { "labels", "{a: 1}", "null", "{\"a\":1}" },
  { "labels", "null", "{a: 1}", "{\"a\":1}" },
  { "group_add", "[a, b]", "[b, c]", "[\"a\",\"b\",\"b\",\"c\"]" },
  { "cap_add", "[a, b]", "[b, c]", "[\"a\",\"b\",\"c\"]" },
  { "command", "[a]", "[b]", "[\"b\"]" },
  { "command", "[a]", "null", "null" },
  { "environment", "{A: x, B: y}", "{A: null}", "{\"A\":null,\"B\":\"y\"}" },
  { "user", "a", "b", "\"b\"" },
  { "user", "a", "null", "\"a\"" },
  { "volumes", "[{target: /a, source: x, read_only: true}]", "[{target: /a, source: y}]",
    "[{\"target\":\"/a\",\"source\":\"y\"}]" },
  { "ports", "[{target: 1, published: 2}]", "[{target: 1, published: 3}]",
    "[{\"target\":1,\"published\":2},{\"target\":1,\"published\":3}]" },
  { "ports", "[{target: 1, published: 2}]", "[{target: 1, published: 2, name: n}]",
    "[{\"target\":1,\"published\":2,\"name\":\"n\"}]" },
  { "logging", "{driver: x, options: {a: b}}", "{driver: y}", "{\"driver\":\"y\"}" },
  { "logging", "{driver: x, options: {a: b}}", "{options: {c: d}}",
    "{\"driver\":\"x\",\"options\":{\"a\":\"b\",\"c\":\"d\"}}" },
  { "group_add", "[a]", "!override [b]", "[\"b\"]" },
  { "labels", "[a]", "{a: b}", NULL },
  { "user", "a", "[b]", NULL },
};

TEST (merging)
{
  for (size_t i = 0; i < ARRAY_LEN (merges); i++)
    {
      autoarena struct arena a = { 0 };
      const struct step services = { .key = "services" }, s = { .up = &services, .key = "s" },
                        at = { .up = &s, .key = merges[i].attribute };
      struct node *base, *over, *merged = NULL;
      CHECK_INT (0, yaml_parse (&a, "b", merges[i].base, strlen (merges[i].base), &base, NULL));
      CHECK_INT (0, yaml_parse (&a, "o", merges[i].over, strlen (merges[i].over), &over, NULL));
      int r = merge (&a, base, over, &at, &merged, NULL);
      CHECK_INT (merges[i].want ? 0 : -E_COMPOSE_FILE, r);
      if (r < 0)
        continue;
      autofree char *got = node_to_json (merged, NULL);
      CHECK_STR (merges[i].want, got);
    }
}

TEST (tags)
{
  autoarena struct arena a = { 0 };
  static const char text[] = "{a: !reset 1, b: [!reset 2, 3], c: !override {d: !reset null}}";
  struct node *n;
  CHECK_INT (0, yaml_parse (&a, "t", text, strlen (text), &n, NULL));
  tags_strip (n);
  autofree char *got = node_to_json (n, NULL);
  CHECK_STR ("{\"b\":[3],\"c\":{}}", got);
}

TEST_MAIN (X (places) X (paths) X (words) X (merging) X (tags))
