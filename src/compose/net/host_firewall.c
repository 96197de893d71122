/* host_firewall.c - see host_firewall.h. Under network_lock(); iptables(8) runs in our network namespace. An
 * accepting verdict in a table of our own would not do: a packet has to be accepted in every chain of the hook. */
#include "host_firewall.h"

#include <fcntl.h>
#include <unistd.h>

#include "errors.h"
#include "spawn.h"

#define MARK "-m", "comment", "--comment", "perry-compose", "-j", "ACCEPT"

enum { RULE_MAX = 16 };

/* "@" stands for the bridge. */
static const struct rule
{
  bool internal;             /* for internal networks, or for the others */
  const char *args[RULE_MAX];
} rules[] = {
  { false, { "-i", "@", MARK } },
  { false, { "-o", "@", "-m", "conntrack", "--ctstate", "RELATED,ESTABLISHED", MARK } },
  { false, { "-o", "@", "-m", "conntrack", "--ctstate", "DNAT", MARK } },
  /* With bridge-nf-call-iptables packets between ports of a bridge pass here, too. */
  { true, { "-i", "@", "-o", "@", MARK } },
};

static const char *const programs[] = { "iptables", "ip6tables" };

/* That rules were added is written down before they are. */
static char *
mark_path (const struct settings *s, const struct record_NetworkFile *n)
{
  return run_path (s, "network/%s.forward", n->name);
}

/* PROGRAM -w ACTION FORWARD RULE (NULL: none); *RET_STATUS is its exit status. */
static int
call (const struct settings *s, const char *program, const char *action, const struct rule *rule, const char *bridge,
      struct spawned *ret, struct error **err)
{
  enum { FIXED = 4 };
  const char *argv[FIXED + RULE_MAX + 1] = { program, "-w", action, "FORWARD" };
  struct spawn sp = SPAWN_INIT;
  for (size_t i = 0; rule && rule->args[i]; i++)
    argv[FIXED + i] = streq (rule->args[i], "@") ? bridge : rule->args[i];
  sp.argv = argv;
  sp.what = "iptables";
  sp.timeout = s->op_timeout;
  return spawn_run (&sp, ret, err);
}

static bool
drops (const struct settings *s, const char *program)
{
  autospawned struct spawned answer = { 0 };
  return call (s, program, "-S", NULL, NULL, &answer, NULL) == 0 && answer.status == 0 && answer.out.s
         && strstr (answer.out.s, "-P FORWARD DROP");
}

static int
add_rules (const struct settings *s, const struct record_NetworkFile *n, const char *program, struct error **err)
{
  autofree char *mark = mark_path (s, n);
  autoclose int fd = open (mark, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return fail_sys (err, errno, "%s", mark);
  for (size_t i = 0; i < ARRAY_LEN (rules); i++)
    {
      autospawned struct spawned answer = { 0 };
      if (rules[i].internal != n->internal.value)
        continue;
      TRY (call (s, program, "-A", &rules[i], n->interface, &answer, err));
      if (answer.status != 0)
        return fail (err, E_NETWORK, "%s: %.*s", program, (int) strcspn (answer.err.s ? answer.err.s : "", "\n"),
                     answer.err.s ? answer.err.s : "");
    }
  return 0;
}

int
host_firewall_close (const struct settings *s, const struct record_NetworkFile *n, struct error **err)
{
  autofree char *mark = mark_path (s, n);
  if (access (mark, F_OK) < 0)
    return 0;
  for (size_t i = 0; i < ARRAY_LEN (programs) && (i == 0 || n->ipv6.value); i++)
    for (size_t j = 0; j < ARRAY_LEN (rules); j++)
      {
        /* Its status does not matter: it is not 0 where a killed call did not come to add the rule. */
        autofree char *program = NULL;
        autospawned struct spawned answer = { 0 };
        if (rules[j].internal == n->internal.value && find_tool (programs[i], "iptables", &program, NULL) == 0)
          TRY (call (s, program, "-D", &rules[j], n->interface, &answer, err));
      }
  return unlink (mark) < 0 && errno != ENOENT ? fail_sys (err, errno, "remove %s", mark) : 0;
}

int
host_firewall_open (const struct settings *s, const struct record_NetworkFile *n, struct error **err)
{
  /* A killed call may have added them: twice were once too many for host_firewall_close(). */
  TRY (host_firewall_close (s, n, err));
  for (size_t i = 0; i < ARRAY_LEN (programs) && (i == 0 || n->ipv6.value); i++)
    {
      autofree char *program = NULL;
      if (find_tool (programs[i], "iptables", &program, NULL) == 0 && drops (s, program))
        TRY (add_rules (s, n, program, err));
    }
  return 0;
}
