/* test_mount_changes.c - which mount_setattr calls a mount's options become, and that they are as few as can be. */
#include "check.h"
#include "rootfs/mounting.h"

enum { MAX_CHANGES = 4 };

static const struct
{
  const char *what;
  struct plan_mount m;
  unsigned long propagation[2];
  size_t n_propagation, n;
  struct mount_change want[MAX_CHANGES];
} table[] = {
  { "a bind without options needs no call", { .bind = true }, { 0 }, 0, 0, { { 0 } } },
  { "a file system has its flags from fsmount", { .flags = MS_RDONLY | MS_NOSUID }, { 0 }, 0, 0, { { 0 } } },
  { "flags that are not named stay", { .bind = true, .flags = MS_RDONLY }, { 0 }, 0, 1,
    { { .set = MOUNT_ATTR_RDONLY } } },
  { "cleared ones go", { .bind = true, .cleared = MS_NODEV | MS_NOSUID }, { 0 }, 0, 1,
    { { .clear = MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID } } },
  { "access times are one choice: all bits are cleared", { .bind = true, .flags = MS_NOATIME }, { 0 }, 0, 1,
    { { .set = MOUNT_ATTR_NOATIME, .clear = MOUNT_ATTR__ATIME } } },
  { "atime: back to the default", { .bind = true, .cleared = MS_NOATIME }, { 0 }, 0, 1,
    { { .clear = MOUNT_ATTR__ATIME } } },
  { "strictatime wins over noatime", { .bind = true, .flags = MS_NOATIME | MS_STRICTATIME }, { 0 }, 0, 1,
    { { .set = MOUNT_ATTR_STRICTATIME, .clear = MOUNT_ATTR__ATIME } } },
  { "one mount: flags and propagation in one call", { .bind = true, .flags = MS_RDONLY }, { MS_PRIVATE | MS_REC }, 1, 1,
    { { .set = MOUNT_ATTR_RDONLY, .propagation = MS_PRIVATE, .recursive = true } } },
  { "a tree: flags for the top, propagation for all", { .bind = true, .rbind = true, .flags = MS_RDONLY },
    { MS_PRIVATE | MS_REC }, 1, 2,
    { { .set = MOUNT_ATTR_RDONLY }, { .propagation = MS_PRIVATE, .recursive = true } } },
  { "a tree: recursive flags and propagation in one call",
    { .bind = true, .rbind = true, .rec_set = MOUNT_ATTR_RDONLY }, { MS_SLAVE | MS_REC }, 1, 1,
    { { .set = MOUNT_ATTR_RDONLY, .propagation = MS_SLAVE, .recursive = true } } },
  { "two propagations keep their order", { .bind = true }, { MS_SLAVE, MS_SHARED }, 2, 2,
    { { .propagation = MS_SLAVE }, { .propagation = MS_SHARED } } },
  { "a later recursive option wins over a flag", { .bind = true, .flags = MS_RDONLY, .rec_clear = MOUNT_ATTR_RDONLY },
    { 0 }, 0, 1, { { .clear = MOUNT_ATTR_RDONLY, .recursive = true } } },
  { "what becomes read-only later is not yet", { .bind = true, .late_ro = true, .flags = MS_RDONLY | MS_NOEXEC },
    { 0 }, 0, 1, { { .set = MOUNT_ATTR_NOEXEC } } },
};

static bool
same (const struct mount_change *a, const struct mount_change *b)
{
  return a->set == b->set && a->clear == b->clear && a->propagation == b->propagation && a->recursive == b->recursive;
}

TEST (changes)
{
  for (size_t i = 0; i < ARRAY_LEN (table); i++)
    {
      struct mount_change got[MAX_CHANGES] = { { 0 } };
      struct plan_mount m = table[i].m;
      unsigned long propagation[2] = { table[i].propagation[0], table[i].propagation[1] };
      m.propagation = propagation;
      m.n_propagation = table[i].n_propagation;
      size_t n = mount_changes_of (&m, got);
      bool right = n == table[i].n;
      for (size_t k = 0; right && k < n; k++)
        right = same (&table[i].want[k], &got[k]);
      if (! right)
        fprintf (stderr, "%s: %zu calls, the first sets %#jx, clears %#jx\n", table[i].what, n, (uintmax_t) got[0].set,
                 (uintmax_t) got[0].clear);
      CHECK (right);
    }
}

TEST (attributes)
{
  CHECK_INT (0, mount_attrs (0));
  CHECK_INT (0, mount_attrs (MS_RELATIME | MS_SYNCHRONOUS | MS_LAZYTIME));
  CHECK_INT (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NODIRATIME
                 | MOUNT_ATTR_NOSYMFOLLOW,
             mount_attrs (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NODIRATIME | MS_NOSYMFOLLOW));
}

TEST_MAIN (X (changes) X (attributes))
