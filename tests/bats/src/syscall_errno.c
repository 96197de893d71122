/* syscall_errno.c - syscall_errno NUMBER [ARGUMENT...]: makes one system call and prints its errno, or 0 if it
 * succeeded. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
main (int argc, char **argv)
{
  long a[7] = { 0 };
  for (int i = 1; i < argc && i <= 7; i++)
    a[i - 1] = strtol (argv[i], NULL, 0);
  errno = 0;
  long r = syscall (a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
  printf ("%d\n", r < 0 ? errno : 0);
  return 0;
}
