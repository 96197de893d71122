/* network.c - networks as such (net.h): made, listed, removed, and the leases of containers in them. Only files: the
 * kernel hears of a network when the first container is attached (attach.c). */
#include "net.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "arena.h"
#include "errors.h"
#include "fs.h"
#include "ipam.h"
#include "network_down.h"
#include "network_store.h"
#include "record_store.h"
#include "subnet.h"

static const char *const drivers[] = { "bridge", "macvlan", "ipvlan", NULL };

/* driver_opts that are heeded; others are an error, since nobody would tell that they do nothing. */
static const char *const options[] = {
  "com.docker.network.bridge.enable_icc",
  "com.docker.network.bridge.enable_ip_masquerade",
  "com.docker.network.bridge.host_binding_ipv4",
  "com.docker.network.bridge.name",
  "com.docker.network.driver.mtu",
  "mtu",
  "parent",
  NULL,
};

static bool
is_one_of (const char *s, const char *const *list)
{
  while (*list && ! streq (*list, s))
    list++;
  return *list;
}

static int
check_definition (const struct compose_Network *n, struct error **err)
{
  if (n->driver && *n->driver && ! is_one_of (n->driver, drivers))
    return fail (err, E_COMPOSE_FILE, "driver '%s' is not known: bridge, macvlan or ipvlan", n->driver);
  if (n->ipam && n->ipam->driver && ! streq (n->ipam->driver, "default"))
    return fail (err, E_COMPOSE_FILE, "ipam.driver '%s' is not known: only 'default' is", n->ipam->driver);
  if (n->ipam && n->ipam->options.n)
    return fail (err, E_COMPOSE_FILE, "ipam.options.%s is not known", n->ipam->options.keys[0]);
  for (size_t i = 0; i < n->driver_opts.n; i++)
    if (! is_one_of (n->driver_opts.keys[i], options))
      return fail (err, E_COMPOSE_FILE, "driver_opts.%s is not known", n->driver_opts.keys[i]);
  return 0;
}

static int
bridge_name (const struct settings *s, const struct record_NetworkFile *n, char name[16], struct error **err)
{
  const char *wanted = network_option (n, "com.docker.network.bridge.name");
  if (wanted && (! *wanted || strlen (wanted) > 15 || strpbrk (wanted, "/ :\"\t\n") || wanted[0] == '.'))
    return fail (err, E_COMPOSE_FILE, "com.docker.network.bridge.name: '%s' is no name for an interface", wanted);
  if (wanted)
    memcpy (name, wanted, strlen (wanted) + 1);
  else
    {
      memcpy (name, "pc-", 3);
      network_hash (s->data, n->name, name + 3, 12);
    }
  return 0;
}

/* Write down network NAME as N says. */
static int
define (const struct settings *s, const struct compose_Network *n, const char *definition, const char *project,
        const char *key, struct error **err)
{
  autoarena struct arena arena = { 0 };
  char created[RECORD_TIME_SIZE], id[65], interface[16];
  TRY (check_definition (n, err));
  record_time (created);
  network_hash (n->name, created, id, sizeof id - 1);
  struct record_NetworkFile file = {
    .name = n->name, .id = id, .driver = n->driver && *n->driver ? n->driver : "bridge", .interface = interface,
    .created = created, .project = project, .key = key, .internal = { n->internal.value, true },
    .labels = n->labels, .options = n->driver_opts, .definition = definition,
  };
  TRY (bridge_name (s, &file, interface, err));
  if (! streq (file.driver, "bridge") && ! network_option (&file, "parent"))
    return fail (err, E_COMPOSE_FILE, "driver '%s' wants driver_opts.parent, the host's interface", file.driver);
  TRY (ipam_subnets (s, n, n->name, &arena, &file, err));
  return network_write (s, &file, err);
}

/* ---- who uses a network */

/* Containers that are there: of those whose creation or removal was killed, only the lease is left. */
static bool
container_exists (const struct settings *s, const char *id)
{
  autofree char *path = data_path (s, "containers/%s", id);
  return access (path, F_OK) == 0;
}

static void
add_user (const struct settings *s, struct text *t, const char *id)
{
  autofree char *directory = data_path (s, "containers/%s", id);
  autoclose int dir = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  struct oci_document doc = { 0 };
  const struct record_Container *c = dir < 0 ? NULL : record_read (dir, CONTAINER_RECORD, &record_Container_schema,
                                                                   &doc, NULL);
  text_printf (t, "%s%.*s", t->len ? ", " : "", c ? 255 : 12, c ? c->name : id);
  oci_document_free (&doc);
}

/* The names of containers that have an address in N. */
static void
list_users (const struct settings *s, const struct record_NetworkFile *n, struct text *t)
{
  for (size_t i = 0; i < n->leases.n; i++)
    if (container_exists (s, n->leases.v[i].id))
      add_user (s, t, n->leases.v[i].id);
}

static int
check_unused (const struct settings *s, const struct record_NetworkFile *n, const char *what, struct error **err)
{
  autotext struct text users = { 0 };
  list_users (s, n, &users);
  return users.len ? fail (err, E_CONFLICT, "network '%s' %s: used by %s", n->name, what, users.s) : 0;
}

