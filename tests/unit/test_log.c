/* test_log.c - what a log file holds, and that JSON lines are JSON whatever the message. Writes into a directory of its
 * own; standard error is a file there as well. */
#include "log.h"

#include <fcntl.h>
#include <regex.h>
#include <sys/stat.h>

#include "check.h"
#include "fs.h"
#include "json.h"

static char dir[] = "/tmp/test_log.XXXXXX";
static int dirfd_;

static void
check_quoted (const char *want, const char *s)
{
  autotext struct text t = { 0 };
  json_quote (&t, s);
  CHECK_STR (want, t.s);
}

TEST (json_quote)
{
  check_quoted ("\"\"", "");
  check_quoted ("\"a\\\"b\\\\c/\"", "a\"b\\c/");
  check_quoted ("\"\\n\\t\\r\\b\\f\\u0001\\u001f\\u007f\"", "\n\t\r\b\f\x01\x1f\x7f");
  check_quoted ("\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
  /* Cut short, overlong, a surrogate, above U+10FFFF, a lone continuation. */
  check_quoted ("\"\xef\xbf\xbd\"", "\xc3");
  check_quoted ("\"\xef\xbf\xbd\xef\xbf\xbd\"", "\xc0\xaf");
  check_quoted ("\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"", "\xed\xa0\x80");
  check_quoted ("\"\xef\xbf\xbdx\"", "\xf5x");
  check_quoted ("\"a\xef\xbf\xbd" "b\"", "a\x80" "b");
}

/* The log file NAME after one setting up and some lines. */
static char *
logged (const char *name, enum log_format format, enum log_level level)
{
  autofree char *path = mem_printf ("%s/%s", dir, name);
  char *text = NULL;
  CHECK_INT (0, log_setup (path, format, level, NULL));
  log_warning ("w");
  log_debug ("d");
  log_line (LOG_ERROR, "say \"%s\"", "no\n");
  CHECK_INT (0, fs_read_regular (dirfd_, name, 4096, &text, NULL, NULL));
  return text ? text : mem_strdup ("");
}

static bool
matches (const char *pattern, const char *text)
{
  regex_t re;
  if (regcomp (&re, pattern, REG_EXTENDED | REG_NOSUB) != 0)
    abort ();
  bool yes = regexec (&re, text, 0, NULL, 0) == 0;
  regfree (&re);
  return yes;
}

#define TIME "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}Z"

TEST (json_lines)
{
  autofree char *once = logged ("json", LOG_JSON, LOG_ERROR);
  CHECK (matches ("^\\{\"level\":\"error\",\"msg\":\"say \\\\\"no\\\\n\\\\\"\",\"time\":\"" TIME "\"\\}\n$", once));
  autofree char *twice = logged ("json", LOG_JSON, LOG_ERROR);
  CHECK_INT (2 * strlen (once), strlen (twice));
  CHECK (strncmp (once, twice, strlen (once)) == 0);
}

TEST (text_lines)
{
  autofree char *text = logged ("text", LOG_TEXT, LOG_DEBUG);
  CHECK (matches ("^time=\"" TIME "\" level=warning msg=\"w\"\ntime=\"" TIME "\" level=debug msg=\"d\"\n"
                  "time=\"" TIME "\" level=error msg=\"say \\\\\"no\\\\n\\\\\"\"\n$", text));
}

TEST (levels)
{
  autofree char *text = logged ("levels", LOG_JSON, LOG_WARNING);
  CHECK (strstr (text, "\"warning\"") && ! strstr (text, "\"debug\""));
  CHECK (log_wants (LOG_ERROR) && log_wants (LOG_WARNING) && ! log_wants (LOG_DEBUG));
}

TEST (file_mode)
{
  struct stat st;
  CHECK_INT (0, fstatat (dirfd_, "json", &st, 0));
  CHECK_INT (0644, st.st_mode & 0777);
  CHECK (log_fd () >= 0 && (fcntl (log_fd (), F_GETFD) & FD_CLOEXEC));
  CHECK ((fcntl (log_fd (), F_GETFL) & O_APPEND));
}

TEST (bad_path)
{
  autoerror struct error *err = NULL;
  CHECK_INT (-ENOENT, log_setup ("/nonexistent/log", LOG_TEXT, LOG_ERROR, &err));
  CHECK_STR ("log file /nonexistent/log: No such file or directory", error_text (err));
}

/* Errors are one line of plain text on standard error, with or without a log file; nothing else is if there is one. */
TEST (standard_error)
{
  autofree char *path = mem_printf ("%s/stderr", dir);
  autofree char *text = NULL;
  autoclose int saved = dup (STDERR_FILENO);
  autoclose int file = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  dup2 (file, STDERR_FILENO);
  free (logged ("beside", LOG_JSON, LOG_DEBUG));
  log_setup (NULL, LOG_JSON, LOG_WARNING, NULL);
  log_warning ("w%d", 1);
  log_line (LOG_ERROR, "e\xc2\x9b" "2J\xc2\xa0\x7f");
  dup2 (saved, STDERR_FILENO);
  CHECK_INT (0, fs_read_regular (dirfd_, "stderr", 4096, &text, NULL, NULL));
  CHECK_STR ("test_log: say \"no\\x0a\"\ntest_log: warning: w1\ntest_log: e\\xc2\\x9b2J\xc2\xa0\\x7f\n", text);
}

TEST (error_texts)
{
  autoerror struct error *err = NULL;
  CHECK_INT (-EINVAL, fail (&err, EINVAL, "a\033[2J\xc2\x9b" "b\xc2\xa0\xc3\xa4\n"));
  CHECK_STR ("a?[2J??b\xc2\xa0\xc3\xa4?", error_text (err));
}

TEST (set_up)
{
  program_invocation_short_name = "test_log";
  umask (0);
  CHECK (mkdtemp (dir) != NULL);
  dirfd_ = open (dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  CHECK (dirfd_ >= 0);
}

TEST (clean_up)
{
  CHECK_INT (0, fs_remove_tree (AT_FDCWD, dir, NULL));
  close_fd (&dirfd_);
}

TEST_MAIN (X (json_quote) X (set_up) X (json_lines) X (text_lines) X (levels) X (file_mode) X (bad_path)
           X (standard_error) X (error_texts) X (clean_up))
