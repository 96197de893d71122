/* test_record.c - the files of record.h on disk, and times as text. */
#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "record_store.h"
#include "run_status.h"

struct place
{
  char path[64];
  int fd;
};

static void
place_open (struct place *p)
{
  strcpy (p->path, "/tmp/test_record.XXXXXX");
  CHECK (mkdtemp (p->path));
  p->fd = open (p->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void
place_close (struct place *p)
{
  unlinkat (p->fd, CONTAINER_STATUS, 0);
  close (p->fd);
  CHECK_INT (0, rmdir (p->path));
}

static const struct record_Status written = {
  .state = "exited",
  .pid = { .value = 42, .set = true },
  .exit_code = { .value = 137, .set = true },
  .oom_killed = { .value = true, .set = true },
  .reason = "oom-killed",
};

TEST (comes_back)
{
  struct place p;
  struct oci_document doc;
  struct stat st;
  place_open (&p);
  CHECK_INT (0, record_write (p.fd, CONTAINER_STATUS, &record_Status_schema, &written, NULL));
  CHECK_INT (0, record_write_unsynced (p.fd, CONTAINER_STATUS, &record_Status_schema, &written, NULL));
  const struct record_Status *status = record_read (p.fd, CONTAINER_STATUS, &record_Status_schema, &doc, NULL);
  CHECK (status);
  CHECK_STR ("exited", status->state);
  CHECK_INT (42, status->pid.value);
  CHECK (status->oom_killed.set && status->oom_killed.value);
  CHECK (! status->restarts.set);
  CHECK_INT (0, fstatat (p.fd, CONTAINER_STATUS, &st, 0));
  CHECK_INT (0600, st.st_mode & 0777);
  oci_document_free (&doc);
  place_close (&p);
}

TEST (says_what_is_wrong)
{
  struct place p;
  struct oci_document doc;
  autoerror struct error *err = NULL;
  place_open (&p);
  CHECK (! record_read (p.fd, CONTAINER_STATUS, &record_Status_schema, &doc, &err));
  CHECK_INT (ENOENT, err->code);
  int fd = openat (p.fd, CONTAINER_STATUS, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  CHECK_INT (14, write (fd, "{\"state\": 5  }", 14));
  close (fd);
  CHECK (! record_read (p.fd, CONTAINER_STATUS, &record_Status_schema, &doc, &err));
  CHECK_INT (EBADMSG, err->code);
  CHECK (strstr (err->text, "status.json:1:"));
  CHECK (strstr (err->text, "state"));
  place_close (&p);
}

static const struct { const char *text; int64_t ns; } times[] = {
  { "1970-01-01T00:00:00Z", 0 },
  { "2026-11-21T20:33:37.315299314Z", 1795293217315299314 },
  { "2026-11-21T20:33:37.3152993149999Z", 1795293217315299314 },
  { "2026-11-21T21:33:37.5+01:00", 1795293217500000000 },
  { "2026-11-21t15:03:37-05:30", 1795293217000000000 },
  { "2024-02-29T00:00:00z", 1709164800000000000 },
  { "1969-12-31T23:59:59.25Z", -750000000 },
};

static const char *const no_times[] = {
  "", "5m", "2026-11-21", "2026-11-21T20:33:37", "2026-13-21T20:33:37Z", "2026-02-30T00:00:00Z",
  "2026-11-21T20:33:37.Z",
  "2026-11-21T20:33:37Zx", "2026-11-21T24:00:00Z", "9999-01-01T00:00:00Z", "2026-1-21T20:33:37Z",
  "2026-11-21T20:33:37+1:00",
};

TEST (times_are_read)
{
  int64_t ns;
  for (size_t i = 0; i < ARRAY_LEN (times); i++)
    {
      ns = -1;
      CHECK_INT (0, record_parse_time (times[i].text, &ns));
      CHECK_INT (times[i].ns, ns);
    }
  ns = 7;
  for (size_t i = 0; i < ARRAY_LEN (no_times); i++)
    CHECK_INT (-EINVAL, record_parse_time (no_times[i], &ns));
  CHECK_INT (7, ns);
}

TEST (times_are_written)
{
  char text[RECORD_TIME_SIZE];
  record_time_of (1795293217315299314, text);
  CHECK_STR ("2026-11-21T20:33:37.315299314Z", text);
  record_time_of (-750000000, text);
  CHECK_STR ("1969-12-31T23:59:59.250000000Z", text);
}

TEST (boot_has_an_id)
{
  autofree char *id = record_boot_id ();
  CHECK_INT (36, strlen (id));
}

TEST (why_a_program_cannot_run)
{
  static const char plain[] = "perry-runtime: create x: process: exec: \"a\": no such file or directory";
  CHECK_STR (plain, run_reason (plain));
  CHECK_STR ("exec: \"a\": permission denied",
             run_reason ("start x: error running startContainer hook #0: exit status 126, stdout: , "
                         "stderr: exec: \"a\": permission denied"));
}

TEST_MAIN (X (comes_back) X (says_what_is_wrong) X (times_are_read) X (times_are_written) X (boot_has_an_id)
           X (why_a_program_cannot_run))
