/* detach_keys.h - the keys that end an attachment, found in what is typed. Pure. */
#ifndef COMPOSE_DETACH_KEYS_H
#define COMPOSE_DETACH_KEYS_H

#include "error.h"

struct detach_keys
{
  char keys[16];
  size_t n, seen;  /* how many there are; how many of them were typed in a row */
};

/* "ctrl-p,ctrl-q", "a,ctrl-\\"; "" gives none. EINVAL for anything else. */
int detach_keys_parse (const char *text, struct detach_keys *ret, struct error **err);

/* N bytes were typed: what is to be sent on goes to TO (room for N + 16), which may end with keys held back earlier.
 * *RET_N is their number. True when the last key of the sequence was typed. */
bool detach_keys_feed (struct detach_keys *k, const char *typed, size_t n, char *to, size_t *ret_n);

#endif
