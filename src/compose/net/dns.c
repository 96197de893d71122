/* dns.c - see dns.h. In perry-compose, in the network namespace that has the bridges. */
#include "dns.h"

#include <ctype.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/pidfd.h>
#include <time.h>

#include "errors.h"
#include "fs.h"
#include "slirp.h"
#include "spawn.h"
#include "subnet.h"

#define PID_FILE "aardvark.pid"
/* What marks an internal network's file in the directory of the server that forwards: no network's name has it. */
#define SHADOW "@internal"

enum
{
  END_WAIT = 2000,           /* ms for a killed server to be gone */
  RELOAD_GAP_NS = 15000000,  /* between two reloads: a reload takes up to 14 ms */
};

static const struct server
{
  const char *directory;     /* below RUN */
  bool forwards;
} servers[] = {
  { "network/dns", true },
  { "network/dns-internal", false },
};

/* ---- files */

/* As host names are asked for in lower case, so they are written. A name that would break the file's syntax is left out
 * by whoever made the record; here it is an error. */
static int
add_name (struct text *t, const char *name, struct error **err)
{
  if (! *name || name[strspn (name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")])
    return fail (err, E_NETWORK, "'%s' is not a host name: letters, digits, '.', '_' and '-' are allowed", name);
  for (; *name; name++)
    text_printf (t, "%c", tolower ((unsigned char) *name));
  return 0;
}

static void
add_addresses (struct text *t, const struct oci_strings *addresses, bool v6)
{
  const char *between = "";
  for (size_t i = 0; i < addresses->n; i++)
    if (! strchr (addresses->v[i], ':') == ! v6)
      {
        text_printf (t, "%s%s", between, addresses->v[i]);
        between = ",";
      }
}

static int
add_servers (struct text *t, const struct oci_strings *list, struct error **err)
{
  for (size_t i = 0; i < list->n; i++)
    {
      struct ip ip;
      if (ip_parse (list->v[i], &ip) < 0)
        return fail (err, E_COMPOSE_FILE, "dns: '%s' is no address", list->v[i]);
      text_printf (t, "%s%s", i ? "," : " ", list->v[i]);
    }
  return 0;
}

/* "ID IP4,… IP6,… NAME,… SERVER,…" of each container after a line with the addresses LISTEN. */
static int
make_file (struct text *t, const char *listen, const struct record_NetworkState *st, struct error **err)
{
  text_printf (t, "%s\n", listen);
  for (size_t i = 0; i < st->attached.n; i++)
    {
      const struct record_Attached *a = &st->attached.v[i];
      text_printf (t, "%s ", a->id);
      add_addresses (t, &a->addresses, false);
      text_add (t, " ");
      add_addresses (t, &a->addresses, true);
      text_add (t, " ");
      for (size_t j = 0; j < a->names.n; j++)
        {
          text_add (t, j ? "," : "");
          TRY (add_name (t, a->names.v[j], err));
        }
      TRY (add_servers (t, &a->dns, err));
      text_add (t, "\n");
    }
  return 0;
}

/* The bridge's addresses; in a session also whom to ask for other names, as the host's name server may be on its
 * loopback. */
static char *
gateways (const struct settings *s, const struct record_NetworkFile *n)
{
  struct text t = { 0 };
  for (size_t i = 0; i < n->subnets.n; i++)
    text_printf (&t, "%s%s", i ? "," : "", n->subnets.v[i].gateway);
  text_add (&t, s->rootless ? " " SLIRP_DNS : "");
  return t.s;
}

/* An address of the loopback for the copy of an internal network's file: the server must listen somewhere for it. */
static char *
shadow_address (const struct record_NetworkFile *n)
{
  char hash[7];
  network_hash (n->id, "shadow", hash, sizeof hash - 1);
  unsigned long h = strtoul (hash, NULL, 16);
  return mem_printf ("127.%lu.%lu.%lu", 128 + (h >> 16 & 127), h >> 8 & 255, 1 + (h & 255) % 254);
}

/* Make file NAME of the server's directory what LISTEN and ST say; nobody attached: remove it. */
static int
put_file (const struct settings *s, const struct server *server, const char *name, const char *listen,
          const struct record_NetworkState *st, struct error **err)
{
  autofree char *directory = run_path (s, "%s", server->directory);
  autofree char *above = run_path (s, "network");
  TRY (fs_mkdir_parents (directory, 0700, err));
  autoclose int dir = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  autoclose int above_dir = open (above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (dir < 0 || above_dir < 0)
    return fail_sys (err, errno, "%s", directory);
  if (! st->attached.n)
    {
      /* What a killed command was writing goes with it. */
      unlinkat (above_dir, ".dns.new.tmp", 0);
      unlinkat (above_dir, "dns.new", 0);
      return unlinkat (dir, name, 0) < 0 && errno != ENOENT ? fail_sys (err, errno, "remove %s/%s", directory, name)
                                                            : 0;
    }
  autotext struct text t = { 0 };
  TRY (make_file (&t, listen, st, err));
  /* The server takes every file here for a network, also a temporary one: written beside, then moved in. */
  TRY (fs_replace (above_dir, "dns.new", t.s, t.len, 0600, err));
  if (renameat (above_dir, "dns.new", dir, name) < 0)
    return fail_sys (err, errno, "%s/%s", directory, name);
  return 0;
}

int
dns_write (const struct settings *s, const struct record_NetworkFile *n, const struct record_NetworkState *st,
           struct error **err)
{
  if (! streq (n->driver, "bridge"))
    return 0;
  autofree char *listen = gateways (s, n);
  if (! n->internal.value)
    return put_file (s, &servers[0], n->name, listen, st, err);
  autofree char *shadow = mem_printf ("%s" SHADOW, n->name);
  autofree char *elsewhere = shadow_address (n);
  TRY (put_file (s, &servers[1], n->name, listen, st, err));
  return put_file (s, &servers[0], shadow, elsewhere, st, err);
}

/* ---- processes */

/* Has the server in DIRECTORY a network to answer for? */
static bool
has_networks (const char *directory)
{
  autodir DIR *d = opendir (directory);
  for (struct dirent *e; d && (e = readdir (d));)
    if (e->d_name[0] != '.' && ! streq (e->d_name, PID_FILE) && ! strstr (e->d_name, SHADOW))
      return true;
  return false;
}

/* Is process PID a server with DIRECTORY? Its command line says so. */
static bool
is_server (long pid, const char *directory)
{
  char path[64], line[4096];
  snprintf (path, sizeof path, "/proc/%ld/cmdline", pid);
  autoclose int fd = open (path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd < 0 ? -1 : read (fd, line, sizeof line - 1);
  if (n <= 0)
    return false;
  line[n] = '\0';
  bool config = false;
  for (const char *p = line; p < line + n; p += strlen (p) + 1)
    {
      if (config && streq (p, directory))
        return true;
      config = streq (p, "--config");
    }
  return false;
}

static long
scan_processes (const char *directory)
{
  autodir DIR *proc = opendir ("/proc");
  for (struct dirent *e; proc && (e = readdir (proc));)
    if (isdigit ((unsigned char) e->d_name[0]) && is_server (atol (e->d_name), directory))
      return atol (e->d_name);
  return 0;
}

/* The server's process: a pidfd, or -1. A server that was killed, or one that was started and did not come to write its
 * file, is told as what it is. */
static int
find_process (const char *directory)
{
  autofree char *path = mem_printf ("%s/" PID_FILE, directory);
  autofree char *text = NULL;
  long pid = fs_read_kernel (AT_FDCWD, path, 32, &text, NULL) < 0 ? 0 : atol (text);
  if (pid <= 0 || ! is_server (pid, directory))
    pid = scan_processes (directory);
  if (pid <= 0)
    return -1;
  autoclose int fd = pidfd_open (pid, 0);
  /* Looked at again: the number may have become another process's before we held it. */
  return fd >= 0 && is_server (pid, directory) ? TAKE_FD (fd) : -1;
}

static int
start_server (const struct settings *s, const struct server *server, const char *directory, struct error **err)
{
  autofree char *program = NULL;
  TRY (find_tool ("aardvark-dns", "aardvark-dns", &program, err));
  autostrv struct strv env = { 0 };
  for (char **e = environ; *e; e++)
    strv_add (&env, *e);
  if (! server->forwards)
    strv_add (&env, "AARDVARK_NO_PROXY=1");
  struct spawn call = SPAWN_INIT;
  call.argv = (const char *const[]) { program, "--config", directory, "-p", "53", "run", NULL };
  call.env = (const char *const *) env.v;
  call.what = "aardvark-dns";
  call.timeout = s->op_timeout;
  call.apart = true;
  return spawn_check (&call, NULL, err);
}

/* End the server of PIDFD (-1: it does not run) and forget its directory. */
static int
end_server (int pidfd, const char *directory, struct error **err)
{
  struct pollfd p = { .fd = pidfd, .events = POLLIN };
  /* It keeps nothing that it would have to write. */
  if (pidfd >= 0 && pidfd_send_signal (pidfd, SIGKILL, NULL, 0) < 0 && errno != ESRCH)
    return fail_sys (err, errno, "end aardvark-dns");
  if (pidfd >= 0 && RETRY_EINTR (poll (&p, 1, END_WAIT)) != 1)
    return fail (err, E_NETWORK, "aardvark-dns does not end");
  autofree char *path = mem_printf ("%s/" PID_FILE, directory);
  unlink (path);
  rmdir (directory); /* stays with copies of internal networks' files */
  return 0;
}

int
dns_run (const struct settings *s, bool *ret_started, struct error **err)
{
  bool started = false;
  for (size_t i = 0; i < ARRAY_LEN (servers); i++)
    {
      autofree char *directory = run_path (s, "%s", servers[i].directory);
      if (access (directory, F_OK) < 0)
        continue;
      bool wanted = has_networks (directory);
      autoclose int pidfd = find_process (directory);
      if (wanted && pidfd < 0)
        {
          TRY (start_server (s, &servers[i], directory, err));
          started = true;
        }
      else if (! wanted)
        TRY (end_server (pidfd, directory, err));
    }
  *ret_started = started;
  return 0;
}

/* ---- reload */

static int64_t
now (void)
{
  struct timespec t;
  clock_gettime (CLOCK_BOOTTIME, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int
signal_servers (const struct settings *s, struct error **err)
{
  for (size_t i = 0; i < ARRAY_LEN (servers); i++)
    {
      autofree char *directory = run_path (s, "%s", servers[i].directory);
      autoclose int pidfd = has_networks (directory) ? find_process (directory) : -1;
      if (pidfd >= 0 && pidfd_send_signal (pidfd, SIGHUP, NULL, 0) < 0 && errno != ESRCH)
        return fail_sys (err, errno, "signal aardvark-dns");
    }
  return 0;
}

int
dns_reload (const struct settings *s, struct error **err)
{
  int64_t wanted = now (), last = 0;
  autofree char *path = run_path (s, "network/reload");
  autoclose int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0 || RETRY_EINTR (flock (fd, LOCK_EX)) < 0)
    return fail_sys (err, errno, "%s", path);
  /* Who waited for the lock and finds a signal sent after its file was written has been served. */
  if (pread (fd, &last, sizeof last, 0) == sizeof last && last > wanted)
    return 0;
  int64_t pause = last + RELOAD_GAP_NS - now ();
  if (pause > 0 && pause <= RELOAD_GAP_NS)
    nanosleep (&(struct timespec) { .tv_nsec = pause }, NULL);
  last = now ();
  if (pwrite (fd, &last, sizeof last, 0) != sizeof last)
    return fail_sys (err, errno, "%s", path);
  return signal_servers (s, err);
}
