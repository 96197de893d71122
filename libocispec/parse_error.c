/* parse_error.c - what is wrong with a document and where: the path and the message that people read. Both are one line
 * of printable UTF-8, whatever the document holds. Pure, in any process. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "nearest.h"
#include "parser.h"
#include "utf8.h"

/* Of the LENGTH bytes of a character; 0: not UTF-8. C1 controls are orders to some terminals. */
static bool
is_control (const char *s, size_t length)
{
  const unsigned char *u = (const unsigned char *) s;
  return length == 0 || u[0] < 0x20 || u[0] == 0x7f || (u[0] == 0xc2 && u[1] < 0xa0);
}

void
oci_add_clean (char *to, size_t size, const char *s, size_t n)
{
  size_t at = strlen (to);
  for (size_t i = 0, length; i < n; i += length)
    {
      length = utf8_length (s + i, n - i);
      bool control = is_control (s + i, length);
      if (at + (control ? 1 : length) >= size)
        break;
      memcpy (to + at, control ? "?" : s + i, control ? 1 : length);
      at += control ? 1 : length;
      length += length == 0;
    }
  to[at] = '\0';
}

void
oci_add_text (char *to, size_t size, const char *s)
{
  oci_add_clean (to, size, s, strlen (s));
}

static void
add_key (char *path, size_t size, const char *key)
{
  if (*path)
    oci_add_text (path, size, ".");
  oci_add_text (path, size, key);
}

void
oci_set_path (struct parser *p, bool value)
{
  char *path = p->doc->path;
  *path = '\0';
  for (unsigned i = 0; i + ! value < p->depth; i++)
    {
      const struct frame *f = &p->frames[i];
      if (f->kind == F_MANY && ! oci_has_keys (f->field))
        {
          char index[32];
          snprintf (index, sizeof index, "[%zu]", f->items.n - (i + 1 < p->depth && f->field->kind == K_LIST));
          oci_add_text (path, sizeof p->doc->path, index);
        }
      else if (f->key && f->kind != F_IGNORED)
        add_key (path, sizeof p->doc->path, f->key);
    }
}

int
oci_refuse (struct parser *p, const char *fmt, ...)
{
  oci_set_path (p, true);
  va_list ap;
  va_start (ap, fmt);
  vsnprintf (p->doc->message, sizeof p->doc->message, fmt, ap);
  va_end (ap);
  return -1;
}

int
oci_refuse_key (struct parser *p, const struct oci_schema *schema, const struct oci_event *event)
{
  char *message = p->doc->message;
  const size_t size = sizeof p->doc->message;
  struct nearest near = { .name = event->text, .length = event->length };
  for (size_t i = 0; i < schema->n_fields; i++)
    nearest_offer (&near, schema->fields[i].key);
  oci_refuse (p, "unknown attribute '");
  oci_add_clean (message, size / 2, event->text, event->length);
  oci_add_text (message, size, near.found ? "', did you mean '" : "");
  oci_add_text (message, size, near.found ? near.found : "");
  oci_add_text (message, size, "'");
  oci_add_text (message, size, near.found ? "?" : "");
  return -1;
}

int
oci_no_memory (struct parser *p)
{
  p->out_of_memory = true;
  return -1;
}
