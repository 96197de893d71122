/* test_copy.c - tar headers, copies from directory to directory, options of single containers. */
#include <fcntl.h>
#include <sys/stat.h>

#include "check.h"
#include "container_flags.h"
#include "copy_place.h"
#include "fs.h"
#include "tar_format.h"

/* E encoded and decoded again; what a pax header before it says is applied. */
static void
round_trip (const struct tar_entry *e, struct tar_entry *ret)
{
  autotext struct text t = { 0 };
  autotarentry struct tar_entry first = { 0 };
  tar_encode (&t, e);
  CHECK (t.len % TAR_BLOCK == 0);
  CHECK_INT (1, tar_decode (t.s, &first));
  if (first.type != TAR_PAX)
    {
      CHECK_INT (TAR_BLOCK, (long long) t.len);
      *ret = first;
      first = (struct tar_entry) { 0 };
      return;
    }
  CHECK_INT (1, tar_decode (t.s + t.len - TAR_BLOCK, ret));
  CHECK_INT (0, tar_pax_apply (t.s + TAR_BLOCK, (size_t) first.size, ret));
}

TEST (tar_headers)
{
  struct tar_entry plain = { .type = TAR_FILE, .name = (char *) "a/b", .mode = 0640, .uid = 5, .gid = 6, .size = 7,
                             .mtime = 8 };
  autotarentry struct tar_entry got = { 0 };
  round_trip (&plain, &got);
  CHECK_STR ("a/b", got.name);
  CHECK_INT (0640, got.mode);
  CHECK_INT (5, got.uid);
  CHECK_INT (6, got.gid);
  CHECK_INT (7, got.size);
  CHECK_INT (8, got.mtime);
}

/* Lengths around the places where a pax record's own length gets another digit. */
TEST (tar_long_names)
{
  for (size_t n = 85; n < 1100; n += n < 110 ? 1 : 7)
    {
      autofree char *name = mem_alloc (n + 1);
      memset (name, 'x', n);
      struct tar_entry e = { .type = TAR_LINK, .name = name, .link = name, .uid = 3000000, .size = 1LL << 40 };
      autotarentry struct tar_entry got = { 0 };
      round_trip (&e, &got);
      CHECK_STR (name, got.name);
      CHECK_STR (name, got.link);
      CHECK_INT (3000000, got.uid);
      CHECK (got.size == 1LL << 40);
    }
}

TEST (tar_damage)
{
  static const char zeros[TAR_BLOCK];
  autotext struct text t = { 0 };
  autotarentry struct tar_entry got = { 0 };
  struct tar_entry e = { .type = TAR_FILE, .name = (char *) "a" };
  tar_encode (&t, &e);
  CHECK_INT (0, tar_decode (zeros, &got));
  t.s[3] ^= 1;
  CHECK_INT (-EBADMSG, tar_decode (t.s, &got));
  static const char *const bad[] = { "x", "5 a=b", "99 path=x\n", "0000000006 a\n", "12 pathxname\n", "-1 a=b\n",
                                     "18446744073709551615 path=x\n", "9 size=-1\n", "10 size=-1\n" };
  for (size_t i = 0; i < ARRAY_LEN (bad); i++)
    CHECK_INT (-EBADMSG, tar_pax_apply (bad[i], strlen (bad[i]), &got));
}

/* ---- copies */

static void
put (int dir, const char *name, const char *content)
{
  autoclose int fd = openat (dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  CHECK (fd >= 0 && fs_write_all (fd, content, strlen (content)) == 0);
}

static void
check_content (int dir, const char *name, const char *want)
{
  autofree char *got = NULL;
  CHECK_INT (0, fs_read_regular (dir, name, 4096, &got, NULL, NULL));
  CHECK_STR (want, got ? got : "");
}

static int
copy (const char *base, const char *from, const char *to)
{
  const struct copy_options o = { .uid = geteuid (), .gid = getegid () };
  autofree char *source = mem_printf ("%s/%s", base, from), *target = mem_printf ("%s/%s", base, to);
  return copy_between (&(struct copy_place) { -1, source }, &(struct copy_place) { -1, target }, &o, NULL);
}

TEST (copies)
{
  char base[] = "/tmp/test_copy.XXXXXX";
  CHECK (mkdtemp (base));
  autoclose int dir = open (base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  CHECK (mkdirat (dir, "d", 0755) == 0 && mkdirat (dir, "d/sub", 0755) == 0 && mkdirat (dir, "e", 0755) == 0);
  put (dir, "f", "1");
  put (dir, "d/sub/x", "x");
  put (dir, "secret", "secret");
  CHECK (symlinkat ("../secret", dir, "e/link") == 0 && symlinkat ("nowhere", dir, "d/dangling") == 0);
  CHECK_INT (0, copy (base, "f", "e"));
  check_content (dir, "e/f", "1");
  CHECK_INT (0, copy (base, "f", "e/g"));
  check_content (dir, "e/g", "1");
  /* What is called as the copy is replaced, not followed. */
  CHECK_INT (0, copy (base, "f", "e/link"));
  check_content (dir, "secret", "secret");
  check_content (dir, "e/link", "1");
  CHECK_INT (0, copy (base, "d", "e"));
  check_content (dir, "e/d/sub/x", "x");
  CHECK_INT (0, copy (base, "d/.", "e"));
  check_content (dir, "e/sub/x", "x");
  CHECK_INT (0, copy (base, "d", "new"));
  check_content (dir, "new/sub/x", "x");
  CHECK_INT (-E_CONFLICT, copy (base, "d", "f"));
  CHECK_INT (-E_CONFLICT, copy (base, "e/sub", "d/dangling"));
  CHECK_INT (-E_NOT_FOUND, copy (base, "none", "e"));
  CHECK_INT (-E_NOT_FOUND, copy (base, "f", "none/"));
  CHECK_INT (-E_NOT_FOUND, copy (base, "f", "none/x"));
  fs_remove_tree (AT_FDCWD, base, NULL);
}

/* ---- options of single containers */

TEST (flags)
{
  autoarena struct arena a = { 0 };
  struct container_flags f = { .image = mem_strdup ("i"), .memory = "64m", .init = true, .health_cmd = "ok",
                               .stop_timeout = "3" };
  struct node *service = NULL;
  strv_add (&f.env, "A=1");
  strv_add (&f.ulimit, "nofile=1:2");
  strv_add (&f.network_alias, "al");
  CHECK_INT (0, container_flags_tree (&f, &a, &service, NULL));
  autofree char *json = node_to_json (service, NULL);
  CHECK_STR ("{\"image\":\"i\",\"environment\":[\"A=1\"],\"healthcheck\":{\"test\":\"ok\"},\"init\":\"true\","
             "\"mem_limit\":\"64m\",\"stop_grace_period\":\"3s\",\"ulimits\":{\"nofile\":{\"soft\":\"1\",\"hard\":"
             "\"2\"}},\"networks\":{\"perry\":{\"aliases\":[\"al\"]}}}", json);
  strv_add (&f.network, "none");
  CHECK_INT (-EINVAL, container_flags_tree (&f, &a, &service, NULL));
  strv_free (&f.env);
  strv_free (&f.ulimit);
  strv_free (&f.network);
  strv_free (&f.network_alias);
  container_flags_free (&f);
}

TEST_MAIN (X (tar_headers) X (tar_long_names) X (tar_damage) X (copies) X (flags))
