/* test_ocispec.c - libocispec: what the reader refuses and where it says that the fault is, every row of every table
 * with every type of value, round trips. No files, no privileges. */
#include "arena.h"
#include "check.h"
#include "mem.h"
#include "ocispec.h"

static const struct bad
{
  const char *text;
  unsigned line, column;
  const char *path, *message;
} bad_documents[] = {
  /* syntax */
  { "", 1, 1, "", "empty document" },
  { " \n\t", 2, 2, "", "empty document" },
  { "{", 1, 2, "", "parse error: premature EOF" },
  { "{\n  \"process\": {\"args\": [\"a\",", 2, 28, "process.args[1]", "parse error: premature EOF" },
  { "{\"process\":{\"oomScoreAdj\":1", 1, 28, "process", "parse error: premature EOF" },
  { "{\"hostname\":\"ab", 1, 13, "hostname", "parse error: premature EOF" },
  { "\xef\xbb\xbf{}", 1, 1, "", "byte order mark" },
  { "{\"ociVersion\":\"1.0.0\"} {}", 1, 24, "", "parse error: trailing garbage" },
  { "{\"ociVersion\":\"1.0.0\"}\n}", 2, 1, "", "parse error: trailing garbage" },
  { "{\"a\":1,}", 1, 8, "", "parse error: invalid object key (must be a string)" },
  { "{\"a\" 1}", 1, 6, "", "parse error: object key and value must be separated by a colon (':')" },
  { "{\"a\":[1 2]}", 1, 9, "", "parse error: after array element, I expect ',' or ']'" },
  { "{\"a\":01}", 1, 7, "", "parse error: after key and value, inside map, I expect ',' or '}'" },
  { "{\"hostname\":nul}", 1, 16, "hostname", "lexical error: invalid string in json text" },
  { "{\"hostname\":\"\\x\"}", 1, 15, "hostname",
    "lexical error: inside a string, '\\' occurs before a character which it may not" },
  { "{\"hostname\":\"a\nb\"}", 1, 15, "hostname", "lexical error: invalid character inside string" },
  { "{} // why", 1, 2, "ociVersion", "required" },
  { "// why\n{}", 1, 1, "", "lexical error: probable comment found in input text, comments are not enabled" },
  /* the document itself */
  { "null", 1, 1, "", "expected object, found null" },
  { " true", 1, 2, "", "expected object, found boolean" },
  { "[]", 1, 1, "", "expected object, found array" },
  { "\"x\"", 1, 1, "", "expected object, found string" },
  { "\n 1", 2, 2, "", "expected object, found number" },
  /* strings */
  { "{\"hostname\":\"\xff\"}", 1, 14, "hostname", "bytes that are not UTF-8" },
  { "{\"hostname\":\"\xc0\x80\"}", 1, 14, "hostname", "bytes that are not UTF-8" },
  { "{\"hostname\":\"\xed\xa0\x80\"}", 1, 14, "hostname", "bytes that are not UTF-8" },
  { "{\"hostname\":\"\xf4\x90\x80\x80\"}", 1, 14, "hostname", "bytes that are not UTF-8" },
  { "{\"hostname\":\"\xe2\x82", 1, 14, "hostname", "bytes that are not UTF-8" },
  { "{\"hostname\":\"\xe2\x82\xac\xe2\x82\xac\xff\"}", 1, 16, "hostname", "bytes that are not UTF-8" },
  { "{\"hostname\":\"\\ud83dx\"}", 1, 14, "hostname", "half of a surrogate pair" },
  { "{\"hostname\":\"\\uDC00\"}", 1, 14, "hostname", "half of a surrogate pair" },
  { "{\"hostname\":\"\\ud83d\\ud83d\"}", 1, 14, "hostname", "half of a surrogate pair" },
  { "{\"hostname\":\"a\",\"unknown\":\"\\ud83d", 1, 28, "", "half of a surrogate pair" },
  { "{\"hostname\":\"a\\u0000b\"}", 1, 13, "hostname", "NUL character in a string" },
  { "{\"process\":{\"args\":[\"sh\",\"a\\u0000b\"]}}", 1, 26, "process.args[1]", "NUL character in a string" },
  { "{\"linux\":{\"sysctl\":{\"a\\u0000\":\"1\"}}}", 1, 21, "linux.sysctl", "NUL character in a key" },
  { "{\"hostname\\u0000\":\"a\"}", 1, 2, "", "NUL character in a key" },
  { "{\"process\":{\"cwd\":\"/\",\"\\u0000\":1}}", 1, 23, "process", "NUL character in a key" },
  { "{\"annotations\":{\"a\\u009b\":1}}", 1, 27, "annotations.a?", "expected string, found number" },
  /* types: a wrong one must never turn a protection off */
  { "{\"process\":{\"noNewPrivileges\":\"yes\"}}", 1, 31, "process.noNewPrivileges", "expected boolean, found string" },
  { "{\"process\":{\"noNewPrivileges\":1}}", 1, 31, "process.noNewPrivileges", "expected boolean, found number" },
  { "{\"process\":{\"user\":{\"uid\":\"0\"}}}", 1, 27, "process.user.uid", "expected integer, found string" },
  { "{\"process\":{\"args\":\"sh\"}}", 1, 20, "process.args", "expected array, found string" },
  { "{\"linux\":{\"seccomp\":[]}}", 1, 21, "linux.seccomp", "expected object, found array" },
  { "{\"linux\":{\"netDevices\":{\"eth0\":{\"name\":1}}}}", 1, 40, "linux.netDevices.eth0.name",
    "expected string, found number" },
  { "{\"linux\":{\"netDevices\":{\"eth0\":null}}}", 1, 32, "linux.netDevices.eth0", "expected object, found null" },
  { "{\"process\":{\"args\":[null]}}", 1, 21, "process.args[0]", "expected string, found null" },
  { "{\"process\":{\"env\":[\"A=b\", null]}}", 1, 27, "process.env[1]", "expected string, found null" },
  { "{\"mounts\":[{\"destination\":\"/\",\n\"options\":[\"ro\",null]}]}", 2, 17, "mounts[0].options[1]",
    "expected string, found null" },
  { "{\"mounts\":[null]}", 1, 12, "mounts[0]", "expected object, found null" },
  { "{\"linux\":{\"namespaces\":[null]}}", 1, 25, "linux.namespaces[0]", "expected object, found null" },
  { "{\"annotations\":{\"a\":null}}", 1, 21, "annotations.a", "expected string, found null" },
  { "{\"process\":{\"user\":{\"additionalGids\":[1,\"2\"]}}}", 1, 41, "process.user.additionalGids[1]",
    "expected integer, found string" },
  /* numbers */
  { "{\"process\":{\"user\":{\"uid\":-1}}}", 1, 27, "process.user.uid", "-1 is out of range: 0 to 4294967295" },
  { "{\"process\":{\"user\":{\"uid\":4294967296}}}", 1, 27, "process.user.uid",
    "4294967296 is out of range: 0 to 4294967295" },
  { "{\"process\":{\"user\":{\"uid\":1.5}}}", 1, 27, "process.user.uid", "expected integer, found 1.5" },
  { "{\"process\":{\"user\":{\"uid\":1e3}}}", 1, 27, "process.user.uid", "expected integer, found 1e3" },
  { "{\"process\":{\"user\":{\"uid\":1e400}}}", 1, 27, "process.user.uid", "expected integer, found 1e400" },
  { "{\"process\":{\"user\":{\"additionalGids\":[1,-2]}}}", 1, 41, "process.user.additionalGids[1]",
    "-2 is out of range: 0 to 4294967295" },
  { "{\"process\":{\"oomScoreAdj\":9223372036854775808}}", 1, 27, "process.oomScoreAdj",
    "9223372036854775808 is out of range: -9223372036854775808 to 9223372036854775807" },
  { "{\"process\":{\"rlimits\":[{\"type\":\"a\",\"hard\":18446744073709551616}]}}", 1, 43, "process.rlimits[0].hard",
    "18446744073709551616 is out of range: 0 to 18446744073709551615" },
  { "{\"process\":{\"rlimits\":[{\"type\":\"a\",\"hard\":-1}]}}", 1, 43, "process.rlimits[0].hard",
    "-1 is out of range: 0 to 18446744073709551615" },
  { "{\"linux\":{\"resources\":{\"blockIO\":{\"weight\":65536}}}}", 1, 44, "linux.resources.blockIO.weight",
    "65536 is out of range: 0 to 65535" },
  /* keys */
  { "{\"hostname\":\"a\",\n \"hostname\":\"b\"}", 2, 2, "hostname", "given twice" },
  { "{\"hostname\":null,\"hostname\":\"b\"}", 1, 18, "hostname", "given twice" },
  { "{\"hostname\":\"a\",\"host\\u006eame\":\"b\"}", 1, 17, "hostname", "given twice" },
  { "{\"annotations\":{\"a\":\"1\",\"b\":\"2\",\"a\":\"3\"}}", 1, 33, "annotations.a", "given twice" },
  { "{\"linux\":{\"netDevices\":{\"a\":{},\"a\":{}}}}", 1, 32, "linux.netDevices.a", "given twice" },
  /* one of */
  { "{\"linux\":{\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"bogus\"}]}}", 1, 48, "linux.namespaces[1].type",
    "unknown value 'bogus', expected pid, network, mount, ipc, uts, user, cgroup, time" },
  { "{\"linux\":{\"namespaces\":[{\"type\":\"\\u001b[2J\"}]}}", 1, 33, "linux.namespaces[0].type",
    "unknown value '?[2J', expected pid, network, mount, ipc, uts, user, cgroup, time" },
  /* required */
  { "{}", 1, 2, "ociVersion", "required" },
  { "{\"ociVersion\":null}", 1, 19, "ociVersion", "required" },
  { "{\"root\":{}}", 1, 10, "root.path", "required" },
  { "{\"mounts\":[{\"destination\":\"/\"},{\n}]}", 2, 1, "mounts[1].destination", "required" },
  { "{\"linux\":{\"namespaces\":[{}]}}", 1, 26, "linux.namespaces[0].type", "required" },
  { "{\"linux\":{\"uidMappings\":[{\"size\":1}]}}", 1, 35, "linux.uidMappings[0]",
    "required members missing: containerID, hostID" },
  { "{\"process\":{\"rlimits\":[{}]}}", 1, 25, "process.rlimits[0]", "required members missing: type, hard, soft" },
};

