/* fetch.c - calls skopeo, which has the credentials of `skopeo login`, and says in our words what went wrong. Every
 * copy goes into a private directory and is checked again by layout.c. */
#include "fetch.h"

#include "errors.h"
#include "ocispec.h"
#include "reference.h"
#include "settings.h"
#include "spawn.h"

#undef OCI_PREFIX
#define OCI_PREFIX skopeo_
#define SPEC_Tags(F, T) F (T, strs, tags, "Tags")
DECLARE (Tags)
DEFINE (Tags)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

enum
{
  COPY_TIMEOUT = 6 * 3600 * 1000, /* ms: a large image over a slow line */
};

/* What skopeo prints, and what that means; the first row that fits. HINT is for people. */
static const struct
{
  const char *said;
  int code;
  const char *hint;
} meanings[] = {
  { "no space left on device", E_NO_SPACE, NULL },
  { "disk quota exceeded", E_NO_SPACE, NULL },
  { "manifest unknown", E_NO_IMAGE, "the registry has no such image or tag" },
  { "name unknown", E_NO_IMAGE, "the registry has no such repository" },
  { "no image found in manifest list", E_NO_IMAGE, "the image is not there for this platform" },
  { "no image found in image index", E_NO_IMAGE, "the image is not there for this platform" },
  { "unauthorized", E_PULL, "no such image, or it needs `skopeo login`" },
  { "authentication required", E_PULL, "no such image, or it needs `skopeo login`" },
  { "access to the resource is denied", E_PULL, "no such image, or it needs `skopeo login`" },
  { "toomanyrequests", E_PULL, "the registry limits how often it is asked: wait, or `skopeo login`" },
  { "no such host", E_PULL, "the registry's name cannot be resolved: is the network up?" },
  { "server misbehaving", E_PULL, "the registry's name cannot be resolved: is the network up?" },
  { "network is unreachable", E_PULL, "the network is down" },
  { "\"http://localhost/v2/\": dial", E_PULL,
    "no registry answers on this machine; `perry-compose image load` or `build:` brings such an image" },
  { "connection refused", E_PULL, "nobody answers at the registry's address" },
  { "i/o timeout", E_PULL, "the registry does not answer" },
  { "server gave HTTP response to HTTPS client", E_PULL,
    "the registry speaks http: name it in PERRY_INSECURE_REGISTRIES if that is right" },
  { "x509:", E_PULL, "the registry's certificate is not trusted" },
  { "did not match", E_BAD_IMAGE, "it was corrupted on the way, or is not what its digest says" },
  { "manifest.json in archive", E_BAD_IMAGE, "not an archive of docker save" },
};

/* The message in skopeo's last line: time="…" level=fatal msg="…" */
static char *
last_message (const struct spawned *done)
{
  char *text = done->err.s ?: "";
  char *at = NULL;
  for (char *next = text; (next = strstr (next, "msg=\"")); at = next += strlen ("msg=\""))
    ;
  autotext struct text plain = { 0 };
  text_add (&plain, "");
  for (const char *p = at ?: text; *p && (at ? *p != '"' : *p != '\n'); p++)
    {
      p += at && *p == '\\' && p[1];
      text_add_bytes (&plain, p, 1);
    }
  return TAKE_PTR (plain.s);
}

static int
skopeo_failed (const struct spawned *done, struct error **err)
{
  autofree char *said = last_message (done);
  for (size_t i = 0; i < ARRAY_LEN (meanings); i++)
    if (strcasestr (said, meanings[i].said))
      return meanings[i].hint ? fail (err, meanings[i].code, "%s (%s)", meanings[i].hint, said)
                              : fail (err, meanings[i].code, "%s", said);
  return fail (err, E_PULL, "%s", *said ? said : "skopeo failed without a word");
}

/* Without a policy file of the administrator or the user skopeo refuses everything; ours is then to accept. */
static bool
have_policy (void)
{
  const char *home = getenv ("HOME");
  autofree char *own = mem_printf ("%s/.config/containers/policy.json", home ?: "");
  return access (own, F_OK) == 0 || access ("/etc/containers/policy.json", F_OK) == 0;
}

/* Call skopeo with ARGUMENTS; what it prints is *RET's (may be NULL), for the caller to free. */
static int
run (const struct strv *arguments, struct spawned *ret, struct error **err)
{
  autospawned struct spawned done = { 0 };
  struct spawn s = SPAWN_INIT;
  s.argv = (const char *const *) arguments->v;
  s.what = "skopeo";
  s.timeout = COPY_TIMEOUT;
  TRY (spawn_run (&s, &done, err));
  if (done.status != 0)
    return skopeo_failed (&done, err);
  if (ret)
    {
      *ret = done;
      done = (struct spawned) { 0 };
    }
  return 0;
}

