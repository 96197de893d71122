/* test_limits.c - what linux.resources writes to which file, on v1 and v2: on a tree of ordinary files. */
#include "cgroup/convert.h"
#include "cgroup/limits.h"
#include "cgroup_fixture.h"
#include "ocispec.h"

static struct oci_document document;

static const struct oci_resources *
resources (const char *text)
{
  oci_document_free (&document);
  document = (struct oci_document) { 0 };
  const struct oci_resources *r = oci_parse (&oci_resources_schema, text, strlen (text), &document);
  if (! r)
    fprintf (stderr, "%s: %s\n", document.path, document.message);
  CHECK (r != NULL);
  return r;
}

/* The cgroup /x of a unified system with these files, empty ones. */
static void
unified_tree (struct cgroup *cg, const char *controllers)
{
  static const char *const files[] = {
    "cgroup.procs", "cpu.weight", "cpu.max", "cpu.idle", "cpu.max.burst", "cpuset.cpus", "cpuset.mems", "memory.max",
    "memory.low", "memory.swap.max", "pids.max", "io.weight", "io.max", "hugetlb.2MB.max", "hugetlb.2MB.rsvd.max",
    "rdma.max", "memory.high",
  };
  fixture_begin (CGROUP_UNIFIED, "0::/\n");
  for (size_t i = 0; i < ARRAY_LEN (files); i++)
    {
      autofree char *path = mem_printf ("x/%s", files[i]);
      fixture_write (path, "");
    }
  fixture_write ("x/cgroup.controllers", controllers);
  CHECK_INT (0, fixture_plan ("/x", NULL, false, cg, NULL));
}

static void
legacy_tree (struct cgroup *cg)
{
  static const char *const files[] = {
    "cpu/x/cpu.shares", "cpu/x/cpu.cfs_quota_us", "cpu/x/cpu.cfs_period_us", "memory/x/memory.limit_in_bytes",
    "memory/x/memory.memsw.limit_in_bytes", "memory/x/memory.soft_limit_in_bytes", "memory/x/memory.swappiness",
    "memory/x/memory.oom_control", "pids/x/pids.max", "blkio/x/blkio.throttle.read_bps_device", "blkio/x/blkio.weight",
    "net_cls/x/net_cls.classid", "cpu/x/cgroup.procs", "memory/x/cgroup.procs", "pids/x/cgroup.procs",
    "blkio/x/cgroup.procs", "net_cls/x/cgroup.procs",
  };
  fixture_begin (CGROUP_LEGACY, "5:net_cls:/\n4:memory:/\n3:cpu:/\n2:pids:/\n1:blkio:/\n");
  for (size_t i = 0; i < ARRAY_LEN (files); i++)
    fixture_write (files[i], "");
  CHECK_INT (0, fixture_plan ("/x", NULL, false, cg, NULL));
}

#define ALL_CONTROLLERS "cpuset cpu io memory hugetlb pids rdma\n"

TEST (weights)
{
  static const struct
  {
    uint64_t shares, weight;
  } cases[] = {
    { 0, 0 },       { 1, 1 },       { 2, 1 },        { 10, 4 },       { 100, 17 },
    { 256, 35 },    { 512, 59 },
    { 1024, 100 },  { 2048, 174 },  { 4096, 303 },   { 10240, 639 },  { 65536, 3023 },   { 131072, 5478 },
    { 262144, 10000 }, { 300000, 10000 },
  };
  for (size_t i = 0; i < ARRAY_LEN (cases); i++)
    CHECK_INT (cases[i].weight, shares_to_weight (cases[i].shares));
  CHECK_INT (0, blkio_to_io_weight (0));
  CHECK_INT (1, blkio_to_io_weight (10));
  CHECK_INT (910, blkio_to_io_weight (100));
  CHECK_INT (4950, blkio_to_io_weight (500));
  CHECK_INT (10000, blkio_to_io_weight (1000));
}

TEST (swap_without_memory)
{
  static const struct
  {
    int64_t limit, swap, want;
    int r;
  } cases[] = {
    { -1, 0, -1, 0 },        { 0, 0, INT64_MIN, 0 },  { 5, 0, INT64_MIN, 0 }, { 5, -1, -1, 0 },  { 0, -1, -1, 0 },
    { -1, 7, 7, 0 },         { 0, 7, 0, -EINVAL },    { 9, 7, 0, -EINVAL },   { 7, 7, 0, 0 },    { 7, 10, 3, 0 },
  };
  for (size_t i = 0; i < ARRAY_LEN (cases); i++)
    {
      int64_t alone;
      CHECK_INT (cases[i].r, swap_alone (cases[i].limit, cases[i].swap, &alone, NULL));
      if (cases[i].r == 0)
        CHECK_INT (cases[i].want, alone);
    }
}

