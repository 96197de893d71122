/* state_document.c - the state of a container as others are shown it: by `state` and `list`, and to hooks and the
 * seccomp agent. Pure; calls libocispec. */
#include "mem.h"
#include "state.h"

struct oci_state
state_public (const struct container *c, enum status status, pid_t pid)
{
  const struct oci_state_file *s = c->state;
  return (struct oci_state) {
    .oci_version = s->oci_version,
    .id = s->id,
    .pid = { .value = status == STATUS_STOPPED ? 0 : pid, .set = true },
    .status = status_names[status],
    .bundle = s->bundle,
    .rootfs = s->rootfs,
    .created = s->created,
    .annotations = s->annotations.n ? s->annotations : (struct oci_strings) { 0 },
    .owner = "",
  };
}

char *
state_document (const struct container *c, enum status status, pid_t pid, bool pretty)
{
  struct oci_state doc = state_public (c, status, pid);
  if (! pretty)
    {
      /* What runtime.md#state lists, and no more. */
      doc.rootfs = doc.created = doc.owner = NULL;
      doc.pid.set = doc.pid.value != 0;
    }
  char *json = oci_emit (&oci_state_schema, &doc, pretty ? "  " : NULL);
  if (! json)
    out_of_memory ();
  return json;
}
