/* secret.c - the commands `secret create`, `ls`, `inspect`, `rm`: what compose files call external secrets and
 * configs. DATA/secrets/NAME is a secret's content (0600); no command prints it. */
#include <fcntl.h>
#include <sys/stat.h>

#include "commands.h"
#include "fs.h"
#include "memory_files.h"
#include "ocispec.h"
#include "record_store.h"

enum { SECRET_LIMIT = 1 << 20 };

#undef OCI_PREFIX
#define OCI_PREFIX secret_
#define SPEC_Secret(F, T)                                                                                             \
  F (T, str,                   name,         "Name")                                                                  \
  F (T, str,                   created,      "CreatedAt")                                                             \
  F (T, i64,                   size,         "Size")
DECLARE (Secret)
DEFINE (Secret)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

struct create_args
{
  bool replace;
};

struct ls_args
{
  bool quiet;
  const char *format;
};

static const struct opt create_options[] = {
  FLAG (create_args, replace, 0, "replace", "also if there is one of that name")
  END_OF_OPTIONS
};

static const struct opt ls_options[] = {
  TEXT (ls_args, format, 0, "format", "FORMAT", "table or json (one object per line)")
  FLAG (ls_args, quiet, 'q', "quiet", "only names")
  END_OF_OPTIONS
};

static const struct opt no_options[] = { END_OF_OPTIONS };

static int
read_content (const char *file, char **ret, size_t *ret_n, struct error **err)
{
  if (! file || streq (file, "-"))
    return fs_read_stream (STDIN_FILENO, "standard input", SECRET_LIMIT, ret, ret_n, err);
  return fs_read_regular (AT_FDCWD, file, SECRET_LIMIT, ret, ret_n, err);
}

