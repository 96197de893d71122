/* copy_command.h - what `cp` and `container cp` share: their operands, and the copy. */
#ifndef COMPOSE_COPY_COMMAND_H
#define COMPOSE_COPY_COMMAND_H

#include "commands.h"

struct copy_command
{
  const char *name;        /* of the service or container */
  const char *inside;      /* the path there */
  const char *here;        /* the path here; "-": a tar archive by standard output or input */
  bool out;                /* from the container */
  bool archive, follow;
};

/* One of FROM and TO must be NAME:PATH; a path that begins with "/" or "." is never. *RET points into them;
 * *RET_NAME is the caller's. */
int copy_operands (const char *from, const char *to, struct copy_command *ret, char **ret_name, struct error **err);

/* With one container. */
int copy_container (const struct settings *s, const struct container *c, const struct copy_command *what,
                    struct error **err);

#endif
