/* reference.c - see reference.h. Reads nothing but its arguments (and a descriptor, for a digest). */
#include "reference.h"

#include <nettle/sha2.h>

#include "errors.h"
#include "image.h"

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGIT "0123456789"

enum { NAME_LIMIT = 255, TAG_LIMIT = 128 };

bool
digest_valid (const char *s)
{
  const char *hex = after_prefix (s, "sha256:");
  return hex && strspn (hex, DIGIT "abcdef") == DIGEST_HEX && ! hex[DIGEST_HEX];
}

const char *
digest_hex (const char *digest)
{
  return digest + strlen ("sha256:");
}

static void
digest_text (struct sha256_ctx *sum, char ret[DIGEST_SIZE])
{
  uint8_t raw[SHA256_DIGEST_SIZE];
  sha256_digest (sum, sizeof raw, raw);
  int at = sprintf (ret, "sha256:");
  for (size_t i = 0; i < sizeof raw; i++)
    at += sprintf (ret + at, "%02x", raw[i]);
}

void
digest_of (const void *p, size_t n, char ret[DIGEST_SIZE])
{
  struct sha256_ctx sum;
  sha256_init (&sum);
  sha256_update (&sum, n, p);
  digest_text (&sum, ret);
}

int
digest_of_fd (int fd, char ret[DIGEST_SIZE], int64_t *ret_size)
{
  enum { CHUNK = 256 << 10 };
  struct sha256_ctx sum;
  int64_t size = 0;
  autofree uint8_t *chunk = mem_alloc (CHUNK);
  sha256_init (&sum);
  for (;;)
    {
      ssize_t n = RETRY_EINTR (read (fd, chunk, CHUNK));
      if (n < 0)
        return -errno;
      if (n == 0)
        break;
      sha256_update (&sum, (size_t) n, chunk);
      size += n;
    }
  digest_text (&sum, ret);
  *ret_size = size;
  return 0;
}

/* One component of a path: letters and digits, with one separator (".", "_", "__", any number of "-") between. */
static bool
component_valid (const char *s, size_t n)
{
  size_t i = 0;
  while (i < n)
    {
      size_t word = strspn (s + i, LOWER DIGIT);
      if (word == 0 || i + word > n)
        return word != 0;
      i += word;
      if (i == n)
        return true;
      size_t separator = s[i] == '-' ? strspn (s + i, "-") : s[i] == '.' ? 1 : strspn (s + i, "_");
      if (separator == 0 || (s[i] == '_' && separator > 2))
        return false;
      i += separator;
    }
  return false;
}

static bool
path_valid (const char *s)
{
  for (;;)
    {
      size_t n = strcspn (s, "/");
      if (! component_valid (s, n))
        return false;
      if (! s[n])
        return true;
      s += n + 1;
    }
}

/* "registry.example.com:5000", "[::1]:5000" */
static bool
registry_valid (const char *s)
{
  size_t n = *s == '[' ? strcspn (s, "]") + 1 : strspn (s, LOWER UPPER DIGIT ".-");
  if (n == 0 || n > strlen (s) || s[0] == '.' || s[0] == '-'
      || (*s == '[' && strspn (s + 1, DIGIT "abcdefABCDEF:") != n - 2))
    return false;
  if (! s[n])
    return true;
  return s[n] == ':' && s[n + 1] && ! s[n + 1 + strspn (s + n + 1, DIGIT)];
}

static bool
tag_valid (const char *s)
{
  size_t n = strspn (s, LOWER UPPER DIGIT "_.-");
  return n > 0 && ! s[n] && n <= TAG_LIMIT && *s != '.' && *s != '-';
}

/* Does the part before the first slash, N bytes, name a registry? As docker tells: a dot, a port, capitals, or
 * "localhost". */
static bool
is_registry (const char *s, size_t n)
{
  if (n == strlen (s))
    return false;
  return (n == strlen ("localhost") && ! strncmp (s, "localhost", n)) || strcspn (s, ".:[" UPPER) < n;
}

bool
reference_is_short (const char *reference)
{
  return ! is_registry (reference, strcspn (reference, "/"));
}

int
image_normalize (const char *reference, char **ret, struct error **err)
{
  autofree char *name = mem_strdup (reference), *registry = NULL;
  const char *tag = NULL, *digest = NULL, *path = name;
  char *at = strchr (name, '@');
  if (at)
    *at = '\0', digest = at + 1;
  char *slash = strrchr (name, '/'), *colon = strrchr (name, ':');
  if (colon && (! slash || colon > slash))
    *colon = '\0', tag = colon + 1;
  size_t first = strcspn (name, "/");
  if (is_registry (name, first))
    {
      registry = mem_strndup (name, first);
      path = name + first + 1;
    }
  bool hub = ! registry || streq (registry, "index.docker.io") || streq (registry, "docker.io");
  if ((registry && ! registry_valid (registry)) || ! path_valid (path) || (tag && ! tag_valid (tag))
      || strlen (name) > NAME_LIMIT)
    return fail (err, E_COMPOSE_FILE,
                 "`%.300s` is no image reference: want [REGISTRY/]NAME[:TAG][@sha256:DIGEST], NAME in lower case",
                 reference);
  if (digest && ! digest_valid (digest))
    return fail (err, E_COMPOSE_FILE,
                 "`%.300s` is no image reference: its digest is not sha256: and 64 hexadecimal digits", reference);
  *ret = mem_printf ("%s/%s%s%c%s", hub ? "docker.io" : registry, hub && ! strchr (path, '/') ? "library/" : "", path,
                     digest ? '@' : ':', digest ? digest : tag ? tag : "latest");
  return 0;
}

char *
reference_registry (const char *normalized)
{
  return mem_strndup (normalized, strcspn (normalized, "/"));
}

void
reference_split (const char *normalized, char **ret_repository, char **ret_tag)
{
  const char *end = strchr (normalized, '@');
  if (! end)
    end = strrchr (normalized, ':');
  *ret_repository = mem_strndup (normalized, (size_t) (end - normalized));
  *ret_tag = mem_strdup (end + 1);
}
