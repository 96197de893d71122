/* test_node_parse.c - trees to typed structs: loose scalars, strict keys, the kinds that config.json has not,
 * messages with places; and that the kinds survive JSON. No files, no privileges. */
#include "check.h"
#include "errors.h"
#include "model.h"
#include "yaml.h"

/* TEXT as a service. */
static const struct compose_Service *
parse (struct arena *a, const char *text, struct oci_document *doc, struct error **err)
{
  struct node *n = NULL;
  CHECK_INT (0, yaml_parse (a, "c.yaml", text, strlen (text), &n, err));
  return node_parse (n, &compose_Service_schema, "services.web", doc, err);
}

TEST (loose)
{
  autoarena struct arena a = { 0 };
  struct oci_document doc;
  autoerror struct error *err = NULL;
  const struct compose_Service *s
      = parse (&a,
               "cpu_shares: \"80\"\ntty: \"true\"\ninit: yes\nread_only: \"Off\"\n"
               "hostname: 1.50\ndomainname: true\ncommand: [1, true, x]\n"
               "environment: {A: 1, B: true, C: null, D: \"\", E: 1e3}\n"
               "depends_on: {db: , x: {}}\nuser: 1000\ncpus: 0.5\ncpuset: '0-3'\nimage: null\n",
               &doc, &err);
  CHECK_STR ("", error_text (err));
  if (! s)
    return;
  CHECK_INT (80, s->cpu_shares.value);
  CHECK (s->tty.value && s->init.value && s->read_only.set && ! s->read_only.value);
  CHECK_STR ("1.50", s->hostname);
  CHECK_STR ("true", s->domainname);
  CHECK_INT (3, s->command.n);
  CHECK_STR ("1", s->command.v[0]);
  CHECK_STR ("true", s->command.v[1]);
  static const char *const environment[] = { "1", "true", "", "", "1e3" };
  CHECK_INT (ARRAY_LEN (environment), s->environment.n);
  for (size_t i = 0; i < ARRAY_LEN (environment); i++)
    CHECK_STR (environment[i], s->environment.v[i]);
  CHECK_INT (2, s->depends_on.n);
  CHECK_STR ("db", s->depends_on.keys[0]);
  CHECK (! s->depends_on.v[0].condition);
  CHECK_STR ("1000", s->user);
  CHECK_STR ("0.5", s->cpus);
  CHECK_STR ("0-3", s->cpuset);
  CHECK (! s->image);
  oci_document_free (&doc);
}

TEST (quantities)
{
  autoarena struct arena a = { 0 };
  struct oci_document doc;
  autoerror struct error *err = NULL;
  const struct compose_Service *s
    = parse (&a,
             "stop_grace_period: 1m30s\nmem_limit: 64m\nshm_size: 1024\nmemswap_limit: -1\nmem_reservation: \"1.5gb\"\n"
             "healthcheck: {interval: 1.5h, timeout: 500ms, start_period: 90us, start_interval: 0}\n",
             &doc, &err);
  CHECK_STR ("", error_text (err));
  if (! s)
    return;
  CHECK_INT (90000000, s->stop_grace_period.value);
  CHECK_INT (64 << 20, s->mem_limit.value);
  CHECK_INT (1024, s->shm_size.value);
  CHECK_INT (-1, s->memswap_limit.value);
  CHECK_INT (1536 << 20, s->mem_reservation.value);
  CHECK_INT (INT64_C (5400000000), s->healthcheck->interval.value);
  CHECK_INT (500000, s->healthcheck->timeout.value);
  CHECK_INT (90, s->healthcheck->start_period.value);
  CHECK (s->healthcheck->start_interval.set && s->healthcheck->start_interval.value == 0);
  oci_document_free (&doc);
}

TEST (json_members)
{
  autoarena struct arena a = { 0 };
  struct oci_document doc;
  autoerror struct error *err = NULL;
  const struct compose_Service *s
    = parse (&a, "gpus:\n  - {driver: nvidia, count: 2, x: [a, [], {}, null, true, 0x1], \"q\\\"\": \"\\n\"}\n  - []\n"
                 "develop: all\nprovider: 5\nmodels: null\ncredential_spec: {}\n",
             &doc, &err);
  CHECK_STR ("", error_text (err));
  if (! s)
    return;
  CHECK_STR ("[{\"driver\":\"nvidia\",\"count\":2,\"x\":[\"a\",[],{},null,true,\"0x1\"],\"q\\\"\":\"\\n\"},[]]",
             s->gpus);
  CHECK_STR ("\"all\"", s->develop);
  CHECK_STR ("5", s->provider);
  CHECK_STR ("{}", s->credential_spec);
  CHECK (! s->models);
  oci_document_free (&doc);
}

