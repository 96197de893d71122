/* v2.h - what a hybrid system's cgroup2 hierarchy shares with a unified one. */
#ifndef CGROUP_V2_H
#define CGROUP_V2_H

#include "dir.h"

/* dir_level for cgroup2: hand all controllers down to the level below, as far as the kernel lets us. */
int v2_level (const struct cgroup_dir *d, int parent, int child, struct error **err);

#endif
