/* warnings.c - what loading has to say that is no error, each text once. Owns the texts. Pure. */
#include <stdarg.h>

#include "loading.h"

void
load_warn_field (struct loading *l, const char *text, const char *service, const char *field, const char *action,
                 const char *reason)
{
  struct load_warnings *w = l->warnings;
  for (size_t i = 0; i < w->n; i++)
    if (streq (w->v[i].text, text))
      return;
  w->v = mem_grow (w->v, w->n + 1, sizeof *w->v);
  w->v[w->n++] = (struct load_warning) { mem_strdup (text), service ? mem_strdup (service) : NULL,
                                         field ? mem_strdup (field) : NULL, action, reason };
}

void
load_warn (struct loading *l, const char *fmt, ...)
{
  va_list ap;
  va_start (ap, fmt);
  autofree char *message = mem_vprintf (fmt, ap);
  va_end (ap);
  load_warn_field (l, message, NULL, NULL, NULL, NULL);
}

void
load_warnings_free (struct load_warnings *w)
{
  for (size_t i = 0; i < w->n; i++)
    {
      free (w->v[i].text);
      free (w->v[i].service);
      free (w->v[i].field);
    }
  free (w->v);
  *w = (struct load_warnings) { 0 };
}

void
load_warn_unset (struct loading *l, const struct variables *vars)
{
  for (size_t i = 0; i < vars->unset.n; i++)
    load_warn (l, "variable %s is not set: an empty string is used", vars->unset.v[i]);
}
