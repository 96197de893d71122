/* colours.c - whether to colour, and what with. Reads COMPOSE_ANSI, NO_COLOR (no-color.org) and TERM. */
#include "screen.h"

bool
colours_wanted (int fd, const char *ansi)
{
  const char *wish = ansi && *ansi ? ansi : getenv ("COMPOSE_ANSI");
  if (wish && streq (wish, "never"))
    return false;
  if (wish && streq (wish, "always"))
    return true;
  const char *no_colour = getenv ("NO_COLOR"), *term = getenv ("TERM");
  return ! (no_colour && *no_colour) && ! (term && streq (term, "dumb")) && isatty (fd);
}

const char *
colour_of (bool wanted, unsigned n)
{
  static const char *const colours[] = {
    "\033[36m", "\033[33m", "\033[32m", "\033[35m", "\033[34m",
    "\033[96m", "\033[93m", "\033[92m", "\033[95m", "\033[94m",
  };
  return wanted ? colours[n % ARRAY_LEN (colours)] : "";
}

const char *
colour_end (bool wanted)
{
  return wanted ? "\033[0m" : "";
}
