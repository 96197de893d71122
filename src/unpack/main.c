/* main.c - perry-unpack: options, the target directory, exit statuses. Started by perry-compose in the namespaces of
 * the image store (rootless: its user namespace); reads a stranger's bytes, and nothing but unpack.h and the sandbox
 * runs then. */
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/stat.h>

#include "cli.h"
#include "decode.h"
#include "log.h"
#include "sandbox.h"
#include "unpack.h"

/* The defaults; help shows them. */
#define MAX_GIB 64
#define MAX_ENTRIES 1000000
#define MAX_RATIO 250 /* text is at 10, deflate's most is 1032 */
#define SHOWN_(x) #x
#define SHOWN(x) SHOWN_ (x)

struct unpack_args
{
  const char *media_type, *diff_id, *digest, *devices;
  struct cli_number size, max_bytes, max_entries, max_ratio, progress_fd;
  bool userxattr;
};

static const struct opt unpack_opts[] = {
  TEXT (unpack_args, media_type, 0, "media-type", "TYPE", "the layer's media type")
  TEXT (unpack_args, diff_id, 0, "diff-id", "DIGEST", "digest of the archive, uncompressed (\"sha256:HEX\")")
  TEXT (unpack_args, digest, 0, "digest", "DIGEST", "digest of standard input")
  NUMBER (unpack_args, size, 0, "size", "BYTES", "length of standard input")
  NUMBER (unpack_args, max_bytes, 0, "max-bytes", "BYTES",
          "most that archive or files may have (default: " SHOWN (MAX_GIB) " GiB)")
  NUMBER (unpack_args, max_entries, 0, "max-entries", "N",
          "most files, directories and links (default: " SHOWN (MAX_ENTRIES) ")")
  NUMBER (unpack_args, max_ratio, 0, "max-ratio", "N",
          "most that the archive may be larger than the input (default: " SHOWN (MAX_RATIO) "; 0: any)")
  FLAG (unpack_args, userxattr, 0, "userxattr", "mark directories with user.overlay.*, for mounts in a user namespace")
  TEXT (unpack_args, devices, 0, "devices", "skip|make", "what to do with device nodes (default: skip)")
  NUMBER (unpack_args, progress_fd, 0, "progress-fd", "FD",
          "write there how many bytes of the input are done, a line now and then")
  END_OF_OPTIONS
};

