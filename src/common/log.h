/* log.h - where messages go: a log file (--log, text or JSON lines) and standard error.
 *
 * The level is `error` unless --debug or --log-level say otherwise: Podman decodes its log file as one JSON object,
 * so that a warning before the error would lose it. Settings are the program's only globals. */
#ifndef COMMON_LOG_H
#define COMMON_LOG_H

#include "error.h"

enum log_level
{
  LOG_ERROR,
  LOG_WARNING,
  LOG_DEBUG,
};

enum log_format
{
  LOG_TEXT,
  LOG_JSON,
};

/* Log to PATH (opened O_APPEND, 0644; NULL: standard error only) from LEVEL up. */
int log_setup (const char *path, enum log_format format, enum log_level level, struct error **err);

/* From now on hand every line to SINK instead: in the container's process, which has no log file, for the runtime to
 * log. */
void log_redirect (void (*sink) (enum log_level, const char *message));

bool log_wants (enum log_level level);
/* The log file's descriptor, -1 if none: what a child that closes everything has to keep. */
int log_fd (void);

/* One line at LEVEL. An error goes to the log file and, as one line of plain text, to standard error; the others go to
 * the log file if there is one, otherwise to standard error. */
void log_line (enum log_level level, const char *fmt, ...) PRINTF (2, 3);

#define log_debug(...)                  \
  do                                    \
    if (log_wants (LOG_DEBUG))          \
      log_line (LOG_DEBUG, __VA_ARGS__);\
  while (0)
#define log_warning(...) log_line (LOG_WARNING, __VA_ARGS__)

#endif
