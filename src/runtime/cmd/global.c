/* global.c - the options before the command and what follows from them; checks that several commands share.
 * Runs first, in the caller's namespaces. */
#include <limits.h>
#include <seccomp.h>

#include "commands.h"
#include "log.h"
#include "ocispec.h"
#include "sealed_exe.h"
#include "state.h"
#include "version.h"

char **program_argv;

const struct opt global_options[] = {
  TEXT (global_args, root, 0, "root", "DIR", "where the containers' state is kept (default: /run/perry-runtime)")
  TEXT (global_args, log, 0, "log", "FILE", "append messages to FILE; errors go to standard error as well")
  TEXT (global_args, log_format, 0, "log-format", "FORMAT", "write messages as text or json (default: text)")
  TEXT (global_args, log_level, 0, "log-level", "LEVEL", "what to report: error, warning or debug (default: error)")
  FLAG (global_args, debug, 0, "debug", "the same as --log-level debug")
  TEXT (global_args, cgroup_manager, 0, "cgroup-manager", "NAME",
        "who manages cgroups: cgroupfs or disabled; systemd is not supported (default: cgroupfs)")
  FLAG (global_args, systemd_cgroup, 0, "systemd-cgroup", "the same as --cgroup-manager systemd")
  TEXT (global_args, rootless, 0, "rootless", "WHEN", "accepted for callers of runc: true, false or auto")
  END_OF_OPTIONS
};

struct word
{
  const char *name;
  int value;
};

/* The value of WORD among the N in WORDS, the first of which stands for NULL; -EINVAL for another. */
static int
find_word (const char *option, const char *word, const struct word *words, size_t n, struct error **err)
{
  autotext struct text all = { 0 };
  if (! word)
    return words[0].value;
  for (size_t i = 0; i < n; i++)
    {
      if (streq (words[i].name, word))
        return words[i].value;
      text_printf (&all, "%s%s", i == 0 ? "" : i + 1 == n ? " or " : ", ", words[i].name);
    }
  return fail (err, EINVAL, "--%s %s: expected %s", option, word, all.s);
}

static const struct word formats[] = { { "text", LOG_TEXT }, { "json", LOG_JSON } };
static const struct word levels[] = { { "error", LOG_ERROR }, { "warning", LOG_WARNING }, { "debug", LOG_DEBUG } };
static const struct word managers[] = { { "cgroupfs", CGROUP_FS },
                                        { "systemd", CGROUP_SYSTEMD },
                                        { "disabled", CGROUP_DISABLED } };
/* Whether cgroups may be refused follows from the user's rights, not from this option: nothing depends on the value. */
static const struct word rootless_words[] = { { "auto", 0 }, { "true", 1 }, { "false", 0 } };

int
global_prepare (const void *global, struct error **err)
{
  const struct global_args *g = global;
  int format = find_word ("log-format", g->log_format, formats, ARRAY_LEN (formats), err);
  TRY (format);
  int level = find_word ("log-level", g->log_level, levels, ARRAY_LEN (levels), err);
  TRY (level);
  TRY (find_word ("rootless", g->rootless, rootless_words, ARRAY_LEN (rootless_words), err));
  if (g->debug && ! g->log_level)
    level = LOG_DEBUG;
  return log_setup (g->log, (enum log_format) format, (enum log_level) level, err);
}

int
context_open (const struct global_args *global, struct context *ret, struct error **err)
{
  char *root;
  int manager = find_word ("cgroup-manager", global->cgroup_manager, managers, ARRAY_LEN (managers), err);
  TRY (manager);
  if (global->systemd_cgroup && global->cgroup_manager && manager != CGROUP_SYSTEMD)
    return fail (err, EINVAL, "--systemd-cgroup and --cgroup-manager %s exclude each other", global->cgroup_manager);
  TRY (state_root (global->root, &root, err));
  *ret = (struct context) { .root = root,
                            .root_given = global->root != NULL,
                            .manager = global->systemd_cgroup ? CGROUP_SYSTEMD : (enum cgroup_manager) manager,
                            .systemd = global->systemd_cgroup };
  return 0;
}

int
context_open_sealed (const struct global_args *global, struct context *ret, struct error **err)
{
  TRY (sealed_exe_ensure (program_argv, err));
  return context_open (global, ret, err);
}

int
context_check_manager (const struct context *ctx, struct error **err)
{
  if (ctx->manager != CGROUP_SYSTEMD)
    return 0;
  return fail (err, ENOTSUP, "the systemd cgroup driver is not in this version of perry-runtime; set the caller's "
                             "driver to cgroupfs (--cgroup-manager cgroupfs)");
}

void
context_close (struct context *ctx)
{
  free ((char *) ctx->root);
  ctx->root = NULL;
}

void
print_version (void)
{
  const struct scmp_version *seccomp = seccomp_version ();
  printf ("perry-runtime version %s\ncommit: %s\nspec: %s\n", PACKAGE_VERSION, PERRY_COMMIT, OCI_SPEC_VERSION);
  if (seccomp)
    printf ("libseccomp: %u.%u.%u\n", seccomp->major, seccomp->minor, seccomp->micro);
}

int
option_count (const struct cli_number *n, const char *name, unsigned *ret, struct error **err)
{
  if (n->value < 0 || n->value > INT_MAX)
    return fail (err, EINVAL, "--%s %lld: out of range", name, n->value);
  *ret = (unsigned) n->value;
  return 0;
}

int
option_format (const char *format, bool *ret_json, struct error **err)
{
  if (format && ! streq (format, "table") && ! streq (format, "json"))
    return fail (err, EINVAL, "invalid format option \"%s\": expected table or json", format);
  *ret_json = format && streq (format, "json");
  return 0;
}
