/* json.h - strings of JSON for whoever writes a line of it by hand (the log). Documents are libocispec's. */
#ifndef COMMON_JSON_H
#define COMMON_JSON_H

#include "mem.h"

/* Add S to T as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD: a path may hold anything. */
void json_quote (struct text *t, const char *s);
/* Add ',"KEY":' and VALUE quoted so; nothing if VALUE is NULL. */
void json_add_member (struct text *t, const char *key, const char *value);

#endif
