/* spawn.h - run another program and wait, within a time limit, its output captured: the one way perry-compose calls
 * tools. */
#ifndef COMPOSE_SPAWN_H
#define COMPOSE_SPAWN_H

#include "error.h"
#include "mem.h"

struct spawn
{
  const char *const *argv;     /* argv[0] is the path */
  const char *const *env;      /* NULL: ours */
  const char *what;            /* for messages: "perry-runtime create" */
  unsigned timeout;            /* ms, 0: none; then the process group is killed: E_TIMEOUT names WHAT and the seconds */
  int in_fd;                   /* its standard input; -1: /dev/null */
  const char *input;           /* text for its standard input instead (NULL: none) */
  int out_fd, err_fd;          /* -1: captured */
  int dir_fd;                  /* current directory; -1: ours. NOTE: 0 is a descriptor: start from SPAWN_INIT */
  int64_t file_limit;          /* bytes that a file it writes to may have, then EFBIG; 0: any */
  int netns_fd;                /* setns() to this network namespace first; -1: stay */
  bool apart;                  /* it leaves a server behind: by fork_apart() */
  /* Called with each line of the captured standard error as it comes (progress). */
  void (*line) (void *arg, const char *line);
  void *line_arg;
  /* Called before the process group is killed, for what of the program's would outlive that. */
  void (*before_kill) (void *arg);
  void *before_kill_arg;
};
#define SPAWN_INIT { .in_fd = -1, .out_fd = -1, .err_fd = -1, .dir_fd = -1, .netns_fd = -1 }

struct spawned
{
  int status;                  /* exit status, 128+N for signal N */
  struct text out, err;        /* captured, at most 16 MiB and 4096 bytes (the last ones) */
};
void spawned_free (struct spawned *s);
#define autospawned __attribute__ ((cleanup (spawned_free)))

/* 0 also when it exits with failure: see RET->status. */
int spawn_run (const struct spawn *s, struct spawned *ret, struct error **err);
/* The same; a status other than 0 is an error that carries the last line it wrote to standard error. RET may be
 * NULL. */
int spawn_check (const struct spawn *s, struct spawned *ret, struct error **err);

#endif
