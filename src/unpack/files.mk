# perry-unpack: a layer into a directory, in a process of its own.
unpack_sources = \
	src/unpack/attributes.c \
	src/unpack/decode.c src/unpack/decode.h \
	src/unpack/layer.h \
	src/unpack/layer_name.c src/unpack/layer_name.h \
	src/unpack/place.c \
	src/unpack/sandbox.c src/unpack/sandbox.h \
	src/unpack/stream.c src/unpack/stream.h \
	src/unpack/tar.c src/unpack/tar.h \
	src/unpack/tar_header.c src/unpack/tar_parts.h \
	src/unpack/tar_pax.c \
	src/unpack/tar_sparse.c \
	src/unpack/tree.c src/unpack/tree.h \
	src/unpack/unpack.c src/unpack/unpack.h \
	src/unpack/xattrs.c src/unpack/xattrs.h
unpack_program_sources = src/unpack/main.c
