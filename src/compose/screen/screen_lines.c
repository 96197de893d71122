/* screen_lines.c - changes as lines, for files, pipes and programs. */
#include "fs.h"
#include "json.h"
#include "screen_parts.h"

void
screen_plain (struct screen *s, const struct screen_row *row)
{
  autotext struct text line = { 0 };
  char time[16];
  screen_time (row, time);
  text_printf (&line, "%s  %s", row->name, row->word);
  if (*row->detail)
    text_printf (&line, "  %s", row->detail);
  if (screen_is_over (row) && *time)
    text_printf (&line, "  %s", time);
  text_add (&line, "\n");
  fs_write_all (s->fd, line.s, line.len);
}

void
screen_json (struct screen *s, const struct screen_row *row)
{
  autotext struct text line = { 0 };
  text_add (&line, "{\"id\":");
  json_quote (&line, row->name);
  text_printf (&line, ",\"status\":\"%s\",\"text\":", screen_looks[row->state].word);
  json_quote (&line, row->word);
  if (*row->detail)
    {
      text_add (&line, ",\"details\":");
      json_quote (&line, row->detail);
    }
  if (row->done || row->total)
    text_printf (&line, ",\"current\":%llu", (unsigned long long) row->done);
  if (row->total)
    text_printf (&line, ",\"total\":%llu", (unsigned long long) row->total);
  text_add (&line, "}\n");
  fs_write_all (s->fd, line.s, line.len);
}