TEST (page_sizes)
{
  CHECK (page_size_valid ("2MB") && page_size_valid ("64KB") && page_size_valid ("1GB"));
  CHECK (! page_size_valid ("2M") && ! page_size_valid ("MB") && ! page_size_valid ("2MB/../x")
         && ! page_size_valid (""));
}

TEST (nothing_wanted)
{
  CHECK_STR (NULL, limits_wanted (NULL));
  CHECK_STR (NULL, limits_wanted (resources ("{\"devices\":[{\"allow\":false}],\"memory\":{\"limit\":-1,"
                                             "\"disableOOMKiller\":false},\"pids\":{\"limit\":-1},"
                                             "\"cpu\":{\"shares\":0},"
                                             "\"hugepageLimits\":[],\"unified\":{}}")));
  CHECK_STR ("pids.limit", limits_wanted (resources ("{\"pids\":{\"limit\":5}}")));
  CHECK_STR ("unified", limits_wanted (resources ("{\"unified\":{\"memory.high\":\"1\"}}")));
  CHECK_STR ("blockIO.throttleReadBpsDevice",
             limits_wanted (resources ("{\"blockIO\":{\"throttleReadBpsDevice\":"
                                       "[{\"major\":8,\"minor\":0,\"rate\":1}]}}")));
}

TEST (files_of_v2)
{
  autocgroup struct cgroup cg = { .join_fd = -1 };
  unified_tree (&cg, ALL_CONTROLLERS);
  CHECK_INT (0, cgroup_set (&cg, resources ("{\"cpu\":{\"shares\":512,\"quota\":50000,\"period\":20000,\"burst\":7,"
                                            "\"cpus\":\"0-1\",\"mems\":\"0\",\"idle\":1},"
                                            "\"memory\":{\"limit\":8192,\"swap\":10000,\"reservation\":-1},"
                                            "\"pids\":{\"limit\":0},\"blockIO\":{\"weight\":100,"
                                            "\"throttleWriteIOPSDevice\":[{\"major\":8,\"minor\":16,\"rate\":9}]},"
                                            "\"hugepageLimits\":[{\"pageSize\":\"2MB\",\"limit\":4}],"
                                            "\"rdma\":{\"mlx\":{\"hcaHandles\":3,\"hcaObjects\":4}}}"),
                            false, NULL));
  CHECK_STR ("59", fixture_read ("x/cpu.weight"));
  CHECK_STR ("50000 20000", fixture_read ("x/cpu.max"));
  CHECK_STR ("7", fixture_read ("x/cpu.max.burst"));
  CHECK_STR ("1", fixture_read ("x/cpu.idle"));
  CHECK_STR ("0-1", fixture_read ("x/cpuset.cpus"));
  CHECK_STR ("8192", fixture_read ("x/memory.max"));
  CHECK_STR ("1808", fixture_read ("x/memory.swap.max"));
  CHECK_STR ("max", fixture_read ("x/memory.low"));
  CHECK_STR ("1", fixture_read ("x/pids.max"));
  CHECK_STR ("910", fixture_read ("x/io.weight"));
  CHECK_STR ("8:16 wiops=9", fixture_read ("x/io.max"));
  CHECK_STR ("4", fixture_read ("x/hugetlb.2MB.max"));
  CHECK_STR ("4", fixture_read ("x/hugetlb.2MB.rsvd.max"));
  CHECK_STR ("mlx hca_handle=3 hca_object=4", fixture_read ("x/rdma.max"));
  fixture_end ();
}

/* B52: what is not given keeps its value. */
TEST (only_one_of_quota_and_period)
{
  autocgroup struct cgroup cg = { .join_fd = -1 };
  unified_tree (&cg, ALL_CONTROLLERS);
  CHECK_INT (0, cgroup_set (&cg, resources ("{\"cpu\":{\"quota\":-1}}"), false, NULL));
  CHECK_STR ("max", fixture_read ("x/cpu.max"));
  fixture_write ("x/cpu.max", "5000 100000\n");
  CHECK_INT (0, cgroup_set (&cg, resources ("{\"cpu\":{\"period\":200000}}"), false, NULL));
  CHECK_STR ("5000 200000", fixture_read ("x/cpu.max"));
  fixture_end ();
}

