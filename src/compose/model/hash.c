/* hash.c - what tells whether a container is still what its service says: sha256 of the service's canonical JSON.
 * Pure. */
#include <nettle/sha2.h>

#include "load.h"

/* A change of these makes no other container: they say how many, when and from where. */
static const char *const left_out[] = { "build", "pull_policy", "pull_refresh_after", "scale", "depends_on", "profiles",
                                        "develop", "attach" };

char *
project_config_hash (const struct project *p, const char *service, const char *extra)
{
  static const char digits[] = "0123456789abcdef";
  autoarena struct arena arena = { 0 };
  const struct node *n = node_at (p->tree, "services", service, NULL);
  struct node *copy = n ? node_copy (&arena, n) : node_new (&arena, NODE_MAP, NULL), *deploy;
  for (size_t i = 0; i < ARRAY_LEN (left_out); i++)
    node_remove (copy, left_out[i]);
  deploy = node_get (copy, "deploy");
  node_remove (deploy, "replicas");
  if (deploy && ! deploy->first)
    node_remove (copy, "deploy");
  autofree char *text = node_canonical (copy);
  struct sha256_ctx sha;
  unsigned char sum[SHA256_DIGEST_SIZE];
  sha256_init (&sha);
  sha256_update (&sha, strlen (text), (const uint8_t *) text);
  if (extra)
    {
      /* a NUL between the two: no text of one can pass for a part of the other */
      sha256_update (&sha, 1, (const uint8_t *) "");
      sha256_update (&sha, strlen (extra), (const uint8_t *) extra);
    }
  sha256_digest (&sha, sizeof sum, sum);
  char *hex = mem_alloc (2 * sizeof sum + 1);
  for (size_t i = 0; i < sizeof sum; i++)
    {
      hex[2 * i] = digits[sum[i] >> 4];
      hex[2 * i + 1] = digits[sum[i] & 15];
    }
  return hex;
}
