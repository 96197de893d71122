/* pull_job.h - getting one image as a job: `image pull`, `container run`. */
#ifndef COMPOSE_PULL_JOB_H
#define COMPOSE_PULL_JOB_H

#include "image.h"
#include "jobs.h"

struct pull_job
{
  const struct settings *settings;
  const char *reference;
  struct image_pull how;
};
/* The job that gets P; its result is the image's id. P stays the caller's. */
struct job pull_job (struct pull_job *p);

#endif
