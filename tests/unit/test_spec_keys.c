/* test_spec_keys.c - our tables against the specification's own definition of keys: the tags of its Go types, as
 * Debian's golang-github-opencontainers-specs-dev installs them (or $RUNTIME_SPEC_GO names the folder). A key that is
 * in one only fails, unless a list below says why. Skips (77) without that package. Reads two files, no privileges. */
#include <fcntl.h>

#include "check.h"
#include "fs.h"
#include "mem.h"
#include "ocispec.h"

static const char default_folder[] = "/usr/share/gocode/src/github.com/opencontainers/runtime-spec/specs-go";

/* Runtime-spec keys that are newer than Debian 12's package (1.0.2.118.g5cfc4c3): "Go type.key". */
static const char *const newer_keys[] = {
  "Process.scheduler",                 /* 1.1 */
  "Process.ioPriority",                /* 1.1 */
  "Process.execCPUAffinity",           /* 1.2.1 */
  "Linux.timeOffsets",                 /* 1.1 */
  "Linux.netDevices",                  /* 1.3 */
  "Linux.memoryPolicy",                /* 1.3 */
  "LinuxIntelRdt.schemata",            /* 1.3 */
  "LinuxIntelRdt.enableMonitoring",    /* 1.3 */
};

/* Keys that runc's public state has besides the specification's. */
static const char *const runc_keys[] = { "State.rootfs", "State.created", "State.owner" };

/* Keys of the specification that we leave out. */
static const char *const left_out[] = {
  "LinuxIntelRdt.enableCMT", /* dropped from runtime-spec by 1.3 for enableMonitoring */
  "LinuxIntelRdt.enableMBM",
};

static char *go_source;

/* The body of `type NAME struct {`; NULL if there is none. */
static const char *
find_struct (const char *name, size_t length)
{
  char start[128];
  snprintf (start, sizeof start, "\ntype %.*s struct {\n", (int) length, name);
  const char *found = strstr (go_source, start);
  return found ? found + strlen (start) : NULL;
}

struct go_field
{
  const char *type, *key, *platforms; /* type without *, [] and map[string] */
  size_t type_length, key_length, platforms_length;
  bool map;
};

static size_t
until (const char *s, const char *ends)
{
  return strcspn (s, ends);
}

/* The field on LINE, "Name Type `json:"key,omitempty" platform:"linux,zos"`"; false if there is none. */
static bool
read_field (const char *line, struct go_field *ret)
{
  size_t length = until (line, "\n");
  const char *tag = memmem (line, length, "`json:\"", strlen ("`json:\""));
  line += strspn (line, " \t");
  if (! tag || strncmp (line, "//", 2) == 0)
    return false;
  const char *type = line + until (line, " \t"), *rest;
  type += strspn (type, " \t");
  ret->map = strncmp (type, "map[", strlen ("map[")) == 0;
  while ((rest = after_prefix (type, "*")) || (rest = after_prefix (type, "[]"))
         || (rest = after_prefix (type, "map[string]")))
    type = rest;
  ret->type = type;
  ret->type_length = until (type, " \t");
  ret->key = tag + strlen ("`json:\"");
  ret->key_length = until (ret->key, ",\"");
  static const char platform[] = "platform:\"";
  const char *p = memmem (tag, until (tag, "\n"), platform, strlen (platform));
  ret->platforms = p ? p + strlen (platform) : "";
  ret->platforms_length = until (ret->platforms, "\"");
  return true;
}

static const char *
next_line (const char *s)
{
  return s + until (s, "\n") + 1;
}

static bool
is_for_linux (const struct go_field *f)
{
  return ! f->platforms_length || memmem (f->platforms, f->platforms_length, "linux", strlen ("linux"));
}

/* The body of the struct that LINE embeds (its name alone); NULL if it embeds none. */
static const char *
embedded (const char *line)
{
  line += strspn (line, "\t");
  size_t length = until (line, "\n");
  return length && until (line, " \t/") > length ? find_struct (line, length) : NULL;
}

static bool
find_go_field (const char *body, const char *key, struct go_field *ret)
{
  for (const char *line = body; *line != '}'; line = next_line (line))
    {
      const char *inner = embedded (line);
      if (inner && find_go_field (inner, key, ret))
        return true;
      if (read_field (line, ret) && ret->key_length == strlen (key) && strncmp (ret->key, key, ret->key_length) == 0)
        return true;
    }
  return false;
}

