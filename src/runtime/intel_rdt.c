/* intel_rdt.c - see intel_rdt.h. Runs in the runtime, in its own namespaces; owns groups below /sys/fs/resctrl.
 *
 * A closID of config.json's names a group that may be shared: it is made when it is missing and never removed; when
 * it is there, it has to be limited as config.json says. Without one the group has the container's id and goes with
 * it. */
#include "intel_rdt.h"

#include <ctype.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "fs.h"
#include "mem.h"

#define LIMIT (1 << 20)

struct group
{
  char *path;
  bool made;  /* by us, now */
  bool keep;  /* named by closID: not the container's own */
};

static bool
is_name (const char *s)
{
  return *s && ! streq (s, ".") && ! streq (s, "..") && ! strchr (s, '/');
}

/* ---- schemata ---------------------------------------------------------------------------------------------------- */
/* The kernel pads lines and names all domains; "L3:0=f" and "    L3:0=00f;1=fff" are the same for domain 0. */
static struct text
without_blanks (const char *line, size_t n)
{
  struct text t = { 0 };
  text_add (&t, "");
  for (size_t i = 0; i < n; i++)
    if (! isspace ((unsigned char) line[i]))
      text_add_bytes (&t, line + i, 1);
  return t;
}

/* ITEM is "ID=VALUE", with VALUE in hexadecimal (bit masks) or decimal (bandwidth): compared as the same text but for
 * leading zeros. */
static bool
same_item (const char *a, size_t a_len, const char *b, size_t b_len)
{
  const char *a_value = memchr (a, '=', a_len), *b_value = memchr (b, '=', b_len);
  if (! a_value || ! b_value || a_value - a != b_value - b || memcmp (a, b, (size_t) (a_value - a)) != 0)
    return false;
  const char *a_end = a + a_len, *b_end = b + b_len;
  for (a_value++; a_value + 1 < a_end && *a_value == '0';)
    a_value++;
  for (b_value++; b_value + 1 < b_end && *b_value == '0';)
    b_value++;
  return a_end - a_value == b_end - b_value && strncasecmp (a_value, b_value, (size_t) (a_end - a_value)) == 0;
}

static bool
has_item (const char *items, const char *item, size_t len)
{
  while (*items)
    {
      size_t n = strcspn (items, ";");
      if (same_item (items, n, item, len))
        return true;
      items += n + (items[n] == ';');
    }
  return false;
}

/* WANTED "L3:0=f;1=f" (one line) is so in CURRENT, the text of a schemata file. */
static bool
line_is_set (const char *current, const char *wanted, size_t wanted_len)
{
  autotext struct text want = without_blanks (wanted, wanted_len);
  char *items = strchr (want.s, ':');
  if (! items)
    return want.len == 0;
  size_t head = (size_t) (items - want.s) + 1;
  for (const char *line = current; *line;)
    {
      size_t n = strcspn (line, "\n");
      autotext struct text have = without_blanks (line, n);
      if (have.len >= head && memcmp (have.s, want.s, head) == 0)
        {
          for (const char *item = want.s + head; *item;)
            {
              size_t len = strcspn (item, ";");
              if (! has_item (have.s + head, item, len))
                return false;
              item += len + (item[len] == ';');
            }
          return true;
        }
      line += n + (line[n] == '\n');
    }
  return false;
}

/* Every line of SCHEMATA in turn. */
static int
check_lines (const char *current, const char *schemata, const struct group *g, struct error **err)
{
  while (*schemata)
    {
      size_t n = strcspn (schemata, "\n");
      if (! line_is_set (current, schemata, n))
        return fail (err, EINVAL, "linux.intelRdt.closID: %s exists and is not limited as \"%.*s\"", g->path, (int) n,
                     schemata);
      schemata += n + (schemata[n] == '\n');
    }
  return 0;
}

/* What config.json asks for, in the order that the specification says. */
static struct strv
wanted_schemata (const struct oci_intel_rdt *rdt)
{
  struct strv l = { 0 };
  if (rdt->l3_cache_schema)
    strv_add (&l, rdt->l3_cache_schema);
  if (rdt->mem_bw_schema)
    strv_add (&l, rdt->mem_bw_schema);
  for (size_t i = 0; i < rdt->schemata.n; i++)
    strv_add (&l, rdt->schemata.v[i]);
  return l;
}

static int
write_schemata (const char *root, const struct group *g, const char *text, struct error **err)
{
  autofree char *path = mem_printf ("%s/schemata", g->path), *line = mem_printf ("%s\n", text);
  int r = fs_write_kernel (AT_FDCWD, path, line, NULL);
  if (r == 0)
    return 0;
  autofree char *status_path = mem_printf ("%s/info/last_cmd_status", root);
  autofree char *status = NULL;
  if (fs_read_kernel (AT_FDCWD, status_path, 4096, &status, NULL) < 0)
    return fail_sys (err, -r, "linux.intelRdt: \"%s\"", text);
  status[strcspn (status, "\n")] = '\0';
  return fail (err, -r, "linux.intelRdt: \"%s\": %s (%s)", text, strerror (-r), status);
}

