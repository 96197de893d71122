/* container.h - containers that exist: find them, tell their state, and the verbs start, stop, kill, … by their
 * monitor. */
#ifndef COMPOSE_CONTAINER_H
#define COMPOSE_CONTAINER_H

#include "bundle.h"
#include "monitor_protocol.h"
#include "record_store.h"

struct container
{
  struct oci_document record_document, status_document, health_document; /* own what follows */
  const struct record_Container *record;
  const struct record_Status *status;       /* as written; NULL: never started */
  const struct record_HealthState *health;  /* NULL: no health check, or none yet */
  const char *state;        /* what it is: "created", "running", "paused", "restarting", "exited", "dead" */
  const char *reason;       /* why it does not run, if it ended by itself: "oom-killed", "monitor-died", …; NULL */
  bool monitored;           /* its monitor lives */
};
struct containers
{
  struct container *v;      /* sorted by project, service, number, name */
  size_t n;
};
bool container_has_run (const struct container *c); /* its program was started at least once */
bool container_has_process (const struct container *c); /* its state is "running" or "paused" */
bool container_is_active (const struct container *c); /* these, or "restarting": it will have one again */
/* What its lines of output are marked with: "web-1" of "demo-web-1"; a part of its name. */
const char *container_label (const struct record_Container *c);
void containers_free (struct containers *c);
/* Keep those that WANTED says yes to, in their order; the others are released. ARG is WANTED's. */
void containers_keep (struct containers *c, bool (*wanted) (const struct container *c, const void *arg),
                      const void *arg);
#define autocontainers __attribute__ ((cleanup (containers_free)))

/* Which ones: all of these must fit; NULL or 0: any. */
struct container_filter
{
  const char *project, *service, *id_or_name; /* id_or_name: a name, an id, or a prefix of one */
  unsigned number;
  int oneoff;               /* 1 only, -1 none, 0 both */
};
/* Read all that fit. A directory whose record cannot be read is reported by a warning and left out. A "running" one
 * whose monitor is gone but whose process lives is "running", not monitored; one whose process is gone, too, is
 * "dead", "monitor-died"; another boot id: "exited", "host-reboot". */
int containers_list (const struct settings *s, const struct container_filter *f, struct containers *ret,
                     struct error **err);
/* Exactly one; E_NOT_FOUND, or E_CONFLICT for an ambiguous prefix. */
int container_find (const struct settings *s, const char *id_or_name, struct containers *ret, struct error **err);

/* ---- the monitor */

/* A connection: a socket of monitor_protocol.h. */
int monitor_spawn (const struct settings *s, const struct record_Container *c, int *ret_sock, pid_t *ret_pid,
                   struct error **err);
/* A monitor for a container that runs without one, because its own was killed: logs and health checks go on, the
 * exit status is 255, it does not restart it. ESRCH: it does not run. */
int monitor_adopt (const struct settings *s, const struct record_Container *c, int *ret_sock, struct error **err);
int monitor_connect (const struct settings *s, const char *id, int *ret_sock,
                     struct error **err); /* ESRCH: none there */
struct monitor_call
{
  enum monitor_request type;
  int64_t value;
  const char *text;
  int fd;                   /* -1: none */
  unsigned uid, gid, mode;
  unsigned timeout;         /* ms; 0: for ever */
};
struct monitor_answer
{
  int64_t value;
  int fd;                   /* -1: none; the caller's */
  char text[MONITOR_TEXT];
};
int monitor_call (int sock, const struct monitor_call *call, struct monitor_answer *ret, struct error **err);

/* ---- verbs; each does what it says also when the monitor was killed */

/* Monitor, memory files, network, START, post_start hooks. Already running: success, nothing is done. */
int container_start (const struct settings *s, const struct project *p, const struct record_Container *c,
                     struct error **err);
/* The same with the container's output, and input if INPUT, from its first byte on: *RET_CONTROL and *RET_CLIENT are
 * for attach_run(). */
struct container_streams
{
  bool input;
  int control, client;      /* out; the caller's */
};
int container_start_attached (const struct settings *s, const struct project *p, const struct record_Container *c,
                              struct container_streams *streams, struct error **err);
/* pre_stop hooks, STOP (TIMEOUT ms, <0: the record's), network down, RELEASE. KEEP_NETWORK: the caller takes
 * networks down. A hook that fails, or takes longer than TIMEOUT (<0: than any call of a program may), is only told. */
int container_stop (const struct settings *s, const struct container *c, int timeout, bool keep_network,
                    struct error **err);
int container_kill (const struct settings *s, const struct container *c, const char *signal, struct error **err);
int container_pause (const struct settings *s, const struct container *c, bool pause, struct error **err);
/* Stop if need be (TIMEOUT ms, -1: the record's), then everything of it: OCI runtime's state, network, bundle. */
struct container_removal
{
  int timeout;
  bool volumes;             /* its anonymous volumes, too */
  bool keep_network;        /* the caller takes networks down */
};
int container_remove (const struct settings *s, const struct container *c, const struct container_removal *how,
                      struct error **err);
/* The same for an id that has no readable record: what of it is in RUN and DATA. */
int container_remove_leftovers (const struct settings *s, const char *id, struct error **err);

/* ---- what killed commands leave (sweep.c) */

/* Take away the containers that such commands were making, or had made to run them and did not start. Those of
 * commands that live stay. Once for each command that makes or removes containers. */
void containers_sweep (const struct settings *s);
/* The container C of bundle_input.ret_lock is started, or stays without. */
int container_settle (const struct record_Container *c, struct error **err);

/* ---- waiting, by inotify on the container's directory and a pidfd: no polling */

enum container_wait { WAIT_RUNNING, WAIT_HEALTHY, WAIT_EXITED };
/* Wait until it is so, at most TIMEOUT ms (<0: for ever). E_UNHEALTHY (with the probe's last output), E_DEPENDENCY
 * (it ended instead; with exit code), E_TIMEOUT. *RET_EXIT for WAIT_EXITED (may be NULL). */
int container_wait (const struct settings *s, const char *id, enum container_wait what, int timeout, int *ret_exit,
                    struct error **err);

#endif
