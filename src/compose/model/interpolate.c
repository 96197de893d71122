/* interpolate.c - one text: $VAR and ${VAR…} become values. One pass, whatever is nested; what is not needed is read
 * for its syntax alone. Pure, in any process. */
#include "interpolate.h"

enum
{
  MAX_NESTING = 100,
  MAX_UNSET = 1000, /* names kept for warnings: nobody reads more */
  SHOWN = 60,       /* bytes of a bad expression in a message */
};

struct run
{
  variable_lookup *get;
  const void *context;
  struct strv *unset;
  variable_seen *seen;
  void *seen_context;
  unsigned depth;
  struct error **err;
};

static int expand (struct run *r, const char **s, bool nested, struct text *out);

/* ---- variables */

const char *
variables_get (const struct variables *v, const char *name)
{
  size_t n = strlen (name);
  for (size_t i = 0; i < v->v.n; i++)
    if (strncmp (v->v.v[i], name, n) == 0 && v->v.v[i][n] == '=')
      return v->v.v[i] + n + 1;
  return NULL;
}

void
variables_set (struct variables *v, const char *name, const char *value)
{
  strv_printf (&v->v, "%s=%s", name, value);
}

void
variables_free (struct variables *v)
{
  strv_free (&v->v);
  strv_free (&v->unset);
}

static const char *
look_up (struct run *r, const char *name)
{
  return r->get ? r->get (r->context, name) : NULL;
}

static void
note_unset (struct run *r, const char *name)
{
  if (! r->unset || r->unset->n >= MAX_UNSET)
    return;
  for (size_t i = 0; i < r->unset->n; i++)
    if (streq (r->unset->v[i], name))
      return;
  strv_add (r->unset, name);
}

/* ---- the syntax */

static size_t
name_length (const char *s)
{
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
  if (! *s || ! strchr (letters, *s))
    return 0;
  size_t n = 1;
  while (s[n] && (strchr (letters, s[n]) || (s[n] >= '0' && s[n] <= '9')))
    n++;
  return n;
}

static int
add (struct run *r, struct text *out, const char *s, size_t n)
{
  if (! out)
    return 0;
  if (out->len + n > INTERPOLATE_MAX)
    return fail (r->err, EINVAL, "the value becomes larger than %d KiB", INTERPOLATE_MAX >> 10);
  text_add_bytes (out, s, n);
  return 0;
}

static int
refuse (struct run *r, const char *start, const char *why)
{
  size_t n = strnlen (start, SHOWN + 1);
  return fail (r->err, EINVAL, "bad interpolation '%.*s%s': %s (a literal $ is written $$)",
               (int) (n > SHOWN ? SHOWN : n), start, n > SHOWN ? "…" : "", why);
}

/* $NAME or ${NAME}. */
static int
put_plain (struct run *r, const char *name, struct text *out)
{
  if (r->seen)
    r->seen (r->seen_context, name, '\0', "", 0);
  if (! out)
    return 0;
  const char *value = look_up (r, name);
  if (! value)
    note_unset (r, name);
  return value ? add (r, out, value, strlen (value)) : 0;
}

/* *S is at the word of ${NAME-word}, with OPERATOR one of "-?+", or of its form with COLON, to which empty is unset. */
static int
put_operator (struct run *r, const char *name, char operator, bool colon, const char **s, struct text *out)
{
  autotext struct text message = { 0 };
  const char *value = out ? look_up (r, name) : NULL, *word = *s;
  bool given = value && (! colon || *value);
  bool needed = out && given == (operator == '+');
  TRY (expand (r, s, true, ! needed ? NULL : operator == '?' ? &message : out));
  if (r->seen)
    r->seen (r->seen_context, name, operator, word, (size_t) (*s - word));
  if (needed && operator == '?' && **s == '}')
    return fail (r->err, EINVAL, "required variable %s is missing a value%s%s", name, message.len ? ": " : "",
                 message.len ? message.s : "");
  return given && operator != '+' ? add (r, out, value, strlen (value)) : 0;
}

/* *S is at "${". */
static int
put_braced (struct run *r, const char **s, struct text *out)
{
  const char *start = *s, *p = start + 2;
  size_t n = name_length (p);
  if (n == 0)
    return refuse (r, start, "a variable's name must follow ${");
  if (r->depth == MAX_NESTING)
    return refuse (r, start, "nested too deeply");
  autofree char *name = mem_strndup (p, n);
  p += n;
  bool colon = *p == ':' && p[1] && strchr ("-?+", p[1]);
  p += colon;
  if (*p == '}')
    TRY (put_plain (r, name, out));
  else if (*p && strchr ("-?+", *p))
    {
      char operator = *p++;
      r->depth++;
      TRY (put_operator (r, name, operator, colon, &p, out));
      r->depth--;
    }
  else if (*p)
    return refuse (r, start, "after the name only }, :-, -, :?, ?, :+ or + may follow");
  if (*p != '}')
    return refuse (r, start, "} is missing");
  *s = p + 1;
  return 0;
}

/* *S is at "$". */
static int
put_dollar (struct run *r, const char **s, struct text *out)
{
  const char *p = *s + 1;
  if (*p == '{')
    return put_braced (r, s, out);
  size_t n = name_length (p);
  if (n == 0) /* the specification: any other $ stays */
    {
      *s = p + (*p == '$');
      return add (r, out, "$", 1);
    }
  autofree char *name = mem_strndup (p, n);
  *s = p + n;
  return put_plain (r, name, out);
}

/* Up to the end, or NESTED, up to the "}" that has no "{" before it, where *S is then: a default may be JSON. OUT
 * NULL: only check. */
static int
expand (struct run *r, const char **s, bool nested, struct text *out)
{
  size_t open = 0;
  while (**s && ! (nested && **s == '}' && open == 0))
    if (**s == '$')
      TRY (put_dollar (r, s, out));
    else
      {
        size_t n = 1 + strcspn (*s + 1, nested ? "${}" : "$");
        open += **s == '{';
        open -= nested && **s == '}';
        TRY (add (r, out, *s, n));
        *s += n;
      }
  return 0;
}

/* ---- the interface */

int
interpolate_by (const char *text, variable_lookup *get, const void *context, struct strv *unset, char **ret,
                struct error **err)
{
  struct run r = { .get = get, .context = context, .unset = unset, .err = err };
  autotext struct text out = { 0 };
  text_add (&out, "");
  TRY (expand (&r, &text, false, &out));
  *ret = TAKE_PTR (out.s);
  return 0;
}

static const char *
get_variable (const void *variables, const char *name)
{
  return variables_get (variables, name);
}

int
interpolate (const char *text, struct variables *vars, char **ret, struct error **err)
{
  return interpolate_by (text, get_variable, vars, &vars->unset, ret, err);
}

int
interpolate_visit (const char *text, variable_seen *seen, void *context, struct error **err)
{
  struct run r = { .seen = seen, .seen_context = context, .err = err };
  return expand (&r, &text, false, NULL);
}
