/* loop.h - the monitor's event loop: descriptors that become ready and a few deadlines, in one thread. */
#ifndef MONITOR_LOOP_H
#define MONITOR_LOOP_H

#include <sys/epoll.h>

#include "error.h"

/* A descriptor in the loop, a member of what owns it. READY may free its own watch and any other. */
struct watch
{
  int fd;          /* -1: not in the loop */
  uint32_t events; /* EPOLLIN, EPOLLOUT; EPOLLHUP and EPOLLERR come unasked */
  void (*ready) (struct watch *w, uint32_t events);
};

/* The structure that W is member NAME of. */
#define WATCH_OWNER(w, type, member) ((type *) (void *) ((char *) (w) - offsetof (type, member)))

enum timer
{
  TIMER_IDLE,      /* nobody asks for anything before the start or after the end */
  TIMER_OPERATION, /* the OCI runtime takes too long */
  TIMER_KILL,      /* the container does not heed its stop signal */
  TIMER_BACKOFF,   /* it is to start again */
  TIMER_PROBE,     /* the next health probe, or the end of one that runs */
  TIMER_CLEANUP,
  TIMER_OUTPUT,    /* somebody holds the ended container's output open */
  N_TIMERS,
};

struct loop
{
  int epoll_fd;
  int64_t at[N_TIMERS]; /* ms of CLOCK_MONOTONIC; 0: off */
};

int loop_open (struct loop *l, struct error **err);
/* In DELAY ms from now, once; a timer that runs is set anew. */
void loop_set (struct loop *l, enum timer t, int64_t delay);
void loop_unset (struct loop *l, enum timer t);
bool loop_is_set (const struct loop *l, enum timer t);

/* -errno; W->fd, W->events and W->ready are given. */
int loop_add (struct loop *l, struct watch *w);
void loop_change (struct loop *l, struct watch *w, uint32_t events);
/* Not even that it hung up is wanted, until loop_change(). */
void loop_mute (struct loop *l, struct watch *w);
/* Out of the loop, and the descriptor closed. */
void loop_remove (struct loop *l, struct watch *w);

/* A deadline that has come: *RET_TIMER, otherwise N_TIMERS. Else wait for one descriptor, and serve it, or until the
 * first deadline. */
int loop_step (struct loop *l, enum timer *ret_timer);

#endif
