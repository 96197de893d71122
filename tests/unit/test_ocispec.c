/* test_ocispec.c - libocispec: every row of every table with every type of value, round trips, values, no memory. (What
 * is wrong with documents: test_ocispec_errors.c.) No files, no privileges. */
#include <limits.h>

#include "arena.h"
#include "check.h"
#include "mem.h"
#include "ocispec.h"

/* ---- every member of every table */

static const struct
{
  const char *text, *name;
} values[] = {
  { "null", "null" },    { "true", "boolean" }, { "1", "number" },
  { "\"x\"", "string" }, { "[]", "array" },     { "{}", "object" },
};

static const char *
type_name (enum oci_kind kind)
{
  switch (kind)
    {
    case K_STR:
    case K_ONEOF:
      return "string";
    case K_FLAG:
      return "boolean";
    case K_INT:
    case K_U64:
      return "integer";
    case K_MAP:
    case K_OBJ:
    case K_DICT:
      return "object";
    default:
      return "array";
    }
}

static const char *
item_type_name (enum oci_kind kind)
{
  return kind == K_INTS ? "integer" : kind == K_LIST || kind == K_DICT ? "object" : "string";
}

static bool
is_type (const char *wanted, const char *found)
{
  return streq (wanted, found) || (streq (wanted, "integer") && streq (found, "number"));
}

/* BEFORE is a document up to a value, PATH the value's. */
static void
check_types (const struct oci_schema *root, const char *before, const char *path, const char *wanted, bool null_is_good)
{
  for (size_t i = 0; i < ARRAY_LEN (values); i++)
    {
      struct oci_document doc;
      autofree char *text = mem_printf ("%s%s", before, values[i].text);
      CHECK (! oci_parse (root, text, strlen (text), &doc));
      bool good = is_type (wanted, values[i].name) || (null_is_good && i == 0);
      autofree char *message = mem_printf ("expected %s, found %s", wanted, values[i].name);
      if (good)
        CHECK (strncmp (doc.message, "expected ", strlen ("expected ")) != 0);
      else
        {
          CHECK_STR (path, doc.path);
          CHECK_STR (message, doc.message);
          CHECK_INT (1, doc.line);
          CHECK_INT (strlen (before) + 1, doc.column);
        }
    }
}

static void
check_range (const struct oci_schema *root, const char *before, const char *path, const struct oci_field *f)
{
  const __int128 bounds[] = { (__int128) f->min - 1, f->min, f->max, (__int128) f->max + 1 };
  for (size_t i = 0; i < ARRAY_LEN (bounds); i++)
    {
      __int128 b = bounds[i] < 0 ? -bounds[i] : bounds[i];
      struct oci_document doc;
      autofree char *text = mem_printf ("%s%s%" PRIu64, before, bounds[i] < 0 ? "-" : "", (uint64_t) b);
      autofree char *whole = mem_printf ("%s,", text);
      CHECK (! oci_parse (root, whole, strlen (whole), &doc));
      bool out_of_range = strstr (doc.message, "out of range");
      CHECK_INT (i == 0 || i == 3, out_of_range);
      if (out_of_range)
        CHECK_STR (path, doc.path);
    }
}

static unsigned members_walked;

static void
check_members (const struct oci_schema *root, const struct oci_schema *schema, const char *before, const char *path)
{
  for (const struct oci_field *f = schema->fields; f < schema->fields + schema->n_fields; f++)
    {
      bool map = f->kind == K_MAP || f->kind == K_DICT;
      bool many = map || f->kind == K_STRS || f->kind == K_LIST || f->kind == K_INTS;
      autofree char *key = mem_printf ("%s{\"%s\":", before, f->key);
      autofree char *member = mem_printf ("%s%s%s", path, *path ? "." : "", f->key);
      members_walked++;
      check_types (root, key, member, type_name (f->kind), true);
      if (f->kind == K_INT)
        check_range (root, key, member, f);
      autofree char *item = mem_printf (map ? "%s{\"k.0\":" : many ? "%s[" : "%s", key);
      autofree char *item_path = mem_printf (map ? "%s.k.0" : many ? "%s[0]" : "%s", member);
      if (many)
        check_types (root, item, item_path, item_type_name (f->kind), false);
      if (f->kind == K_INTS)
        check_range (root, item, item_path, f);
      if (f->kind == K_OBJ || f->kind == K_LIST || f->kind == K_DICT)
        check_members (root, f->of.object, item, item_path);
    }
}

static const struct oci_schema *const documents[] = {
  &oci_config_schema, &oci_state_file_schema, &oci_state_schema, &oci_container_process_state_schema,
  &oci_features_schema,
};

TEST (members)
{
  for (size_t i = 0; i < ARRAY_LEN (documents); i++)
    check_members (documents[i], documents[i], "", "");
  CHECK (members_walked > 250);
}

