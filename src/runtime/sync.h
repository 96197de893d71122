/* sync.h - the protocol between the runtime and the container's process while it is being made.
 *
 * The child asks, the parent answers, the parent never speaks first. A request is one SOCK_SEQPACKET packet of at
 * most a page: a type, a number, a text, and at most one descriptor; so is a reply. A failure is a packet too
 * (ERROR, with the whole text); then the child exits. End of file before READY: the child died, and the parent names
 * its last stage. (plain: by write(2) and read(2) alone, since a filter is loaded by then.) The sender's pid comes
 * from SCM_CREDENTIALS, so it is right in whichever pid namespace the child is. */
#ifndef RUNTIME_SYNC_H
#define RUNTIME_SYNC_H

#include <sys/types.h>

#include "error.h"

#define SYNC_MESSAGES(M)                                                                                               \
  /* request     reply  from    what the parent does (serve_NAME in serve.c) */                                        \
  M (STAGE,      none,  any,    "remembers where the child is; `value` 1: next is execve, end of file is success")     \
  M (HELLO,      done,  any,    "takes the sender for the container's process and puts its pid on record")             \
  M (MAP_IDS,    done,  create, "writes setgroups, uid_map and gid_map of the sender")                                 \
  M (RLIMITS,    done,  any,    "sets the sender's limits and oom_score_adj, with the runtime's privileges")           \
  M (MOUNT_FD,   fd,    create, "opens, and id-maps if it is to be, the source of mount number `value`")               \
  M (HOOKS,      done,  create, "moves network devices, runs prestart and createRuntime hooks")                        \
  M (CONSOLE,    done,  any,    "passes the terminal's descriptor on to the console socket")                           \
  M (SECCOMP_FD, plain, any,    "fetches descriptor `value`, the listener, and passes it to the seccomp agent")        \
  M (LOG,        none,  any,    "logs `text` at level `value`")                                                        \
  M (ERROR,      none,  any,    "takes over the error, stops serving")                                                 \
  M (READY,      done,  any,    "writes state.json with status created, stops serving")

enum sync_type
{
#define SYNC_ENUM(name, reply, from, what) SYNC_##name,
  SYNC_MESSAGES (SYNC_ENUM)
#undef SYNC_ENUM
    SYNC_REPLY, /* the parent's answer: `value` 0, or a positive errno and its text */
};

/* How a request is answered, and whose it may be: of exec's process, which the container can see, only what it
 * needs. */
enum sync_reply
{
  SYNC_ANSWER_none,
  SYNC_ANSWER_done,
  SYNC_ANSWER_plain,
  SYNC_ANSWER_fd,
};

enum sync_from
{
  SYNC_FROM_any,
  SYNC_FROM_create,
};

struct sync_rule
{
  const char *name;
  enum sync_reply answer;
  enum sync_from from;
};
extern const struct sync_rule sync_rules[SYNC_REPLY + 1];

#define SYNC_TEXT_MAX 3072

struct sync_message
{
  enum sync_type type;
  int64_t value;
  pid_t sender;              /* as the receiver's pid namespace knows it */
  int fd;                    /* -1 if none; the receiver owns it */
  char text[SYNC_TEXT_MAX];  /* NUL-terminated */
};

/* "STAGE", for messages. */
const char *sync_name (enum sync_type type);

/* A pair of connected sockets, CLOEXEC; the parent's end passes credentials. */
int sync_pair (int *ret_parent, int *ret_child, struct error **err);

/* 1 and *M, or 0 at end of file, or -errno. A packet that is not of this protocol is -EPROTO. */
int sync_receive (int sock, struct sync_message *m, struct error **err);

/* Send; FD may be -1 (it stays the caller's), TEXT NULL. -EPIPE when the other side is gone. */
int sync_send (int sock, enum sync_type type, int64_t value, const char *text, int fd, struct error **err);

/* The child's side: ask and wait for the answer that SYNC_MESSAGES promises. A reply with an errno becomes *ERR.
 * RET_FD is for requests answered with a descriptor. */
int sync_ask (int sock, enum sync_type type, int64_t value, const char *text, int fd, int *ret_fd, struct error **err);

#endif
