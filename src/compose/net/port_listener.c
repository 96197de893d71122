/* port_listener.c - which process has a port: for a message. Reads /proc; in the host's network namespace. */
#include "port_store.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>

#include "fs.h"

enum { TABLE_LIMIT = 16 << 20 };

/* The inode of a socket in /proc/net/NAME that listens (TCP) or is bound (UDP) at PORT; 0: none. */
static unsigned long
find_socket (const char *name, unsigned port)
{
  enum { LISTEN = 10, UNCONNECTED = 7 };
  autofree char *path = mem_printf ("/proc/self/net/%s", name);
  autofree char *text = NULL;
  if (fs_read_kernel (AT_FDCWD, path, TABLE_LIMIT, &text, NULL) < 0)
    return 0;
  char *next = text;
  for (char *line; (line = strsep (&next, "\n"));)
    {
      unsigned local, state;
      unsigned long inode;
      if (sscanf (line, " %*u: %*[0-9A-F]:%x %*[0-9A-F]:%*x %x %*x:%*x %*x:%*x %*x %*u %*u %lu", &local, &state,
                  &inode) == 3
          && local == port && state == (name[0] == 't' ? LISTEN : UNCONNECTED))
        return inode;
    }
  return 0;
}

static bool
has_socket (const char *pid, const char *link)
{
  autofree char *path = mem_printf ("/proc/%s/fd", pid);
  autodir DIR *d = opendir (path);
  for (struct dirent *e; d && (e = readdir (d));)
    {
      char target[64];
      ssize_t n = readlinkat (dirfd (d), e->d_name, target, sizeof target - 1);
      if (n > 0 && (target[n] = '\0', streq (target, link)))
        return true;
    }
  return false;
}

static char *
describe (const char *pid)
{
  autofree char *path = mem_printf ("/proc/%s/comm", pid);
  autofree char *name = NULL;
  if (fs_read_kernel (AT_FDCWD, path, 64, &name, NULL) < 0)
    return mem_printf ("process %s", pid);
  return mem_printf ("%.*s (pid %s)", (int) strcspn (name, "\n"), name, pid);
}

char *
port_listener (const char *protocol, unsigned port)
{
  autofree char *six = mem_printf ("%s6", protocol);
  unsigned long inode = find_socket (protocol, port);
  if (! inode)
    inode = find_socket (six, port);
  if (! inode)
    return NULL;
  autofree char *link = mem_printf ("socket:[%lu]", inode);
  autodir DIR *proc = opendir ("/proc");
  for (struct dirent *e; proc && (e = readdir (proc));)
    if (isdigit ((unsigned char) e->d_name[0]) && has_socket (e->d_name, link))
      return describe (e->d_name);
  return mem_strdup ("another process");
}
