# What is seen while a stack comes up, and tables.
compose_screen_sources = \
	src/compose/screen/screen.c src/compose/screen/screen.h src/compose/screen/screen_parts.h \
	src/compose/screen/screen_live.c \
	src/compose/screen/screen_lines.c \
	src/compose/screen/colours.c \
	src/compose/screen/table.c
