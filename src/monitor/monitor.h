/* monitor.h - one container's monitor: its state, and which file does what to it. All of it in one thread of
 * perry-monitor.
 *
 *   main.c      arguments, detaching, the loop
 *   setup.c     lock, namespaces, control socket       machine*.c  the life of the container, as a table
 *   rootfs.c    overlay, files in memory               restart.c   whether and when it starts again
 *   runtime.c   calls of the OCI runtime, children     health.c    probes
 *   output.c    output to log and attached clients     attach.c    attached clients, standard input
 *   requests.c  connections, requests, replies         oom.c       was it killed for its memory
 *   events.c    the project's log of events */
#ifndef MONITOR_MONITOR_H
#define MONITOR_MONITOR_H

#include "health.h"
#include "log_file.h"
#include "loop.h"
#include "mem.h"
#include "monitor_protocol.h"
#include "record_store.h"
#include "restart.h"

struct monitor;

enum { IDLE_TIME = 60 * 1000 }; /* ms without a request before the start, or after the end: the monitor ends */

/* Somebody who sends requests. */
struct connection
{
  struct watch watch;
  struct monitor *m;
  struct connection *next;
  uint32_t waiting; /* bits by enum monitor_request: answered later */
};

/* Somebody who sees the output. */
struct attachment
{
  struct watch watch;
  struct monitor *m;
  struct attachment *next;
  bool input;               /* wants to write to standard input */
  struct text held_output;  /* a packet that its socket had no room for: nothing is read from the container meanwhile */
  struct text held_input;   /* what the container's standard input had no room for */
};

/* stdout, stderr; a terminal is stdout. */
struct output
{
  struct watch watch;
  struct monitor *m;
  const char *name;
  int number;    /* 1, 2 */
  char *line;    /* LOG_LINE_MAX bytes: a line that has not ended */
  size_t length;
};
enum { N_OUTPUTS = 2 };

/* The container's life. In "busy" states the OCI runtime works, and requests wait in their sockets. */
#define STATES(S)                                                          \
  S (READY, false)    /* never started */                                  \
  S (CREATING, true)                                                       \
  S (STARTING, true)                                                       \
  S (RUNNING, false)                                                       \
  S (PAUSING, true)                                                        \
  S (PAUSED, false)                                                        \
  S (RESUMING, true)                                                       \
  S (DELETING, true)  /* it has ended; the OCI runtime forgets it */       \
  S (DRAINING, true)  /* the last of its output is read */                 \
  S (BACKOFF, false)  /* it will start again */                            \
  S (ENDED, false)
enum state
{
#define STATE_ENUM(name, busy) S_##name,
  STATES (STATE_ENUM)
#undef STATE_ENUM
  N_STATES,
};

/* What becomes of it when it ends. */
enum intent
{
  INTENT_POLICY,            /* as the restart policy says */
  INTENT_STOP,              /* somebody wants it stopped */
  INTENT_RESTART,           /* somebody wants it anew */
  INTENT_UNHEALTHY_RESTART, /* its health check does */
  INTENT_UNHEALTHY_STOP,
};

/* The call of the OCI runtime that is under way. */
struct operation
{
  pid_t pid;     /* 0: none */
  const char *verb;
  int err_fd;    /* what it says */
  bool shared;   /* err_fd is outputs[1]'s */
  bool timed_out;
};

struct monitor
{
  const char *bundle, *run, *runtime_root; /* paths */
  int bundle_fd, run_fd, lock_fd;
  int host_mnt_fd, host_net_fd;            /* namespaces that we came from; -1: still there */
  bool adopted;                            /* the container is not our child: an earlier monitor was killed */
  bool leave;                              /* the loop ends */
  struct oci_document document;
  const struct record_Container *record;
  struct loop loop;
  struct watch signals, control, pidfd;    /* pidfd: of an adopted container */
  struct connection *connections;
  struct connection *first;                /* descriptor 3, until it is closed */

  enum state state;
  enum intent intent;
  bool asked;               /* somebody waits for the start that is under way */
  bool exited;              /* the container's process has ended with wait_status */
  bool terminate;           /* a signal wants us to end; seen to when the machine is not busy */
  int wait_status;
  int signal_after_resume;
  struct operation operation;
  bool caller_releases;     /* who asked for the end takes the network down and sends RELEASE */
  char *failure;            /* what the OCI runtime said last */
  bool slow;                /* that call of it was killed because it took too long */
  char *error;              /* why the container could not be created or started */
  const char *failed_step;  /* "create-failed", "start-failed"; NULL: it ran */
  struct restart_state restart;

