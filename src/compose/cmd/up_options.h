/* up_options.h - the options that up, create and scale share. */
#ifndef COMPOSE_UP_OPTIONS_H
#define COMPOSE_UP_OPTIONS_H

#include "commands.h"
#include "up.h"

struct up_common
{
  bool force_recreate, no_recreate, always_recreate_deps, build, no_build, quiet_pull, quiet_build, remove_orphans,
      renew, yes;
  const char *pull;
  struct strv scale;
  struct cli_number timeout;
};

#define UP_COMMON_OPTIONS(S)                                                                                           \
  FLAG (S, common.force_recreate, 0, "force-recreate", "make containers anew also when nothing has changed")           \
  FLAG (S, common.no_recreate, 0, "no-recreate", "keep containers as they are, whatever has changed")                  \
  FLAG (S, common.always_recreate_deps, 0, "always-recreate-deps", "also those that the named ones depend on")    \
  FLAG (S, common.build, 0, "build", "build images first")                                                             \
  FLAG (S, common.no_build, 0, "no-build", "build no image")                                                           \
  TEXT (S, common.pull, 0, "pull", "POLICY", "always, missing, never, build, daily, weekly, every_DURATION")           \
  FLAG (S, common.quiet_pull, 0, "quiet-pull", "no progress of pulls")                                                 \
  FLAG (S, common.quiet_build, 0, "quiet-build", "no output of builds")                                                \
  FLAG (S, common.remove_orphans, 0, "remove-orphans", "remove containers of services that the file does not have")    \
  FLAG (S, common.renew, 'V', "renew-anon-volumes", "fresh anonymous volumes instead of the old containers'")          \
  LIST (S, common.scale, 0, "scale", "SERVICE=N", "run N containers of a service")                                     \
  NUMBER (S, common.timeout, 't', "timeout", "SECONDS", "how long a container may take to stop")                       \
  FLAG (S, common.yes, 'y', "yes", "ask nothing")

int up_common_check (const struct up_common *a, struct error **err);
/* The timeout in ms, -1 if none is given. */
int up_common_timeout (const struct up_common *a);
void up_common_apply (const struct up_common *a, const struct strv *targets, struct up_options *o);

#endif
