/* hook_process.h - the program of one hook: started, fed, listened to, waited for, killed when its time is over. */
#ifndef RUNTIME_HOOK_PROCESS_H
#define RUNTIME_HOOK_PROCESS_H

#include "hooks.h"

/* What a hook wrote, as far as it is kept. */
struct hook_output
{
  size_t n;
  char bytes[1024];
};

struct hook_result
{
  int exec_errno;  /* not 0: the program could not be started, and nothing else is set */
  bool timed_out;
  int status;      /* as waitpid() gives it */
  struct hook_output out, err;
};

/* Run HOOK of H; *RET is zeroed by the caller. An error only if it could not be attempted. */
int hook_process_run (const struct hook_run *h, const struct oci_hook *hook, struct hook_result *ret,
                      struct error **err);

#endif
