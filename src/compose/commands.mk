# Commands on single containers, and those that tell about the host.
compose_commands_sources = \
  src/compose/child_call.c \
  src/compose/child_call.h \
  src/compose/cmd/copy_command.c \
  src/compose/cmd/copy_command.h \
  src/compose/cmd/cp.c \
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
  src/compose/image/overlay.h
