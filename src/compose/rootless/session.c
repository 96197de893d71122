/* session.c - see session.h. */
#include "session.h"

#include "errors.h"

int
session_enter (struct settings *s, struct error **err)
{
  return s->rootless ? fail (err, E_BACKEND, "an ordinary user's session is not to be had yet") : 0;
}
