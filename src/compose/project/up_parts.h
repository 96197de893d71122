/* up_parts.h - what the files of `up` share. */
#ifndef COMPOSE_UP_PARTS_H
#define COMPOSE_UP_PARTS_H

#include "image.h"
#include "state.h"
#include "up.h"

struct up
{
  struct context *c;
  const struct settings *s;
  const struct project *project;
  const struct up_options *o;
  struct screen *screen;
  struct graph graph;
  bool *selected;              /* by node */
  struct image *images;        /* by node; those selected */
  char **hashes;               /* by node */
  struct plan_node *nodes;
  struct containers there;     /* the project's containers before */
  struct plan plan;
  int hold;                    /* image_hold(): no layer goes before the records are written; -1 */
  int cancel_fd;
};

/* For one service alone: U is set up, and its image, networks and volumes are there. Under the caller's lock;
 * up_free() in any case. */
int up_prepare_one (struct up *u, struct context *c, const char *service, const struct up_options *o, struct error **err);
void up_free (struct up *u);
#define autoup __attribute__ ((cleanup (up_free)))

/* Every selected service's image is here: pulled or built as its policy says (up_images.c). */
int up_images (struct up *u, struct error **err);
/* Networks and volumes that the selected services use (up_resources.c). */
int up_resources (struct up *u, struct error **err);
/* The plan's containers, in order, at once where they can be (up_containers.c). */
int up_containers (struct up *u, struct error **err);
/* --wait: until all run, are healthy, or have ended well (up_wait.c). */
int up_wait (struct up *u, struct error **err);
/* Before ITEM starts: its dependencies are what its conditions say (up_wait.c). */
int up_wait_dependencies (const struct up *u, const struct plan_item *item, struct error **err);

/* "Container demo-db-1", for the screen; the caller frees it. */
char *up_row (const struct up *u, const struct plan_item *item);

#endif
