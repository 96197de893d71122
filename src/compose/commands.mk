# Commands on single containers, and those that tell about the host.
compose_commands_sources = \
  src/compose/child_call.c \
  src/compose/child_call.h \
  src/compose/cmd/container_cp.c \
  src/compose/cmd/container_flags.c \
  src/compose/cmd/container_flags.h \
  src/compose/cmd/container_inspect.c \
  src/compose/cmd/inspect_each.c src/compose/cmd/inspect_each.h \
  src/compose/cmd/container_ls.c \
  src/compose/cmd/container_prune.c \
  src/compose/cmd/container_run.c \
  src/compose/cmd/container_spec.c \
  src/compose/cmd/container_verbs.c \
  src/compose/cmd/copy_command.c \
  src/compose/cmd/copy_command.h \
  src/compose/cmd/cp.c \
  src/compose/cmd/single.c \
  src/compose/cmd/single.h \
  src/compose/container/container_root.c \
  src/compose/container/container_root.h \
  src/compose/container/copy_from_tar.c \
  src/compose/container/copy_merge.c \
  src/compose/container/copy_merge.h \
  src/compose/container/copy_place.c \
  src/compose/container/copy_place.h \
  src/compose/container/copy_tar.h \
  src/compose/container/copy_to_tar.c \
  src/compose/container/tar_format.c \
  src/compose/container/tar_format.h \
  src/compose/image/overlay.c \
  src/compose/image/overlay.h \
  src/compose/cmd/audit.c \
  src/compose/cmd/backend_commands.c \
  src/compose/cmd/doctor.c \
  src/compose/cmd/secret.c \
  src/compose/cmd/status_command.c
