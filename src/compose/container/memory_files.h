/* memory_files.h - configs and secrets of a container: where their contents come from, and the contents. */
#ifndef COMPOSE_MEMORY_FILES_H
#define COMPOSE_MEMORY_FILES_H

#include "bundle.h"

/* A container's sources are kept in its directory (0600) so that it can be started without its compose file: a map
 * from the name below memory/ to "UID:GID:MODE:KIND:WHAT", where KIND says what WHAT is: a file's path, a variable's
 * name, the content of a config, a name in the store of secrets. Nothing secret is in it. */
int memory_sources_write (int dir_fd, const struct oci_strings *sources, struct error **err);

/* Read all SOURCES anew into B's memory files. Variables are looked up in P (may be NULL), then in our environment. */
int memory_files_load (const struct settings *s, const struct project *p, const struct oci_strings *sources,
                       struct bundle *b,
                       struct error **err);
void memory_files_free (struct bundle *b);

/* The content of the project's secret or config KEY; the caller frees *RET. */
enum memory_kind { MEMORY_SECRETS, MEMORY_CONFIGS };
int memory_content (const struct settings *s, const struct project *p, enum memory_kind kind, const char *key,
                    char **ret, size_t *ret_n, struct error **err);

/* DATA/secrets/NAME, what external secrets and configs are; the caller frees *RET. E_NOT_FOUND. */
int secret_store_path (const struct settings *s, const char *name, char **ret, struct error **err);

#endif