static void
check_bad (const struct bad *bad, size_t length)
{
  unsigned before = check_failures;
  struct oci_document doc = { 0 };
  CHECK (! oci_parse (&oci_config_schema, bad->text, length, &doc));
  CHECK_INT (bad->line, doc.line);
  CHECK_INT (bad->column, doc.column);
  CHECK_STR (bad->path, doc.path);
  CHECK_STR (bad->message, doc.message);
  CHECK (! doc.arena);
  if (check_failures > before)
    fprintf (stderr, "  in: %s\n", bad->text);
  oci_document_free (&doc);
}

TEST (bad_documents)
{
  for (size_t i = 0; i < ARRAY_LEN (bad_documents); i++)
    check_bad (&bad_documents[i], strlen (bad_documents[i].text));
}

TEST (raw_nul)
{
  static const char text[] = "{\"hostname\":\"a\0b\"}";
  check_bad (&(struct bad) { text, 1, 15, "hostname", "lexical error: invalid character inside string" },
             sizeof text - 1);
}

/* N times PIECE after BEFORE, then AFTER. */
static char *
repeated (const char *before, const char *piece, size_t n, const char *after)
{
  struct text t = { 0 };
  text_add (&t, before);
  for (size_t i = 0; i < n; i++)
    text_add (&t, piece);
  text_add (&t, after);
  return t.s;
}

