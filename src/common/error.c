/* error.c - makes and prefixes error texts. May be called in any process; touches nothing but the heap. */
#include "error.h"

#include <stdarg.h>

#include "mem.h"
#include "utf8.h"

/* What users wrote, or a hook printed, may be in the text; it stays one line and cannot speak to a terminal. */
static int
replace (struct error **err, int code, char *text)
{
  autofree char *owned = text;
  utf8_replace_controls (owned, '?');
  if (! err)
    return -code;
  size_t n = strlen (owned) + 1;
  struct error *e = mem_alloc (sizeof *e + n);
  e->code = code;
  memcpy (e->text, owned, n);
  free (*err);
  *err = e;
  return -code;
}

int
fail (struct error **err, int code, const char *fmt, ...)
{
  va_list ap;
  va_start (ap, fmt);
  char *text = mem_vprintf (fmt, ap);
  va_end (ap);
  return replace (err, code, text);
}

int
fail_sys (struct error **err, int code, const char *fmt, ...)
{
  va_list ap;
  va_start (ap, fmt);
  autofree char *doing = mem_vprintf (fmt, ap);
  va_end (ap);
  return replace (err, code, mem_printf ("%s: %s", doing, strerror (code)));
}

int
wrap (struct error **err, const char *fmt, ...)
{
  if (! err || ! *err)
    return -EIO;
  va_list ap;
  va_start (ap, fmt);
  autofree char *doing = mem_vprintf (fmt, ap);
  va_end (ap);
  return replace (err, (*err)->code, mem_printf ("%s: %s", doing, (*err)->text));
}

const char *
error_text (const struct error *err)
{
  return err ? err->text : "";
}

void
error_free (struct error **err)
{
  free (*err);
  *err = NULL;
}
