/* row_format.c - see row_format.h. */
#include "row_format.h"

#include <ctype.h>

#include "json.h"
#include "schema.h"
#include "screen.h"
#include "utf8.h"

/* Columns are headed by their keys in capitals, but for these. */
static const struct { const char *key, *heading; } headings[] = {
  { "CPUPerc", "CPU %" },      { "CreatedAt", "CREATED AT" },       { "ID", "CONTAINER ID" },  { "MemPerc", "MEM %" },
  { "RunningFor", "CREATED" }, { "MemUsage", "MEM USAGE / LIMIT" }, { "BlockIO", "BLOCK I/O" }, { "NetIO", "NET I/O" },
};

static void
add_heading (struct text *t, const char *key)
{
  for (size_t i = 0; i < ARRAY_LEN (headings); i++)
    if (streq (headings[i].key, key))
      {
        text_add (t, headings[i].heading);
        return;
      }
  for (; *key; key++)
    text_printf (t, "%c", toupper ((unsigned char) *key));
}

/* A value is one line that does not speak to the terminal. */
static void
add_value (struct text *t, const struct oci_field *f, const void *row, bool json)
{
  const void *member = (const char *) row + f->offset;
  if (f->kind != K_STR)
    {
      text_printf (t, "%lld", (long long) ((const struct opt_i64 *) member)->value);
      return;
    }
  const char *s = *(const char *const *) member;
  autofree char *clean = mem_strdup (s ? s : "");
  if (json)
    {
      json_quote (t, clean);
      return;
    }
  utf8_replace_controls (clean, ' ');
  text_add (t, clean);
}

static void
add_whole (struct text *t, const struct oci_schema *schema, const void *row)
{
  autofree char *json = row ? oci_emit (schema, row, NULL) : NULL;
  if (json)
    text_add (t, json);
}

/* ACTION is what stands between braces; ROW NULL: the headings. */
static int
add_action (struct text *t, const char *action, const struct oci_schema *schema, const void *row, struct error **err)
{
  const char *of_json = after_prefix (action, "json "), *name = of_json ? of_json : action;
  name += strspn (name, " ");
  if (of_json && streq (name, "."))
    {
      add_whole (t, schema, row);
      return 0;
    }
  for (size_t i = 0; *name == '.' && i < schema->n_fields; i++)
    {
      const struct oci_field *f = &schema->fields[i];
      if (! streq (f->key, name + 1) || (f->kind != K_STR && f->kind != K_INT))
        continue;
      if (row)
        add_value (t, f, row, of_json != NULL);
      else
        add_heading (t, f->key);
      return 0;
    }
  return fail (err, EINVAL, "--format: {{%s}}: want {{.Key}} or {{json .}} with a key of --format json", action);
}

static int
render (struct text *t, const char *format, const struct oci_schema *schema, const void *row, struct error **err)
{
  for (const char *p = format, *end; *p;)
    if (p[0] == '{' && p[1] == '{' && (end = strstr (p, "}}")))
      {
        p += 2 + strspn (p + 2, " ");
        size_t n = (size_t) (end - p);
        while (n && p[n - 1] == ' ')
          n--;
        autofree char *action = mem_strndup (p, n);
        TRY (add_action (t, action, schema, row, err));
        p = end + 2;
      }
    else if (p[0] == '\\' && (p[1] == 't' || p[1] == 'n'))
      {
        text_add (t, p[1] == 't' ? "\t" : "\n");
        p += 2;
      }
    else
      text_add_bytes (t, p++, 1);
  return 0;
}

bool
row_format_is_template (const char *format)
{
  return format && strstr (format, "{{");
}

int
row_format_check (const char *format, const struct oci_schema *schema, struct error **err)
{
  autotext struct text t = { 0 };
  if (! format || streq (format, "table") || streq (format, "json"))
    return 0;
  if (! row_format_is_template (format))
    return fail (err, EINVAL, "--format %s: want table, json, or a template with {{.Key}}", format);
  return render (&t, format, schema, NULL, err);
}

/* One cell for each tab of the first line and one more. */
static void
add_cells (struct table **t, struct text *line)
{
  autofree const char **cells = mem_alloc ((line->len + 2) * sizeof *cells);
  size_t n = 0;
  for (char *rest = line->s, *cell; (cell = strsep (&rest, "\t"));)
    cells[n++] = cell;
  if (*t)
    table_row (*t, cells);
  else
    *t = table_new (cells);
}

void
row_format_print (const char *format, const struct oci_schema *schema, const void *rows, size_t n)
{
  const char *columns = after_prefix (format, "table ");
  struct table *t = NULL;
  for (size_t i = columns ? 0 : 1; i <= n; i++)
    {
      autotext struct text line = { 0 };
      text_add (&line, "");
      render (&line, columns ? columns : format, schema, i ? (const char *) rows + (i - 1) * schema->size : NULL, NULL);
      if (columns)
        add_cells (&t, &line);
      else
        printf ("%s\n", line.s);
    }
  if (t)
    table_print (t, stdout, true);
}
