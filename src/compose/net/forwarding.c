/* forwarding.c - see forwarding.h. Under network_lock(), in the network namespace that has the bridges. */
#include "forwarding.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "errors.h"
#include "fs.h"
#include "link.h"

#define ROOT "/proc/sys/net/"
#define SAVED "network/sysctl"
#define BEFORE_V6 "ipv6/conf"

enum { VALUE_SIZE = 64, SAVED_LIMIT = 65536 };

/* The value of setting NAME ("ipv4/ip_forward") without its newline; false: the kernel has no such setting. */
static bool
get (const char *name, char value[VALUE_SIZE])
{
  autofree char *path = mem_printf (ROOT "%s", name);
  autofree char *text = NULL;
  if (fs_read_kernel (AT_FDCWD, path, VALUE_SIZE - 1, &text, NULL) < 0)
    return false;
  snprintf (value, VALUE_SIZE, "%.*s", (int) strcspn (text, "\n"), text);
  return true;
}

static int
set (const char *name, const char *value, struct error **err)
{
  char now[VALUE_SIZE];
  if (! get (name, now) || streq (now, value))
    return 0;
  autofree char *path = mem_printf (ROOT "%s", name);
  return fs_write_kernel (AT_FDCWD, path, value, err);
}

/* Set NAME for the time that there are networks: what it was, and what else the kernel changes with it, is written down
 * first. */
static int
set_for_now (const struct settings *s, const char *name, const char *value, const char *dragged, struct error **err)
{
  char now[VALUE_SIZE], other[VALUE_SIZE];
  if (! get (name, now) || streq (now, value))
    return 0;
  if (s->rootless)
    return set (name, value, err);
  autofree char *path = run_path (s, SAVED);
  autotext struct text line = { 0 };
  text_printf (&line, "%s %s\n", name, now);
  if (dragged && get (dragged, other))
    text_printf (&line, "%s %s\n", dragged, other);
  autoclose int fd = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  int r = fd < 0 ? -errno : fs_write_all (fd, line.s, line.len);
  if (r < 0)
    return fail_sys (err, -r, "%s", path);
  return set (name, value, err);
}

/* With forwarding on, the kernel takes router advertisements on an interface only if its accept_ra is 2: without, the
 * host would lose its own IPv6 default route. */
static int
keep_router_advertisements (const struct settings *s, struct error **err)
{
  autodir DIR *d = opendir (ROOT BEFORE_V6);
  for (struct dirent *e; d && (e = readdir (d));)
    {
      char value[VALUE_SIZE];
      autofree char *name = mem_printf (BEFORE_V6 "/%s/accept_ra", e->d_name);
      if (e->d_name[0] != '.' && get (name, value) && streq (value, "1"))
        TRY (set_for_now (s, name, "2", NULL, err));
    }
  return 0;
}

static int
set_bridge (const struct record_NetworkFile *n, const char *what, const char *value, struct error **err)
{
  autofree char *name = mem_printf (what, n->interface);
  return set (name, value, err);
}

int
forwarding_enable (const struct settings *s, const struct record_NetworkFile *n, struct error **err)
{
  char value[VALUE_SIZE];
  if (! n->internal.value)
    {
      TRY (set_for_now (s, "ipv4/ip_forward", "1", "ipv4/conf/all/accept_redirects", err));
      TRY (set_bridge (n, "ipv4/conf/%s/route_localnet", "1", err));
    }
  /* Before anything else: a container must not become the host's router (CVE-2020-13401). */
  TRY (set_bridge (n, BEFORE_V6 "/%s/accept_ra", "0", err));
  if (! n->ipv6.value)
    return set_bridge (n, BEFORE_V6 "/%s/disable_ipv6", "1", err);
  TRY (set_bridge (n, BEFORE_V6 "/%s/disable_ipv6", "0", err));
  /* While the kernel looks whether somebody else has the bridge's link-local address, up to two seconds, it asks for
   * no neighbours on behalf of packets that come from outside. */
  TRY (set_bridge (n, BEFORE_V6 "/%s/accept_dad", "0", err));
  if (n->internal.value || ! get (BEFORE_V6 "/all/forwarding", value) || streq (value, "1"))
    return 0;
  TRY (keep_router_advertisements (s, err));
  return set_for_now (s, BEFORE_V6 "/all/forwarding", "1", NULL, err);
}

int
forwarding_restore (const struct settings *s, int sock, struct error **err)
{
  autofree char *path = run_path (s, SAVED);
  autofree char *text = NULL;
  if (access (path, F_OK) < 0 || link_virtual_exists (sock) != 0)
    return 0;
  TRY (fs_read_regular (AT_FDCWD, path, SAVED_LIMIT, &text, NULL, err));
  /* In the order of writing: what a setting changed by the way comes after it. */
  char *next = text;
  for (char *line; (line = strsep (&next, "\n")) && *line;)
    {
      char *value = strchr (line, ' ');
      if (! value)
        continue;
      *value++ = '\0';
      TRY (set (line, value, err));
    }
  if (unlink (path) < 0)
    return fail_sys (err, errno, "remove %s", path);
  return 0;
}