TEST (swap_goes_by_the_limit_in_force)
{
  autocgroup struct cgroup cg = { .join_fd = -1 };
  autoerror struct error *err = NULL;
  unified_tree (&cg, ALL_CONTROLLERS);
  fixture_write ("x/memory.max", "max\n");
  CHECK_INT (-EINVAL, cgroup_set (&cg, resources ("{\"memory\":{\"swap\":9000}}"), false, &err));
  CHECK (strstr (error_text (err), "memory.swap: unable to set swap limit without memory limit") != NULL);
  fixture_write ("x/memory.max", "8192\n");
  CHECK_INT (0, cgroup_set (&cg, resources ("{\"memory\":{\"swap\":9000}}"), false, NULL));
  CHECK_STR ("808", fixture_read ("x/memory.swap.max"));
  CHECK_INT (0, cgroup_set (&cg, resources ("{\"memory\":{\"limit\":8192,\"swap\":8192}}"), false, NULL));
  CHECK_STR ("008", fixture_read ("x/memory.swap.max"));
  fixture_end ();
}

TEST (refused_values)
{
  static const struct
  {
    const char *text, *message;
  } cases[] = {
    { "{\"memory\":{\"limit\":-5}}", "linux.resources.memory.limit: -5 is out of range" },
    { "{\"memory\":{\"limit\":1000}}", "linux.resources.memory.limit: limit too low: 1000" },
    { "{\"memory\":{\"limit\":8192,\"swap\":4096}}", "linux.resources.memory.swap: memory+swap limit should be >=" },
    { "{\"cpu\":{\"realtimePeriod\":1000}}", "linux.resources.cpu.realtimePeriod: not supported on cgroupv2" },
    { "{\"network\":{\"classID\":7}}", "linux.resources.network.classID: not supported on cgroupv2" },
    { "{\"hugepageLimits\":[{\"pageSize\":\"2MB/../x\",\"limit\":1}]}", "pageSize" },
    { "{\"hugepageLimits\":[{\"pageSize\":\"1GB\",\"limit\":1}]}", "no huge pages of 1GB" },
    { "{\"unified\":{\"../x\":\"1\"}}", "linux.resources.unified[\"../x\"]" },
    { "{\"unified\":{\"cgroup.procs\":\"1\"}}", "linux.resources.unified[\"cgroup.procs\"]" },
    { "{\"unified\":{\"memory.high\\n\":\"1\"}}", "linux.resources.unified" },
    { "{\"unified\":{\"memory\":\"1\"}}", "linux.resources.unified" },
    { "{\"unified\":{\"misc.max\":\"1\"}}",
      "unified resource \"misc.max\" can't be set: controller \"misc\" not available" },
    { "{\"cpu\":{\"idle\":2}}", "linux.resources.cpu.idle" },
    { "{\"blockIO\":{\"weight\":5}}", "linux.resources.blockIO.weight" },
  };
  autocgroup struct cgroup cg = { .join_fd = -1 };
  unified_tree (&cg, ALL_CONTROLLERS);
  for (size_t i = 0; i < ARRAY_LEN (cases); i++)
    {
      autoerror struct error *err = NULL;
      CHECK (cgroup_set (&cg, resources (cases[i].text), false, &err) < 0);
      CHECK (strstr (error_text (err), cases[i].message) != NULL);
      if (! strstr (error_text (err), cases[i].message))
        fprintf (stderr, "%s\n", error_text (err));
    }
  fixture_end ();
}

TEST (limits_of_v1_on_v2)
{
  autocgroup struct cgroup cg = { .join_fd = -1 };
  unified_tree (&cg, ALL_CONTROLLERS);
  CHECK_INT (0, cgroup_set (&cg, resources ("{\"memory\":{\"disableOOMKiller\":false,\"useHierarchy\":true}}"),
                            false, NULL));
  fixture_end ();
}

TEST (unified_comes_last)
{
  autocgroup struct cgroup cg = { .join_fd = -1 };
  unified_tree (&cg, ALL_CONTROLLERS);
  CHECK_INT (0, cgroup_set (&cg, resources ("{\"unified\":{\"pids.max\":\"77\",\"memory.high\":\"5\"},"
                                            "\"pids\":{\"limit\":99}}"), false, NULL));
  CHECK_STR ("77", fixture_read ("x/pids.max"));
  CHECK_STR ("5", fixture_read ("x/memory.high"));
  fixture_end ();
}