TEST (depth)
{
  struct oci_document doc;
  autofree char *arrays = repeated ("", "[", 200000, "");
  CHECK (! oci_parse (&oci_config_schema, arrays, strlen (arrays), &doc));
  CHECK_STR ("expected object, found array", doc.message);

  autofree char *deep = repeated ("{\"ociVersion\":\"1\",\"x\":", "[", 200000, "");
  CHECK (! oci_parse (&oci_config_schema, deep, strlen (deep), &doc));
  CHECK_STR ("nested deeper than 128 levels", doc.message);
  CHECK_INT (23 + 127, doc.column);

  autofree char *open = repeated ("", "[", 127, "");
  autofree char *deepest = repeated ("{\"ociVersion\":\"1\",\"x\":", open, 1, "");
  autofree char *closed = repeated (deepest, "]", 127, "}");
  CHECK (oci_parse (&oci_config_schema, closed, strlen (closed), &doc));
  oci_document_free (&doc);
}

/* More keys than are compared one by one, in an order in which equal ones are no neighbours. */
TEST (many_keys)
{
  for (int twice = 0; twice <= 1; twice++)
    {
      autotext struct text t = { 0 };
      text_add (&t, "{\"ociVersion\":\"1.0.0\",\"annotations\":{");
      for (unsigned i = 0; i < 20011; i++)
        text_printf (&t, "\"key%u\":\"%u\",", i * 7919 % 20011, i);
      text_printf (&t, "\"key%s\":\"\"}}", twice ? "4711" : "");
      struct oci_document doc;
      const struct oci_config *c = oci_parse (&oci_config_schema, t.s, t.len, &doc);
      CHECK (twice ? ! c : c && c->annotations.n == 20012);
      CHECK_STR (twice ? "annotations.key4711" : "", doc.path);
      CHECK_STR (twice ? "given twice" : "", doc.message);
      oci_document_free (&doc);
    }
}

