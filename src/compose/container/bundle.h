/* bundle.h - a service (or the flags of `run`) and an image become a container: its record and its bundle's
 * config.json. */
#ifndef COMPOSE_BUNDLE_H
#define COMPOSE_BUNDLE_H

#include "image.h"
#include "load.h"
#include "record.h"
#include "settings.h"

/* What `run`, `container run` and exec change of a service. All may be empty. */
struct bundle_overrides
{
  const struct strv *command;      /* NULL: the service's */
  const char *entrypoint;          /* one string, split as a shell would */
  const struct strv *environment;  /* NAME=value, or NAME (from our environment) */
  const struct strv *labels, *volumes, *cap_add, *cap_drop;
  const struct strv *publish;      /* "[[IP:]HOST:]CONTAINER[/PROTOCOL]", besides the service's ports */
  const char *user, *working_dir, *name;
  bool tty, open_stdin, no_ports, use_aliases, remove, oneoff;
};

/* What a container is to be made of. */
struct bundle_input
{
  const struct settings *settings;
  const struct project *project;   /* NULL: a single container; SERVICE is then made from flags */
  const char *id;                  /* 64 hex digits, see bundle_new_id(); NULL: a new one */
  const char *service_name;
  const struct compose_Service *service;
  const struct image *image;
  unsigned number;                 /* of the replica */
  const char *config_hash;
  const struct record_Container *replaces; /* NULL, or the container that this one takes the place of: its name and
                                              anonymous volumes go over */
  bool renew_anonymous;            /* they do not */
  const struct bundle_overrides *overrides; /* NULL: none */
  int *ret_lock;                   /* NULL, or out: as long as the descriptor is open, and after container_settle(),
                                      containers_sweep() leaves the container alone that has not been started */
};

/* A configuration or secret for the container: FILE requests of monitor_protocol.h. */
struct memory_file
{
  char *name;                      /* below the memory directory */
  int fd;                          /* memfd with the content */
  unsigned uid, gid, mode;
};

/* What was made; all of it in ARENA. */
struct bundle
{
  struct arena arena;
  struct record_Container *record; /* with id, name, addresses */
  struct memory_file *memory;
  size_t n_memory;
  struct strv new_volumes;         /* named and anonymous volumes that were made for it: a failed `up` removes them */
};
void bundle_free (struct bundle *b);
#define autobundle __attribute__ ((cleanup (bundle_free)))

/* A random id for a container, so that it can be written to a journal before there is one. */
enum { BUNDLE_ID_SIZE = 65 };
int bundle_new_id (char id[BUNDLE_ID_SIZE], struct error **err);

/* Make DATA/containers/ID with record, config.json, hosts, hostname, resolv.conf, rootfs, upper, work: leases
 * addresses, reserves ports, makes volumes (filled from the image on first use), looks up user and groups in the
 * image. Nothing is left of it on failure. Errors carry "service 'x': …" and, where there is one, the attribute's
 * place in the compose file. */
int bundle_create (const struct bundle_input *in, struct bundle *ret, struct error **err);

/* The host ports that SERVICE publishes: RECORD's member of that name, in ARENA and of the project. */
int bundle_ports_of (struct arena *arena, const struct project *p, const struct compose_Service *service,
                     struct record_Container *record, struct error **err);

/* The files for memory/ of an existing container, read anew (start after stop, after boot). */
int bundle_memory_files (const struct settings *s, const struct project *p, const struct record_Container *c,
                         struct bundle *ret,
                         struct error **err);

/* Remove the container's directories, leases, port reservations and anonymous volumes (the last only if VOLUMES). Its
 * monitor must have ended. Gone already: success. */
int bundle_remove (const struct settings *s, const struct record_Container *c, bool volumes, struct error **err);

/* The container that was to take C's place is gone: C's name and host ports are its own again. */
int bundle_reclaim (const struct settings *s, const struct record_Container *c, struct error **err);

/* What an exec wants: a process object of config.json as JSON for `exec --process`, from the container's own one: its
 * user (or USER, looked up inside), environment and directory. The caller frees *RET. */
struct exec_options
{
  const char *user, *working_dir;
  const struct strv *environment;
  bool tty, privileged;
};
int bundle_exec_process (const struct settings *s, const struct record_Container *c, const struct exec_options *o,
                         char *const *argv, char **ret, struct error **err);

/* EXTRA for project_config_hash(): image id and digests of the contents of configs, secrets (env files are in
 * environment). */
char *bundle_hash_extra (const struct settings *s, const struct project *p, const struct compose_Service *service,
                         const struct image *image);

#endif
