/* test_handover.c - pid files, sockets and kept descriptors, as callers may get them wrong. */
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "check.h"
#include "fs.h"
#include "handover.h"
#include "mem.h"

static char dir[] = "/tmp/test_handover.XXXXXX";

static char *
in_dir (const char *name)
{
  return mem_printf ("%s/%s", dir, name);
}

TEST (pid_file)
{
  autofree char *path = in_dir ("pid"), *link = in_dir ("link"), *sub = in_dir ("sub"), *text = NULL;
  autofree char *slash = in_dir ("x/"), *missing = in_dir ("no/pid");
  CHECK_INT (0, pid_file_write (path, 123, NULL));
  CHECK_INT (0, fs_read_regular (AT_FDCWD, path, 100, &text, NULL, NULL));
  CHECK_STR ("123", text);
  /* A link is replaced, not followed. */
  CHECK_INT (0, symlink (path, link));
  CHECK_INT (0, pid_file_write (link, 7, NULL));
  struct stat st;
  CHECK (lstat (link, &st) == 0 && S_ISREG (st.st_mode));
  free (text);
  CHECK_INT (0, fs_read_regular (AT_FDCWD, path, 100, &text, NULL, NULL));
  CHECK_STR ("123", text);
  autoerror struct error *err = NULL;
  CHECK_INT (0, mkdir (sub, 0700));
  CHECK (pid_file_write (sub, 7, &err) < 0);
  CHECK (strstr (error_text (err), sub));
  CHECK (pid_file_write (slash, 7, NULL) < 0);
  CHECK (pid_file_write ("", 7, NULL) < 0);
  CHECK_INT (-ENOENT, pid_file_write (missing, 7, NULL));
}

/* A listening socket in a directory so deep that its path is longer than an address. */
static int
listen_deep (char **ret_path)
{
  autofree char *deep = in_dir (""), *name = malloc (101);
  memset (name, 'd', 100);
  name[100] = '\0';
  char *path = mem_printf ("%s%s", deep, name);
  CHECK_INT (0, mkdir (path, 0700));
  autoclose int fd = open (path, O_PATH | O_CLOEXEC);
  struct sockaddr_un a = { .sun_family = AF_UNIX };
  snprintf (a.sun_path, sizeof a.sun_path, "/proc/self/fd/%d/sock", fd);
  int sock = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK_INT (0, bind (sock, (struct sockaddr *) &a, sizeof a));
  CHECK_INT (0, listen (sock, 4));
  *ret_path = mem_printf ("%s/sock", path);
  free (path);
  return sock;
}

TEST (descriptor_arrives)
{
  autofree char *path = NULL;
  autoclose int server = listen_deep (&path);
  CHECK (strlen (path) > sizeof ((struct sockaddr_un *) NULL)->sun_path);
  CHECK_INT (0, socket_send_fd (path, "console", STDERR_FILENO, NULL));
  autoclose int conn = accept4 (server, NULL, NULL, SOCK_CLOEXEC);
  char text[32] = "";
  union
  {
    struct cmsghdr head;
    char room[CMSG_SPACE (sizeof (int))];
  } control;
  struct iovec iov = { text, sizeof text - 1 };
  struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
  CHECK_INT (7, recvmsg (conn, &m, MSG_CMSG_CLOEXEC));
  CHECK_STR ("console", text);
  CHECK (CMSG_FIRSTHDR (&m) && CMSG_FIRSTHDR (&m)->cmsg_type == SCM_RIGHTS);
  autoclose int got = *(int *) CMSG_DATA (&control.head);
  struct stat a, b;
  CHECK (fstat (got, &a) == 0 && fstat (STDERR_FILENO, &b) == 0 && a.st_ino == b.st_ino);
}

TEST (sockets_that_are_none)
{
  autoerror struct error *err = NULL;
  autofree char *file = in_dir ("file"), *path = NULL;
  CHECK_INT (0, pid_file_write (file, 1, NULL));
  CHECK_INT (-ENOTSOCK, socket_send_fd (file, "x", 2, &err));
  CHECK (strstr (error_text (err), "not a socket"));
  CHECK_INT (-ENOENT, socket_send_fd ("/nonexistent", "x", 2, NULL));
  CHECK_INT (-ENOENT, socket_send_fd ("", "x", 2, NULL));
  CHECK_INT (-ENOENT, socket_send_fd ("@abstract", "x", 2, NULL));
  autofree char *dead = in_dir ("dead");
  struct sockaddr_un a = { .sun_family = AF_UNIX };
  strcpy (a.sun_path, dead);
  int sock = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK_INT (0, bind (sock, (struct sockaddr *) &a, sizeof a));
  close (sock);
  CHECK_INT (-ECONNREFUSED, socket_send_fd (dead, "x", 2, &err));
}

TEST (kept_descriptors)
{
  struct kept_fds kept;
  unsetenv ("LISTEN_FDS");
  unsetenv ("LISTEN_PID");
  CHECK_INT (0, kept_fds_check (0, &kept, NULL));
  CHECK_INT (0, kept.listen + kept.preserve);
  for (int i = 3; i < 10; i++)
    close (i);
  CHECK_INT (-EBADF, kept_fds_check (1, &kept, NULL));
  int ours = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  CHECK_INT (3, ours);
  CHECK_INT (-EBADF, kept_fds_check (1, &kept, NULL)); /* not one that we inherited */
  CHECK_INT (0, fcntl (ours, F_SETFD, 0));
  CHECK_INT (0, kept_fds_check (1, &kept, NULL));
  CHECK_INT (-EBADF, kept_fds_check (2, &kept, NULL));
  CHECK (kept_fds_check (UINT32_MAX, &kept, NULL) < 0);
  setenv ("LISTEN_FDS", "1", 1);
  setenv ("LISTEN_PID", "1", 1);
  CHECK_INT (0, kept_fds_check (1, &kept, NULL));
  CHECK_INT (0, kept.listen); /* meant for somebody else */
  char pid[16];
  snprintf (pid, sizeof pid, "%d", getpid ());
  setenv ("LISTEN_PID", pid, 1);
  CHECK_INT (0, kept_fds_check (0, &kept, NULL));
  CHECK_INT (1, kept.listen);
  setenv ("LISTEN_FDS", "1x", 1);
  CHECK (kept_fds_check (0, &kept, NULL) < 0);
  close (ours);
}

int
main (void)
{
  if (! mkdtemp (dir))
    return 1;
  X (pid_file) X (descriptor_arrives) X (sockets_that_are_none) X (kept_descriptors)
  fs_remove_tree (AT_FDCWD, dir, NULL);
  return check_failures || ! check_count;
}
