/* devices.c - the list of device rules that v1 and v2 enforce. Pure: no system calls. */
#include "devices.h"

#include <inttypes.h>

/* What every container may use: make any node (the rules decide whether it can be opened), and the standard devices.
 * Behind the caller's rules, as in runc: a program that cannot open /dev/null helps nobody. */
static const struct device_rule defaults[] = {
  { true, 'c', DEV_ANY, DEV_ANY, DEV_MKNOD, DEV_DEFAULT },
  { true, 'b', DEV_ANY, DEV_ANY, DEV_MKNOD, DEV_DEFAULT },
  { true, 'c', 1, 3, DEV_ALL, DEV_DEFAULT },       /* null */
  { true, 'c', 1, 5, DEV_ALL, DEV_DEFAULT },       /* zero */
  { true, 'c', 1, 7, DEV_ALL, DEV_DEFAULT },       /* full */
  { true, 'c', 1, 8, DEV_ALL, DEV_DEFAULT },       /* random */
  { true, 'c', 1, 9, DEV_ALL, DEV_DEFAULT },       /* urandom */
  { true, 'c', 5, 0, DEV_ALL, DEV_DEFAULT },       /* tty */
  { true, 'c', 5, 2, DEV_ALL, DEV_DEFAULT },       /* ptmx */
  { true, 'c', 136, DEV_ANY, DEV_ALL, DEV_DEFAULT }, /* pts */
  { true, 'c', 10, 200, DEV_ALL, DEV_DEFAULT },    /* net/tun */
};

void
device_rules_free (struct device_rules *rules)
{
  free (rules->v);
  *rules = (struct device_rules) { 0 };
}

static void
add (struct device_rules *rules, const struct device_rule *rule)
{
  if (rule->type == 'a')
    rules->n = 0;
  rules->v = mem_grow (rules->v, rules->n + 1, sizeof *rules->v);
  rules->v[rules->n++] = *rule;
}

static int
parse_access (const char *text, unsigned *ret)
{
  static const char letters[] = "rwm";
  unsigned access = 0;
  for (const char *p = text ? text : letters; *p; p++)
    {
      const char *l = strchr (letters, *p);
      if (! l)
        return -EINVAL;
      access |= 1U << (l - letters);
    }
  *ret = access;
  return access ? 0 : -EINVAL;
}

static int
add_rule (struct device_rules *rules, const struct oci_device_rule *from, size_t i, struct error **err)
{
  struct device_rule rule = {
    .allow = from->allow.value, .type = from->type && *from->type ? *from->type : 'a', .index = i,
    .major = from->major.set ? from->major.value : DEV_ANY, .minor = from->minor.set ? from->minor.value : DEV_ANY,
  };
  /* "u" is mknod(1)'s other letter for character devices. */
  if (rule.type == 'u')
    rule.type = 'c';
  if (! strchr ("abc", rule.type) || (from->type && strlen (from->type) > 1))
    return fail (err, EINVAL, "linux.resources.devices[%zu].type: \"%s\" is none of a, b, c", i, from->type);
  if (rule.major < DEV_ANY || rule.major > UINT32_MAX || rule.minor < DEV_ANY || rule.minor > UINT32_MAX)
    return fail (err, EINVAL, "linux.resources.devices[%zu]: a device number is out of range", i);
  if (parse_access (from->access, &rule.access) < 0)
    return fail (err, EINVAL, "linux.resources.devices[%zu].access: \"%s\" is not made of r, w and m", i, from->access);
  if (rule.type != 'a' || (rule.major == DEV_ANY && rule.minor == DEV_ANY && rule.access == DEV_ALL))
    {
      add (rules, &rule);
      return 0;
    }
  rule.type = 'b';
  add (rules, &rule);
  rule.type = 'c';
  add (rules, &rule);
  return 0;
}

int
device_rules_make (const struct oci_resources *r, struct device_rules *ret, struct error **err)
{
  static const struct device_rule nothing = { false, 'a', DEV_ANY, DEV_ANY, DEV_ALL, DEV_DEFAULT };
  autorules struct device_rules rules = { 0 };
  add (&rules, &nothing);
  for (size_t i = 0; r && i < r->devices.n; i++)
    TRY (add_rule (&rules, &r->devices.v[i], i, err));
  for (size_t i = 0; i < ARRAY_LEN (defaults); i++)
    add (&rules, &defaults[i]);
  *ret = rules;
  rules = (struct device_rules) { 0 };
  return 0;
}

const char *
device_rule_text (const struct device_rule *rule, char text[DEVICE_TEXT])
{
  char major[24] = "*", minor[24] = "*";
  if (rule->type == 'a')
    {
      snprintf (text, DEVICE_TEXT, "a");
      return text;
    }
  if (rule->major != DEV_ANY)
    snprintf (major, sizeof major, "%" PRIi64, rule->major);
  if (rule->minor != DEV_ANY)
    snprintf (minor, sizeof minor, "%" PRIi64, rule->minor);
  snprintf (text, DEVICE_TEXT, "%c %s:%s %s%s%s", rule->type, major, minor, rule->access & DEV_READ ? "r" : "",
            rule->access & DEV_WRITE ? "w" : "", rule->access & DEV_MKNOD ? "m" : "");
  return text;
}

static bool
overlap (int64_t a, int64_t b)
{
  return a == DEV_ANY || b == DEV_ANY || a == b;
}

/* Rules that turn back a part of what an earlier one did, but not exactly that one: v1's list would keep the earlier
 * one as it is. Rules of the same kind as the list's default change nothing unless such an earlier one exists. */
int
device_rules_fit_v1 (const struct device_rules *rules, struct error **err)
{
  char a[DEVICE_TEXT], b[DEVICE_TEXT];
  for (size_t i = 1; i < rules->n; i++)
    for (size_t j = 1; j < i; j++)
      {
        const struct device_rule *late = &rules->v[i], *early = &rules->v[j];
        if (late->index == DEV_DEFAULT || late->allow == early->allow || late->allow != rules->v[0].allow
            || late->type != early->type || ! (late->access & early->access) || ! overlap (late->major, early->major)
            || ! overlap (late->minor, early->minor) || (late->major == early->major && late->minor == early->minor))
          continue;
        return fail (err, ENOTSUP,
                     "linux.resources.devices[%zu] (%s \"%s\"): cgroup v1 cannot make this exception to \"%s\"",
                     late->index, late->allow ? "allow" : "deny", device_rule_text (late, a),
                     device_rule_text (early, b));
      }
  return 0;
}