static int
limit_group (const char *root, const struct group *g, const struct oci_intel_rdt *rdt, struct error **err)
{
  autostrv struct strv wanted = wanted_schemata (rdt);
  autofree char *path = mem_printf ("%s/schemata", g->path);
  autofree char *current = NULL;
  if (g->keep && ! g->made && wanted.n > 0)
    TRY (fs_read_kernel (AT_FDCWD, path, LIMIT, &current, err));
  for (size_t i = 0; i < wanted.n; i++)
    if (current)
      TRY (check_lines (current, wanted.v[i], g, err));
    else
      TRY (write_schemata (root, g, wanted.v[i], err));
  return 0;
}

/* ---- groups ------------------------------------------------------------------------------------------------------ */
static int
make_group (const char *root, const struct oci_intel_rdt *rdt, const char *id, struct group *g, struct error **err)
{
  const char *name = rdt->clos_id ? rdt->clos_id : id;
  g->keep = rdt->clos_id;
  if (rdt->clos_id && streq (rdt->clos_id, "/"))
    {
      g->path = mem_strdup (root);
      return 0;
    }
  if (! is_name (name))
    return fail (err, EINVAL, "linux.intelRdt.closID: \"%s\" is not a name", name);
  g->path = mem_printf ("%s/%s", root, name);
  g->made = mkdir (g->path, 0755) == 0;
  if (g->made || (errno == EEXIST && g->keep))
    return 0;
  if (errno == ENOSPC)
    return fail (err, ENOSPC, "linux.intelRdt: no class of service is left for %s", g->path);
  return fail_sys (err, errno, "linux.intelRdt: make %s", g->path);
}

static int
add_task (const char *group, pid_t pid, struct error **err)
{
  char text[16];
  autofree char *path = mem_printf ("%s/tasks", group);
  snprintf (text, sizeof text, "%d", (int) pid);
  TRY_DOING (err, fs_write_kernel (AT_FDCWD, path, text, err), "linux.intelRdt");
  return 0;
}

/* A monitoring group with the container's id; PATH is what to remove later. */
static int
monitor (const struct group *g, const char *id, pid_t pid, char **ret_path, struct error **err)
{
  autofree char *path = mem_printf ("%s/mon_groups/%s", g->path, id);
  if (mkdir (path, 0755) < 0)
    return fail_sys (err, errno, "linux.intelRdt.enableMonitoring: make %s%s", path,
                     errno == ENOSPC ? " (no monitoring id is left)" : "");
  if (add_task (path, pid, err) < 0)
    {
      intel_rdt_remove (path, NULL);
      return wrap (err, "enableMonitoring");
    }
  *ret_path = TAKE_PTR (path);
  return 0;
}

static int
fill_group (const char *root, const struct group *g, const struct oci_intel_rdt *rdt, const char *id, pid_t pid,
            char **ret_monitor, struct error **err)
{
  TRY (limit_group (root, g, rdt, err));
  TRY (add_task (g->path, pid, err));
  if (rdt->enable_monitoring.value)
    TRY (monitor (g, id, pid, ret_monitor, err));
  return 0;
}

int
intel_rdt_apply_at (const char *root, const struct oci_intel_rdt *rdt, const char *id, pid_t pid, char **ret_path,
                    struct error **err)
{
  struct group g = { 0 };
  char *monitor_path = NULL;
  int r = make_group (root, rdt, id, &g, err);
  autofree char *path = g.path;
  TRY (r);
  r = fill_group (root, &g, rdt, id, pid, &monitor_path, err);
  if (r < 0)
    {
      if (g.made)
        intel_rdt_remove (g.path, NULL);
      return r;
    }
  /* Removing the container's own group removes its monitoring group too. */
  if (! g.keep)
    {
      free (monitor_path);
      monitor_path = TAKE_PTR (path);
    }
  *ret_path = monitor_path;
  return 0;
}

int
intel_rdt_apply (const struct oci_intel_rdt *rdt, const char *id, pid_t pid, char **ret_path, struct error **err)
{
  struct statfs fs;
  if (statfs (RESCTRL, &fs) < 0 || (unsigned long) fs.f_type != RDTGROUP_SUPER_MAGIC)
    return fail (err, ENODEV, "linux.intelRdt: no resctrl file system is mounted on " RESCTRL);
  return intel_rdt_apply_at (RESCTRL, rdt, id, pid, ret_path, err);
}

int
intel_rdt_remove (const char *path, struct error **err)
{
  if (rmdir (path) < 0 && errno != ENOENT)
    return fail_sys (err, errno, "remove %s", path);
  return 0;
}
