/* screen_parts.h - what the files of the screen share; nobody else needs it. */
#ifndef COMPOSE_SCREEN_PARTS_H
#define COMPOSE_SCREEN_PARTS_H

#include "screen.h"

struct screen_row
{
  char *name, *word, *detail; /* clean: no controls; DETAIL may be "" */
  enum screen_state state;
  uint64_t done, total; /* bytes; both 0: no progress */
  int64_t started, ended; /* ms; -1: not yet */
  int64_t told;           /* ms: its last progress as a JSON line */
};

struct screen
{
  int fd;
  enum screen_mode mode; /* not SCREEN_AUTO */
  void (*progress) (uint64_t done, uint64_t total); /* SCREEN_RELAY */
  bool colour;
  char *title;
  struct screen_row *rows;
  size_t n;
  int64_t opened, drawn;  /* ms */
  unsigned lines;         /* of the last frame, above the cursor */
};

/* How a state looks. */
struct screen_look
{
  const char *glyph; /* NULL: it turns */
  const char *colour;
  const char *word;  /* in JSON */
};
extern const struct screen_look screen_looks[];

static inline bool
screen_is_over (const struct screen_row *row)
{
  return row->state >= SCREEN_DONE;
}

/* Columns that S takes: its characters. */
size_t screen_columns (const char *s);
/* "1.2s", of a row that has started; "" otherwise. */
void screen_time (const struct screen_row *row, char text[16]);
/* "12.3MB" */
void screen_bytes (uint64_t bytes, char text[16]);

/* The next frame of the live table in place of the last one; LAST: all rows, for good. */
void screen_draw (struct screen *s, bool last);
/* Take the last frame away. */
void screen_erase (struct screen *s, struct text *out);

/* A change of ROW as one line. */
void screen_plain (struct screen *s, const struct screen_row *row);
void screen_json (struct screen *s, const struct screen_row *row);

#endif
