/* signal_reset.c - see signal_reset.h. */
#include "signal_reset.h"

#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

void
signals_reset (void)
{
  /* The kernel's struct sigaction, all zero: SIG_DFL, no flags, an empty mask. */
  static const unsigned long by_default[4];
  static const unsigned long none[_NSIG / 8 / sizeof (unsigned long)];
  for (int sig = 1; sig < _NSIG; sig++)
    syscall (SYS_rt_sigaction, sig, by_default, NULL, _NSIG / 8);
  syscall (SYS_rt_sigprocmask, SIG_SETMASK, none, NULL, _NSIG / 8);
}
