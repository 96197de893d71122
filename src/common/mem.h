/* mem.h - memory for programs: an allocation that fails ends the program with one line on standard error.
 * (The kernel then lets go of everything a half-made container holds: see the parent-death signal in init.c.)
 * Libraries (libocispec) do not use these: they return -ENOMEM. */
#ifndef COMMON_MEM_H
#define COMMON_MEM_H

#include <stdarg.h>

#include "util.h"

void out_of_memory (void) __attribute__ ((noreturn));

/* N zeroed bytes; the caller frees them. */
void *mem_alloc (size_t n) __attribute__ ((malloc));
/* P grown to N items of SIZE bytes, the new ones not zeroed. Never NULL. */
void *mem_grow (void *p, size_t n, size_t size);
char *mem_strdup (const char *s) __attribute__ ((malloc));
char *mem_strndup (const char *s, size_t n) __attribute__ ((malloc));
char *mem_printf (const char *fmt, ...) PRINTF (1, 2);
char *mem_vprintf (const char *fmt, va_list ap) PRINTF (1, 0);

/* N zeroed bytes, and N bytes of S with a NUL behind them, that are arena A's (arena.h). Never NULL. */
struct arena;
void *mem_arena (struct arena *a, size_t n);
char *mem_arena_text (struct arena *a, const char *s, size_t n);

/* A growing text: starts as { 0 }, always ends with a NUL once written to. */
struct text
{
  char *s;
  size_t len, room;
};
void text_add (struct text *t, const char *s);
void text_add_bytes (struct text *t, const void *p, size_t n);
void text_printf (struct text *t, const char *fmt, ...) PRINTF (2, 3);
void text_free (struct text *t);
#define autotext __attribute__ ((cleanup (text_free)))

/* A NULL-terminated list of strings that owns them: starts as { 0 }. */
struct strv
{
  char **v;
  size_t n;
};
void strv_add (struct strv *l, const char *s);         /* adds a copy */
void strv_printf (struct strv *l, const char *fmt, ...) PRINTF (2, 3);
bool strv_has (const struct strv *l, const char *s);   /* L and S may be NULL, which is: no */
void strv_free (struct strv *l);
#define autostrv __attribute__ ((cleanup (strv_free)))

#endif
