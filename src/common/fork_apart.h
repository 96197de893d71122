/* fork_apart.h - a child that outlives the command which makes it. */
#ifndef COMMON_FORK_APART_H
#define COMMON_FORK_APART_H

#include <sys/types.h>

/* As fork(2), but the child is in the cgroup "perry/monitors", which is made if it is missing and stays: systemd ends a
 * service, or at log-out a session, by killing what is in its cgroup (systemd.kill(5), logind.conf(5)), and that must
 * not reach containers that somebody started from there. Needs cgroup2 in one of the usual places; where that is
 * missing, or not ours to change (an ordinary user's), the child stays in the cgroup of its parent. The caller must
 * have one thread. CLONE_INTO_CGROUP, Linux 5.7: unlike a move, it waits for no RCU grace period. */
pid_t fork_apart (void);

#endif
