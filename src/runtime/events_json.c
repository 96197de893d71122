/* events_json.c - the tables of events_json.h. */
#include "events_json.h"

SPEC_EVENT_OBJECTS (DEFINE)
