/* memory_files.c - owns how contents of configs and secrets get into memory files, which the monitor copies to a
 * tmpfs of the container: owner and mode are as asked for, and nothing secret is written to a disk. Runs in
 * perry-compose. */
#include "memory_files.h"

#include <fcntl.h>
#include <nettle/sha2.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "bundle_parts.h"
#include "errors.h"
#include "fs.h"
#include "generated.h"

#define SOURCES "memory.json"
#define ROOT_TARGET "/"
#define SECRETS_TARGET "/run/secrets/"

enum
{
  CONTENT_LIMIT = 16 << 20,
  SOURCES_LIMIT = 32 << 20,
  STORE_MODE = 0600,
};

/* ---- where a content comes from */

struct content
{
  const struct settings *settings;
  const struct project *project;
  const char *what;
};

static int
from_file (const struct content *c, char **ret, size_t *ret_n, struct error **err)
{
  return fs_read_regular (AT_FDCWD, c->what, CONTENT_LIMIT, ret, ret_n, err);
}

static int
from_environment (const struct content *c, char **ret, size_t *ret_n, struct error **err)
{
  const char *value = c->project ? variables_get (&c->project->variables, c->what) : NULL;
  if (! value)
    value = getenv (c->what);
  if (! value)
    return fail (err, E_COMPOSE_FILE, "the environment variable %s is not set", c->what);
  *ret = mem_strdup (value);
  *ret_n = strlen (value);
  return 0;
}

static int
from_content (const struct content *c, char **ret, size_t *ret_n, struct error **err)
{
  (void) err;
  *ret = mem_strdup (c->what);
  *ret_n = strlen (c->what);
  return 0;
}

static int
from_store (const struct content *c, char **ret, size_t *ret_n, struct error **err)
{
  autofree char *path = NULL;
  int r = secret_store_path (c->settings, c->what, &path, err);
  if (r == -E_NOT_FOUND)
    return fail (err, E_NOT_FOUND, "there is no external '%s' yet: `perry-compose secret create %s FILE` makes it",
                 c->what, c->what);
  if (r < 0)
    return r;
  return fs_read_regular (AT_FDCWD, path, CONTENT_LIMIT, ret, ret_n, err);
}

static int
from_generated (const struct content *c, char **ret, size_t *ret_n, struct error **err)
{
  return generated_secret (c->settings, c->what, ret, ret_n, err);
}

static const struct
{
  const char *name;
  int (*read) (const struct content *c, char **ret, size_t *ret_n, struct error **err);
} kinds[] = {
  { "file", from_file },   { "environment", from_environment }, { "content", from_content },
  { "store", from_store }, { "generated", from_generated },
};

int
secret_store_path (const struct settings *s, const char *name, char **ret, struct error **err)
{
  if (! *name || *name == '.' || strchr (name, '/'))
    return fail (err, E_COMPOSE_FILE, "'%s': no name for a secret", name);
  autofree char *path = data_path (s, "secrets/%s", name);
  if (access (path, R_OK) < 0)
    return fail (err, E_NOT_FOUND, "external '%s': there is no %s", name, path);
  *ret = TAKE_PTR (path);
  return 0;
}

static int
read_source (struct content *c, const char *kind, char **ret, size_t *ret_n, struct error **err)
{
  for (size_t i = 0; i < ARRAY_LEN (kinds); i++)
    if (strncmp (kind, kinds[i].name, strlen (kinds[i].name)) == 0 && kind[strlen (kinds[i].name)] == ':')
      {
        c->what = kind + strlen (kinds[i].name) + 1;
        return kinds[i].read (c, ret, ret_n, err);
      }
  return fail (err, EBADMSG, "'%s': no kind of source", kind);
}

/* "KIND:WHAT" of object O, called KEY in project P: the arena's. */
static int
describe (struct arena *a, const struct project *p, const char *key, const struct compose_FileObject *o,
          const char **ret, struct error **err)
{
  if (flag_on (o->external))
    *ret = make_printf (a, "store:%s", o->name ? o->name : key);
  else if (o->generate)
    *ret = make_printf (a, "generated:%s/%s/%s", p->name, key, o->generate);
  else if (o->file)
    *ret = make_printf (a, "file:%s", o->file);
  else if (o->environment)
    *ret = make_printf (a, "environment:%s", o->environment);
  else if (o->content)
    *ret = make_printf (a, "content:%s", o->content);
  else
    return fail (err, E_COMPOSE_FILE, "one of file, environment, content, external is needed");
  return 0;
}

