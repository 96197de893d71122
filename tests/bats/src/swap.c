/* swap.c - swap A B: exchanges two names by renameat2 in a loop, until it is killed or its parent ends. The attacker of
 * the races between resolving a path and using it. With a third argument: sleeps so many microseconds in between. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

int
main (int argc, char **argv)
{
  if (argc < 3)
    {
      fprintf (stderr, "usage: swap A B [MICROSECONDS]\n");
      return 2;
    }
  useconds_t pause = argc > 3 ? (useconds_t) atoi (argv[3]) : 0;
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  while (renameat2 (AT_FDCWD, argv[1], AT_FDCWD, argv[2], RENAME_EXCHANGE) == 0)
    if (pause)
      usleep (pause);
  perror ("renameat2");
  return 1;
}
