/* start_up.c - see start_up.h. */
#include "start_up.h"

#include <fcntl.h>

bool
fill_standard_streams (void)
{
  for (int fd = 0; fd < 3; fd++)
    if (fcntl (fd, F_GETFD) < 0 && errno == EBADF && open ("/dev/null", O_RDWR) != fd)
      return false;
  return true;
}
