/* image_ls.c - the command `image ls`. */
#include "commands.h"
#include "image_print.h"
#include "reference.h"

struct image_ls_args
{
  bool quiet, names, no_trunc, digests, all;
  const char *format;
};

static const struct opt options[] = {
  FLAG (image_ls_args, all, 'a', "all", "accepted, without effect: there are no intermediate images", .hidden = true)
  FLAG (image_ls_args, digests, 0, "digests", "show the manifests' digests")
  TEXT (image_ls_args, format, 0, "format", "FORMAT", "table or json (one object per line)")
  FLAG (image_ls_args, names, 0, "names", "only names")
  FLAG (image_ls_args, no_trunc, 0, "no-trunc", "do not shorten ids")
  FLAG (image_ls_args, quiet, 'q', "quiet", "only ids")
  END_OF_OPTIONS
};

static void
add_row (struct table *t, const struct image_ls_args *a, const struct image *i, const char *name)
{
  char size[IMAGE_SIZE_TEXT];
  autofree char *repository = NULL, *tag = NULL, *id = image_short_id (i->id, a->no_trunc),
                *date = image_date (i->created);
  if (name)
    reference_split (name, &repository, &tag);
  if (name && strchr (name, '@'))
    free_ptr (&tag), tag = NULL;
  image_size_text (i->size, size);
  const char *cells[] = { repository ?: "<none>", tag ?: "<none>", id, date, size, a->digests ? i->digest : NULL };
  table_row (t, cells);
}

static void
add_rows (struct table *t, const struct image_ls_args *a, const struct image *i)
{
  for (size_t k = 0; k < i->names.n; k++)
    add_row (t, a, i, i->names.v[k]);
  if (i->names.n == 0)
    add_row (t, a, i, NULL);
}

static int
print_json (const struct image *i)
{
  const struct imageprint_Summary summary = { IMAGE_SUMMARY (i) };
  autofree char *text = oci_emit (&imageprint_Summary_schema, &summary, NULL);
  if (! text)
    out_of_memory ();
  printf ("%s\n", text);
  return 0;
}

static int
run (const void *global, void *args, int argc UNUSED, char **argv UNUSED, struct error **err)
{
  const struct image_ls_args *a = args;
  const char *const columns[]
      = { "REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE", a->digests ? "DIGEST" : NULL, NULL };
  autocontext struct context c = { 0 };
  autostrv struct strv ids = { 0 };
  bool json = a->format && streq (a->format, "json");
  if (a->format && ! json && ! streq (a->format, "table"))
    return fail (err, EINVAL, "--format %s: want table or json", a->format);
  TRY (context_open (global, &c, err));
  TRY (image_list (&c.settings, &ids, err));
  struct table *table = json || a->quiet || a->names ? NULL : table_new (columns);
  for (size_t k = 0; k < ids.n; k++)
    {
      autoimage struct image i = { 0 };
      TRY (image_read (&c.settings, ids.v[k], &i, err));
      autofree char *id = image_short_id (i.id, a->no_trunc);
      if (a->quiet)
        printf ("%s\n", id);
      else if (a->names)
        for (size_t n = 0; n < i.names.n; n++)
          printf ("%s\n", i.names.v[n]);
      else if (json)
        print_json (&i);
      else
        add_rows (table, a, &i);
    }
  if (table)
    table_print (table, stdout, true);
  return 0;
}

const struct command cmd_image_ls = {
  .name = "image ls",
  .operands = "",
  .help = "list images",
  .opts = options,
  .args_size = sizeof (struct image_ls_args),
  .run = run,
};