/* ---- a service's references */

static const struct
{
  const char *attribute, *prefix; /* of names below memory/ */
  const char *directory;          /* of targets that are no path */
} of_kind[] = {
  [MEMORY_SECRETS] = { "secrets", "secret", SECRETS_TARGET },
  [MEMORY_CONFIGS] = { "configs", "config", ROOT_TARGET },
};

struct objects
{
  const struct compose_FileObject *v;
  const char *const *keys;
  size_t n;
};

static struct objects
objects_of (const struct project *p, enum memory_kind kind)
{
  if (! p)
    return (struct objects) { 0 };
  if (kind == MEMORY_SECRETS)
    return (struct objects) { p->model->secrets.v, p->model->secrets.keys, p->model->secrets.n };
  return (struct objects) { p->model->configs.v, p->model->configs.keys, p->model->configs.n };
}

static int
source_of (struct arena *a, const struct project *p, enum memory_kind kind, const char *key, const char **ret,
           struct error **err)
{
  struct objects all = objects_of (p, kind);
  for (size_t i = 0; i < all.n; i++)
    if (streq (all.keys[i], key))
      {
        TRY_DOING (err, describe (a, p, key, &all.v[i], ret, err), "%s.%s", of_kind[kind].attribute, key);
        return 0;
      }
  return fail (err, E_COMPOSE_FILE, "%s: '%s' is not defined", of_kind[kind].attribute, key);
}

int
memory_content (const struct settings *s, const struct project *p, enum memory_kind kind, const char *key, char **ret,
                size_t *ret_n, struct error **err)
{
  autoarena struct arena a = { 0 };
  const char *source;
  struct content c = { .settings = s, .project = p };
  TRY (source_of (&a, p, kind, key, &source, err));
  return read_source (&c, source, ret, ret_n, err);
}

static int
number_of (const char *text, const char *name, int base, unsigned otherwise, unsigned *ret, struct error **err)
{
  *ret = otherwise;
  if (! text || ! *text)
    return 0;
  char *end;
  errno = 0;
  unsigned long value = strtoul (text, &end, base);
  if (errno || *end || value >= UINT32_MAX || *text == '-')
    return fail (err, E_COMPOSE_FILE, "%s '%s': a number is expected", name, text);
  *ret = (unsigned) value;
  return 0;
}

static int
add_reference (struct making *m, enum memory_kind kind, const struct compose_FileRef *r, size_t index,
               struct error **err)
{
  enum { READABLE = 0444, MODES = 07777 };
  const char *source, *target = r->target && *r->target ? r->target : r->source;
  unsigned uid, gid, mode;
  TRY (source_of (m->arena, m->in->project, kind, r->source, &source, err));
  TRY (number_of (r->uid, "uid", 10, m->identity.uid, &uid, err));
  TRY (number_of (r->gid, "gid", 10, m->identity.gid, &gid, err));
  TRY (number_of (r->mode, "mode", 8, READABLE, &mode, err));
  if (mode & ~(unsigned) MODES)
    return fail (err, E_COMPOSE_FILE, "mode '%s': at most 07777", r->mode);
  const char *name = make_printf (m->arena, "%s%zu", of_kind[kind].prefix, index);
  map_set (m->arena, &m->sources, name, make_printf (m->arena, "%u:%u:%o:%s", uid, gid, mode, source));
  if (*target != '/')
    target = make_printf (m->arena, "%s%s", of_kind[kind].directory, target);
  mount_add (m, "bind", make_printf (m->arena, "%s/" CONTAINER_MEMORY "/%s", m->record->bundle, name),
             clean_path (m->arena, target), "bind,ro,rprivate,nosuid,nodev,noexec");
  return 0;
}

int
spec_memory_files (struct making *m, struct error **err)
{
  const struct compose_Service *s = m->service;
  for (size_t i = 0; i < s->secrets.n; i++)
    TRY_DOING (err, add_reference (m, MEMORY_SECRETS, &s->secrets.v[i], i, err), "secrets[%zu]", i);
  for (size_t i = 0; i < s->configs.n; i++)
    TRY_DOING (err, add_reference (m, MEMORY_CONFIGS, &s->configs.v[i], i, err), "configs[%zu]", i);
  return 0;
}

