/* decode.c - the table of media types; gzip by zlib, zstd by libzstd, both bounded in memory. Pure. */
#include "decode.h"

#include <zlib.h>
#include <zstd.h>

enum
{
  GZIP_ONLY = 16 + MAX_WBITS, /* zlib.h, inflateInit2: neither zlib's own format nor raw deflate */
  /* 32 MiB, what zstd -20 asks for. A frame may ask for 2 GiB and more; the default limit is 128 MiB. */
  ZSTD_WINDOW_LOG_MAX = 25,
};

/* Both formats are any number of members in a row (RFC 1952, 2.2; RFC 8878, 3). */
struct members
{
  bool inside, any;
};

/* 1: a member's bytes are to be decoded, of a new one if *RET_BEGINS; 0: that was all. */
static int
next_member (struct members *m, const struct decode_step *step, bool *ret_begins, struct error **err)
{
  *ret_begins = ! m->inside;
  if (m->inside)
    return 1;
  if (step->n_in == 0)
    return m->any ? 0 : bad_layer (err, "it is empty");
  m->inside = m->any = true;
  return 1;
}

static int
ended_too_early (const struct decode_step *step, struct error **err)
{
  if (step->in_ended && step->n_in == 0 && step->n_out == 0)
    return bad_layer (err, "it ends in the middle of its compressed data");
  return 1;
}

struct gzip
{
  struct members members;
  z_stream z;
};

static void *
gzip_open (void)
{
  struct gzip *g = calloc (1, sizeof *g);
  if (g && inflateInit2 (&g->z, GZIP_ONLY) != Z_OK)
    {
      free (g);
      return NULL;
    }
  return g;
}

static int
gzip_step (void *state, struct decode_step *step, struct error **err)
{
  struct gzip *g = state;
  bool begins;
  int r = next_member (&g->members, step, &begins, err);
  if (r <= 0)
    return r;
  if (begins)
    inflateReset (&g->z);
  g->z.next_in = (uint8_t *) step->in;
  g->z.avail_in = (unsigned) step->n_in;
  g->z.next_out = step->out;
  g->z.avail_out = (unsigned) step->room;
  r = inflate (&g->z, Z_NO_FLUSH);
  step->in = g->z.next_in;
  step->n_in = g->z.avail_in;
  step->n_out = step->room - g->z.avail_out;
  if (r == Z_STREAM_END)
    g->members.inside = false;
  else if (r == Z_MEM_ERROR)
    return fail_sys (err, ENOMEM, "gzip");
  else if (r != Z_OK && r != Z_BUF_ERROR)
    return bad_layer (err, "its gzip data is corrupt: %s", g->z.msg ? g->z.msg : "no reason given");
  return r == Z_STREAM_END ? 1 : ended_too_early (step, err);
}

static void
gzip_close (void *state)
{
  struct gzip *g = state;
  inflateEnd (&g->z);
  free (g);
}

struct zstd
{
  struct members members;
  ZSTD_DStream *z;
};

static void *
zstd_open (void)
{
  struct zstd *s = calloc (1, sizeof *s);
  if (s && ! (s->z = ZSTD_createDStream ()))
    {
      free (s);
      return NULL;
    }
  if (s)
    ZSTD_DCtx_setParameter (s->z, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG_MAX);
  return s;
}

static int
zstd_step (void *state, struct decode_step *step, struct error **err)
{
  struct zstd *s = state;
  bool begins; /* the decoder finds that out itself */
  int r = next_member (&s->members, step, &begins, err);
  if (r <= 0)
    return r;
  ZSTD_inBuffer in = { step->in, step->n_in, 0 };
  ZSTD_outBuffer out = { step->out, step->room, 0 };
  size_t left = ZSTD_decompressStream (s->z, &out, &in);
  if (ZSTD_isError (left))
    return bad_layer (err, "its zstd data is corrupt or needs more memory than %d MiB: %s",
                      1 << (ZSTD_WINDOW_LOG_MAX - 20), ZSTD_getErrorName (left));
  step->in += in.pos;
  step->n_in -= in.pos;
  step->n_out = out.pos;
  if (left == 0)
    s->members.inside = false;
  return left == 0 ? 1 : ended_too_early (step, err);
}

static void
zstd_close (void *state)
{
  struct zstd *s = state;
  ZSTD_freeDStream (s->z);
  free (s);
}

static void *
plain_open (void)
{
  return calloc (1, 1);
}

static int
plain_step (void *state UNUSED, struct decode_step *step, struct error **err UNUSED)
{
  size_t n = step->n_in < step->room ? step->n_in : step->room;
  memcpy (step->out, step->in, n);
  step->in += n;
  step->n_in -= n;
  step->n_out = n;
  return n > 0 || ! step->in_ended;
}

static const struct decoder plain = { true, plain_open, plain_step, free };
static const struct decoder gzip = { false, gzip_open, gzip_step, gzip_close };
static const struct decoder zstd = { false, zstd_open, zstd_step, zstd_close };

/* Not here: nondistributable layers, whose contents are elsewhere; AUFS' and Windows' own. */
static const struct media_type media_types[] = {
  { "application/vnd.oci.image.layer.v1.tar", &plain },
  { "application/vnd.oci.image.layer.v1.tar+gzip", &gzip },
  { "application/vnd.oci.image.layer.v1.tar+zstd", &zstd },
  { "application/vnd.docker.image.rootfs.diff.tar", &plain },
  { "application/vnd.docker.image.rootfs.diff.tar.gzip", &gzip },
  { "application/vnd.docker.image.rootfs.diff.tar.zstd", &zstd },
};

const struct media_type *
media_type_find (const char *name)
{
  for (size_t i = 0; i < ARRAY_LEN (media_types); i++)
    if (streq (media_types[i].name, name))
      return &media_types[i];
  return NULL;
}
