/* test_state.c - the state directory: ids, roots, locks, and state.json as a crash or somebody else may have left
 * it. */
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "check.h"
#include "container.h"
#include "fs.h"
#include "start_socket.h"
#include "state.h"

static char base[] = "/tmp/test_state.XXXXXX";
static char root[64];

static void
set_up (void)
{
  strcpy (base + sizeof base - 7, "XXXXXX");
  CHECK (mkdtemp (base) != NULL);
  snprintf (root, sizeof root, "%s/root", base);
}

static void
tear_down (void)
{
  CHECK_INT (0, fs_remove_tree (AT_FDCWD, base, NULL));
}

/* A container whose process is this one. */
static struct oci_state_file
sample (const char *id)
{
  static char *boot;
  if (! boot)
    boot = state_boot_id ();
  return (struct oci_state_file) {
    .id = id,
    .pid = { getpid (), true },
    .start_time = { process_start_time (getpid ()), true },
    .boot_id = boot,
    .created = "2026-01-02T03:04:05.000000006Z",
    .bundle = "/b",
    .rootfs = "/b/rootfs",
    .oci_version = "1.3.0",
  };
}

static void
make (const char *id, const struct oci_state_file *s)
{
  autocontainer struct container c = CONTAINER_INIT;
  CHECK_INT (0, state_reserve (root, id, &c, NULL));
  CHECK_INT (0, state_write (&c, s, NULL));
}

TEST (ids)
{
  static const char *const good[] = { "a", "A9_+-.z", "-x", "_", "0", "a..b" };
  static const char *const bad[] = { "", ".", "..", ".a", "a/b", "../a", "/", "a b", "a\n",
                                     "\xc3\xa4", "a\x01", "a:b", "a@b" };
  for (size_t i = 0; i < ARRAY_LEN (good); i++)
    CHECK_INT (0, state_check_id (good[i], NULL));
  for (size_t i = 0; i < ARRAY_LEN (bad); i++)
    CHECK_INT (-EINVAL, state_check_id (bad[i], NULL));
  char id[1026];
  memset (id, 'a', 1025);
  id[1025] = '\0';
  CHECK_INT (-EINVAL, state_check_id (id, NULL));
  id[1024] = '\0';
  CHECK_INT (0, state_check_id (id, NULL));
}

TEST (roots)
{
  set_up ();
  autoclose int fd = -1;
  CHECK_INT (-ENOENT, state_open_root (root, false, &fd, NULL));
  CHECK_INT (0, state_open_root (root, true, &fd, NULL));
  struct stat st;
  CHECK (fstat (fd, &st) == 0 && (st.st_mode & 077) == 0);
  close_fd (&fd);
  char link[80];
  snprintf (link, sizeof link, "%s/link", base);
  CHECK_INT (0, symlink (root, link));
  CHECK (state_open_root (link, true, &fd, NULL) < 0);
  CHECK_INT (0, chmod (root, 0777));
  CHECK_INT (-EPERM, state_open_root (root, false, &fd, NULL));
  CHECK_INT (-EPERM, state_open_root (root, true, &fd, NULL));
  char *chosen = NULL;
  CHECK_INT (-EINVAL, state_root ("/", &chosen, NULL));
  CHECK_INT (-EINVAL, state_root ("", &chosen, NULL));
  CHECK_INT (0, state_root ("/x/./y/", &chosen, NULL));
  CHECK_STR ("/x/y", chosen);
  free (chosen);
  tear_down ();
}

TEST (reserve_open_remove)
{
  set_up ();
  autoerror struct error *err = NULL;
  autocontainer struct container c = CONTAINER_INIT, other = CONTAINER_INIT;
  CHECK_INT (-ENOENT, state_open (root, "c1", false, &c, &err));
  CHECK (strstr (error_text (err), "container does not exist"));
  CHECK_INT (0, state_reserve (root, "c1", &c, &err));
  CHECK_INT (-EEXIST, state_reserve (root, "c1", &other, &err));
  CHECK (strstr (error_text (err), "container with given ID already exists"));
  CHECK_INT (-ENODATA, state_open (root, "c1", false, &other, &err));
  CHECK (state_locked (&c));
  struct oci_state_file s = sample ("c1");
  CHECK_INT (0, state_write (&c, &s, &err));
  CHECK_INT (0, state_open (root, "c1", false, &other, &err));
  CHECK (state_locked (&other));
  CHECK_STR ("/b", other.state->bundle);
  CHECK_INT (0, state_remove (&c, &err));
  container_close (&c);
  CHECK_INT (-ENOENT, state_open (root, "c1", false, &c, &err));
  tear_down ();
}

