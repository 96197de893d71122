/* pid_file.c - --pid-file. Callers read the file right after the command has returned, some while it still runs:
 * they see all of it or nothing. Runs in the runtime's namespaces. */
#include <fcntl.h>
#include <libgen.h>

#include "fs.h"
#include "handover.h"
#include "mem.h"

int
pid_file_write (const char *path, pid_t pid, struct error **err)
{
  autofree char *for_dir = mem_strdup (path), *for_name = mem_strdup (path);
  const char *name = basename (for_name);
  size_t n = strlen (path);
  if (n == 0 || path[n - 1] == '/' || streq (name, ".") || streq (name, ".."))
    return fail (err, EISDIR, "--pid-file %s: the name of a file is expected", path);
  autoclose int dir = open (dirname (for_dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (dir < 0)
    return fail_sys (err, errno, "--pid-file %s: its directory", path);
  char text[16];
  int len = snprintf (text, sizeof text, "%d", pid);
  TRY_DOING (err, fs_replace (dir, name, text, len, 0644, err), "--pid-file %s", path);
  return 0;
}