/* ---- sources on disk, contents in memory */

#undef OCI_PREFIX
#define OCI_PREFIX bundle_
#define SPEC_Sources(F, T) F (T, map, sources, "sources")
DECLARE (Sources)
DEFINE (Sources)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

int
memory_sources_write (int dir_fd, const struct oci_strings *sources, struct error **err)
{
  if (sources->n == 0)
    return 0;
  const struct bundle_Sources holder = { .sources = *sources };
  autofree char *text = oci_emit (&bundle_Sources_schema, &holder, NULL);
  if (! text)
    return fail_sys (err, ENOMEM, SOURCES);
  return fs_replace (dir_fd, SOURCES, text, strlen (text), STORE_MODE, err);
}

static int
add_memory (struct bundle *b, const char *name, const unsigned *numbers, const char *data, size_t n, struct error **err)
{
  autoclose int fd = memfd_create (name, MFD_CLOEXEC);
  if (fd < 0)
    return fail_sys (err, errno, "memfd_create");
  int r = fs_write_all (fd, data, n);
  if (r < 0)
    return fail_sys (err, -r, "memory");
  b->memory = mem_grow (b->memory, b->n_memory + 1, sizeof *b->memory);
  b->memory[b->n_memory++] = (struct memory_file) {
    .name = mem_strdup (name), .fd = TAKE_FD (fd), .uid = numbers[0], .gid = numbers[1], .mode = numbers[2]
  };
  return 0;
}

static int
load_one (struct content *c, const char *name, const char *source, struct bundle *b, struct error **err)
{
  unsigned numbers[3];
  int end = 0;
  if (sscanf (source, "%u:%u:%o:%n", &numbers[0], &numbers[1], &numbers[2], &end) != 3 || ! end)
    return fail (err, EBADMSG, "'%s' is not as it was written", source);
  autofree char *data = NULL;
  size_t n = 0;
  TRY (read_source (c, source + end, &data, &n, err));
  int r = add_memory (b, name, numbers, data, n, err);
  explicit_bzero (data, n);
  return r;
}

/* secret0 is secrets[0] of the service. */
static void
in_reference (const char *name, struct error **err)
{
  for (size_t k = 0; k < ARRAY_LEN (of_kind); k++)
    {
      const char *index = after_prefix (name, of_kind[k].prefix);
      if (index)
        wrap (err, "%s[%s]", of_kind[k].attribute, index);
    }
}

int
memory_files_load (const struct settings *s, const struct project *p, const struct oci_strings *sources,
                   struct bundle *b,
                   struct error **err)
{
  for (size_t i = 0; i < sources->n; i++)
    {
      struct content c = { .settings = s, .project = p };
      int r = load_one (&c, sources->keys[i], sources->v[i], b, err);
      if (r < 0)
        {
          in_reference (sources->keys[i], err);
          return r;
        }
    }
  return 0;
}

void
memory_files_free (struct bundle *b)
{
  for (size_t i = 0; i < b->n_memory; i++)
    {
      close_fd (&b->memory[i].fd);
      free (b->memory[i].name);
    }
  free (b->memory);
  b->memory = NULL;
  b->n_memory = 0;
}

int
bundle_memory_files (const struct settings *s, const struct project *p, const struct record_Container *c,
                     struct bundle *ret,
                     struct error **err)
{
  autobundle struct bundle b = { 0 };
  autoclose int dir = open (c->bundle, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (dir < 0)
    return fail_sys (err, errno, "open %s", c->bundle);
  TRY (bundle_refresh (s, c, dir, err));
  struct oci_document doc = { 0 };
  const struct bundle_Sources *sources = record_read (dir, SOURCES, &bundle_Sources_schema, &doc, err);
  if (! sources)
    {
      if (! faccessat (dir, SOURCES, F_OK, 0))
        return wrap (err, "%s", c->bundle);
      error_free (err);
      *ret = b;
      return 0;
    }
  int r = memory_files_load (s, p, &sources->sources, &b, err);
  oci_document_free (&doc);
  if (r < 0)
    return wrap (err, "service '%s'", c->service ? c->service : c->name);
  *ret = b;
  b = (struct bundle) { 0 };
  return 0;
}
