/* find.c - which files make the project, its directory, its variables and its name: options, then the environment,
 * then what is found in the current directory and above. Reads the environment, stats and reads .env files. */
#include <sys/stat.h>

#include "dotenv.h"
#include "loading.h"

extern char **environ;

/* In order of preference (compose specification, "Compose file"). */
static const char *const names[] = { "compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml" };
static const char *const override_names[] = { "compose.override.yml", "compose.override.yaml",
                                              "docker-compose.override.yml", "docker-compose.override.yaml" };

void
sources_free (struct sources *s)
{
  strv_free (&s->files);
  strv_free (&s->env_files);
  free (s->directory);
  s->directory = NULL;
  variables_free (&s->variables);
}

static bool
is_file (const char *path)
{
  struct stat st;
  return stat (path, &st) == 0 && ! S_ISDIR (st.st_mode);
}

static char *
current_directory (void)
{
  char *cwd = getcwd (NULL, 0);
  return cwd ? cwd : mem_strdup ("/");
}

char *
file_label (const char *path)
{
  autofree char *cwd = current_directory ();
  const char *rest = after_prefix (path, cwd);
  return mem_strdup (rest && *rest == '/' ? rest + 1 : path);
}

static char *
absolute (const char *path)
{
  autofree char *cwd = current_directory ();
  return path_join (cwd, path);
}

/* What a directory has of NAMES: the first; others are told about, once. */
static char *
first_of (struct loading *l, const char *dir, const char *const *list, size_t n)
{
  char *found = NULL;
  for (size_t i = 0; i < n; i++)
    {
      autofree char *path = path_join (dir, list[i]);
      if (! is_file (path))
        continue;
      if (found)
        load_warn (l, "%s is there, too, and not used: the file is %s", path, found);
      else
        found = TAKE_PTR (path);
    }
  return found;
}

/* compose.yaml and its override in FROM or the nearest directory above that has one. */
static void
discover (struct loading *l, const char *from, struct strv *files)
{
  autofree char *dir = mem_strdup (from);
  for (;;)
    {
      autofree char *file = first_of (l, dir, names, ARRAY_LEN (names));
      if (file)
        {
          autofree char *over = first_of (l, dir, override_names, ARRAY_LEN (override_names));
          strv_add (files, file);
          if (over)
            strv_add (files, over);
          return;
        }
      if (streq (dir, "/"))
        return;
      char *parent = path_parent (dir);
      free (dir);
      dir = parent;
    }
}

/* One file's variables before FOUND, which they win over; it sees those of VARS and FOUND. */
static int
read_env_file (const char *path, const struct variables *vars, struct strv *found, struct error **err)
{
  autostrv struct strv own = { 0 };
  struct variables outer = { 0 };
  for (size_t i = 0; i < vars->v.n + found->n; i++)
    strv_add (&outer.v, i < vars->v.n ? vars->v.v[i] : found->v[i - vars->v.n]);
  int r = dotenv_read (path, false, &outer, &own, err);
  variables_free (&outer);
  TRY (r);
  for (size_t i = 0; i < found->n; i++)
    strv_add (&own, found->v[i]);
  strv_free (found);
  *found = own;
  own = (struct strv) { 0 };
  return 0;
}

int
env_files_read (const struct strv *paths, struct variables *vars, struct error **err)
{
  autostrv struct strv found = { 0 };
  for (size_t i = 0; i < paths->n; i++)
    TRY (read_env_file (paths->v[i], vars, &found, err));
  for (size_t i = 0; i < found.n; i++)
    strv_add (&vars->v, found.v[i]);
  return 0;
}

static bool
is_on (const char *value)
{
  static const char *const words[] = { "1", "t", "true", "y" };
  for (size_t i = 0; value && i < ARRAY_LEN (words); i++)
    if (strcasecmp (words[i], value) == 0)
      return true;
  return false;
}

bool
project_flag (const struct project *p, const char *name)
{
  return is_on (variables_get (&p->variables, name));
}

/* The env files that are named. */
static void
name_env_files (const struct load_options *o, struct sources *s)
{
  const char *env_files = getenv ("COMPOSE_ENV_FILES");
  autostrv struct strv named = { 0 };
  for (size_t i = 0; o->env_files && i < o->env_files->n; i++)
    strv_add (&named, o->env_files->v[i]);
  if (! named.n && env_files)
    strv_split (&named, env_files, ",");
  for (size_t i = 0; i < named.n; i++)
    {
      autofree char *path = absolute (named.v[i]);
      strv_add (&s->env_files, path);
    }
}

