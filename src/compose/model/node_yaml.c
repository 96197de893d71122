/* node_yaml.c - trees as YAML that reads back as the same tree, here and with readers of YAML 1.1: block style, two
 * spaces, strings quoted only where they must be. Owns the text until it returns it. Pure, in any process. */
#include "node.h"
#include "utf8.h"
#include "yaml_parts.h"

enum
{
  LONGEST_SIMPLE_KEY = 1000, /* YAML 1.2 section 7.4.2: 1024 with its quotes; a longer one is written "? key" */
};

/* Is the character of LENGTH bytes at S (0: not UTF-8) one that a plain scalar or a block may have as it is? Not so
 * controls, the line ends that only YAML 1.1 knows, and the byte order mark. */
static bool
is_printable (const char *s, size_t length)
{
  enum { BYTE_ORDER_MARK = 0xfeff };
  unsigned code_point = length ? utf8_code_point (s, length) : 0;
  return code_point >= 0x20 && ! utf8_is_no_yaml (code_point) && code_point != BYTE_ORDER_MARK;
}

static bool
all_printable (const char *s, const char *but)
{
  const char *end = s + strlen (s);
  for (size_t length; s < end; s += length ? length : 1)
    {
      length = utf8_length (s, (size_t) (end - s));
      if (! is_printable (s, length) && ! strchr (but, *s))
        return false;
    }
  return true;
}

/* What YAML 1.1 takes for something else than a string: booleans, dates, 12:30 (base 60), 1_000. */
static bool
is_old_scalar (const char *s)
{
  static const char *const words[] = {
    "y", "Y", "n", "N", "yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF", "=", "<<",
  };
  for (size_t i = 0; i < ARRAY_LEN (words); i++)
    if (streq (s, words[i]))
      return true;
  return strchr ("+-0123456789", *s) && s[strspn (s, "0123456789_-+:TtZz ")] == '\0';
}

static bool
is_plain (const char *s)
{
  size_t n = strlen (s);
  if (yaml_scalar_kind (s) != NODE_STRING || is_old_scalar (s) || ! all_printable (s, ""))
    return false;
  if (strchr (" ,[]{}#&*!|>'\"%@`", *s) || (strchr ("-?:", *s) && (n == 1 || s[1] == ' ')))
    return false;
  if (after_prefix (s, "---") || after_prefix (s, "..."))
    return false;
  return ! strstr (s, ": ") && ! strstr (s, " #") && s[n - 1] != ':' && s[n - 1] != ' ';
}

/* A block's text is what is there: it may have any line but a first one that would be taken for its indentation. */
static bool
is_block (const char *s)
{
  return strchr (s, '\n') && ! strchr (" \n\t", *s) && all_printable (s, "\n\t");
}

static void
add_quoted (struct text *t, const char *s)
{
  static const char escapes[0x20] = {
    ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't', ['\b'] = 'b', [0x1b] = 'e', [0x07] = 'a',
  };
  const char *end = s + strlen (s);
  text_add (t, "\"");
  for (size_t length; s < end; s += length ? length : 1)
    {
      unsigned char c = (unsigned char) *s;
      length = utf8_length (s, (size_t) (end - s));
      if (c == '"' || c == '\\')
        text_printf (t, "\\%c", c);
      else if (is_printable (s, length))
        text_add_bytes (t, s, length);
      else if (c < 0x20 && escapes[c])
        text_printf (t, "\\%c", escapes[c]);
      else if (length == 1)
        text_printf (t, "\\x%02x", c);
      else if (length == 2)
        text_printf (t, "\\x%02x", (unsigned char) s[1]); /* U+0080 to U+009F */
      else if (length == 3)
        text_printf (t, "\\u%04x", utf8_code_point (s, length));
      else
        text_add (t, "\\uFFFD"); /* no UTF-8: it cannot be said in YAML */
    }
  text_add (t, "\"");
}

static void
add_indent (struct text *t, unsigned indent)
{
  text_printf (t, "%*s", (int) indent, "");
}

static void
add_block (struct text *t, const char *s, unsigned indent)
{
  size_t n = strlen (s);
  bool one = s[n - 1] == '\n', more = one && n >= 2 && s[n - 2] == '\n';
  text_add (t, more ? "|+" : one ? "|" : "|-");
  while (*s)
    {
      const char *line_end = strchrnul (s, '\n');
      text_add (t, "\n");
      if (line_end > s)
        add_indent (t, indent);
      text_add_bytes (t, s, (size_t) (line_end - s));
      s = *line_end ? line_end + 1 : line_end;
    }
}

static void
add_scalar (struct text *t, const struct node *n, unsigned indent)
{
  if (n->kind != NODE_STRING)
    text_add (t, n->kind == NODE_NULL ? "null" : n->text);
  else if (is_plain (n->text))
    text_add (t, n->text);
  else if (is_block (n->text))
    add_block (t, n->text, indent);
  else
    add_quoted (t, n->text);
}

static void add_value (struct text *t, const struct node *n, unsigned indent, bool in_list);

static void
add_key (struct text *t, const char *key, unsigned indent)
{
  autotext struct text k = { 0 };
  if (is_plain (key))
    text_add (&k, key);
  else
    add_quoted (&k, key);
  bool simple = k.len <= LONGEST_SIMPLE_KEY;
  text_printf (t, "%s%s", simple ? "" : "? ", k.s);
  if (! simple)
    {
      text_add (t, "\n");
      add_indent (t, indent);
    }
  text_add (t, ":");
}

/* The cursor is where the first one starts, if FIRST_HERE; otherwise each starts a line. */
static void
add_children (struct text *t, const struct node *n, unsigned indent, bool first_here)
{
  for (const struct node *child = n->first; child; child = child->next)
    {
      if (child != n->first || ! first_here)
        {
          text_add (t, "\n");
          add_indent (t, indent);
        }
      if (n->kind == NODE_MAP)
        add_key (t, child->key, indent);
      else
        text_add (t, "-");
      add_value (t, child, indent + 2, n->kind == NODE_LIST);
    }
}

/* What follows "key:" or "-"; the first line of what is in a list stands behind the dash. */
static void
add_value (struct text *t, const struct node *n, unsigned indent, bool in_list)
{
  if (n->tag != TAG_NONE)
    text_add (t, n->tag == TAG_RESET ? " !reset" : " !override");
  if (node_is_scalar (n) || ! n->first)
    {
      text_add (t, " ");
      if (node_is_scalar (n))
        add_scalar (t, n, indent);
      else
        text_add (t, n->kind == NODE_LIST ? "[]" : "{}");
      return;
    }
  bool here = in_list && n->tag == TAG_NONE;
  if (here)
    text_add (t, " ");
  add_children (t, n, indent, here);
}

char *
node_to_yaml (const struct node *n)
{
  autotext struct text t = { 0 };
  if (node_is_scalar (n) || ! n->first)
    add_value (&t, n, 2, false);
  else
    add_children (&t, n, 0, true);
  const char *start = t.s + (*t.s == ' ');
  return mem_printf ("%s\n", start);
}
