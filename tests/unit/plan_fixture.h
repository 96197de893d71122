/* plan_fixture.h - a specification, a host and the plan made from them, without a system: for test_plan*.c. JSON is
 * written with ' for ". */
#ifndef TESTS_PLAN_FIXTURE_H
#define TESTS_PLAN_FIXTURE_H

#include "check.h"
#include "log.h"
#include "mem.h"
#include "ocispec.h"
#include "plan.h"

static const char base_config[] =
  "{ 'ociVersion': '1.0.2',\n"
  "  'process': {\n"
  "    'terminal': false,\n"
  "    'user': { 'uid': 0, 'gid': 0, 'additionalGids': [ 10 ] },\n"
  "    'args': [ 'sh' ],\n"
  "    'env': [ 'PATH=/bin' ],\n"
  "    'cwd': '/',\n"
  "    'capabilities': { 'bounding': [ 'CAP_KILL' ], 'permitted': [ 'CAP_KILL' ] },\n"
  "    'rlimits': [ { 'type': 'RLIMIT_NOFILE', 'soft': 1024, 'hard': 1024 } ],\n"
  "    'noNewPrivileges': true },\n"
  "  'root': { 'path': 'rootfs' },\n"
  "  'hostname': 'c1',\n"
  "  'hooks': { 'prestart': [ { 'path': '/bin/true' } ] },\n"
  "  'annotations': { 'org.example': 'x' },\n"
  "  'mounts': [ { 'destination': '/proc', 'type': 'proc', 'source': 'proc' },\n"
  "              { 'destination': '/data', 'type': 'tmpfs', 'options': [ 'ro' ] } ],\n"
  "  'linux': {\n"
  "    'namespaces': [ { 'type': 'pid' }, { 'type': 'ipc' }, { 'type': 'uts' }, { 'type': 'mount' } ],\n"
  "    'devices': [ { 'path': '/dev/x', 'type': 'c', 'major': 1, 'minor': 3 } ],\n"
  "    'cgroupsPath': '/perry/c1',\n"
  "    'resources': { 'memory': { 'limit': 8388608 } },\n"
  "    'sysctl': { 'kernel.shmmax': '1' },\n"
  "    'rootfsPropagation': 'rslave',\n"
  "    'maskedPaths': [ '/proc/kcore' ],\n"
  "    'seccomp': { 'defaultAction': 'SCMP_ACT_ALLOW',\n"
  "                 'syscalls': [ { 'names': [ 'mkdir' ], 'action': 'SCMP_ACT_ERRNO' } ] } } }\n";

/* CAP_SYS_RESOURCE, number 24, is what cannot be granted here. */
static const struct host fixture_host = {
  .bounding = ((UINT64_C (1) << 41) - 1) & ~(UINT64_C (1) << 24), .last_cap = 40, .bundle = "/bundle",
};
static const struct plan_options fixture_options = { .id = "c1" };

struct fixture
{
  char *text;
  struct oci_document doc, process_doc; /* the second for exec only */
  struct error *error;
  struct plan plan;
  int result; /* of plan_build, or -EBADMSG from the parser; then `error` has what is wrong */
};

/* BASE with FIND replaced by REPLACE (which may be "", to remove it); a FIND that is not there is a mistake of the
 * test. */
static char *
substitute (const char *base, const char *find, const char *replace)
{
  struct text t = { 0 };
  const char *at = strstr (base, find);
  CHECK (at);
  if (! at)
    fprintf (stderr, "not in the base: %s\n", find);
  text_add_bytes (&t, base, at ? (size_t) (at - base) : 0);
  text_add (&t, replace);
  text_add (&t, at ? at + strlen (find) : "");
  return t.s;
}

static const struct oci_config *
fixture_parse (struct fixture *f, const char *text)
{
  f->text = mem_strdup (text);
  for (char *c = f->text; *c; c++)
    *c = *c == '\'' ? '"' : *c;
  const struct oci_config *config = oci_parse (&oci_config_schema, f->text, strlen (f->text), &f->doc);
  if (! config)
    f->result = fail (&f->error, EBADMSG, "%s: %s", f->doc.path, f->doc.message);
  return config;
}

static void
fixture_make (struct fixture *f, const char *text, const struct host *host)
{
  *f = (struct fixture) { 0 };
  const struct oci_config *config = fixture_parse (f, text);
  if (config)
    f->result = plan_build (config, host, &fixture_options, &f->plan, &f->error);
}

static void
fixture_free (struct fixture *f)
{
  if (f->result == 0)
    plan_free (&f->plan);
  error_free (&f->error);
  oci_document_free (&f->doc);
  oci_document_free (&f->process_doc);
  free (f->text);
}
#define autofixture __attribute__ ((cleanup (fixture_free)))

/* One change of the base, and what has to be said about it; NULL: it is accepted. */
struct change
{
  const char *name, *find, *replace, *want;
};

UNUSED static void
check_change (const struct change *c, const struct host *host)
{
  autofixture struct fixture f;
  autofree char *text = substitute (base_config, c->find, c->replace);
  fixture_make (&f, text, host);
  bool right = c->want ? f.result < 0 && strstr (error_text (f.error), c->want) : f.result == 0;
  CHECK (right);
  if (! right)
    fprintf (stderr, "  %s: %s\n  want: %s\n  got:  %s\n", c->name, c->replace, c->want ? c->want : "accepted",
             f.result == 0 ? "accepted" : error_text (f.error));
}

#define CHECK_CHANGES(table)                               \
  for (size_t i_ = 0; i_ < ARRAY_LEN (table); i_++)        \
    check_change (&(table)[i_], &fixture_host);

#endif
