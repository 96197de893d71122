/* doctor.c - the command `doctor`: what this host has, what it lacks and how to get it, and which containers the
 * whole world can reach. It installs and changes nothing. */
#include <fcntl.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>

#include "backend.h"
#include "commands.h"
#include "fs.h"
#include "id_maps.h"
#include "ocispec.h"
#include "slirp.h"

#undef OCI_PREFIX
#define OCI_PREFIX doctor_
#define SPEC_Finding(F, T)                                                                                            \
  F (T, str,                   name,         "name")                                                                  \
  F (T, str,                   state,        "state")         /* "ok", "warning", "missing" */                        \
  F (T, str,                   detail,       "detail")                                                                \
  F (T, str,                   remedy,       "remedy")
#define SPEC_Findings(F, T)                                                                                           \
  F (T, flag,                  ready,        "ready")                                                                 \
  F (T, list (Finding),        findings,     "findings")
DECLARE (Finding)
DECLARE (Findings)
DEFINE (Finding)
DEFINE (Findings)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

struct doctor_args
{
  bool json;
};

static const struct opt doctor_options[] = {
  FLAG (doctor_args, json, 0, "json", "as a JSON object: ready, findings")
  END_OF_OPTIONS
};

enum level { OK, WARNING, MISSING };

struct doctor
{
  const struct settings *settings;
  struct arena arena;
  struct doctor_Finding *v;
  size_t n;
  enum level worst;
};

static const char *
keep (struct doctor *d, const char *s)
{
  return s ? mem_arena_text (&d->arena, s, strlen (s)) : NULL;
}

static void
found (struct doctor *d, enum level level, const char *name, const char *detail, const char *remedy)
{
  static const char *const states[] = { "ok", "warning", "missing" };
  d->v = mem_grow (d->v, d->n + 1, sizeof *d->v);
  d->v[d->n++] = (struct doctor_Finding) { keep (d, name), states[level], keep (d, detail),
                                           level == OK ? NULL : keep (d, remedy) };
  d->worst = level > d->worst ? level : d->worst;
}

static char *
read_line (const char *path)
{
  char *text = NULL;
  if (fs_read_kernel (AT_FDCWD, path, 1 << 20, &text, NULL) < 0)
    return NULL;
  return text;
}

/* openat2(2) is of 5.6, which everything here relies on. */
static void
check_kernel (struct doctor *d)
{
  struct utsname u;
  int major = 0, minor = 0;
  uname (&u);
  sscanf (u.release, "%d.%d", &major, &minor);
  bool old = major < 5 || (major == 5 && minor < 6);
  found (d, old ? MISSING : OK, "kernel", u.release, "Linux 5.6 or newer is needed");
}

static void
check_cgroups (struct doctor *d)
{
  static const char *const wanted[] = { "cpu", "memory", "pids" };
  autofree char *v2 = read_line ("/sys/fs/cgroup/cgroup.controllers");
  autotext struct text lacking = { 0 };
  bool any = v2 || access ("/sys/fs/cgroup", F_OK) == 0;
  for (size_t i = 0; i < ARRAY_LEN (wanted); i++)
    {
      autofree char *v1 = mem_printf ("/sys/fs/cgroup/%s", wanted[i]);
      if (v2 ? ! strstr (v2, wanted[i]) : access (v1, F_OK) < 0)
        text_printf (&lacking, "%s%s", lacking.len ? ", " : "", wanted[i]);
    }
  autofree char *detail = mem_printf ("version %d%s%s", v2 ? 2 : 1, lacking.len ? ", without " : "",
                                      lacking.len ? lacking.s : "");
  found (d, ! any ? MISSING : lacking.len ? WARNING : OK, "cgroups", any ? detail : "not mounted",
         "limits need these controllers: mount cgroup2 at /sys/fs/cgroup, or enable them on the kernel's command line");
}

