/* health_rules.c - when a health check is due, and what its results mean. Pure. */
#include "health.h"

/* What the compose specification and docker leave unsaid is this. */
enum
{
  DEFAULT_INTERVAL = 30 * 1000,
  DEFAULT_TIMEOUT = 30 * 1000,
  DEFAULT_START_INTERVAL = 5 * 1000,
  DEFAULT_RETRIES = 3,
};

static int64_t
given_or (struct opt_i64 given, int64_t otherwise)
{
  return given.set && given.value > 0 ? given.value : otherwise;
}

static bool
in_start_period (const struct record_Health *h, const struct health_state *state, int64_t age)
{
  return ! state->start_period_over && age < given_or (h->start_period, 0);
}

bool
health_judge (const struct record_Health *h, struct health_state *state, bool good, int64_t age)
{
  if (good)
    {
      *state = (struct health_state) { .status = HEALTH_HEALTHY, .start_period_over = true };
      return false;
    }
  if (in_start_period (h, state, age))
    return false;
  state->start_period_over = true;
  state->streak++;
  if (state->status == HEALTH_UNHEALTHY || state->streak < given_or (h->retries, DEFAULT_RETRIES))
    return false;
  state->status = HEALTH_UNHEALTHY;
  return true;
}

int64_t
health_next (const struct record_Health *h, const struct health_state *state, int64_t age)
{
  return in_start_period (h, state, age) ? given_or (h->start_interval, DEFAULT_START_INTERVAL)
                                         : given_or (h->interval, DEFAULT_INTERVAL);
}

int64_t
health_timeout (const struct record_Health *h)
{
  return given_or (h->timeout, DEFAULT_TIMEOUT);
}
