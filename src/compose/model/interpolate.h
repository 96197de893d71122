/* interpolate.h - $VAR and ${VAR…} in values, as the compose specification's chapter on interpolation has it. Pure. */
#ifndef COMPOSE_INTERPOLATE_H
#define COMPOSE_INTERPOLATE_H

#include "node.h"

/* Where values come from: an ordered list of name=value, earlier ones win (the shell's environment before .env). */
struct variables
{
  struct strv v;         /* "NAME=value" */
  struct strv unset;     /* out: names that were asked for and not there, each once: one warning each */
};
const char *variables_get (const struct variables *v, const char *name); /* NULL: unset */
/* Appended: does not win over an earlier one. */
void variables_set (struct variables *v, const char *name, const char *value);
void variables_free (struct variables *v);

/* The value of NAME for whoever has it elsewhere; NULL: unset. */
typedef const char *variable_lookup (const void *context, const char *name);

enum
{
  INTERPOLATE_MAX = 1 << 20,       /* bytes that one value may become: values can double each other */
  INTERPOLATE_TREE_MAX = 64 << 20, /* and all of a tree */
};

/* TEXT with $VAR, ${VAR}, ${VAR:-d}, ${VAR-d}, ${VAR:?e}, ${VAR?e}, ${VAR:+r}, ${VAR+r} (nested to any sane depth)
 * and $$ replaced, for the caller to free. EINVAL: bad syntax, or ":?" found nothing (the message is its text). */
int interpolate (const char *text, struct variables *vars, char **ret, struct error **err);

/* The same, the values being what GET says of CONTEXT; names that are unset are added to UNSET (may be NULL), each
 * once. */
int interpolate_by (const char *text, variable_lookup *get, const void *context, struct strv *unset, char **ret,
                    struct error **err);

/* What is asked for in TEXT, also in defaults that are not needed: NAME, '\0' or one of "-?+", and the LENGTH bytes
 * behind it. */
typedef void variable_seen (void *context, const char *name, char operator, const char *word, size_t length);
int interpolate_visit (const char *text, variable_seen *seen, void *context, struct error **err);

/* Every string value (not keys) of tree N, in place; errors have file:line:column and the path. */
int interpolate_tree (struct arena *a, struct node *n, struct variables *vars, struct error **err);

/* For `config --variables`: the names that TREE asks for, with default and alternate values and whether required,
 * appended to a list node of maps (name, required, default, alternate). */
void interpolate_names (struct arena *a, const struct node *n, struct node *list);

#endif
