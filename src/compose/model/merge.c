/* merge.c - one tree on top of another, as the compose specification's chapter on merging has it: mappings deeply,
 * sequences appended, with a table of what is replaced and of what is unique by which key. Both trees are canonical.
 * Pure. */
#include <search.h>

#include "loading.h"

/* What makes items of a list the same: a later one takes the place of the earlier. False: this item has no key. */
typedef bool key_fn (const struct node *item, struct text *key);

static bool
by_text (const struct node *item, struct text *key)
{
  if (! node_is_scalar (item) || item->kind == NODE_NULL)
    return false;
  text_add (key, item->text);
  return true;
}

static bool
add_member (const struct node *item, struct text *key, const char *member)
{
  const char *text = map_text (item, member);
  text_printf (key, "%s|", text ? text : "");
  return text != NULL;
}

static bool
by_target (const struct node *item, struct text *key)
{
  return add_member (item, key, "target");
}

static bool
by_path (const struct node *item, struct text *key)
{
  return add_member (item, key, "path");
}

static bool
by_subnet (const struct node *item, struct text *key)
{
  return add_member (item, key, "subnet");
}

static bool
by_port (const struct node *item, struct text *key)
{
  bool published = add_member (item, key, "published"), target = add_member (item, key, "target");
  add_member (item, key, "host_ip");
  add_member (item, key, "protocol");
  return published || target;
}

/* Where a config or secret without `target` is mounted follows from its source. */
static bool
by_mount (const struct node *item, struct text *key)
{
  return map_text (item, "target") ? by_target (item, key) : add_member (item, key, "source");
}

/* "/run:size=1m" and "/run" are one mount. */
static bool
by_tmpfs (const struct node *item, struct text *key)
{
  if (! by_text (item, key))
    return false;
  key->len = strcspn (key->s, ":");
  key->s[key->len] = 0;
  return true;
}

enum how
{
  NULL_COUNTS, /* a mapping where "no value" is a value: it is taken from the environment */
  REPLACE,
  UNIQUE,      /* later items replace earlier ones of the same key */
  UNIQUE_DEEP, /* are merged with them */
  SAME_DRIVER, /* merged if both have the same `driver`, or one has none */
};

static const struct rule
{
  const char *pattern;
  enum how how;
  key_fn *key;
} rules[] = {
  { "networks.*.ipam.config", UNIQUE_DEEP, by_subnet },
  { "services.*.blkio_config.device_read_bps", UNIQUE, by_path },
  { "services.*.blkio_config.device_read_iops", UNIQUE, by_path },
  { "services.*.blkio_config.device_write_bps", UNIQUE, by_path },
  { "services.*.blkio_config.device_write_iops", UNIQUE, by_path },
  { "services.*.blkio_config.weight_device", UNIQUE, by_path },
  { "services.*.build.args", NULL_COUNTS, NULL },
  { "services.*.build.extra_hosts", UNIQUE, by_text },
  { "services.*.build.tags", UNIQUE, by_text },
  { "services.*.build.platforms", UNIQUE, by_text },
  { "services.*.cap_add", UNIQUE, by_text },
  { "services.*.cap_drop", UNIQUE, by_text },
  { "services.*.command", REPLACE, NULL },
  { "services.*.configs", UNIQUE, by_mount },
  { "services.*.devices", UNIQUE, by_target },
  { "services.*.dns", UNIQUE, by_text },
  { "services.*.dns_opt", UNIQUE, by_text },
  { "services.*.dns_search", UNIQUE, by_text },
  { "services.*.entrypoint", REPLACE, NULL },
  { "services.*.env_file", UNIQUE, by_path },
  { "services.*.environment", NULL_COUNTS, NULL },
  { "services.*.expose", UNIQUE, by_text },
  { "services.*.extra_hosts", UNIQUE, by_text },
  { "services.*.healthcheck.test", REPLACE, NULL },
  { "services.*.links", UNIQUE, by_text },
  { "services.*.logging", SAME_DRIVER, NULL },
  { "services.*.networks.*.aliases", UNIQUE, by_text },
  { "services.*.networks.*.link_local_ips", UNIQUE, by_text },
  { "services.*.ports", UNIQUE, by_port },
  { "services.*.profiles", UNIQUE, by_text },
  { "services.*.secrets", UNIQUE, by_mount },
  { "services.*.tmpfs", UNIQUE, by_tmpfs },
  { "services.*.volumes", UNIQUE, by_target },
};

static const struct rule *
rule_at (const struct step *s)
{
  for (size_t i = 0; i < ARRAY_LEN (rules); i++)
    if (step_matches (s, rules[i].pattern))
      return &rules[i];
  return NULL;
}

static const char *
kind_word (const struct node *n)
{
  return n->kind == NODE_MAP ? "mapping" : n->kind == NODE_LIST ? "list" : "plain value";
}