/* ---- round trips */

static void add_object (struct text *t, const struct oci_schema *schema);

static void
add_value (struct text *t, const struct oci_field *f)
{
  switch (f->kind)
    {
    case K_STR:
      text_add (t, "\"a/\xe2\x82\xac\\\"\\\\\\n\\u0001\\u007f\"");
      break;
    case K_ONEOF:
      text_printf (t, "\"%s\"", f->of.names[0]);
      break;
    case K_FLAG:
      text_add (t, "false");
      break;
    case K_INT:
      text_printf (t, "%" PRId64, f->min);
      break;
    case K_U64:
      text_add (t, "18446744073709551615");
      break;
    case K_STRS:
      text_add (t, "[\"\",\"b\"]");
      break;
    case K_MAP:
      text_add (t, "{\"\":\"1\",\"\\t\":\"\"}");
      break;
    case K_INTS:
      text_printf (t, "[0,1,2,3,4,5,6,7,8,9,%" PRId64 "]", f->max);
      break;
    case K_OBJ:
      add_object (t, f->of.object);
      break;
    case K_LIST:
    case K_DICT:
      for (int i = 0; i < 10; i++)
        {
          text_printf (t, "%c", i ? ',' : f->kind == K_LIST ? '[' : '{');
          if (f->kind == K_DICT)
            text_printf (t, "\"%d\":", i);
          add_object (t, f->of.object);
        }
      text_add (t, f->kind == K_LIST ? "]" : "}");
      break;
    default:
      CHECK (! "a document that is read has no kind that is only emitted");
    }
}

static void
add_object (struct text *t, const struct oci_schema *schema)
{
  for (size_t i = 0; i < schema->n_fields; i++)
    {
      text_printf (t, "%s\"%s\":", i ? "," : "{", schema->fields[i].key);
      add_value (t, &schema->fields[i]);
    }
  text_add (t, "}");
}

/* TEXT, which is as the emitter writes it, read and written again. */
static void
check_same (const struct oci_schema *schema, const char *text, const char *indent)
{
  struct oci_document doc;
  const void *object = oci_parse (schema, text, strlen (text), &doc);
  CHECK_STR ("", doc.message);
  CHECK_INT (0, doc.unknown);
  if (! object)
    return;
  autofree char *again = oci_emit (schema, object, indent);
  CHECK_STR (text, again);
  oci_document_free (&doc);
}

TEST (round_trip)
{
  for (size_t i = 0; i < ARRAY_LEN (documents); i++)
    {
      autotext struct text t = { 0 };
      add_object (&t, documents[i]);
      check_same (documents[i], t.s, NULL);
    }
  check_same (&oci_config_schema, "{\"ociVersion\":\"\",\"mounts\":[],\"hooks\":{},\"annotations\":{}}", NULL);
  check_same (&oci_config_schema,
              "{\n\t\"ociVersion\": \"1\",\n\t\"process\": {\n\t\t\"user\": {\n\t\t\t\"additionalGids\": []\n\t\t},\n"
              "\t\t\"args\": [\n\t\t\t\"a\",\n\t\t\t\"b\"\n\t\t],\n\t\t\"cwd\": \"/\"\n\t}\n}",
              "\t");
}

TEST (values)
{
  static const char text[]
      = "\r\n {\"ociVersion\":\"\\u00e9\\ud83d\\ude00\\/\\b\",\"x\":{\"y\":[1e99,null,{}],\"y\":1},"
        "\"process\":{\"cwd\":\"/\",\"oomScoreAdj\":-0,\"rlimits\":[{\"type\":\"\",\"hard\":-0,\"soft\":0}],"
        "\"z\":1,\"user\":{\"uid\":null,\"gid\":4294967295},\"terminal\":true,\"args\":null}}\n";
  struct oci_document doc;
  const struct oci_config *c = oci_parse (&oci_config_schema, text, sizeof text - 1, &doc);
  CHECK (c);
  if (! c)
    return;
  CHECK_STR ("\xc3\xa9\xf0\x9f\x98\x80/\b", c->oci_version);
  CHECK_INT (2, doc.unknown);
  CHECK (c->process->oom_score_adj.set && c->process->oom_score_adj.value == 0);
  CHECK (c->process->rlimits.n == 1 && c->process->rlimits.v[0].hard.set && ! c->process->rlimits.v[0].hard.value);
  CHECK (! c->process->user->uid.set);
  CHECK_INT (UINT32_MAX, c->process->user->gid.value);
  CHECK (c->process->terminal.set && c->process->terminal.value);
  CHECK (! c->process->args.set && c->process->args.n == 0);
  CHECK (! c->linux_ && ! c->mounts.set);
  oci_document_free (&doc);
  oci_document_free (&doc);
}

