/* test_dotenv.c - files of variables: a golden table of docker compose's grammar, and what is wrong with files.
 * Writes to a temporary directory. */
#include <sys/stat.h>

#include "check.h"
#include "dotenv.h"
#include "errors.h"

/* TEXT gives WANT, entries separated by "|"; OUTER has HOME=/root and E= . */
static const struct
{
  const char *text, *want;
} good[] = {
  { "", "" },
  { "\n\r\n\t \n", "" },
  { "# comment\n\t # indented\n", "" },
  { "FOO=bar", "FOO=bar" },
  { "FOO=bar\n", "FOO=bar" },
  { "FOO=bar\r\nA=b\r\n", "FOO=bar|A=b" },
  { "\xef\xbb\xbf" "FOO=bar", "FOO=bar" },
  { "FOO =bar", "FOO=bar" },
  { "FOO= bar", "FOO=bar" },
  { "FOO = bar ", "FOO=bar" },
  { " \tKEY =value", "KEY=value" },
  { "FOO=", "FOO=" },
  { "FOO=\nBAR=x", "FOO=|BAR=x" },
  { "FOO=foobar=", "FOO=foobar=" },
  { "FOO=a b  c", "FOO=a b  c" },
  { "FOO=1:B", "FOO=1:B" },
  { "FOO: 1", "FOO=1" },
  { "FOO: Foo=bar", "FOO=Foo=bar" },
  { "FOO.BAR=x\nA-B=y\nÄ=z\nA[0]=w", "FOO.BAR=x|A-B=y|Ä=z|A[0]=w" },
  { "URL=postgres://localhost:5432/database?sslmode=disable",
    "URL=postgres://localhost:5432/database?sslmode=disable" },
  /* export */
  { "export A=2", "A=2" },
  { "\texport\tA=2", "A=2" },
  { "exportA=2\nexport.FOO=3\nexport=4", "exportA=2|export.FOO=3|export=4" },
  { "export export=5", "export=5" },
  /* comments */
  { "FOO=bar # this is foo", "FOO=bar" },
  { "FOO=bar# not a comment", "FOO=bar# not a comment" },
  { "FOO=#notacomment", "FOO=#notacomment" },
  { "FOO= # comment", "FOO=" },
  { "FOO=a#b#c # d # e", "FOO=a#b#c" },
  { "FOO=\"bar#baz\" # comment", "FOO=bar#baz" },
  { "FOO='bar#baz' # comment", "FOO=bar#baz" },
  { "FOO=\"bar\"# comment", "FOO=bar" },
  /* quotes */
  { "FOO=\"bar\"", "FOO=bar" },
  { "FOO='bar'", "FOO=bar" },
  { "FOO=\"\"\nBAR=''", "FOO=|BAR=" },
  { "FOO=\"'d'\"", "FOO='d'" },
  { "FOO='\"d\"'", "FOO=\"d\"" },
  { "FOO=\"  spaced  \"", "FOO=  spaced  " },
  { "FOO=it's", "FOO=it's" },
  { "FOO=\"escaped\\\"bar\"", "FOO=escaped\"bar" },
  { "FOO='Let\\'s go!'", "FOO=Let's go!" },
  { "FOO=\"{\\\"hello\\\": \\\"json\\\"}\"", "FOO={\"hello\": \"json\"}" },
  { "FOO=\"some\\tvalue\"", "FOO=some\tvalue" },
  { "FOO='some\\tvalue'", "FOO=some\\tvalue" },
  { "FOO=some\\tvalue", "FOO=some\\tvalue" },
  { "FOO=\"a\\nb\\r\\\\n\\q\"", "FOO=a\nb\r\\n\\q" },
  { "KEY=\"Z\\aZ\\bZ\\fZ\\nZ\\rZ\\tZ\\vZ\\\\Z\\0123Z\"", "KEY=Z\aZ\bZ\fZ\nZ\rZ\tZ\vZ\\ZSZ" },
  { "KEY=\"\\x07\\u12e4\\'\\ \"", "KEY=\\x07\\u12e4\\'\\ " },
  { "FOO=\"first\nsecond\n# third\" # c\nB=1", "FOO=first\nsecond\n# third|B=1" },
  { "FOO='one\ntwo'\nB=1", "FOO=one\ntwo|B=1" },
  /* variables */
  { "FOO=test\nBAR=$FOO", "FOO=test|BAR=test" },
  { "FOO=test\nBAR=${FOO}bar", "FOO=test|BAR=testbar" },
  { "BAR=[$FOO]", "BAR=[]" },
  { "BAR=${FOO:-x y}", "BAR=x y" },
  { "FOO=test\nBAR=\"quote $FOO\"", "FOO=test|BAR=quote test" },
  { "BAR='quote $FOO'", "BAR=quote $FOO" },
  { "FOO=\"foo\\$BAR\"", "FOO=foo$BAR" },
  { "FOO=\"foo\\${BAR} ${HOME}\"", "FOO=foo${BAR} /root" },
  { "FOO=a$$b", "FOO=a$b" },
  { "P=$HOME/x", "P=/root/x" },
  /* the outside wins, as it does over the whole file in the end */
  { "HOME=/h\nP=$HOME", "HOME=/h|P=/root" },
  /* without a value: that of the outside */
  { "HOME", "HOME=/root" },
  { "HOME\nE\nNONE\nA=1", "HOME=/root|E=|A=1" },
  { "export HOME # why", "HOME=/root" },
  /* a later one wins, where the first one was */
  { "A=1\nB=2\nA=3", "A=3|B=2" },
  { "A=1\nA=${A}2\nA=${A}3", "A=123" },
};