/* The program and what all of its commands are told. */
static int
begin (struct strv *arguments, const struct fetch *f, struct error **err)
{
  autofree char *program = NULL;
  TRY (find_tool ("skopeo", "skopeo", &program, err));
  strv_add (arguments, program);
  if (! have_policy ())
    strv_add (arguments, "--insecure-policy");
  if (f->directory)
    strv_printf (arguments, "--tmpdir=%s", f->directory);
  if (! f->platform)
    return 0;
  strv_printf (arguments, "--override-os=%s", f->platform->os);
  strv_printf (arguments, "--override-arch=%s", f->platform->architecture);
  if (f->platform->variant[0])
    strv_printf (arguments, "--override-variant=%s", f->platform->variant);
  return 0;
}

int
fetch_copy (const struct fetch *f, enum layout_kind kind, const char *to, struct error **err)
{
  autostrv struct strv a = { 0 };
  TRY (begin (&a, f, err));
  strv_add (&a, "copy");
  strv_add (&a, "--quiet");
  if (after_prefix (f->source, "docker://"))
    strv_add (&a, "--retry-times=2");
  if (f->insecure)
    strv_add (&a, "--src-tls-verify=false");
  if (kind == LAYOUT_OCI)
    strv_add (&a, "--dest-oci-accept-uncompressed-layers");
  strv_add (&a, f->source);
  strv_printf (&a, kind == LAYOUT_OCI ? "oci:%s:fetched" : "dir:%s", to);
  return run (&a, NULL, err);
}

int
fetch_manifest (const struct fetch *f, char **ret, size_t *ret_len, struct error **err)
{
  autospawned struct spawned done = { 0 };
  autostrv struct strv a = { 0 };
  TRY (begin (&a, f, err));
  strv_add (&a, "inspect");
  strv_add (&a, "--raw");
  if (f->insecure)
    strv_add (&a, "--tls-verify=false");
  strv_add (&a, f->source);
  TRY (run (&a, &done, err));
  *ret_len = done.out.len;
  *ret = TAKE_PTR (done.out.s);
  return 0;
}

int
fetch_archive_names (const char *file, struct strv *ret, struct error **err)
{
  autospawned struct spawned done = { 0 };
  autostrv struct strv a = { 0 };
  struct oci_document doc;
  TRY (begin (&a, &(struct fetch) { 0 }, err));
  strv_add (&a, "list-tags");
  strv_printf (&a, "docker-archive:%s", file);
  TRY (run (&a, &done, err));
  const struct skopeo_Tags *tags = oci_parse (&skopeo_Tags_schema, done.out.s ?: "", done.out.len, &doc);
  if (! tags)
    return fail (err, E_PULL, "skopeo list-tags printed something else: %s", doc.message);
  for (size_t i = 0; i < tags->tags.n; i++)
    strv_add (ret, tags->tags.v[i]);
  oci_document_free (&doc);
  return 0;
}

int
fetch_push (const char *from, const char *to, bool insecure, struct error **err)
{
  autostrv struct strv a = { 0 };
  TRY (begin (&a, &(struct fetch) { 0 }, err));
  strv_add (&a, "copy");
  strv_add (&a, "--quiet");
  if (insecure)
    strv_add (&a, "--dest-tls-verify=false");
  strv_printf (&a, "dir:%s", from);
  strv_add (&a, to);
  TRY_DOING (err, run (&a, NULL, err), "push to %s", to);
  return 0;
}

/* Is HOST, which may have a port, in the comma-separated LIST? */
static bool
listed (const char *list, const char *host)
{
  size_t n = strlen (host);
  for (const char *p = list; p && *p; p += strcspn (p, ","), p += *p == ',')
    if (strcspn (p, ",") == n && ! strncmp (p, host, n))
      return true;
  return false;
}

bool
fetch_insecure (const char *source)
{
  const char *reference = after_prefix (source, "docker://");
  if (! reference)
    return false;
  autofree char *registry = reference_registry (reference), *host = mem_strdup (registry);
  if (host[0] != '[')
    host[strcspn (host, ":")] = '\0';
  return streq (host, "localhost") || after_prefix (host, "127.") || after_prefix (host, "[::1]")
         || listed (getenv ("PERRY_INSECURE_REGISTRIES"), registry);
}
