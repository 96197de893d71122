/* signals.h - signals as users write them. */
#ifndef COMMON_SIGNALS_H
#define COMMON_SIGNALS_H

#include "error.h"

/* The number of a signal written as a number, "KILL", "SIGKILL", "RTMIN+3", in any case; -EINVAL and "unknown signal
 * \"X\"". */
int signal_number (const char *text, struct error **err);

#endif
