/* archive.c - image_load(): archives and layouts from the disk, told apart by what they hold. An OCI archive is
 * unpacked by perry-unpack, which is made for hostile tar files, into a private directory, and read there as any
 * layout. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "adopt.h"
#include "errors.h"
#include "fetch.h"
#include "image.h"
#include "reference.h"
#include "spawn.h"

enum
{
  UNPACK_TIMEOUT = 3600000,
  MAX_RATIO = 250,            /* as perry-unpack's */
  RATIO_FREE = 32 << 20,
};

#define PLAIN_TAR "application/vnd.oci.image.layer.v1.tar"

struct load
{
  const struct settings *settings;
  const struct image_pull *how;
  const char *path;           /* as the user named it */
  struct strv *done;
};

/* One image of SOURCE, known by NAME (NULL: none). */
static int
load_one (const struct load *l, const char *source, const char *name, struct error **err)
{
  struct image_pull how = *l->how;
  autofree char *id = NULL, *normalized = NULL;
  if (name)
    TRY (image_normalize (name, &normalized, err));
  how.source = source;
  how.name = normalized;
  TRY (image_pull (l->settings, NULL, &how, &id, err));
  strv_add (l->done, normalized ?: id);
  return 0;
}

/* The name for an entry of a layout's index. A tag alone ("latest", as skopeo and umoci write it) says nothing about
 * the repository: it is the directory's or the file's name, and never a registry's. */
static char *
name_for (const char *path, const char *tag)
{
  if (strpbrk (tag, ":/"))
    return mem_strdup (tag);
  autofree char *plain = mem_strdup (path), *real = realpath (path, NULL);
  const char *base = strrchr (real ?: plain, '/');
  autofree char *stem = mem_strdup (base ? base + 1 : plain);
  stem[strcspn (stem, ".")] = '\0';
  return mem_printf ("localhost/%s:%s", *stem ? stem : "image", tag);
}

/* ":" ends the directory in "oci:DIR:TAG": one that has it in its name is called by its descriptor. */
static int
load_layout (const struct load *l, const char *path, struct error **err)
{
  autolayout layout = LAYOUT_INIT;
  autostrv struct strv tags = { 0 };
  size_t unnamed;
  TRY (layout_open (LAYOUT_OCI, path, &layout, err));
  autofree char *directory = strchr (path, ':') ? mem_printf ("/proc/self/fd/%d", layout.fd) : mem_strdup (path);
  TRY (layout_names (&layout, &tags, &unnamed, err));
  if (tags.n == 0)
    {
      autofree char *source = mem_printf ("oci:%s", directory);
      return load_one (l, source, l->how->name, err);
    }
  if (tags.n > 1 && l->how->name)
    return fail (err, E_CONFLICT, "%s holds %zu images: they cannot all be called %s", l->path, tags.n, l->how->name);
  for (size_t i = 0; i < tags.n; i++)
    {
      autofree char *source = mem_printf ("oci:%s:%s", directory, tags.v[i]), *name = name_for (l->path, tags.v[i]);
      TRY (load_one (l, source, l->how->name ?: name, err));
    }
  return 0;
}

static int
load_docker (const struct load *l, const char *file, const struct strv *names, struct error **err)
{
  if (names->n > 1 && l->how->name)
    return fail (err, E_CONFLICT, "%s holds %zu names: they cannot all be called %s", l->path, names->n, l->how->name);
  if (names->n == 0)
    {
      autofree char *source = mem_printf ("docker-archive:%s", file);
      return load_one (l, source, l->how->name, err);
    }
  for (size_t i = 0; i < names->n; i++)
    {
      autofree char *source = mem_printf ("docker-archive:%s:%s", file, names->v[i]);
      TRY (load_one (l, source, l->how->name ?: names->v[i], err));
    }
  return 0;
}

