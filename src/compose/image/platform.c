/* platform.c - platforms as registries call them, "linux/amd64". Pure but for uname(2). */
#include <sys/utsname.h>

#include "errors.h"
#include "layout.h"

/* What the kernel calls a machine, and what go does. */
static const struct
{
  const char *machine, *architecture, *variant;
} machines[] = {
  { "x86_64", "amd64", "" },    { "aarch64", "arm64", "" },   { "armv7l", "arm", "v7" },
  { "armv8l", "arm", "v7" },    { "armv6l", "arm", "v6" },    { "i686", "386", "" },
  { "i386", "386", "" },        { "ppc64le", "ppc64le", "" }, { "s390x", "s390x", "" },
  { "riscv64", "riscv64", "" }, { "mips64", "mips64le", "" }, { "loongarch64", "loong64", "" },
};

static void
host_platform (struct platform *p)
{
  struct utsname u;
  uname (&u);
  snprintf (p->os, sizeof p->os, "linux");
  snprintf (p->architecture, sizeof p->architecture, "%.31s", u.machine);
  for (size_t i = 0; i < ARRAY_LEN (machines); i++)
    if (streq (machines[i].machine, u.machine))
      {
        snprintf (p->architecture, sizeof p->architecture, "%s", machines[i].architecture);
        snprintf (p->variant, sizeof p->variant, "%s", machines[i].variant);
      }
}

/* "linux/arm64/v8", "linux/amd64"; "arm64" alone is linux's. */
int
platform_parse (const char *text, struct platform *ret, struct error **err)
{
  struct platform p = { 0 };
  char *const parts[] = { p.os, p.architecture, p.variant };
  if (! text || ! *text)
    {
      host_platform (ret);
      return 0;
    }
  const char *s = text;
  size_t n = strchr (text, '/') ? 0 : 1;
  snprintf (p.os, sizeof p.os, "linux");
  for (; s && n < ARRAY_LEN (parts); n++)
    {
      size_t length = strcspn (s, "/");
      if (length == 0 || length >= sizeof p.os || strspn (s, "abcdefghijklmnopqrstuvwxyz0123456789_.-") < length)
        break;
      memcpy (parts[n], s, length);
      parts[n][length] = '\0';
      s = s[length] ? s + length + 1 : NULL;
    }
  if (s || ! p.architecture[0])
    return fail (err, E_COMPOSE_FILE, "platform `%.60s`: want OS/ARCHITECTURE[/VARIANT], as linux/arm64", text);
  if (! streq (p.os, "linux"))
    return fail (err, E_COMPOSE_FILE, "platform `%.60s`: containers of linux only can be run", text);
  *ret = p;
  return 0;
}
