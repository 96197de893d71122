/* ps.c - the verb ps: the processes of a container, as a JSON array or as lines of ps(1).
 * In the runtime's namespaces; ps(1) is the host's. */
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include "cgroup/cgroup.h"
#include "container.h"
#include "container_pids.h"
#include "fs.h"
#include "state.h"

#define PS_OUTPUT_MAX (64u << 20)

static int
find_pids (const struct container *c, struct cgroup_pids *ret, struct error **err)
{
  autocgroup struct cgroup cg = { .join_fd = -1 };
  if (c->state->cgroup)
    TRY (cgroup_load (c->state->cgroup, &cg, err));
  autopids struct cgroup_pids pids = { 0 };
  TRY (container_pids (c, &cg, &pids, err));
  /* One that is not in its cgroup (any longer): at least the first process is known. */
  if (pids.n == 0 && state_status (c, NULL) != STATUS_STOPPED)
    {
      pids.v = mem_grow (pids.v, 1, sizeof *pids.v);
      pids.v[pids.n++] = c->state->pid.value;
    }
  *ret = pids;
  pids = (struct cgroup_pids) { 0 };
  return 0;
}

static void
print_json (const struct cgroup_pids *pids, FILE *out)
{
  for (size_t i = 0; i < pids->n; i++)
    fprintf (out, "%s%d", i ? "," : "[", pids->v[i]);
  fputs (pids->n ? "]\n" : "null\n", out);
}

/* Everything that `ps ARGS` prints. */
static int
run_ps (char **ps_args, char **ret, struct error **err)
{
  autostrv struct strv args = { 0 };
  strv_add (&args, "ps");
  for (size_t i = 0; ps_args && ps_args[i]; i++)
    strv_add (&args, ps_args[i]);
  if (args.n == 1)
    strv_add (&args, "-ef");
  int ends[2];
  if (pipe2 (ends, O_CLOEXEC) < 0)
    return fail_sys (err, errno, "ps: make a pipe");
  autoclose int reader = ends[0], writer = ends[1];
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init (&actions);
  posix_spawn_file_actions_adddup2 (&actions, writer, STDOUT_FILENO);
  pid_t pid;
  int r = posix_spawnp (&pid, "ps", &actions, NULL, args.v, environ);
  posix_spawn_file_actions_destroy (&actions);
  if (r)
    return fail_sys (err, r, "run ps(1), which prints this table (--format json does not need it)");
  close_fd (&writer);
  char path[64];
  autofree char *table = NULL;
  snprintf (path, sizeof path, "/proc/self/fd/%d", reader);
  r = fs_read_kernel (AT_FDCWD, path, PS_OUTPUT_MAX, &table, err);
  close_fd (&reader);
  int status = 0;
  if (RETRY_EINTR (waitpid (pid, &status, 0)) == pid && status != 0 && r == 0)
    return fail (err, EINVAL, "ps(1) failed; it says why above");
  if (r == 0)
    *ret = TAKE_PTR (table);
  return r;
}

/* The number of LINE's word that is WORD, or -1. */
static int
word_number (const char *line, const char *word)
{
  int number = 0;
  for (const char *p = line + strspn (line, " "); *p; number++)
    {
      size_t n = strcspn (p, " ");
      if (n == strlen (word) && strncmp (p, word, n) == 0)
        return number;
      p += n;
      p += strspn (p, " ");
    }
  return -1;
}

static const char *
nth_word (const char *line, int number)
{
  const char *p = line + strspn (line, " ");
  while (number-- > 0)
    {
      p += strcspn (p, " ");
      p += strspn (p, " ");
    }
  return p;
}

static bool
has_pid (const struct cgroup_pids *pids, pid_t pid)
{
  for (size_t i = 0; i < pids->n; i++)
    if (pids->v[i] == pid)
      return true;
  return false;
}

static int
print_table (const struct cgroup_pids *pids, char **ps_args, FILE *out, struct error **err)
{
  autofree char *table = NULL;
  TRY (run_ps (ps_args, &table, err));
  char *save, *line = strtok_r (table, "\n", &save);
  int column = line ? word_number (line, "PID") : -1;
  if (column < 0)
    return fail (err, EINVAL, "ps(1) printed no column PID: its options have to ask for one");
  fprintf (out, "%s\n", line);
  while ((line = strtok_r (NULL, "\n", &save)))
    if (has_pid (pids, atoi (nth_word (line, column))))
      fprintf (out, "%s\n", line);
  return 0;
}

int
container_ps (const struct context *ctx, const char *id, bool json, char **ps_args, FILE *out, struct error **err)
{
  autocontainer struct container c = CONTAINER_INIT;
  TRY (state_open (ctx->root, id, false, &c, err));
  autopids struct cgroup_pids pids = { 0 };
  TRY_DOING (err, find_pids (&c, &pids, err), "container %s", id);
  if (! json)
    return print_table (&pids, ps_args, out, err);
  print_json (&pids, out);
  return 0;
}
