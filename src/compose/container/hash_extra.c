/* hash_extra.c - what makes a container of a service another one besides the compose file: the image, and the
 * contents of configs and secrets. Reads them. */
#include <nettle/sha2.h>

#include "bundle_parts.h"
#include "memory_files.h"

static void
add_digest (struct text *t, const char *data, size_t n)
{
  struct sha256_ctx ctx;
  unsigned char digest[SHA256_DIGEST_SIZE];
  sha256_init (&ctx);
  sha256_update (&ctx, n, (const uint8_t *) data);
  sha256_digest (&ctx, sizeof digest, digest);
  for (size_t i = 0; i < sizeof digest; i++)
    text_printf (t, "%02x", digest[i]);
}

/* Other services' links to this one are names that it has. */
static void
add_links (struct text *t, const struct compose_Project *model, const struct compose_Service *service)
{
  const char *name = NULL;
  for (size_t i = 0; i < model->services.n; i++)
    if (&model->services.v[i] == service)
      name = model->services.keys[i];
  for (size_t i = 0; name && i < model->services.n; i++)
    for (size_t k = 0; k < model->services.v[i].links.n; k++)
      {
        const char *rest = after_prefix (model->services.v[i].links.v[k], name);
        if (rest && *rest == ':')
          text_printf (t, "link %s\n", rest + 1);
      }
}

char *
bundle_hash_extra (const struct settings *s, const struct project *p, const struct compose_Service *service,
                   const struct image *image)
{
  struct text t = { 0 };
  text_printf (&t, "image %s\n", image->id);
  add_links (&t, p->model, service);
  const struct { enum memory_kind kind; const struct compose_FileRef *v; size_t n; } lists[] = {
    { MEMORY_SECRETS, service->secrets.v, service->secrets.n },
    { MEMORY_CONFIGS, service->configs.v, service->configs.n },
  };
  for (size_t i = 0; i < ARRAY_LEN (lists); i++)
    for (size_t k = 0; k < lists[i].n; k++)
      {
        autofree char *data = NULL;
        size_t n = 0;
        text_printf (&t, "%s ", lists[i].v[k].source);
        /* One that cannot be read is told of when the container is made. */
        if (memory_content (s, p, lists[i].kind, lists[i].v[k].source, &data, &n, NULL) == 0)
          add_digest (&t, data, n);
        text_add (&t, "\n");
      }
  return t.s;
}
