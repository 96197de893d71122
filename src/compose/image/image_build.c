/* image_build.c - build_service(): buildah makes the image, without a daemon, in a storage of its own below DATA/build
 * (its cache); the result comes into the store as any image does. Format docker: an OCI configuration has no health
 * check. */
#include "build.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "build_bases.h"
#include "errors.h"
#include "fs.h"
#include "image.h"
#include "image_store.h"
#include "jobs.h"
#include "log.h"
#include "reference.h"
#include "spawn.h"

enum
{
  BUILD_TIMEOUT = 6 * 3600 * 1000, /* ms */
  DOCKERFILE_LIMIT = 4 << 20,
};

struct building
{
  const struct settings *settings;
  const struct project *project;
  const struct compose_Build *build;
  const struct build_options *options;
  char *program, *context, *name;  /* NAME normalised */
  char *root, *run_root;           /* buildah's storage */
  bool insecure;                   /* of a base image's registry */
  struct store_tmp tmp;
};

static void
building_free (struct building *b)
{
  store_tmp_remove (&b->tmp);
  free (b->program);
  free (b->context);
  free (b->name);
  free (b->root);
  free (b->run_root);
}
#define autobuilding __attribute__ ((cleanup (building_free))) struct building

static void
add_storage (const struct building *b, struct strv *argv)
{
  strv_add (argv, b->program);
  strv_printf (argv, "--root=%s", b->root);
  strv_printf (argv, "--runroot=%s", b->run_root);
  strv_add (argv, "--storage-driver=vfs"); /* needs nothing of the kernel, and works in a user namespace */
}

static bool
is_true (const struct opt_bool *b)
{
  return b->set && b->value;
}

static void
add_lists (const struct building *b, struct strv *argv)
{
  const struct compose_Build *o = b->build;
  const struct
  {
    const char *format; /* of key and value, or of a value alone */
    const struct oci_strings *list;
  } maps[] = { { "--build-arg=%s=%s", &o->args },
               { "--label=%s=%s", &o->labels },
               { "--build-context=%s=%s", &o->additional_contexts } },
    lists[] = { { "--cache-from=%s", &o->cache_from },
                { "--cache-to=%s", &o->cache_to },
                { "--add-host=%s", &o->extra_hosts },
                { "--ssh=%s", &o->ssh } };
  for (size_t i = 0; i < ARRAY_LEN (maps); i++)
    for (size_t k = 0; k < maps[i].list->n; k++)
      strv_printf (argv, maps[i].format, maps[i].list->keys[k], maps[i].list->v[k]);
  for (size_t i = 0; i < ARRAY_LEN (lists); i++)
    for (size_t k = 0; k < lists[i].list->n; k++)
      strv_printf (argv, lists[i].format, lists[i].list->v[k]);
  for (size_t k = 0; b->options && b->options->args && k < b->options->args->n; k++)
    strv_printf (argv, "--build-arg=%s", b->options->args->v[k]);
}

static void
add_flags (const struct building *b, const char *platform, struct strv *argv)
{
  const struct compose_Build *o = b->build;
  strv_add (argv, "--isolation=chroot");
  strv_add (argv, "--format=docker");
  strv_add (argv, "--layers");
  if (is_true (&o->no_cache) || (b->options && b->options->no_cache))
    strv_add (argv, "--no-cache");
  strv_add (argv, is_true (&o->pull) || (b->options && b->options->pull) ? "--pull=always"
                                                                         : "--pull=false"); /* false: what is missing */
  if (b->insecure)
    strv_add (argv, "--tls-verify=false");
  if (o->target)
    strv_printf (argv, "--target=%s", o->target);
  if (o->network)
    strv_printf (argv, "--network=%s", o->network);
  if (o->shm_size.set)
    strv_printf (argv, "--shm-size=%lld", (long long) o->shm_size.value);
  if (platform)
    strv_printf (argv, "--platform=%s", platform);
}

/* Without a name buildah takes Containerfile, or else Dockerfile. */
static char *
find_dockerfile (const struct building *b)
{
  const char *name = b->build->dockerfile;
  if (name)
    return mem_printf ("%s%s%s", *name == '/' ? "" : b->context, *name == '/' ? "" : "/", name);
  char *path = mem_printf ("%s/Containerfile", b->context);
  if (access (path, F_OK) == 0)
    return path;
  free (path);
  return mem_printf ("%s/Dockerfile", b->context);
}

/* The Dockerfile: as named, below the context, or the file's own text; and the images that it begins with. */
static int
add_dockerfile (struct building *b, struct strv *argv, struct error **err)
{
  const char *text = b->build->dockerfile_inline;
  autofree char *file = text ? mem_printf ("%s/Dockerfile", b->tmp.path) : find_dockerfile (b), *read = NULL,
                *storage = mem_printf ("[vfs@%s+%s]", b->root, b->run_root);
  autostrv struct strv bases = { 0 };
  if (text)
    TRY (fs_replace (b->tmp.fd, "Dockerfile", text, strlen (text), 0600, err));
  else if (*b->context == '/')
    TRY (fs_read_regular (AT_FDCWD, file, DOCKERFILE_LIMIT, &read, NULL, err));
  else
    return 0; /* a context that buildah fetches */
  strv_printf (argv, "--file=%s", file);
  build_bases_of (text ? text : read, &bases);
  return build_bases_copy (b->settings, &bases, storage, &b->insecure, err);
}

