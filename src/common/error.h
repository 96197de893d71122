/* error.h - an error is a negative errno for decisions and one line of text for people.
 *
 * A function that can fail takes `struct error **err` last and returns 0 or a negative errno. Whoever finds the
 * fault says so with fail() or fail_sys(); whoever knows more on the way up says that with wrap(): the text is
 * read outermost first ("create c1: root filesystem: mounts[3] /dev/shm: mount tmpfs: Permission denied").
 * ERR may be NULL where nobody will read the text; the code is returned all the same.
 * Errors are logged once, at the top. Not a failure: what a caller asked about ("is it there?"). */
#ifndef COMMON_ERROR_H
#define COMMON_ERROR_H

#include "util.h"

struct error
{
  int code;    /* a positive errno */
  char text[]; /* one line, no final newline or full stop */
};

/* Make *ERR say FMT with CODE (a positive errno); a text that was there is replaced. Returns -CODE. */
int fail (struct error **err, int code, const char *fmt, ...) PRINTF (3, 4);

/* The same, followed by ": " and the kernel's word for CODE. Returns -CODE. */
int fail_sys (struct error **err, int code, const char *fmt, ...) PRINTF (3, 4);

/* Put FMT and ": " before the text of *ERR. Returns its negative code (-EIO if *ERR holds nothing). */
int wrap (struct error **err, const char *fmt, ...) PRINTF (2, 3);

/* The text, or "" for no error. */
const char *error_text (const struct error *err);

void error_free (struct error **err);
#define autoerror __attribute__ ((cleanup (error_free)))

/* TRY, saying what was being done: TRY_DOING (err, open_it (…), "mounts[%zu]", i). */
#define TRY_DOING(err, call, ...)      \
  do                                   \
    {                                  \
      int r_ = (call);                 \
      if (r_ < 0)                      \
        {                              \
          wrap ((err), __VA_ARGS__);   \
          return r_;                   \
        }                              \
    }                                  \
  while (0)

#endif
