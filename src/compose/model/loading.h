/* loading.h - what the stages of loading share: the files of one application and the places within a tree. Internal
 * to this directory; load.h is the interface. */
#ifndef COMPOSE_LOADING_H
#define COMPOSE_LOADING_H

#include "errors.h"
#include "load.h"

/* Where in a tree a visitor is: a chain from the node to the root. */
struct step
{
  const struct step *up;
  const char *key; /* NULL: item INDEX of a list */
  size_t index;
};
/* PATTERN is "services.*.ports.*": a star stands for any key or item. */
bool step_matches (const struct step *s, const char *pattern);
char *step_text (const struct step *s); /* "services.db.ports[0]", for the caller to free */
/* node_fail() with the step's path. */
int fail_at (struct error **err, int code, const struct node *n, const struct step *s, const char *fmt, ...)
  PRINTF (5, 6);
int wrap_at (struct error **err, const struct node *n); /* put N's place before the text */

/* VISIT every node below N (not N itself, not what is tagged !reset), parents first; a visitor may change its node. */
typedef int visit_fn (void *context, struct node *n, const struct step *s, struct error **err);
int tree_walk (struct node *n, const struct step *up, visit_fn *visit, void *context, struct error **err);

/* Give N the value of V; its key, place and siblings stay. */
void node_become (struct node *n, const struct node *v);
/* NODE_MAP / NODE_STRING helpers: the text of KEY in MAP if it is a scalar with a value, otherwise NULL. */
const char *map_text (const struct node *map, const char *key);
bool map_flag (const struct node *map, const char *key); /* there and true */
bool scalar_true (const struct node *n);
void map_set_text (struct arena *a, struct node *map, const char *key, const char *text);
void map_set_flag (struct arena *a, struct node *map, const char *key, bool value);
/* The map at KEY, made if it is not there. */
struct node *map_need (struct arena *a, struct node *map, const char *key);

/* Limits that no set of files can talk its way out of; each file has yaml.h's. */
enum
{
  MAX_FILES = 1000,   /* read, included ones as often as they are */
  MAX_ENTRIES = 10000, /* of one mapping or list */
  MAX_EXTENDS = 100,  /* one service upon the other */
  MAX_NODES = 1000000, /* of all files together, and of what `extends` and ranges of ports make of them */
  MAX_PORTS = 65536,  /* of one list, its ranges written out */
};

struct loaded; /* extends.c: files that services were taken from */

/* The project being loaded. */
struct loading
{
  struct arena *arena;
  const struct load_options *options;
  struct load_warnings *warnings;
  unsigned files, sets; /* so far */
  size_t nodes;
  struct loaded *extended;
};
void load_warn (struct loading *l, const char *fmt, ...) PRINTF (2, 3); /* each text once */
/* The same about attribute FIELD (a path) of SERVICE (NULL: of none), with what was done (ACTION) and why (REASON),
 * both static. */
void load_warn_field (struct loading *l, const char *text, const char *service, const char *field, const char *action,
                      const char *reason);

/* Of all that VARS noted as not set. */
void load_warn_unset (struct loading *l, const struct variables *vars);

/* Files that are loaded together: the project's own, or those of one `include`. */
struct file_set
{
  struct loading *loading;
  unsigned id;              /* of its own among all sets of the project */
  struct variables *variables;
  const char *directory;    /* absolute: files named in the files are looked for here */
  const char *base;         /* put before relative paths of values: DIRECTORY; "" if relative ones are to stay */
  const struct file_set *from; /* the set that includes this one */
  const struct strv *files; /* absolute */
};

/* What messages call the file at absolute PATH: the rest below the current directory, otherwise PATH. The caller
 * frees it. */
char *file_label (const char *path);
/* One file as a tree: read, parsed (names "-" is standard input). *RET is a map. */
int file_parse (struct loading *l, const char *path, struct node **ret, struct error **err);
/* No list and no mapping of TREE has more than MAX_ENTRIES. */
int check_widths (struct node *tree, struct error **err);
/* The tree N comes to those of the project, of MAX_NODES together; S is where it is (NULL: a file). */
int count_nodes (struct loading *l, const struct node *n, const struct step *s, struct error **err);
/* Interpolated, short forms made long, paths made absolute. In place. */
int file_prepare (const struct file_set *set, struct node *tree, struct error **err);
/* All of a set's TREES merged, with extends and include; tags are gone. */
int set_merge (const struct file_set *set, struct node *const *trees, size_t n, struct node **ret, struct error **err);

/* Stages, each in its file. */
int canonical (const struct file_set *set, struct node *tree, struct error **err);
int canonical_ports (struct arena *a, struct node *list, const struct step *s, struct error **err);
int canonical_volume (struct arena *a, struct node *n, const struct step *s, struct error **err);
int canonical_device (struct arena *a, struct node *n, const struct step *s, struct error **err);
int shell_words (struct arena *a, struct node *n, struct error **err); /* a string becomes a list; -EINVAL with text */
int paths_resolve (const struct file_set *set, struct node *tree, struct error **err);
char *path_join (const char *base, const char *path); /* cleaned lexically, as peers do; for the caller to free */
char *path_parent (const char *path);
int extends_apply (const struct file_set *set, struct node *tree, const char *file, const struct node *merged,
                   struct error **err);
int include_apply (const struct file_set *set, struct node *tree, struct error **err);
/* OVER on top of BASE, which is changed and becomes part of *RET; S is where they are. */
int merge (struct arena *a, struct node *base, struct node *over, const struct step *s, struct node **ret,
           struct error **err);
int merge_unique (struct arena *a, struct node *tree, struct error **err); /* items that one list has twice */
void tags_strip (struct node *n); /* what is !reset goes, !override is forgotten */
int profiles_apply (struct loading *l, struct project *p, struct error **err);
int environment_resolve (struct loading *l, struct project *p, struct error **err);
int normalize (struct loading *l, struct project *p, struct error **err);
int references_check (struct project *p, struct error **err);
int policy_apply (struct loading *l, struct project *p, struct error **err);
int enforcement_apply (struct loading *l, struct project *p, struct error **err);
int consistency_check (struct project *p, struct error **err);
/* Scalars as the schema wants them (numbers that interpolation left as strings, "64m" as bytes), keys in its order. */
void schema_cast (struct arena *a, struct node *n, const struct oci_schema *schema);
void schema_order (struct node *n, const struct oci_schema *schema);
/* A copy for node_parse(): without nulls. */
struct node *schema_view (struct arena *a, const struct node *n, const struct oci_schema *schema);

/* What is found before anything is read. */
struct sources
{
  struct strv files, env_files;
  char *directory;
  struct variables variables;
};
int sources_find (struct loading *l, bool need_files, struct sources *ret, struct error **err);
/* The variables of PATHS behind those of VARS: these win, and of the files a later one. E_ENV_FILE. */
int env_files_read (const struct strv *paths, struct variables *vars, struct error **err);
void sources_free (struct sources *s);
/* The project's name by precedence; TREES may be none. For the caller to free. */
int name_find (const struct load_options *o, struct sources *s, struct node *const *trees, size_t n, char **ret,
               struct error **err);

#endif
