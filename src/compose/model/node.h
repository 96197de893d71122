/* node.h - a compose file as a tree whose every node knows where it was written. All of loading (interpolation,
 * short forms, extends, merge, profiles, normalisation) works on such trees; the typed model (model.h) is parsed
 * from the last one, so that each error names file, line, column and path. Nodes live in an arena; strings in them
 * too.
 *
 * Pure: no files, no environment. */
#ifndef COMPOSE_NODE_H
#define COMPOSE_NODE_H

#include "arena.h"
#include "error.h"
#include "mem.h"

enum node_kind
{
  NODE_NULL,
  NODE_BOOL,   /* text "true" or "false" */
  NODE_NUMBER, /* text as written; JSON number after `config --format json` */
  NODE_STRING,
  NODE_LIST,
  NODE_MAP,
};

enum node_tag
{
  TAG_NONE,
  TAG_RESET,    /* !reset: take the attribute away */
  TAG_OVERRIDE, /* !override: replace, do not merge */
};

struct place
{
  const char *file; /* as the user named it; NULL: made by the program */
  unsigned line, column; /* from 1 */
};

struct node
{
  enum node_kind kind;
  enum node_tag tag;
  bool quoted;          /* a scalar in quotes or a block: a string whatever it looks like */
  struct place place;
  const char *text;     /* scalars */
  struct node *first, *last; /* children, in order */
  struct node *next;    /* sibling */
  const char *key;      /* in a map: the key that this node is the value of */
  struct place key_place;
};

/* New nodes; AT may be NULL. Memory is the arena's; when there is none the program ends (mem.h). */
struct node *node_new (struct arena *a, enum node_kind kind, const struct place *at);
struct node *node_string (struct arena *a, const char *text, const struct place *at);
struct node *node_printf (struct arena *a, const struct place *at, const char *fmt, ...) PRINTF (3, 4);
struct node *node_copy (struct arena *a, const struct node *n); /* deep, without key and next */

bool node_is_scalar (const struct node *n); /* NULL, BOOL, NUMBER, STRING */
size_t node_count (const struct node *n);
/* The value of KEY in a map; NULL if N is NULL, no map or without it. */
struct node *node_get (const struct node *n, const char *key);
/* By a path of keys, node_at (n, "deploy", "resources", NULL). */
struct node *node_at (const struct node *n, ...) __attribute__ ((sentinel));
/* Put VALUE at KEY (replaces in place, or appends) / append to a list / take away (NULL, or unknown: nothing
 * happens). */
void node_set (struct arena *a, struct node *map, const char *key, struct node *value);
void node_append (struct node *list, struct node *value);
void node_remove (struct node *map, const char *key);

/* Fail at N's place: "compose.yaml:14:7: services.db.ports[0]: MESSAGE"; PATH may be NULL. Returns -CODE. */
int node_fail (struct error **err, int code, const struct node *n, const char *path, const char *fmt, ...)
  PRINTF (5, 6);

/* The tree as text for the caller to free: YAML as `config` prints it (map keys in order of the tree, strings quoted
 * only where they must be), or JSON (INDENT NULL: one line). node_canonical() sorts keys and drops places: what
 * hashes are made of. */
char *node_to_yaml (const struct node *n);
char *node_to_json (const struct node *n, const char *indent);
char *node_canonical (const struct node *n);

#endif