/* ---- net.h */

/* FILE is there; is it what N wants? 1: yes; 0: it was removed, to be made anew. */
static int
accept_existing (const struct settings *s, const struct record_NetworkFile *file, const struct compose_Network *n,
                 const char *definition, const char *project, struct error **err)
{
  if (n->external.value)
    return 1;
  if (file->project && project && ! streq (file->project, project))
    return fail (err, E_CONFLICT, "network '%s' belongs to project '%s': declare it external, or give another name",
                 n->name, file->project);
  if (file->definition && streq (file->definition, definition))
    return 1;
  TRY (check_unused (s, file, "has another definition now (`down` and `up` make it anew)", err));
  TRY (network_down (s, file, err));
  return network_forget (s, n->name, err);
}

bool
network_changed (const struct settings *s, const struct compose_Network *n)
{
  struct oci_document doc = { 0 };
  autofree char *definition = oci_emit (&compose_Network_schema, n, NULL);
  const struct record_NetworkFile *file = n->external.value ? NULL : network_read (s, n->name, &doc, NULL);
  bool changed = file && definition && ! (file->definition && streq (file->definition, definition));
  oci_document_free (&doc);
  return changed;
}

int
network_ensure (const struct settings *s, const struct compose_Network *n, const char *project, const char *key,
                bool *ret_created, struct error **err)
{
  autoclose int lock = -1;
  autoerror struct error *why = NULL;
  struct oci_document doc;
  autofree char *definition = oci_emit (&compose_Network_schema, n, NULL);
  if (! definition)
    out_of_memory ();
  TRY (network_lock (s, &lock, err));
  const struct record_NetworkFile *file = network_read (s, n->name, &doc, &why);
  int r = file ? accept_existing (s, file, n, definition, project, err) : 0;
  oci_document_free (&doc);
  TRY (r);
  if (! file && (why->code != E_NOT_FOUND || n->external.value))
    return fail (err, why->code, "%s", error_text (why));
  if (r == 0)
    TRY_DOING (err, define (s, n, definition, project, key, err), "networks.%s", key ? key : n->name);
  *ret_created = r == 0;
  return 0;
}

int
network_remove (const struct settings *s, const char *name, struct error **err)
{
  autoclose int lock = -1;
  autoerror struct error *why = NULL;
  struct oci_document doc;
  TRY (network_lock (s, &lock, err));
  const struct record_NetworkFile *file = network_read (s, name, &doc, &why);
  int r = file ? check_unused (s, file, "cannot be removed", err)
               : why->code == E_NOT_FOUND ? 0 : fail (err, why->code, "%s", error_text (why));
  if (file && r == 0 && ! s->dry_run)
    r = network_down (s, file, err);
  oci_document_free (&doc);
  TRY (r);
  return s->dry_run ? 0 : network_forget (s, name, err);
}

int
network_list (const struct settings *s, const char *project, struct strv *ret, struct error **err)
{
  autofree char *path = data_path (s, "networks");
  autodir DIR *d = opendir (path);
  if (! d)
    return errno == ENOENT ? 0 : fail_sys (err, errno, "%s", path);
  for (struct dirent *e; (e = readdir (d));)
    {
      size_t n = strlen (e->d_name);
      if (e->d_name[0] == '.' || n < 6 || ! streq (e->d_name + n - 5, ".json"))
        continue;
      autofree char *name = mem_strndup (e->d_name, n - 5);
      struct oci_document doc = { 0 };
      const struct record_NetworkFile *file = project ? network_read (s, name, &doc, NULL) : NULL;
      if (! project || (file && file->project && streq (file->project, project)))
        strv_add (ret, name);
      oci_document_free (&doc);
    }
  return 0;
}

/* ---- leases */

/* N with the lease of ID replaced by ADDRESSES (NULL: taken away); in ARENA. */
static struct record_NetworkFile
with_lease (const struct record_NetworkFile *n, const char *id, const struct strv *addresses, struct arena *arena)
{
  struct record_NetworkFile r = *n;
  r.leases.v = mem_arena (arena, (n->leases.n + 1) * sizeof *r.leases.v);
  r.leases.n = 0;
  for (size_t i = 0; i < n->leases.n; i++)
    if (! streq (n->leases.v[i].id, id))
      r.leases.v[r.leases.n++] = n->leases.v[i];
  if (addresses)
    r.leases.v[r.leases.n++] = (struct record_Lease) {
      .id = id, .addresses = { .n = addresses->n, .v = (const char **) addresses->v, .set = true },
    };
  return r;
}

