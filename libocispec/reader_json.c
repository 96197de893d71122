/* reader_json.c - JSON (RFC 8259) through yajl. Pure: reads the text it is given, in any process.
 *
 * yajl does not check what its allocator returns, so ours does not return when there is no memory; what yajl had lies
 * in an arena. It takes lone surrogates (and makes up characters for them), overlong UTF-8 and UTF-8 of surrogates;
 * a strict reader must not: they are looked for beforehand, and yajl gets the text up to the first. */
#include "reader.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "arena.h"
#include "utf8.h"

struct json
{
  struct oci_sink *sink;
  yajl_handle yajl;
  struct arena arena; /* yajl's memory */
  jmp_buf no_memory;
  enum oci_event_kind last;
  size_t before; /* bytes that yajl had in earlier calls: it counts anew in each */
  size_t done;   /* bytes up to the end of the last event */
};

/* ---- yajl's memory: each allocation after its size */

enum
{
  SIZE_ROOM = 16,
};

static void *
yajl_malloc (void *ctx, size_t n)
{
  struct json *j = ctx;
  char *p = n <= SIZE_MAX - SIZE_ROOM ? arena_alloc (&j->arena, n + SIZE_ROOM) : NULL;
  if (! p)
    longjmp (j->no_memory, 1);
  *(size_t *) (void *) p = n;
  return p + SIZE_ROOM;
}

static void *
yajl_realloc (void *ctx, void *p, size_t n)
{
  void *grown = yajl_malloc (ctx, n);
  size_t had = p ? *(size_t *) (void *) ((char *) p - SIZE_ROOM) : 0;
  if (had)
    memcpy (grown, p, had < n ? had : n);
  return grown;
}

static void
yajl_free_nothing (void *ctx, void *p)
{
  (void) ctx;
  (void) p;
}

/* ---- yajl's events */

static int
send_event (struct json *j, struct oci_event event)
{
  if (j->sink->take (j->sink, &event) < 0)
    return 0;
  j->done = j->before + yajl_get_bytes_consumed (j->yajl);
  j->last = event.kind;
  return 1;
}

static int
on_null (void *j)
{
  return send_event (j, (struct oci_event) { .kind = EV_NULL });
}

static int
on_boolean (void *j, int truth)
{
  const char *text = truth ? "true" : "false";
  size_t length = strlen (text);
  return send_event (j, (struct oci_event) { .kind = EV_BOOLEAN, .truth = truth, .text = text, .length = length });
}

static int
on_number (void *j, const char *text, size_t length)
{
  return send_event (j, (struct oci_event) { .kind = EV_NUMBER, .text = text, .length = length });
}

static int
on_string (void *j, const unsigned char *text, size_t length)
{
  return send_event (j, (struct oci_event) { .kind = EV_STRING, .text = (const char *) text, .length = length });
}

static int
on_key (void *j, const unsigned char *text, size_t length)
{
  return send_event (j, (struct oci_event) { .kind = EV_KEY, .text = (const char *) text, .length = length });
}

static int
on_object (void *j)
{
  return send_event (j, (struct oci_event) { .kind = EV_OBJECT });
}

static int
on_object_end (void *j)
{
  return send_event (j, (struct oci_event) { .kind = EV_OBJECT_END });
}

static int
on_array (void *j)
{
  return send_event (j, (struct oci_event) { .kind = EV_ARRAY });
}

static int
on_array_end (void *j)
{
  return send_event (j, (struct oci_event) { .kind = EV_ARRAY_END });
}

static const yajl_callbacks callbacks = {
  .yajl_null = on_null,
  .yajl_boolean = on_boolean,
  .yajl_number = on_number,
  .yajl_string = on_string,
  .yajl_map_key = on_key,
  .yajl_start_map = on_object,
  .yajl_end_map = on_object_end,
  .yajl_start_array = on_array,
  .yajl_end_array = on_array_end,
};

/* ---- places */

/* Up to OFFSET, as a line and a column. */
static void
set_place (struct oci_fault *fault, const char *text, size_t length, size_t offset)
{
  fault->line = fault->column = 1;
  for (size_t i = 0; i < offset && i < length; i++)
    if (text[i] == '\n')
      {
        fault->line++;
        fault->column = 1;
      }
    else if (((unsigned char) text[i] & 0xc0) != 0x80)
      fault->column++;
}

static int
refuse (struct oci_fault *fault, const char *text, size_t length, size_t offset, const char *message)
{
  set_place (fault, text, length, offset);
  snprintf (fault->message, sizeof fault->message, "%s", message);
  return -1;
}

