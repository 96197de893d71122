/* dotenv.h - files of NAME=value lines in docker compose's grammar: comments, `export`, single quotes (verbatim),
 * double quotes (escapes, several lines, interpolation), unquoted (interpolation, inline comments), "NAME: value".
 * Pure but for the reading. */
#ifndef COMPOSE_DOTENV_H
#define COMPOSE_DOTENV_H

#include "interpolate.h"

/* Parse LENGTH bytes of TEXT, called NAME in messages ("FILE:LINE: …"), into INTO as "NAME=value" (a later line wins
 * over an earlier one of the same file). ${…} is looked up in OUTER (may be NULL; what is around a file wins over it in
 * the end, too), then in the file's own earlier lines. A name without "=": takes its value from OUTER, and is left out
 * when unset there. RAW: no quotes, no interpolation (env_file format: raw). */
int dotenv_parse (const char *name, const char *text, size_t length, bool raw, const struct variables *outer,
                  struct strv *into, struct error **err);

/* The same for a regular file of at most 1 MiB; a FIFO or a device is an error and never waited for. */
int dotenv_read (const char *path, bool raw, const struct variables *outer, struct strv *into, struct error **err);

#endif
