/* json_out.c - JSON (RFC 8259) as a growing text, piece by piece. Owns the text until it is taken; pure, in any
 * process. */
#include "json_out.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

void
json_out_bytes (struct json_out *o, const char *s, size_t n)
{
  if (o->room - o->length <= n && ! o->failed)
    {
      size_t room = (o->length + n + 1) * 2 + 1000;
      char *text = realloc (o->text, room);
      o->failed = ! text;
      o->text = text ? text : o->text;
      o->room = text ? room : o->room;
    }
  if (o->failed)
    return;
  memcpy (o->text + o->length, s, n);
  o->length += n;
  o->text[o->length] = '\0';
}

void
json_out_text (struct json_out *o, const char *s)
{
  json_out_bytes (o, s, strlen (s));
}

void
json_out_format (struct json_out *o, const char *fmt, ...)
{
  char text[32];
  va_list ap;
  va_start (ap, fmt);
  int n = vsnprintf (text, sizeof text, fmt, ap);
  va_end (ap);
  json_out_bytes (o, text, (size_t) n);
}

static void
put_control (struct json_out *o, unsigned char c)
{
  static const char short_forms[0x20] = { ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't' };
  if (short_forms[c])
    json_out_format (o, "\\%c", short_forms[c]);
  else
    json_out_format (o, "\\u%04x", c);
}

/* What YAML does not take is escaped: our JSON is YAML, too. */
void
json_out_string (struct json_out *o, const char *s)
{
  json_out_text (o, "\"");
  const char *end = s + strlen (s), *plain = s;
  while (s < end)
    {
      unsigned char c = (unsigned char) *s;
      size_t length = c < 0x80 ? 1 : utf8_length (s, (size_t) (end - s));
      unsigned code_point = length ? utf8_code_point (s, length) : 0;
      bool escape = utf8_is_no_yaml (code_point);
      if (length && ! escape && c >= 0x20 && c != '"' && c != '\\')
        {
          s += length;
          continue;
        }
      json_out_bytes (o, plain, (size_t) (s - plain));
      if (! length)
        json_out_text (o, "\xef\xbf\xbd");
      else if (escape)
        json_out_format (o, "\\u%04x", code_point);
      else if (c < 0x20)
        put_control (o, c);
      else
        json_out_format (o, "\\%c", c);
      s += length ? length : 1;
      plain = s;
    }
  json_out_bytes (o, plain, (size_t) (s - plain));
  json_out_text (o, "\"");
}

static void
new_line (struct json_out *o)
{
  if (! o->indent)
    return;
  json_out_text (o, "\n");
  for (unsigned i = 0; i < o->depth; i++)
    json_out_text (o, o->indent);
}

void
json_out_open (struct json_out *o, const char *bracket)
{
  json_out_text (o, bracket);
  o->depth++;
}

void
json_out_item (struct json_out *o, size_t i, const char *key)
{
  if (i)
    json_out_text (o, ",");
  new_line (o);
  if (key)
    {
      json_out_string (o, key);
      json_out_text (o, o->indent ? ": " : ":");
    }
}

void
json_out_close (struct json_out *o, size_t n, const char *bracket)
{
  o->depth--;
  if (n)
    new_line (o);
  json_out_text (o, bracket);
}

/* RFC 8259 section 6; YAML has more: 0x1f, .5, .inf, 007. */
static bool
is_number (const char *s, size_t n)
{
  const char *end = s + n, *start;
  s += s < end && *s == '-';
  for (start = s; s < end && *s >= '0' && *s <= '9'; s++)
    ;
  if (s == start || (*start == '0' && s > start + 1))
    return false;
  if (s < end && *s == '.')
    {
      for (start = ++s; s < end && *s >= '0' && *s <= '9'; s++)
        ;
      if (s == start)
        return false;
    }
  if (s < end && (*s | 0x20) == 'e')
    {
      s++;
      s += s < end && (*s == '+' || *s == '-');
      for (start = s; s < end && *s >= '0' && *s <= '9'; s++)
        ;
      if (s == start)
        return false;
    }
  return s == end;
}

void
json_out_number (struct json_out *o, const char *text)
{
  if (is_number (text, strlen (text)))
    json_out_text (o, text);
  else
    json_out_string (o, text);
}
