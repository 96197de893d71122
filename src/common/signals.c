/* signals.c - signals as users write them. Pure. */
#include "signals.h"

#include <signal.h>
#include <strings.h>

/* Linux's numbers differ between processors, so they come from <signal.h>. */
#define SIGNALS(S)                                                                                             \
  S (ABRT) S (ALRM) S (BUS) S (CHLD) S (CONT) S (FPE) S (HUP) S (ILL) S (INT) S (IO) S (IOT) S (KILL) S (PIPE) \
  S (POLL) S (PROF) S (PWR) S (QUIT) S (SEGV) S (STOP) S (SYS) S (TERM) S (TRAP) S (TSTP) S (TTIN) S (TTOU)    \
  S (URG) S (USR1) S (USR2) S (VTALRM) S (WINCH) S (XCPU) S (XFSZ) SIGNALS_OF_SOME (S)
#ifdef SIGSTKFLT
# define SIGNALS_OF_SOME(S) S (STKFLT)
#else
# define SIGNALS_OF_SOME(S)
#endif

static const struct
{
  const char *name;
  int number;
} names[] = {
#define ROW(name) { #name, SIG##name },
  SIGNALS (ROW)
#undef ROW
  { "CLD", SIGCHLD },
};

/* All of TEXT as a decimal number up to LIMIT, or -1. */
static int
decimal (const char *text, int limit)
{
  size_t n = strspn (text, "0123456789");
  if (n == 0 || n > 4 || text[n])
    return -1;
  int value = atoi (text);
  return value <= limit ? value : -1;
}

/* RTMIN, RTMIN+3, RTMAX-1: the C library's, as kill(1) has them. */
static int
real_time (const char *name)
{
  int span = SIGRTMAX - SIGRTMIN, offset = 0;
  bool from_min = strncasecmp (name, "RTMIN", 5) == 0;
  if (! from_min && strncasecmp (name, "RTMAX", 5) != 0)
    return -1;
  if (name[5])
    {
      if (name[5] != (from_min ? '+' : '-'))
        return -1;
      offset = decimal (name + 6, span);
      if (offset < 0)
        return -1;
    }
  return from_min ? SIGRTMIN + offset : SIGRTMAX - offset;
}

int
signal_number (const char *text, struct error **err)
{
  int number = decimal (text, SIGRTMAX);
  if (number >= 0)
    return number;
  const char *name = strncasecmp (text, "SIG", 3) == 0 ? text + 3 : text;
  for (size_t i = 0; i < ARRAY_LEN (names); i++)
    if (strcasecmp (name, names[i].name) == 0)
      return names[i].number;
  number = real_time (name);
  return number >= 0 ? number : fail (err, EINVAL, "unknown signal \"%s\"", text);
}
