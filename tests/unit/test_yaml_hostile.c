/* test_yaml_hostile.c - YAML that is meant to harm: each is refused in little time and memory, with its place. No
 * files, no privileges. */
#include <sys/resource.h>

#include "check.h"
#include "errors.h"
#include "yaml.h"

/* TEXT is refused, with MESSAGE somewhere in the words. */
static void
refused (const char *text, size_t length, const char *message)
{
  autoarena struct arena a = { 0 };
  autoerror struct error *err = NULL;
  struct node *n = NULL;
  CHECK_INT (-E_COMPOSE_FILE, yaml_parse (&a, "c.yaml", text, length, &n, &err));
  CHECK (! n);
  if (! strstr (error_text (err), message))
    CHECK_STR (message, error_text (err));
}

static void
repeat (struct text *t, const char *s, size_t n)
{
  for (size_t i = 0; i < n; i++)
    text_add (t, s);
}

TEST (billion_laughs)
{
  autotext struct text t = { 0 };
  text_add (&t, "a0: &a0 [lol]\n");
  for (int i = 1; i < 12; i++)
    {
      text_printf (&t, "a%d: &a%d [", i, i);
      for (int j = 0; j < 10; j++)
        text_printf (&t, "%s*a%d", j ? ", " : "", i - 1);
      text_add (&t, "]\n");
    }
  refused (t.s, t.len, "the document grows beyond");
}

/* The same in text instead of values. */
TEST (long_alias)
{
  autotext struct text t = { 0 };
  text_add (&t, "a: &a ");
  repeat (&t, "0123456789abcdef", 1 << 14);
  text_add (&t, "\nb: [");
  repeat (&t, "*a ,", 1000);
  text_add (&t, "]\n");
  refused (t.s, t.len, "the document grows beyond");
}

/* The same in levels, which are the stack of whoever walks the tree. */
TEST (deep_alias)
{
  autotext struct text t = { 0 };
  text_add (&t, "a0: &a0 x\n");
  for (int i = 1; i < 100; i++)
    {
      text_printf (&t, "a%d: &a%d ", i, i);
      repeat (&t, "[", 90);
      text_printf (&t, "*a%d", i - 1);
      repeat (&t, "]", 90);
      text_add (&t, "\n");
    }
  refused (t.s, t.len, "nested deeper than 100 levels");
}

TEST (deep)
{
  static const struct
  {
    const char *open, *close;
  } rows[] = { { "[", "]" }, { "{a: ", "}" }, { "- ", "" }, { "? ", "" } };
  for (size_t i = 0; i < ARRAY_LEN (rows); i++)
    {
      autotext struct text t = { 0 };
      repeat (&t, rows[i].open, 100000);
      repeat (&t, rows[i].close, 100000);
      refused (t.s, t.len, "nested deeper than 100 levels");
    }
}

TEST (depth_within_limit)
{
  autoarena struct arena a = { 0 };
  struct node *n = NULL;
  autotext struct text t = { 0 };
  repeat (&t, "[", YAML_MAX_DEPTH);
  repeat (&t, "]", YAML_MAX_DEPTH);
  CHECK_INT (0, yaml_parse (&a, "c.yaml", t.s, t.len, &n, NULL));
}

TEST (own_anchor)
{
  static const char *const rows[] = {
    "a: &a\n  b: *a\n", "&a [*a]", "a: &a\n  <<: *a\n", "a: &a\n  b:\n    <<: [{c: 1}, *a]\n", "a: &a {<<: {<<: *a}}\n",
    "a: &a x\nb: &a [*a]\n",
  };
  for (size_t i = 0; i < ARRAY_LEN (rows); i++)
    refused (rows[i], strlen (rows[i]), "alias *a within its own anchor");
}

TEST (tags)
{
  static const char *const rows[] = {
    "a: !!python/object/apply:os.system [id]",
    "a: !!python/object:x.Y {}",
    "a: !<tag:x.org,2002:y> z",
    "!ruby/object:X {}",
    "%TAG ! tag:evil.org,2000:\n---\na: !x 1\n",
  };
  for (size_t i = 0; i < ARRAY_LEN (rows); i++)
    refused (rows[i], strlen (rows[i]), "unknown tag");
}

TEST (many_keys)
{
  autotext struct text t = { 0 };
  for (int i = 0; i < 50000; i++)
    text_printf (&t, "k%d: 1\n", i);
  text_add (&t, "k77: 1\n");
  refused (t.s, t.len, "key 'k77' given twice, first in line 78");
}

TEST (many_anchors)
{
  autotext struct text t = { 0 };
  for (int i = 0; i < 30000; i++)
    text_printf (&t, "- &a%d x\n- *a%d\n", i, i / 2);
  autoarena struct arena a = { 0 };
  struct node *n = NULL;
  CHECK_INT (0, yaml_parse (&a, "c.yaml", t.s, t.len, &n, NULL));
  CHECK_INT (60000, node_count (n));
}

TEST (size)
{
  autofree char *text = mem_alloc (YAML_MAX_BYTES + 1);
  refused (text, YAML_MAX_BYTES + 1, "larger than 16 MiB");
  autotext struct text t = { 0 };
  repeat (&t, "- x\n", YAML_MAX_NODES + 1);
  refused (t.s, t.len, "the document grows beyond");
}

TEST (frugal)
{
  struct rusage usage;
  CHECK_INT (0, getrusage (RUSAGE_SELF, &usage));
  CHECK (usage.ru_maxrss < 600 << 10);
  CHECK (usage.ru_utime.tv_sec < 10);
}

TEST_MAIN (X (billion_laughs) X (long_alias) X (deep_alias) X (deep) X (depth_within_limit) X (own_anchor) X (tags)
           X (many_keys) X (many_anchors) X (size) X (frugal))
