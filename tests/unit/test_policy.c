/* test_policy.c - policy tiers against flags: what holds is the floor of the tier and what the service asked for. */
#include "check.h"
#include "load_fixture.h"

enum
{
  NO_NETWORK = 1,
  READ_ONLY = 2,
  SECCOMP = 4,
};

static const struct
{
  const char *name;
  unsigned floor;
} tiers[] = {
  { "default", 0 },
  { "isolated", NO_NETWORK },
  { "hardened", READ_ONLY | SECCOMP },
  { "untrusted", NO_NETWORK | READ_ONLY | SECCOMP },
};

static char *
service (const char *tier, unsigned flags)
{
  return mem_printf ("services: {a: {image: x, runtime: kata, x-perry: {policy: %s, no_network: %s, "
                     "read_only_root: %s, seccomp: %s}}}\n", tier, flags & NO_NETWORK ? "true" : "false",
                     flags & READ_ONLY ? "true" : "false", flags & SECCOMP ? "true" : "false");
}

TEST (floors)
{
  for (size_t t = 0; t < ARRAY_LEN (tiers); t++)
    for (unsigned flags = 0; flags < 8; flags++)
      {
        autoproject struct project p = { 0 };
        autofree char *text = service (tiers[t].name, flags), *message = NULL;
        CHECK_INT (0, load_text (text, &(struct load_options) { 0 }, &p, &message));
        CHECK_STR ("", message);
        const struct compose_Service *s = p.model ? project_service (&p, "a") : NULL;
        if (! s)
          continue;
        unsigned want = tiers[t].floor | flags;
        CHECK_INT (! ! (want & READ_ONLY), s->read_only.value);
        CHECK_INT (! ! (want & SECCOMP), s->perry->seccomp.value);
        CHECK_INT (! ! (want & NO_NETWORK), s->network_mode != NULL);
        CHECK_INT (want & NO_NETWORK ? 0 : 1, s->networks.n);
      }
}

/* PERRY_ALLOW_UNTRUSTED_SHARED_KERNEL: only 1 counts. */
TEST (shared_kernel)
{
  static const struct
  {
    const char *value;
    int want;
  } cases[] = { { NULL, -E_BACKEND }, { "0", -E_BACKEND }, { "", -E_BACKEND }, { "yes", -E_BACKEND }, { "1", 0 } };
  for (size_t i = 0; i < ARRAY_LEN (cases); i++)
    {
      autoproject struct project p = { 0 };
      autofree char *message = NULL;
      if (cases[i].value)
        setenv ("PERRY_ALLOW_UNTRUSTED_SHARED_KERNEL", cases[i].value, 1);
      CHECK_INT (cases[i].want, load_text ("services: {a: {image: x, x-perry: {policy: untrusted}}}",
                                           &(struct load_options) { 0 }, &p, &message));
      CHECK_INT (cases[i].want ? 0 : 1, p.warnings.n);
      unsetenv ("PERRY_ALLOW_UNTRUSTED_SHARED_KERNEL");
    }
}

/* The command line raises the floor of all services, and does not lower that of one. */
TEST (command_line)
{
  autoproject struct project p = { 0 };
  autofree char *message = NULL;
  CHECK_INT (0, load_text ("services: {a: {image: x}, b: {image: x, x-perry: {policy: isolated}}}",
                           &(struct load_options) { .policy = "hardened" }, &p, &message));
  CHECK_STR ("", message);
  CHECK (project_service (&p, "a")->read_only.value);
  CHECK (project_service (&p, "b")->read_only.value);
  CHECK_STR (NULL, project_service (&p, "a")->network_mode);
  CHECK_STR ("none", project_service (&p, "b")->network_mode);
}

TEST_MAIN (X (floors) X (shared_kernel) X (command_line))
