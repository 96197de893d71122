/* fuzz_interpolate.c - any text through interpolation: no "${" is left but by "$$" or a "$" at the end of a word,
 * what is without "$" stays as it is, and the list of names agrees on what is well formed. For libFuzzer, or
 * standalone_main.c. Memory only. */
#include "interpolate.h"

int LLVMFuzzerTestOneInput (const unsigned char *data, size_t size);

#define MUST(condition)                                                            \
  do                                                                               \
    if (! (condition))                                                             \
      {                                                                            \
        fprintf (stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
        abort ();                                                                  \
      }                                                                            \
  while (0)

static void
count (void *context, const char *name, char operator, const char *word, size_t length)
{
  MUST (*name && (! operator || strchr ("-?+", operator)) && strnlen (word, length) == length);
  ++*(size_t *) context;
}

int
LLVMFuzzerTestOneInput (const unsigned char *data, size_t size)
{
  autofree char *text = mem_strndup ((const char *) data, size), *got = NULL;
  autoerror struct error *err = NULL;
  struct variables variables = { 0 };
  size_t names = 0;
  variables_set (&variables, "A", "value");
  variables_set (&variables, "EMPTY", "");
  int visited = interpolate_visit (text, count, &names, NULL);
  if (interpolate (text, &variables, &got, &err) == 0)
    {
      MUST (strstr (text, "$$") || strstr (text, "$}") || ! strstr (got, "${"));
      MUST (strchr (text, '$') || streq (text, got));
      MUST (visited == 0 && variables.unset.n <= names);
    }
  else
    MUST (err && err->code == EINVAL && *err->text);
  variables_free (&variables);
  return 0;
}
