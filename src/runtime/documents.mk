# Documents that the runtime writes for people and callers: spec, features.
documents_sources = \
	src/runtime/features.c \
	src/runtime/spec.c \
	src/runtime/version.h
