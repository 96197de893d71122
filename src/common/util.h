/* util.h - what every file may use: array length, giving away an owner's handle, release on scope exit.
 *
 * Owns nothing. Handles are released by cleanup attributes, so that an early return at any line is safe:
 * descriptors start at -1, pointers at NULL; TAKE_FD and TAKE_PTR hand the value on and disarm the cleanup. */
#ifndef COMMON_UTIL_H
#define COMMON_UTIL_H

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARRAY_LEN(a) (sizeof (a) / sizeof *(a))
#define UNUSED __attribute__ ((unused))
#define PRINTF(fmt, args) __attribute__ ((format (printf, fmt, args)))

/* Pass a negative errno on. Cleanup attributes make it safe at any line. */
#define TRY(call)       \
  do                    \
    {                   \
      int r_ = (call);  \
      if (r_ < 0)       \
        return r_;      \
    }                   \
  while (0)

/* Repeat a system call that a signal interrupted. */
#define RETRY_EINTR(call)                      \
  ({                                           \
    __typeof__ (call) r_;                      \
    do                                         \
      r_ = (call);                             \
    while (r_ < 0 && errno == EINTR);          \
    r_;                                        \
  })

#define TAKE_FD(fd)     \
  ({                    \
    int taken_ = (fd);  \
    (fd) = -1;          \
    taken_;             \
  })
#define TAKE_PTR(p)               \
  ({                              \
    __typeof__ (p) taken_ = (p);  \
    (p) = NULL;                   \
    taken_;                       \
  })

/* Close *FD if it is open and mark it closed; errno is kept. */
static inline void
close_fd (int *fd)
{
  int saved = errno;
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
  errno = saved;
}

static inline void
free_ptr (void *p)
{
  int saved = errno;
  free (*(void **) p);
  errno = saved;
}

static inline void
close_file (FILE **f)
{
  int saved = errno;
  if (*f)
    fclose (*f);
  errno = saved;
}

static inline void
close_dir (DIR **d)
{
  int saved = errno;
  if (*d)
    closedir (*d);
  errno = saved;
}

#define autoclose __attribute__ ((cleanup (close_fd)))
#define autofree __attribute__ ((cleanup (free_ptr)))
#define autofile __attribute__ ((cleanup (close_file)))
#define autodir __attribute__ ((cleanup (close_dir)))

static inline bool
streq (const char *a, const char *b)
{
  return strcmp (a, b) == 0;
}

/* S begins with PREFIX: what follows it, otherwise NULL. */
static inline const char *
after_prefix (const char *s, const char *prefix)
{
  size_t n = strlen (prefix);
  return strncmp (s, prefix, n) == 0 ? s + n : NULL;
}

#endif
