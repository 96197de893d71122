/* load_fixture.h - compose files in a directory of the test's own, which is gone afterwards; and loading them. */
#ifndef TESTS_LOAD_FIXTURE_H
#define TESTS_LOAD_FIXTURE_H

#include <fcntl.h>

#include "errors.h"
#include "fs.h"
#include "load.h"

struct bench
{
  char dir[32];
};

static inline struct bench
bench_open (void)
{
  struct bench b = { "/tmp/test_load.XXXXXX" };
  CHECK (mkdtemp (b.dir) != NULL);
  return b;
}

static inline void
bench_close (struct bench *b)
{
  CHECK_INT (0, fs_remove_tree (AT_FDCWD, b->dir, NULL));
}

static inline void
bench_write (const struct bench *b, const char *name, const char *text)
{
  autofree char *path = mem_printf ("%s/%s", b->dir, name);
  autofile FILE *f = fopen (path, "we");
  CHECK (f != NULL);
  if (f)
    fputs (text, f);
}

/* Load NAME of the bench; *TEXT is the error's, for the caller to free ("" if there was none). */
static inline int
bench_load (const struct bench *b, const char *name, const struct load_options *how, struct project *p, char **text)
{
  autoerror struct error *err = NULL;
  autofree char *path = mem_printf ("%s/%s", b->dir, name);
  struct load_options o = *how;
  autostrv struct strv files = { 0 };
  strv_add (&files, path);
  o.files = &files;
  int r = project_load (&o, p, &err);
  *text = mem_strdup (error_text (err));
  return r;
}

/* One file, TEXT, loaded by itself. */
static inline int
load_text (const char *text, const struct load_options *how, struct project *p, char **message)
{
  struct bench b = bench_open ();
  bench_write (&b, "compose.yaml", text);
  int r = bench_load (&b, "compose.yaml", how, p, message);
  bench_close (&b);
  return r;
}

#endif
