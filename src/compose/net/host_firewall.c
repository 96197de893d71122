/* host_firewall.c - see host_firewall.h. Under network_lock(); iptables(8) runs in our network namespace. An
 * accepting verdict in a table of our own would not do: a packet has to be accepted in every chain of the hook. */
#include "host_firewall.h"

#include <fcntl.h>
#include <linux/netfilter.h>
#include <unistd.h>

#include "errors.h"
#include "fs.h"
#include "log.h"
#include "spawn.h"

#define COMMENT "perry-compose"
#define MARK "-m", "comment", "--comment", COMMENT, "-j", "ACCEPT"
#define CHAIN "FORWARD"

enum { RULE_MAX = 16, NAMES_LIMIT = 4096 };

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

/* A host may have rules of both kinds, whichever "iptables" is. */
static const struct variant
{
  unsigned family;
  const char *program, *plain; /* PLAIN: where a system has one kind only */
  const char *names;           /* legacy: the kernel's list of tables; asking the program would make one */
} variants[] = {
  { NFPROTO_IPV4, "iptables-nft", "iptables", NULL },
  { NFPROTO_IPV4, "iptables-legacy", "iptables", "/proc/self/net/ip_tables_names" },
  { NFPROTO_IPV6, "ip6tables-nft", "ip6tables", NULL },
  { NFPROTO_IPV6, "ip6tables-legacy", "ip6tables", "/proc/self/net/ip6_tables_names" },
};

static bool
has_table (const char *names)
{
  autofree char *text = NULL;
  if (fs_read_kernel (AT_FDCWD, names, NAMES_LIMIT, &text, NULL) < 0)
    return false;
  return after_prefix (text, "filter\n") || strstr (text, "\nfilter\n");
}

/* Can packets of N come to V's rules? */
static bool
concerns (const struct variant *v, const struct record_NetworkFile *n, const struct filters *seen)
{
  if (v->family == NFPROTO_IPV6 && ! n->ipv6.value)
    return false;
  return v->names ? has_table (v->names) : filters_find (seen, v->family, "filter", CHAIN) != NULL;
}

/* ---- iptables */

/* That rules were added is written down before they are. */
static char *
mark_path (const struct settings *s, const struct record_NetworkFile *n)
{
  return run_path (s, "network/%s.forward", n->name);
}

/* What is done to chain FORWARD; RULE NULL: to all of it. */
struct action
{
  const struct variant *variant;
  const char *flag, *place;  /* "-I", "3"; PLACE may be NULL */
  const struct rule *rule;
  const char *bridge;
};

/* *RET has the exit status. No such program: 127. */
static int
call (const struct settings *s, const struct action *a, struct spawned *ret, struct error **err)
{
  enum { FIXED = 5, NOT_FOUND = 127 };
  autofree char *program = NULL;
  const char *argv[FIXED + RULE_MAX + 1];
  struct spawn sp = SPAWN_INIT;
  size_t n = 0;
  *ret = (struct spawned) { .status = NOT_FOUND };
  if (find_tool (a->variant->program, "iptables", &program, NULL) < 0
      && find_tool (a->variant->plain, "iptables", &program, NULL) < 0)
    return 0;
  argv[n++] = program;
  argv[n++] = "-w";
  argv[n++] = a->flag;
  argv[n++] = CHAIN;
  if (a->place)
    argv[n++] = a->place;
  for (size_t i = 0; a->rule && a->rule->args[i]; i++)
    argv[n++] = streq (a->rule->args[i], "@") ? a->bridge : a->rule->args[i];
  argv[n] = NULL;
  sp.argv = argv;
  sp.what = "iptables";
  sp.timeout = s->op_timeout;
  return spawn_run (&sp, ret, err);
}

/* What chain FORWARD is now. */
struct chain
{
  bool closed;               /* what no rule decides on is dropped or rejected, */
  unsigned last;             /* by the rule of this number; 0: by the policy */
  size_t ours;               /* rules for the network */
};

static void
read_rule (const char *line, const char *bridge, unsigned number, struct chain *ret)
{
  const char *target = after_prefix (line, "-A " CHAIN " -j ");
  if (target && ! ret->last && (after_prefix (target, "DROP") || after_prefix (target, "REJECT")))
    {
      ret->closed = true;
      ret->last = number;
    }
  autofree char *word = mem_printf (" %s ", bridge);
  ret->ours += strstr (line, word) && strstr (line, COMMENT);
}

static int
read_chain (const struct settings *s, const struct action *a, struct chain *ret, struct error **err)
{
  autospawned struct spawned answer = { 0 };
  struct action list = *a;
  unsigned number = 0;
  *ret = (struct chain) { 0 };
  list.flag = "-S";
  TRY (call (s, &list, &answer, err));
  char *next = answer.status == 0 ? answer.out.s : NULL;
  for (char *line; (line = strsep (&next, "\n"));)
    if (streq (line, "-P " CHAIN " DROP"))
      ret->closed = true;
    else if (after_prefix (line, "-A "))
      read_rule (line, a->bridge, ++number, ret);
  return 0;
}

