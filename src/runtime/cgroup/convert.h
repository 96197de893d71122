/* convert.h - numbers of config.json, which speak v1, as cgroup2 wants them. Pure. */
#ifndef CGROUP_CONVERT_H
#define CGROUP_CONVERT_H

#include "error.h"

/* cpu.shares (2 to 262144, default 1024) as cpu.weight (1 to 10000, default 100): the curve through those three points
 * that runc 1.3.2 and crun 1.23 introduced. 0 (unset) stays 0. */
uint64_t shares_to_weight (uint64_t shares);

/* blockIO.weight (10 to 1000) as io.weight (1 to 10000). 0 (unset) stays 0. */
uint64_t blkio_to_io_weight (uint64_t weight);

/* memory.swap is memory and swap together, memory.swap.max is swap alone. LIMIT is the memory limit; 0 for both means
 * unset, -1 unlimited. *RET: -1 unlimited, INT64_MIN: write nothing. -EINVAL when the two do not go together. */
int swap_alone (int64_t limit, int64_t swap, int64_t *ret, struct error **err);

/* "2MB", as the names of hugetlb's files have it. */
bool page_size_valid (const char *size);

/* The text of a limit: "max" for -1 (cgroup2) or the number. */
#define LIMIT_TEXT 64
void limit_text (int64_t value, bool v2, char text[LIMIT_TEXT]);

#endif
