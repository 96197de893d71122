/* test_image.c - references, digests, platforms, and what a Dockerfile begins with. */
#include "build_bases.h"
#include "check.h"
#include "errors.h"
#include "image.h"
#include "layout.h"
#include "reference.h"

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

TEST (references_become_whole)
{
  static const char *const pairs[][2] = {
    { "web", "docker.io/library/web:latest" },
    { "web:1.2", "docker.io/library/web:1.2" },
    { "me/web", "docker.io/me/web:latest" },
    { "docker.io/web", "docker.io/library/web:latest" },
    { "index.docker.io/library/web", "docker.io/library/web:latest" },
    { "localhost/bb:latest", "localhost/bb:latest" },
    { "localhost:5000/a/b", "localhost:5000/a/b:latest" },
    { "127.0.0.1:5000/a_b/c__d/e--f.g:T", "127.0.0.1:5000/a_b/c__d/e--f.g:T" },
    { "[::1]:5000/a", "[::1]:5000/a:latest" },
    { "Registry/a", "Registry/a:latest" },
    { "registry.example.com/a@sha256:" HEX, "registry.example.com/a@sha256:" HEX },
    { "a:1@sha256:" HEX, "docker.io/library/a@sha256:" HEX },
  };
  for (size_t i = 0; i < ARRAY_LEN (pairs); i++)
    {
      autofree char *got = NULL;
      autoerror struct error *err = NULL;
      CHECK_INT (0, image_normalize (pairs[i][0], &got, &err));
      CHECK_STR (pairs[i][1], got);
    }
}

TEST (what_is_no_reference)
{
  static const char *const bad[] = { "",
                                     ":1",
                                     "a:",
                                     "a/",
                                     "/a",
                                     "A",
                                     "a/B",
                                     "a b",
                                     "a//b",
                                     "../a",
                                     "a/..",
                                     "a___b",
                                     "-a",
                                     "a-",
                                     "a.",
                                     ".a",
                                     "a:-1",
                                     "a:b:c",
                                     "a@",
                                     "a@sha256:12",
                                     "a@sha512:" HEX HEX,
                                     "a@sha256:" HEX "0",
                                     "x\n",
                                     "ä",
                                     "http://a/b",
                                     "reg:/a",
                                     "reg:x/a",
                                     "[::1/a",
                                     ".reg.com/a",
                                     "a;b",
                                     "docker.io/" };
  for (size_t i = 0; i < ARRAY_LEN (bad); i++)
    {
      autofree char *got = NULL;
      CHECK_INT (-E_COMPOSE_FILE, image_normalize (bad[i], &got, NULL));
      CHECK_STR (NULL, got);
    }
  char tag[131], name[260];
  memset (tag, 'a', sizeof tag);
  tag[1] = ':';
  tag[130] = '\0';
  autofree char *whole = NULL;
  CHECK_INT (0, image_normalize (tag, &whole, NULL));
  memset (name, 'a', sizeof name);
  name[259] = '\0';
  autofree char *none = NULL;
  CHECK_INT (-E_COMPOSE_FILE, image_normalize (name, &none, NULL));
}

TEST (references_have_parts)
{
  autofree char *repository = NULL, *tag = NULL, *registry = reference_registry ("127.0.0.1:5000/a/b:c");
  reference_split ("127.0.0.1:5000/a/b:c", &repository, &tag);
  CHECK_STR ("127.0.0.1:5000", registry);
  CHECK_STR ("127.0.0.1:5000/a/b", repository);
  CHECK_STR ("c", tag);
  CHECK (reference_is_short ("bb:1"));
  CHECK (reference_is_short ("me/bb"));
  CHECK (! reference_is_short ("localhost/bb"));
  CHECK (! reference_is_short ("example.org/bb"));
}

TEST (digests)
{
  char digest[DIGEST_SIZE];
  digest_of ("abc", 3, digest);
  CHECK_STR ("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", digest);
  CHECK (digest_valid (digest));
  CHECK_STR (digest + strlen ("sha256:"), digest_hex (digest));
  CHECK (! digest_valid ("sha256:../../../etc/passwd"));
  CHECK (! digest_valid ("sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"));
  CHECK (! digest_valid ("sha256:" HEX "/"));
  CHECK (! digest_valid (HEX));
}

TEST (platforms)
{
  struct platform p;
  CHECK_INT (0, platform_parse ("linux/arm64/v8", &p, NULL));
  CHECK_STR ("arm64", p.architecture);
  CHECK_STR ("v8", p.variant);
  CHECK_INT (0, platform_parse ("riscv64", &p, NULL));
  CHECK_STR ("linux", p.os);
  CHECK_STR ("riscv64", p.architecture);
  CHECK_STR ("", p.variant);
  CHECK_INT (0, platform_parse (NULL, &p, NULL));
  CHECK_STR ("linux", p.os);
  static const char *const bad[]
      = { "/", "linux/", "linux//v8", "a/b/c/d", "windows/amd64", "linux/../x y", "LINUX/AMD64" };
  for (size_t i = 0; i < ARRAY_LEN (bad); i++)
    CHECK_INT (-E_COMPOSE_FILE, platform_parse (bad[i], &p, NULL));
}

TEST (bases_of_a_dockerfile)
{
  autostrv struct strv bases = { 0 };
  build_bases_of ("# FROM comment\nARG V=1\n  from --platform=linux/amd64 golang:1 AS build\nRUN x\nFROM scratch\nCOPY "
                  "--from=build a b\n"
                  "FROM build\nFROM image:$V\nFROM\nFROM golang:1\nFROM localhost/a",
                  &bases);
  CHECK_INT (2, bases.n);
  CHECK_STR ("docker.io/library/golang:1", bases.v[0]);
  CHECK_STR ("localhost/a:latest", bases.v[1]);
}

TEST_MAIN (X (references_become_whole) X (what_is_no_reference) X (references_have_parts) X (digests) X (platforms)
           X (bases_of_a_dockerfile))
