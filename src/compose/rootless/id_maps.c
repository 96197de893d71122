/* id_maps.c - see id_maps.h. In perry-compose of an ordinary user, in the host's user namespace; newuidmap and
 * newgidmap are setuid programs, which look at subuid(5) and subgid(5) themselves. */
#include "id_maps.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>

#include "errors.h"
#include "fs.h"
#include "spawn.h"

enum { FILE_LIMIT = 1 << 20 };

unsigned long
id_maps_parse (const char *text, const char *user, unsigned id, struct strv *args)
{
  autofree char *copy = mem_strdup (text);
  unsigned long inside = 1;
  char *next = copy;
  for (char *line; (line = strsep (&next, "\n"));)
    {
      unsigned long start, count;
      char *name = strsep (&line, ":"), *end;
      if (! line || sscanf (line, "%lu:%lu", &start, &count) != 2 || ! count)
        continue;
      bool mine = streq (name, user) || (strtoul (name, &end, 10) == id && *name && ! *end);
      if (! mine)
        continue;
      strv_printf (args, "%lu", inside);
      strv_printf (args, "%lu", start);
      strv_printf (args, "%lu", count);
      inside += count;
    }
  return inside - 1;
}

static const struct kind
{
  const char *program, *file, *option;
} kinds[] = {
  { "newuidmap", "/etc/subuid", "--add-subuids" },
  { "newgidmap", "/etc/subgid", "--add-subgids" },
};

/* Add the ids of USER to ARGS. */
static int
read_ids (const struct kind *k, const char *user, struct strv *args, struct error **err)
{
  autofree char *text = NULL;
  if (fs_read_regular (AT_FDCWD, k->file, FILE_LIMIT, &text, NULL, NULL) < 0
      || ! id_maps_parse (text, user, getuid (), args))
    return fail (err, E_BACKEND, "%s gives user %s no ids for containers: usermod %s 100000-165535 %s", k->file, user,
                 k->option, user);
  return 0;
}

/* Why PROGRAM has no more rights than we have, if so. */
static const char *
why_powerless (const char *program)
{
  struct stat st;
  struct statvfs fs;
  if (prctl (PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
    return ": we were started with no_new_privs";
  if (stat (program, &st) == 0 && ! (st.st_mode & S_ISUID) && getxattr (program, "security.capability", NULL, 0) < 0)
    return ": it is not setuid: reinstall the package uidmap";
  return statvfs (program, &fs) == 0 && (fs.f_flag & ST_NOSUID) ? ": its file system is mounted with nosuid" : "";
}

static int
write_map (const struct settings *s, const struct kind *k, pid_t pid, const char *user, unsigned id, struct error **err)
{
  autofree char *program = NULL;
  autostrv struct strv args = { 0 };
  TRY (find_tool (k->program, "uidmap", &program, err));
  strv_add (&args, program);
  strv_printf (&args, "%d", pid);
  strv_add (&args, "0");
  strv_printf (&args, "%u", id);
  strv_add (&args, "1");
  TRY (read_ids (k, user, &args, err));
  struct spawn call = SPAWN_INIT;
  call.argv = (const char *const *) args.v;
  call.what = k->program;
  call.timeout = s->op_timeout;
  int r = spawn_check (&call, NULL, err);
  return r < 0 ? fail (err, E_BACKEND, "%s%s", error_text (err ? *err : NULL), why_powerless (program)) : 0;
}

/* The name of the user with ID by passwd(5), for the caller to free; of one that is elsewhere (LDAP) the number,
 * which subuid(5) takes, too. Not by the C library's services: a static program would load them from the system. */
static char *
name_of (unsigned id)
{
  autofile FILE *f = fopen ("/etc/passwd", "re");
  struct passwd *user;
  while (f && (user = fgetpwent (f)))
    if (user->pw_uid == id)
      return mem_strdup (user->pw_name);
  return mem_printf ("%u", id);
}

int
id_maps_write (const struct settings *s, pid_t pid, struct error **err)
{
  autofree char *name = name_of (getuid ());
  TRY (write_map (s, &kinds[0], pid, name, getuid (), err));
  return write_map (s, &kinds[1], pid, name, getgid (), err);
}

int
id_maps_check (struct error **err)
{
  autofree char *name = name_of (getuid ());
  for (size_t i = 0; i < ARRAY_LEN (kinds); i++)
    {
      autofree char *program = NULL;
      autostrv struct strv ids = { 0 };
      TRY (find_tool (kinds[i].program, "uidmap", &program, err));
      TRY (read_ids (&kinds[i], name, &ids, err));
    }
  return 0;
}
