/* signal_reset.h - signals as a fresh program expects them. */
#ifndef COMMON_SIGNAL_RESET_H
#define COMMON_SIGNAL_RESET_H

/* Nothing blocked, nothing ignored, no handlers: in a child, before it executes another program. A caller may have
 * ignored SIGPIPE; glibc's posix_spawn ignores the two signals that it keeps for itself, which sigaction(3) would
 * not change. */
void signals_reset (void);

#endif