static int
add_rules (const struct settings *s, const struct record_NetworkFile *n, struct action a, const struct chain *chain,
           struct error **err)
{
  autofree char *mark = mark_path (s, n);
  autofree char *place = chain->last ? mem_printf ("%u", chain->last) : NULL;
  autoclose int fd = open (mark, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return fail_sys (err, errno, "%s", mark);
  a.flag = place ? "-I" : "-A";
  a.place = place;
  for (a.rule = rules; a.rule < rules + ARRAY_LEN (rules); a.rule++)
    {
      autospawned struct spawned answer = { 0 };
      if (a.rule->internal != n->internal.value)
        continue;
      TRY (call (s, &a, &answer, err));
      if (answer.status != 0)
        return fail (err, E_NETWORK, "%s: %.*s", a.variant->program,
                     (int) strcspn (answer.err.s ? answer.err.s : "", "\n"), answer.err.s ? answer.err.s : "");
    }
  return 0;
}

static int
delete_rules (const struct settings *s, const struct record_NetworkFile *n, struct action a, struct error **err)
{
  a.flag = "-D";
  for (a.rule = rules; a.rule < rules + ARRAY_LEN (rules); a.rule++)
    {
      /* Its status does not matter: it is not 0 where a killed call did not come to add the rule. */
      autospawned struct spawned answer = { 0 };
      if (a.rule->internal == n->internal.value)
        TRY (call (s, &a, &answer, err));
    }
  return 0;
}

static size_t
count_rules (bool internal)
{
  size_t count = 0;
  for (size_t i = 0; i < ARRAY_LEN (rules); i++)
    count += rules[i].internal == internal;
  return count;
}

/* ---- host_firewall.h */

int
host_firewall_open (const struct settings *s, const struct record_NetworkFile *n, const struct filters *seen,
                    struct error **err)
{
  for (size_t i = 0; i < ARRAY_LEN (variants); i++)
    {
      struct action a = { .variant = &variants[i], .bridge = n->interface };
      struct chain chain;
      if (! concerns (&variants[i], n, seen))
        continue;
      TRY (read_chain (s, &a, &chain, err));
      if (! chain.closed || chain.ours == count_rules (n->internal.value))
        continue;
      /* Some only: of a killed call. */
      if (chain.ours)
        {
          TRY (delete_rules (s, n, a, err));
          TRY (read_chain (s, &a, &chain, err));
        }
      TRY (add_rules (s, n, a, &chain, err));
    }
  return 0;
}

bool
host_firewall_lacks (const struct settings *s, const struct record_NetworkFile *n, const struct filters *seen)
{
  autofree char *mark = mark_path (s, n);
  bool marked = access (mark, F_OK) == 0;
  for (size_t i = 0; i < ARRAY_LEN (variants); i++)
    {
      const struct variant *v = &variants[i];
      if (! concerns (v, n, seen))
        continue;
      if (v->names)
        return true;
      if ((marked || filters_find (seen, v->family, "filter", CHAIN)->drops)
          && filters_mention (v->family, "filter", n->interface) != 1)
        return true;
    }
  return false;
}

int
host_firewall_close (const struct settings *s, const struct record_NetworkFile *n, struct error **err)
{
  autofree char *mark = mark_path (s, n);
  autofilters struct filters seen = { 0 };
  if (access (mark, F_OK) < 0)
    return 0;
  TRY (filters_read (&seen, err));
  for (size_t i = 0; i < ARRAY_LEN (variants); i++)
    if (concerns (&variants[i], n, &seen))
      TRY (delete_rules (s, n, (struct action) { .variant = &variants[i], .bridge = n->interface }, err));
  return unlink (mark) < 0 && errno != ENOENT ? fail_sys (err, errno, "remove %s", mark) : 0;
}

/* ---- filters that are others' */

/* A chain that is not iptables' nor ours and decides on the packets of ours. firewalld's rejects by a rule. */
static bool
is_foreign (const struct filter_chain *c)
{
  bool ip = c->family == NFPROTO_INET || c->family == NFPROTO_IPV4 || c->family == NFPROTO_IPV6;
  bool iptables = c->family != NFPROTO_INET && streq (c->table, "filter") && streq (c->name, CHAIN);
  return ip && ! iptables && c->forwards && (c->drops || streq (c->table, "firewalld"))
         && ! after_prefix (c->table, "perry-compose-");
}

void
host_firewall_warn (const struct record_NetworkFile *n, const struct filters *seen)
{
  for (size_t i = 0; i < seen->n; i++)
    {
      const struct filter_chain *c = &seen->v[i];
      /* Rules for the bridge, or for all "pc-*": somebody has thought of us. */
      if (! is_foreign (c) || filters_mention (c->family, c->table, n->interface) == 1
          || filters_mention (c->family, c->table, "pc-") == 1)
        continue;
      const char *family = c->family == NFPROTO_INET ? "inet" : c->family == NFPROTO_IPV4 ? "ip" : "ip6";
      if (streq (c->table, "firewalld"))
        log_warning ("network '%s': firewalld may drop its packets: firewall-cmd --permanent --zone=trusted "
                     "--add-interface=%s, then firewall-cmd --reload and perry-compose up -d", n->name, n->interface);
      else
        log_warning ("network '%s': chain '%s' of nftables table '%s %s' drops what is forwarded: give it rules "
                     "'iifname \"%s\" accept' and 'oifname \"%s\" ct state established,related accept', for published "
                     "ports 'oifname \"%s\" ct status dnat accept'", n->name, c->name, family, c->table, n->interface,
                     n->interface, n->interface);
    }
}
