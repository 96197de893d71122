/* record.c - the tables of record.h. */
#include "record.h"

#undef OCI_PREFIX
#define OCI_PREFIX record_

RECORD_TYPES (DEFINE)
