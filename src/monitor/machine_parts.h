/* machine_parts.h - what machine.c and status_file.c share. */
#ifndef MONITOR_MACHINE_PARTS_H
#define MONITOR_MACHINE_PARTS_H

#include "monitor.h"

/* It runs: the status says so. */
void status_running (struct monitor *m);
/* It has ended, or could not be started: fill in how. Nothing is written yet. */
void status_ended (struct monitor *m);

#endif
