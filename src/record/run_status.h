/* run_status.h - docker's exit statuses for commands that could not be run. */
#ifndef RECORD_RUN_STATUS_H
#define RECORD_RUN_STATUS_H

/* What an OCI runtime's MESSAGE tells: 127 the program is not there, 126 it is none, 125 anything else. */
int run_status (const char *message);

/* The part of MESSAGE that says why the program cannot be run: what a hook of perry-init's has found (--check) stands
 * at the end of what the runtime says of the hook. Otherwise all of it. */
const char *run_reason (const char *message);

#endif
