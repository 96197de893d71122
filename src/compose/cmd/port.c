/* port.c - the commands `port` and `container port`: where a port is published. */
#include "commands.h"
#include "replica.h"
#include "single.h"

struct port_args
{
  const char *protocol;
  struct cli_number index;
};

/* The first row is for services only. */
static const struct opt options[] = {
  NUMBER (port_args, index, 0, "index", "N", "of the service's containers, the one with this number")
  TEXT (port_args, protocol, 0, "protocol", "PROTOCOL", "tcp (the default), udp or sctp")
  END_OF_OPTIONS
};

static void
print_address (const struct record_Port *p)
{
  const char *host = p->host_ip && *p->host_ip ? p->host_ip : "0.0.0.0";
  bool v6 = strchr (host, ':') != NULL;
  printf ("%s%s%s:%u\n", v6 ? "[" : "", host, v6 ? "]" : "", (unsigned) p->host_port.value);
}

static const char *
protocol_of (const struct record_Port *p)
{
  return p->protocol && *p->protocol ? p->protocol : "tcp";
}

static int
print_one (const struct record_Container *c, const char *private, const char *protocol, struct error **err)
{
  enum { LAST_PORT = 65535 };
  char *end;
  unsigned long port = strtoul (private, &end, 10);
  if (*end || end == private || port > LAST_PORT)
    return fail (err, EINVAL, "%s: a port's number is expected", private);
  size_t found = 0;
  for (size_t i = 0; i < c->ports.n; i++)
    if ((unsigned long) c->ports.v[i].target.value == port && streq (protocol_of (&c->ports.v[i]), protocol))
      {
        print_address (&c->ports.v[i]);
        found++;
      }
  return found ? 0 : fail (err, E_NOT_FOUND, "port %lu/%s of container %s is not published", port, protocol, c->name);
}

static int
print (const struct record_Container *record, const struct port_args *a, int argc, char **argv, struct error **err)
{
  if (argc > 1)
    return print_one (record, argv[1], a->protocol ? a->protocol : "tcp", err);
  for (size_t i = 0; i < record->ports.n; i++)
    {
      printf ("%u/%s -> ", (unsigned) record->ports.v[i].target.value, protocol_of (&record->ports.v[i]));
      print_address (&record->ports.v[i]);
    }
  return 0;
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct port_args *a = args;
  autocontext struct context c = { 0 };
  autocontainers struct containers v = { 0 };
  TRY (context_open (global, &c, err));
  TRY (context_name (&c, err));
  TRY (context_replica (&c, argv[0], &a->index, &v, err));
  return print (v.v[0].record, a, argc, argv, err);
}

static int
run_single (const void *global, void *args, int argc, char **argv, struct error **err)
{
  autocontext struct context c = { 0 };
  autocontainers struct containers v = { 0 };
  TRY (context_open (global, &c, err));
  TRY (single_find (&c, argv[0], false, &v, err));
  return print (v.v[0].record, args, argc, argv, err);
}

const struct command cmd_port = {
  .name = "port",
  .operands = "SERVICE [PORT]",
  .min_operands = 1,
  .max_operands = 2,
  .help = "print where a service's port is published; all of them without PORT",
  .opts = options,
  .args_size = sizeof (struct port_args),
  .run = run,
};

const struct command cmd_container_port = {
  .name = "container port",
  .operands = "CONTAINER [PORT]",
  .min_operands = 1,
  .max_operands = 2,
  .help = "print where a container's port is published; all of them without PORT",
  .opts = options + 1,
  .args_size = sizeof (struct port_args),
  .run = run_single,
};
