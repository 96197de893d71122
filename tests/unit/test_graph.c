/* test_graph.c - start order: shapes, circles, a thousand random graphs; which services take part. */
#include "check.h"
#include "errors.h"
#include "graph.h"
#include "yaml.h"

/* A project of services only: "a: b c, b: , c: b" is written as compose would have it. */
static void
make (struct project *p, const char *yaml)
{
  autoerror struct error *err = NULL;
  CHECK_INT (0, yaml_parse (&p->arena, "t", yaml, strlen (yaml), &p->tree, &err));
  p->disabled = node_new (&p->arena, NODE_MAP, NULL);
  p->model = node_parse (p->tree, &compose_Project_schema, "", &p->document, &err);
  CHECK_STR ("", error_text (err));
}

static char *
order (const struct graph *g)
{
  struct text t = { 0 };
  text_add (&t, "");
  for (size_t i = 0; i < g->n; i++)
    text_printf (&t, "%s%u:%s", i ? " " : "", g->v[i].level, g->v[i].name);
  return t.s;
}

#define ON(name) name ": {condition: service_started}"

static const struct
{
  const char *yaml, *want;
} shapes[] = {
  { "services: {}", "" },
  { "services: {b: {image: x}, a: {image: x}}", "0:a 0:b" },
  { "services: {a: {depends_on: {" ON ("b") "}}, b: {depends_on: {" ON ("c") "}}, c: {}}", "0:c 1:b 2:a" },
  { "services: {a: {depends_on: {" ON ("b") ", " ON ("c") "}}, b: {depends_on: {" ON ("d") "}},"
    " c: {depends_on: {" ON ("d") "}}, d: {}}", "0:d 1:b 1:c 2:a" },
  /* the longest way counts */
  { "services: {a: {depends_on: {" ON ("b") ", " ON ("c") "}}, b: {depends_on: {" ON ("c") "}}, c: {}}",
    "0:c 1:b 2:a" },
  { "services: {a: {depends_on: {gone: {required: false}}}}", "0:a" },
};

TEST (shapes)
{
  for (size_t i = 0; i < ARRAY_LEN (shapes); i++)
    {
      autoproject struct project p = { 0 };
      autograph struct graph g = { 0 };
      make (&p, shapes[i].yaml);
      CHECK_INT (0, graph_build (&p, &g, NULL));
      autofree char *got = order (&g);
      CHECK_STR (shapes[i].want, got);
    }
}

TEST (faults)
{
  static const struct
  {
    const char *yaml;
    int code;
    const char *text;
  } bad[] = {
    { "services: {a: {depends_on: {" ON ("a") "}}}", E_CYCLE,
      "t:1:28: services depend on each other in a circle: a -> a" },
    { "services: {z: {depends_on: {" ON ("a") "}}, a: {depends_on: {" ON ("b") "}}, b: {depends_on: {" ON ("a") "}}}",
      E_CYCLE, "t:1:132: services depend on each other in a circle: b -> a -> b" },
    { "services: {a: {depends_on: {" ON ("b") "}}}", E_COMPOSE_FILE,
      "t:1:32: services.a.depends_on: service 'a' depends on 'b' which is not defined" },
  };
  for (size_t i = 0; i < ARRAY_LEN (bad); i++)
    {
      autoproject struct project p = { 0 };
      autograph struct graph g = { 0 };
      autoerror struct error *err = NULL;
      make (&p, bad[i].yaml);
      CHECK_INT (-bad[i].code, graph_build (&p, &g, &err));
      CHECK_STR (bad[i].text, error_text (err));
      CHECK_INT (0, g.n);
    }
}

static unsigned
next_random (unsigned *state)
{
  *state = *state * 1103515245 + 12345;
  return *state >> 16 & 0x7fff;
}

/* Edges only from higher to lower numbers of a shuffled list: no circle. */
static char *
random_graph (unsigned *state)
{
  struct text t = { 0 };
  unsigned n = 1 + next_random (state) % 12, number[12];
  for (unsigned i = 0; i < n; i++)
    {
      unsigned at = next_random (state) % (i + 1);
      number[i] = number[at];
      number[at] = i;
    }
  text_add (&t, "services: {");
  for (unsigned i = 0; i < n; i++)
    {
      text_printf (&t, "%ss%u: {depends_on: {", i ? ", " : "", number[i]);
      const char *comma = "";
      for (unsigned k = 0; k < i; k++)
        if (next_random (state) % 3 == 0)
          {
            text_printf (&t, "%s" ON ("s%u"), comma, number[k]);
            comma = ", ";
          }
      text_add (&t, "}}");
    }
  text_add (&t, "}");
  return t.s;
}

TEST (random_graphs)
{
  unsigned state = 1;
  for (unsigned i = 0; i < 1000; i++)
    {
      autoproject struct project p = { 0 };
      autograph struct graph g = { 0 }, again = { 0 };
      autofree char *yaml = random_graph (&state);
      make (&p, yaml);
      CHECK_INT (0, graph_build (&p, &g, NULL));
      CHECK_INT (0, graph_build (&p, &again, NULL));
      autofree char *x = order (&g), *y = order (&again);
      CHECK_STR (x, y);
      for (size_t k = 0; k < g.n; k++)
        {
          unsigned level = 0;
          for (size_t e = 0; e < g.v[k].n_edges; e++)
            {
              const struct graph_node *to = &g.v[g.v[k].edges[e].to];
              CHECK (g.v[k].edges[e].to < k);
              CHECK_STR (g.v[k].service->depends_on.keys[e], to->name);
              level = to->level + 1 > level ? to->level + 1 : level;
            }
          CHECK_INT (level, g.v[k].level);
        }
    }
}

TEST (selection)
{
  autoproject struct project p = { 0 };
  autograph struct graph g = { 0 };
  autoerror struct error *err = NULL;
  autostrv struct strv web = { 0 }, none = { 0 }, wrong = { 0 };
  make (&p, "services: {web: {depends_on: {" ON ("api") "}}, api: {depends_on: {" ON ("db") "}}, db: {}, log: {}}");
  CHECK_INT (0, graph_build (&p, &g, NULL));
  strv_add (&web, "web");
  strv_add (&wrong, "webb");
  static const struct
  {
    bool no_deps, all;
    const char *want;
  } cases[] = { { false, false, "db api web " }, { true, false, "web " }, { false, true, "db log api web " } };
  for (size_t i = 0; i < ARRAY_LEN (cases); i++)
    {
      autofree bool *in = NULL;
      autotext struct text got = { 0 };
      CHECK_INT (0, graph_select (&g, cases[i].all ? &none : &web, cases[i].no_deps, &in, NULL));
      for (size_t k = 0; k < g.n; k++)
        text_printf (&got, "%s%s", in[k] ? g.v[k].name : "", in[k] ? " " : "");
      CHECK_STR (cases[i].want, got.s);
    }
  bool *in = NULL;
  CHECK_INT (-E_NOT_FOUND, graph_select (&g, &wrong, false, &in, &err));
  CHECK_STR ("no such service: webb (did you mean 'web'?)", error_text (err));
  CHECK (in == NULL);
}

TEST_MAIN (X (shapes) X (faults) X (random_graphs) X (selection))
