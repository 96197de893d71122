/* state_json.c - the tables of the state documents, from the lists of state_json.h. Data only. */
#include "state_json.h"

SPEC_STATE_OBJECTS (DEFINE)