/* .env in DIR, if it is there: what was read before it wins, as a later one of env_files does. */
static int
load_dot_env (const char *dir, struct sources *s, struct error **err)
{
  autofree char *path = path_join (dir, ".env");
  autostrv struct strv files = { 0 };
  if (is_on (getenv ("COMPOSE_DISABLE_ENV_FILE")) || ! is_file (path))
    return 0;
  strv_add (&files, path);
  TRY (env_files_read (&files, &s->variables, err));
  for (size_t i = 0; i < s->env_files.n; i++)
    strv_add (&files, s->env_files.v[i]);
  strv_free (&s->env_files);
  s->env_files = files;
  files = (struct strv) { 0 };
  return 0;
}

static void
name_files (const struct load_options *o, struct loading *l, const char *dir, struct sources *s)
{
  const char *list = variables_get (&s->variables, "COMPOSE_FILE");
  const char *separator = variables_get (&s->variables, "COMPOSE_PATH_SEPARATOR");
  autostrv struct strv named = { 0 };
  for (size_t i = 0; o->files && i < o->files->n; i++)
    strv_add (&named, o->files->v[i]);
  if (! named.n && list && *list)
    strv_split (&named, list, separator && *separator ? separator : ":");
  for (size_t i = 0; i < named.n; i++)
    {
      autofree char *path = streq (named.v[i], "-") ? mem_strdup ("-") : absolute (named.v[i]);
      strv_add (&s->files, path);
    }
  if (! named.n)
    discover (l, dir, &s->files);
}

/* Where the project is as far as options say; .env there may name the files. */
static char *
first_directory (const struct load_options *o)
{
  if (o->project_directory)
    return absolute (o->project_directory);
  if (o->files && o->files->n && ! streq (o->files->v[0], "-"))
    {
      autofree char *path = absolute (o->files->v[0]);
      return path_parent (path);
    }
  return current_directory ();
}

int
sources_find (struct loading *l, bool need_files, struct sources *ret, struct error **err)
{
  const struct load_options *o = l->options;
  autofree char *dir = first_directory (o);
  for (char **e = environ; *e; e++)
    strv_add (&ret->variables.v, *e);
  name_env_files (o, ret);
  bool named = ret->env_files.n > 0;
  TRY (named ? env_files_read (&ret->env_files, &ret->variables, err) : load_dot_env (dir, ret, err));
  name_files (o, l, dir, ret);
  if (! ret->files.n && need_files)
    return fail (err, E_COMPOSE_FILE, "no compose.yaml in %s or above it: name a file with -f, or go where it is", dir);
  bool by_file = ! o->project_directory && ret->files.n && ! streq (ret->files.v[0], "-");
  ret->directory = by_file ? path_parent (ret->files.v[0]) : mem_strdup (dir);
  return named || streq (ret->directory, dir) ? 0 : load_dot_env (ret->directory, ret, err);
}

static bool
good_name (const char *s)
{
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
  return *s && *s != '_' && *s != '-' && strspn (s, allowed) == strlen (s) && strlen (s) <= 63;
}

static int
check_name (const char *name, const char *whence, const struct node *n, char **ret, struct error **err)
{
  if (! good_name (name))
    return node_fail (err, E_COMPOSE_FILE, n, n ? "name" : NULL,
                      "%s'%s' is no project name: lower case letters, digits, - and _, a letter or digit first, "
                      "at most 63", whence, name);
  *ret = mem_strdup (name);
  return 0;
}

/* The directory's last component as far as it can be a name. */
static char *
name_of_directory (const char *dir)
{
  const char *slash = strrchr (dir, '/');
  struct text t = { 0 };
  for (const char *p = slash ? slash + 1 : dir; *p && t.len < 63; p++)
    {
      char c = *p >= 'A' && *p <= 'Z' ? (char) (*p - 'A' + 'a') : *p;
      bool alnum = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (alnum || (t.len && (c == '-' || c == '_')))
        text_add_bytes (&t, &c, 1);
    }
  if (! t.len)
    text_add (&t, "default");
  return t.s;
}

int
name_find (const struct load_options *o, struct sources *s, struct node *const *trees, size_t n, char **ret,
           struct error **err)
{
  const char *env = variables_get (&s->variables, "COMPOSE_PROJECT_NAME");
  if (o->project_name && *o->project_name)
    return check_name (o->project_name, "--project-name: ", NULL, ret, err);
  if (env && *env)
    return check_name (env, "COMPOSE_PROJECT_NAME: ", NULL, ret, err);
  for (size_t i = n; i > 0; i--)
    {
      const struct node *given = node_get (trees[i - 1], "name");
      if (! given || given->kind == NODE_NULL || ! node_is_scalar (given))
        continue;
      autofree char *name = NULL;
      if (interpolate (given->text, &s->variables, &name, err) < 0)
        {
          autofree char *why = mem_strdup (error_text (*err));
          return node_fail (err, E_COMPOSE_FILE, given, "name", "%s", why);
        }
      return check_name (name, "", given, ret, err);
    }
  *ret = name_of_directory (s->directory);
  return 0;
}