TEST (lock_is_let_go)
{
  set_up ();
  struct oci_state_file s = sample ("c1");
  make ("c1", &s);
  autocontainer struct container c = CONTAINER_INIT, other = CONTAINER_INIT;
  CHECK_INT (0, state_open (root, "c1", true, &c, NULL));
  /* A child that keeps the descriptor must not keep the lock. */
  pid_t pid = fork ();
  if (pid == 0)
    {
      pause ();
      _exit (0);
    }
  container_close (&c);
  CHECK_INT (0, state_open (root, "c1", true, &other, NULL));
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
  tear_down ();
}

TEST (status_comes_from_the_kernel)
{
  set_up ();
  struct oci_state_file s = sample ("c1");
  make ("c1", &s);
  autocontainer struct container c = CONTAINER_INIT;
  CHECK_INT (0, state_open (root, "c1", false, &c, NULL));
  autoclose int pidfd = -1;
  CHECK_INT (STATUS_RUNNING, state_status (&c, &pidfd));
  CHECK (pidfd >= 0);
  autoclose int sock = -1;
  CHECK_INT (0, start_socket_make (&sock, NULL));
  CHECK_INT (0, start_socket_bind (&c, sock, NULL));
  CHECK_INT (STATUS_CREATED, state_status (&c, NULL));
  struct stat st;
  CHECK (fstatat (c.dir_fd, START_SOCKET, &st, 0) == 0 && (st.st_mode & 0777) == 0600);
  c.state->start_time.value++; /* somebody else got the pid */
  CHECK_INT (STATUS_STOPPED, state_status (&c, NULL));
  c.state->start_time.value--;
  c.state->boot_id = "another";
  CHECK_INT (STATUS_STOPPED, state_status (&c, NULL));
  c.state->boot_id = NULL;
  c.state->creating = (struct opt_bool) { true, true };
  c.state->creator_pid = (struct opt_i64) { getpid (), true };
  c.state->creator_start = (struct opt_u64) { process_start_time (getpid ()), true };
  CHECK_INT (STATUS_CREATING, state_status (&c, NULL));
  c.state->creator_start.value++;
  CHECK_INT (STATUS_STOPPED, state_status (&c, NULL));
  tear_down ();
}

TEST (zombies_are_gone)
{
  pid_t pid = fork ();
  if (pid == 0)
    _exit (0);
  siginfo_t info;
  CHECK_INT (0, waitid (P_PID, pid, &info, WEXITED | WNOWAIT));
  CHECK_INT (0, process_start_time (pid));
  waitpid (pid, NULL, 0);
  CHECK_INT (0, process_start_time (pid));
  CHECK (process_start_time (getpid ()) > 0);
}

TEST (documents)
{
  set_up ();
  struct oci_state_file s = sample ("c1");
  make ("c1", &s);
  autocontainer struct container c = CONTAINER_INIT;
  CHECK_INT (0, state_open (root, "c1", false, &c, NULL));
  autofree char *hook = state_document (&c, STATUS_CREATING, 7, false);
  CHECK_STR ("{\"ociVersion\":\"1.3.0\",\"id\":\"c1\",\"pid\":7,\"status\":\"creating\",\"bundle\":\"/b\"}", hook);
  autofree char *gone = state_document (&c, STATUS_STOPPED, 7, false);
  CHECK_STR ("{\"ociVersion\":\"1.3.0\",\"id\":\"c1\",\"status\":\"stopped\",\"bundle\":\"/b\"}", gone);
  autofree char *shown = state_document (&c, STATUS_STOPPED, 7, true);
  CHECK (strstr (shown, "\n  \"pid\": 0,\n"));
  CHECK (strstr (shown, "\n  \"owner\": \"\"\n}"));
  tear_down ();
}

/* `list` as json, in *RET. */
static int
list (char **ret)
{
  size_t n;
  FILE *out = open_memstream (ret, &n);
  struct context ctx = { .root = root, .root_given = true };
  int r = container_list (&ctx, true, false, out, NULL);
  fclose (out);
  return r;
}