static const struct
{
  const char *text, *message;
} bad[] = {
  { "imag: x", "c.yaml:1:1: services.web: unknown attribute 'imag', did you mean 'image'?" },
  { "image: x\nprots: []", "c.yaml:2:1: services.web: unknown attribute 'prots', did you mean 'ports'?" },
  { "healthcheck: {intervall: 5s}",
    "c.yaml:1:15: services.web.healthcheck: unknown attribute 'intervall', did you mean 'interval'?" },
  { "qqqqqqqq: 1", "c.yaml:1:1: services.web: unknown attribute 'qqqqqqqq'" },
  { "image: []", "c.yaml:1:8: services.web.image: expected string, found list" },
  { "image: {}", "c.yaml:1:8: services.web.image: expected string, found mapping" },
  { "command: x", "c.yaml:1:10: services.web.command: expected list, found string" },
  { "environment: [A]", "c.yaml:1:14: services.web.environment: expected mapping, found list" },
  { "command: [a, [b]]", "c.yaml:1:14: services.web.command[1]: expected string, found list" },
  { "command: [a, null]", "c.yaml:1:14: services.web.command[1]: expected string, found null" },
  { "environment: {A: []}", "c.yaml:1:18: services.web.environment.A: expected string, found list" },
  { "cpu_shares: x", "c.yaml:1:13: services.web.cpu_shares: expected integer, found string 'x'" },
  { "cpu_shares: ''", "c.yaml:1:13: services.web.cpu_shares: expected integer, found string ''" },
  { "cpu_shares: 1.5", "c.yaml:1:13: services.web.cpu_shares: expected integer, found 1.5" },
  { "cpu_shares: true", "c.yaml:1:13: services.web.cpu_shares: expected integer, found boolean" },
  { "oom_score_adj: 5000", "c.yaml:1:16: services.web.oom_score_adj: 5000 is out of range: -1000 to 1000" },
  { "tty: maybe", "c.yaml:1:6: services.web.tty: expected boolean, found string 'maybe'" },
  { "tty: 1", "c.yaml:1:6: services.web.tty: expected boolean, found number" },
  { "stop_grace_period: 5", "c.yaml:1:20: services.web.stop_grace_period: expected duration like 1m30s, found 5" },
  { "stop_grace_period: 5 s",
    "c.yaml:1:20: services.web.stop_grace_period: expected duration like 1m30s, found string '5 s'" },
  { "mem_limit: 1e99", "c.yaml:1:12: services.web.mem_limit: expected size like 64m, found 1e99" },
  { "mem_limit: lots", "c.yaml:1:12: services.web.mem_limit: expected size like 64m, found string 'lots'" },
  { "ports: [{target: 70000}]", "c.yaml:1:18: services.web.ports[0].target: 70000 is out of range: 1 to 65535" },
  { "ports: [{published: 1}]", "c.yaml:1:9: services.web.ports[0].target: required" },
  { "ports:\n  - target: 80\n  - target: a\n",
    "c.yaml:3:13: services.web.ports[1].target: expected integer, found string 'a'" },
  { "cgroup: x", "c.yaml:1:9: services.web.cgroup: unknown value 'x', expected host, private" },
};

TEST (messages)
{
  for (size_t i = 0; i < ARRAY_LEN (bad); i++)
    {
      autoarena struct arena a = { 0 };
      struct oci_document doc;
      autoerror struct error *err = NULL;
      CHECK (! parse (&a, bad[i].text, &doc, &err));
      CHECK_STR (bad[i].message, error_text (err));
      CHECK_INT (E_COMPOSE_FILE, err ? err->code : 0);
    }
}

TEST (extensions)
{
  autoarena struct arena a = { 0 };
  struct oci_document doc;
  autoerror struct error *err = NULL;
  const struct compose_Service *s
      = parse (&a, "x-foo: {deep: [1, {a: b}]}\nx-perry: {policy: hardened, x-y: 1}\n", &doc, &err);
  CHECK_STR ("", error_text (err));
  if (! s)
    return;
  CHECK_STR ("hardened", s->perry->policy);
  oci_document_free (&doc);
  CHECK (! parse (&a, "x-perry: {polcy: hardened}\n", &doc, &err));
  CHECK_STR ("c.yaml:1:11: services.web.x-perry: unknown attribute 'polcy', did you mean 'policy'?", error_text (err));
}

/* Nodes without a place: the path is all there is. */
TEST (made_nodes)
{
  autoarena struct arena a = { 0 };
  struct oci_document doc;
  autoerror struct error *err = NULL;
  struct node *n = node_new (&a, NODE_MAP, NULL);
  node_set (&a, n, "tty", node_string (&a, "x", NULL));
  CHECK (! node_parse (n, &compose_Service_schema, "", &doc, &err));
  CHECK_STR ("tty: expected boolean, found string 'x'", error_text (err));
}

/* The last member of the largest object is beyond 64. */
TEST (many_members)
{
  CHECK (compose_Service_schema.n_fields > 64);
  struct oci_document doc;
  static const char twice[] = "{\"working_dir\":\"a\",\"annotations\":{},\"working_dir\":\"b\"}";
  CHECK (! oci_parse (&compose_Service_schema, twice, strlen (twice), &doc));
  CHECK_STR ("given twice", doc.message);
}

TEST (emitted)
{
  static const char text[] = "{\"cpus\":\"0.5\",\"gpus\":[{\"a\":1.5,\"b\":null},\"x\"],\"mem_limit\":67108864,"
                             "\"stop_grace_period\":\"90us\"}";
  struct oci_document doc;
  const void *s = oci_parse (&compose_Service_schema, text, strlen (text), &doc);
  CHECK_STR ("", doc.message);
  if (! s)
    return;
  autofree char *got = oci_emit (&compose_Service_schema, s, NULL);
  CHECK_STR (text, got);
  oci_document_free (&doc);
}

TEST_MAIN (X (loose) X (quantities) X (json_members) X (messages) X (extensions) X (made_nodes) X (many_members)
               X (emitted))
