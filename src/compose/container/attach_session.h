/* attach_session.h - our terminal or streams and a container's, until one of them ends: `attach`, `run`. */
#ifndef COMPOSE_ATTACH_SESSION_H
#define COMPOSE_ATTACH_SESSION_H

#include "container.h"

struct attach_session
{
  int control;               /* a connection to the monitor: for signals and the window's size */
  int client;                /* what MONITOR_ATTACH gave; not closed here */
  bool input;                /* our standard input goes there */
  bool signals;              /* what is sent to us is sent to the container */
  bool tty;                  /* the container has a terminal: ours, if it is one, becomes raw */
  const char *detach_keys;   /* "ctrl-p,ctrl-q"; NULL: these; "": none. Only where standard input is a terminal */
};

/* Ask for the connection's output. INPUT: somebody will write to standard input. */
int attach_open (int control, bool input, int *ret_client, struct error **err);

/* Returns when the container has ended (0), or when the user detached (1). Signals are as before afterwards, and the
 * terminal is. */
int attach_run (const struct attach_session *s, struct error **err);

#endif
