/* tree.c - walks a cgroup and those below it. Runs in the runtime's namespaces; system calls only below the
 * descriptor that it is given.
 *
 * A container that may write to its cgroup decides how deep they lie: neither the C stack nor the number of
 * descriptors grows with that, one directory is open at a time. The way back is "..": a cgroup never moves to
 * another parent. */
#include <dirent.h>
#include <fcntl.h>

#include "dir.h"

struct walk
{
  const struct tree_visit *visit;
  int at;             /* the directory reached */
  struct strv *below; /* for each level the names that are left, the one that we are in last */
  size_t depth, room;
};

static void
walk_end (struct walk *w)
{
  close_fd (&w->at);
  while (w->depth)
    strv_free (&w->below[--w->depth]);
  free (w->below);
}

static int
list_below (int at, struct strv *ret)
{
  int fd = openat (at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  autodir DIR *dir = fd < 0 ? NULL : fdopendir (fd);
  if (! dir)
    return -errno;
  for (struct dirent *e; (e = readdir (dir));)
    if (e->d_type == DT_DIR && ! streq (e->d_name, ".") && ! streq (e->d_name, ".."))
      strv_add (ret, e->d_name);
  return 0;
}

static bool
is_gone (int r)
{
  return r == -ENOENT || r == -ENODEV;
}

/* Open NAME, or "..", from where we are. */
static int
go (struct walk *w, const char *name)
{
  int fd = openat (w->at, name, DIR_FLAGS);
  if (fd < 0)
    return -errno;
  close_fd (&w->at);
  w->at = fd;
  return 0;
}

/* The directory reached becomes a level. One that was removed meanwhile has nothing below. */
static int
enter (struct walk *w)
{
  int r = w->visit->enter ? w->visit->enter (w->at, w->visit->data) : 0;
  if (r < 0 && ! is_gone (r))
    return r;
  if (w->depth == w->room)
    w->below = mem_grow (w->below, w->room = w->room * 2 + 8, sizeof *w->below);
  w->below[w->depth] = (struct strv) { 0 };
  r = list_below (w->at, &w->below[w->depth++]);
  return is_gone (r) ? 0 : r;
}

static void
drop_last (struct strv *names)
{
  free (names->v[--names->n]);
  names->v[names->n] = NULL;
}

/* Back to the level above. */
static int
leave (struct walk *w)
{
  strv_free (&w->below[--w->depth]);
  if (w->depth == 0)
    return 0;
  TRY (go (w, ".."));
  struct strv *names = &w->below[w->depth - 1];
  int r = w->visit->leave ? w->visit->leave (w->at, names->v[names->n - 1]) : 0;
  drop_last (names);
  return r;
}

int
tree_walk (int top, const struct tree_visit *visit)
{
  __attribute__ ((cleanup (walk_end))) struct walk w = { .visit = visit, .at = openat (top, ".", DIR_FLAGS) };
  if (w.at < 0)
    return -errno;
  TRY (enter (&w));
  while (w.depth)
    {
      struct strv *names = &w.below[w.depth - 1];
      if (names->n == 0)
        {
          TRY (leave (&w));
          continue;
        }
      int r = go (&w, names->v[names->n - 1]);
      if (r == 0)
        TRY (enter (&w));
      else if (r == -ENOENT)
        drop_last (names);
      else
        return r;
    }
  return 0;
}
