/* start_up.h - what a program does before anything else. */
#ifndef COMMON_START_UP_H
#define COMMON_START_UP_H

#include "util.h"

/* A caller may have closed standard streams. The first files that we open would have their numbers then: errors
 * would be written into them, and a container would be given them. They become /dev/null; false (errno) if that
 * cannot be opened. */
bool fill_standard_streams (void);

#endif
