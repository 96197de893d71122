/* stream.h - a layer's archive as a stream of bytes: reads the input, undoes the compression, hashes both sides, holds
 * the limits. */
#ifndef UNPACK_STREAM_H
#define UNPACK_STREAM_H

#include "unpack.h"

struct stream;

/* INPUT and OPTIONS stay the caller's and have to outlive the stream. */
int stream_open (int input, const struct unpack_options *options, struct stream **ret, struct error **err);
void stream_close (struct stream **s);
#define autostream __attribute__ ((cleanup (stream_close)))

/* The bytes that come next, at least one, valid until the next call; none (*RET_N is 0) at the end of the archive. */
int stream_peek (struct stream *s, const uint8_t **ret, size_t *ret_n, struct error **err);
/* The first N of them are done with. */
void stream_consume (struct stream *s, size_t n);

/* N bytes to P. UNPACK_BAD_LAYER if the archive ends before. */
int stream_take (struct stream *s, void *p, size_t n, struct error **err);
int stream_skip (struct stream *s, int64_t n, struct error **err);

/* How many bytes were consumed. */
int64_t stream_offset (const struct stream *s);

/* After the archive's last byte: is it what its size, digest and diff id say? */
int stream_check (struct stream *s, struct error **err);

/* After failure with *ERR: read the rest of the input, and if size or digest are wrong, put that in *ERR's place: it is
 * the cause, and no entry's fault. Does nothing without a digest. */
void stream_explain (struct stream *s, struct error **err);

#endif
