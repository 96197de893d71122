/* test_interpolate.c - $VAR and ${VAR…} in texts and trees. No files, no privileges. */
#include "check.h"
#include "errors.h"
#include "interpolate.h"
#include "yaml.h"

static struct variables
some_variables (void)
{
  struct variables v = { 0 };
  variables_set (&v, "FOO", "first");
  variables_set (&v, "EMPTY", "");
  variables_set (&v, "FOO", "second");
  variables_set (&v, "_x9", "under");
  variables_set (&v, "D", "$FOO");
  variables_set (&v, "LONGER", "longer");
  return v;
}

static const struct
{
  const char *text, *want;
} good[] = {
  { "", "" },
  { "plain", "plain" },
  { "$FOO", "first" },
  { "a${FOO}b", "afirstb" },
  { "$FOO$FOO", "firstfirst" },
  { "$FOO-bar", "first-bar" },
  { "$FOO.bar", "first.bar" },
  { "${_x9}$_x9", "underunder" },
  { "$LONGER ${LONGER}", "longer longer" },
  { "This ${MISSING} var", "This  var" },
  { "This $MISSING var", "This  var" },
  { "[${EMPTY}]", "[]" },
  { "$$", "$" },
  { "$$FOO", "$FOO" },
  { "$$$FOO", "$first" },
  { "$${FOO}", "${FOO}" },
  { "$$$$", "$$" },
  { "cost: 5$", "cost: 5$" },
  { "$1 $} $-", "$1 $} $-" },
  { "$ {FOO}", "$ {FOO}" },
  /* a value is not looked into again */
  { "${D}", "$FOO" },
  { "${MISSING:-def}", "def" },
  { "${MISSING-def}", "def" },
  { "${EMPTY:-def}", "def" },
  { "[${EMPTY-def}]", "[]" },
  { "${FOO:-def}", "first" },
  { "${FOO-def}", "first" },
  { "[${MISSING:-}]", "[]" },
  { "${MISSING:-/a:-b/c?d+e}", "/a:-b/c?d+e" },
  { "${MISSING:-http://h:80/$$}", "http://h:80/$" },
  { "${MISSING-$FOO}", "first" },
  { "${MISSING-${FOO}}", "first" },
  { "${MISSING-${FOO} ${FOO}}", "first first" },
  { "${MISSING:-${EMPTY:-${ALSO-deep}}}", "deep" },
  { "${MISSING:-a${FOO:-b}c}d", "afirstcd" },
  { "${MISSING:-{\"a\":1}}", "{\"a\":1}" },
  { "${FOO:-{\"a\":1}}", "first" },
  { "${MISSING-{\"a\":{\"b\":[\"${FOO}\"]}}}}", "{\"a\":{\"b\":[\"first\"]}}}" },
  { "{${FOO}} {$FOO", "{first} {first" },
  { "${FOO:?err}", "first" },
  { "${FOO?err}", "first" },
  { "[${EMPTY?err}]", "[]" },
  { "${FOO:+alt}", "alt" },
  { "${FOO+alt}", "alt" },
  { "[${EMPTY:+alt}]", "[]" },
  { "${EMPTY+alt}", "alt" },
  { "[${MISSING:+alt}]", "[]" },
  { "[${MISSING+alt}]", "[]" },
  { "${FOO:+${EMPTY:-x}y}", "xy" },
  /* what is not needed is not asked for */
  { "${FOO:-${MISSING:?not asked}}", "first" },
  { "[${MISSING:+${ALSO:?not asked}}]", "[]" },
  { "line\n${FOO}\ttab", "line\nfirst\ttab" },
  { "ü${FOO}ü", "üfirstü" },
};

TEST (good)
{
  for (size_t i = 0; i < ARRAY_LEN (good); i++)
    {
      struct variables v = some_variables ();
      autofree char *got = NULL;
      autoerror struct error *err = NULL;
      CHECK_INT (0, interpolate (good[i].text, &v, &got, &err));
      CHECK_STR (good[i].want, got);
      CHECK_STR ("", error_text (err));
      variables_free (&v);
    }
}

static const struct
{
  const char *text, *message;
} bad[] = {
  { "${", "a variable's name must follow ${" },
  { "${}", "a variable's name must follow ${" },
  { "${ }", "a variable's name must follow ${" },
  { "${ FOO}", "a variable's name must follow ${" },
  { "${9}", "a variable's name must follow ${" },
  { "${$FOO}", "a variable's name must follow ${" },
  { "${FOO", "} is missing" },
  { "${FOO:-x", "} is missing" },
  { "${FOO:-${BAR}", "} is missing" },
  { "${MISSING?x", "} is missing" },
  { "${MISSING:-{}", "} is missing" },
  { "${FOO }", "after the name only" },
  { "${FOO!}", "after the name only" },
  { "${FOO:}", "after the name only" },
  { "${FOO:x}", "after the name only" },
  { "${FOO/a/b}", "after the name only" },
  { "${FOO:-${BAR!}}", "'${BAR!}}': after the name only" },
  { "${MISSING:?}", "required variable MISSING is missing a value" },
  { "${MISSING?}", "required variable MISSING is missing a value" },
  { "${EMPTY:?say $FOO why}", "required variable EMPTY is missing a value: say first why" },
  { "${MISSING?a ${ALSO:-b} c}", "required variable MISSING is missing a value: a b c" },
  { "${MISSING:-${ALSO:?inner}}", "required variable ALSO is missing a value: inner" },
};

