/* users.c - owns the reading of a container's passwd and group files. No NSS: its modules would run with a
 * container's files (CVE-2019-14271). Reads below a root descriptor; called in perry-compose or in a child that sees
 * an image's files. */
#include "users.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#include "fs.h"

void
identity_free (struct identity *i)
{
  free (i->groups);
  free (i->home);
  *i = (struct identity) { 0 };
}

void
user_files_free (struct user_files *f)
{
  free (f->passwd);
  free (f->group);
  *f = (struct user_files) { 0 };
}

static int
read_in_root (int root_fd, const char *path, char **ret, struct error **err)
{
  const struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
  autoclose int fd = (int) syscall (SYS_openat2, root_fd, path, &how, sizeof how);
  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
    return 0;
  if (fd < 0)
    return fail_sys (err, errno, "the container's /%s", path);
  /* The kernel's own link to what was found: only regular files are opened for reading. */
  char link[64];
  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  TRY_DOING (err, fs_read_regular (AT_FDCWD, link, USER_FILE_LIMIT, ret, NULL, err), "the container's /%s", path);
  return 0;
}

int
user_files_read (int root_fd, struct user_files *ret, struct error **err)
{
  autouserfiles struct user_files f = { 0 };
  TRY (read_in_root (root_fd, "etc/passwd", &f.passwd, err));
  TRY (read_in_root (root_fd, "etc/group", &f.group, err));
  *ret = f;
  f = (struct user_files) { 0 };
  return 0;
}

/* A decimal number that can be an id: 2^32-1 is "no id" to the kernel. -ERANGE: a number, but none that can; -EINVAL:
 * no number. */
static int
parse_id (const char *s, size_t n, unsigned *ret)
{
  uint64_t value = 0;
  if (n == 0)
    return -EINVAL;
  for (size_t i = 0; i < n; i++)
    {
      if (s[i] < '0' || s[i] > '9')
        return -EINVAL;
      if (value <= UINT32_MAX)
        value = value * 10 + (unsigned) (s[i] - '0');
    }
  if (value >= UINT32_MAX)
    return -ERANGE;
  *ret = (unsigned) value;
  return 0;
}

/* One line of passwd or group, cut at its colons. */
enum { MAX_FIELDS = 7 };
struct line
{
  struct piece { const char *s; size_t n; } field[MAX_FIELDS];
  size_t n;
};

/* The next line of *TEXT, which moves on; false at the end. */
static bool
next_line (const char **text, struct line *ret)
{
  const char *s = *text;
  if (! s || ! *s)
    return false;
  const char *end = strchrnul (s, '\n');
  *text = *end ? end + 1 : end;
  ret->n = 0;
  while (ret->n < MAX_FIELDS)
    {
      const char *colon = memchr (s, ':', (size_t) (end - s));
      const char *stop = colon ? colon : end;
      ret->field[ret->n++] = (struct piece) { s, (size_t) (stop - s) };
      if (! colon)
        break;
      s = colon + 1;
    }
  return true;
}

static bool
piece_is (struct piece p, const char *s, size_t n)
{
  return p.n == n && memcmp (p.s, s, n) == 0;
}

/* Who NAME (N bytes), or *UID, is by the passwd text. */
struct account
{
  unsigned uid, gid;
  struct piece name, home;
  bool found;
};

static struct account
find_account (const char *passwd, const char *name, size_t n, const unsigned *uid)
{
  struct line l;
  while (next_line (&passwd, &l))
    {
      struct account a = { .found = true };
      if (l.n < 4 || parse_id (l.field[2].s, l.field[2].n, &a.uid) < 0
          || parse_id (l.field[3].s, l.field[3].n, &a.gid) < 0)
        continue;
      if (uid ? a.uid != *uid : ! piece_is (l.field[0], name, n))
        continue;
      a.name = l.field[0];
      if (l.n > 5)
        a.home = l.field[5];
      return a;
    }
  return (struct account) { 0 };
}

/* A number is that id, whatever the container's files call so: otherwise an image makes user 1000 root
 * (CVE-2016-3697). */
static int
find_user (const char *passwd, const char *name, size_t n, struct account *ret, struct error **err)
{
  unsigned uid = 0;
  int r = parse_id (name, n, &uid);
  if (r == -ERANGE)
    return fail (err, EINVAL, "user '%.*s': a user id is at most 4294967294", (int) n, name);
  struct account a = find_account (passwd, name, n, r == 0 ? &uid : NULL);
  if (r < 0 && ! a.found)
    return fail (err, EINVAL, "user '%.*s': the container's /etc/passwd does not have it", (int) n, name);
  if (r == 0)
    a.uid = uid;
  *ret = a;
  return 0;
}

static int
find_group (const char *group, const char *name, size_t n, unsigned *ret, struct error **err)
{
  struct line l;
  int r = parse_id (name, n, ret);
  if (r == -ERANGE)
    return fail (err, EINVAL, "group '%.*s': a group id is at most 4294967294", (int) n, name);
  while (r < 0 && next_line (&group, &l))
    if (l.n >= 3 && piece_is (l.field[0], name, n))
      r = parse_id (l.field[2].s, l.field[2].n, ret);
  if (r < 0)
    return fail (err, EINVAL, "group '%.*s': the container's /etc/group does not have it", (int) n, name);
  return 0;
}

static bool
lists_member (struct piece members, struct piece user)
{
  const char *s = members.s, *end = s + members.n;
  while (s < end)
    {
      const char *comma = memchr (s, ',', (size_t) (end - s));
      const char *stop = comma ? comma : end;
      if ((size_t) (stop - s) == user.n && memcmp (s, user.s, user.n) == 0)
        return true;
      s = stop + 1;
    }
  return false;
}

static void
add_group (struct identity *i, unsigned gid)
{
  for (size_t k = 0; k < i->n_groups; k++)
    if (i->groups[k] == gid)
      return;
  i->groups = mem_grow (i->groups, i->n_groups + 1, sizeof *i->groups);
  i->groups[i->n_groups++] = gid;
}

static void
add_groups_of (const char *group, struct piece user, struct identity *i)
{
  struct line l;
  unsigned gid;
  while (next_line (&group, &l))
    if (l.n >= 4 && lists_member (l.field[3], user) && parse_id (l.field[2].s, l.field[2].n, &gid) == 0)
      add_group (i, gid);
}

int
user_resolve (const struct user_files *f, const char *spec, const char *const *add, size_t n_add, struct identity *ret,
              struct error **err)
{
  autoidentity struct identity i = { 0 };
  const char *user = spec && *spec ? spec : "0";
  const char *colon = strchrnul (user, ':');
  struct account a = { 0 };
  size_t n = (size_t) (colon - user);
  TRY (n ? find_user (f->passwd, user, n, &a, err) : find_user (f->passwd, "0", 1, &a, err));
  i.uid = a.uid;
  i.gid = a.gid;
  if (*colon && colon[1])
    TRY (find_group (f->group, colon + 1, strlen (colon + 1), &i.gid, err));
  else if (a.found)
    add_groups_of (f->group, a.name, &i);
  for (size_t k = 0; k < n_add; k++)
    {
      unsigned gid;
      TRY_DOING (err, find_group (f->group, add[k], strlen (add[k]), &gid, err), "group_add[%zu]", k);
      add_group (&i, gid);
    }
  if (a.home.n)
    i.home = mem_strndup (a.home.s, a.home.n);
  *ret = i;
  i = (struct identity) { 0 };
  return 0;
}
