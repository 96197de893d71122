# From compose files to a checked project, and the command that prints it.
compose_load_sources = \
	src/compose/cmd/config.c \
	src/compose/cmd/config_lists.c \
	src/compose/cmd/config_lists.h \
	src/compose/model/canonical.c \
	src/compose/model/canonical_mounts.c \
	src/compose/model/canonical_ports.c \
	src/compose/model/check.c \
	src/compose/model/enforcement.c \
	src/compose/model/environment.c \
	src/compose/model/extends.c \
	src/compose/model/files.c \
	src/compose/model/find.c \
	src/compose/model/graph.c \
	src/compose/model/graph.h \
	src/compose/model/hash.c \
	src/compose/model/include.c \
	src/compose/model/limits.c \
	src/compose/model/load.c \
	src/compose/model/load.h \
	src/compose/model/loading.h \
	src/compose/model/merge.c \
	src/compose/model/normalize.c \
	src/compose/model/paths.c \
	src/compose/model/policy.c \
	src/compose/model/profiles.c \
	src/compose/model/references.c \
	src/compose/model/schema_cast.c \
	src/compose/model/shell_words.c \
	src/compose/model/tree.c \
	src/compose/model/warnings.c
