/* stream.c - owns the input, its two hashes and the two buffers. Runs in the sandbox; calls decode.h only. */
#include "stream.h"

#include <nettle/sha2.h>

#include "decode.h"
#include "mem.h"

enum
{
  IN_SIZE = 128 * 1024,
  OUT_SIZE = 256 * 1024,
  PROGRESS_STEP = 512 * 1024,
  /* Small archives may be as dense as they like: a few empty files in 100 bytes are no attack. */
  RATIO_FREE = 32 * 1024 * 1024,
};

struct stream
{
  int input;
  const struct unpack_options *options;
  void *decoder;
  struct sha256_ctx packed, unpacked;
  uint8_t digest[SHA256_BYTES]; /* of the input, once it has ended */
  int64_t n_read, n_reported; /* of the input */
  int64_t n_decoded;          /* of the archive */
  size_t in_at, in_n, out_at, out_n;
  bool in_ended, out_ended;
  uint8_t in[IN_SIZE], out[OUT_SIZE];
};

int
stream_open (int input, const struct unpack_options *options, struct stream **ret, struct error **err)
{
  autofree struct stream *s = mem_alloc (sizeof *s);
  s->input = input;
  s->options = options;
  s->decoder = options->media->decoder->open ();
  if (! s->decoder)
    return fail_sys (err, ENOMEM, "%s", options->media->name);
  sha256_init (&s->packed);
  sha256_init (&s->unpacked);
  *ret = TAKE_PTR (s);
  return 0;
}

void
stream_close (struct stream **s)
{
  if (*s)
    (*s)->options->media->decoder->close ((*s)->decoder);
  free (*s);
  *s = NULL;
}

/* Whoever wanted these numbers and went is no reason to stop. */
static void
report_progress (struct stream *s)
{
  if (s->options->progress_fd < 0 || (! s->in_ended && s->n_read - s->n_reported < PROGRESS_STEP))
    return;
  dprintf (s->options->progress_fd, "%lld\n", (long long) s->n_read);
  s->n_reported = s->n_read;
}

static int
read_input (struct stream *s, struct error **err)
{
  ssize_t n = RETRY_EINTR (read (s->input, s->in, sizeof s->in));
  if (n < 0)
    return fail_sys (err, errno, "read the layer");
  sha256_update (&s->packed, (size_t) n, s->in);
  s->n_read += n;
  s->in_at = 0;
  s->in_n = (size_t) n;
  s->in_ended = n == 0;
  if (s->in_ended)
    sha256_digest (&s->packed, sizeof s->digest, s->digest);
  report_progress (s);
  int64_t size = s->options->size;
  if (size >= 0 && (s->n_read > size || (s->in_ended && s->n_read < size)))
    return bad_layer (err, "it has %s bytes than the %lld that its descriptor says",
                      s->n_read > size ? "more" : "fewer", (long long) size);
  return 0;
}

static int
check_limits (const struct stream *s, struct error **err)
{
  int64_t n_used = s->n_read - (int64_t) (s->in_n - s->in_at);
  if (s->n_decoded > s->options->max_bytes)
    return bad_layer (err, "its archive is larger than the limit of %lld bytes (--max-bytes)",
                      (long long) s->options->max_bytes);
  if (s->options->max_ratio > 0 && s->n_decoded > RATIO_FREE && s->n_decoded / s->options->max_ratio > n_used)
    return bad_layer (err, "its archive is more than %lld times as large as its compressed form (--max-ratio)",
                      (long long) s->options->max_ratio);
  return 0;
}

/* One step of the decoder. */
static int
decode (struct stream *s, struct error **err)
{
  if (s->in_at == s->in_n && ! s->in_ended)
    TRY (read_input (s, err));
  struct decode_step step = {
    .in = s->in + s->in_at, .n_in = s->in_n - s->in_at, .in_ended = s->in_ended, .out = s->out, .room = sizeof s->out,
  };
  int r = s->options->media->decoder->step (s->decoder, &step, err);
  if (r < 0)
    return r;
  s->out_ended = r == 0;
  s->in_at = s->in_n - step.n_in;
  s->out_at = 0;
  s->out_n = step.n_out;
  s->n_decoded += (int64_t) step.n_out;
  if (! s->options->media->decoder->identity)
    sha256_update (&s->unpacked, step.n_out, s->out);
  return check_limits (s, err);
}

int
stream_peek (struct stream *s, const uint8_t **ret, size_t *ret_n, struct error **err)
{
  while (s->out_at == s->out_n && ! s->out_ended)
    TRY (decode (s, err));
  *ret = s->out + s->out_at;
  *ret_n = s->out_n - s->out_at;
  return 0;
}

void
stream_consume (struct stream *s, size_t n)
{
  s->out_at += n;
}

static int
too_short (struct error **err)
{
  return bad_layer (err, "the archive ends in the middle");
}

int
stream_take (struct stream *s, void *p, size_t n, struct error **err)
{
  for (size_t done = 0; done < n;)
    {
      const uint8_t *from;
      size_t got;
      TRY (stream_peek (s, &from, &got, err));
      if (got == 0)
        return too_short (err);
      got = got < n - done ? got : n - done;
      memcpy ((uint8_t *) p + done, from, got);
      stream_consume (s, got);
      done += got;
    }
  return 0;
}

int
stream_skip (struct stream *s, int64_t n, struct error **err)
{
  while (n > 0)
    {
      const uint8_t *from;
      size_t got;
      TRY (stream_peek (s, &from, &got, err));
      if (got == 0)
        return too_short (err);
      got = (int64_t) got < n ? got : (size_t) n;
      stream_consume (s, got);
      n -= (int64_t) got;
    }
  return 0;
}

int64_t
stream_offset (const struct stream *s)
{
  return s->n_decoded - (int64_t) (s->out_n - s->out_at);
}

static int
check_hash (const uint8_t is[SHA256_BYTES], const uint8_t want[SHA256_BYTES], const char *what, struct error **err)
{
  char hex[2 * SHA256_BYTES + 1];
  if (memcmp (is, want, SHA256_BYTES) == 0)
    return 0;
  for (size_t i = 0; i < SHA256_BYTES; i++)
    sprintf (hex + 2 * i, "%02x", is[i]);
  return bad_layer (err, "its %s is sha256:%s, which is not what the image says", what, hex);
}

/* To the input's end; size and digest. */
static int
check_input (struct stream *s, struct error **err)
{
  while (! s->in_ended)
    TRY (read_input (s, err));
  return s->options->has_digest ? check_hash (s->digest, s->options->digest, "digest", err) : 0;
}

int
stream_check (struct stream *s, struct error **err)
{
  uint8_t diff_id[SHA256_BYTES];
  TRY (check_input (s, err));
  memcpy (diff_id, s->digest, sizeof diff_id);
  if (! s->options->media->decoder->identity)
    sha256_digest (&s->unpacked, sizeof diff_id, diff_id);
  return check_hash (diff_id, s->options->diff_id, "diff id", err);
}

void
stream_explain (struct stream *s, struct error **err)
{
  autoerror struct error *cause = NULL;
  if (! s->options->has_digest || check_input (s, &cause) != -UNPACK_BAD_LAYER)
    return;
  fail (err, UNPACK_BAD_LAYER, "%s", error_text (cause));
}
