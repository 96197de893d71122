/* json.c - quotes strings for JSON. Pure: touches nothing but the heap. */
#include "json.h"

/* The length of the well-formed UTF-8 sequence at S (RFC 3629, table 3-7 of Unicode), 0 if there is none. */
static size_t
utf8_length (const unsigned char *s)
{
  static const struct
  {
    unsigned char first, last, low, high; /* of the first byte; of the second */
    size_t length;
  } forms[] = {
    { 0x01, 0x7f, 0x00, 0xff, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
    { 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
    { 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
  };

  for (size_t i = 0; i < ARRAY_LEN (forms); i++)
    {
      if (s[0] < forms[i].first || s[0] > forms[i].last)
        continue;
      if (forms[i].length > 1 && (s[1] < forms[i].low || s[1] > forms[i].high))
        return 0;
      for (size_t k = 2; k < forms[i].length; k++)
        if ((s[k] & 0xc0) != 0x80)
          return 0;
      return forms[i].length;
    }
  return 0;
}

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
  text_add (t, "\"");
  while (*s)
    {
      size_t n = utf8_length ((const unsigned char *) s);
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
