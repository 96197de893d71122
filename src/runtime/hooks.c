/* hooks.c - runs hooks one after the other; hook_process.c runs the program of one. See hooks.h.
 *
 * In whichever process and namespaces the caller is: the runtime's (prestart, createRuntime, poststart, poststop) or
 * the container's (createContainer, startContainer). */
#include "hooks.h"

#include <signal.h>
#include <sys/wait.h>

#include "hook_process.h"
#include "log.h"
#include "mem.h"

/* Output for a one-line message: control characters become spaces, and the ends are trimmed. */
static char *
one_line (const struct hook_output *o)
{
  const char *s = o->bytes;
  size_t n = o->n;
  while (n && (unsigned char) s[n - 1] <= ' ')
    n--;
  while (n && (unsigned char) *s <= ' ')
    s++, n--;
  char *line = mem_strndup (s, n);
  for (char *p = line; *p; p++)
    if ((unsigned char) *p < ' ' || *p == 0x7f)
      *p = ' ';
  return line;
}

static int
check_result (const struct hook_run *h, size_t i, const struct hook_result *r, struct error **err)
{
  if (r->exec_errno)
    return fail_sys (err, r->exec_errno, "error running %s hook #%zu: %s", h->kind, i, h->v[i].path);
  if (r->timed_out)
    return fail (err, ETIMEDOUT, "error running %s hook #%zu: hook ran past specified timeout of %.1fs", h->kind, i,
                 (double) h->v[i].timeout.value);
  if (WIFEXITED (r->status) && WEXITSTATUS (r->status) == 0)
    return 0;
  autofree char *out = one_line (&r->out), *errors = one_line (&r->err);
  autofree char *how = WIFEXITED (r->status) ? mem_printf ("exit status %d", WEXITSTATUS (r->status))
                                             : mem_printf ("signal: %s", strsignal (WTERMSIG (r->status)));
  return fail (err, ECANCELED, "error running %s hook #%zu: %s, stdout: %s, stderr: %s", h->kind, i, how, out, errors);
}

static int
run_one (const struct hook_run *h, size_t i, struct error **err)
{
  /* One allocation for both buffers, too much for a stack. */
  autofree struct hook_result *result = mem_alloc (sizeof *result);
  log_debug ("%s hook #%zu: %s", h->kind, i, h->v[i].path);
  TRY_DOING (err, hook_process_run (h, &h->v[i], result, err), "error running %s hook #%zu", h->kind, i);
  return check_result (h, i, result, err);
}

static int
run_all (const struct hook_run *h, struct error **err)
{
  for (size_t i = 0; i < h->n; i++)
    {
      if (! h->keep_going)
        {
          TRY (run_one (h, i, err));
          continue;
        }
      autoerror struct error *failure = NULL;
      if (run_one (h, i, &failure) < 0)
        log_warning ("%s", error_text (failure));
    }
  return 0;
}

int
hooks_run (const struct hook_run *h, struct error **err)
{
  if (h->n == 0)
    return 0;
  /* A hook need not read its standard input. */
  struct sigaction ignore = { .sa_handler = SIG_IGN }, old;
  if (sigaction (SIGPIPE, &ignore, &old) < 0)
    return fail_sys (err, errno, "%s hooks", h->kind);
  int r = run_all (h, err);
  sigaction (SIGPIPE, &old, NULL);
  return r;
}
