/* utf8.h - which bytes are well-formed UTF-8 (Unicode 15, table 3-7: no overlong forms, no surrogates, nothing above
 * U+10FFFF). Pure. */
#ifndef COMMON_UTF8_H
#define COMMON_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* The length of the well-formed sequence that the N bytes at S begin with; 0 if they begin with none. */
static inline size_t
utf8_length (const char *s, size_t n)
{
  const unsigned char *u = (const unsigned char *) s;
  if (n == 0)
    return 0;
  if (u[0] < 0x80)
    return 1;
  if (u[0] < 0xc2 || u[0] > 0xf4)
    return 0;
  size_t length = u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : 4;
  if (n < length)
    return 0;
  unsigned char low = u[0] == 0xe0 ? 0xa0 : u[0] == 0xf0 ? 0x90 : 0x80;
  unsigned char high = u[0] == 0xed ? 0x9f : u[0] == 0xf4 ? 0x8f : 0xbf;
  if (u[1] < low || u[1] > high)
    return 0;
  for (size_t i = 2; i < length; i++)
    if (u[i] < 0x80 || u[i] > 0xbf)
      return 0;
  return length;
}

/* The code point of the well-formed sequence of LENGTH bytes at S. */
static inline unsigned
utf8_code_point (const char *s, size_t length)
{
  const unsigned char *u = (const unsigned char *) s;
  switch (length)
    {
    case 1:
      return u[0];
    case 2:
      return (u[0] & 0x1fU) << 6 | (u[1] & 0x3fU);
    case 3:
      return (u[0] & 0xfU) << 12 | (u[1] & 0x3fU) << 6 | (u[2] & 0x3fU);
    default:
      return (u[0] & 0x7U) << 18 | (u[1] & 0x3fU) << 12 | (u[2] & 0x3fU) << 6 | (u[3] & 0x3fU);
    }
}

/* Above ASCII's first controls: what YAML 1.1 does not take as it is, or takes for the end of a line (sections 5.1 and
 * 5.4). JSON takes it. */
static inline bool
utf8_is_no_yaml (unsigned code_point)
{
  return (code_point >= 0x7f && code_point < 0xa0) || code_point == 0x2028 || code_point == 0x2029
         || code_point == 0xfffe || code_point == 0xffff;
}

/* How many bytes at S are one character that a terminal may take for an order: ASCII's controls, and U+0080 to U+009F,
 * which many terminals take for ESC and a letter. 0: the first is none. */
static inline size_t
utf8_control (const char *s)
{
  const unsigned char *u = (const unsigned char *) s;
  if ((u[0] && u[0] < 0x20) || u[0] == 0x7f)
    return 1;
  return u[0] == 0xc2 && u[1] >= 0x80 && u[1] < 0xa0 ? 2 : 0;
}

/* In place: such characters become WITH, byte by byte. */
static inline void
utf8_replace_controls (char *s, char with)
{
  for (; *s; s++)
    for (size_t n = utf8_control (s); n > 0; n--)
      *(n > 1 ? s++ : s) = with;
}

#endif