/* Members that buildah cannot do with chroot isolation are named instead of dropped. */
static int
check_build (const char *service, const struct compose_Build *o, struct error **err)
{
  const struct
  {
    const char *name;
    bool given;
  } refused[] = { { "privileged", is_true (&o->privileged) }, { "entitlements", o->entitlements.n > 0 },
                  { "secrets", o->secrets.n > 0 }, { "ulimits", o->ulimits.n > 0 } };
  for (size_t i = 0; i < ARRAY_LEN (refused); i++)
    if (refused[i].given)
      return fail (err, E_ENFORCEMENT, "service %s: build.%s is not supported", service, refused[i].name);
  if (o->platforms.n > 1)
    return fail (err, E_ENFORCEMENT, "service %s: build.platforms: one platform can be built at a time", service);
  if (o->no_cache_filter.n)
    log_warning ("service %s: build.no_cache_filter has no effect", service);
  return 0;
}

/* Within `up` the screen tells; the build's own output would tear it. */
static bool
is_shown (const struct building *b)
{
  return b->options && ! b->options->quiet;
}

static void
show_line (void *arg, const char *line)
{
  const struct building *b = arg;
  if (is_shown (b))
    fprintf (stderr, "%s\n", line);
}

static int
run_buildah (const struct building *b, const struct strv *argv, struct error **err)
{
  struct spawn s = SPAWN_INIT;
  autospawned struct spawned done = { 0 };
  s.argv = (const char *const *) argv->v;
  s.what = "buildah";
  s.timeout = BUILD_TIMEOUT;
  s.line = show_line;
  s.line_arg = (void *) b;
  if (is_shown (b))
    s.out_fd = STDERR_FILENO;
  TRY (spawn_check (&s, &done, err));
  return 0;
}

static int
build_image (struct building *b, const char *service, const char *platform, struct error **err)
{
  autostrv struct strv argv = { 0 };
  autostrv struct strv dockerfile = { 0 };
  TRY_DOING (err, add_dockerfile (b, &dockerfile, err), "service %s: build", service);
  add_storage (b, &argv);
  strv_add (&argv, "bud");
  add_flags (b, b->build->platforms.n ? b->build->platforms.v[0] : platform, &argv);
  add_lists (b, &argv);
  for (size_t i = 0; i < dockerfile.n; i++)
    strv_add (&argv, dockerfile.v[i]);
  strv_printf (&argv, "--tag=%s", b->name);
  strv_add (&argv, b->context);
  TRY_DOING (err, run_buildah (b, &argv, err), "service %s: build", service);
  return 0;
}

/* Out of buildah's storage into ours. */
static int
take_image (const struct building *b, struct error **err)
{
  autostrv struct strv argv = { 0 };
  autofree char *source = mem_printf ("dir:%s/image", b->tmp.path);
  struct image_pull how = { .source = source };
  add_storage (b, &argv);
  strv_add (&argv, "push");
  strv_add (&argv, "--quiet");
  strv_add (&argv, b->name);
  strv_add (&argv, source);
  TRY (run_buildah (b, &argv, err));
  TRY (image_pull (b->settings, b->name, &how, NULL, err));
  for (size_t i = 0; i < b->build->tags.n; i++)
    TRY (image_tag (b->settings, b->name, b->build->tags.v[i], err));
  return 0;
}

/* The context is a directory, or what buildah fetches itself. */
static char *
context_of (const struct project *p, const struct compose_Build *o)
{
  const char *context = o->context ? o->context : ".";
  if (*context == '/' || strstr (context, "://") || after_prefix (context, "git@"))
    return mem_strdup (context);
  return mem_printf ("%s/%s", p->directory, context);
}

int
build_service (const struct settings *s, const struct project *p, const char *name,
               const struct compose_Service *service, const struct build_options *options, struct error **err)
{
  autobuilding b = { .settings = s, .project = p, .build = service->build, .options = options, .tmp = STORE_TMP_INIT };
  autoclose int lock = -1;
  autofree char *reference = service->image ? mem_strdup (service->image) : mem_printf ("%s-%s", p->name, name);
  if (! service->build)
    return fail (err, E_COMPOSE_FILE, "service %s has nothing to build", name);
  TRY (find_tool ("buildah", "buildah", &b.program, err));
  TRY (check_build (name, service->build, err));
  TRY_DOING (err, image_normalize (reference, &b.name, err), "service %s", name);
  TRY (image_hold (s, &lock, err));
  TRY (store_tmp_make (s, &b.tmp, err));
  b.context = context_of (p, service->build);
  b.root = data_path (s, "build/root");
  b.run_root = run_path (s, "build");
  job_phase ("building");
  TRY (build_image (&b, name, service->platform, err));
  job_phase ("storing");
  TRY (take_image (&b, err));
  return options && options->push ? image_push (s, b.name, NULL, false, err) : 0;
}
