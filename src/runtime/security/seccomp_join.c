/* seccomp_join.c - see seccomp_join.h. Pure: any process. */
#include "security/seccomp_join.h"

#include <linux/seccomp.h>

#include "mem.h"

/* Two for the architecture, three with a number's load for each bound, and a way past the part for each check: programs
 * are longer than the 255 instructions that a conditional jump can pass. */
#define HEAD_MAX 8

struct head
{
  struct sock_filter at[HEAD_MAX];
  size_t n;
};

static void
put (struct head *h, uint16_t code, uint32_t k, uint8_t jt, uint8_t jf)
{
  h->at[h->n++] = (struct sock_filter){ code, jt, jf, k };
}

/* What leads into P or past it. The ways past it lead to the end of the head, LENGTH instructions of program
 * further. */
static struct head
make_head (const struct seccomp_part *p)
{
  struct head h = { .n = 0 };
  put (&h, BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, arch), 0, 0);
  put (&h, BPF_JMP | BPF_JEQ | BPF_K, p->arch, 1, 0);
  put (&h, BPF_JMP | BPF_JA, 0, 0, 0);
  if (p->first > 0 || p->last < UINT32_MAX)
    put (&h, BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr), 0, 0);
  if (p->first > 0)
    {
      put (&h, BPF_JMP | BPF_JGE | BPF_K, p->first, 1, 0);
      put (&h, BPF_JMP | BPF_JA, 0, 0, 0);
    }
  if (p->last < UINT32_MAX)
    {
      put (&h, BPF_JMP | BPF_JGT | BPF_K, p->last, 0, 1);
      put (&h, BPF_JMP | BPF_JA, 0, 0, 0);
    }
  for (size_t i = 0; i < h.n; i++)
    if (h.at[i].code == (BPF_JMP | BPF_JA))
      h.at[i].k = (uint32_t) (h.n - i - 1 + p->prog.len);
  return h;
}

size_t
seccomp_joined_length (const struct seccomp_part *parts, size_t n)
{
  size_t len = 1;
  for (size_t i = 0; i < n; i++)
    len += make_head (&parts[i]).n + parts[i].prog.len;
  return len;
}

void
seccomp_join (const struct seccomp_part *parts, size_t n, struct sock_fprog *ret)
{
  size_t len = 0;
  struct sock_filter *f = mem_grow (NULL, seccomp_joined_length (parts, n), sizeof *f);
  for (size_t i = 0; i < n; i++)
    {
      struct head h = make_head (&parts[i]);
      memcpy (f + len, h.at, h.n * sizeof *f);
      memcpy (f + len + h.n, parts[i].prog.filter, parts[i].prog.len * sizeof *f);
      len += h.n + parts[i].prog.len;
    }
  f[len++] = (struct sock_filter) BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_KILL_THREAD);
  *ret = (struct sock_fprog){ .len = (unsigned short) len, .filter = f };
}
