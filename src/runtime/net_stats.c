/* net_stats.c - reads /proc/PID/net/dev, which shows PID's network namespace. Runs in the runtime's namespaces. */
#include "net_stats.h"

#include <fcntl.h>

#include "fs.h"

#define NET_DEV_MAX (4 << 20)

/* "  eth0: bytes packets errs drop fifo frame compressed multicast  bytes packets errs drop ..." */
static bool
parse_line (struct cgroup_stats *s, const char *line, struct oci_stats_interface *to)
{
  char name[32];
  unsigned long long rx[4], tx[4];
  if (sscanf (line, " %31[^: ]: %llu %llu %llu %llu %*u %*u %*u %*u %llu %llu %llu %llu", name, &rx[0], &rx[1], &rx[2],
              &rx[3], &tx[0], &tx[1], &tx[2], &tx[3]) != 9 || streq (name, "lo"))
    return false;
  *to = (struct oci_stats_interface) {
    .name = stats_text (s, name),
    .rx_bytes = { rx[0], true }, .rx_packets = { rx[1], true },
    .rx_errors = { rx[2], true }, .rx_dropped = { rx[3], true },
    .tx_bytes = { tx[0], true }, .tx_packets = { tx[1], true },
    .tx_errors = { tx[2], true }, .tx_dropped = { tx[3], true },
  };
  return true;
}

void
net_stats_read (pid_t pid, struct cgroup_stats *s)
{
  char path[64];
  autofree char *text = NULL;
  snprintf (path, sizeof path, "/proc/%d/net/dev", pid);
  s->stats.interfaces.set = true;
  if (fs_read_kernel (AT_FDCWD, path, NET_DEV_MAX, &text, NULL) < 0)
    return;
  size_t lines = 0;
  for (const char *p = text; (p = strchr (p, '\n')); p++)
    lines++;
  s->stats.interfaces.v = stats_alloc (s, lines * sizeof *s->stats.interfaces.v);
  char *save;
  for (char *line = strtok_r (text, "\n", &save); line; line = strtok_r (NULL, "\n", &save))
    if (parse_line (s, line, &s->stats.interfaces.v[s->stats.interfaces.n]))
      s->stats.interfaces.n++;
}
