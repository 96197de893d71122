/* mklayer.c - an assembler for layers: writes the tar archive that its standard input describes, byte by byte and so
 * with every mistake that a tar writer would not make. A line is a word and its operands; \xHH, \n and \s (a blank)
 * are bytes:
 *   file NAME [TEXT]; dir NAME [MODE]; symlink NAME TARGET; link NAME TARGET; fifo NAME; char NAME MAJOR MINOR
 *   header FIELD=VALUE...     type name link mode uid gid size, flags: typeless v7 gnu badsum
 *   data TEXT                 contents, filled up to a block
 *   record KEY VALUE; records TEXT; pax [g]     records are gathered until pax writes them (type x, or g)
 *   longname NAME; longlink NAME
 *   sparse SIZE N MAP         format 1.0, N bytes of data
 *   make GENERATOR            what takes too many lines: the table at the end
 *   noend                     without the end of an archive
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 512, EXTENTS_IN_HEADER = 4, EXTENTS_IN_BLOCK = 21 };

static void
out (const void *p, size_t n)
{
  if (fwrite (p, 1, n, stdout) != n)
    exit (1);
}

static void
zeros (size_t n)
{
  for (; n > 0; n--)
    putchar (0);
}

static void
pad (size_t n)
{
  zeros (-n % BLOCK);
}

struct fields
{
  char type;
  const char *name, *link;
  unsigned mode, uid, major, minor;
  size_t size;
  bool typeless, v7, gnu, bad_checksum;
};

static void
set_checksum (unsigned char *h)
{
  unsigned sum = 0;
  memset (h + 148, ' ', 8);
  for (int i = 0; i < BLOCK; i++)
    sum += h[i];
  snprintf ((char *) h + 148, 8, "%06o", sum);
}

static void
fill (unsigned char *h, struct fields f)
{
  memset (h, 0, BLOCK);
  memcpy (h, f.name, strnlen (f.name, 100));
  snprintf ((char *) h + 100, 8, "%07o", f.mode);
  snprintf ((char *) h + 108, 8, "%07o", f.uid);
  snprintf ((char *) h + 116, 8, "%07o", f.uid);
  snprintf ((char *) h + 124, 12, "%011zo", f.size);
  snprintf ((char *) h + 136, 12, "%011o", 1000000000u);
  h[156] = f.typeless ? 0 : (unsigned char) f.type;
  if (f.link)
    memcpy (h + 157, f.link, strnlen (f.link, 100));
  if (! f.v7)
    memcpy (h + 257, f.gnu ? "ustar  " : "ustar\00000", 8);
  snprintf ((char *) h + 329, 8, "%07o", f.major);
  snprintf ((char *) h + 337, 8, "%07o", f.minor);
  set_checksum (h);
  if (f.bad_checksum)
    h[0] ^= 1;
}

static void
header (struct fields f)
{
  unsigned char h[BLOCK];
  fill (h, f);
  out (h, sizeof h);
}

static void
contents (const char *s, size_t n)
{
  out (s, n);
  pad (n);
}

static void
file (const char *name, const char *text)
{
  header ((struct fields) { .type = '0', .name = name, .mode = 0644, .size = strlen (text) });
  contents (text, strlen (text));
}

static void
dir (const char *name, unsigned mode)
{
  header ((struct fields) { .type = '5', .name = name, .mode = mode });
}

static void
symlink_to (const char *name, const char *target)
{
  header ((struct fields) { .type = '2', .name = name, .link = target, .mode = 0777 });
}

static void
hard_link (const char *name, const char *target)
{
  header ((struct fields) { .type = '1', .name = name, .link = target, .mode = 0644 });
}

/* Records of an extended header, gathered until pax () writes it. */
static char records[4 << 20];
static size_t n_records;

