/* runtime.c - the monitor's children: calls of the OCI runtime, the container's first process (ours because we are a
 * subreaper and `create` ends), probes, and perry-compose's cleanup. Children are waited for at SIGCHLD. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include "fs.h"
#include "monitor.h"
#include "signal_reset.h"

enum
{
  OPERATION_TIMEOUT = 300 * 1000,
  MESSAGE_MAX = 4096,
  CLEANUP_TIMEOUT = 60 * 1000,
};

int
run_program (char *const *argv, int in, int out, int err_fd, pid_t *ret)
{
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  sigset_t none, all;
  sigemptyset (&none);
  sigfillset (&all);
  posix_spawn_file_actions_init (&files);
  posix_spawnattr_init (&attributes);
  if (in < 0)
    posix_spawn_file_actions_addopen (&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  else
    posix_spawn_file_actions_adddup2 (&files, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2 (&files, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2 (&files, err_fd, STDERR_FILENO);
  posix_spawnattr_setsigmask (&attributes, &none);
  posix_spawnattr_setsigdefault (&attributes, &all);
  /* A group of its own: what takes too long is killed with all that it has started. */
  posix_spawnattr_setflags (&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  int r = posix_spawn (ret, argv[0], &files, &attributes, argv, environ);
  posix_spawnattr_destroy (&attributes);
  posix_spawn_file_actions_destroy (&files);
  if (r != 0)
    *ret = 0;
  return -r;
}

/* ---- calls of the OCI runtime */

static unsigned
operation_timeout (void)
{
  const char *seconds = getenv ("PERRY_CONTAINER_OP_TIMEOUT_SECS");
  int n = seconds ? atoi (seconds) : 0;
  return n > 0 && n < 1000000 ? (unsigned) n * 1000 : OPERATION_TIMEOUT;
}

static void
create_arguments (const struct monitor *m, struct strv *args)
{
  strv_add (args, "--bundle");
  strv_add (args, m->bundle);
  strv_add (args, "--pid-file");
  strv_printf (args, "%s/" CONTAINER_PIDFILE, m->run);
  if (m->console_fd >= 0)
    {
      strv_add (args, "--console-socket");
      strv_printf (args, "%s/console", m->run);
    }
}

static int
spawn_operation (struct monitor *m, int in, int out, int err_fd)
{
  autostrv struct strv args = { 0 };
  strv_add (&args, m->record->runtime);
  strv_add (&args, "--root");
  strv_add (&args, m->runtime_root);
  strv_add (&args, m->operation.verb);
  if (streq (m->operation.verb, "create"))
    create_arguments (m, &args);
  if (streq (m->operation.verb, "delete"))
    strv_add (&args, "--force");
  strv_add (&args, m->record->id);
  return run_program (args.v, in, out, err_fd, &m->operation.pid);
}

/* The container's own streams are create's, whose words are what comes from its standard error before the container's
 * program runs. All else speaks into a pipe of its own. */
static int
start_operation (struct monitor *m)
{
  int ends[2];
  bool create = streq (m->operation.verb, "create");
  if (create && m->write_ends[1] >= 0)
    {
      m->operation.err_fd = m->outputs[1].watch.fd;
      m->operation.shared = true;
      return spawn_operation (m, m->input_read_end, m->write_ends[0], m->write_ends[1]);
    }
  if (pipe2 (ends, O_CLOEXEC) < 0)
    return -errno;
  autoclose int write_end = ends[1];
  m->operation.err_fd = ends[0];
  fcntl (ends[0], F_SETFL, O_NONBLOCK);
  return spawn_operation (m, -1, write_end, write_end);
}

static void
operation_close (struct monitor *m)
{
  if (! m->operation.shared)
    close_fd (&m->operation.err_fd);
  m->operation = (struct operation) { .err_fd = -1 };
  loop_unset (&m->loop, TIMER_OPERATION);
}

void
runtime_begin (struct monitor *m, const char *verb)
{
  m->operation = (struct operation) { .verb = verb, .err_fd = -1 };
  m->slow = m->slow && streq (verb, "delete");
  int r = start_operation (m);
  if (r == 0)
    {
      loop_set (&m->loop, TIMER_OPERATION, operation_timeout ());
      return;
    }
  free (m->failure);
  m->failure = mem_printf ("run %s: %s", m->record->runtime, strerror (-r));
  operation_close (m);
  machine_event (m, EV_FAILED, NULL, NULL);
}

