/* terminal_proxy.h - connects our standard input and output with the master of a container's terminal. */
#ifndef RUNTIME_TERMINAL_PROXY_H
#define RUNTIME_TERMINAL_PROXY_H

#include <poll.h>
#include <termios.h>

#include "error.h"

struct terminal_buffer
{
  size_t start, end;
  char bytes[4096];
};

struct terminal_proxy
{
  int master;               /* the caller's; -1: there is no terminal, and every operation is a no-op */
  bool raw;                 /* standard input is a terminal and was made raw; `saved` is what it was */
  struct termios saved;
  bool input_ended;
  bool hung_up;             /* nobody has the other side open: looked at again after a while */
  struct terminal_buffer in, out; /* to the master, from the master */
};

/* Before the process runs: MASTER gets the size of our terminal, and leaves line ends alone. */
int terminal_proxy_prepare (int master, struct error **err);

/* Begin: our terminal becomes raw. MASTER -1: nothing. */
int terminal_proxy_start (struct terminal_proxy *t, int master, struct error **err);

/* Restore our terminal. */
void terminal_proxy_stop (struct terminal_proxy *t);
#define autoproxy __attribute__ ((cleanup (terminal_proxy_stop)))

/* Our terminal's size, if we have one, for the container's. */
void terminal_proxy_resize (int master);

/* What poll() is to wait for: three entries. Only what can make progress, so that nothing spins. */
#define TERMINAL_POLLS 3
void terminal_proxy_polls (const struct terminal_proxy *t, struct pollfd *polls);

/* Move bytes as poll() found possible. */
void terminal_proxy_serve (struct terminal_proxy *t, const struct pollfd *polls);

/* After the process's end: pass on what it wrote last, until the kernel says that there is no more (EIO), or, while
 * others still hold the terminal, until it is quiet. */
void terminal_proxy_drain (struct terminal_proxy *t);

#endif
