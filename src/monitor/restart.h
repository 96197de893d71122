/* restart.h - whether and when an ended container starts again: docker's rules (100 ms, doubled up to a minute, from
 * the start after ten seconds of life) and deploy.restart_policy's (a fixed delay; attempts are forgotten after
 * `window` of life). Pure. */
#ifndef MONITOR_RESTART_H
#define MONITOR_RESTART_H

#include "record.h"

struct restart_state
{
  int64_t delay;     /* ms, of the last restart; 0: none since the last good run */
  unsigned attempts;
};

/* It ended with EXIT_CODE after RAN ms: true if it starts again in *RET_DELAY ms. */
bool restart_decide (const struct record_Restart *policy, struct restart_state *state, int exit_code, int64_t ran,
                     int64_t *ret_delay);

#endif
