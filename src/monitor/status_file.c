/* status_file.c - status.json: what became of the container, in words that outlive the monitor. */
#include <signal.h>
#include <sys/wait.h>

#include "machine_parts.h"
#include "run_status.h"

enum
{
  UNKNOWN_EXIT_CODE = 255, /* the container was not our child: nobody knows */
};

void
status_save (struct monitor *m, bool sync)
{
  m->status.boot_id = m->boot_id;
  m->status.monitor_pid = (struct opt_i64) { .value = getpid (), .set = true };
  m->status.error = m->error;
  if (sync)
    record_write (m->bundle_fd, CONTAINER_STATUS, &record_Status_schema, &m->status, NULL);
  else
    record_write_unsynced (m->bundle_fd, CONTAINER_STATUS, &record_Status_schema, &m->status, NULL);
}

void
status_running (struct monitor *m)
{
  m->status.state = "running";
  m->status.started = m->started;
  m->status.finished = NULL;
  m->status.reason = NULL;
  m->status.exit_code.set = m->status.signal.set = m->status.oom_killed.set = false;
  m->status.exit_code.value = 0;
  m->status.pid_start = (struct opt_i64) { .value = record_start_time ((pid_t) m->status.pid.value), .set = true };
  status_save (m, false);
}

static void
set_failed (struct monitor *m)
{
  m->status.exit_code = (struct opt_i64) { .value = run_status (m->error ? m->error : ""), .set = true };
  m->status.reason = m->failed_step;
}

static void
set_exit (struct monitor *m)
{
  int status = m->wait_status;
  bool signaled = WIFSIGNALED (status), oom = m->oom;
  bool unhealthy = m->intent == INTENT_UNHEALTHY_RESTART || m->intent == INTENT_UNHEALTHY_STOP;
  int code = m->adopted ? UNKNOWN_EXIT_CODE : signaled ? 128 + WTERMSIG (status) : WEXITSTATUS (status);
  m->status.exit_code = (struct opt_i64) { .value = code, .set = true };
  m->status.signal = (struct opt_i64) { .value = signaled ? WTERMSIG (status) : 0, .set = signaled };
  m->status.oom_killed = (struct opt_bool) { .value = oom, .set = oom };
  snprintf (m->reason, sizeof m->reason, "killed:%d", signaled ? WTERMSIG (status) : 0);
  m->status.reason = m->adopted ? "monitor-died"
                     : oom && code == 128 + SIGKILL ? "oom-killed"
                     : unhealthy ? "unhealthy"
                     : signaled && m->intent == INTENT_POLICY ? m->reason : NULL;
}

void
status_ended (struct monitor *m)
{
  m->status.state = "exited";
  m->status.finished = m->finished;
  if (m->failed_step)
    set_failed (m);
  else
    set_exit (m);
}
