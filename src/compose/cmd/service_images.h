/* service_images.h - the images of some services, for pull, push and build. */
#ifndef COMPOSE_SERVICE_IMAGES_H
#define COMPOSE_SERVICE_IMAGES_H

#include "commands.h"
#include "jobs.h"

struct service_image
{
  char *service;
  const struct compose_Service *definition;
  char *reference;             /* `image`, or PROJECT-SERVICE */
  char *row;                   /* "Image debian:12" */
};
struct service_images
{
  struct service_image *v;     /* in start order */
  size_t n;
};
void service_images_free (struct service_images *i);
#define autoserviceimages __attribute__ ((cleanup (service_images_free))) struct service_images

/* Those of services ARGV (none: all), with what they depend on if DEPENDENCIES. C has its project loaded. UNIQUE: a
 * reference that several services have comes once. */
int service_images_select (const struct context *c, int argc, char **argv, bool dependencies, bool unique,
                           struct service_images *ret, struct error **err);

/* The images that their pre_start names, behind them. */
void service_images_add_hooks (struct service_images *i);

/* Run N jobs, all of them whatever fails, on SCREEN (may be NULL), which is closed. IGNORE: a failure is only shown. */
int service_images_run (const struct context *c, struct job *jobs, size_t n, struct screen *screen, bool ignore,
                        struct error **err);

#endif