void
runtime_give_up (struct monitor *m)
{
  m->operation.timed_out = true;
  kill (-m->operation.pid, SIGKILL);
}

/* ID in TEXT becomes as short as people know it. */
static void
shorten_id (char *text, const char *id)
{
  enum { SHORT = 12 };
  size_t n = strlen (id);
  char *at = strstr (text, id);
  if (at && n > SHORT)
    memmove (at + SHORT, at + n, strlen (at + n) + 1);
}

/* The last line of what the runtime said. */
static char *
last_words (const struct monitor *m, int wait_status)
{
  char text[MESSAGE_MAX + 1];
  ssize_t n = m->operation.err_fd < 0 ? -1 : read (m->operation.err_fd, text, MESSAGE_MAX);
  while (n > 0 && strchr ("\n\r ", text[n - 1]))
    n--;
  if (m->operation.timed_out)
    return mem_printf ("%s %s did not end within %u seconds", m->record->runtime, m->operation.verb,
                       operation_timeout () / 1000);
  if (n <= 0 && WIFSIGNALED (wait_status))
    return mem_printf ("%s %s was killed by signal %d", m->record->runtime, m->operation.verb, WTERMSIG (wait_status));
  if (n <= 0)
    return mem_printf ("%s %s failed with status %d", m->record->runtime, m->operation.verb, WEXITSTATUS (wait_status));
  text[n] = '\0';
  char *newline = strrchr (text, '\n'), *line = newline ? newline + 1 : text;
  shorten_id (line, m->record->id);
  return mem_strdup (line);
}

static void
operation_ended (struct monitor *m, int wait_status)
{
  enum event e = EV_DONE;
  if (wait_status != 0)
    {
      e = EV_FAILED;
      char *words = last_words (m, wait_status);
      free (m->failure);
      m->failure = words;
      m->slow = m->operation.timed_out;
    }
  operation_close (m);
  machine_event (m, e, NULL, NULL);
}

/* ---- perry-compose's cleanup */

/* In the child: perry-compose works in the namespaces that we came from. */
static void
exec_cleanup (const struct monitor *m, const char *program)
{
  char *const argv[] = { (char *) program, "container", "cleanup", (char *) m->record->id, NULL };
  if ((m->host_net_fd >= 0 && setns (m->host_net_fd, CLONE_NEWNET) < 0)
      || (m->host_mnt_fd >= 0 && setns (m->host_mnt_fd, CLONE_NEWNS) < 0))
    return;
  signals_reset ();
  execv (program, argv);
}

void
cleanup_begin (struct monitor *m)
{
  const char *program = getenv ("PERRY_COMPOSE_PROGRAM");
  pid_t pid = program ? fork () : -1;
  if (pid == 0)
    {
      exec_cleanup (m, program);
      _exit (127);
    }
  if (pid < 0)
    {
      machine_event (m, EV_CLEANED, NULL, NULL);
      return;
    }
  m->cleanup = pid;
  loop_set (&m->loop, TIMER_CLEANUP, CLEANUP_TIMEOUT);
}

/* ---- who ended */

struct ended
{
  bool operation, probe, cleanup;
  int operation_status, probe_status;
};

static void
note_end (struct monitor *m, pid_t pid, int status, struct ended *e)
{
  if (pid == m->operation.pid)
    {
      e->operation = true;
      e->operation_status = status;
    }
  else if (pid == m->health.probe)
    {
      e->probe = true;
      e->probe_status = status;
    }
  else if (pid == m->cleanup)
    e->cleanup = true;
  else if (m->status.pid.set && pid == m->status.pid.value && ! m->exited)
    {
      m->exited = true;
      m->wait_status = status;
    }
  else
    {
      m->orphan = pid;
      m->orphan_status = status;
    }
}

void
children_reap (struct monitor *m)
{
  struct ended e = { 0 };
  int status;
  for (pid_t pid; (pid = waitpid (-1, &status, WNOHANG)) > 0;)
    note_end (m, pid, status, &e);
  if (e.operation)
    operation_ended (m, e.operation_status);
  if (e.probe && m->health.probe && health_probe_ended (m, e.probe_status))
    machine_event (m, EV_UNHEALTHY, NULL, NULL);
  if (m->exited && ! machine_is_busy (m))
    machine_event (m, EV_EXIT, NULL, NULL);
  if (e.cleanup)
    {
      m->cleanup = 0;
      loop_unset (&m->loop, TIMER_CLEANUP);
      machine_event (m, EV_CLEANED, NULL, NULL);
    }
}
