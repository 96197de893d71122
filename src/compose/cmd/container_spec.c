/* container_spec.c - `container run --spec FILE`: a container as a JSON object with these keys and no others. */
#include <fcntl.h>

#include "container_flags.h"
#include "fs.h"
#include "yaml.h"

#undef OCI_PREFIX
#define OCI_PREFIX single_
#define SPEC_ContainerSpec(F, T)                                                                                      \
  F (T, str,                   image,             "image")                                                            \
  F (T, str,                   name,              "name")                                                             \
  F (T, strs,                  cmd,               "cmd")                                                              \
  F (T, strs,                  entrypoint,        "entrypoint")                                                       \
  F (T, map,                   env,               "env")                                                              \
  F (T, strs,                  ports,             "ports")                                                            \
  F (T, strs,                  volumes,           "volumes")                                                          \
  F (T, str,                   network,           "network")                                                          \
  F (T, flag,                  rm,                "rm")                                                               \
  F (T, map,                   labels,            "labels")                                                           \
  F (T, flag,                  read_only,         "read_only")                                                        \
  F (T, flag,                  privileged,        "privileged")                                                       \
  F (T, str,                   user,              "user")                                                             \
  F (T, str,                   workdir,           "workdir")                                                          \
  F (T, strs,                  cap_add,           "cap_add")                                                          \
  F (T, strs,                  cap_drop,          "cap_drop")                                                         \
  F (T, str,                   seccomp,           "seccomp")                                                          \
  F (T, flag,                  no_new_privileges, "no_new_privileges")                                                \
  F (T, strs,                  network_aliases,   "network_aliases")
DECLARE (ContainerSpec)
DEFINE (ContainerSpec)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

/* Lists of the file come before what options say. */
static void
add_list (struct strv *to, const struct oci_strings *from)
{
  struct strv both = { 0 };
  for (size_t i = 0; i < from->n; i++)
    if (from->keys)
      strv_printf (&both, "%s=%s", from->keys[i], from->v[i]);
    else
      strv_add (&both, from->v[i]);
  for (size_t i = 0; i < to->n; i++)
    strv_add (&both, to->v[i]);
  strv_free (to);
  *to = both;
}

static void
set_text (const char **to, const char *from)
{
  if (! *to)
    *to = from;
}

static void
apply (struct container_flags *f, const struct single_ContainerSpec *s)
{
  const struct oci_strings network = { .n = s->network && ! f->network.n, .v = (const char *[]) { s->network } };
  add_list (&f->env, &s->env);
  add_list (&f->publish, &s->ports);
  add_list (&f->volume, &s->volumes);
  add_list (&f->network, &network);
  add_list (&f->label, &s->labels);
  add_list (&f->cap_add, &s->cap_add);
  add_list (&f->cap_drop, &s->cap_drop);
  add_list (&f->network_alias, &s->network_aliases);
  add_list (&f->entrypoint_words, &s->entrypoint);
  if (! f->command.n)
    add_list (&f->command, &s->cmd);
  if (s->seccomp)
    strv_printf (&f->security_opt, "seccomp=%s", s->seccomp);
  if (s->no_new_privileges.value)
    strv_add (&f->security_opt, "no-new-privileges:true");
  set_text (&f->name, s->name);
  set_text (&f->user, s->user);
  set_text (&f->workdir, s->workdir);
  f->remove |= s->rm.value;
  f->read_only |= s->read_only.value;
  f->privileged |= s->privileged.value;
  if (! f->image && s->image)
    f->image = mem_strdup (s->image);
}

int
container_flags_spec (struct container_flags *f, struct error **err)
{
  autofree char *text = NULL;
  autoarena struct arena arena = { 0 };
  struct node *tree;
  size_t n;
  if (streq (f->spec, "-"))
    TRY (fs_read_stream (STDIN_FILENO, "standard input", YAML_MAX_BYTES, &text, &n, err));
  else
    TRY (fs_read_regular (AT_FDCWD, f->spec, YAML_MAX_BYTES, &text, &n, err));
  TRY (yaml_parse (&arena, f->spec, text, n, &tree, err));
  const struct single_ContainerSpec *s = node_parse (tree, &single_ContainerSpec_schema, "", &f->spec_document, err);
  if (! s)
    return -(err && *err ? (*err)->code : EINVAL);
  apply (f, s);
  return 0;
}