static int
merge_maps (struct arena *a, struct node *base, struct node *over, const struct step *s, bool null_counts,
            struct error **err)
{
  for (struct node *c = over->first, *next; c; c = next)
    {
      struct step member = { .up = s, .key = c->key };
      struct node *old = node_get (base, c->key), *merged = c;
      next = c->next;
      if (old && ! (null_counts && c->kind == NODE_NULL))
        TRY (merge (a, old, c, &member, &merged, err));
      if (merged != old)
        node_set (a, base, c->key, merged);
    }
  return 0;
}

/* What a list has by key, while something is appended to it. */
struct keyed
{
  struct node *item;
  char key[];
};

struct index
{
  key_fn *key_of; /* NULL: items of this list have no keys */
  void *root;     /* tsearch(3): a range of ports makes a list of some 10^4 */
};

static int
compare (const void *a, const void *b)
{
  return strcmp (((const struct keyed *) a)->key, ((const struct keyed *) b)->key);
}

static void
index_free (struct index *x)
{
  tdestroy (x->root, free);
}
#define autoindex __attribute__ ((cleanup (index_free)))

/* The item of X that has ITEM's key; if there is none ITEM becomes it, and NULL is returned. */
static struct node *
index_add (struct index *x, struct node *item)
{
  autotext struct text key = { 0 };
  text_add (&key, "");
  if (! x->key_of || ! x->key_of (item, &key))
    return NULL;
  struct keyed *e = mem_alloc (sizeof *e + key.len + 1);
  e->item = item;
  memcpy (e->key, key.s, key.len + 1);
  struct keyed *const *found = tsearch (e, &x->root, compare);
  if (! found)
    out_of_memory ();
  if (*found == e)
    return NULL;
  free (e);
  return (*found)->item;
}

static int
append_items (struct arena *a, struct node *list, struct node *items, const struct rule *rule, const struct step *s,
              struct error **err)
{
  autoindex struct index there = { .key_of = rule ? rule->key : NULL };
  size_t i = 0;
  for (struct node *c = list->first; c; c = c->next)
    index_add (&there, c);
  for (struct node *c = items->first, *next; c; c = next, i++)
    {
      struct step item = { .up = s, .index = i };
      struct node *old = index_add (&there, c), *merged = c;
      next = c->next;
      if (old && rule->how == UNIQUE_DEEP)
        TRY (merge (a, old, c, &item, &merged, err));
      if (! old)
        node_append (list, c);
      else if (merged != old)
        {
          struct place at = c->place;
          node_become (old, merged);
          old->place = at;
        }
    }
  return 0;
}

static bool
same_driver (const struct node *x, const struct node *y)
{
  const char *dx = map_text (x, "driver"), *dy = map_text (y, "driver");
  return ! dx || ! dy || streq (dx, dy);
}

int
merge (struct arena *a, struct node *base, struct node *over, const struct step *s, struct node **ret,
       struct error **err)
{
  const struct rule *rule = rule_at (s);
  *ret = over;
  if (over->tag != TAG_NONE || base->tag == TAG_RESET || base->kind == NODE_NULL)
    return 0;
  if (rule && (rule->how == REPLACE || (rule->how == SAME_DRIVER && ! same_driver (base, over))))
    return 0;
  *ret = base;
  if (over->kind == NODE_NULL)
    return 0;
  bool plain = node_is_scalar (base) && node_is_scalar (over);
  if (! plain && base->kind != over->kind)
    return fail_at (err, E_COMPOSE_FILE, over, s, "a %s cannot override the %s of %s:%u", kind_word (over),
                    kind_word (base), base->place.file ? base->place.file : "the defaults", base->place.line);
  if (plain)
    *ret = over;
  else if (base->kind == NODE_MAP)
    return merge_maps (a, base, over, s, rule && rule->how == NULL_COUNTS, err);
  else
    return append_items (a, base, over, rule, s, err);
  return 0;
}

/* An item given twice in one list is there once, as if from two files. */
static int
unique (void *context, struct node *n, const struct step *s, struct error **err)
{
  const struct rule *rule = n->kind == NODE_LIST ? rule_at (s) : NULL;
  if (! rule || rule->how != UNIQUE)
    return 0;
  struct node items = *n;
  n->first = n->last = NULL;
  return append_items (context, n, &items, rule, s, err);
}

int
merge_unique (struct arena *a, struct node *tree, struct error **err)
{
  return tree_walk (tree, NULL, unique, a, err);
}

void
tags_strip (struct node *n)
{
  struct node *kept = NULL, *last = NULL;
  for (struct node *c = n->first, *next; c; c = next)
    {
      next = c->next;
      c->next = NULL;
      if (c->tag == TAG_RESET)
        continue;
      c->tag = TAG_NONE;
      tags_strip (c);
      if (last)
        last->next = c;
      else
        kept = c;
      last = c;
    }
  n->first = kept;
  n->last = last;
}
