/* fdleak.c - prints "NUMBER TARGET" for each open descriptor of its own from the first argument (default 0) on. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
main (int argc, char **argv)
{
  int from = argc > 1 ? atoi (argv[1]) : 0;
  DIR *dir = opendir ("/proc/self/fd");
  if (! dir)
    {
      perror ("/proc/self/fd");
      return 1;
    }
  for (struct dirent *e; (e = readdir (dir));)
    {
      char target[4096];
      ssize_t n = readlinkat (dirfd (dir), e->d_name, target, sizeof target - 1);
      if (n < 0 || atoi (e->d_name) == dirfd (dir) || atoi (e->d_name) < from)
        continue;
      target[n] = 0;
      printf ("%s %s\n", e->d_name, target);
    }
  return 0;
}
