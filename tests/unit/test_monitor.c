/* test_monitor.c - the monitor's pure parts: what is logged and how, when a container starts again, when it is
 * healthy. */
#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "health.h"
#include "log_file.h"
#include "restart.h"

/* ---- the log */

struct place
{
  char path[64];
  struct log_file log;
  char *room;
};

static void
place_open (struct place *p)
{
  strcpy (p->path, "/tmp/test_monitor.XXXXXX");
  CHECK (mkdtemp (p->path));
  p->room = malloc (LOG_ROOM);
  p->log = (struct log_file) { .fd = -1, .room = p->room,
                               .dirfd = open (p->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) };
}

static void
place_close (struct place *p)
{
  log_file_close (&p->log);
  for (int i = 0; i < 5; i++)
    {
      autofree char *name = NULL;
      CHECK (asprintf (&name, i ? "log.jsonl.%d" : "log.jsonl", i) > 0);
      unlinkat (p->log.dirfd, name, 0);
    }
  close (p->log.dirfd);
  free (p->room);
  CHECK_INT (0, rmdir (p->path));
}

/* The whole of file NAME; NULL if there is none. */
static char *
content (struct place *p, const char *name)
{
  int fd = openat (p->log.dirfd, name, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return NULL;
  char *text = calloc (1, LOG_ROOM);
  CHECK (read (fd, text, LOG_ROOM - 1) >= 0);
  close (fd);
  return text;
}

static void
write_file (struct place *p, const char *name, const char *text)
{
  int fd = openat (p->log.dirfd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  CHECK_INT (strlen (text), write (fd, text, strlen (text)));
  close (fd);
}

static const struct { const char *data; size_t n; const char *want; } lines[] = {
  { "plain", 5, "\"data\":\"plain\"" },
  { "", 0, "\"data\":\"\"" },
  { "a\"b\\c\td\x1b[0m\x7f\r", 13, "\"data\":\"a\\\"b\\\\c\\td\\u001b[0m\\u007f\\r\"" },
  { "gr\xc3\xbc\xc3\x9f \xf0\x9f\x90\xb3", 11, "\"data\":\"gr\xc3\xbc\xc3\x9f \xf0\x9f\x90\xb3\"" },
  { "\xff\xfe", 2, "\"data\":\"//4=\",\"encoding\":\"base64\"" },
  { "a\0b", 3, "\"data\":\"YQBi\",\"encoding\":\"base64\"" },
  { "abc\xc3", 4, "\"data\":\"YWJjww==\",\"encoding\":\"base64\"" },
};

TEST (records)
{
  struct place p;
  place_open (&p);
  CHECK_INT (0, log_file_open (&p.log, NULL));
  for (size_t i = 0; i < ARRAY_LEN (lines); i++)
    {
      CHECK_INT (0, ftruncate (p.log.fd, 0));
      log_file_add (&p.log, "T", "stdout", lines[i].data, lines[i].n, i == 0);
      log_file_flush (&p.log);
      autofree char *got = content (&p, "log.jsonl"), *want = NULL;
      CHECK (asprintf (&want, "{\"ts\":\"T\",\"stream\":\"stdout\",%s%s}\n", lines[i].want,
                       i == 0 ? ",\"partial\":true" : "") > 0);
      CHECK_STR (want, got);
    }
  place_close (&p);
}

TEST (longest_record_fits)
{
  struct place p;
  char line[LOG_LINE_MAX];
  place_open (&p);
  CHECK_INT (0, log_file_open (&p.log, NULL));
  memset (line, 1, sizeof line);
  for (int i = 0; i < 3; i++)
    log_file_add (&p.log, "2026-11-21T20:33:37.315299314Z", "stderr", line, sizeof line, true);
  log_file_flush (&p.log);
  CHECK (p.log.size > 3 * 6 * LOG_LINE_MAX);
  CHECK (p.log.used == 0);
  place_close (&p);
}

TEST (a_broken_last_line_is_cut)
{
  static const struct { const char *before, *after; } files[] = {
    { "", "" }, { "{\"a\":1}\n", "{\"a\":1}\n" }, { "{\"a\":1}\n{\"b\"", "{\"a\":1}\n" }, { "{\"a\"", "" },
  };
  struct place p;
  place_open (&p);
  for (size_t i = 0; i < ARRAY_LEN (files); i++)
    {
      write_file (&p, "log.jsonl", files[i].before);
      CHECK_INT (0, log_file_open (&p.log, NULL));
      autofree char *got = content (&p, "log.jsonl");
      CHECK_STR (files[i].after, got);
      CHECK_INT (strlen (files[i].after), p.log.size);
      log_file_close (&p.log);
    }
  place_close (&p);
}

TEST (a_log_elsewhere_is_refused)
{
  struct place p;
  autoerror struct error *err = NULL;
  place_open (&p);
  write_file (&p, "log.jsonl.1", "precious");
  CHECK_INT (0, symlinkat ("log.jsonl.1", p.log.dirfd, "log.jsonl"));
  CHECK_INT (-ELOOP, log_file_open (&p.log, &err));
  CHECK_INT (0, unlinkat (p.log.dirfd, "log.jsonl", 0));
  CHECK_INT (0, linkat (p.log.dirfd, "log.jsonl.1", p.log.dirfd, "log.jsonl", 0));
  CHECK_INT (-EINVAL, log_file_open (&p.log, &err));
  CHECK_INT (0, unlinkat (p.log.dirfd, "log.jsonl", 0));
  CHECK_INT (0, mkfifoat (p.log.dirfd, "log.jsonl", 0600));
  CHECK_INT (-EINVAL, log_file_open (&p.log, &err));
  autofree char *got = content (&p, "log.jsonl.1");
  CHECK_STR ("precious", got);
  place_close (&p);
}

TEST (rotation_keeps_whole_records)
{
  struct place p;
  place_open (&p);
  p.log.max_size = 150;
  p.log.max_files = 3;
  CHECK_INT (0, log_file_open (&p.log, NULL));
  for (int i = 0; i < 9; i++)
    log_file_add (&p.log, "T", "stdout", (char[]) { (char) ('0' + i) }, 1, false);
  log_file_flush (&p.log);
  autofree char *now = content (&p, "log.jsonl"), *one = content (&p, "log.jsonl.1");
  autofree char *two = content (&p, "log.jsonl.2"), *three = content (&p, "log.jsonl.3");
  CHECK (now && strstr (now, "\"8\"") && strlen (now) <= 150);
  CHECK (one && strlen (one) > 80 && strlen (one) <= 150 && one[strlen (one) - 1] == '\n');
  CHECK (two && strlen (two) <= 150);
  CHECK (! three);
  place_close (&p);
}

TEST (one_file_starts_anew)
{
  struct place p;
  place_open (&p);
  p.log.max_size = 100;
  p.log.max_files = 1;
  CHECK_INT (0, log_file_open (&p.log, NULL));
  for (int i = 0; i < 9; i++)
    log_file_add (&p.log, "T", "stdout", (char[]) { (char) ('0' + i) }, 1, false);
  log_file_flush (&p.log);
  autofree char *now = content (&p, "log.jsonl"), *one = content (&p, "log.jsonl.1");
  CHECK (now && strstr (now, "\"8\"") && ! strstr (now, "\"0\""));
  CHECK (! one);
  place_close (&p);
}

TEST (log_comes_back)
{
  struct place p;
  place_open (&p);
  p.log.max_size = 150;
  p.log.max_files = 3;
  write_file (&p, "log.jsonl.1", "old");
  CHECK_INT (0, mkdirat (p.log.dirfd, "log.jsonl", 0700));
  for (int i = 0; i < 9; i++)
    log_file_add (&p.log, "T", "stdout", (char[]) { (char) ('0' + i) }, 1, false);
  log_file_flush (&p.log);
  CHECK (p.log.fd < 0 && p.log.lost > 300);
  CHECK_INT (0, unlinkat (p.log.dirfd, "log.jsonl", AT_REMOVEDIR));
  log_file_add (&p.log, "T", "stdout", "x", 1, false);
  log_file_flush (&p.log);
  autofree char *now = content (&p, "log.jsonl"), *one = content (&p, "log.jsonl.1");
  CHECK (now && strstr (now, "bytes of the log are lost: ") && strstr (now, "\"x\""));
  CHECK_STR ("old", one);
  place_close (&p);
}

TEST (characters_are_not_cut)
{
  CHECK_INT (3, log_cut ("abc", 3));
  CHECK_INT (3, log_cut ("abc\xc3", 4));
  CHECK_INT (5, log_cut ("abc\xc3\xbc", 5));
  CHECK_INT (3, log_cut ("abc\xf0\x9f\x90", 6));
  CHECK_INT (7, log_cut ("abc\xf0\x9f\x90\xb3", 7));
  CHECK_INT (4, log_cut ("abc\xff", 4));
  CHECK_INT (6, log_cut ("abc\x80\x80\x80", 6));
  CHECK_INT (1, log_cut ("\xc3", 1));
}

/* ---- restart */

static bool
again (const struct record_Restart *r, struct restart_state *state, int code, int64_t ran, int64_t want_delay)
{
  int64_t delay = -1;
  bool yes = restart_decide (r, state, code, ran, &delay);
  if (yes)
    CHECK_INT (want_delay, delay);
  return yes;
}

TEST (back_off_doubles)
{
  struct record_Restart always = { .condition = "always" };
  struct restart_state state = { 0 };
  static const int64_t delays[] = { 100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 51200, 60000, 60000 };
  for (size_t i = 0; i < ARRAY_LEN (delays); i++)
    CHECK (again (&always, &state, 0, 9999, delays[i]));
  CHECK (again (&always, &state, 0, 10000, 100));
}

TEST (conditions)
{
  struct record_Restart no = { .condition = "no" }, failure = { .condition = "on-failure" };
  struct record_Restart unless = { .condition = "unless-stopped" };
  struct restart_state state = { 0 };
  CHECK (! again (NULL, &state, 1, 0, 0));
  CHECK (! again (&no, &state, 1, 0, 0));
  CHECK (! again (&failure, &state, 0, 0, 0));
  CHECK (again (&failure, &state, 1, 0, 100));
  CHECK (again (&unless, &state, 0, 0, 200));
}

TEST (attempts_are_counted)
{
  struct record_Restart twice = { .condition = "on-failure", .max_retries = { .value = 2, .set = true } };
  struct record_Restart window = { .condition = "always", .max_retries = { .value = 1, .set = true },
                                   .delay = { .value = 5000, .set = true }, .window = { .value = 3000, .set = true } };
  struct restart_state a = { 0 }, b = { 0 };
  CHECK (again (&twice, &a, 1, 0, 100));
  CHECK (again (&twice, &a, 1, 60000, 100));
  CHECK (! again (&twice, &a, 1, 60000, 0));
  CHECK (again (&window, &b, 1, 0, 5000));
  CHECK (! again (&window, &b, 1, 2999, 0));
  CHECK (again (&window, &b, 1, 3000, 5000));
}

/* ---- health */

static const struct record_Health check = {
  .interval = { .value = 1000, .set = true },
  .start_period = { .value = 10000, .set = true },
  .start_interval = { .value = 200, .set = true },
  .retries = { .value = 2, .set = true },
};

TEST (failures_make_unhealthy)
{
  struct health_state s = { 0 };
  CHECK (! health_judge (&check, &s, false, 10000));
  CHECK_INT (HEALTH_STARTING, s.status);
  CHECK (health_judge (&check, &s, false, 11000));
  CHECK_INT (HEALTH_UNHEALTHY, s.status);
  CHECK (! health_judge (&check, &s, false, 12000));
  CHECK_INT (3, s.streak);
  CHECK (! health_judge (&check, &s, true, 13000));
  CHECK_INT (HEALTH_HEALTHY, s.status);
  CHECK_INT (0, s.streak);
}

TEST (start_period_forgives_until_a_success)
{
  struct health_state s = { 0 };
  for (int64_t age = 0; age < 9999; age += 200)
    CHECK (! health_judge (&check, &s, false, age));
  CHECK_INT (0, s.streak);
  CHECK_INT (200, health_next (&check, &s, 9999));
  CHECK_INT (1000, health_next (&check, &s, 10000));
  CHECK (! health_judge (&check, &s, true, 5000));
  CHECK_INT (1000, health_next (&check, &s, 5000));
  CHECK (! health_judge (&check, &s, false, 6000));
  CHECK (health_judge (&check, &s, false, 7000));
}

TEST (health_defaults)
{
  struct record_Health bare = { 0 };
  struct health_state s = { 0 };
  CHECK_INT (30000, health_next (&bare, &s, 0));
  CHECK_INT (30000, health_timeout (&bare));
  CHECK (! health_judge (&bare, &s, false, 0));
  CHECK (! health_judge (&bare, &s, false, 0));
  CHECK (health_judge (&bare, &s, false, 0));
}

TEST_MAIN (X (records) X (longest_record_fits) X (a_broken_last_line_is_cut) X (a_log_elsewhere_is_refused)
           X (rotation_keeps_whole_records) X (one_file_starts_anew) X (log_comes_back) X (characters_are_not_cut)
           X (back_off_doubles) X (conditions) X (attempts_are_counted) X (failures_make_unhealthy)
           X (start_period_forgives_until_a_success) X (health_defaults))
