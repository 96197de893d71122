/* reference.h - references and digests: their grammar (distribution's reference grammar, image-spec descriptor.md) and
 * their parts. Pure. */
#ifndef COMPOSE_REFERENCE_H
#define COMPOSE_REFERENCE_H

#include "error.h"
#include "mem.h"

enum { DIGEST_HEX = 64, DIGEST_SIZE = sizeof "sha256:" + DIGEST_HEX };

/* "sha256:" and 64 digits a-f0-9, nothing else: what may become a file's name (CVE-2024-3727). */
bool digest_valid (const char *s);
/* The digits of a valid digest. */
const char *digest_hex (const char *digest);
/* The digest of N bytes, with its prefix, in DIGEST_SIZE bytes at RET. */
void digest_of (const void *p, size_t n, char ret[DIGEST_SIZE]);
/* The same of what FD gives from its current position to its end; -errno. *RET_SIZE: how much it was. */
int digest_of_fd (int fd, char ret[DIGEST_SIZE], int64_t *ret_size);

/* The registry in a normalised reference, for the caller to free: "docker.io", "127.0.0.1:5000". */
char *reference_registry (const char *normalized);
/* As it is shown: repository, and tag or digest. Both for the caller to free. */
void reference_split (const char *normalized, char **ret_repository, char **ret_tag);
/* REFERENCE names no registry: "bb:latest", "me/bb". */
bool reference_is_short (const char *reference);

#endif
