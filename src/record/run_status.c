/* run_status.c - see run_status.h: the runtimes have one status for all of it, and words of their own. */
#include "run_status.h"

#include <string.h>

static const struct
{
  const char *words;
  int status;
} meanings[] = {
  { "no such file or directory", 127 },
  { "not found", 127 },
  { "permission denied", 126 },
  { "exec format error", 126 },
  { "", 125 },
};

int
run_status (const char *message)
{
  size_t i = 0;
  while (! strcasestr (message, meanings[i].words))
    i++;
  return meanings[i].status;
}

const char *
run_reason (const char *message)
{
  const char *hook = strstr (message, "hook"), *found = hook ? strstr (hook, "exec: \"") : NULL;
  return found ? found : message;
}
