/* test_bundle_users.c - users and groups by a container's own files. */
#include "check.h"
#include "users.h"

static const struct user_files files = {
  .passwd =
      (char *) "root:x:0:0:root:/root:/bin/sh\n# no line\nbad:x:4294967296:0::/:\nweb:x:1000:1001:w:/home/web:/bin/sh\n"
               "1234:x:0:0::/seven:\nm:x:1234:78::/m:\nhuge:x:4294967295:0::/:\nnogecos:x:5:6\n",
  .group = (char *) "root:x:0:\nwebg:x:1001:\n4:x:0:\nextra:x:2000:other,web\nextra2:x:2001:web\nadm:x:4:webx\nbig:x:"
                    "99999999999:web\n",
};

/* "uid:gid home groups", or the error's text; the caller frees it. */
static char *
resolve (const struct user_files *f, const char *spec, const char *add)
{
  autoidentity struct identity i = { 0 };
  autoerror struct error *err = NULL;
  if (user_resolve (f, spec, &add, add != NULL, &i, &err) < 0)
    return mem_strdup (error_text (err));
  struct text t = { 0 };
  text_printf (&t, "%u:%u %s", i.uid, i.gid, i.home ? i.home : "-");
  for (size_t k = 0; k < i.n_groups; k++)
    text_printf (&t, " %u", i.groups[k]);
  return t.s;
}

static const struct
{
  const char *spec, *add, *want;
} rows[] = {
  { NULL, NULL, "0:0 /root" },
  { "", NULL, "0:0 /root" },
  { "web", NULL, "1000:1001 /home/web 2000 2001" },
  { "1000", NULL, "1000:1001 /home/web 2000 2001" },
  { "web:adm", NULL, "1000:4 /home/web" },
  { "web:5", NULL, "1000:5 /home/web" },
  { "1000:extra", NULL, "1000:2000 /home/web" },
  { "web:", NULL, "1000:1001 /home/web 2000 2001" },
  { ":adm", NULL, "0:4 /root" },
  { "4000", NULL, "4000:0 -" },
  { "4000:4000", NULL, "4000:4000 -" },
  { "1234", NULL, "1234:78 /m" }, /* a name that looks like a number is none (CVE-2016-3697) */
  { "0:4", NULL, "0:4 /root" },
  { "nogecos", NULL, "5:6 -" },
  { "4294967294", NULL, "4294967294:0 -" },
  { "web", "adm", "1000:1001 /home/web 2000 2001 4" },
  { "web", "2000", "1000:1001 /home/web 2000 2001" },
  { "4294967295", NULL, "user '4294967295': a user id is at most 4294967294" },
  { "4294967296", NULL, "user '4294967296': a user id is at most 4294967294" },
  { "bad", NULL, "user 'bad': the container's /etc/passwd does not have it" },
  { "huge", NULL, "user 'huge': the container's /etc/passwd does not have it" },
  { "-1", NULL, "user '-1': the container's /etc/passwd does not have it" },
  { "nobody", NULL, "user 'nobody': the container's /etc/passwd does not have it" },
  { "web:none", NULL, "group 'none': the container's /etc/group does not have it" },
  { "0:99999999999999999999", NULL, "group '99999999999999999999': a group id is at most 4294967294" },
  { "web", "none", "group_add[0]: group 'none': the container's /etc/group does not have it" },
};

TEST (table)
{
  for (size_t i = 0; i < ARRAY_LEN (rows); i++)
    {
      autofree char *got = resolve (&files, rows[i].spec, rows[i].add);
      CHECK_STR (rows[i].want, got);
    }
}

TEST (without_files)
{
  const struct user_files none = { 0 };
  autofree char *root = resolve (&none, NULL, NULL), *number = resolve (&none, "7:8", NULL),
         *name = resolve (&none, "web", NULL);
  CHECK_STR ("0:0 -", root);
  CHECK_STR ("7:8 -", number);
  CHECK_STR ("user 'web': the container's /etc/passwd does not have it", name);
}

TEST_MAIN (X (table) X (without_files))
