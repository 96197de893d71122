/* names.c - owns containers' ids and names. A name is taken by a symbolic link DATA/names/NAME -> ID, which the
 * kernel makes for one only; the link of a container that is gone is nobody's. Runs in perry-compose. */
#include <limits.h>
#include <nettle/sha2.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "bundle_parts.h"
#include "errors.h"
#include "fs.h"

static void
hex (char *to, const unsigned char *from, size_t digits)
{
  static const char digit[] = "0123456789abcdef";
  for (size_t i = 0; i < digits; i++)
    to[i] = digit[i % 2 ? from[i / 2] & 15 : from[i / 2] >> 4];
  to[digits] = '\0';
}

int
random_hex (char *buf, size_t n, struct error **err)
{
  unsigned char bytes[64];
  size_t wanted = (n + 1) / 2;
  if (wanted > sizeof bytes || RETRY_EINTR (getrandom (bytes, wanted, 0)) != (ssize_t) wanted)
    return fail_sys (err, EIO, "getrandom");
  hex (buf, bytes, n);
  return 0;
}

/* "{sha256(image)[0..8]}-{8 random digits}" */
static int
hash_name (struct making *m, const char **ret, struct error **err)
{
  enum { PART = 8 };
  const char *image = m->service->image ? m->service->image : m->in->image->id;
  struct sha256_ctx ctx;
  unsigned char digest[SHA256_DIGEST_SIZE];
  char first[PART + 1], second[PART + 1];
  sha256_init (&ctx);
  sha256_update (&ctx, strlen (image), (const uint8_t *) image);
  sha256_digest (&ctx, sizeof digest, digest);
  hex (first, digest, PART);
  TRY (random_hex (second, PART, err));
  *ret = make_printf (m->arena, "%s-%s", first, second);
  return 0;
}

static bool
is_fixed (const struct making *m)
{
  return m->overrides->name || (m->service->container_name && ! m->overrides->oneoff);
}

static bool
is_random (const struct making *m)
{
  const struct compose_ServiceExtension *perry = m->service->perry;
  return ! is_fixed (m) && (! m->in->project || m->overrides->oneoff
                            || (perry && perry->naming && streq (perry->naming, "hash")));
}

static int
choose_name (struct making *m, const char **ret, struct error **err)
{
  char random[13];
  if (m->overrides->name)
    *ret = make_string (m->arena, m->overrides->name);
  else if (is_fixed (m))
    *ret = make_string (m->arena, m->service->container_name);
  else if (is_random (m) && ! (m->in->project && m->overrides->oneoff))
    return hash_name (m, ret, err);
  else if (m->overrides->oneoff)
    {
      TRY (random_hex (random, 12, err));
      *ret = make_printf (m->arena, "%s-%s-run-%s", m->in->project->name, m->in->service_name, random);
    }
  else
    *ret = make_printf (m->arena, "%s-%s-%u", m->in->project->name, m->in->service_name, m->in->number);
  return 0;
}

static int
check_name (const char *name, struct error **err)
{
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  static const char others[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  if (! *name || ! strchr (letters, *name) || name[strspn (name, others)] || strlen (name) > NAME_MAX)
    return fail (err, E_COMPOSE_FILE,
                 "container name '%s': letters, digits, '_', '.' and '-' make a name, a letter or digit begins it",
                 name);
  return 0;
}

static bool
container_exists (const struct settings *s, const char *id)
{
  struct stat st;
  autofree char *ready = data_path (s, "containers/%s", id);
  autofree char *making = data_path (s, "containers/.%s", id);
  return lstat (ready, &st) == 0 || lstat (making, &st) == 0;
}

/* The name goes from the container that this one replaces to this one, in one step. */
static int
take_over (struct making *m, const char *path, struct error **err)
{
  autofree char *beside = mem_printf ("%s.%s", path, m->id);
  if (symlink (m->id, beside) == 0 && rename (beside, path) == 0)
    return 0;
  return fail_sys (err, errno, "rename %s", beside);
}

/* Take NAME for ID: 0; -EEXIST with *RET_HOLDER, the arena's, when another container has it. */
static int
claim (struct making *m, const char *name, const char **ret_holder, struct error **err)
{
  autofree char *names = data_path (m->settings, "names");
  TRY (fs_mkdir_parents (names, 0700, err));
  autofree char *path = mem_printf ("%s/%s", names, name);
  for (;;)
    {
      if (symlink (m->id, path) == 0)
        return 0;
      if (errno != EEXIST)
        return fail_sys (err, errno, "symlink %s", path);
      char holder[NAME_MAX + 1];
      ssize_t n = readlink (path, holder, sizeof holder - 1);
      if (n < 0 && errno != ENOENT)
        return fail_sys (err, errno, "readlink %s", path);
      holder[n < 0 ? 0 : n] = '\0';
      if (m->in->replaces && streq (holder, m->in->replaces->id))
        return take_over (m, path, err);
      if (n > 0 && container_exists (m->settings, holder))
        {
          *ret_holder = make_string (m->arena, holder);
          return -EEXIST;
        }
      if (unlink (path) < 0 && errno != ENOENT)
        return fail_sys (err, errno, "unlink %s", path);
    }
}

int
name_claim (struct making *m, struct error **err)
{
  enum { ATTEMPTS = 8 };
  const char *name = NULL, *holder = NULL;
  for (int i = 0; i < ATTEMPTS; i++)
    {
      TRY (choose_name (m, &name, err));
      TRY (check_name (name, err));
      holder = NULL;
      int r = claim (m, name, &holder, err);
      if (r == 0)
        {
          m->record->name = name;
          return 0;
        }
      if (! holder)
        return r;
      if (! is_random (m))
        break;
    }
  return fail (err, E_NAME_IN_USE, "container name '%s' is taken by container %.12s", name, holder);
}

void
name_free (const struct settings *s, const char *name, const char *id)
{
  if (! name)
    return;
  autofree char *path = data_path (s, "names/%s", name);
  char holder[NAME_MAX + 1];
  ssize_t n = readlink (path, holder, sizeof holder - 1);
  if (n < 0)
    return;
  holder[n] = '\0';
  if (streq (holder, id))
    unlink (path);
}

/* Over again: the link says our id, or nothing was taken. */
void
name_give_back (const struct settings *s, const char *name, const struct record_Container *owner)
{
  if (! name || ! owner || ! streq (name, owner->name))
    return;
  autofree char *path = data_path (s, "names/%s", name);
  /* It fails when the owner has it still. */
  if (symlink (owner->id, path) < 0)
    return;
}
