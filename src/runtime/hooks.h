/* hooks.h - runs the hooks of config.json. In whichever process and namespaces the caller is. */
#ifndef RUNTIME_HOOKS_H
#define RUNTIME_HOOKS_H

#include "config.h"
#include "error.h"

/* One kind of hooks. */
struct hook_run
{
  const char *kind;      /* "prestart", for messages */
  const struct oci_hook *v;
  size_t n;
  const char *state;     /* the state document for their standard input */
  const char *cwd;       /* their working directory, NULL: leave */
  int cwd_fd;            /* or a descriptor of it, -1 */
  const char *const *env; /* the default environment; NULL: the runtime's own */
  bool keep_going;       /* poststop: a failure is only logged, the rest runs */
};

/* Run them one after the other; each in a process group of its own that is killed, with what it left behind, when its
 * timeout is over. Standard output and error are taken (bounded) and shown when one fails:
 * "error running prestart hook #0: exit status 1, stdout: ..., stderr: ...". */
int hooks_run (const struct hook_run *h, struct error **err);

#endif
