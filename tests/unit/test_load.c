/* test_load.c - loading whole projects: what the model holds in the end, hashes, names, and files that are none. */
#include <sys/stat.h>

#include "check.h"
#include "load_fixture.h"

static const struct load_options plain;

TEST (model)
{
  autoproject struct project p = { 0 };
  autofree char *message = NULL;
  CHECK_INT (0, load_text ("name: demo\n"
                           "services:\n"
                           "  web:\n"
                           "    image: web\n"
                           "    environment: [A=1, NOT_SET_ANYWHERE]\n"
                           "    ports: ['8080:80']\n"
                           "    deploy: {replicas: 3, resources: {limits: {memory: 1g}}}\n"
                           "    depends_on: [db]\n"
                           "    stop_grace_period: 1m30s\n"
                           "    volumes: ['data:/data:ro']\n"
                           "  db: {image: db, profiles: []}\n"
                           "  off: {image: x, profiles: [debug]}\n"
                           "volumes: {data: }\n", &plain, &p, &message));
  CHECK_STR ("", message);
  const struct compose_Service *web = project_service (&p, "web");
  CHECK_STR ("demo", p.name);
  CHECK_INT (2, p.model->services.n);
  CHECK (node_get (p.disabled, "off") != NULL);
  CHECK (project_service (&p, "off") == NULL);
  CHECK_INT (1, web->environment.n);
  CHECK_INT (80, web->ports.v[0].target.value);
  CHECK_STR ("8080", web->ports.v[0].published);
  CHECK_INT (3, web->scale.value);
  CHECK_INT (1 << 30, web->deploy->resources->limits->memory.value);
  CHECK_INT (90000000, web->stop_grace_period.value);
  CHECK_STR ("demo_data", p.model->volumes.v[0].name);
  CHECK_STR ("default", web->networks.keys[0]);
  CHECK_STR ("demo_default", p.model->networks.v[0].name);
}

static char *
hash_of (const char *yaml, const char *extra)
{
  autoproject struct project p = { 0 };
  autofree char *message = NULL;
  CHECK_INT (0, load_text (yaml, &plain, &p, &message));
  CHECK_STR ("", message);
  return project_config_hash (&p, "a", extra);
}

TEST (hashes)
{
  static const struct
  {
    const char *yaml, *extra;
    bool same;
  } cases[] = {
    { "name: n\nservices: {a: {labels: {y: 2, x: 1}, image: i}} # comment\n", NULL, true },
    { "name: n\nservices: {a: {image: i, labels: [x=1, y=2], scale: 4, pull_policy: always}}", NULL, true },
    { "name: n\nservices: {a: {image: i, labels: {x: 1, y: 2}, deploy: {replicas: 2}}}", NULL, true },
    { "name: n\nservices: {a: {image: i, labels: {x: 1, y: 2}, depends_on: [b]}, b: {image: x}}", NULL, true },
    { "name: n\nservices: {a: {image: i, labels: {x: 1, y: 3}}}", NULL, false },
    { "name: n\nservices: {a: {image: i, labels: {x: 1, y: 2}, environment: [A=1]}}", NULL, false },
    { "name: n\nservices: {a: {image: i, labels: {x: 1, y: 2}}}", "sha256:1", false },
  };
  autofree char *first = hash_of ("name: n\nservices: {a: {image: i, labels: {x: 1, y: 2}}}", NULL);
  CHECK_INT (64, strlen (first));
  for (size_t i = 0; i < ARRAY_LEN (cases); i++)
    {
      autofree char *other = hash_of (cases[i].yaml, cases[i].extra);
      CHECK_INT (cases[i].same, streq (first, other));
    }
}