static int
hex_digit (char c)
{
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* image-spec descriptor.md, "Digests": lower case only. */
static int
parse_digest (const char *option, const char *s, uint8_t ret[SHA256_BYTES], struct error **err)
{
  const char *hex = after_prefix (s, "sha256:");
  if (! hex || strlen (hex) != 2 * SHA256_BYTES)
    return bad_layer (err, "--%s %.100s: not \"sha256:\" and 64 digits", option, s);
  for (size_t i = 0; i < SHA256_BYTES; i++)
    {
      int high = hex_digit (hex[2 * i]), low = hex_digit (hex[2 * i + 1]);
      if (high < 0 || low < 0)
        return bad_layer (err, "--%s %.100s: not \"sha256:\" and 64 digits", option, s);
      ret[i] = (uint8_t) (high << 4 | low);
    }
  return 0;
}

/* A limit: N if it was not given. */
static int
parse_limit (const char *option, const struct cli_number *given, int64_t n, int64_t *ret, struct error **err)
{
  if (given->set && given->value < 0)
    return bad_layer (err, "--%s %lld: cannot be negative", option, given->value);
  *ret = given->set ? given->value : n;
  return 0;
}

static int
parse_devices (const char *s, bool *ret, struct error **err)
{
  *ret = s && streq (s, "make");
  return ! s || *ret || streq (s, "skip") ? 0 : fail (err, EINVAL, "--devices %s: neither skip nor make", s);
}

static int
parse_progress (const struct cli_number *n, int *ret, struct error **err)
{
  *ret = -1;
  if (! n->set)
    return 0;
  if (n->value < 0 || n->value > INT32_MAX || fcntl ((int) n->value, F_SETFD, FD_CLOEXEC) < 0)
    return fail (err, EBADF, "--progress-fd %lld: not an open descriptor", n->value);
  *ret = (int) n->value;
  return 0;
}

static int
parse_options (const struct unpack_args *a, struct unpack_options *ret, struct error **err)
{
  if (! a->media_type || ! a->diff_id)
    return fail (err, EINVAL, "--media-type and --diff-id are needed");
  ret->media = media_type_find (a->media_type);
  if (! ret->media)
    return bad_layer (err, "layers of media type %.200s cannot be unpacked", a->media_type);
  TRY (parse_digest ("diff-id", a->diff_id, ret->diff_id, err));
  ret->has_digest = a->digest != NULL;
  if (a->digest)
    TRY (parse_digest ("digest", a->digest, ret->digest, err));
  TRY (parse_limit ("size", &a->size, -1, &ret->size, err));
  TRY (parse_limit ("max-bytes", &a->max_bytes, (int64_t) MAX_GIB << 30, &ret->max_bytes, err));
  TRY (parse_limit ("max-entries", &a->max_entries, MAX_ENTRIES, &ret->max_entries, err));
  TRY (parse_limit ("max-ratio", &a->max_ratio, MAX_RATIO, &ret->max_ratio, err));
  ret->userxattr = a->userxattr;
  TRY (parse_devices (a->devices, &ret->make_devices, err));
  return parse_progress (&a->progress_fd, &ret->progress_fd, err);
}

/* The current directory: ours alone, and empty. */
static int
open_target (int *ret, struct error **err)
{
  autoclose int fd = open (".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  struct stat st;
  if (fd < 0 || fstat (fd, &st) < 0)
    return fail_sys (err, errno, "open the current directory");
  if (st.st_uid != geteuid () || st.st_mode & 077)
    return fail (err, EPERM, "the current directory has to be ours alone (mode 0700)");
  autodir DIR *d = opendir (".");
  if (! d)
    return fail_sys (err, errno, "read the current directory");
  for (struct dirent *e; (e = readdir (d));)
    if (! streq (e->d_name, ".") && ! streq (e->d_name, ".."))
      return fail (err, ENOTEMPTY, "the current directory has to be empty; there is %s", e->d_name);
  *ret = TAKE_FD (fd);
  return 0;
}

static int
run (const void *global UNUSED, void *args, int argc UNUSED, char **argv UNUSED, struct error **err)
{
  struct unpack_options options = { 0 };
  autoclose int target = -1;
  TRY (parse_options (args, &options, err));
  TRY (open_target (&target, err));
  umask (0);
  /* A reader of --progress-fd that went, a file beyond the process's limit: both are told by errno. */
  signal (SIGPIPE, SIG_IGN);
  signal (SIGXFSZ, SIG_IGN);
  TRY_DOING (err, sandbox_enter (target, options.userxattr, err), "sandbox");
  return unpack_layer (target, STDIN_FILENO, &options, err);
}

/* The program's only command, which has no name. */
static const struct command cmd_unpack = {
  .name = "",
  .operands = "",
  .help = "unpack a layer of an OCI image from standard input into the current directory",
  .opts = unpack_opts,
  .args_size = sizeof (struct unpack_args),
  .run = run,
};

static int
prepare (const void *global UNUSED, struct error **err)
{
  return log_setup (NULL, LOG_TEXT, LOG_WARNING, err);
}

static void
print_version (void)
{
  printf ("perry-unpack version %s\n", PACKAGE_VERSION);
}

static int
report (const void *global UNUSED, const struct command *command UNUSED, const struct error *err)
{
  log_line (LOG_ERROR, "%s", error_text (err));
  if (err->code == UNPACK_BAD_LAYER)
    return UNPACK_EXIT_BAD_LAYER;
  return err->code == ENOSPC || err->code == EDQUOT ? UNPACK_EXIT_NO_SPACE : EXIT_FAILURE;
}

static const struct command *const commands[] = { &cmd_unpack, NULL };
static const struct program perry_unpack = {
  .name = "perry-unpack",
  .help = "unpack a layer of an OCI image",
  .opts = NULL,
  .args_size = 1,
  .commands = commands,
  .prepare = prepare,
  .print_version = print_version,
  .report = report,
};

/* What cli.c answers itself is left as it is; before anything else goes the name of the command. */
int
main (int argc, char **argv)
{
  bool asked = argc > 1 && (streq (argv[1], "--version") || streq (argv[1], "-v") || streq (argv[1], "--emit"));
  if (asked)
    return cli_main (&perry_unpack, argc, argv);
  char **with_name = mem_grow (NULL, (size_t) argc + 2, sizeof *with_name);
  with_name[0] = argv[0];
  with_name[1] = (char *) cmd_unpack.name;
  memcpy (with_name + 2, argv + 1, (size_t) argc * sizeof *with_name);
  int status = cli_main (&perry_unpack, argc + 1, with_name);
  free (with_name);
  return status;
}
