/* monitor_protocol.h - what perry-compose and perry-monitor say to each other: one request, one reply, each one packet
 * of a SOCK_SEQPACKET socket. The first connection is a socketpair's end that the monitor inherits as descriptor 3;
 * later ones come to RUN/containers/ID/control, whose peers must have the monitor's user id or be root (SO_PEERCRED).
 *
 * Started as:  perry-monitor DATA/containers/ID RUN/containers/ID RUN/runtime
 * It detaches (setsid, double fork, standard streams to /dev/null), takes the lock, makes its mount namespace (rslave;
 * left out if the record says sharedMounts) and, unless networkMode is "host" or "container:", its network namespace;
 * mounts overlay and tmpfs; then answers READY on descriptor 3. The container's config.json names the network namespace
 * by /proc/self/ns/net: the OCI runtime is the monitor's child and so in it; perry-compose gives
 * /proc/MONITOR_PID/ns/net its interfaces between READY and START. With networkMode "container:ID" the monitor joins
 * that container's. Nothing of all this is seen in the host's mount table, or is left when the monitor is killed.
 * Without START within 60 s after the last request, or when descriptor 3 is closed before START, it ends and leaves
 * nothing. */
#ifndef RECORD_MONITOR_PROTOCOL_H
#define RECORD_MONITOR_PROTOCOL_H

#include <stdint.h>
#include <sys/types.h>

#define MONITOR_REQUESTS(R)                                                                                            \
  R (READY)   /* reply only, unasked, once -> value: the monitor's pid */                                              \
  R (FILE)    /* text: name below memory/; uid, gid, mode; descriptor: what to copy (a memfd) */                       \
  R (START)   /* create and start, also again after an exit -> value: pid; error: the runtime's message */             \
  R (STOP)    /* value: ms to wait before SIGKILL; text: signal, "": the record's. No restart -> value: exit code */  \
  R (KILL)    /* text: signal's name or number */                                                                      \
  R (RESTART) /* value: ms, as STOP; then as START, in the same network namespace -> value: pid */                     \
  R (PAUSE)                                                                                                            \
  R (RESUME)                                                                                                           \
  R (WAIT)    /* answered at the next end that no restart follows -> value: exit code */                               \
  R (ATTACH)  /* value: 1 wants standard input -> descriptor: SOCK_SEQPACKET; to the client one byte, 2 stdout or 3
                 stderr, and at most 8192 bytes; from the client as many of raw input, an empty packet ends it */      \
  R (RESIZE)  /* value: rows << 16 | columns */                                                                        \
  R (REOPEN)  /* the log file */                                                                                       \
  R (RELEASE) /* the container has ended and its network was taken down: the monitor ends -> 0, then end of file. While
                 its own cleanup works, only that one's request (text MONITOR_BY_CLEANUP) is answered at once */

enum monitor_request
{
#define MONITOR_ENUM(name) MONITOR_##name,
  MONITOR_REQUESTS (MONITOR_ENUM)
#undef MONITOR_ENUM
};

#define MONITOR_BY_CLEANUP "cleanup"

enum { MONITOR_TEXT = 4000 };

struct monitor_packet
{
  uint32_t type;    /* enum monitor_request; a reply has its request's */
  int32_t error;    /* reply: 0 or a positive errno; then text is the message */
  int64_t value;
  uint32_t uid, gid, mode; /* FILE */
  uint32_t length;  /* of text */
  char text[MONITOR_TEXT];
};

#endif
