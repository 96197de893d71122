/* kept_fds.c - which of the caller's descriptors a container gets: LISTEN_FDS and --preserve-fds. Called by every
 * command that makes a process, in the runtime, before it has opened anything that is not CLOEXEC. */
#include <fcntl.h>
#include <sys/syscall.h>

#include "handover.h"
#include "log.h"

#define FIRST 3
#define LIMIT (1u << 20)

/* sd_listen_fds(3): meant for us only if LISTEN_PID says so. */
static int
listen_fds (unsigned *ret, struct error **err)
{
  const char *pid = getenv ("LISTEN_PID"), *fds = getenv ("LISTEN_FDS");
  *ret = 0;
  if (! pid || ! fds || strtol (pid, NULL, 10) != getpid ())
    return 0;
  char *end;
  errno = 0;
  unsigned long n = strtoul (fds, &end, 10);
  if (errno || *end || end == fds || n > LIMIT)
    return fail (err, EINVAL, "environment: LISTEN_FDS=%s: a small number is expected", fds);
  *ret = n;
  return 0;
}

/* What we inherited is never CLOEXEC, and what we opened always is. */
static bool
is_inherited (int fd)
{
  int flags = fcntl (fd, F_GETFD);
  return flags >= 0 && ! (flags & FD_CLOEXEC);
}

int
kept_fds_check (unsigned preserve, struct kept_fds *ret, struct error **err)
{
  struct kept_fds kept = { .preserve = preserve };
  TRY (listen_fds (&kept.listen, err));
  if (preserve > LIMIT)
    return fail (err, EINVAL, "--preserve-fds %u: more than %u", preserve, LIMIT);
  for (unsigned i = 0; i < kept.listen + kept.preserve; i++)
    if (! is_inherited (FIRST + i))
      return fail (err, EBADF, "%s: descriptor %u is not open", i < kept.listen ? "LISTEN_FDS" : "--preserve-fds",
                   FIRST + i);
  *ret = kept;
  return 0;
}

void
fds_close (unsigned first, unsigned last)
{
  if (first > last || syscall (SYS_close_range, first, last, 0) == 0)
    return;
  /* Before kernel 5.9. */
  long limit = sysconf (_SC_OPEN_MAX);
  for (unsigned fd = first; fd <= last && fd < (unsigned) limit; fd++)
    close ((int) fd);
}

void
kept_fds_close_others (const struct kept_fds *kept)
{
  unsigned first = FIRST + kept->listen + kept->preserve;
  int log = log_fd ();
  if (log < (int) first)
    return fds_close (first, ~0U);
  fds_close (first, (unsigned) log - 1);
  fds_close ((unsigned) log + 1, ~0U);
}
