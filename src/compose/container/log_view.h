/* log_view.h - the logs of several containers as one text, in the order of time, with what comes while one watches:
 * `logs`, `up`. */
#ifndef COMPOSE_LOG_VIEW_H
#define COMPOSE_LOG_VIEW_H

#include "container.h"

struct log_view_options
{
  struct container_filter filter;  /* with a project: also containers that are made later */
  const struct strv *services;     /* only these; NULL or empty: all */
  const struct strv *except;       /* not these */
  const char *since, *until;       /* as record_time() writes them; NULL: any */
  const char *stream;              /* "stdout", "stderr"; NULL: both */
  int64_t tail;                    /* lines of each container; -1: all */
  bool prefix, colour, timestamps, json;
  bool split;                      /* text of their standard error goes to ours */
  bool watch_all;                  /* log_view_fd() tells also of the ends of those that are not shown */
};

struct log_view;
/* O and all it points to must stay. */
int log_view_open (const struct settings *s, const struct log_view_options *o, struct log_view **ret,
                   struct error **err);
void log_view_close (struct log_view **v);
#define autologview __attribute__ ((cleanup (log_view_close)))

/* Print to OUT all that is there and was not printed yet. */
int log_view_print (struct log_view *v, FILE *out, struct error **err);
/* Becomes readable when there may be more; then call log_view_print(). */
int log_view_fd (const struct log_view *v);
/* How many of the containers have not ended, as of the last log_view_print(). */
size_t log_view_alive (const struct log_view *v);

#endif
