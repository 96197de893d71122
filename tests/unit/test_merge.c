/* test_merge.c - what an update makes of the limits that were there. */
#include "check.h"
#include "merge.h"
#include "ocispec.h"

static void
check_merged (const char *old, const char *new, const char *want)
{
  struct oci_document docs[2] = { 0 };
  autoarena struct arena arena = { 0 };
  const void *a = old ? oci_parse (&oci_resources_schema, old, strlen (old), &docs[0]) : NULL;
  const void *b = oci_parse (&oci_resources_schema, new, strlen (new), &docs[1]);
  CHECK ((a || ! old) && b);
  char *got = oci_emit (&oci_resources_schema, merge_objects (&oci_resources_schema, a, b, &arena), NULL);
  CHECK_STR (want, got);
  if (a)
    {
      /* What is merged is left alone. */
      char *still = oci_emit (&oci_resources_schema, a, NULL);
      CHECK_STR (old, still);
      free (still);
    }
  free (got);
  oci_document_free (&docs[0]);
  oci_document_free (&docs[1]);
}

TEST (members)
{
  check_merged (NULL, "{\"pids\":{\"limit\":5}}", "{\"pids\":{\"limit\":5}}");
  check_merged ("{\"pids\":{\"limit\":5}}", "{}", "{\"pids\":{\"limit\":5}}");
  check_merged ("{\"memory\":{\"limit\":1,\"swap\":2}}", "{\"memory\":{\"swap\":0},\"pids\":{\"limit\":7}}",
                "{\"memory\":{\"limit\":1,\"swap\":0},\"pids\":{\"limit\":7}}");
  check_merged ("{\"cpu\":{\"quota\":5,\"cpus\":\"0\"}}", "{\"cpu\":{\"period\":9,\"cpus\":\"1\"}}",
                "{\"cpu\":{\"quota\":5,\"period\":9,\"cpus\":\"1\"}}");
}

TEST (lists_are_taken_whole)
{
  check_merged ("{\"hugepageLimits\":[{\"pageSize\":\"2MB\",\"limit\":1},{\"pageSize\":\"1GB\",\"limit\":1}]}",
                "{\"hugepageLimits\":[{\"pageSize\":\"2MB\",\"limit\":3}]}",
                "{\"hugepageLimits\":[{\"pageSize\":\"2MB\",\"limit\":3}]}");
}

TEST (maps_by_key)
{
  check_merged ("{\"unified\":{\"a.x\":\"1\",\"b.x\":\"2\"}}", "{\"unified\":{\"b.x\":\"3\",\"c.x\":\"4\"}}",
                "{\"unified\":{\"a.x\":\"1\",\"b.x\":\"3\",\"c.x\":\"4\"}}");
}

TEST_MAIN (X (members) X (lists_are_taken_whole) X (maps_by_key))
