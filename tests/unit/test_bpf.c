/* test_bpf.c - the device program is run by an interpreter of the few instructions that it is made of, and compared
 * with what the rules say. */
#include "cgroup/devices.h"
#include "check.h"

/* -1: the program does something that it should not. */
static int
run (const struct bpf_insn *p, size_t n, const struct bpf_cgroup_dev_ctx *ctx)
{
  uint64_t reg[11] = { [1] = (uintptr_t) ctx };
  for (size_t pc = 0; pc < n; pc++)
    {
      const struct bpf_insn *i = &p[pc];
      uint64_t imm = (uint64_t) (int64_t) i->imm, *dst = &reg[i->dst_reg];
      uint32_t word;
      switch (i->code)
        {
        case BPF_LDX | BPF_W | BPF_MEM:
          if (i->src_reg != 1 || i->off < 0 || i->off > 8)
            return -1;
          memcpy (&word, (const char *) ctx + i->off, sizeof word);
          *dst = word;
          break;
        case BPF_ALU64 | BPF_MOV | BPF_X:
          *dst = reg[i->src_reg];
          break;
        case BPF_ALU64 | BPF_MOV | BPF_K:
          *dst = imm;
          break;
        case BPF_ALU64 | BPF_AND | BPF_K:
          *dst &= imm;
          break;
        case BPF_ALU64 | BPF_RSH | BPF_K:
          *dst >>= imm;
          break;
        case BPF_JMP | BPF_JNE | BPF_K:
          pc += *dst != imm ? (size_t) i->off : 0;
          break;
        case BPF_JMP | BPF_JEQ | BPF_K:
          pc += *dst == imm ? (size_t) i->off : 0;
          break;
        case BPF_JMP32 | BPF_JNE | BPF_K:
          pc += (uint32_t) *dst != (uint32_t) i->imm ? (size_t) i->off : 0;
          break;
        case BPF_JMP | BPF_EXIT:
          return (int) reg[0];
        default:
          return -1;
        }
      if (i->code == (BPF_JMP | BPF_JNE | BPF_K) && i->off < 0)
        return -1;
    }
  return -1;
}

/* What the rules say, bit by bit. */
static int
expected (const struct device_rules *rules, char type, uint32_t major, uint32_t minor, unsigned access)
{
  for (unsigned bit = 1; bit <= DEV_MKNOD; bit <<= 1)
    {
      bool allowed = rules->v[0].allow;
      for (size_t i = 1; i < rules->n; i++)
        {
          const struct device_rule *r = &rules->v[i];
          if (r->type == type && (r->major == DEV_ANY || r->major == major)
              && (r->minor == DEV_ANY || r->minor == minor)
              && r->access & bit)
            allowed = r->allow;
        }
      if (access & bit && ! allowed)
        return 0;
    }
  return 1;
}

static int
answer (const struct device_rules *rules, char type, uint32_t major, uint32_t minor, unsigned access)
{
  struct bpf_insn *program;
  size_t n = device_program (rules, &program);
  unsigned bits = (access & DEV_READ ? BPF_DEVCG_ACC_READ : 0) | (access & DEV_WRITE ? BPF_DEVCG_ACC_WRITE : 0)
                  | (access & DEV_MKNOD ? BPF_DEVCG_ACC_MKNOD : 0);
  const struct bpf_cgroup_dev_ctx ctx = {
    .access_type = bits << 16 | (type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR),
    .major = major, .minor = minor,
  };
  int r = run (program, n, &ctx);
  free (program);
  return r;
}

static struct device_rules
rules_of (struct oci_device_rule *v, size_t n)
{
  struct oci_resources r = { .devices = { .v = v, .n = n, .set = true } };
  struct device_rules rules = { 0 };
  CHECK_INT (0, device_rules_make (&r, &rules, NULL));
  return rules;
}