/* Unpack the tar archive FD into directory TARGET. */
static int
unpack_archive (int fd, int target, struct error **err)
{
  char digest[DIGEST_SIZE];
  int64_t bytes;
  autofree char *program = NULL;
  TRY (find_helper ("perry-unpack", &program, err));
  int r = digest_of_fd (fd, digest, &bytes);
  if (r < 0 || lseek (fd, 0, SEEK_SET) < 0)
    return fail_sys (err, r < 0 ? -r : errno, "read");
  autofree char *size = mem_printf ("%lld", (long long) bytes);
  const char *argv[]
      = { program, "--media-type", PLAIN_TAR, "--diff-id", digest, "--digest", digest, "--size", size, NULL };
  struct spawn s = SPAWN_INIT;
  s.argv = argv;
  s.what = "perry-unpack";
  s.timeout = UNPACK_TIMEOUT;
  s.in_fd = fd;
  s.dir_fd = target;
  return spawn_check (&s, NULL, err);
}

static int
load_oci_archive (const struct load *l, int fd, const char *not_docker, struct error **err)
{
  autotmp tmp = STORE_TMP_INIT;
  autoerror struct error *why = NULL;
  TRY (store_tmp_make (l->settings, &tmp, err));
  autofree char *directory = mem_printf ("%s/archive", tmp.path), *marker = mem_printf ("%s/oci-layout", directory);
  if (mkdir (directory, 0700) < 0)
    return fail_sys (err, errno, "create %s", directory);
  autoclose int target = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (target < 0)
    return fail_sys (err, errno, "open %s", directory);
  int r = unpack_archive (fd, target, &why);
  if (r == -E_NO_SPACE || r == -ENOSPC)
    return fail (err, E_NO_SPACE, "%s: %s", l->path, error_text (why));
  if (r < 0 || access (marker, F_OK) < 0)
    return fail (err, E_BAD_IMAGE, "%s is neither an archive of docker save (%s) nor an OCI archive (%s)", l->path,
                 not_docker, why ? error_text (why) : "it has no file oci-layout");
  return load_layout (l, directory, err);
}

/* Archives that were compressed as a whole (`docker save | gzip`), by their first bytes, and what undoes that. */
static const struct
{
  const char *magic;
  size_t length;
  const char *program, *package;
} compressions[] = {
  { "\x1f\x8b", 2, "gzip", "gzip" },
  { "\x28\xb5\x2f\xfd", 4, "zstd", "zstd" },
  { "\xfd" "7zXZ", 5, "xz", "xz-utils" },
  { "BZh", 3, "bzip2", "bzip2" },
};

/* How large FROM may become in file TO; *RET_SPACE: because there is not more room, of which its layers will need at
 * least as much again. */
static int
plain_limit (int from, int to, int64_t *ret, bool *ret_space, struct error **err)
{
  struct stat st;
  struct statvfs fs;
  if (fstat (from, &st) < 0 || fstatvfs (to, &fs) < 0)
    return fail_sys (err, errno, "how large it is");
  int64_t by_ratio = RATIO_FREE + (st.st_size < INT64_MAX / 2 / MAX_RATIO ? st.st_size * MAX_RATIO : INT64_MAX / 2);
  uint64_t room = (uint64_t) fs.f_bavail * fs.f_frsize / 2;
  *ret_space = room < (uint64_t) by_ratio;
  *ret = ! *ret_space ? by_ratio : room ? (int64_t) room : 1;
  return 0;
}

static int
decompress (const char *name, const char *package, int from, int to, struct error **err)
{
  autofree char *program = NULL;
  int64_t limit = 0;
  bool space = false;
  TRY (plain_limit (from, to, &limit, &space, err));
  TRY (find_tool (name, package, &program, err));
  struct spawn s = SPAWN_INIT;
  s.argv = (const char *[]) { program, "-dc", NULL };
  s.env = (const char *[]) { "LC_ALL=C", NULL }; /* its words are looked at */
  s.what = name;
  s.timeout = UNPACK_TIMEOUT;
  s.file_limit = limit;
  s.in_fd = from;
  s.out_fd = to;
  autoerror struct error *why = NULL;
  struct stat made;
  int r = spawn_check (&s, NULL, &why);
  if (r >= 0)
    return 0;
  /* Who leaves out zeros does not come to the limit itself. */
  bool too_large = (fstat (to, &made) == 0 && made.st_size >= limit) || strstr (error_text (why), strerror (EFBIG));
  if (strstr (error_text (why), strerror (ENOSPC)))
    return fail (err, E_NO_SPACE, "%s: %s", name, strerror (ENOSPC));
  if (! too_large)
    return fail (err, -r, "%s", error_text (why));
  if (space)
    return fail (err, E_NO_SPACE, "it needs more than %lld MiB, half of what is free, and its layers as much again",
                 (long long) (limit >> 20));
  return fail (err, E_BAD_IMAGE, "it is more than %d times as large without its compression; if it is to be trusted, "
                                 "load what %s -d makes of it", MAX_RATIO, name);
}

