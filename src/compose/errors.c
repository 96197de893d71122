/* errors.c - the table of errors.h, looked up by code. */
#include "errors.h"

#include "run_status.h"

static const struct kind
{
  int status, http;
  const char *type;
} kinds[] = {
#define COMPOSE_ERROR_ROW(name, status, http, type, meaning) [E_##name - E_BASE] = { status, http, type },
  COMPOSE_ERRORS (COMPOSE_ERROR_ROW)
};

static const struct kind *
kind_of (int code)
{
  static const struct kind other = { 1, 500, "error" };
  if (code == ENOSPC || code == EDQUOT)
    code = E_NO_SPACE;
  if (code <= E_BASE || (size_t) (code - E_BASE) >= ARRAY_LEN (kinds))
    return &other;
  return &kinds[code - E_BASE];
}

int
compose_exit_status (int code)
{
  return kind_of (code)->status;
}

int
compose_http_code (int code)
{
  return kind_of (code)->http;
}

const char *
compose_error_type (int code)
{
  return kind_of (code)->type;
}

int
compose_run_error (const char *message)
{
  switch (run_status (message))
    {
    case 127:
      return E_NO_PROGRAM;
    case 126:
      return E_NOT_EXECUTABLE;
    default:
      return E_CANNOT_RUN;
    }
}
