/* top.c - the commands `top` and `container top`: the processes of containers, by their cgroups. */
#include <ctype.h>
#include <fcntl.h>

#include "commands.h"
#include "fs.h"
#include "single.h"
#include "spawn.h"

static const struct opt top_options[] = {
  END_OF_OPTIONS
};

/* What /proc/PID tells of a process; ids are the host's. */
struct process
{
  long pid, ppid, uid;
  unsigned long long ticks;  /* user and system */
  char *command;
};

static char *
read_proc (long pid, const char *name)
{
  char *text = NULL;
  autofree char *path = mem_printf ("/proc/%ld/%s", pid, name);
  return fs_read_kernel (AT_FDCWD, path, 65536, &text, NULL) < 0 ? NULL : text;
}

/* The command line with blanks; of a kernel's or a zombie's its name. Control characters are shown as '?': they are the
 * container's. */
static char *
command_line (long pid, const char *stat)
{
  autofree char *path = mem_printf ("/proc/%ld/cmdline", pid);
  autoclose int fd = open (path, O_RDONLY | O_CLOEXEC);
  char buf[4096];
  ssize_t n = fd < 0 ? 0 : read (fd, buf, sizeof buf);
  if (n <= 0)
    {
      const char *open_ = strchr (stat, '('), *close_ = strrchr (stat, ')');
      return open_ && close_ ? mem_printf ("[%.*s]", (int) (close_ - open_ - 1), open_ + 1) : mem_strdup ("?");
    }
  while (n > 0 && buf[n - 1] == '\0')
    n--;
  for (ssize_t i = 0; i < n; i++)
    buf[i] = buf[i] == '\0' ? ' ' : iscntrl ((unsigned char) buf[i]) ? '?' : buf[i];
  return mem_strndup (buf, (size_t) n);
}

/* proc_pid_stat(5): fields count from 3 behind the name's parenthesis. */
static bool
read_process (long pid, struct process *ret)
{
  autofree char *stat = read_proc (pid, "stat"), *status = read_proc (pid, "status");
  const char *after = stat ? strrchr (stat, ')') : NULL, *uid = status ? strstr (status, "\nUid:") : NULL;
  unsigned long long user, system;
  long ppid;
  if (! after || ! uid
      || sscanf (after + 2, "%*c %ld %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &ppid, &user, &system) != 3)
    return false;
  *ret = (struct process) { .pid = pid, .ppid = ppid, .uid = strtol (uid + 5, NULL, 10), .ticks = user + system,
                            .command = command_line (pid, stat) };
  return true;
}

static void
print_process (struct table *t, const struct container *c, const struct process *p)
{
  long seconds = (long) (p->ticks / (unsigned long long) sysconf (_SC_CLK_TCK));
  autofree char *uid = mem_printf ("%ld", p->uid), *pid = mem_printf ("%ld", p->pid),
                *ppid = mem_printf ("%ld", p->ppid);
  autofree char *number = mem_printf ("%lld", (long long) c->record->number.value);
  autofree char *time = mem_printf ("%02ld:%02ld:%02ld", seconds / 3600, seconds / 60 % 60, seconds % 60);
  table_row (t, (const char *const[]) { c->record->service ? c->record->service : c->record->name, number, uid, pid,
                                       ppid, time, p->command });
}

/* The runtime knows the cgroup: `RUNTIME ps --format json ID` prints a list of pids. */
static int
add_container (const struct settings *s, const struct container *c, struct table *t, struct error **err)
{
  autofree char *root = run_path (s, "runtime");
  const char *argv[] = { c->record->runtime, "--root", root, "ps", "--format", "json", c->record->id, NULL };
  struct spawn spawn = SPAWN_INIT;
  autospawned struct spawned done = { 0 };
  spawn.argv = argv;
  spawn.what = "ps";
  spawn.timeout = s->op_timeout;
  TRY_DOING (err, spawn_check (&spawn, &done, err), "container %s", c->record->name);
  for (char *p = done.out.s; p && *p;)
    {
      struct process process;
      char *end;
      long pid = strtol (p, &end, 10);
      if (end == p)
        {
          p++;
          continue;
        }
      p = end;
      if (pid > 0 && read_process (pid, &process))
        {
          print_process (t, c, &process);
          free (process.command);
        }
    }
  return 0;
}

static int
show (const struct settings *s, const struct containers *v, struct error **err)
{
  static const char *const columns[] = { "SERVICE", "#", "UID", "PID", "PPID", "TIME", "CMD", NULL };
  struct table *t = table_new (columns);
  int r = 0;
  for (size_t i = 0; r >= 0 && i < v->n; i++)
    if (container_has_process (&v->v[i]))
      r = add_container (s, &v->v[i], t, err);
  table_print (t, stdout, true);
  return r;
}

static int
run (const void *global, void *args UNUSED, int argc, char **argv, struct error **err)
{
  autocontext struct context c = { 0 };
  autocontainers struct containers v = { 0 };
  TRY (context_open (global, &c, err));
  TRY (context_name (&c, err));
  TRY (context_containers (&c, argv, argc, 0, &v, err));
  return show (&c.settings, &v, err);
}

static int
run_single (const void *global, void *args UNUSED, int argc UNUSED, char **argv, struct error **err)
{
  autocontext struct context c = { 0 };
  autocontainers struct containers v = { 0 };
  TRY (context_open (global, &c, err));
  TRY (single_find (&c, argv[0], true, &v, err));
  return show (&c.settings, &v, err);
}

const struct command cmd_top = {
  .name = "top",
  .operands = "[SERVICE...]",
  .max_operands = -1,
  .help = "show the processes in containers",
  .opts = top_options,
  .run = run,
};

const struct command cmd_container_top = {
  .name = "container top",
  .operands = "CONTAINER",
  .min_operands = 1,
  .max_operands = 1,
  .help = "show the processes in a container",
  .opts = top_options,
  .run = run_single,
};
