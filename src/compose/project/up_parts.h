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
  bool keep;                   /* after a failure: all stays as it is (update_config.failure_action: pause) */
};

/* For one service alone: U is set up, and its image, networks and volumes are there. Under the caller's lock;
 * up_free() in any case. */
int up_prepare_one (struct up *u, struct context *c, const char *service, const struct up_options *o,
                    struct error **err);
void up_free (struct up *u);
#define autoup __attribute__ ((cleanup (up_free)))

/* Every selected service's image is here: pulled or built as its policy says (up_images.c). */
int up_images (struct up *u, struct error **err);
/* Do containers of services that the files do not have go? */
bool up_removes_orphans (const struct up *u);
/* Networks and volumes that the selected services use (up_resources.c). */
int up_resources (struct up *u, struct error **err);
/* Does one of these networks have another definition now? (up_resources.c) */
bool up_networks_changed (const struct up *u);
/* The screen says which volumes have another definition now: they stay as they are (up_resources.c). */
void up_tell_changed_volumes (const struct up *u);
/* The screen says which of them would be made (up_resources.c). */
int up_plan_resources (const struct up *u, struct error **err);
/* The plan's containers, in order, at once where they can be (up_containers.c). */
int up_containers (struct up *u, struct error **err);
/* Host ports that the plan's containers cannot have are told before anything is changed (up_ports.c). */
int up_check_ports (const struct up *u, struct error **err);
/* OLD has a successor: it goes, and a kill from here on goes forward (up_containers.c). */
int up_remove_old (const struct up *u, const struct record_Container *old, struct error **err);
/* --wait: until all run, are healthy, or have ended well (up_wait.c). */
int up_wait (struct up *u, struct error **err);
/* Until the dependencies of SERVICE, which is not among those selected, are what its conditions say (up_wait.c). */
int up_wait_as (const struct up *u, const char *service, struct error **err);
/* Before ITEM starts: its dependencies are what its conditions say (up_wait.c). */
int up_wait_dependencies (const struct up *u, const struct plan_item *item, struct error **err);

/* pre_start of ITEM's service: one container after the other, each to its end, before any container of the service is
 * made or stopped. The service's mounts, networks and confinement are theirs (pre_start.c). */
int up_pre_start (const struct up *u, const struct plan_item *item, struct error **err);

/* ---- deploy.update_config (up_update.c): the containers of a service are made anew a few at a time. The old ones are
 * kept, stopped, until all are done: a rollback starts them again. */

/* That of ITEM's service if ITEM is made anew; NULL. */
const struct compose_UpdateConfig *update_config (const struct up *u, const struct plan_item *item);
/* Is ITEM's new container to run before the old one is stopped? *WHY (may be NULL): why it cannot though it was asked
 * for (otherwise NULL). */
bool update_starts_first (const struct up *u, const struct plan_item *item, const char **why);
/* How many items of its service, the first that are made anew, must be done before the plan's item K begins. */
size_t update_before (const struct up *u, size_t k);
/* In ITEM's job: the pause between two steps; and whether the new container C does well. */
void update_delay (const struct up *u, const struct plan_item *item);
int update_watch (const struct up *u, const struct plan_item *item, const struct record_Container *c,
                  struct error **err);
/* All jobs have ended, R is their result: old containers that have a successor go; u->keep. */
int update_finish (struct up *u, const struct job *jobs, int r, struct error **err);

/* What the containers that failed have printed last, on the screen, before it is undone (up_last_lines.c). */
void up_show_last_lines (const struct up *u);

/* What ITEM's container is or will be called; "Container demo-db-1", for the screen; the caller frees them. */
char *up_container_name (const struct up *u, const struct plan_item *item);
char *up_row (const struct up *u, const struct plan_item *item);

#endif