#define RULE(yes, t, maj, min, acc)                    \
  { .allow = { yes, true }, .type = t, .access = acc,  \
    .major = { maj, (int64_t) (maj) >= 0 }, .minor = { min, (int64_t) (min) >= 0 } }

TEST (defaults)
{
  autorules struct device_rules rules = { 0 };
  CHECK_INT (0, device_rules_make (NULL, &rules, NULL));
  CHECK_INT (1, answer (&rules, 'c', 1, 3, DEV_READ | DEV_WRITE));
  CHECK_INT (1, answer (&rules, 'c', 136, 77, DEV_ALL));
  CHECK_INT (1, answer (&rules, 'b', 8, 0, DEV_MKNOD));
  CHECK_INT (0, answer (&rules, 'b', 8, 0, DEV_READ));
  CHECK_INT (0, answer (&rules, 'b', 1, 3, DEV_READ));
  CHECK_INT (0, answer (&rules, 'c', 1, 1, DEV_READ | DEV_MKNOD));
  CHECK_INT (0, answer (&rules, 'c', 5, 1, DEV_READ));
}

TEST (order_decides)
{
  struct oci_device_rule v[] = { RULE (false, "a", -1, -1, "rwm"), RULE (true, "c", 10, -1, "rw"),
                                 RULE (false, "c", 10, 229, "w"), RULE (true, "b", 8, 16, "r") };
  autorules struct device_rules rules = rules_of (v, ARRAY_LEN (v));
  CHECK_INT (1, answer (&rules, 'c', 10, 228, DEV_READ | DEV_WRITE));
  CHECK_INT (1, answer (&rules, 'c', 10, 229, DEV_READ));
  CHECK_INT (0, answer (&rules, 'c', 10, 229, DEV_READ | DEV_WRITE));
  CHECK_INT (1, answer (&rules, 'b', 8, 16, DEV_READ));
  CHECK_INT (0, answer (&rules, 'b', 8, 17, DEV_READ));
  CHECK_INT (0, answer (&rules, 'b', 8, 16, DEV_WRITE));
}

TEST (all_allowed)
{
  struct oci_device_rule v[] = { RULE (false, "b", 8, 0, "r"), RULE (true, NULL, -1, -1, NULL),
                                 RULE (false, "c", 1, 1, "r") };
  autorules struct device_rules rules = rules_of (v, ARRAY_LEN (v));
  CHECK_INT (1, answer (&rules, 'b', 8, 0, DEV_ALL));
  CHECK_INT (0, answer (&rules, 'c', 1, 1, DEV_READ));
  CHECK_INT (1, answer (&rules, 'c', 1, 1, DEV_WRITE));
}

/* Type "a" about some devices only is about block and character devices of that number. */
TEST (both_types)
{
  struct oci_device_rule v[] = { RULE (true, "a", 7, 0, "rw") };
  autorules struct device_rules rules = rules_of (v, ARRAY_LEN (v));
  CHECK_INT (1, answer (&rules, 'b', 7, 0, DEV_READ));
  CHECK_INT (1, answer (&rules, 'c', 7, 0, DEV_WRITE));
  CHECK_INT (0, answer (&rules, 'c', 7, 1, DEV_WRITE));
}

TEST (large_numbers)
{
  struct oci_device_rule v[] = { RULE (true, "c", UINT32_MAX, 2147483648, "r") };
  autorules struct device_rules rules = rules_of (v, ARRAY_LEN (v));
  CHECK_INT (1, answer (&rules, 'c', UINT32_MAX, 2147483648, DEV_READ));
  CHECK_INT (0, answer (&rules, 'c', UINT32_MAX, 2147483647, DEV_READ));
}