/* *FILE, opened at *FD, as it would be without compression: in the private directory TMP if it is compressed. */
static int
make_plain (const struct store_tmp *tmp, char **file, int *fd, struct error **err)
{
  char head[8] = "";
  size_t kind = 0;
  if (pread (*fd, head, sizeof head, 0) < 0)
    return fail_sys (err, errno, "read");
  while (kind < ARRAY_LEN (compressions) && memcmp (compressions[kind].magic, head, compressions[kind].length))
    kind++;
  if (kind == ARRAY_LEN (compressions))
    return 0;
  autofree char *path = mem_printf ("%s/plain.tar", tmp->path);
  autoclose int to = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (to < 0)
    return fail_sys (err, errno, "create %s", path);
  TRY (decompress (compressions[kind].program, compressions[kind].package, *fd, to, err));
  lseek (to, 0, SEEK_SET);
  close_fd (fd);
  *fd = TAKE_FD (to);
  free (*file);
  *file = TAKE_PTR (path);
  return 0;
}

/* The file is handed on by a link without ":" in its name, which separates the parts of skopeo's sources. */
static int
load_archive (const struct load *l, const char *file, struct error **err)
{
  autotmp tmp = STORE_TMP_INIT;
  autostrv struct strv names = { 0 };
  autoerror struct error *not_docker = NULL;
  autofree char *absolute = realpath (file, NULL);
  autoclose int fd = open (file, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || ! absolute)
    return fail_sys (err, errno, "open %s", l->path);
  TRY (store_tmp_make (l->settings, &tmp, err));
  TRY_DOING (err, make_plain (&tmp, &absolute, &fd, err), "%s", l->path);
  autofree char *link = mem_printf ("%s/archive.tar", tmp.path);
  if (symlink (absolute, link) < 0)
    return fail_sys (err, errno, "%s", l->path);
  int r = fetch_archive_names (link, &names, &not_docker);
  if (r == -E_BACKEND || r == -E_TIMEOUT)
    return fail (err, -r, "%s", error_text (not_docker));
  return r < 0 ? load_oci_archive (l, fd, error_text (not_docker), err) : load_docker (l, link, &names, err);
}

/* Standard input as a file. */
static int
spool (const struct store_tmp *tmp, char **ret, struct error **err)
{
  autofree char *path = mem_printf ("%s/stdin.tar", tmp->path), *chunk = mem_alloc (1 << 18);
  autofile FILE *to = fopen (path, "we");
  size_t n;
  if (! to)
    return fail_sys (err, errno, "create %s", path);
  while ((n = fread (chunk, 1, 1 << 18, stdin)) > 0)
    if (fwrite (chunk, 1, n, to) != n)
      return fail_sys (err, errno, "write %s", path);
  if (ferror (stdin) || fflush (to) != 0)
    return fail_sys (err, errno, "copy standard input to %s", path);
  *ret = TAKE_PTR (path);
  return 0;
}

int
image_load (const struct settings *s, const char *path, const struct image_pull *how, struct strv *ret,
            struct error **err)
{
  struct load l = { .settings = s, .how = how, .path = path, .done = ret };
  struct stat st;
  if (streq (path, "-"))
    {
      autotmp tmp = STORE_TMP_INIT;
      autofree char *file = NULL;
      l.path = "standard input";
      TRY (store_tmp_make (s, &tmp, err));
      TRY (spool (&tmp, &file, err));
      return load_archive (&l, file, err);
    }
  if (stat (path, &st) < 0)
    return fail_sys (err, errno, "%s", path);
  if (S_ISDIR (st.st_mode))
    return load_layout (&l, path, err);
  if (! S_ISREG (st.st_mode))
    return fail (err, EINVAL, "%s is neither a regular file nor a directory", path);
  return load_archive (&l, path, err);
}
