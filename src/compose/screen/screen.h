/* screen.h - what is seen while a stack comes up: a live table on a terminal, one line per change elsewhere, JSON
 * lines, nothing. */
#ifndef COMPOSE_SCREEN_H
#define COMPOSE_SCREEN_H

#include "error.h"
#include "mem.h"

enum screen_mode { SCREEN_AUTO, SCREEN_TTY, SCREEN_PLAIN, SCREEN_JSON, SCREEN_QUIET, SCREEN_RELAY };
enum screen_state { SCREEN_WAITING, SCREEN_WORKING, SCREEN_DONE, SCREEN_ERROR, SCREEN_WARNING, SCREEN_SKIPPED };

/* By its name, "auto", "tty", "plain", "json", "quiet"; NULL is COMPOSE_PROGRESS. SCREEN_AUTO for any other. */
enum screen_mode screen_mode_by_name (const char *name);

struct screen;
/* Writes to FD (standard error). SCREEN_AUTO: tty if FD is a terminal (and TERM is not dumb). ANSI: "auto", "never",
 * "always"; NULL is COMPOSE_ANSI; NO_COLOR is honoured. */
struct screen *screen_open (int fd, enum screen_mode mode, const char *ansi, const char *title);
/* One that shows nothing and tells PROGRESS (job_progress()) how far all its rows are together: for jobs of a job,
 * whose parent has the screen. */
struct screen *screen_relay (void (*progress) (uint64_t done, uint64_t total));
/* Row NAME (added when new) is in STATE, with a word about it ("Started"), and a text behind it (may be NULL). */
void screen_row (struct screen *s, const char *name, enum screen_state state, const char *word, const char *detail);
/* Progress of row NAME in bytes (a bar on a terminal); TOTAL 0: unknown. */
void screen_progress (struct screen *s, const char *name, uint64_t done, uint64_t total);
void screen_tick (struct screen *s);   /* redraw times; call about ten times a second while waiting */
void screen_line (struct screen *s, const char *fmt, ...) PRINTF (2, 3); /* a line that stays above the table */
/* The last frame, and the times: " ✔ Container demo-db-1  Healthy  1.2s"; frees S (may be NULL). */
void screen_close (struct screen *s);

/* Colours for whoever prints to FD: "" for everything if there are to be none. Prefixes cycle by N. */
bool colours_wanted (int fd, const char *ansi);
const char *colour_of (bool wanted, unsigned n);
const char *colour_end (bool wanted);

/* A table of text columns: header once, cells padded to the widest, three spaces between, cut never. */
struct table;
struct table *table_new (const char *const *columns); /* NULL-terminated */
void table_row (struct table *t, const char *const *cells);
void table_print (struct table *t, FILE *to, bool header); /* with or without the header; frees T */

#endif
