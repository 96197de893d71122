/* health.c - runs the health check's command in the container by `RUNTIME exec` and keeps health.json. In the
 * monitor. */
#include "health.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "clock.h"
#include "fs.h"
#include "monitor.h"

#define PROBE_PIDFILE "probe.pid"

/* ---- health.json */

static void
save (struct monitor *m)
{
  static const char *const words[] = { "starting", "healthy", "unhealthy" };
  struct record_HealthState state = {
    .status = words[m->health.state.status],
    .failing_streak = { .value = m->health.state.streak, .set = true },
    .log = { .n = m->health.n_log, .v = m->health.log, .set = true },
  };
  record_write_unsynced (m->bundle_fd, CONTAINER_HEALTH, &record_HealthState_schema, &state, NULL);
}

static void
probe_free (struct record_Probe *p)
{
  free ((char *) p->start);
  free ((char *) p->end);
  free ((char *) p->output);
}

static void
log_forget (struct health *h)
{
  for (size_t i = 0; i < h->n_log; i++)
    probe_free (&h->log[i]);
  h->n_log = 0;
}

static void
log_add (struct health *h, int exit_code)
{
  char end[RECORD_TIME_SIZE];
  record_time (end);
  if (h->n_log == HEALTH_LOG)
    {
      probe_free (&h->log[0]);
      memmove (h->log, h->log + 1, (HEALTH_LOG - 1) * sizeof *h->log);
      h->n_log--;
    }
  h->log[h->n_log++] = (struct record_Probe) {
    .start = mem_strdup (h->start),
    .end = mem_strdup (end),
    .exit_code = { .value = exit_code, .set = true },
    .output = mem_strdup (h->said.s ? h->said.s : ""),
  };
}

/* ---- the prober */

static int64_t
age (const struct monitor *m)
{
  return clock_ms () - m->started_ms;
}

static void
wait_for_next (struct monitor *m)
{
  loop_set (&m->loop, TIMER_PROBE, health_next (m->record->health, &m->health.state, age (m)));
}

void
health_start (struct monitor *m)
{
  if (! m->record->health)
    return;
  log_forget (&m->health);
  m->health.state = (struct health_state) { 0 };
  save (m);
  wait_for_next (m);
}

static void
kill_probe (struct monitor *m)
{
  autofree char *text = NULL;
  struct health *h = &m->health;
  if (! h->probe)
    return;
  /* The runtime's exec has not ended, so that it has not waited for its child yet: the number is still the probe's,
   * which leads a session and a process group of its own. */
  if (fs_read_regular (m->run_fd, PROBE_PIDFILE, 64, &text, NULL, NULL) == 0 && atoi (text) > 1)
    {
      kill (-atoi (text), SIGKILL);
      kill (atoi (text), SIGKILL);
    }
  kill (h->probe, SIGKILL);
}

void
health_stop (struct monitor *m)
{
  loop_unset (&m->loop, TIMER_PROBE);
  kill_probe (m);
  m->health.probe = 0;
  loop_remove (&m->loop, &m->health.output);
  text_free (&m->health.said);
}

void
health_resume (struct monitor *m)
{
  if (m->record->health)
    wait_for_next (m);
}

/* As much as is kept and no more at once: a probe that prints without end must not keep us from other things. */
static void
take_output (struct monitor *m)
{
  char part[PROBE_OUTPUT];
  struct health *h = &m->health;
  ssize_t n = h->output.fd < 0 ? -1 : read (h->output.fd, part, sizeof part);
  size_t room = PROBE_OUTPUT - h->said.len;
  if (n > 0)
    text_add_bytes (&h->said, part, (size_t) n < room ? (size_t) n : room);
  else if (n == 0)
    loop_remove (&m->loop, &h->output);
}

static void
output_ready (struct watch *w, uint32_t events UNUSED)
{
  struct health *h = WATCH_OWNER (w, struct health, output);
  take_output (WATCH_OWNER (h, struct monitor, health));
}

static int
spawn_probe (struct monitor *m, int write_end)
{
  const struct record_Health *h = m->record->health;
  autofree char *pidfile = mem_printf ("%s/" PROBE_PIDFILE, m->run);
  const char *head[] = { m->record->runtime, "--root", m->runtime_root, "exec", "--pid-file", pidfile, m->record->id };
  autofree const char **argv = mem_alloc ((ARRAY_LEN (head) + h->test.n + 1) * sizeof *argv);
  memcpy (argv, head, sizeof head);
  memcpy (argv + ARRAY_LEN (head), h->test.v, h->test.n * sizeof *argv);
  unlinkat (m->run_fd, PROBE_PIDFILE, 0);
  return run_program ((char *const *) argv, -1, write_end, write_end, &m->health.probe);
}

static void
start_probe (struct monitor *m)
{
  struct health *h = &m->health;
  int ends[2];
  if (pipe2 (ends, O_CLOEXEC | O_NONBLOCK) < 0)
    {
      wait_for_next (m);
      return;
    }
  autoclose int write_end = ends[1];
  h->output = (struct watch) { .fd = ends[0], .events = EPOLLIN, .ready = output_ready };
  h->timed_out = false;
  text_free (&h->said);
  record_time (h->start);
  /* The probe writes as a container's process does: it must not see EAGAIN. */
  fcntl (write_end, F_SETFL, 0);
  loop_add (&m->loop, &h->output);
  if (spawn_probe (m, write_end) < 0)
    {
      loop_remove (&m->loop, &h->output);
      wait_for_next (m);
      return;
    }
  loop_set (&m->loop, TIMER_PROBE, health_timeout (m->record->health));
}

void
health_timer (struct monitor *m)
{
  if (! m->health.probe)
    {
      start_probe (m);
      return;
    }
  m->health.timed_out = true;
  kill_probe (m);
}

bool
health_probe_ended (struct monitor *m, int wait_status)
{
  struct health *h = &m->health;
  int code = h->timed_out ? -1 : WIFEXITED (wait_status) ? WEXITSTATUS (wait_status) : 128 + WTERMSIG (wait_status);
  h->probe = 0;
  take_output (m);
  if (h->timed_out)
    text_printf (&h->said, "%sthe probe was killed after %lld ms",
                 h->said.len && h->said.s[h->said.len - 1] != '\n' ? "\n" : "",
                 (long long) health_timeout (m->record->health));
  /* Something it left behind may still have its output; nobody listens any more. */
  loop_remove (&m->loop, &h->output);
  log_add (h, code);
  text_free (&h->said);
  enum health_status before = h->state.status;
  bool unhealthy = health_judge (m->record->health, &h->state, code == 0, age (m));
  save (m);
  if (h->state.status != before)
    event_health (m);
  wait_for_next (m);
  return unhealthy;
}
