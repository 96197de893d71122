/* test_signals.c - signals as users write them, the right and the wrong. */
#include <signal.h>

#include "check.h"
#include "signals.h"

TEST (numbers_and_names)
{
  CHECK_INT (15, signal_number ("15", NULL));
  CHECK_INT (0, signal_number ("0", NULL));
  CHECK_INT (SIGRTMAX, signal_number ("64", NULL));
  CHECK_INT (SIGTERM, signal_number ("TERM", NULL));
  CHECK_INT (SIGTERM, signal_number ("term", NULL));
  CHECK_INT (SIGKILL, signal_number ("SIGKILL", NULL));
  CHECK_INT (SIGKILL, signal_number ("sigKill", NULL));
  CHECK_INT (SIGCHLD, signal_number ("CLD", NULL));
  CHECK_INT (SIGUSR2, signal_number ("SIGUSR2", NULL));
}

TEST (real_time)
{
  CHECK_INT (SIGRTMIN, signal_number ("RTMIN", NULL));
  CHECK_INT (SIGRTMIN + 3, signal_number ("SIGRTMIN+3", NULL));
  CHECK_INT (SIGRTMAX - 1, signal_number ("rtmax-1", NULL));
  CHECK_INT (SIGRTMAX, signal_number ("RTMIN+30", NULL));
}

TEST (wrong)
{
  static const char *const texts[] = { "", "SIG", "SIGFOO", "-1", "999", "65", "0x9", " 9", "9 ", "KILL ", "+9",
                                       "RTMIN+", "RTMIN-1", "RTMAX+1", "RTMIN+31", "RTMIN+x", "SIGSIGKILL",
                                       "99999999999999999999" };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    {
      autoerror struct error *err = NULL;
      CHECK (signal_number (texts[i], &err) < 0);
      char want[64];
      snprintf (want, sizeof want, "unknown signal \"%s\"", texts[i]);
      CHECK_STR (want, error_text (err));
    }
}

TEST_MAIN (X (numbers_and_names) X (real_time) X (wrong))