static void
record_bytes (const char *key, const char *value, size_t n)
{
  size_t body = strlen (key) + n + 3, length = body + 1;
  char digits[24];
  while (length != body + (size_t) snprintf (digits, sizeof digits, "%zu", length))
    length = body + strlen (digits);
  n_records += (size_t) sprintf (records + n_records, "%zu %s=", length, key);
  memcpy (records + n_records, value, n);
  n_records += n;
  records[n_records++] = '\n';
}

static void
record (const char *key, const char *value)
{
  record_bytes (key, value, strlen (value));
}

static void
pax (char type)
{
  header ((struct fields) { .type = type, .name = "PaxHeader", .mode = 0644, .size = n_records });
  contents (records, n_records);
  n_records = 0;
}

static void
gnu_long (char type, const char *name)
{
  header ((struct fields) { .type = type, .name = "././@LongLink", .size = strlen (name) + 1, .gnu = true });
  contents (name, strlen (name) + 1);
}

static void
long_path (char key, size_t components)
{
  char *s = malloc (2 * components + 2);
  for (size_t i = 0; i < components; i++)
    memcpy (s + 2 * i, "d/", 2);
  strcpy (s + 2 * components, "f");
  if (key == 'L')
    gnu_long ('L', s);
  else
    {
      record ("path", s);
      pax ('x');
    }
  file ("f", "f");
  free (s);
}

static void deep_pax (void) { long_path ('x', 3000); }
static void deep_gnu (void) { long_path ('L', 3000); }
static void depth_100000 (void) { long_path ('x', 100000); }

/* Names are short; only links make the tree deep. */
static void
deep_by_links (void)
{
  char name[32], deep[2048] = "d";
  dir ("d", 0755);
  for (int i = 1; i < 1000; i++)
    {
      gnu_long ('K', deep);
      snprintf (name, sizeof name, "l%d", i);
      symlink_to (name, deep);
      snprintf (name, sizeof name, "l%d/d", i);
      dir (name, 0755);
      strcat (deep, "/d");
    }
}

static void
long_component (void)
{
  char name[260];
  memset (name, 'a', 256);
  strcpy (name + 256, "/f");
  gnu_long ('L', name);
  file ("f", "f");
}

static void
sparse_gnu (size_t n)
{
  unsigned char h[BLOCK];
  fill (h, (struct fields) { .type = 'S', .name = "s", .gnu = true });
  for (int i = 0; i < EXTENTS_IN_HEADER; i++)
    snprintf ((char *) h + 386 + 24 * i, 25, "%011o%c%011o", i, 0, 0);
  h[482] = 1;
  snprintf ((char *) h + 483, 12, "%011zo", n);
  set_checksum (h);
  out (h, sizeof h);
  for (size_t done = EXTENTS_IN_HEADER; done < n; done += EXTENTS_IN_BLOCK)
    {
      memset (h, 0, sizeof h);
      for (size_t i = 0; i < EXTENTS_IN_BLOCK; i++)
        snprintf ((char *) h + 24 * i, 25, "%011zo%c%011o", done + i, 0, 0);
      h[504] = done + EXTENTS_IN_BLOCK < n;
      out (h, sizeof h);
    }
}
static void sparse_maps (void) { sparse_gnu (1000000); }

static void
sparse_pax (const char *size, const char *map, size_t n_data)
{
  record ("GNU.sparse.major", "1");
  record ("GNU.sparse.minor", "0");
  record ("GNU.sparse.name", "s");
  record ("GNU.sparse.realsize", size);
  pax ('x');
  size_t n = (strlen (map) + BLOCK - 1) / BLOCK * BLOCK;
  header ((struct fields) { .type = '0', .name = "GNUSparseFile/s", .size = n + n_data });
  contents (map, strlen (map));
  for (size_t i = 0; i < n_data; i++)
    putchar ('x');
  pad (n_data);
}
static void
entries_1000000 (void)
{
  char name[32];
  for (int i = 0; i < 1000000; i++)
    {
      snprintf (name, sizeof name, "%d/%d", i / 1000, i);
      header ((struct fields) { .type = '0', .name = name });
    }
}