  struct record_Status status;
  char started[RECORD_TIME_SIZE], finished[RECORD_TIME_SIZE];
  int64_t started_ms, finished_ms; /* of clock_ms() */
  char *boot_id;
  char reason[32];
  int oom_fd;               /* counts out-of-memory kills; -1 */
  bool oom;                 /* there was one */
  pid_t orphan;             /* a child that ended while its number was not known yet */
  int orphan_status;
  pid_t cleanup;            /* of perry-compose */

  struct output outputs[N_OUTPUTS];
  int write_ends[N_OUTPUTS];               /* open for create only */
  struct log_file log;
  char *memory;             /* the outputs' lines and the log's room; given back to the kernel when idle */
  struct watch input;       /* standard input's other end, or the terminal's */
  int input_read_end;
  bool input_ended;
  struct attachment *attachments;
  int console_fd;           /* socket for the terminal; -1: none */
  struct health health;
};

/* ---- setup.c */
int setup (struct monitor *m, struct error **err);
/* Whatever the monitor made below RUN. */
void teardown (struct monitor *m);

/* ---- rootfs.c */
int rootfs_mount (const struct monitor *m, struct error **err);
int subpaths_mount (const struct monitor *m, struct error **err); /* parts of volumes (subpaths.c) */
void subpaths_unmount (const struct monitor *m); /* as rootfs_unmount() */
void rootfs_unmount (const struct monitor *m); /* only where mounts are the host's */
int memory_file_make (const struct monitor *m, const struct monitor_packet *p, int fd, struct error **err);

/* ---- machine.c */
#define EVENTS(E)                                                                                                      \
  E (START) E (STOP) E (KILL) E (RESTART) E (PAUSE) E (RESUME) E (WAIT) E (RELEASE) /* requests */                     \
  E (DONE) E (FAILED)         /* of the OCI runtime */                                                                 \
  E (EXIT) E (DRAINED) E (KILL_TIME) E (BACKOFF) E (IDLE) E (HANGUP) E (UNHEALTHY) E (CLEANED) E (TERMINATE)
enum event
{
#define EVENT_ENUM(name) EV_##name,
  EVENTS (EVENT_ENUM)
#undef EVENT_ENUM
  N_EVENTS,
};
/* C and P only for requests. */
void machine_event (struct monitor *m, enum event e, struct connection *c, const struct monitor_packet *p);
bool machine_is_busy (const struct monitor *m);
void machine_timer (struct monitor *m, enum timer t);
void status_save (struct monitor *m, bool sync);
/* An adopted container runs already. */
void machine_adopt (struct monitor *m);

/* ---- runtime.c */
/* Start `RUNTIME VERB`; its end is EV_DONE or EV_FAILED with m->failure. */
void runtime_begin (struct monitor *m, const char *verb);
/* TIMER_OPERATION: it takes too long. */
void runtime_give_up (struct monitor *m);
/* Start a program with ARGV; OUT and ERR are its standard output and error, IN its input (-1: /dev/null). */
int run_program (char *const *argv, int in, int out, int err_fd, pid_t *ret);
void children_reap (struct monitor *m);
void cleanup_begin (struct monitor *m);

/* ---- output.c */
int output_open (struct monitor *m, struct error **err);   /* for a create */
int output_adopt (struct monitor *m, struct error **err);  /* of a container that runs */
void output_start (struct monitor *m);                     /* the write ends are the container's now: read */
int output_terminal (struct monitor *m, struct error **err); /* take it from the console socket */
bool output_open_still (const struct monitor *m);
void output_close (struct monitor *m);
void output_hold (struct monitor *m, bool hold);

/* ---- attach.c */
int attach_new (struct monitor *m, bool input, int *ret_client, struct error **err);
void attach_output (struct monitor *m, int stream, const char *data, size_t n);
bool attach_holds (const struct monitor *m);
void attach_close_all (struct monitor *m);
int input_open (struct monitor *m, struct error **err);    /* for a create: m->input_read_end is the container's */
void input_start (struct monitor *m, int terminal_fd);     /* the container runs; terminal_fd -1: the pipe */
void input_close (struct monitor *m);

/* ---- requests.c */
int connection_new (struct monitor *m, int fd);
int control_open (struct monitor *m, struct error **err);
void requests_hold (struct monitor *m, bool hold);
void answer (struct connection *c, enum monitor_request type, int64_t value);
void answer_error (struct connection *c, enum monitor_request type, int code, const char *text);
/* Everybody who waits for TYPE. CODE 0: VALUE, otherwise an error. */
void answer_waiting (struct monitor *m, enum monitor_request type, int code, int64_t value, const char *text);

/* ---- events.c */
void event_started (const struct monitor *m);
void event_ended (const struct monitor *m);   /* status_ended() was called */
void event_health (const struct monitor *m);  /* it is another one than it was */

/* ---- oom.c */
/* The descriptor of the file that counts out-of-memory kills in the cgroup of PID; -1 if there is none. */
int oom_open (pid_t pid);
int64_t oom_count (int fd);

#endif