/* A link of its name is made of a file beside it, so that it is whole, and that of two who make it one fails. */
static int
store (const struct settings *s, const char *name, const char *content, size_t n, bool replace, struct error **err)
{
  autofree char *directory = data_path (s, "secrets");
  autofree char *path = data_path (s, "secrets/%s", name);
  autofree char *beside = data_path (s, "secrets/.%s.%d", name, (int) getpid ());
  TRY (fs_mkdir_parents (directory, 0700, err));
  autoclose int fd = open (beside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail_sys (err, errno, "%s", beside);
  int r = fs_write_all (fd, content, n);
  if (r >= 0 && fsync (fd) < 0)
    r = -errno;
  if (r >= 0 && (replace ? rename (beside, path) : link (beside, path)) < 0)
    r = -errno;
  if (r < 0 || ! replace)
    unlink (beside);
  if (r == -EEXIST)
    return fail (err, E_NAME_IN_USE, "there is a secret %s: give --replace to change it", name);
  return r < 0 ? fail_sys (err, -r, "%s", path) : 0;
}

static int
run_create (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct create_args *a = args;
  autocontext struct context c = { 0 };
  autofree char *content = NULL, *path = NULL;
  autoerror struct error *absent = NULL;
  size_t n;
  TRY (context_open (global, &c, err));
  if (secret_store_path (&c.settings, argv[0], &path, &absent) == -E_COMPOSE_FILE)
    return fail (err, EINVAL, "%s", error_text (absent));
  TRY (read_content (argc > 1 ? argv[1] : NULL, &content, &n, err));
  int r = c.settings.dry_run ? 0 : store (&c.settings, argv[0], content, n, a->replace, err);
  explicit_bzero (content, n);
  return r;
}

static int
describe (const struct settings *s, const char *name, struct arena *a, struct secret_Secret *ret, struct error **err)
{
  struct stat st;
  char time[RECORD_TIME_SIZE];
  autofree char *path = NULL;
  TRY (secret_store_path (s, name, &path, err));
  if (stat (path, &st) < 0)
    return fail_sys (err, errno, "%s", path);
  record_time_of ((int64_t) st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec, time);
  *ret = (struct secret_Secret) { .name = name, .created = mem_arena_text (a, time, strlen (time)),
                                  .size = { st.st_size, true } };
  return 0;
}

static int
compare (const void *a, const void *b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static int
list (const struct settings *s, struct strv *ret, struct error **err)
{
  autofree char *path = data_path (s, "secrets");
  autodir DIR *d = opendir (path);
  struct dirent *e;
  if (! d && errno != ENOENT)
    return fail_sys (err, errno, "open %s", path);
  while (d && (e = readdir (d)))
    if (e->d_name[0] != '.')
      strv_add (ret, e->d_name);
  if (ret->n > 1)
    qsort (ret->v, ret->n, sizeof *ret->v, compare);
  return 0;
}

static int
run_ls (const void *global, void *args, int argc UNUSED, char **argv UNUSED, struct error **err)
{
  static const char *const columns[] = { "NAME", "CREATED", "SIZE", NULL };
  const struct ls_args *a = args;
  autocontext struct context c = { 0 };
  autostrv struct strv names = { 0 };
  autoarena struct arena arena = { 0 };
  bool json = a->format && streq (a->format, "json");
  if (a->format && ! json && ! streq (a->format, "table"))
    return fail (err, EINVAL, "--format %s: want table or json", a->format);
  TRY (context_open (global, &c, err));
  TRY (list (&c.settings, &names, err));
  struct table *t = json || a->quiet ? NULL : table_new (columns);
  for (size_t i = 0; i < names.n; i++)
    {
      struct secret_Secret one;
      if (describe (&c.settings, names.v[i], &arena, &one, NULL) < 0)
        continue; /* just removed */
      autofree char *size = mem_printf ("%lld", (long long) one.size.value);
      autofree char *line = json ? oci_emit (&secret_Secret_schema, &one, NULL) : mem_strdup (one.name);
      if (t)
        table_row (t, (const char *const[]) { one.name, one.created, size });
      else
        printf ("%s\n", line ? line : "");
    }
  if (t)
    table_print (t, stdout, true);
  return 0;
}

static int
run_inspect (const void *global, void *args UNUSED, int argc, char **argv, struct error **err)
{
  autocontext struct context c = { 0 };
  autoarena struct arena arena = { 0 };
  autotext struct text all = { 0 };
  TRY (context_open (global, &c, err));
  for (int i = 0; i < argc; i++)
    {
      struct secret_Secret one;
      TRY (describe (&c.settings, argv[i], &arena, &one, err));
      autofree char *text = oci_emit (&secret_Secret_schema, &one, "  ");
      text_printf (&all, "%s%s", i ? ",\n" : "", text ? text : "");
    }
  printf ("[%s]\n", all.s);
  return 0;
}

static int
run_rm (const void *global, void *args UNUSED, int argc, char **argv, struct error **err)
{
  autocontext struct context c = { 0 };
  TRY (context_open (global, &c, err));
  for (int i = 0; i < argc; i++)
    {
      autofree char *path = NULL;
      TRY (secret_store_path (&c.settings, argv[i], &path, err));
      if (! c.settings.dry_run && unlink (path) < 0)
        return fail_sys (err, errno, "%s", path);
      printf ("%s\n", argv[i]);
    }
  return 0;
}

const struct command cmd_secret_create = {
  .name = "secret create",
  .operands = "NAME [FILE|-]",
  .min_operands = 1,
  .max_operands = 2,
  .help = "keep a secret for services that say `external: true`; its content comes from FILE or standard input",
  .opts = create_options,
  .args_size = sizeof (struct create_args),
  .run = run_create,
};

const struct command cmd_secret_ls = {
  .name = "secret ls",
  .operands = "",
  .help = "list secrets",
  .opts = ls_options,
  .args_size = sizeof (struct ls_args),
  .run = run_ls,
};

const struct command cmd_secret_inspect = {
  .name = "secret inspect",
  .operands = "SECRET...",
  .min_operands = 1,
  .max_operands = -1,
  .help = "show what is known of secrets, not their contents, as JSON",
  .opts = no_options,
  .run = run_inspect,
};

const struct command cmd_secret_rm = {
  .name = "secret rm",
  .operands = "SECRET...",
  .min_operands = 1,
  .max_operands = -1,
  .help = "remove secrets; containers that run keep what they have",
  .opts = no_options,
  .run = run_rm,
};
