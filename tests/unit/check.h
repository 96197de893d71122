/* check.h - what the unit tests are written with: checks that say where and what, and a main from a list.
 *
 *     TEST (arena_grows) { CHECK (…); CHECK_STR ("want", got); CHECK_INT (3, n); }
 *     TEST_MAIN (X (arena_grows))
 */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned check_failures, check_count;

#define CHECK(cond)                                                              \
  do                                                                             \
    {                                                                            \
      check_count++;                                                             \
      if (! (cond))                                                              \
        {                                                                        \
          check_failures++;                                                      \
          fprintf (stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #cond);  \
        }                                                                        \
    }                                                                            \
  while (0)

#define CHECK_STR(want, got)                                                                                \
  do                                                                                                        \
    {                                                                                                       \
      const char *want_ = (want), *got_ = (got);                                                            \
      check_count++;                                                                                        \
      if (! want_ || ! got_ ? want_ != got_ : strcmp (want_, got_) != 0)                                    \
        {                                                                                                   \
          check_failures++;                                                                                 \
          fprintf (stderr, "%s:%d: %s\n  want: %s\n  got:  %s\n", __FILE__, __LINE__, #got,                 \
                   want_ ? want_ : "(null)", got_ ? got_ : "(null)");                                       \
        }                                                                                                   \
    }                                                                                                       \
  while (0)

#define CHECK_INT(want, got)                                                                                \
  do                                                                                                        \
    {                                                                                                       \
      intmax_t want_ = (intmax_t) (want), got_ = (intmax_t) (got);                                          \
      check_count++;                                                                                        \
      if (want_ != got_)                                                                                    \
        {                                                                                                   \
          check_failures++;                                                                                 \
          fprintf (stderr, "%s:%d: %s: want %" PRIdMAX ", got %" PRIdMAX "\n", __FILE__, __LINE__, #got,    \
                   want_, got_);                                                                            \
        }                                                                                                   \
    }                                                                                                       \
  while (0)

#define TEST(name) static void test_##name (void)

#define CHECK_RUN(name)                                                    \
  {                                                                        \
    unsigned before = check_failures;                                      \
    test_##name ();                                                        \
    printf ("%s %s\n", check_failures == before ? "ok" : "not ok", #name); \
  }

/* A run that checked nothing has failed. */
#define TEST_MAIN(list)                                                     \
  int main (void)                                                           \
  {                                                                         \
    list                                                                    \
    return check_failures || ! check_count;                                 \
  }
#define X(name) CHECK_RUN (name)

#endif
