/* table.c - text columns. Owns the cells until they are printed. */
#include "screen_parts.h"
#include "utf8.h"

enum
{
  GAP = 3,
};

struct table
{
  size_t columns;
  struct strv cells; /* row after row, the header first */
};

struct table *
table_new (const char *const *columns)
{
  struct table *t = mem_alloc (sizeof *t);
  while (columns[t->columns])
    t->columns++;
  table_row (t, columns);
  return t;
}

/* A cell stays on its line, and cannot speak to the terminal. */
static void
add_cell (struct table *t, const char *text)
{
  strv_add (&t->cells, text);
  utf8_replace_controls (t->cells.v[t->cells.n - 1], ' ');
}

void
table_row (struct table *t, const char *const *cells)
{
  for (size_t i = 0; i < t->columns; i++)
    add_cell (t, cells[i] ? cells[i] : "");
}

void
table_print (struct table *t, FILE *to, bool header)
{
  size_t first = header ? 0 : t->columns;
  autofree size_t *widths = mem_alloc ((t->columns + 1) * sizeof *widths);
  for (size_t i = first; i < t->cells.n; i++)
    {
      size_t width = screen_columns (t->cells.v[i]);
      if (width > widths[i % t->columns])
        widths[i % t->columns] = width;
    }
  for (size_t i = first; i < t->cells.n; i++)
    {
      size_t column = i % t->columns;
      bool last = column + 1 == t->columns;
      size_t padding = last ? 0 : widths[column] - screen_columns (t->cells.v[i]) + GAP;
      fprintf (to, "%s%*s%s", t->cells.v[i], (int) padding, "", last ? "\n" : "");
    }
  strv_free (&t->cells);
  free (t);
}
