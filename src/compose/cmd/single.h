/* single.h - containers by name or id, whoever has made them: what the commands `container …` share. */
#ifndef COMPOSE_SINGLE_H
#define COMPOSE_SINGLE_H

#include "commands.h"

/* The network of single containers that name none. */
#define SINGLE_NETWORK "perry"

/* The lock of a command that changes container C: its project's, or one of its own (*RET_FD). */
int single_lock (const struct settings *s, const struct record_Container *c, int *ret_fd, struct error **err);

/* FN for each of ARGV, one after the other, locked if LOCK; what went well is printed as it was written. An error
 * does not keep the others from their turn; the last one is returned, those before it are logged. *STATUS, what FN
 * gave last, may be NULL. */
struct single_call
{
  int (*fn) (struct context *c, const struct container *it, void *args, struct error **err);
  void *args;
  const char *done;            /* "removed": what it then is; with --dry-run only said. NULL: nothing is changed */
  bool unlocked, quiet;
};
int single_each (const struct global_args *g, const struct single_call *call, int argc, char **argv,
                 struct error **err);

/* The one that is called NAME. It must be running if RUNNING: E_CONFLICT. */
int single_find (struct context *c, const char *name, bool running, struct containers *ret, struct error **err);

#endif
