/* id_maps.c - writes a process's user and group id maps (user_namespaces(7)). Runs in the runtime's namespaces; the
 * maps have to be written from outside, by one write(2) each. An ordinary user's subordinate ids go by newuidmap(1)
 * and newgidmap(1), which check /etc/subuid and /etc/subgid. */
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include "fs.h"
#include "launch.h"
#include "log.h"

static int
run_helper (const char *helper, pid_t pid, const struct plan_id_map *maps, size_t n, struct error **err)
{
  autostrv struct strv argv = { 0 };
  pid_t child;
  int status;
  strv_add (&argv, helper);
  strv_printf (&argv, "%d", pid);
  for (size_t i = 0; i < n; i++)
    {
      strv_printf (&argv, "%u", maps[i].container);
      strv_printf (&argv, "%u", maps[i].host);
      strv_printf (&argv, "%u", maps[i].size);
    }
  char *const env[] = { NULL };
  int r = posix_spawnp (&child, helper, NULL, NULL, argv.v, env);
  if (r)
    return fail_sys (err, r, "%s (package uidmap) is needed for these id mappings", helper);
  if (RETRY_EINTR (waitpid (child, &status, 0)) < 0)
    return fail_sys (err, errno, "wait for %s", helper);
  if (! WIFEXITED (status) || WEXITSTATUS (status) != 0)
    return fail (err, EPERM, "%s refused the mapping (are these ids in /etc/sub%cid for this user?)", helper,
                 helper[3]);
  return 0;
}

/* One map: FILE is "uid_map" or "gid_map". */
static int
write_map (pid_t pid, const char *file, const char *helper, const struct plan_id_map *maps, size_t n,
           struct error **err)
{
  autofree char *path = mem_printf ("/proc/%d/%s", pid, file);
  autofree char *text = plan_map_text (maps, n);
  autoerror struct error *direct = NULL;
  if (n == 0)
    return 0;
  int r = fs_write_kernel (AT_FDCWD, path, text, &direct);
  if (r == -EPERM && geteuid () != 0)
    return run_helper (helper, pid, maps, n, err);
  if (r == -EINVAL && strlen (text) >= (size_t) sysconf (_SC_PAGESIZE))
    return fail (err, EINVAL, "write %s: %zu bytes, the kernel takes fewer than a page: give fewer mappings", path,
                 strlen (text));
  if (r < 0)
    return fail_sys (err, -r, "write %s", path);
  return 0;
}

/* user_namespaces(7): an unprivileged process may map its own group only once it gave up setgroups(2). */
static bool
only_own_group (const struct plan_id_maps *maps, const struct host *host)
{
  return host->rootless && maps->n_gids == 1 && maps->gids[0].size == 1 && maps->gids[0].host == host->egid;
}

int
id_maps_write (pid_t pid, const struct plan_id_maps *maps, const struct host *host, struct error **err)
{
  if (only_own_group (maps, host))
    {
      autofree char *path = mem_printf ("/proc/%d/setgroups", pid);
      TRY (fs_write_kernel (AT_FDCWD, path, "deny", err));
    }
  TRY (write_map (pid, "uid_map", "newuidmap", maps->uids, maps->n_uids, err));
  return write_map (pid, "gid_map", "newgidmap", maps->gids, maps->n_gids, err);
}
