/* foreground.h - a program in our place: with our streams and our process group. */
#ifndef COMPOSE_FOREGROUND_H
#define COMPOSE_FOREGROUND_H

#include "error.h"

/* Run ARGV and wait. What a terminal sends to the group it gets from there; SIGTERM and SIGHUP that are sent to us
 * are handed on. Returns its exit status, 128+N for signal N, or a negative code. */
int foreground_run (const char *const *argv, struct error **err);

#endif
