/* test_ocispec_errors.c - libocispec: what the parser refuses, what it says and where it says that the fault is. No
 * files, no privileges. */
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
  { "{\"hostname\":\"\xe0\x9f\xbf\"}", 1, 14, "hostname", "bytes that are not UTF-8" },
  { "{\"hostname\":\"\xf0\x8f\xbf\xbf\"}", 1, 14, "hostname", "bytes that are not UTF-8" },
  { "{\"hostname\":\"\xf4\x90\x80\x80\"}", 1, 14, "hostname", "bytes that are not UTF-8" },
  { "{\"hostname\":\"\xe2\x82", 1, 14, "hostname", "bytes that are not UTF-8" },
  { "{\"hostname\":\"\xe2\x82\xac\xe2\x82\xac\xff\"}", 1, 16, "hostname", "bytes that are not UTF-8" },
  { "{\"hostname\":\"\\ud83dx\"}", 1, 14, "hostname", "half of a surrogate pair" },
  { "{\"hostname\":\"\\uDC00\"}", 1, 14, "hostname", "half of a surrogate pair" },
  { "{\"hostname\":\"\\udc00\\udc00\"}", 1, 14, "hostname", "half of a surrogate pair" },
  { "{\"hostname\":\"\\\\\\ud83d\\n\"}", 1, 16, "hostname", "half of a surrogate pair" },
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

/* Text is looked through several bytes at a time. */
TEST (bad_byte_anywhere)
{
  for (unsigned i = 0; i < 20; i++)
    {
      char text[] = "{\"hostname\":\"aaaaaaaaaaaaaaaaaaaa\"}";
      text[13 + i] = (char) 0x80;
      check_bad (&(struct bad) { text, 1, 14 + i, "hostname", "bytes that are not UTF-8" }, strlen (text));
    }
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

TEST_MAIN (X (bad_documents) X (raw_nul) X (bad_byte_anywhere) X (depth) X (many_keys) X (long_path_and_message))