static bool
is_listed (const char *const *list, size_t n, const char *type, size_t type_length, const char *key, size_t key_length)
{
  char name[256];
  snprintf (name, sizeof name, "%.*s.%.*s", (int) type_length, type, (int) key_length, key);
  for (size_t i = 0; i < n; i++)
    if (streq (list[i], name))
      return true;
  return false;
}
#define LISTED(list, type, type_length, key, key_length) \
  is_listed (list, ARRAY_LEN (list), type, type_length, key, key_length)

static void
complain (const char *where, const char *type, size_t type_length, const char *key, size_t key_length)
{
  check_failures++;
  fprintf (stderr, "only in %s: %.*s.%.*s\n", where, (int) type_length, type, (int) key_length, key);
}

static void compare (const struct oci_schema *schema, const char *type, size_t type_length);

/* The objects in F. A map of Go may be an object of ours where the specification's text says which keys there are
 * (timeOffsets). */
static void
compare_value (const struct oci_field *f, const struct go_field *go)
{
  if (f->kind == K_OBJ && go->map)
    for (size_t i = 0; i < f->of.object->n_fields; i++)
      compare_value (&f->of.object->fields[i], &(struct go_field) { .type = go->type, .type_length = go->type_length });
  else if (f->kind == K_OBJ || f->kind == K_LIST || f->kind == K_DICT)
    compare (f->of.object, go->type, go->type_length);
}

/* Our keys, of which the specification's BODY of TYPE has to have each. */
static void
compare_ours (const struct oci_schema *schema, const char *type, size_t type_length, const char *body)
{
  for (const struct oci_field *f = schema->fields; f < schema->fields + schema->n_fields; f++)
    {
      struct go_field go;
      bool there = find_go_field (body, f->key, &go);
      bool newer = LISTED (newer_keys, type, type_length, f->key, strlen (f->key));
      check_count++;
      if (! there && ! newer && ! LISTED (runc_keys, type, type_length, f->key, strlen (f->key)))
        complain ("our tables", type, type_length, f->key, strlen (f->key));
      if (there)
        compare_value (f, &go);
    }
}

/* The specification's keys for Linux, of which we have to have each. */
static void
compare_theirs (const struct oci_schema *schema, const char *type, size_t type_length, const char *body)
{
  for (const char *line = body; *line != '}'; line = next_line (line))
    {
      struct go_field go;
      const char *inner = embedded (line);
      if (inner)
        compare_theirs (schema, type, type_length, inner);
      bool ours = ! read_field (line, &go) || ! is_for_linux (&go);
      for (size_t i = 0; ! ours && i < schema->n_fields; i++)
        ours = strlen (schema->fields[i].key) == go.key_length
               && strncmp (schema->fields[i].key, go.key, go.key_length) == 0;
      check_count++;
      if (! ours && ! LISTED (left_out, type, type_length, go.key, go.key_length))
        complain ("the specification", type, type_length, go.key, go.key_length);
    }
}

static void
compare (const struct oci_schema *schema, const char *type, size_t type_length)
{
  const char *body = find_struct (type, type_length);
  CHECK (body);
  if (body)
    {
      compare_ours (schema, type, type_length, body);
      compare_theirs (schema, type, type_length, body);
    }
  else
    fprintf (stderr, "%.*s is no struct of the specification\n", (int) type_length, type);
}

/* FILE of the package as the source to look in; false if there is none. */
static bool
read_source (const char *file)
{
  const char *folder = getenv ("RUNTIME_SPEC_GO");
  autofree char *path = mem_printf ("%s/%s", folder ? folder : default_folder, file);
  autoerror struct error *err = NULL;
  free (go_source);
  go_source = NULL;
  if (fs_read_regular (AT_FDCWD, path, 1 << 20, &go_source, NULL, &err) == 0)
    return true;
  printf ("skipped: %s (package golang-github-opencontainers-specs-dev)\n", error_text (err));
  return false;
}

static void
compare_named (const struct oci_schema *schema, const char *type)
{
  compare (schema, type, strlen (type));
}

TEST (config)
{
  if (! read_source ("config.go"))
    exit (77);
  compare_named (&oci_config_schema, "Spec");
}

TEST (state)
{
  CHECK (read_source ("state.go"));
  if (! go_source)
    return;
  compare_named (&oci_state_schema, "State");
  compare_named (&oci_container_process_state_schema, "ContainerProcessState");
}

/* Only packages from runtime-spec 1.1 on have it. */
TEST (features)
{
  if (read_source ("features/features.go"))
    compare_named (&oci_features_schema, "Features");
}

TEST_MAIN (X (config) X (state) X (features))
