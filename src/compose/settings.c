/* settings.c - the program's directories and the programs it calls. Owns nothing but the strings of its struct. */
#include "settings.h"

#include <limits.h>
#include <sys/stat.h>

#include "errors.h"
#include "fs.h"

char *
data_path (const struct settings *s, const char *fmt, ...)
{
  va_list ap;
  va_start (ap, fmt);
  autofree char *name = mem_vprintf (fmt, ap);
  va_end (ap);
  return mem_printf ("%s/%s", s->data, name);
}

char *
run_path (const struct settings *s, const char *fmt, ...)
{
  va_list ap;
  va_start (ap, fmt);
  autofree char *name = mem_vprintf (fmt, ap);
  va_end (ap);
  return mem_printf ("%s/%s", s->run, name);
}

/* The first of the colon-separated DIRECTORIES that has an executable file NAME; NULL if none has. */
static char *
find_in (const char *directories, const char *name)
{
  for (const char *p = directories; p && *p;)
    {
      size_t n = strcspn (p, ":");
      autofree char *path = mem_printf ("%.*s/%s", (int) n, p, name);
      struct stat st;
      if (n && path[0] == '/' && stat (path, &st) == 0 && S_ISREG (st.st_mode) && access (path, X_OK) == 0)
        return TAKE_PTR (path);
      p += n + (p[n] == ':');
    }
  return NULL;
}

/* The directory of our own program, for the caller to free; NULL if procfs does not tell. */
static char *
own_directory (void)
{
  char path[PATH_MAX];
  ssize_t n = readlink ("/proc/self/exe", path, sizeof path - 1);
  if (n <= 0)
    return NULL;
  path[n] = '\0';
  char *slash = strrchr (path, '/');
  return slash ? mem_strndup (path, (size_t) (slash - path)) : NULL;
}

int
find_helper (const char *name, char **ret, struct error **err)
{
  autofree char *own = own_directory ();
  char *path = find_in (own, name);
  if (! path)
    path = find_in (LIBEXECDIR, name);
  if (! path)
    path = find_in (getenv ("PATH"), name);
  if (! path)
    return fail (err, E_BACKEND, "%s is neither beside perry-compose nor in " LIBEXECDIR " nor on PATH", name);
  *ret = path;
  return 0;
}

int
find_tool (const char *name, const char *package, char **ret, struct error **err)
{
  char *path = find_in (getenv ("PATH"), name);
  if (! path)
    path = find_in ("/usr/lib/podman:/usr/libexec/podman:/usr/bin:/usr/sbin:/sbin:/bin", name);
  if (! path)
    return fail (err, E_BACKEND, "%s is not installed: install the package %s", name, package);
  *ret = path;
  return 0;
}

/* DIRECTORY exists, is ours and nobody else's. What an attacker made before us in a world-writable place is refused. */
static int
own_private_directory (const char *directory, struct error **err)
{
  struct stat st;
  TRY (fs_mkdir_parents (directory, 0700, err));
  if (lstat (directory, &st) < 0)
    return fail_sys (err, errno, "%s", directory);
  if (! S_ISDIR (st.st_mode) || st.st_uid != geteuid ())
    return fail (err, EPERM, "%s must be a directory that belongs to user %u", directory, geteuid ());
  if ((st.st_mode & 077) && chmod (directory, 0700) < 0)
    return fail_sys (err, errno, "%s: make it private", directory);
  return 0;
}

static char *
default_data (bool rootless)
{
  const char *xdg = getenv ("XDG_DATA_HOME"), *home = getenv ("HOME");
  if (! rootless)
    return mem_strdup ("/var/lib/perry-compose");
  if (xdg && xdg[0] == '/')
    return mem_printf ("%s/perry-compose", xdg);
  return mem_printf ("%s/.local/share/perry-compose", home && home[0] == '/' ? home : "/");
}

static char *
default_run (bool rootless, unsigned user)
{
  const char *xdg = getenv ("XDG_RUNTIME_DIR");
  if (! rootless)
    return mem_strdup ("/run/perry-compose");
  if (xdg && xdg[0] == '/')
    return mem_printf ("%s/perry-compose", xdg);
  return mem_printf ("/tmp/perry-compose-%u", user);
}

void
settings_directories (struct settings *s, const char *data, const char *run, unsigned user)
{
  const char *data_env = getenv ("PERRY_COMPOSE_DATA"), *run_env = getenv ("PERRY_COMPOSE_RUN");
  data = data ? data : data_env && *data_env ? data_env : NULL;
  run = run ? run : run_env && *run_env ? run_env : NULL;
  s->data = data ? fs_absolute (data) : default_data (s->rootless);
  s->run = run ? fs_absolute (run) : default_run (s->rootless, user);
}

int
settings_make_directories (const struct settings *s, struct error **err)
{
  static const char *const in_data[] = { "images", "projects", "containers", "volumes", "networks" };
  static const char *const in_run[] = { "containers", "runtime", "network" };
  TRY (own_private_directory (s->data, err));
  TRY (own_private_directory (s->run, err));
  for (size_t i = 0; i < ARRAY_LEN (in_data); i++)
    {
      autofree char *path = data_path (s, "%s", in_data[i]);
      TRY (fs_mkdir_parents (path, 0700, err));
    }
  for (size_t i = 0; i < ARRAY_LEN (in_run); i++)
    {
      autofree char *path = run_path (s, "%s", in_run[i]);
      TRY (fs_mkdir_parents (path, 0700, err));
    }
  return 0;
}

void
settings_free (struct settings *s)
{
  free (s->data);
  free (s->run);
  free (s->runtime);
  *s = (struct settings) { 0 };
}
