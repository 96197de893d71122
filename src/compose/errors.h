/* errors.h - perry-compose's kinds of failure: codes for decisions beyond errno, exit statuses, words for --json. A
 * row each; the man page's table is made from it. Codes go where errno values go (error.h) and are above all of
 * them. */
#ifndef COMPOSE_ERRORS_H
#define COMPOSE_ERRORS_H

#include "error.h"

#define COMPOSE_ERRORS(X)                                                                                    \
  /* name            status http  type                  meaning */                                           \
  X (COMPOSE_FILE,   10,    400, "compose-file",        "a compose file is not right")                        \
  X (CYCLE,          11,    422, "dependency-cycle",    "services depend on each other in a circle")          \
  X (ENV_FILE,       12,    400, "env-file",            "an env file cannot be read or is not right")         \
  X (NOT_FOUND,      13,    404, "not-found",           "no such service, container, project, volume, …")     \
  X (NO_IMAGE,       14,    404, "image-not-found",     "an image is neither here nor to be had")             \
  X (PULL,           15,    502, "image-pull-failed",   "fetching an image failed")                           \
  X (BAD_IMAGE,      16,    422, "bad-image",           "an image is corrupt or hostile")                     \
  X (PORT_IN_USE,    17,    409, "port-in-use",         "a host port is taken")                               \
  X (NAME_IN_USE,    18,    409, "name-in-use",         "a container's name is taken")                        \
  X (UNHEALTHY,      19,    424, "dependency-unhealthy","a dependency became unhealthy or is not in time")    \
  X (DEPENDENCY,     20,    424, "dependency-failed",   "a dependency ended when it should not, or with failure") \
  X (START,          21,    500, "start-failed",        "a container could not be created or started")        \
  X (NETWORK,        22,    500, "network",             "a network could not be set up or taken down")        \
  X (VOLUME,         23,    500, "volume",              "a volume could not be made or used")                 \
  X (NO_SPACE,       24,    507, "disk-full",           "no space left, or over quota")                       \
  X (ENFORCEMENT,    25,    403, "enforcement",         "an attribute cannot be honoured")                    \
  X (POLICY,         26,    403, "policy",              "a policy tier forbids it")                           \
  X (BACKEND,        27,    503, "backend",             "no usable OCI runtime, or a tool is missing")        \
  X (TIMEOUT,        28,    504, "timeout",             "an operation took too long")                         \
  X (CONFLICT,       29,    409, "conflict",            "the state does not allow it")                        \
  X (CANNOT_RUN,     125,   500, "cannot-run",          "run, exec: the container's command cannot be run") \
  X (NOT_EXECUTABLE, 126,   500, "not-executable",      "run, exec: the command is no program")               \
  X (NO_PROGRAM,     127,   404, "no-program",          "run, exec: the command is not in the container")     \
  X (CANCELLED,      130,   499, "cancelled",           "interrupted")

enum
{
  E_BASE = 5000,
#define COMPOSE_ERROR_CODE(name, ...) E_##name,
  COMPOSE_ERRORS (COMPOSE_ERROR_CODE)
#undef COMPOSE_ERROR_CODE
};

/* The exit status of error CODE (positive; a plain errno: ENOSPC and EDQUOT are disk-full, others 1), its http-like
 * number, its word. */
int compose_exit_status (int code);
int compose_http_code (int code);
const char *compose_error_type (int code);

/* Which of CANNOT_RUN, NOT_EXECUTABLE, NO_PROGRAM the runtime's MESSAGE tells of. */
int compose_run_error (const char *message);

#endif