TEST (long_path_and_message)
{
  struct oci_document doc;
  autofree char *key = repeated ("{\"annotations\":{\"\\n", "\xe2\x82\xac", 1000, "\":1}}");
  CHECK (! oci_parse (&oci_config_schema, key, strlen (key), &doc));
  CHECK (strncmp (doc.path, "annotations.?\xe2\x82\xac", 16) == 0);
  CHECK (strlen (doc.path) > 500);
  CHECK (strcmp (doc.path + strlen (doc.path) - 3, "\xe2\x82\xac") == 0);
  autofree char *type = repeated ("{\"linux\":{\"namespaces\":[{\"type\":\"", "x", 5000, "\"}]}}");
  CHECK (! oci_parse (&oci_config_schema, type, strlen (type), &doc));
  CHECK (strstr (doc.message, "x', expected pid, "));
  autofree char *number = repeated ("{\"process\":{\"oomScoreAdj\":", "1", 5000, "}}");
  CHECK (! oci_parse (&oci_config_schema, number, strlen (number), &doc));
  CHECK (strstr (doc.message, "1 is out of range: "));
}

/* ---- every member of every table */

static const struct
{
  const char *text, *name;
} values[] = {
  { "null", "null" }, { "true", "boolean" }, { "1", "number" }, { "\"x\"", "string" }, { "[]", "array" }, { "{}", "object" },
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
      bool map = f->kind == K_MAP || f->kind == K_DICT, many = map || f->kind == K_STRS || f->kind == K_LIST || f->kind == K_INTS;
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
  &oci_config_schema, &oci_state_file_schema, &oci_state_schema, &oci_container_process_state_schema, &oci_features_schema,
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
      text_add (t, "\"a/\xe2\x82\xac\\\"\\\\\\n\\u0001\x7f\"");
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
      = "\r\n {\"ociVersion\":\"\\u00e9\\ud83d\\ude00\\/\\b\",\"x\":{\"y\":[1e99,null,{}],\"y\":1},\"process\":{\"cwd\":\"/\","
        "\"oomScoreAdj\":-0,\"z\":1,\"user\":{\"uid\":null,\"gid\":4294967295},\"terminal\":true,\"args\":null}}\n";
  struct oci_document doc;
  const struct oci_config *c = oci_parse (&oci_config_schema, text, sizeof text - 1, &doc);
  CHECK (c);
  if (! c)
    return;
  CHECK_STR ("\xc3\xa9\xf0\x9f\x98\x80/\b", c->oci_version);
  CHECK_INT (2, doc.unknown);
  CHECK (c->process->oom_score_adj.set && c->process->oom_score_adj.value == 0);
  CHECK (! c->process->user->uid.set);
  CHECK_INT (UINT32_MAX, c->process->user->gid.value);
  CHECK (c->process->terminal.set && c->process->terminal.value);
  CHECK (! c->process->args.set && c->process->args.n == 0);
  CHECK (! c->linux_ && ! c->mounts.set);
  oci_document_free (&doc);
  oci_document_free (&doc);
}

/* The documents that programs make: no parser saw their strings. */
TEST (emit_of_made_up_values)
{
  struct oci_state state = { .oci_version = "1", .id = "\xff" "a\xed\xa0\x80\x1f\r", .status = "", .bundle = "/" };
  const char *keys[] = { "k" }, *strings[] = { "v" };
  state.annotations = (struct oci_strings) { .n = 1, .v = strings, .keys = keys };
  autofree char *text = oci_emit (&oci_state_schema, &state, NULL);
  CHECK_STR ("{\"ociVersion\":\"1\",\"id\":\"\xef\xbf\xbd" "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\\u001f\\r\",\"status\":\"\","
             "\"bundle\":\"/\",\"annotations\":{\"k\":\"v\"}}", text);
}

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

TEST_MAIN (X (bad_documents) X (raw_nul) X (depth) X (many_keys) X (long_path_and_message) X (members) X (round_trip)
           X (values) X (emit_of_made_up_values) X (arena))
