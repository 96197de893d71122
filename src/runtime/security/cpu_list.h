/* cpu_list.h - "0-3,7" as the mask of bits that the kernel takes, of any length. */
#ifndef SECURITY_CPU_LIST_H
#define SECURITY_CPU_LIST_H

#include <stddef.h>

struct number_mask
{
  unsigned long *words; /* the caller frees them */
  size_t n_words, n_set;
};

/* -EINVAL for anything but numbers and ascending ranges below 65536, separated by commas; "" is the empty set. */
int number_mask_parse (const char *list, struct number_mask *ret);

#endif
