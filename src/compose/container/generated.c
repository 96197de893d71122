/* generated.c - owns DATA/projects/PROJECT/secrets/. Two commands that make the same secret at once get the same one:
 * a hard link takes the name for one only. */
#include "generated.h"

#include <fcntl.h>
#include <nettle/base16.h>
#include <nettle/base64.h>
#include <sys/random.h>

#include "errors.h"
#include "fs.h"

enum
{
  MAX_BYTES = 256, /* what getrandom gives without interruption */
  CONTENT_LIMIT = 1 << 16,
};

static char *
encode (bool hex, const unsigned char *bytes, size_t n)
{
  char *s = mem_alloc ((hex ? BASE16_ENCODE_LENGTH (n) : BASE64_ENCODE_RAW_LENGTH (n)) + 1);
  if (hex)
    base16_encode_update (s, n, bytes);
  else
    base64_encode_raw (s, n, bytes);
  return s;
}

static int
make_value (const char *how, char **ret, struct error **err)
{
  const char *hex = after_prefix (how, "hex:"), *base64 = after_prefix (how, "base64:");
  const char *count = hex ? hex : base64 ? base64 : "";
  char *end;
  long n = strtol (count, &end, 10);
  if (end == count || *end || n < 1 || n > MAX_BYTES)
    return fail (err, E_COMPOSE_FILE, "x-perry-generate '%s': \"hex:N\" or \"base64:N\" is expected, N from 1 to %d",
                 how, MAX_BYTES);
  unsigned char bytes[MAX_BYTES];
  if (getrandom (bytes, (size_t) n, 0) != n)
    return fail_sys (err, errno, "getrandom");
  *ret = encode (hex, bytes, (size_t) n);
  explicit_bzero (bytes, sizeof bytes);
  return 0;
}

static int
store (const char *directory, const char *name, const char *value, struct error **err)
{
  TRY (fs_mkdir_parents (directory, 0700, err));
  autofree char *path = mem_printf ("%s/%s", directory, name);
  autofree char *temporary = mem_printf ("%s/.%s.%d", directory, name, (int) getpid ());
  autoclose int fd = open (temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return fail_sys (err, errno, "%s", temporary);
  int r = fs_write_all (fd, value, strlen (value));
  if (r == 0 && fsync (fd) < 0)
    r = -errno;
  if (r == 0 && link (temporary, path) < 0 && errno != EEXIST)
    r = -errno;
  unlink (temporary);
  return r < 0 ? fail_sys (err, -r, "%s", path) : 0;
}

int
generated_secret (const struct settings *s, const char *what, char **ret, size_t *ret_n, struct error **err)
{
  const char *slash = strchr (what, '/'), *how = slash ? strchr (slash + 1, '/') : NULL;
  if (! how)
    return fail (err, EBADMSG, "'%s': no generated secret", what);
  autofree char *directory = data_path (s, "projects/%.*s/secrets", (int) (slash - what), what);
  autofree char *name = mem_strndup (slash + 1, (size_t) (how - slash - 1));
  autofree char *path = mem_printf ("%s/%s", directory, name);
  if (access (path, F_OK) < 0)
    {
      autofree char *value = NULL;
      TRY (make_value (how + 1, &value, err));
      TRY (store (directory, name, value, err));
    }
  return fs_read_regular (AT_FDCWD, path, CONTENT_LIMIT, ret, ret_n, err);
}
