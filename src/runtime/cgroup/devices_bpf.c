/* devices_bpf.c - device rules as an eBPF program of type BPF_PROG_TYPE_CGROUP_DEVICE. Pure: makes instructions only.
 * */
#include "devices.h"

enum
{
  TYPE = BPF_REG_2,   /* BPF_DEVCG_DEV_* asked for */
  ACCESS = BPF_REG_3, /* what is asked for and not decided yet */
  MAJOR = BPF_REG_4,
  MINOR = BPF_REG_5,
  SCRATCH = BPF_REG_6,
};

/* The longest code of one rule: three comparisons, and four to decide. */
#define RULE_LENGTH 8
#define FRAME_LENGTH 8

struct program
{
  struct bpf_insn *v;
  size_t n;
};

static void
emit (struct program *p, uint8_t code, uint8_t dst, uint8_t src, int16_t off, int32_t imm)
{
  p->v[p->n++] = (struct bpf_insn) { .code = code, .dst_reg = dst, .src_reg = src, .off = off, .imm = imm };
}

static void
emit_answer (struct program *p, bool allow)
{
  emit (p, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, allow);
  emit (p, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

/* The context is struct bpf_cgroup_dev_ctx: type in the low half of access_type, the access in the high one. */
static void
emit_start (struct program *p)
{
  emit (p, BPF_LDX | BPF_W | BPF_MEM, TYPE, BPF_REG_1, offsetof (struct bpf_cgroup_dev_ctx, access_type), 0);
  emit (p, BPF_ALU64 | BPF_MOV | BPF_X, ACCESS, TYPE, 0, 0);
  emit (p, BPF_ALU64 | BPF_AND | BPF_K, TYPE, 0, 0, 0xffff);
  emit (p, BPF_ALU64 | BPF_RSH | BPF_K, ACCESS, 0, 0, 16);
  emit (p, BPF_LDX | BPF_W | BPF_MEM, MAJOR, BPF_REG_1, offsetof (struct bpf_cgroup_dev_ctx, major), 0);
  emit (p, BPF_LDX | BPF_W | BPF_MEM, MINOR, BPF_REG_1, offsetof (struct bpf_cgroup_dev_ctx, minor), 0);
}

/* BPF numbers the kinds of access otherwise than the letters' order. */
static int32_t
bpf_access (unsigned access)
{
  return (access & DEV_READ ? BPF_DEVCG_ACC_READ : 0) | (access & DEV_WRITE ? BPF_DEVCG_ACC_WRITE : 0)
         | (access & DEV_MKNOD ? BPF_DEVCG_ACC_MKNOD : 0);
}

/* 32-bit comparisons: device numbers are 32-bit, and an immediate is sign-extended in 64-bit ones. */
static void
emit_unless_equal_skip (struct program *p, uint8_t reg, int64_t value)
{
  if (value != DEV_ANY)
    emit (p, BPF_JMP32 | BPF_JNE | BPF_K, reg, 0, 0, (int32_t) (uint32_t) value);
}

/* An allowing rule takes its bits away from what is asked, and answers yes when none is left; a denying one answers no
 * if one of its bits is asked for. */
static void
emit_rule (struct program *p, const struct device_rule *rule)
{
  size_t start = p->n;
  emit_unless_equal_skip (p, TYPE, rule->type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR);
  emit_unless_equal_skip (p, MAJOR, rule->major);
  emit_unless_equal_skip (p, MINOR, rule->minor);
  size_t compared = p->n;
  if (rule->allow)
    {
      emit (p, BPF_ALU64 | BPF_AND | BPF_K, ACCESS, 0, 0, ~bpf_access (rule->access));
      emit (p, BPF_JMP | BPF_JNE | BPF_K, ACCESS, 0, 2, 0);
    }
  else
    {
      emit (p, BPF_ALU64 | BPF_MOV | BPF_X, SCRATCH, ACCESS, 0, 0);
      emit (p, BPF_ALU64 | BPF_AND | BPF_K, SCRATCH, 0, 0, bpf_access (rule->access));
      emit (p, BPF_JMP | BPF_JEQ | BPF_K, SCRATCH, 0, 2, 0);
    }
  emit_answer (p, rule->allow);
  for (size_t i = start; i < compared; i++)
    p->v[i].off = (int16_t) (p->n - i - 1);
}

size_t
device_program (const struct device_rules *rules, struct bpf_insn **ret)
{
  struct program p = { mem_alloc ((rules->n * RULE_LENGTH + FRAME_LENGTH) * sizeof *p.v), 0 };
  emit_start (&p);
  for (size_t i = rules->n; i-- > 1;)
    emit_rule (&p, &rules->v[i]);
  emit_answer (&p, rules->v[0].allow);
  *ret = p.v;
  return p.n;
}
