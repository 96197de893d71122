/* test_sync.c - the protocol between the runtime and the container's process, over a socket pair. */
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "sync.h"

static int parent, child;

static void
open_pair (void)
{
  CHECK_INT (0, sync_pair (&parent, &child, NULL));
}

static void
close_pair (void)
{
  close_fd (&parent);
  close_fd (&child);
}

TEST (packet_arrives_whole)
{
  struct sync_message m;
  open_pair ();
  CHECK_INT (0, sync_send (child, SYNC_STAGE, 42, "root filesystem", -1, NULL));
  CHECK_INT (1, sync_receive (parent, &m, NULL));
  CHECK_INT (SYNC_STAGE, m.type);
  CHECK_INT (42, m.value);
  CHECK_STR ("root filesystem", m.text);
  CHECK_INT (getpid (), m.sender);
  CHECK_INT (-1, m.fd);
  close_pair ();
}

TEST (long_text_is_cut)
{
  struct sync_message m;
  static char text[2 * SYNC_TEXT_MAX];
  memset (text, 'x', sizeof text - 1);
  open_pair ();
  CHECK_INT (0, sync_send (child, SYNC_ERROR, 5, text, -1, NULL));
  CHECK_INT (1, sync_receive (parent, &m, NULL));
  CHECK_INT (SYNC_TEXT_MAX - 1, strlen (m.text));
  close_pair ();
}

TEST (descriptor_travels)
{
  struct sync_message m;
  struct stat sent, got;
  open_pair ();
  autoclose int fd = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  CHECK_INT (0, sync_send (child, SYNC_CONSOLE, 0, NULL, fd, NULL));
  CHECK_INT (1, sync_receive (parent, &m, NULL));
  CHECK (m.fd >= 0 && m.fd != fd);
  CHECK (fstat (fd, &sent) == 0 && fstat (m.fd, &got) == 0 && sent.st_rdev == got.st_rdev);
  CHECK (fcntl (m.fd, F_GETFD) & FD_CLOEXEC);
  close_fd (&m.fd);
  close_pair ();
}

TEST (end_of_file_is_told)
{
  struct sync_message m;
  open_pair ();
  close_fd (&child);
  CHECK_INT (0, sync_receive (parent, &m, NULL));
  CHECK_INT (-EPIPE, sync_send (parent, SYNC_REPLY, 0, NULL, -1, NULL));
  close_pair ();
}

TEST (foreign_packets_are_refused)
{
  static const struct
  {
    const char *what, *bytes;
    size_t n;
  } rows[] = {
    { "short", "abc", 3 },
    { "unknown type", "\377\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16 },
    { "length says more", "\0\0\0\0\7\0\0\0\0\0\0\0\0\0\0\0", 16 },
    { "length says less", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0text", 20 },
  };
  for (size_t i = 0; i < ARRAY_LEN (rows); i++)
    {
      struct sync_message m;
      open_pair ();
      CHECK_INT (rows[i].n, send (child, rows[i].bytes, rows[i].n, 0));
      CHECK_INT (-EPROTO, sync_receive (parent, &m, NULL));
      close_pair ();
    }
}

/* A runtime that answers one request with VALUE and TEXT. */
static pid_t
answer_once (int64_t value, const char *text)
{
  pid_t pid = fork ();
  if (pid == 0)
    {
      struct sync_message m;
      close_fd (&child);
      if (sync_receive (parent, &m, NULL) == 1)
        sync_send (parent, SYNC_REPLY, value, text, -1, NULL);
      _exit (0);
    }
  close_fd (&parent);
  return pid;
}

TEST (refusal_becomes_an_error)
{
  static const enum sync_type types[] = { SYNC_HOOKS, SYNC_SECCOMP_FD };
  for (size_t i = 0; i < ARRAY_LEN (types); i++)
    {
      autoerror struct error *err = NULL;
      open_pair ();
      pid_t pid = answer_once (EACCES, "createRuntime hook #0: Permission denied");
      CHECK_INT (-EACCES, sync_ask (child, types[i], 3, NULL, -1, NULL, &err));
      CHECK_STR ("createRuntime hook #0: Permission denied", error_text (err));
      waitpid (pid, NULL, 0);
      close_pair ();
    }
}

TEST (answer_without_descriptor_is_refused)
{
  autoerror struct error *err = NULL;
  int fd = -1;
  open_pair ();
  pid_t pid = answer_once (0, NULL);
  CHECK_INT (-EPROTO, sync_ask (child, SYNC_MOUNT_FD, 0, NULL, -1, &fd, &err));
  waitpid (pid, NULL, 0);
  close_pair ();
}

TEST_MAIN (X (packet_arrives_whole) X (long_text_is_cut) X (descriptor_travels) X (end_of_file_is_told)
           X (foreign_packets_are_refused) X (refusal_becomes_an_error) X (answer_without_descriptor_is_refused))
