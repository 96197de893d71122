/* row_format.h - lists as --format asks for them by a template: text with {{.Key}}, {{json .Key}} and {{json .}}, where
 * the keys are those of `--format json`; "\t" and "\n" are a tab and a line's end; "table " before it makes columns of
 * what tabs separate. It is the part of docker's templates that scripts use. */
#ifndef COMPOSE_ROW_FORMAT_H
#define COMPOSE_ROW_FORMAT_H

#include "ocispec.h"
#include "error.h"

/* NULL, "table", "json", or a template that rows of SCHEMA can be printed by; otherwise EINVAL. */
int row_format_check (const char *format, const struct oci_schema *schema, struct error **err);
bool row_format_is_template (const char *format);
/* The N rows at ROWS, each SCHEMA->size bytes, on standard output. FORMAT is a template that was checked. */
void row_format_print (const char *format, const struct oci_schema *schema, const void *rows, size_t n);

#endif
