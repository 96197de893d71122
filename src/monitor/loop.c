/* loop.c - see loop.h. Pure mechanism: knows nothing of containers. */
#include "loop.h"

#include <limits.h>

#include "clock.h"

int
loop_open (struct loop *l, struct error **err)
{
  l->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  return l->epoll_fd < 0 ? fail_sys (err, errno, "epoll") : 0;
}

void
loop_set (struct loop *l, enum timer t, int64_t delay)
{
  l->at[t] = clock_ms () + (delay > 0 ? delay : 0) + 1;
}

void
loop_unset (struct loop *l, enum timer t)
{
  l->at[t] = 0;
}

bool
loop_is_set (const struct loop *l, enum timer t)
{
  return l->at[t] != 0;
}

int
loop_add (struct loop *l, struct watch *w)
{
  struct epoll_event e = { .events = w->events, .data.ptr = w };
  return epoll_ctl (l->epoll_fd, EPOLL_CTL_ADD, w->fd, &e) < 0 ? -errno : 0;
}

void
loop_change (struct loop *l, struct watch *w, uint32_t events)
{
  struct epoll_event e = { .events = events, .data.ptr = w };
  if (w->fd < 0 || w->events == events)
    return;
  w->events = events;
  /* A descriptor that hung up while nobody wanted its events was taken out. */
  if (epoll_ctl (l->epoll_fd, EPOLL_CTL_MOD, w->fd, &e) < 0 && errno == ENOENT)
    epoll_ctl (l->epoll_fd, EPOLL_CTL_ADD, w->fd, &e);
}

void
loop_mute (struct loop *l, struct watch *w)
{
  epoll_ctl (l->epoll_fd, EPOLL_CTL_DEL, w->fd, NULL);
  w->events = 0;
}

void
loop_remove (struct loop *l, struct watch *w)
{
  if (w->fd < 0)
    return;
  /* The descriptor may live on in a child, and closing alone would leave it in the set. */
  epoll_ctl (l->epoll_fd, EPOLL_CTL_DEL, w->fd, NULL);
  close_fd (&w->fd);
}

static enum timer
first_timer (const struct loop *l)
{
  enum timer first = N_TIMERS;
  for (enum timer t = 0; t < N_TIMERS; t++)
    if (l->at[t] && (first == N_TIMERS || l->at[t] < l->at[first]))
      first = t;
  return first;
}

static int
time_left (const struct loop *l, enum timer t)
{
  if (t == N_TIMERS)
    return -1;
  int64_t left = l->at[t] - clock_ms ();
  return left <= 0 ? 0 : left > INT_MAX ? INT_MAX : (int) left;
}

int
loop_step (struct loop *l, enum timer *ret_timer)
{
  struct epoll_event e;
  enum timer t = first_timer (l);
  *ret_timer = N_TIMERS;
  /* Before descriptors: one that is always ready, as the output of a container that prints without end, would keep all
   * deadlines from coming. */
  if (t != N_TIMERS && time_left (l, t) == 0)
    {
      loop_unset (l, t);
      *ret_timer = t;
      return 0;
    }
  /* One event at a time: what it does may free the watch of the next one. */
  int n = epoll_wait (l->epoll_fd, &e, 1, time_left (l, t));
  if (n < 0)
    return errno == EINTR ? 0 : -errno;
  if (n == 1)
    {
      struct watch *w = e.data.ptr;
      w->ready (w, e.events);
    }
  return 0;
}
