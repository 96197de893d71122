# Files to trees to the typed model: YAML, .env files, interpolation.
compose_yaml_sources = \
	src/compose/model/node.c src/compose/model/node.h \
	src/compose/model/node_emit.c src/compose/model/node_yaml.c \
	src/compose/model/yaml.c src/compose/model/yaml_merge.c src/compose/model/yaml_scalar.c \
	src/compose/model/yaml.h src/compose/model/yaml_parts.h \
	src/compose/model/node_parse.c \
	src/compose/model/model.c src/compose/model/model.h \
	src/compose/model/interpolate.c src/compose/model/interpolate.h \
	src/compose/model/interpolate_tree.c \
	src/compose/model/dotenv.c src/compose/model/dotenv.h
