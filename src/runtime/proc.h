/* proc.h - a procfs that can be trusted: /proc as a container sees it may be anything, so that writes to attr/exec,
 * sysctls and links in self/fd go through a private, detached mount (fsopen, kernel 5.2), or through the host's /proc
 * opened before the root changed and checked to be procfs's root (CVE-2025-52881). */
#ifndef RUNTIME_PROC_H
#define RUNTIME_PROC_H

#include "error.h"

/* A descriptor of procfs's root for the pid namespace that the caller is in. SYSCTL: /proc/sys is needed as well
 * (then it is not a subset=pid mount and must not be left open). */
int proc_open (bool sysctl, int *ret_fd, struct error **err);

/* Write TEXT to PATH below PROC ("self/attr/exec", "sys/net/ipv4/ip_forward"): no links followed, no mount crossed. */
int proc_write (int proc, const char *path, const char *text, struct error **err);

/* Read PATH below PROC whole; the caller frees *RET. */
int proc_read (int proc, const char *path, char **ret, struct error **err);

#endif