TEST (bad)
{
  for (size_t i = 0; i < ARRAY_LEN (bad); i++)
    {
      struct variables v = some_variables ();
      char *got = NULL;
      autoerror struct error *err = NULL;
      CHECK_INT (-EINVAL, interpolate (bad[i].text, &v, &got, &err));
      CHECK (! got);
      if (! strstr (error_text (err), bad[i].message))
        CHECK_STR (bad[i].message, error_text (err));
      variables_free (&v);
    }
}

/* Nothing in "${A:-${B}}" can be made to call itself: values are not looked into; and depth has its end. */
TEST (recursion)
{
  struct variables v = { 0 };
  variables_set (&v, "A", "${B}");
  variables_set (&v, "B", "${A}");
  autofree char *got = NULL, *deep_got = NULL;
  autoerror struct error *err = NULL;
  CHECK_INT (0, interpolate ("${A:-${B}} ${B:-${A}}", &v, &got, &err));
  CHECK_STR ("${B} ${A}", got);

  /* depth is not length */
  autotext struct text deep = { 0 }, many = { 0 };
  autofree char *many_got = NULL;
  for (int i = 0; i < 1000; i++)
    text_add (&many, "${X:-}");
  CHECK_INT (0, interpolate (many.s, &v, &many_got, &err));
  CHECK_STR ("", many_got);
  for (int i = 0; i < 100000; i++)
    text_add (&deep, "${X:-");
  CHECK_INT (-EINVAL, interpolate (deep.s, &v, &deep_got, &err));
  CHECK (strstr (error_text (err), "nested too deeply"));
  variables_free (&v);
}

TEST (size)
{
  struct variables v = { 0 };
  autotext struct text value = { 0 }, text = { 0 };
  for (int i = 0; i < 1000; i++)
    text_add (&value, "0123456789");
  variables_set (&v, "A", value.s);
  for (int i = 0; i < 200; i++)
    text_add (&text, "$A");
  char *got = NULL;
  autoerror struct error *err = NULL;
  CHECK_INT (-EINVAL, interpolate (text.s, &v, &got, &err));
  CHECK (strstr (error_text (err), "becomes larger than"));
  variables_free (&v);
}

TEST (unset)
{
  struct variables v = some_variables ();
  autofree char *got = NULL;
  CHECK_INT (0, interpolate ("$A,${B},$A,${C:-x},${D:+$E},${F+y},$FOO", &v, &got, NULL));
  CHECK_STR (",,,x,,,first", got);
  CHECK_INT (3, v.unset.n);
  CHECK_STR ("A", v.unset.v[0]);
  CHECK_STR ("B", v.unset.v[1]);
  CHECK_STR ("E", v.unset.v[2]);
  variables_free (&v);
}

static struct node *
tree_of (struct arena *a, const char *text)
{
  struct node *n = NULL;
  autoerror struct error *err = NULL;
  CHECK_INT (0, yaml_parse (a, "compose.yaml", text, strlen (text), &n, &err));
  CHECK_STR ("", error_text (err));
  return n;
}

TEST (tree)
{
  autoarena struct arena a = { 0 };
  struct variables v = some_variables ();
  struct node *n = tree_of (&a, "services:\n  $FOO:\n    image: 'x:$FOO'\n    ports: [\"${P:-80}:80\", 5]\n");
  CHECK_INT (0, interpolate_tree (&a, n, &v, NULL));
  autofree char *json = node_to_json (n, NULL);
  CHECK_STR ("{\"services\":{\"$FOO\":{\"image\":\"x:first\",\"ports\":[\"80:80\",5]}}}", json);
  variables_free (&v);
}

TEST (tree_errors)
{
  autoarena struct arena a = { 0 };
  struct variables v = some_variables ();
  autoerror struct error *err = NULL;
  struct node *n = tree_of (&a, "services:\n  db:\n    image: x\n    ports:\n      - a\n      - ${P:?give a port}\n");
  CHECK_INT (-E_COMPOSE_FILE, interpolate_tree (&a, n, &v, &err));
  CHECK_STR ("compose.yaml:6:9: services.db.ports[1]: required variable P is missing a value: give a port",
             error_text (err));
  n = tree_of (&a, "x: ${A!}\n");
  CHECK_INT (-E_COMPOSE_FILE, interpolate_tree (&a, n, &v, &err));
  CHECK (strncmp ("compose.yaml:1:4: x: bad interpolation '${A!}'", error_text (err), 46) == 0);
  variables_free (&v);
}

TEST (names)
{
  autoarena struct arena a = { 0 };
  struct node *list = node_new (&a, NODE_LIST, NULL);
  const struct node *n
      = tree_of (&a, "a: $bar\nb: [\"$docker:${project:-cli}\", \"${bar:-foo}\"]\nc: ${r:?why $in}\nd: ${x+alt}\n"
                     "e: ${o:-${nested}} $$no\n");
  interpolate_names (&a, n, list);
  autofree char *json = node_to_json (list, NULL);
  CHECK_STR ("[{\"name\":\"bar\",\"required\":false,\"default\":\"foo\"},{\"name\":\"docker\",\"required\":false},"
             "{\"name\":\"project\",\"required\":false,\"default\":\"cli\"},{\"name\":\"in\",\"required\":false},"
             "{\"name\":\"r\",\"required\":true},{\"name\":\"x\",\"required\":false,\"alternate\":\"alt\"},"
             "{\"name\":\"nested\",\"required\":false},{\"name\":\"o\",\"required\":false,\"default\":\"${nested}\"}]",
             json);
}

TEST_MAIN (X (good) X (bad) X (recursion) X (size) X (unset) X (tree) X (tree_errors) X (names))
