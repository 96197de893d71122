libocispec_headers = libocispec/ocispec.h libocispec/schema.h libocispec/config.h libocispec/state_json.h libocispec/features_json.h
libocispec_sources = libocispec/parse.c libocispec/parse_error.c libocispec/put.c libocispec/json_text.c \
	libocispec/json_out.c libocispec/emit.c libocispec/reader_json.c \
	libocispec/config.c libocispec/state_json.c libocispec/features_json.c \
	libocispec/parser.h libocispec/json_out.h libocispec/reader.h libocispec/many.h $(libocispec_headers)
