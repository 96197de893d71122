/* spec_identity.c - whom the first process runs as: the image's own passwd and group files tell. Reads the image by
 * its layers, or in a child that has them merged (image_with_root). */
#include <fcntl.h>
#include <sys/mman.h>

#include "bundle_parts.h"
#include "errors.h"
#include "fs.h"
#include "image_files.h"

/* The child's answer: the two texts, each after its length, over a pipe's descriptor. */
struct question
{
  int fd;
};

static int
send_text (int fd, const char *s)
{
  ssize_t n = s ? (ssize_t) strlen (s) : -1;
  TRY (fs_write_all (fd, &n, sizeof n));
  return s ? fs_write_all (fd, s, (size_t) n) : 0;
}

static int
answer (int root_fd, void *arg, struct error **err)
{
  const struct question *q = arg;
  autouserfiles struct user_files f = { 0 };
  TRY (user_files_read (root_fd, &f, err));
  TRY (send_text (q->fd, f.passwd));
  return send_text (q->fd, f.group);
}

static int
take_text (const char **at, const char *end, char **ret)
{
  ssize_t n;
  if (end - *at < (ssize_t) sizeof n)
    return -EBADMSG;
  memcpy (&n, *at, sizeof n);
  *at += sizeof n;
  if (n < 0)
    return 0;
  if (end - *at < n)
    return -EBADMSG;
  *ret = mem_strndup (*at, (size_t) n);
  *at += n;
  return 0;
}

/* By way of a memory file, which takes any amount without a reader. */
static int
read_merged (struct making *m, struct user_files *ret, struct error **err)
{
  autoclose int fd = memfd_create ("users", MFD_CLOEXEC);
  if (fd < 0)
    return fail_sys (err, errno, "memfd_create");
  struct question q = { fd };
  TRY (image_with_root (m->settings, m->in->image, answer, &q, err));
  autofree char *text = NULL;
  size_t n = 0;
  if (lseek (fd, 0, SEEK_SET) < 0)
    return fail_sys (err, errno, "lseek");
  TRY (fs_read_stream (fd, "users", 2 * USER_FILE_LIMIT + 2 * sizeof n, &text, &n, err));
  const char *at = text, *end = text + n;
  if (take_text (&at, end, &ret->passwd) < 0 || take_text (&at, end, &ret->group) < 0)
    return fail (err, EBADMSG, "the image's users were not told in full");
  return 0;
}

/* false: the merged tree has to be asked. */
static bool
read_layered (const struct image *i, const char *path, char **ret)
{
  autoclose int fd = -1;
  enum layered what = image_look (i, path, &fd);
  char link[64];
  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  return what == LAYERED_NONE
         || (what == LAYERED_FILE && fs_read_regular (AT_FDCWD, link, USER_FILE_LIMIT, ret, NULL, NULL) == 0);
}

static int
read_users (struct making *m, struct user_files *ret, struct error **err)
{
  if (read_layered (m->in->image, "etc/passwd", &ret->passwd) && read_layered (m->in->image, "etc/group", &ret->group))
    return 0;
  user_files_free (ret);
  return read_merged (m, ret, err);
}

void
spec_user (struct arena *a, struct oci_process *p, const struct identity *who)
{
  p->user = MAKE (a, struct oci_user);
  p->user->uid = int_is (who->uid);
  p->user->gid = int_is (who->gid);
  for (size_t i = 0; i < who->n_groups; i++)
    *LIST_ADD (a, &p->user->additional_gids) = who->groups[i];
  if (! environment_get (&p->env, "HOME"))
    environment_set (a, &p->env, "HOME", who->home ? who->home : who->uid ? "/" : "/root");
}

int
spec_identity (struct making *m, struct error **err)
{
  const char *const given[] = { m->overrides->user, m->service->user, m->in->image->user };
  const char *user = NULL;
  for (size_t i = 0; i < ARRAY_LEN (given) && ! (user && *user); i++)
    user = given[i];
  autouserfiles struct user_files files = { 0 };
  TRY (read_users (m, &files, err));
  int r = user_resolve (&files, user, m->service->group_add.v, m->service->group_add.n, &m->identity, err);
  if (r < 0)
    return fail (err, E_COMPOSE_FILE, "%s", err && *err ? error_text (*err) : "user");
  spec_user (m->arena, m->config->process, &m->identity);
  return 0;
}
