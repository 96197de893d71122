/* seccomp_enosys.c - writes the few BPF instructions of seccomp_enosys.h. Pure: any process. */
#include "security/seccomp_enosys.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stddef.h>

#include "mem.h"

/* One range takes three instructions, four with an upper end; its architecture's head takes three. */
#define PER_RANGE 4
#define PER_ARCH 3

struct writer
{
  struct sock_filter *at;
  size_t n;
};

static void
put (struct writer *w, uint16_t code, uint32_t k, uint8_t jt, uint8_t jf)
{
  w->at[w->n++] = (struct sock_filter){ code, jt, jf, k };
}

/* All ranges of one architecture; what none of them catches goes on to the next architecture's check and, as none
 * matches there, to the profile. */
static void
put_arch (struct writer *w, const struct seccomp_newest *newest, size_t n, uint32_t arch)
{
  put (w, BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, arch), 0, 0);
  size_t head = w->n;
  put (w, BPF_JMP | BPF_JEQ | BPF_K, arch, 0, 0);
  put (w, BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr), 0, 0);
  for (size_t i = 0; i < n; i++)
    {
      if (newest[i].arch != arch)
        continue;
      bool open_ended = newest[i].last == UINT32_MAX;
      put (w, BPF_JMP | BPF_JGT | BPF_K, newest[i].newest, 0, open_ended ? 1 : 2);
      if (! open_ended)
        put (w, BPF_JMP | BPF_JGT | BPF_K, newest[i].last, 1, 0);
      put (w, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS, 0, 0);
    }
  w->at[head].jf = (uint8_t) (w->n - head - 1);
}

static bool
seen_before (const struct seccomp_newest *newest, size_t i)
{
  for (size_t j = 0; j < i; j++)
    if (newest[j].arch == newest[i].arch)
      return true;
  return false;
}

void
seccomp_prepend_enosys (const struct sock_fprog *prog, const struct seccomp_newest *newest, size_t n,
                        struct sock_fprog *ret)
{
  struct writer w = { mem_grow (NULL, prog->len + n * (PER_RANGE + PER_ARCH), sizeof *w.at), 0 };
  for (size_t i = 0; i < n; i++)
    if (! seen_before (newest, i))
      put_arch (&w, newest, n, newest[i].arch);
  memcpy (w.at + w.n, prog->filter, prog->len * sizeof *w.at);
  *ret = (struct sock_fprog){ .len = (unsigned short) (w.n + prog->len), .filter = w.at };
}
