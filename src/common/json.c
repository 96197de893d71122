/* json.c - quotes strings for JSON. Pure: touches nothing but the heap. */
#include "json.h"

#include "utf8.h"

static void
quote_ascii (struct text *t, char c)
{
  static const char escaped[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
  const char *e = strchr (escaped, c);
  if (e)
    text_add_bytes (t, (char[]) { '\\', letters[e - escaped] }, 2);
  else if ((unsigned char) c < 0x20 || c == 0x7f)
    text_printf (t, "\\u%04x", c);
  else
    text_add_bytes (t, &c, 1);
}

void
json_quote (struct text *t, const char *s)
{
  const char *end = s + strlen (s);
  text_add (t, "\"");
  while (s < end)
    {
      size_t n = utf8_length (s, (size_t) (end - s));
      if (n == 1)
        quote_ascii (t, *s);
      else if (n)
        text_add_bytes (t, s, n);
      else
        text_add (t, "\xef\xbf\xbd");
      s += n ? n : 1;
    }
  text_add (t, "\"");
}

void
json_add_member (struct text *t, const char *key, const char *value)
{
  if (! value)
    return;
  text_printf (t, ",\"%s\":", key);
  json_quote (t, value);
}