TEST (missing_controller)
{
  autocgroup struct cgroup cg = { .join_fd = -1 };
  autoerror struct error *err = NULL;
  unified_tree (&cg, "cpu memory\n");
  CHECK_INT (-ENOENT, cgroup_set (&cg, resources ("{\"pids\":{\"limit\":5}}"), false, &err));
  CHECK (strstr (error_text (err), "linux.resources.pids.limit: controller 'pids' is not available under ") != NULL);
  CHECK_INT (-ENOENT, cgroup_set (&cg, resources ("{\"blockIO\":{\"weight\":50}}"), false, &err));
  CHECK (strstr (error_text (err), "controller 'io' is not available") != NULL);
  fixture_end ();
}

/* B46: the limits before the refused one are as they were. */
TEST (a_failed_update_is_taken_back)
{
  autocgroup struct cgroup cg = { .join_fd = -1 };
  unified_tree (&cg, ALL_CONTROLLERS);
  fixture_write ("x/cpu.weight", "100\n");
  fixture_write ("x/memory.max", "123456\n");
  CHECK (cgroup_set (&cg, resources ("{\"cpu\":{\"shares\":2048},\"memory\":{\"limit\":999999},"
                                     "\"unified\":{\"memory.absent\":\"1\"}}"), false, NULL) < 0);
  CHECK_STR ("100", fixture_read ("x/cpu.weight"));
  CHECK_STR ("123456", fixture_read ("x/memory.max"));
  fixture_end ();
}

TEST (files_of_v1)
{
  autocgroup struct cgroup cg = { .join_fd = -1 };
  legacy_tree (&cg);
  CHECK_INT (0, cgroup_set (&cg, resources ("{\"cpu\":{\"shares\":512,\"quota\":-1,\"period\":20000},"
                                            "\"memory\":{\"limit\":8192,\"swap\":-1,\"reservation\":4096,"
                                            "\"swappiness\":10,"
                                            "\"disableOOMKiller\":true},\"pids\":{\"limit\":-1},"
                                            "\"blockIO\":{\"weight\":100,\"throttleReadBpsDevice\":"
                                            "[{\"major\":8,\"minor\":16,\"rate\":9}]},\"network\":{\"classID\":5}}"),
                            false, NULL));
  CHECK_STR ("512", fixture_read ("cpu/x/cpu.shares"));
  CHECK_STR ("-1", fixture_read ("cpu/x/cpu.cfs_quota_us"));
  CHECK_STR ("20000", fixture_read ("cpu/x/cpu.cfs_period_us"));
  CHECK_STR ("8192", fixture_read ("memory/x/memory.limit_in_bytes"));
  CHECK_STR ("-1", fixture_read ("memory/x/memory.memsw.limit_in_bytes"));
  CHECK_STR ("4096", fixture_read ("memory/x/memory.soft_limit_in_bytes"));
  CHECK_STR ("10", fixture_read ("memory/x/memory.swappiness"));
  CHECK_STR ("1", fixture_read ("memory/x/memory.oom_control"));
  CHECK_STR ("max", fixture_read ("pids/x/pids.max"));
  CHECK_STR ("100", fixture_read ("blkio/x/blkio.weight"));
  CHECK_STR ("8:16 9", fixture_read ("blkio/x/blkio.throttle.read_bps_device"));
  CHECK_STR ("5", fixture_read ("net_cls/x/net_cls.classid"));
  fixture_end ();
}

TEST (refused_on_v1)
{
  autocgroup struct cgroup cg = { .join_fd = -1 };
  autoerror struct error *err = NULL;
  legacy_tree (&cg);
  CHECK_INT (-ENOTSUP, cgroup_set (&cg, resources ("{\"unified\":{\"memory.high\":\"5\"}}"), false, &err));
  CHECK (strstr (error_text (err), "linux.resources.unified") != NULL);
  CHECK_INT (-ENOENT, cgroup_set (&cg, resources ("{\"cpu\":{\"cpus\":\"0\"}}"), false, &err));
  CHECK (strstr (error_text (err), "controller 'cpuset' is not available") != NULL);
  CHECK (cgroup_set (&cg, resources ("{\"memory\":{\"limit\":8192,\"swap\":4096}}"), false, &err) < 0);
  CHECK_STR ("", fixture_read ("memory/x/memory.limit_in_bytes"));
  fixture_end ();
}

TEST_MAIN (X (weights) X (swap_without_memory) X (page_sizes) X (nothing_wanted) X (files_of_v2)
           X (only_one_of_quota_and_period) X (swap_goes_by_the_limit_in_force) X (refused_values)
           X (limits_of_v1_on_v2)
           X (unified_comes_last) X (missing_controller) X (a_failed_update_is_taken_back) X (files_of_v1)
           X (refused_on_v1) oci_document_free (&document);)
