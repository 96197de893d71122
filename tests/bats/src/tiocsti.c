/* tiocsti.c - pushes the text of its argument into the input of its standard input's terminal, and of /dev/tty; prints
 * how many bytes were taken. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

int
main (int argc, char **argv)
{
  int fds[] = { 0, 1, 2, open ("/dev/tty", O_RDWR) }, taken = 0;
  for (unsigned i = 0; argc > 1 && i < sizeof fds / sizeof *fds; i++)
    for (const char *p = argv[1]; *p; p++)
      taken += ioctl (fds[i], TIOCSTI, p) == 0;
  printf ("taken %d\n", taken);
  return 0;
}