static bool
is_space (char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t
skip_space (const char *text, size_t length, size_t offset)
{
  while (offset < length && is_space (text[offset]))
    offset++;
  return offset;
}

/* Where the token begins that the last event was followed by, over the mark that has to be between them. */
static size_t
next_token (const struct json *j, const char *text, size_t length)
{
  size_t offset = skip_space (text, length, j->done);
  char mark = j->last == EV_KEY ? ':' : ',';
  bool after_start = j->done == 0 || j->last == EV_ARRAY || j->last == EV_OBJECT;
  if (! after_start && offset < length && text[offset] == mark)
    offset = skip_space (text, length, offset + 1);
  return offset;
}

/* ---- what yajl does not look for */

static size_t
first_bad_utf8 (const char *text, size_t length)
{
  for (size_t i = 0, step; i < length; i += step)
    {
      uint64_t eight;
      if (length - i >= sizeof eight)
        {
          step = sizeof eight;
          memcpy (&eight, text + i, sizeof eight);
          if (! (eight & 0x8080808080808080))
            continue;
        }
      step = utf8_length (text + i, length - i);
      if (step == 0)
        return i;
    }
  return length;
}

/* The number that "\uXXXX" at S stands for; -1 if it is not one. */
static int
unicode_escape (const char *s, size_t length)
{
  if (length < 6 || s[0] != '\\' || s[1] != 'u')
    return -1;
  int value = 0;
  for (int i = 2; i < 6; i++)
    {
      static const char digits[] = "0123456789abcdef";
      const char *digit = s[i] ? strchr (digits, s[i] | ((s[i] >= 'A' && s[i] <= 'F') ? 0x20 : 0)) : NULL;
      if (! digit)
        return -1;
      value = value * 16 + (int) (digit - digits);
    }
  return value;
}

/* Backslashes occur only in strings; where they do not, yajl says so. */
static size_t
first_lone_surrogate (const char *text, size_t length)
{
  const char *end = text + length, *s = text;
  while (s < end && (s = memchr (s, '\\', (size_t) (end - s))))
    {
      int unit = unicode_escape (s, (size_t) (end - s));
      if (unit < 0xd800 || unit > 0xdfff)
        s += 2;
      else
        {
          int next = unicode_escape (s + 6, (size_t) (end - s) - 6);
          if (unit >= 0xdc00 || next < 0xdc00 || next > 0xdfff)
            return (size_t) (s - text);
          s += 12;
        }
    }
  return length;
}

/* ---- reading */

/* yajl's word for a syntax error, without its full stop and newline. Where a character is wrong, yajl has consumed the
 * text before it; where a token is, it is the one after the last event. */
static int
refuse_syntax (struct oci_fault *fault, const struct json *j, const char *text, size_t length, size_t consumed)
{
  unsigned char *said = yajl_get_error (j->yajl, 0, NULL, 0);
  bool wrong_character = said && strncmp ((const char *) said, "lexical", strlen ("lexical")) == 0;
  refuse (fault, text, length, wrong_character ? consumed : next_token (j, text, length),
          said ? (const char *) said : "not JSON");
  size_t n = strlen (fault->message);
  while (n && strchr (".\n", fault->message[n - 1]))
    fault->message[--n] = '\0';
  return -1;
}

static int
read_with (struct json *j, const char *text, size_t length, struct oci_fault *fault)
{
  size_t bad_utf8 = first_bad_utf8 (text, length), lone = first_lone_surrogate (text, length);
  size_t good = bad_utf8 < lone ? bad_utf8 : lone;
  yajl_config (j->yajl, yajl_dont_validate_strings, 1);
  yajl_status status = yajl_parse (j->yajl, (const unsigned char *) text, good);
  size_t consumed = yajl_get_bytes_consumed (j->yajl);
  if (status == yajl_status_ok && good < length)
    return refuse (fault, text, length, good,
                   good == lone ? "half of a surrogate pair" : "bytes that are not UTF-8");
  if (status == yajl_status_ok)
    {
      j->before = consumed = length;
      status = yajl_complete_parse (j->yajl);
    }
  if (status == yajl_status_error)
    return refuse_syntax (fault, j, text, length, consumed);
  if (status == yajl_status_client_canceled)
    {
      set_place (fault, text, length, next_token (j, text, length));
      return -1;
    }
  return 0;
}

/* No place: it is not the document's fault. */
static int
refuse_no_memory (struct oci_fault *fault)
{
  *fault = (struct oci_fault) { .message = "out of memory" };
  return -1;
}

int
oci_read_json (const char *text, size_t length, struct oci_sink *sink, struct oci_fault *fault)
{
  *fault = (struct oci_fault) { 0 };
  if (length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    return refuse (fault, text, length, 0, "byte order mark");
  if (skip_space (text, length, 0) == length)
    return refuse (fault, text, length, length, "empty document");

  struct json j = { .sink = sink };
  yajl_alloc_funcs memory = { .malloc = yajl_malloc, .realloc = yajl_realloc, .free = yajl_free_nothing, .ctx = &j };
  int r;
  if (setjmp (j.no_memory) == 0)
    {
      j.yajl = yajl_alloc (&callbacks, &memory, &j);
      r = read_with (&j, text, length, fault);
    }
  else
    r = refuse_no_memory (fault);
  arena_free (&j.arena);
  return r;
}
