/* test_proc.c - proc.h as an ordinary user or root may use it: reading, and what paths are refused. */
#include "check.h"
#include "mem.h"
#include "proc.h"

static void
check_instance (bool sysctl)
{
  autoclose int proc = -1;
  autoerror struct error *err = NULL;
  autofree char *text = NULL, *pid = mem_printf ("\nPid:\t%d\n", getpid ());
  CHECK_INT (0, proc_open (sysctl, &proc, &err));
  CHECK_STR ("", error_text (err));
  CHECK_INT (0, proc_read (proc, "self/status", &text, &err));
  CHECK (text && strstr (text, pid));
}

TEST (own_status) { check_instance (false); }
TEST (own_status_with_sysctls) { check_instance (true); }

TEST (a_sysctl)
{
  autoclose int proc = -1;
  autoerror struct error *err = NULL;
  autofree char *text = NULL;
  CHECK_INT (0, proc_open (true, &proc, &err));
  CHECK_INT (0, proc_read (proc, "sys/kernel/ostype", &text, &err));
  CHECK_STR ("Linux\n", text);
}

/* Links, magic or not, and ways out. */
TEST (refused_paths)
{
  static const char *const paths[] = { "self/exe", "self/cwd/x", "self/root/etc/passwd", "mounts", "net/dev",
                                       "../etc/passwd", "self/fd/0", "self", "sys/../../etc/passwd" };
  autoclose int proc = -1;
  autoerror struct error *err = NULL;
  CHECK_INT (0, proc_open (true, &proc, &err));
  for (size_t i = 0; i < ARRAY_LEN (paths); i++)
    {
      autofree char *text = NULL;
      int result = proc_read (proc, paths[i], &text, &err);
      if (result == 0)
        fprintf (stderr, "%s could be read\n", paths[i]);
      CHECK (result < 0);
      CHECK (strstr (error_text (err), paths[i]) != NULL);
    }
}

TEST (write_to_a_missing_file)
{
  autoclose int proc = -1;
  autoerror struct error *err = NULL;
  CHECK_INT (0, proc_open (true, &proc, &err));
  CHECK_INT (-ENOENT, proc_write (proc, "sys/kernel/there_is_none", "1", &err));
  CHECK_STR ("open /proc/sys/kernel/there_is_none: No such file or directory", error_text (err));
}

TEST (write_own_file)
{
  autoclose int proc = -1;
  autoerror struct error *err = NULL;
  autofree char *text = NULL;
  CHECK_INT (0, proc_open (false, &proc, &err));
  CHECK_INT (0, proc_write (proc, "self/comm", "renamed", &err));
  CHECK_INT (0, proc_read (proc, "self/comm", &text, &err));
  CHECK_STR ("renamed\n", text);
}

TEST_MAIN (X (own_status) X (own_status_with_sysctls) X (a_sysctl) X (refused_paths) X (write_to_a_missing_file)
             X (write_own_file))
