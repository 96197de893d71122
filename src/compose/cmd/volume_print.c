/* volume_print.c - see volume_print.h. */
#include "volume_print.h"

#include "bundle_parts.h"
#include "screen.h"

#undef OCI_PREFIX
#define OCI_PREFIX volumeprint_
DEFINE (VolumeDetails)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

char *
volume_json (const struct volume_info *v, const char *indent)
{
  autoarena struct arena a = { 0 };
  struct volumeprint_VolumeDetails d = { .name = v->name,       .driver = v->driver,   .mountpoint = v->mountpoint,
                                         .created = v->created, .scope = "local",      .project = v->project,
                                         .key = v->key,         .anonymous = flag_is (v->anonymous) };
  d.labels.set = true;
  for (size_t i = 0; i < v->labels.n; i++)
    {
      const char *equals = strchr (v->labels.v[i], '=');
      map_set (&a, &d.labels, make_printf (&a, "%.*s", (int) (equals - v->labels.v[i]), v->labels.v[i]), equals + 1);
    }
  char *text = oci_emit (&volumeprint_VolumeDetails_schema, &d, indent);
  if (! text)
    out_of_memory ();
  return text;
}

static int
print_json (const struct settings *s, const struct strv *names, struct error **err)
{
  for (size_t i = 0; i < names->n; i++)
    {
      struct volume_info v = { 0 };
      TRY (volume_get (s, names->v[i], &v, err));
      autofree char *text = volume_json (&v, NULL);
      volume_info_free (&v);
      printf ("%s\n", text);
    }
  return 0;
}

int
volumes_print (const struct settings *s, const struct strv *names, bool quiet, const char *format, struct error **err)
{
  static const char *const columns[] = { "DRIVER", "VOLUME NAME", NULL };
  if (format && ! streq (format, "table") && ! streq (format, "json"))
    return fail (err, EINVAL, "--format %s: want table or json", format);
  if (format && streq (format, "json"))
    return print_json (s, names, err);
  struct table *t = quiet ? NULL : table_new (columns);
  for (size_t i = 0; i < names->n; i++)
    if (quiet)
      printf ("%s\n", names->v[i]);
    else
      table_row (t, (const char *const[]) { "local", names->v[i] });
  if (t)
    table_print (t, stdout, true);
  return 0;
}
