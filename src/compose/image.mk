# The image store.
compose_image_sources = \
	src/compose/image/acquire.c src/compose/image/image.h \
	src/compose/image/adopt.c src/compose/image/adopt.h \
	src/compose/image/archive.c \
	src/compose/image/image_build.c src/compose/image/build.h \
	src/compose/image/build_bases.c src/compose/image/build_bases.h \
	src/compose/image/fetch.c src/compose/image/fetch.h \
	src/compose/image/image_find.c src/compose/image/image_documents.h \
	src/compose/image/image_spec.c src/compose/image/image_spec.h \
	src/compose/image/image_use.c src/compose/image/image_use.h \
	src/compose/image/layout.c src/compose/image/layout.h \
	src/compose/image/platform.c \
	src/compose/image/prune.c \
	src/compose/image/image_push.c \
	src/compose/image/reference.c src/compose/image/reference.h \
	src/compose/image/store.c src/compose/image/image_store.h \
	src/compose/image/store_lock.c \
	src/compose/image/with_root.c

# image ls, image pull, …; pull, push, build, images
compose_image_commands = \
	src/compose/cmd/image_check.c \
	src/compose/cmd/image_inspect.c \
	src/compose/cmd/image_load.c \
	src/compose/cmd/image_ls.c \
	src/compose/cmd/image_print.c src/compose/cmd/image_print.h \
	src/compose/cmd/image_prune.c \
	src/compose/cmd/image_pull.c \
	src/compose/cmd/image_rm.c \
	src/compose/cmd/build.c \
	src/compose/cmd/image_tag.c \
	src/compose/cmd/images.c \
	src/compose/cmd/pull.c \
	src/compose/cmd/pull_job.c src/compose/cmd/pull_job.h \
	src/compose/cmd/push.c \
	src/compose/cmd/service_images.c src/compose/cmd/service_images.h
