/* images.c - the command `images`: what the project's containers were made of. */
#include "commands.h"
#include "image_print.h"
#include "reference.h"

struct images_args
{
  bool quiet;
  const char *format;
};

static const struct opt options[] = {
  TEXT (images_args, format, 0, "format", "FORMAT", "table or json (one array)")
  FLAG (images_args, quiet, 'q', "quiet", "only ids, each once")
  END_OF_OPTIONS
};

#undef OCI_PREFIX
#define OCI_PREFIX images_
#define SPEC_Used(F, T)                                                                                                \
  F (T, str,                   container,    "ContainerName")                                                          \
  F (T, str,                   repository,   "Repository")                                                             \
  F (T, str,                   tag,          "Tag")                                                                    \
  F (T, str,                   platform,     "Platform")                                                               \
  F (T, str,                   id,           "ID")                                                                     \
  F (T, i64,                   size,         "Size")                                                                   \
  F (T, str,                   created,      "Created")
DECLARE (Used)
DEFINE (Used)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

static void
print_json (const struct images_Used *u, bool first)
{
  autofree char *text = oci_emit (&images_Used_schema, u, NULL);
  if (! text)
    out_of_memory ();
  printf ("%s%s", first ? "" : ",", text);
}

static void
add_row (struct table *t, const struct images_Used *u)
{
  char size[IMAGE_SIZE_TEXT] = "";
  autofree char *id = image_short_id (u->id, false), *date = image_date (u->created);
  if (u->size.set)
    image_size_text (u->size.value, size);
  const char *cells[] = { u->container, u->repository, u->tag, u->platform, id, size, date };
  table_row (t, cells);
}

/* The image may be gone from the store by force; the container's record has its name and id. */
static void
show (const struct settings *s, const struct record_Container *r, struct table *t, bool first)
{
  autoimage struct image i = { 0 };
  autofree char *name = NULL, *repository = NULL, *tag = NULL, *platform = NULL;
  struct images_Used u = { .container = r->name, .id = r->image_id };
  if (r->image && image_normalize (r->image, &name, NULL) >= 0)
    reference_split (name, &repository, &tag);
  u.repository = repository ?: r->image;
  u.tag = tag;
  if (image_read (s, r->image_id, &i, NULL) >= 0)
    {
      platform = mem_printf ("%s/%s", i.os, i.architecture);
      u.platform = platform;
      u.size = (struct opt_i64) { i.size, true };
      u.created = i.created;
    }
  if (t)
    add_row (t, &u);
  else
    print_json (&u, first);
}

static void
print_ids (const struct containers *v)
{
  for (size_t i = 0; i < v->n; i++)
    {
      const char *id = v->v[i].record->image_id;
      bool seen = ! id;
      for (size_t k = 0; k < i && ! seen; k++)
        seen = v->v[k].record->image_id && streq (v->v[k].record->image_id, id);
      if (! seen)
        printf ("%s\n", after_prefix (id, "sha256:") ?: id);
    }
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  static const char *const columns[]
      = { "CONTAINER", "REPOSITORY", "TAG", "PLATFORM", "IMAGE ID", "SIZE", "CREATED", NULL };
  const struct images_args *a = args;
  autocontext struct context c = { 0 };
  autocontainers struct containers v = { 0 };
  bool json = a->format && streq (a->format, "json");
  if (a->format && ! json && ! streq (a->format, "table"))
    return fail (err, EINVAL, "--format %s: want table or json", a->format);
  TRY (context_open (global, &c, err));
  TRY (context_name (&c, err));
  TRY (context_containers (&c, argv, argc, 0, &v, err));
  if (a->quiet)
    {
      print_ids (&v);
      return 0;
    }
  struct table *t = json ? NULL : table_new (columns);
  bool first = true;
  printf ("%s", json ? "[" : "");
  for (size_t i = 0; i < v.n; i++)
    if (v.v[i].record->image_id)
      {
        show (&c.settings, v.v[i].record, t, first);
        first = false;
      }
  printf ("%s", json ? "]\n" : "");
  if (t)
    table_print (t, stdout, true);
  return 0;
}

const struct command cmd_images = {
  .name = "images",
  .operands = "[SERVICE...]",
  .max_operands = -1,
  .help = "list the images that the project's containers were made of",
  .opts = options,
  .args_size = sizeof (struct images_args),
  .run = run,
};