/* --- compressed by hand ------------------------------------------------------------------------------------------- */

static void
zstd_block (unsigned type, size_t n, bool last)
{
  size_t v = n << 3 | type << 1 | last;
  unsigned char h[3] = { (unsigned char) v, (unsigned char) (v >> 8), (unsigned char) (v >> 16) };
  out (h, sizeof h);
}

/* RFC 8878, 3.1.1: magic, descriptor, window of 2^LOG bytes. */
static void
zstd_begin (unsigned log)
{
  unsigned char h[] = { 0x28, 0xb5, 0x2f, 0xfd, 0, (unsigned char) ((log - 10) << 3) };
  out (h, sizeof h);
}

/* A file of 10 GiB of zeros in 330 KB. */
static void
zstd_bomb (void)
{
  unsigned char h[BLOCK];
  const size_t most = 128 * 1024, n = (size_t) 10 << 30;
  fill (h, (struct fields) { .type = '0', .name = "zeros" });
  memcpy (h + 124, "\x80\0\0\0\0\0\0\x02\x80\0\0\0", 12);
  set_checksum (h);
  zstd_begin (20);
  zstd_block (0, sizeof h, false);
  out (h, sizeof h);
  for (size_t done = 0; done < n; done += most)
    {
      zstd_block (1, most, false);
      putchar (0);
    }
  zstd_block (1, 2 * BLOCK, true);
  putchar (0);
}

static void
zstd_window (void)
{
  zstd_begin (33);
  zstd_block (1, 2 * BLOCK, true);
  putchar (0);
}

/* --- the language ------------------------------------------------------------------------------------------------- */

enum { WORDS = 12 };

static bool no_end;

struct word { const char *s; size_t n; };

static unsigned
number (const struct word *w, unsigned otherwise, int base)
{
  return w->n ? (unsigned) strtoul (w->s, NULL, base) : otherwise;
}

static void do_file (struct word *w) { file (w[0].s, w[1].s); }
static void do_dir (struct word *w) { dir (w[0].s, number (&w[1], 0755, 8)); }
static void do_symlink (struct word *w) { symlink_to (w[0].s, w[1].s); }
static void do_link (struct word *w) { hard_link (w[0].s, w[1].s); }
static void do_fifo (struct word *w) { header ((struct fields) { .type = '6', .name = w[0].s, .mode = 0644 }); }
static void do_data (struct word *w) { contents (w[0].s, w[0].n); }
static void do_record (struct word *w) { record_bytes (w[0].s, w[1].s, w[1].n); }
static void do_pax (struct word *w) { pax (*w[0].s ? *w[0].s : 'x'); }
static void do_longname (struct word *w) { gnu_long ('L', w[0].s); }
static void do_longlink (struct word *w) { gnu_long ('K', w[0].s); }
static void do_sparse (struct word *w) { sparse_pax (w[0].s, w[2].s, number (&w[1], 0, 10)); }
static void do_noend (struct word *w) { (void) w; no_end = true; }

static void
do_char (struct word *w)
{
  header ((struct fields) { .type = '3', .name = w[0].s, .mode = 0666, .major = number (&w[1], 0, 10),
                            .minor = number (&w[2], 0, 10) });
}

static void
do_records (struct word *w)
{
  memcpy (records, w[0].s, w[0].n);
  n_records = w[0].n;
}

static const char *
value (const char *word, const char *name)
{
  size_t n = strlen (name);
  return strncmp (word, name, n) == 0 && word[n] == '=' ? word + n + 1 : NULL;
}

