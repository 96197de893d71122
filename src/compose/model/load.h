/* load.h - compose files to one checked project: find, read, interpolate, include, short forms to long, extends,
 * merge, profiles, normalise, check. */
#ifndef COMPOSE_LOAD_H
#define COMPOSE_LOAD_H

#include "interpolate.h"
#include "model.h"
#include "node.h"
#include "ocispec.h"

struct load_options
{
  const struct strv *files;      /* -f: "-" is standard input; empty: COMPOSE_FILE, or found here and upwards */
  const struct strv *env_files;  /* --env-file; empty: COMPOSE_ENV_FILES, or .env of the project directory */
  const struct strv *profiles;   /* --profile and COMPOSE_PROFILES; "*" is all */
  const struct strv *targets;    /* services named on the command line: their profiles count as enabled */
  const char *project_name;      /* -p */
  const char *project_directory; /* --project-directory */
  bool no_interpolate, no_normalize, no_path_resolution, no_env_resolution, no_consistency, all_profiles;
  bool all_resources;            /* keep networks, volumes, secrets and configs that no service uses */
  bool any_host;                 /* do not ask whether this machine can honour everything: for `config` */
  const char *policy;            /* --policy: a tier for all services, NULL: only their own */
  const char *enforcement;       /* "strict", "warn", "lenient"; NULL: PERRY_ENFORCEMENT, x-perry, or the default:
                                    strict for fields that concern security, warn for others */
};

/* The annotation of a service that policy `untrusted` gives a kernel of its own and that has got none. */
#define UNTRUSTED_ANNOTATION "perry.untrusted.shared-kernel"

/* Something to be shown once: a variable that is not set, an attribute that is accepted without effect. */
struct load_warning
{
  char *text;                    /* the whole of it, for people */
  char *service, *field;         /* where: NULL: nowhere in particular; FIELD is the path, "services.web.gpus" */
  const char *action;            /* what became of the field: "ignored"; NULL */
  const char *reason;            /* why; NULL */
};

struct load_warnings
{
  struct load_warning *v;
  size_t n;
};

struct project
{
  struct arena arena;            /* owns TREE */
  struct oci_document document;  /* owns MODEL */
  char *name;                    /* normalised, [a-z0-9][a-z0-9_-]* */
  char *directory;               /* absolute: base of relative paths */
  struct strv files;             /* absolute, "-" for standard input */
  struct strv env_files;
  struct variables variables;
  struct node *tree;             /* canonical: long forms, defaults in; what `config` prints */
  struct node *disabled;         /* services that no enabled profile has, by name */
  const struct compose_Project *model; /* parsed from TREE; services are those that are enabled */
  struct load_warnings warnings;
};

/* The error codes: E_COMPOSE_FILE, E_CYCLE, E_ENV_FILE, E_ENFORCEMENT… (errors.h). */
int project_load (const struct load_options *options, struct project *ret, struct error **err);
/* A project of one service that flags have made: SERVICE has a service's attributes as a file may have them, short
 * forms too, but nothing to be interpolated; it lies in RET's arena, and RET is empty besides. The service is called
 * "container"; networks and volumes keep their names. Variables without value are taken from our environment. */
int project_from_service (const struct load_options *options, struct node *service, struct project *ret,
                          struct error **err);
void project_free (struct project *p);
void load_warnings_free (struct load_warnings *w);
#define autowarnings __attribute__ ((cleanup (load_warnings_free)))
#define autoproject __attribute__ ((cleanup (project_free)))

/* TEXT is a port as a file may have it in short form, for --publish: *RET is a list of maps in long form, in ARENA. */
int port_from_text (struct arena *a, const char *text, struct node **ret, struct error **err);

/* Only the project's name, by the same rules, without reading more than it takes: for commands that work on what is
 * there (ps, down -p NAME) without a file. *RET_DIRECTORY is NULL, or where there is neither a file nor a name given
 * the directory that the name was taken from; the caller frees both. */
int project_name_of (const struct load_options *options, char **ret_name, char **ret_directory, struct error **err);

/* Take networks, volumes, secrets and configs that no service uses out of the tree; the model stays. */
void project_drop_unused (struct project *p);

/* The items of TEXT between any of SEPARATORS, but empty ones, appended to L. */
void strv_split (struct strv *l, const char *text, const char *separators);

const struct compose_Service *project_service (const struct project *p, const char *name); /* NULL: none */
/* Is variable NAME, of the environment or of .env, set to something that means yes: 1, t, true, y, in any case? */
bool project_flag (const struct project *p, const char *name);

/* Hash of what makes a container of SERVICE another one: canonical JSON of its tree without deploy.replicas and what
 * says when, how many and from where (hash.c lists it); plus what EXTRA says (image id, digests of configs, secrets and
 * env files). 64 hex digits for the caller to free. */
char *project_config_hash (const struct project *p, const char *service, const char *extra);

#endif