static void
check_user_namespaces (struct doctor *d)
{
  autofree char *most = read_line ("/proc/sys/user/max_user_namespaces");
  autofree char *debian = read_line ("/proc/sys/kernel/unprivileged_userns_clone");
  bool none = ! most || atol (most) == 0, closed = debian && atoi (debian) == 0;
  found (d, none || closed ? (geteuid () ? MISSING : WARNING) : OK, "user namespaces",
         none ? "none allowed" : closed ? "for root only" : "allowed",
         "needed without root and by userns_mode: "
         "sysctl -w user.max_user_namespaces=15000 kernel.unprivileged_userns_clone=1");
}

static void
check_overlay (struct doctor *d)
{
  autofree char *all = read_line ("/proc/filesystems");
  bool there = all && strstr (all, "\toverlay\n");
  found (d, there ? OK : MISSING, "overlayfs", there ? "there" : "not in /proc/filesystems", "modprobe overlay");
}

static void
check_seccomp (struct doctor *d)
{
  autofree char *status = read_line ("/proc/self/status");
  bool there = status && strstr (status, "\nSeccomp:");
  found (d, there ? OK : WARNING, "seccomp", there ? "there" : "the kernel has none",
         "containers run without a filter of system calls");
}

static void
check_store (struct doctor *d)
{
  enum { LOW_MB = 1024 };
  struct statvfs st;
  if (statvfs (d->settings->data, &st) < 0)
    {
      found (d, OK, "data directory", d->settings->data, NULL);
      return;
    }
  unsigned long long free_mb = (unsigned long long) st.f_bavail * st.f_frsize >> 20;
  autofree char *detail = mem_printf ("%s, %llu MiB free", d->settings->data, free_mb);
  found (d, free_mb < LOW_MB ? WARNING : OK, "data directory", detail,
         "little room for images: perry-compose image prune, or --data-dir");
}

static void
check_runtime (struct doctor *d)
{
  autostrv struct strv names = { 0 };
  bool any = false;
  backend_names (d->settings->runtime, &names);
  for (size_t i = 0; i < names.n && ! any; i++)
    {
      struct backend b;
      backend_probe (names.v[i], &b);
      autofree char *detail = b.reason ? NULL : mem_printf ("%s (%s)", b.path, b.version);
      if (detail)
        found (d, OK, "OCI runtime", detail, NULL);
      any = detail != NULL;
      backend_free (&b);
    }
  if (! any)
    found (d, MISSING, "OCI runtime", "none found",
           "install the package crun, or put perry-runtime beside perry-compose");
}

static void
check_helpers (struct doctor *d)
{
  static const char *const names[] = { "perry-monitor", "perry-unpack" };
  for (size_t i = 0; i < ARRAY_LEN (names); i++)
    {
      autofree char *path = NULL;
      bool there = find_helper (names[i], &path, NULL) >= 0;
      found (d, there ? OK : MISSING, names[i], there ? path : "not found",
             "it belongs to perry-compose: install that whole");
    }
}

/* What each is for; one without which nothing runs is missing, the others are warnings. */
static const struct tool
{
  const char *name, *package, *use;
  const char *instead;    /* the same by another one */
  bool needed, rootless;
} tools[] = {
  { "aardvark-dns", "aardvark-dns", "names of services", NULL, true, false },
  { "nft", "nftables", "published ports", "iptables", true, false },
  { "skopeo", "skopeo", "pull and push", NULL, false, false },
  { "buildah", "buildah", "build", NULL, false, false },
  { "slirp4netns", "slirp4netns", "networks without root", NULL, false, true },
  { "newuidmap", "uidmap", "users of containers without root", NULL, false, true },
};

static void
check_tools (struct doctor *d)
{
  for (size_t i = 0; i < ARRAY_LEN (tools); i++)
    {
      const struct tool *t = &tools[i];
      autofree char *path = NULL;
      bool there = find_tool (t->name, t->package, &path, NULL) >= 0;
      if (! there && t->instead)
        there = find_tool (t->instead, t->package, &path, NULL) >= 0;
      bool needed = t->needed || (t->rootless && geteuid () != 0);
      autofree char *detail = there ? mem_strdup (path) : mem_printf ("not found: needed for %s", t->use);
      autofree char *remedy = mem_printf ("install the package %s", t->package);
      found (d, there ? OK : needed ? MISSING : WARNING, t->name, detail, remedy);
    }
}

