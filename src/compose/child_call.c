/* child_call.c - see child_call.h. The child says on a pipe: the result as an int, then the error's text. */
#include "child_call.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "fs.h"

enum { MESSAGE = 4096 };

static void __attribute__ ((noreturn))
run_child (int (*fn) (void *arg, struct error **err), void *arg, int pipe)
{
  autoerror struct error *err = NULL;
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  int r = fn (arg, &err);
  fs_write_all (pipe, &r, sizeof r);
  if (err)
    fs_write_all (pipe, error_text (err), strnlen (error_text (err), MESSAGE - sizeof r));
  fflush (NULL);
  _exit (0);
}

int
child_call (int (*fn) (void *arg, struct error **err), void *arg, const char *what, struct error **err)
{
  int p[2], result;
  autofree char *said = NULL;
  size_t n = 0;
  if (pipe2 (p, O_CLOEXEC) < 0)
    return fail_sys (err, errno, "pipe");
  fflush (NULL);
  pid_t pid = fork ();
  if (pid == 0)
    run_child (fn, arg, p[1]);
  close (p[1]);
  autoclose int from = p[0];
  if (pid < 0)
    return fail_sys (err, errno, "fork");
  int r = fs_read_stream (from, "a child's answer", MESSAGE, &said, &n, err);
  RETRY_EINTR (waitpid (pid, NULL, 0));
  TRY (r);
  if (n < sizeof result)
    return fail (err, EIO, "%s: the process that did it was killed", what);
  memcpy (&result, said, sizeof result);
  if (result < 0)
    return fail (err, -result, "%s", n > sizeof result ? said + sizeof result : strerror (-result));
  return result;
}
