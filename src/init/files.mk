# perry-init, which `init: true` puts into containers: static, so that it runs in every image.
perry_init_sources = src/init/perry-init.c
