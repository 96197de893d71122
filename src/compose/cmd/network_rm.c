/* network_rm.c - the command `network rm`. */
#include "commands.h"
#include "net.h"
#include "network_store.h"

struct network_rm_args
{
  bool force;
};

static const struct opt options[] = {
  FLAG (network_rm_args, force, 'f', "force", "one that is not there is no error")
  END_OF_OPTIONS
};

static int
remove_one (const struct context *c, const char *name, bool force, struct error **err)
{
  const struct settings *s = &c->settings;
  struct oci_document doc;
  autoerror struct error *why = NULL;
  if (! network_read (s, name, &doc, &why) && why->code == E_NOT_FOUND)
    return force ? 0 : fail (err, why->code, "%s", error_text (why));
  oci_document_free (&doc);
  TRY (network_remove (s, name, err));
  print_removed (c, name);
  return 0;
}

/* All that can be removed are; the first failure is the command's, the others are told at once. */
static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct network_rm_args *a = args;
  autocontext struct context c = { 0 };
  int first = 0;
  TRY (context_open (global, &c, err));
  for (int i = 0; i < argc; i++)
    {
      autoerror struct error *own = NULL;
      int r = remove_one (&c, argv[i], a->force, &own);
      if (r < 0 && first < 0)
        fprintf (stderr, "perry-compose: %s\n", error_text (own));
      else if (r < 0)
        first = fail (err, -r, "%s", error_text (own));
    }
  return first;
}

const struct command cmd_network_rm = {
  .name = "network rm",
  .operands = "NETWORK...",
  .min_operands = 1,
  .max_operands = -1,
  .help = "remove networks that no container uses",
  .opts = options,
  .args_size = sizeof (struct network_rm_args),
  .run = run,
};
