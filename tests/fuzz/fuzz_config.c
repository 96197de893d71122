/* fuzz_config.c - any bytes as each of the documents: the parser either says why not, or what it read survives being
 * written and read again. For libFuzzer, or standalone_main.c. Memory only. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ocispec.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput (const unsigned char *data, size_t size);

#define MUST(condition)                                                            \
  do                                                                               \
    if (! (condition))                                                             \
      {                                                                            \
        fprintf (stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
        abort ();                                                                  \
      }                                                                            \
  while (0)

static const struct oci_schema *const schemas[] = {
  &oci_config_schema, &oci_process_schema, &oci_resources_schema, &oci_state_file_schema,
  &oci_state_schema,  &oci_container_process_state_schema, &oci_features_schema,
};

/* One line of UTF-8 without controls: it goes to logs and terminals. */
static void
check_printable (const char *s, size_t size)
{
  size_t length = strnlen (s, size);
  MUST (length < size);
  for (size_t i = 0, step; i < length; i += step)
    {
      step = utf8_length (s + i, length - i);
      MUST (step && (unsigned char) s[i] >= 0x20 && s[i] != 0x7f);
    }
}

static void
check_error (const struct oci_document *doc)
{
  MUST (*doc->message && doc->line && doc->column && ! doc->arena);
  check_printable (doc->path, sizeof doc->path);
  check_printable (doc->message, sizeof doc->message);
}

static void
check_schema (const struct oci_schema *schema, const char *text, size_t size)
{
  static const char *const indents[] = { NULL, "\t" };
  struct oci_document first, second;
  const void *object = oci_parse (schema, text, size, &first);
  if (! object)
    {
      check_error (&first);
      return;
    }
  for (size_t i = 0; i < sizeof indents / sizeof *indents; i++)
    {
      char *emitted = oci_emit (schema, object, indents[i]);
      MUST (emitted);
      const void *again = oci_parse (schema, emitted, strlen (emitted), &second);
      MUST (again && second.unknown == 0);
      char *emitted_again = oci_emit (schema, again, indents[i]);
      MUST (emitted_again && strcmp (emitted, emitted_again) == 0);
      free (emitted);
      free (emitted_again);
      oci_document_free (&second);
    }
  oci_document_free (&first);
}

int
LLVMFuzzerTestOneInput (const unsigned char *data, size_t size)
{
  for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++)
    check_schema (schemas[i], (const char *) data, size);
  return 0;
}
