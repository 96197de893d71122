/* fuzz_dotenv.c - any bytes as a file of variables: entries are NAME=value with each name once, or the message is one
 * line. For libFuzzer, or standalone_main.c. Memory only. */
#include "dotenv.h"

int LLVMFuzzerTestOneInput (const unsigned char *data, size_t size);

#define MUST(condition)                                                            \
  do                                                                               \
    if (! (condition))                                                             \
      {                                                                            \
        fprintf (stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
        abort ();                                                                  \
      }                                                                            \
  while (0)

enum
{
  FEW = 100, /* entries that are compared with each other */
};

static void
check_entries (const struct strv *v)
{
  for (size_t i = 0; i < v->n; i++)
    {
      const char *equals = strchr (v->v[i], '=');
      MUST (equals && equals > v->v[i]);
      for (size_t j = 0; j < i && i < FEW; j++)
        MUST (strncmp (v->v[i], v->v[j], (size_t) (equals - v->v[i]) + 1) != 0);
    }
}

int
LLVMFuzzerTestOneInput (const unsigned char *data, size_t size)
{
  struct variables outer = { 0 };
  variables_set (&outer, "A", "$B");
  variables_set (&outer, "EMPTY", "");
  for (int raw = 0; raw < 2; raw++)
    {
      autostrv struct strv into = { 0 };
      autoerror struct error *err = NULL;
      if (dotenv_parse ("f", (const char *) data, size, raw, &outer, &into, &err) == 0)
        check_entries (&into);
      else
        MUST (err && strncmp (err->text, "f:", 2) == 0);
    }
  variables_free (&outer);
  return 0;
}
