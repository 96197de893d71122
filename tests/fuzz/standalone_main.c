/* standalone_main.c - runs a fuzz target over the files it is given, for compilers without libFuzzer and to repeat a
 * crash: fuzz_config FILE... */
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput (const unsigned char *data, size_t size);

int
main (int argc, char **argv)
{
  enum
  {
    LARGEST = 16 << 20,
  };
  for (int i = 1; i < argc; i++)
    {
      FILE *f = fopen (argv[i], "rb");
      unsigned char *data = malloc (LARGEST);
      if (! f || ! data)
        {
          perror (argv[i]);
          return 1;
        }
      size_t size = fread (data, 1, LARGEST, f);
      fclose (f);
      /* Exactly as large as the input, so that a sanitizer sees a read past its end. */
      unsigned char *exact = realloc (data, size ? size : 1);
      LLVMFuzzerTestOneInput (exact ? exact : data, size);
      free (exact ? exact : data);
    }
  return argc > 1 ? 0 : 2;
}