static struct variables
outside (void)
{
  struct variables v = { 0 };
  variables_set (&v, "HOME", "/root");
  variables_set (&v, "E", "");
  return v;
}

static void
check_good (const char *text, bool raw, const char *want)
{
  struct variables outer = outside ();
  autostrv struct strv into = { 0 };
  autoerror struct error *err = NULL;
  autotext struct text got = { 0 };
  CHECK_INT (0, dotenv_parse ("f.env", text, strlen (text), raw, &outer, &into, &err));
  CHECK_STR ("", error_text (err));
  text_add (&got, "");
  for (size_t i = 0; i < into.n; i++)
    text_printf (&got, "%s%s", i ? "|" : "", into.v[i]);
  CHECK_STR (want, got.s);
  variables_free (&outer);
}

TEST (good)
{
  for (size_t i = 0; i < ARRAY_LEN (good); i++)
    check_good (good[i].text, false, good[i].want);
}

TEST (raw)
{
  check_good ("A=\"x\" # y\n# c\n\nB='$HOME'\r\nC= d \nHOME\nNONE\n", true, "A=\"x\" # y|B='$HOME'|C= d |HOME=/root");
}

static const struct
{
  const char *text, *message;
} bad[] = {
  { "=x", "f.env:1: a line must start with a name" },
  { "A=1\n\n!x=1", "f.env:3: a line must start with a name" },
  { "lol$wut", "f.env:1: '$' after the name lol" },
  { "A B=1", "f.env:1: 'B' after the name A" },
  { "A=\"x", "f.env:1: the closing \" is missing" },
  { "A=1\nB='x\n\n", "f.env:2: the closing ' is missing" },
  { "A=\"x\\0\"", "f.env:1: \\00 in double quotes is no character" },
  { "A=\"value\\\"", "f.env:1: the closing \" is missing" },
  { "A='value\\'", "f.env:1: the closing ' is missing" },
  { "A=\"x\"y", "f.env:1: text after the closing \"" },
  { "A=\"a\nb\"\nB=${X:?no x}", "f.env:3: required variable X is missing a value: no x" },
  { "A=\"a\n${b!}\nc\"", "f.env:1: bad interpolation '${b!}" },
};

TEST (bad)
{
  for (size_t i = 0; i < ARRAY_LEN (bad); i++)
    {
      autostrv struct strv into = { 0 };
      autoerror struct error *err = NULL;
      CHECK_INT (-E_ENV_FILE, dotenv_parse ("f.env", bad[i].text, strlen (bad[i].text), false, NULL, &into, &err));
      if (strncmp (error_text (err), bad[i].message, strlen (bad[i].message)) != 0)
        CHECK_STR (bad[i].message, error_text (err));
    }
  autostrv struct strv into = { 0 };
  autoerror struct error *err = NULL;
  CHECK_INT (-E_ENV_FILE, dotenv_parse ("f.env", "A=1\nB=\0", 7, false, NULL, &into, &err));
  CHECK_STR ("f.env:2: NUL character", error_text (err));
  CHECK_INT (-E_ENV_FILE, dotenv_parse ("f.env", "A B=1", 5, true, NULL, &into, &err));
}

/* Each line is twice the one before. */
TEST (doubling)
{
  autotext struct text text = { 0 };
  text_add (&text, "A0=0123456789\n");
  for (int i = 1; i < 40; i++)
    text_printf (&text, "A%d=$A%d$A%d\n", i, i - 1, i - 1);
  autostrv struct strv into = { 0 };
  autoerror struct error *err = NULL;
  CHECK_INT (-E_ENV_FILE, dotenv_parse ("f.env", text.s, text.len, false, NULL, &into, &err));
  CHECK (strstr (error_text (err), "becomes larger"));
}

TEST (many_names)
{
  autotext struct text text = { 0 };
  for (int i = 0; i < 50000; i++)
    text_printf (&text, "A%d=%d\n", i % 40000, i);
  autostrv struct strv into = { 0 };
  CHECK_INT (0, dotenv_parse ("f.env", text.s, text.len, false, NULL, &into, NULL));
  CHECK_INT (40000, into.n);
  CHECK_STR ("A5=40005", into.v[5]);
}

TEST (files)
{
  char dir[] = "/tmp/dotenv.XXXXXX";
  CHECK (mkdtemp (dir));
  autofree char *path = mem_printf ("%s/f", dir), *fifo = mem_printf ("%s/fifo", dir);
  FILE *f = fopen (path, "w");
  CHECK (f && fputs ("A=1\n", f) >= 0 && fclose (f) == 0);
  CHECK_INT (0, mkfifo (fifo, 0600));
  autostrv struct strv into = { 0 };
  autoerror struct error *err = NULL;
  CHECK_INT (0, dotenv_read (path, false, NULL, &into, &err));
  CHECK_STR ("A=1", into.v[0]);
  CHECK_INT (-E_ENV_FILE, dotenv_read (fifo, false, NULL, &into, &err));
  CHECK_INT (-E_ENV_FILE, dotenv_read ("/dev/zero", false, NULL, &into, &err));
  CHECK_INT (-E_ENV_FILE, dotenv_read (dir, false, NULL, &into, &err));
  CHECK_INT (-E_ENV_FILE, dotenv_read ("/nonexistent/x", false, NULL, &into, &err));
  CHECK (strstr (error_text (err), "/nonexistent/x"));
  CHECK_INT (0, unlink (path) | unlink (fifo) | rmdir (dir));
}

TEST_MAIN (X (good) X (raw) X (bad) X (doubling) X (many_names) X (files))