/* An address in each subnet, in the first of each family for what is wanted. */
static int
choose (const struct record_NetworkFile *n, const char *id, const char *want4, const char *want6, struct strv *ret,
        struct error **err)
{
  for (bool v6 = false;; v6 = true)
    {
      const char *want = v6 ? want6 : want4;
      autoerror struct error *why = NULL;
      bool done = false;
      for (size_t i = 0; i < n->subnets.n && ! done; i++)
        {
          char text[IP_TEXT];
          if ((strchr (n->subnets.v[i].subnet, ':') != NULL) != v6)
            continue;
          if (ipam_address (n, &n->subnets.v[i], id, want, text, &why) < 0)
            continue;
          strv_add (ret, text);
          done = true;
        }
      if (! done && why)
        return fail (err, why->code, "%s", error_text (why));
      if (! done && want)
        return fail (err, E_NETWORK, "network '%s' has no %s subnet for %s", n->name, v6 ? "IPv6" : "IPv4", want);
      if (v6)
        return 0;
    }
}

/* The lease that ID has is what is wanted. */
static bool
lease_fits (const struct record_Lease *l, const char *want4, const char *want6)
{
  size_t missing = (want4 != NULL) + (want6 != NULL);
  for (size_t i = 0; i < l->addresses.n; i++)
    missing -= (want4 && streq (want4, l->addresses.v[i])) || (want6 && streq (want6, l->addresses.v[i]));
  return missing == 0;
}

static int
lease (const struct settings *s, const struct record_NetworkFile *n, const char *id, const char *want4,
       const char *want6, struct strv *ret, struct error **err)
{
  autoarena struct arena arena = { 0 };
  for (size_t i = 0; i < n->leases.n; i++)
    if (streq (n->leases.v[i].id, id) && lease_fits (&n->leases.v[i], want4, want6))
      {
        for (size_t j = 0; j < n->leases.v[i].addresses.n; j++)
          strv_add (ret, n->leases.v[i].addresses.v[j]);
        return 0;
      }
  autostrv struct strv addresses = { 0 };
  TRY (choose (n, id, want4, want6, &addresses, err));
  struct record_NetworkFile changed = with_lease (n, id, &addresses, &arena);
  TRY (network_write (s, &changed, err));
  for (size_t i = 0; i < addresses.n; i++)
    strv_add (ret, addresses.v[i]);
  return 0;
}

int
network_lease (const struct settings *s, const char *name, const char *id, const char *want4, const char *want6,
               struct strv *ret_addresses, struct error **err)
{
  autoclose int lock = -1;
  struct oci_document doc;
  TRY (network_lock (s, &lock, err));
  const struct record_NetworkFile *n = network_read (s, name, &doc, err);
  int r = n ? lease (s, n, id, want4 && *want4 ? want4 : NULL, want6 && *want6 ? want6 : NULL, ret_addresses, err)
            : -(err && *err ? (*err)->code : E_NETWORK);
  oci_document_free (&doc);
  return r;
}

int
network_release (const struct settings *s, const char *name, const char *id, struct error **err)
{
  autoclose int lock = -1;
  autoarena struct arena arena = { 0 };
  autoerror struct error *why = NULL;
  struct oci_document doc;
  TRY (network_lock (s, &lock, err));
  const struct record_NetworkFile *n = network_read (s, name, &doc, &why);
  if (! n)
    return why->code == E_NOT_FOUND ? 0 : fail (err, why->code, "%s", error_text (why));
  struct record_NetworkFile changed = with_lease (n, id, NULL, &arena);
  int r = changed.leases.n == n->leases.n ? 0 : network_write (s, &changed, err);
  oci_document_free (&doc);
  return r;
}

/* N's gateway of IPv4, or of IPv6 if there is none; NULL if N has no bridge. */
static const char *
gateway_of (const struct record_NetworkFile *n, bool only_4)
{
  if (! streq (n->driver, "bridge"))
    return NULL;
  for (size_t i = 0; i < n->subnets.n; i++)
    if (! strchr (n->subnets.v[i].gateway, ':'))
      return n->subnets.v[i].gateway;
  return only_4 || ! n->subnets.n ? NULL : n->subnets.v[0].gateway;
}

int
network_gateway (const struct settings *s, const char *name, char **ret, struct error **err)
{
  struct oci_document doc;
  const struct record_NetworkFile *n = network_read (s, name, &doc, err);
  if (! n)
    return -(err && *err ? (*err)->code : E_NETWORK);
  const char *gateway = n->internal.value ? NULL : gateway_of (n, true);
  *ret = gateway ? mem_strdup (gateway) : NULL;
  oci_document_free (&doc);
  return 0;
}

int
network_name_servers (const struct settings *s, const struct record_Attachment *v, size_t n, struct strv *ret,
                      struct error **err)
{
  autostrv struct strv internal = { 0 };
  size_t before = ret->n;
  for (size_t i = 0; i < n; i++)
    {
      struct oci_document doc;
      const struct record_NetworkFile *file = network_read (s, v[i].network, &doc, err);
      if (! file)
        return -(err && *err ? (*err)->code : E_NETWORK);
      const char *gateway = gateway_of (file, false);
      if (gateway)
        strv_add (file->internal.value ? &internal : ret, gateway);
      oci_document_free (&doc);
    }
  for (size_t i = 0; ret->n == before && i < internal.n; i++)
    strv_add (ret, internal.v[i]);
  return 0;
}