/* What an ordinary user's session is made of. */
static void
check_session (struct doctor *d)
{
  static const struct
  {
    const char *name;
    int (*check) (struct error **err);
  } parts[] = { { "subordinate ids", id_maps_check }, { "way out of the session", slirp_check } };
  for (size_t i = 0; d->settings->rootless && i < ARRAY_LEN (parts); i++)
    {
      autoerror struct error *why = NULL;
      int r = parts[i].check (&why);
      found (d, r < 0 ? MISSING : OK, parts[i].name, r < 0 ? error_text (why) : "there", NULL);
    }
}

static bool
is_world_open (const struct record_Port *p)
{
  return ! p->host_ip || ! *p->host_ip || streq (p->host_ip, "0.0.0.0") || streq (p->host_ip, "::");
}

/* Published ports pass a packet filter that was set up for programs of the host (security: port-to-all-addresses). */
static void
check_ports (struct doctor *d)
{
  autocontainers struct containers v = { 0 };
  size_t open = 0;
  if (containers_list (d->settings, &(struct container_filter) { 0 }, &v, NULL) < 0)
    return;
  for (size_t i = 0; i < v.n; i++)
    for (size_t k = 0; k < v.v[i].record->ports.n; k++)
      {
        const struct record_Port *p = &v.v[i].record->ports.v[k];
        if (! is_world_open (p))
          continue;
        autofree char *detail = mem_printf ("port %lld of container %s is open to every address",
                                            (long long) p->host_port.value, v.v[i].record->name);
        found (d, WARNING, "published port", detail, "publish it as 127.0.0.1:PORT:PORT unless others are to reach it");
        open++;
      }
  if (open == 0)
    found (d, OK, "published ports", "none is open to every address", NULL);
}

static void (*const checks[]) (struct doctor *d) = {
  check_kernel, check_cgroups, check_user_namespaces, check_overlay, check_seccomp, check_store,
  check_runtime, check_helpers, check_tools, check_session, check_ports,
};

static void
print (const struct doctor *d, bool json)
{
  const struct doctor_Findings all = { { d->worst < MISSING, true }, { .n = d->n, .v = d->v, .set = true } };
  autofree char *text = json ? oci_emit (&doctor_Findings_schema, &all, "  ") : NULL;
  if (json)
    printf ("%s\n", text ? text : "");
  for (size_t i = 0; ! json && i < d->n; i++)
    {
      printf ("%-8s %s: %s\n", d->v[i].state, d->v[i].name, d->v[i].detail);
      if (d->v[i].remedy)
        printf ("         -> %s\n", d->v[i].remedy);
    }
}

/* Without context_open(), which makes directories and wants a runtime. */
static int
run (const void *global, void *args, int argc UNUSED, char **argv UNUSED, struct error **err)
{
  const struct global_args *g = global;
  struct settings s = { .rootless = geteuid () != 0 };
  struct doctor d = { .settings = &s };
  settings_directories (&s, g->data_dir, g->run_dir, getuid ());
  s.runtime = g->runtime ? mem_strdup (g->runtime) : NULL;
  for (size_t i = 0; i < ARRAY_LEN (checks); i++)
    checks[i] (&d);
  print (&d, g->json || ((const struct doctor_args *) args)->json);
  bool ready = d.worst < MISSING;
  free (d.v);
  arena_free (&d.arena);
  settings_free (&s);
  return ready ? 0 : fail (err, E_BACKEND, "something is missing without which containers do not run: see above");
}

const struct command cmd_doctor = {
  .name = "doctor",
  .operands = "",
  .help = "tell what this host has and lacks for running containers, and the packages to install",
  .opts = doctor_options,
  .args_size = sizeof (struct doctor_args),
  .run = run,
};
