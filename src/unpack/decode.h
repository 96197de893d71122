/* decode.h - layers' media types and what undoes their compression. No program is ever run for that (CVE-2026-41567).
 * */
#ifndef UNPACK_DECODE_H
#define UNPACK_DECODE_H

#include "unpack.h"

/* One step: bytes from IN (N_IN of them) to OUT (ROOM). The decoder moves IN on and sets N_OUT. */
struct decode_step
{
  const uint8_t *in;
  size_t n_in;
  bool in_ended;  /* nothing follows the N_IN bytes */
  uint8_t *out;
  size_t room, n_out;
};

struct decoder
{
  bool identity;                       /* the archive is the input */
  void *(*open) (void);                /* NULL: no memory */
  /* 1: go on, 0: it is complete and all of the input is used, UNPACK_BAD_LAYER: not well-formed, ends too early, or
   * goes on with something else. */
  int (*step) (void *state, struct decode_step *step, struct error **err);
  void (*close) (void *state);
};

struct media_type
{
  const char *name;
  const struct decoder *decoder;
};

/* NULL: not one that we take. */
const struct media_type *media_type_find (const char *name);

#endif
