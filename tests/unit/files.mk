include tests/unit/cgroup.mk
include tests/unit/common.mk
include tests/unit/ocispec.mk
include tests/unit/plan.mk
include tests/unit/rootfs.mk
include tests/unit/runtime.mk
include tests/unit/security.mk
include tests/unit/verbs.mk
