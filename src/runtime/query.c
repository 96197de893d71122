/* query.c - the verbs state and list. They take no locks and change nothing. In the runtime's namespaces. */
#include <pwd.h>
#include <sys/stat.h>

#include "container.h"
#include "state.h"

int
container_state (const struct context *ctx, const char *id, FILE *out, struct error **err)
{
  autocontainer struct container c = CONTAINER_INIT;
  TRY (state_open (ctx->root, id, false, &c, err));
  autofree char *json = state_document (&c, state_status (&c, NULL), c.state->pid.value, true);
  fprintf (out, "%s\n", json);
  return 0;
}

/* The name of the user who owns the container, or "#UID". /etc/passwd is read directly: what NSS may do (ask a
 * server on the network) has no place in `list`. */
static char *
owner_name (const struct container *c)
{
  struct stat st;
  if (fstat (c->dir_fd, &st) < 0)
    return mem_strdup ("");
  autofile FILE *f = fopen ("/etc/passwd", "re");
  struct passwd *p;
  while (f && (p = fgetpwent (f)))
    if (p->pw_uid == st.st_uid)
      return mem_strdup (p->pw_name);
  return mem_printf ("#%u", st.st_uid);
}

enum column
{
  COLUMN_ID,
  COLUMN_PID,
  COLUMN_STATUS,
  COLUMN_BUNDLE,
  COLUMN_CREATED,
  COLUMN_OWNER,
  N_COLUMNS,
};
static const char *const headings[N_COLUMNS] = { "ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER" };

/* What is shown: row 0 has the headings. JSON: the documents, joined by commas. */
struct listing
{
  char *(*rows)[N_COLUMNS];
  size_t n;
  struct text json;
};

static void
listing_free (struct listing *l)
{
  for (size_t i = 0; i < l->n; i++)
    for (int j = 0; j < N_COLUMNS; j++)
      free (l->rows[i][j]);
  free (l->rows);
  text_free (&l->json);
}

static char **
add_row (struct listing *l)
{
  l->rows = mem_grow (l->rows, l->n + 1, sizeof *l->rows);
  return l->rows[l->n++];
}

static void
add_container (struct listing *l, const struct container *c)
{
  autofree char *owner = owner_name (c);
  struct oci_state s = state_public (c, state_status (c, NULL), c->state->pid.value);
  s.owner = owner;
  autofree char *json = oci_emit (&oci_state_schema, &s, NULL);
  if (! json)
    out_of_memory ();
  text_printf (&l->json, "%s%s", l->json.len ? "," : "", json);
  char **row = add_row (l);
  row[COLUMN_ID] = mem_strdup (s.id);
  row[COLUMN_PID] = mem_printf ("%d", (int) s.pid.value);
  row[COLUMN_STATUS] = mem_strdup (s.status);
  row[COLUMN_BUNDLE] = mem_strdup (s.bundle);
  row[COLUMN_CREATED] = mem_strdup (s.created);
  row[COLUMN_OWNER] = TAKE_PTR (owner);
}

/* Columns are at least 12 wide and three apart, as runc prints them. */
static void
print_table (const struct listing *l, FILE *out)
{
  size_t widths[N_COLUMNS] = { 0 };
  for (size_t i = 0; i < l->n; i++)
    for (int j = 0; j < N_COLUMNS; j++)
      if (widths[j] < strlen (l->rows[i][j]) + 3)
        widths[j] = strlen (l->rows[i][j]) + 3;
  for (size_t i = 0; i < l->n; i++)
    {
      for (int j = 0; j < N_COLUMNS - 1; j++)
        fprintf (out, "%-*s", (int) (widths[j] < 12 ? 12 : widths[j]), l->rows[i][j]);
      fprintf (out, "%s\n", l->rows[i][N_COLUMNS - 1]);
    }
}

/* Containers come and go while we look, and one that cannot be read must not hide the others: it gets a line on
 * standard error (not in the log: callers read that as an error). */
static void
list_one (const struct context *ctx, const char *id, struct listing *l)
{
  autocontainer struct container c = CONTAINER_INIT;
  autoerror struct error *why = NULL;
  int r = state_open_dir (ctx->root, id, false, &c, &why);
  if (r == 0)
    r = state_load (&c, &why);
  if (r == 0)
    add_container (l, &c);
  else if (r != -ENOENT && ! (r == -ENODATA && state_locked (&c)))
    fprintf (stderr, "warning: %s\n", error_text (why));
}

int
container_list (const struct context *ctx, bool json, bool quiet, FILE *out, struct error **err)
{
  __attribute__ ((cleanup (listing_free))) struct listing l = { 0 };
  autoclose int root = -1;
  autostrv struct strv names = { 0 };
  int r = state_open_root (ctx->root, false, &root, err);
  if (r < 0 && (r != -ENOENT || ctx->root_given))
    return r;
  if (r == 0)
    TRY (state_list (root, &names, err));
  char **heading = add_row (&l);
  for (int j = 0; j < N_COLUMNS; j++)
    heading[j] = mem_strdup (headings[j]);
  for (size_t i = 0; i < names.n; i++)
    list_one (ctx, names.v[i], &l);

  if (quiet)
    for (size_t i = 1; i < l.n; i++)
      fprintf (out, "%s\n", l.rows[i][COLUMN_ID]);
  else if (json)
    fprintf (out, "[%s]\n", l.json.len ? l.json.s : "");
  else
    print_table (&l, out);
  return 0;
}