TEST (refused_rules)
{
  struct oci_device_rule v[] = { RULE (true, "x", 1, 3, "r"),  RULE (true, "cc", 1, 3, "r"),
                                 RULE (true, "c", 1, 3, "q"),
                                 RULE (true, "c", 1, 3, ""),   RULE (true, "p", 1, 3, "r"),
                                 RULE (true, "c", INT64_C (1) << 32, 3, "r") };
  for (size_t i = 0; i < ARRAY_LEN (v); i++)
    {
      struct oci_resources r = { .devices = { .v = &v[i], .n = 1, .set = true } };
      autorules struct device_rules rules = { 0 };
      CHECK_INT (-EINVAL, device_rules_make (&r, &rules, NULL));
    }
}

TEST (random_rules)
{
  static const char *const types[] = { "a", "b", "c" };
  static const char *const accesses[] = { "r", "w", "m", "rw", "rm", "wm", "rwm" };
  unsigned seed = 1;
#define RANDOM(n) ((seed = seed * 1103515245 + 12345) / 65536 % (n))
  for (unsigned round = 0; round < 300; round++)
    {
      struct oci_device_rule v[12];
      for (size_t i = 0; i < ARRAY_LEN (v); i++)
        v[i] = (struct oci_device_rule) RULE (RANDOM (2), types[RANDOM (3)], (int64_t) RANDOM (4) - 1,
                                              (int64_t) RANDOM (4) - 1, accesses[RANDOM (7)]);
      for (size_t i = 0; i < ARRAY_LEN (v); i++)
        {
          v[i].major.set = v[i].major.value >= 0;
          v[i].minor.set = v[i].minor.value >= 0;
        }
      autorules struct device_rules rules = rules_of (v, ARRAY_LEN (v));
      for (unsigned q = 0; q < 60; q++)
        {
          char type = "bc"[RANDOM (2)];
          unsigned major = RANDOM (4), minor = RANDOM (4), access = 1 + RANDOM (7);
          CHECK_INT (expected (&rules, type, major, minor, access), answer (&rules, type, major, minor, access));
        }
    }
}

TEST (texts_of_v1)
{
  char text[DEVICE_TEXT];
  CHECK_STR ("a", device_rule_text (&(struct device_rule) { false, 'a', DEV_ANY, DEV_ANY, DEV_ALL, 0 }, text));
  CHECK_STR ("c 136:* rw", device_rule_text (&(struct device_rule) { true, 'c', 136, DEV_ANY, 3, 0 }, text));
  CHECK_STR ("b *:7 m", device_rule_text (&(struct device_rule) { true, 'b', DEV_ANY, 7, DEV_MKNOD, 0 }, text));
}

TEST (what_v1_cannot_say)
{
  struct oci_device_rule hole[] = { RULE (true, "c", 10, -1, "rw"), RULE (false, "c", 10, 229, "w") };
  struct oci_device_rule same[] = { RULE (true, "c", 10, 229, "rw"), RULE (false, "c", 10, 229, "w") };
  struct oci_device_rule other[] = { RULE (true, "c", 10, -1, "r"), RULE (false, "c", 10, 229, "w") };
  struct oci_device_rule open[] = { RULE (true, "a", -1, -1, "rwm"), RULE (false, "c", 10, 229, "w") };
  autorules struct device_rules a = rules_of (hole, 2), b = rules_of (same, 2);
  autorules struct device_rules c = rules_of (other, 2), d = rules_of (open, 2);
  autoerror struct error *err = NULL;
  CHECK_INT (-ENOTSUP, device_rules_fit_v1 (&a, &err));
  CHECK (strstr (error_text (err), "linux.resources.devices[1]") != NULL);
  CHECK_INT (0, device_rules_fit_v1 (&b, NULL));
  CHECK_INT (0, device_rules_fit_v1 (&c, NULL));
  CHECK_INT (0, device_rules_fit_v1 (&d, NULL));
}

TEST_MAIN (X (defaults) X (order_decides) X (all_allowed) X (both_types) X (large_numbers) X (refused_rules)
           X (random_rules) X (texts_of_v1) X (what_v1_cannot_say))