TEST (names)
{
  struct bench b = bench_open ();
  autofree char *path = mem_printf ("%s/compose.yaml", b.dir), *by_file = NULL, *by_option = NULL, *bad = NULL;
  autofree char *by_directory = NULL, *directory = NULL, *none = NULL;
  autostrv struct strv files = { 0 };
  const struct load_options in_directory = { .project_directory = b.dir };
  CHECK_INT (0, project_name_of (&in_directory, &by_directory, &directory, NULL));
  CHECK_STR (b.dir, directory);
  strv_add (&files, path);
  bench_write (&b, "compose.yaml", "name: from-file\nservices: {}\n");
  CHECK_INT (0, project_name_of (&(struct load_options) { .files = &files }, &by_file, &none, NULL));
  CHECK_STR ("from-file", by_file);
  CHECK_STR (NULL, none);
  CHECK_INT (0, project_name_of (&(struct load_options) { .files = &files, .project_name = "x" }, &by_option, &none,
                                 NULL));
  CHECK_STR (NULL, none);
  CHECK_STR ("x", by_option);
  CHECK_INT (-E_COMPOSE_FILE,
             project_name_of (&(struct load_options) { .files = &files, .project_name = "../x" }, &bad, &none, NULL));
  CHECK_STR (NULL, bad);
  bench_close (&b);
}

/* A FIFO where a file should be is an error at once: nobody will ever write to it. */
TEST (fifos)
{
  struct bench b = bench_open ();
  static const char *const files[][2] = {
    { "pipe", "" },
    { "extends.yaml", "services: {a: {extends: {file: pipe, service: x}}}" },
    { "include.yaml", "include: [pipe]\nservices: {}" },
    { "env.yaml", "services: {a: {image: x, env_file: pipe}}" },
    { "labels.yaml", "services: {a: {image: x, label_file: pipe}}" },
  };
  autofree char *pipe = mem_printf ("%s/pipe", b.dir);
  CHECK_INT (0, mkfifo (pipe, 0600));
  for (size_t i = 0; i < ARRAY_LEN (files); i++)
    {
      autoproject struct project p = { 0 };
      autofree char *message = NULL;
      if (i)
        bench_write (&b, files[i][0], files[i][1]);
      CHECK (bench_load (&b, files[i][0], &plain, &p, &message) < 0);
      CHECK (strstr (message, "not a regular file") != NULL);
    }
  bench_close (&b);
}

/* A circle by way of a link: another path, the same file. */
TEST (include_by_links)
{
  struct bench b = bench_open ();
  autoproject struct project p = { 0 };
  autofree char *message = NULL, *link = mem_printf ("%s/sub", b.dir);
  bench_write (&b, "compose.yaml", "include: [sub/compose.yaml]\nservices: {}\n");
  CHECK_INT (0, symlink (".", link));
  CHECK_INT (-E_CYCLE, bench_load (&b, "compose.yaml", &plain, &p, &message));
  bench_close (&b);
}

/* Each file includes the next one twice: 2^15 files if nobody counted. */
TEST (include_bomb)
{
  struct bench b = bench_open ();
  autoproject struct project p = { 0 };
  autofree char *message = NULL;
  for (unsigned i = 0; i < 16; i++)
    {
      autofree char *name = mem_printf ("%u.yaml", i);
      autofree char *next = mem_printf ("include: [%u.yaml, %u.yaml]\n", i + 1, i + 1);
      bench_write (&b, name, i < 15 ? next : "services: {}");
    }
  CHECK_INT (-E_COMPOSE_FILE, bench_load (&b, "0.yaml", &plain, &p, &message));
  CHECK (strstr (message, "more than 1000 files are included") != NULL);
  bench_close (&b);
}

TEST (extends_too_deep)
{
  autoproject struct project p = { 0 };
  autofree char *message = NULL;
  autotext struct text t = { 0 };
  text_add (&t, "services:\n");
  for (unsigned i = 0; i < 5000; i++)
    text_printf (&t, "  s%u: {extends: s%u}\n", i, i + 1);
  CHECK_INT (-E_COMPOSE_FILE, load_text (t.s, &plain, &p, &message));
  CHECK (strstr (message, "more than 100 services extend each other") != NULL);
}

TEST (too_wide)
{
  autoproject struct project p = { 0 };
  autofree char *message = NULL;
  autotext struct text t = { 0 };
  text_add (&t, "services: {a: {image: x, environment: [");
  for (unsigned i = 0; i <= 10000; i++)
    text_printf (&t, "A%u=1,", i);
  text_add (&t, "]}}");
  CHECK_INT (-E_COMPOSE_FILE, load_text (t.s, &plain, &p, &message));
  CHECK (strstr (message, "services.a.environment: has more than 10000 entries") != NULL);
}

TEST_MAIN (X (model) X (hashes) X (names) X (fifos) X (include_by_links) X (include_bomb) X (extends_too_deep)
           X (too_wide))
