/* test_load_limits.c - files that would take all memory or forever are refused, and long lists are loaded in no
 * time. */
#include "check.h"
#include "clock.h"
#include "load_fixture.h"

static const struct load_options plain;

/* Load TEXT; *RET is how long that took, in ms. */
static int
load_timed (const char *text, char **message, int64_t *ret)
{
  autoproject struct project p = { 0 };
  int64_t begin = clock_ms ();
  int r = load_text (text, &plain, &p, message);
  *ret = clock_ms () - begin;
  return r;
}

/* What is compared item by item would take a minute. */
TEST (many_ports)
{
  autofree char *message = NULL;
  int64_t ms;
  CHECK_INT (0, load_timed ("services: {a: {image: x, ports: ['10000-20000:10000-20000/udp']}}", &message, &ms));
  CHECK_STR ("", message);
  CHECK (ms < 10000);
}

TEST (too_many_ports)
{
  autofree char *message = NULL;
  int64_t ms;
  CHECK_INT (-E_COMPOSE_FILE,
             load_timed ("services: {a: {image: x, ports: ['1-65000', '1-537']}}", &message, &ms));
  CHECK (strstr (message, "services.a.ports[1]: more than 65536 ports in one list") != NULL);
}

/* Each service is a small text, and 60000 ports in memory. */
TEST (ports_of_all)
{
  autofree char *message = NULL;
  autotext struct text t = { 0 };
  int64_t ms;
  text_add (&t, "services:\n");
  for (unsigned i = 0; i < 1000; i++)
    text_printf (&t, "  s%u: {image: x, ports: ['1-60000/udp']}\n", i);
  CHECK_INT (-E_COMPOSE_FILE, load_timed (t.s, &message, &ms));
  CHECK (strstr (message, "are more than 1000000 values together") != NULL);
  CHECK (ms < 10000);
}

/* Each service is a line, and all of the first one in memory. */
TEST (extends_bomb)
{
  autofree char *message = NULL;
  autotext struct text t = { 0 };
  int64_t ms;
  text_add (&t, "services:\n  base:\n    image: x\n    environment:\n");
  for (unsigned i = 0; i < 9000; i++)
    text_printf (&t, "      V%u: x\n", i);
  for (unsigned i = 0; i < 9000; i++)
    text_printf (&t, "  s%u: {extends: base}\n", i);
  CHECK_INT (-E_COMPOSE_FILE, load_timed (t.s, &message, &ms));
  CHECK (strstr (message, "are more than 1000000 values together") != NULL);
  CHECK (ms < 10000);
}

TEST (too_many_variables)
{
  struct bench b = bench_open ();
  autoproject struct project p = { 0 };
  autofree char *message = NULL;
  autotext struct text t = { 0 };
  for (unsigned i = 0; i <= 10000; i++)
    text_printf (&t, "V%u=1\n", i);
  bench_write (&b, "many.env", t.s);
  bench_write (&b, "compose.yaml", "services: {a: {image: x, env_file: many.env}}");
  CHECK_INT (-E_ENV_FILE, bench_load (&b, "compose.yaml", &plain, &p, &message));
  CHECK (strstr (message, "more than 10000 variables") != NULL);
  bench_close (&b);
}

TEST_MAIN (X (many_ports) X (too_many_ports) X (ports_of_all) X (extends_bomb) X (too_many_variables))