static void
do_header (struct word *w)
{
  struct fields f = { .type = '0', .name = "", .mode = 0644 };
  for (const char *v; w->n; w++)
    if ((v = value (w->s, "type")))
      f.type = *v;
    else if ((v = value (w->s, "name")))
      f.name = v;
    else if ((v = value (w->s, "link")))
      f.link = v;
    else if ((v = value (w->s, "mode")))
      f.mode = (unsigned) strtoul (v, NULL, 8);
    else if ((v = value (w->s, "uid")))
      f.uid = (unsigned) strtoul (v, NULL, 10);
    else if ((v = value (w->s, "size")))
      f.size = strtoul (v, NULL, 10);
    else if (strcmp (w->s, "typeless") == 0)
      f.typeless = true;
    else if (strcmp (w->s, "v7") == 0)
      f.v7 = true;
    else if (strcmp (w->s, "gnu") == 0)
      f.gnu = true;
    else if (strcmp (w->s, "badsum") == 0)
      f.bad_checksum = true;
    else
      exit (3);
  header (f);
}

static void do_make (struct word *w);

static const struct { const char *word; void (*run) (struct word *); } language[] = {
  { "file", do_file }, { "dir", do_dir }, { "symlink", do_symlink }, { "link", do_link }, { "fifo", do_fifo },
  { "char", do_char }, { "header", do_header }, { "data", do_data }, { "record", do_record }, { "records", do_records },
  { "pax", do_pax }, { "longname", do_longname }, { "longlink", do_longlink }, { "sparse", do_sparse },
  { "make", do_make },
  { "noend", do_noend },
};

static void half_header (void) { zeros (BLOCK / 2); }
static void end (void) { zeros (2 * BLOCK); }
/* 20000 bytes, of which one is in the archive. */
static void sparse_large (void) { sparse_pax ("20000", "1\n0\n1\n", 1); }

static const struct { const char *word; void (*run) (void); } generators[] = {
  { "half-header", half_header }, { "end", end }, { "long-component", long_component },
  { "sparse-large", sparse_large }, { "deep-pax", deep_pax }, { "deep-gnu", deep_gnu },
  { "depth-100000", depth_100000 }, { "deep-by-links", deep_by_links },
  { "sparse-maps", sparse_maps }, { "entries-1000000", entries_1000000 }, { "zstd-bomb", zstd_bomb },
  { "zstd-window", zstd_window },
};

static void
do_make (struct word *w)
{
  for (size_t i = 0; i < sizeof generators / sizeof *generators; i++)
    if (strcmp (w[0].s, generators[i].word) == 0)
      {
        generators[i].run ();
        return;
      }
  exit (3);
}

/* The word at *P, its escapes replaced in place. */
static struct word
next_word (char **p)
{
  char *s = *p + strspn (*p, " "), *to = s;
  struct word w = { .s = s };
  for (; *s && *s != ' ' && *s != '\n'; s++)
    if (*s != '\\')
      *to++ = *s;
    else if (*++s == 'x')
      {
        char hex[3] = { s[1], s[2], 0 };
        *to++ = (char) strtoul (hex, NULL, 16);
        s += 2;
      }
    else
      *to++ = *s == 'n' ? '\n' : ' ';
  *p = *s ? s + 1 : s;
  w.n = (size_t) (to - w.s);
  *to = 0;
  return w;
}

static void
run_line (char *line)
{
  struct word first = next_word (&line), w[WORDS] = { 0 };
  for (int i = 0; i < WORDS - 1; i++)
    w[i] = next_word (&line);
  if (first.n == 0)
    return;
  for (size_t i = 0; i < sizeof language / sizeof *language; i++)
    if (strcmp (first.s, language[i].word) == 0)
      {
        language[i].run (w);
        return;
      }
  fprintf (stderr, "mklayer: %s?\n", first.s);
  exit (3);
}

int
main (void)
{
  static char line[1 << 20];
  while (fgets (line, sizeof line, stdin))
    run_line (line);
  if (! no_end)
    zeros (2 * BLOCK);
  return fflush (stdout) != 0;
}
