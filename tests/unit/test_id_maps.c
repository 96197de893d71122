/* Which lines of subuid(5) are a user's, and what becomes of them. */
#include "check.h"

#include "id_maps.h"

static void
check (const char *text, unsigned long ids, const char *want)
{
  autostrv struct strv args = { 0 };
  autotext struct text got = { 0 };
  CHECK_INT (ids, id_maps_parse (text, "ann", 1000, &args));
  for (size_t i = 0; i < args.n; i++)
    text_printf (&got, "%s%s", i ? " " : "", args.v[i]);
  CHECK_STR (want, got.s ? got.s : "");
}

TEST (lines_of_the_user_by_name_or_number)
{
  check ("bob:100000:65536\nann:200000:65536\n", 65536, "1 200000 65536");
  check ("1000:200000:10\n", 10, "1 200000 10");
  check ("10001:200000:10\nannie:1:2\n", 0, "");
}

TEST (several_ranges_follow_each_other)
{
  check ("ann:200000:10\nbob:1:1\nann:300000:5", 15, "1 200000 10 11 300000 5");
}

TEST (broken_lines_are_nobodys)
{
  check ("ann\nann:\nann:x:y\nann:1\nann:1:0\n:1:2\n\n", 0, "");
}

TEST_MAIN (X (lines_of_the_user_by_name_or_number) X (several_ranges_follow_each_other) X (broken_lines_are_nobodys))
