/* restart.c - see restart.h. */
#include "restart.h"

#include <string.h>

enum
{
  FIRST_DELAY = 100,
  LONGEST_DELAY = 60 * 1000,
  GOOD_RUN = 10 * 1000,
};

static bool
condition_holds (const char *condition, int exit_code)
{
  if (strcmp (condition, "on-failure") == 0)
    return exit_code != 0;
  return strcmp (condition, "always") == 0 || strcmp (condition, "unless-stopped") == 0;
}

bool
restart_decide (const struct record_Restart *policy, struct restart_state *state, int exit_code, int64_t ran,
                int64_t *ret_delay)
{
  if (! policy || ! condition_holds (policy->condition, exit_code))
    return false;
  if (ran >= GOOD_RUN)
    state->delay = 0;
  if (policy->window.set && policy->window.value > 0 && ran >= policy->window.value)
    state->attempts = 0;
  if (policy->max_retries.value > 0 && state->attempts >= policy->max_retries.value)
    return false;
  state->attempts++;
  if (policy->delay.set)
    *ret_delay = policy->delay.value;
  else
    *ret_delay = state->delay = ! state->delay ? FIRST_DELAY
                                : state->delay * 2 < LONGEST_DELAY ? state->delay * 2 : LONGEST_DELAY;
  return true;
}
