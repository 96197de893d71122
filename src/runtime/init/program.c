/* program.c - the process's environment and program. Runs in the child, in the container's root, as the container's
 * user when it looks for the program. No name service: what glibc would load for it is the container's
 * (CVE-2019-14271). */
#include <fcntl.h>
#include <link.h>
#include <sys/stat.h>

#include "fs.h"
#include "init.h"
#include "rootfs/path.h"

/* An image's passwd file may be of any size. */
#define PASSWD_MAX (1024 * 1024)

static const char *
env_get (char *const *env, const char *name)
{
  size_t n = strlen (name);
  for (; env && *env; env++)
    if (strncmp (*env, name, n) == 0 && (*env)[n] == '=')
      return *env + n + 1;
  return NULL;
}

/* The home directory of UID in passwd(5) text; NULL if it has none. The caller frees it. */
static char *
home_in (char *text, uid_t uid)
{
  char *line, *rest = text;
  while ((line = strsep (&rest, "\n")))
    {
      char *field[7], *end;
      size_t n = 0;
      for (char *f = line; n < ARRAY_LEN (field) && f;)
        field[n++] = strsep (&f, ":");
      if (n < 6 || ! *field[2])
        continue;
      unsigned long id = strtoul (field[2], &end, 10);
      if (*end == '\0' && id == uid && *field[5])
        return mem_strdup (field[5]);
    }
  return NULL;
}

static char *
home_of (uid_t uid)
{
  autofree char *text = NULL;
  autoclose int root = open ("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  autoclose int fd = root < 0 ? -1 : path_open (root, "etc/passwd", O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
  struct stat st;
  char *home = NULL;
  if (fd >= 0 && fstat (fd, &st) == 0 && S_ISREG (st.st_mode) && st.st_size <= PASSWD_MAX)
    {
      text = mem_alloc ((size_t) st.st_size + 1);
      ssize_t n = pread (fd, text, (size_t) st.st_size, 0);
      text[n < 0 ? 0 : n] = '\0';
      home = home_in (text, uid);
    }
  return home ? home : mem_strdup ("/");
}

char **
program_environment (const struct plan_process *p, const struct kept_fds *kept)
{
  struct strv env = { 0 };
  const char *home = env_get ((char *const *) p->env, "HOME");
  for (const char *const *e = p->env; e && *e; e++)
    if (! after_prefix (*e, "HOME=") || (home && *home))
      strv_add (&env, *e);
  if (! home || ! *home)
    {
      autofree char *dir = home_of (p->uid);
      strv_printf (&env, "HOME=%s", dir);
    }
  if (kept->listen)
    {
      strv_printf (&env, "LISTEN_FDS=%u", kept->listen);
      strv_add (&env, "LISTEN_PID=1");
    }
  if (! env.v)
    env.v = mem_alloc (sizeof *env.v);
  return env.v;
}

/* 0 if PATH is a regular file that we may execute, or -errno. */
static int
executable (const char *path)
{
  struct stat st;
  if (stat (path, &st) < 0)
    return -errno;
  if (! S_ISREG (st.st_mode))
    return -EACCES;
  return faccessat (AT_FDCWD, path, X_OK, AT_EACCESS) < 0 ? -errno : 0;
}

/* The words are those that engines match (moby's and Podman's exit codes 126 and 127 hang on them). */
int
program_refuse (const char *name, int code, struct error **err)
{
  const char *why = code == EACCES ? "permission denied" : code == ENOENT ? "no such file or directory"
                    : code == ENOTDIR ? "not a directory" : code == ENOEXEC ? "exec format error" : strerror (code);
  return fail (err, code, "exec: \"%s\": %s%s", name, why,
               code == EPERM ? " (has the file capabilities that the container's bounding set lacks?)" : "");
}

/* ---- what a program that is there lacks; its file may say anything */

/* The path of PT_INTERP, not terminated if it is cut. */
static void
elf_interpreter (int fd, char *ret, size_t size)
{
  enum { MAX_HEADERS = 100 };
  ElfW (Ehdr) head;
  ElfW (Phdr) part;
  if (pread (fd, &head, sizeof head, 0) != sizeof head || memcmp (head.e_ident, ELFMAG, SELFMAG) != 0
      || head.e_phentsize != sizeof part)
    return;
  for (unsigned i = 0; i < head.e_phnum && i < MAX_HEADERS; i++)
    if (pread (fd, &part, sizeof part, (off_t) (head.e_phoff + i * sizeof part)) == sizeof part
        && part.p_type == PT_INTERP)
      {
        size_t n = part.p_filesz < size ? part.p_filesz : size;
        if (pread (fd, ret, n, (off_t) part.p_offset) < 0)
          *ret = '\0';
        return;
      }
}

/* "#! /bin/x -e": /bin/x. */
static void
script_interpreter (int fd, char *ret, size_t size)
{
  char line[256] = "";
  if (pread (fd, line, sizeof line - 1, 0) < 2 || line[0] != '#' || line[1] != '!')
    return;
  const char *from = line + 2 + strspn (line + 2, " \t");
  size_t n = strcspn (from, " \t\r\n");
  memcpy (ret, from, n < size ? n : size);
}

int
program_refuse_interpreter (const char *name, const char *path, struct error **err)
{
  char found[200] = "";
  autoclose int fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  elf_interpreter (fd, found, sizeof found - 1);
  if (! *found)
    script_interpreter (fd, found, sizeof found - 1);
  for (char *c = found; *c; c++)
    if (*c < ' ' || *c > '~')
      *c = '?';
  return fail (err, ENOENT, "exec: \"%s\": no such file or directory: the container lacks %s%s", name,
               *found ? "its interpreter " : "the interpreter that its first line names, or its dynamic loader", found);
}

static int
find_in_path (const char *name, const char *path, char **ret, struct error **err)
{
  autofree char *dirs = mem_strdup (path);
  char *rest = dirs, *dir;
  int denied = 0;
  while ((dir = strsep (&rest, ":")))
    {
      autofree char *file = mem_printf ("%s/%s", *dir ? dir : ".", name);
      int r = executable (file);
      if (r == 0)
        {
          *ret = TAKE_PTR (file);
          return 0;
        }
      if (r == -EACCES)
        denied = EACCES;
    }
  if (denied)
    return program_refuse (name, denied, err);
  return fail (err, ENOENT, "exec: \"%s\": executable file not found in $PATH", name);
}

int
program_find (const struct plan_process *p, char *const *env, char **ret, struct error **err)
{
  const char *name = p->args[0], *path = env_get (env, "PATH");
  if (! strchr (name, '/'))
    return find_in_path (name, path ? path : "", ret, err);
  int r = executable (name);
  if (r < 0)
    return program_refuse (name, -r, err);
  *ret = mem_strdup (name);
  return 0;
}
