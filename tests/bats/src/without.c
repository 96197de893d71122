/* without.c - without NAME[,NAME...] COMMAND...: runs COMMAND as on a kernel that does not have these system calls
 * (ENOSYS, by a seccomp filter that its children have too). */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct
{
  const char *name;
  unsigned number;
} calls[] = {
  { "openat2", SYS_openat2 },       { "mount_setattr", SYS_mount_setattr }, { "fsopen", SYS_fsopen },
  { "open_tree", SYS_open_tree },   { "move_mount", SYS_move_mount },       { "clone3", SYS_clone3 },
  { "pidfd_open", SYS_pidfd_open }, { "close_range", SYS_close_range },     { "faccessat2", 439 },
};
enum { N_CALLS = sizeof calls / sizeof *calls };

static int
deny (unsigned number)
{
  struct sock_filter code[] = {
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = { .len = sizeof code / sizeof *code, .filter = code };
  return prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

int
main (int argc, char **argv)
{
  if (argc < 3)
    {
      fprintf (stderr, "usage: without NAME[,NAME...] COMMAND...\n");
      return 2;
    }
  for (char *name = strtok (argv[1], ","); name; name = strtok (NULL, ","))
    {
      size_t i = 0;
      while (i < N_CALLS && strcmp (calls[i].name, name) != 0)
        i++;
      if (i == N_CALLS || deny (calls[i].number) < 0)
        {
          perror (i == N_CALLS ? "unknown system call" : "seccomp");
          return 2;
        }
    }
  execvp (argv[2], argv + 2);
  perror (argv[2]);
  return 127;
}