/* What no table can say is left to whoever uses the document. */
TEST (good_documents)
{
  static const char *const good[] = {
    "{\"ociVersion\":\"9.9.9\",\"hostname\":\"\\\\ud83d\"}",
    "{\"ociVersion\":\"\",\"root\":null,\"process\":null}",
    "{\"ociVersion\":\"1\",\"process\":{\"cwd\":\"\",\"args\":[],\"env\":[\"\"],\"user\":{\"uid\":4294967295}}}",
    "{\"ociVersion\":\"1\",\"process\":{\"cwd\":\".\",\"args\":[\"\"],\"oomScoreAdj\":5000}}",
    "{\"ociVersion\":\"1\",\"linux\":{\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"pid\"}]}}",
    "{\"ociVersion\":\"1\",\"OCIVersion\":2,\"windows\":{\"a\":[[]]},\"\":{},\"\":{}}",
  };
  for (size_t i = 0; i < ARRAY_LEN (good); i++)
    {
      struct oci_document doc;
      CHECK (oci_parse (&oci_config_schema, good[i], strlen (good[i]), &doc));
      CHECK_STR ("", doc.message);
      oci_document_free (&doc);
    }
}

/* The documents that programs make: no parser saw their strings. */
TEST (emit_of_made_up_values)
{
  struct oci_state state = { .oci_version = "1", .id = "\xff" "a\xed\xa0\x80\x1f\b\f\t\r", .status = "" };
  state.bundle = "/";
  const char *keys[] = { "k" }, *strings[] = { "v" };
  state.annotations = (struct oci_strings) { .n = 1, .v = strings, .keys = keys };
  autofree char *text = oci_emit (&oci_state_schema, &state, NULL);
  CHECK_STR ("{\"ociVersion\":\"1\",\"id\":\"\xef\xbf\xbd" "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\\u001f\\b\\f\\t\\r\","
             "\"status\":\"\",\"bundle\":\"/\",\"annotations\":{\"k\":\"v\"}}", text);
}

#ifdef __has_feature
# if __has_feature (address_sanitizer)
#  define __SANITIZE_ADDRESS__ 1
# endif
#endif

#if defined __GLIBC__ && ! defined __SANITIZE_ADDRESS__
/* An allocator that fails once the count is used up; a sanitizer brings its own. */
void *__libc_calloc (size_t n, size_t size);
void *__libc_realloc (void *p, size_t size);
static unsigned allocations_left = UINT_MAX;

static bool
may_allocate (void)
{
  if (allocations_left == UINT_MAX)
    return true;
  allocations_left -= allocations_left > 0;
  return allocations_left;
}

void *
calloc (size_t n, size_t size)
{
  return may_allocate () ? __libc_calloc (n, size) : NULL;
}

void *
realloc (void *p, size_t size)
{
  return may_allocate () ? __libc_realloc (p, size) : NULL;
}

TEST (no_memory)
{
  autotext struct text t = { 0 };
  add_object (&t, &oci_config_schema);
  struct oci_document doc = { .message = "never tried" };
  const void *object = NULL;
  unsigned failures = 0;
  for (; ! object && failures < 100; failures++)
    {
      allocations_left = failures + 1;
      object = oci_parse (&oci_config_schema, t.s, t.len, &doc);
      allocations_left = UINT_MAX;
      CHECK_STR (object ? "" : "out of memory", doc.message);
      CHECK_STR ("", doc.path);
      CHECK_INT (0, doc.line);
    }
  CHECK (object && failures > 3);
  if (! object)
    return;
  char *text = NULL;
  for (failures = 0; ! text && failures < 100; failures++)
    {
      allocations_left = failures + 1;
      text = oci_emit (&oci_config_schema, object, "\t");
      allocations_left = UINT_MAX;
    }
  CHECK (text && failures > 3);
  free (text);
  oci_document_free (&doc);
}
#else
TEST (no_memory)
{
}
#endif

TEST (arena)
{
  autoarena struct arena a = { 0 };
  for (size_t n = 0; n < 3000; n += 7)
    {
      unsigned char *p = arena_alloc (&a, n);
      CHECK ((uintptr_t) p % 16 == 0);
      for (size_t i = 0; i < n; i++)
        if (p[i])
          CHECK (! "zeroed");
      memset (p, 0xff, n);
    }
  CHECK (arena_alloc (&a, 3 << 20));
  CHECK_STR ("abc", arena_strndup (&a, "abcdef", 3));
  CHECK_STR ("", arena_strndup (&a, "abcdef", 0));
  CHECK (! arena_alloc (&a, SIZE_MAX) && ! arena_alloc (&a, SIZE_MAX - 100) && ! arena_strndup (&a, "", SIZE_MAX));
  arena_free (&a);
  CHECK (! a.top);
}

TEST_MAIN (X (members) X (round_trip) X (good_documents) X (values)
           X (emit_of_made_up_values) X (no_memory) X (arena))
