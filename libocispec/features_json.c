/* features_json.c - the tables of the features document, from the lists of features_json.h. Data only. */
#include "features_json.h"

SPEC_FEATURES_OBJECTS (DEFINE)