/* Standard error is closed meanwhile: thousands of warnings are expected. */
static int
silence (void)
{
  int saved = dup (STDERR_FILENO);
  autoclose int null = open ("/dev/null", O_WRONLY | O_CLOEXEC);
  dup2 (null, STDERR_FILENO);
  return saved;
}

static void
speak (int saved)
{
  dup2 (saved, STDERR_FILENO);
  close (saved);
}

TEST (every_truncation)
{
  set_up ();
  struct oci_state_file s = sample ("c1"), good = sample ("c2");
  make ("c1", &s);
  make ("c2", &good);
  autofree char *path = mem_printf ("%s/c1/" STATE_FILE, root), *text = NULL;
  size_t n = 0, bad = 0, hidden = 0;
  CHECK_INT (0, fs_read_regular (AT_FDCWD, path, 65536, &text, &n, NULL));
  int saved = silence ();
  for (size_t cut = 0; cut < n; cut++)
    {
      autocontainer struct container c = CONTAINER_INIT;
      autofree char *shown = NULL;
      CHECK_INT (0, truncate (path, n - cut - 1));
      bad += state_open (root, "c1", false, &c, NULL) == -EBADMSG;
      hidden += list (&shown) < 0 || ! strstr (shown, "\"c2\"") || strstr (shown, "\"c1\"");
    }
  speak (saved);
  CHECK_INT (n, bad);
  CHECK_INT (0, hidden);
  tear_down ();
}

TEST (strange_files)
{
  set_up ();
  struct oci_state_file s = sample ("c1"), good = sample ("c2");
  make ("c1", &s);
  make ("c2", &good);
  autofree char *path = mem_printf ("%s/c1/" STATE_FILE, root), *shown = NULL;
  autocontainer struct container c = CONTAINER_INIT;
  CHECK_INT (0, unlink (path));
  CHECK_INT (0, mkfifo (path, 0600)); /* must not hold us up */
  CHECK (state_open (root, "c1", false, &c, NULL) < 0);
  CHECK_INT (0, unlink (path));
  CHECK_INT (0, symlink ("/dev/zero", path));
  CHECK (state_open (root, "c1", false, &c, NULL) < 0);
  CHECK_INT (0, unlink (path));
  /* Another container's. */
  autofree char *c2 = mem_printf ("%s/c2/" STATE_FILE, root);
  CHECK_INT (0, link (c2, path));
  CHECK_INT (-EBADMSG, state_open (root, "c1", false, &c, NULL));
  int saved = silence ();
  CHECK_INT (0, list (&shown));
  speak (saved);
  CHECK (strstr (shown, "\"c2\"") != NULL);
  tear_down ();
}

TEST (list_formats)
{
  set_up ();
  struct context ctx = { .root = root };
  autofree char *empty = NULL, *table = NULL, *ids = NULL, *json = NULL;
  size_t n;
  FILE *out = open_memstream (&empty, &n);
  CHECK_INT (0, container_list (&ctx, true, false, out, NULL));
  fclose (out);
  CHECK_STR ("[]\n", empty);
  CHECK_INT (-ENOENT, list (&json));
  struct oci_state_file s = sample ("c1");
  s.pid.value = 0;
  make ("c1", &s);
  s.id = "a-rather-long-id";
  make (s.id, &s);
  out = open_memstream (&ids, &n);
  CHECK_INT (0, container_list (&ctx, false, true, out, NULL));
  fclose (out);
  CHECK_STR ("a-rather-long-id\nc1\n", ids);
  out = open_memstream (&table, &n);
  CHECK_INT (0, container_list (&ctx, false, false, out, NULL));
  fclose (out);
  CHECK (strstr (table, "ID                 PID         STATUS      BUNDLE      "
                        "CREATED                          OWNER\n")
         == table);
  CHECK (strstr (table, "\nc1                 0           stopped     /b          2026-01-02T03:04:05.000000006Z   "));
  tear_down ();
}

TEST_MAIN (X (ids) X (roots) X (reserve_open_remove) X (lock_is_let_go) X (status_comes_from_the_kernel)
           X (zombies_are_gone) X (documents) X (every_truncation) X (strange_files) X (list_formats))
