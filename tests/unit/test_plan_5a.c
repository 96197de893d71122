/* test_plan_5a.c - hostile and malformed config.json, as far as values go: each row has to be refused with the place
 * named, or accepted. The numbers are those of the list of hostile inputs in tests/bats/bad_config.table, which runs
 * the program. */
#include "plan_fixture.h"

#define MANY_9(x) x x x x x x x x x
#define LONG_100 MANY_9 ("0123456789") "0123456789"

/* A change of the whole line of a namespace list. */
#define NS_END "{ 'type': 'mount' } ]"
#define MOUNT "{ 'destination': '/data', 'type': 'tmpfs', 'options': [ 'ro' ] }"
#define DEVICE "{ 'path': '/dev/x', 'type': 'c', 'major': 1, 'minor': 3 }"
#define SYSCALLS "'syscalls': [ { 'names': [ 'mkdir' ], 'action': 'SCMP_ACT_ERRNO' } ]"
#define RULE "{ 'names': [ 'mkdir' ], 'action': 'SCMP_ACT_ERRNO' }"
#define HOOK "{ 'path': '/bin/true' }"
#define SYSCTL "'kernel.shmmax': '1'"
#define CGROUP "'/perry/c1'"
#define MEMORY "'memory': { 'limit': 8388608 }"
#define RLIMIT "{ 'type': 'RLIMIT_NOFILE', 'soft': 1024, 'hard': 1024 }"
#define USERNS NS_END ", 'uidMappings': [ { 'containerID': 0, 'hostID': 1000, 'size': 65536 } ]"

static const struct change document_changes[] = {
  { "6 only ociVersion", "'root': { 'path': 'rootfs' },", "", "root: required" },
  { "9 root null", "'root': { 'path': 'rootfs' }", "'root': null", "root: required" },
  { "35", "'1.0.2'", "'9.9.9'", "ociVersion: version 9.9.9" },
  { "35", "'1.0.2'", "'2.0.0'", "ociVersion: version 2.0.0" },
  { "35", "'1.0.2'", "''", "ociVersion: " },
  { "35", "'1.0.2'", "'1.0'", "ociVersion: \"1.0\" is not a version" },
  { "35", "'1.0.2'", "'x'", "ociVersion: \"x\" is not a version" },
  { "35", "'1.0.2'", "'1.02.3'", "is not a version" },
  { "35", "'1.0.2'", "'1.0.2-'", "is not a version" },
  { "35", "'1.0.2'", "'1.0.2 '", "is not a version" },
  { "35", "'1.0.2'", "'1.0.2-dev'", NULL },
  { "35", "'1.0.2'", "'1.3.0+dev'", NULL },
  { "35", "'1.0.2'", "'1.10.0'", NULL },
  { "74", "'path': 'rootfs'", "'path': ''", "root.path: empty" },
  { "74", "'path': 'rootfs'", "'path': '/'", "root.path: the host's root directory" },
  { "74", "'path': 'rootfs'", "'path': '/x/..'", "root.path: the host's root directory" },
  { "74", "'path': 'rootfs'", "'path': '../other'", "root.path: \"../other\" leads out of the bundle" },
  { "39", "{ 'type': 'uts' },", "", "hostname: unable to set hostname without a private UTS namespace" },
  { "39", "{ 'type': 'uts' }", "{ 'type': 'uts', 'path': '/proc/1/ns/uts' }", NULL },
  { "40", "'hostname': 'c1'", "'hostname': '" "0123456789012345678901234567890123456789012345678901234567890123" "4'",
    "hostname: longer than 64 bytes" },
  { "40", "'hostname': 'c1'", "'hostname': '" "0123456789012345678901234567890123456789012345678901234567890123'",
    NULL },
  { "40", "'hostname': 'c1'", "'hostname': 'a\\nb'", "hostname: has a line break" },
  { "40", "'hostname': 'c1'", "'domainname': 'a\\nb'", "domainname: has a line break" },
  { "80", "'org.example'", "'run.perry.unknown'", "annotations: run.perry.unknown is not known" },
  { "80", "'org.example'", "'run.perry'", NULL },
};

static const struct change process_changes[] = {
  { "13", "[ 'sh' ]", "[]", "process.args: required" },
  { "13", "'args': [ 'sh' ],", "", "process.args: required" },
  { "14", "[ 'sh' ]", "[ '' ]", "process.args[0]: argv[0] is empty" },
  { "24", "'uid': 0", "'uid': 4294967295", "process.user.uid: cannot setuid to uid 4294967295" },
  { "24", "'gid': 0", "'gid': 4294967295", "process.user.gid: cannot setgid to gid 4294967295" },
  { "24", "[ 10 ]", "[ 10, 4294967295 ]", "process.user.additionalGids[1]: cannot setgroups to gid 4294967295" },
  { "28", "'cwd': '/'", "'cwd': 'tmp'", "process.cwd: Cwd must be an absolute path" },
  { "29", "'cwd': '/'", "'cwd': ''", "process.cwd: Cwd must be an absolute path" },
  { "32", "[ 'CAP_KILL' ]", "[ 'CAP_KILL', 'CAP_NONSENSE' ]", NULL },
  { "34 unknown", "RLIMIT_NOFILE", "RLIMIT_X", "process.rlimits[0].type: wrong rlimit value: RLIMIT_X" },
  { "34 duplicate", RLIMIT, RLIMIT ", " RLIMIT, "process.rlimits[1].type: RLIMIT_NOFILE is given twice" },
  { "34 soft>hard", "'soft': 1024", "'soft': 1025", "process.rlimits[0].soft: 1025 is above hard, 1024" },
  { "34", "'hard': 1024", "'hard': 18446744073709551615", NULL },
  { "76", "'PATH=/bin'", "'PATH'", "process.env[0]: \"PATH\" has no '='" },
  { "76", "'PATH=/bin'", "'PATH=/bin', '=x'", "process.env[1]: the name before '=' is empty" },
  { "76", "'PATH=/bin'", "'A=line\\nbreak', 'B='", NULL },
  { "79", "'terminal': false", "'oomScoreAdj': 5000", "process.oomScoreAdj: 5000 is out of range [-1000, 1000]" },
  { "79", "'terminal': false", "'oomScoreAdj': -1001", "process.oomScoreAdj: -1001" },
  { "79", "'terminal': false", "'ioPriority': { 'class': 'IOPRIO_CLASS_X' }",
    "process.ioPriority.class: unknown value" },
  { "79", "'terminal': false", "'ioPriority': { 'class': 'IOPRIO_CLASS_BE', 'priority': 8 }",
    "process.ioPriority.priority: 8 is out of range [0, 7]" },
  { "79", "'terminal': false", "'scheduler': { 'policy': 'SCHED_X' }", "process.scheduler.policy: unknown value" },
  { "79", "'terminal': false", "'scheduler': { 'policy': 'SCHED_OTHER', 'nice': 20 }", "process.scheduler.nice: 20" },
  { "79", "'terminal': false", "'scheduler': { 'policy': 'SCHED_FIFO', 'nice': 1, 'priority': 1 }",
    "process.scheduler.nice: is for SCHED_OTHER" },
  { "79", "'terminal': false", "'scheduler': { 'policy': 'SCHED_FIFO' }", "process.scheduler.priority: 0 is out of" },
  { "79", "'terminal': false", "'scheduler': { 'policy': 'SCHED_OTHER', 'priority': 1 }",
    "process.scheduler.priority: is for" },
  { "79", "'terminal': false", "'scheduler': { 'policy': 'SCHED_OTHER', 'runtime': 5000 }",
    "runtime, deadline and period are for SCHED_DEADLINE only" },
  { "79", "'terminal': false", "'scheduler': { 'policy': 'SCHED_DEADLINE', 'runtime': 5000, 'deadline': 4000 }",
    "runtime <= deadline <= period" },
  { "79", "'terminal': false", "'scheduler': { 'policy': 'SCHED_DEADLINE', 'runtime': 1, 'deadline': 4000 }",
    "process.scheduler.runtime: at least" },
  { "79", "'terminal': false", "'scheduler': { 'policy': 'SCHED_OTHER', 'flags': [ 'SCHED_FLAG_X' ] }",
    "process.scheduler.flags[0]: unknown value" },
  { "umask", "'uid': 0", "'umask': 512", "process.user.umask: 512 is out of range [0, 511]" },
  { "console size", "'terminal': false", "'consoleSize': { 'height': 65536, 'width': 1 }",
    "process.consoleSize.height" },
  { "affinity", "'terminal': false", "'execCPUAffinity': { 'initial': '1-' }", "process.execCPUAffinity.initial" },
  { "affinity", "'terminal': false", "'execCPUAffinity': { 'final': '3-1' }", "process.execCPUAffinity.final" },
  { "labels", "'terminal': false", "'apparmorProfile': 'x'", "process.apparmorProfile" },
  { "labels", "'terminal': false", "'selinuxLabel': 'x'",
    "selinux label is specified in config, but selinux is disabled" },
};

static const struct change namespace_changes[] = {
  { "17", NS_END, "{ 'type': 'mount' }, { 'type': 'pid' } ]", "linux.namespaces[4].type: \"pid\" is given twice" },
  { "path", NS_END, "{ 'type': 'mount', 'path': 'x' } ]", "linux.namespaces[3].path: \"x\" is not an absolute path" },
  { "41", NS_END, "{ 'type': 'mount' }, { 'type': 'user' } ]",
    "linux.uidMappings: required with a new user namespace" },
  { "41", NS_END, "{ 'type': 'user' } ], 'uidMappings': [ { 'containerID': 0, 'hostID': 0, 'size': 1 } ]",
    "linux.gidMappings: required with a new user namespace" },
  { "41", NS_END, "{ 'type': 'mount' }, { 'type': 'user', 'path': '/x' } ]", NULL },
  { "42", NS_END, USERNS, "linux.uidMappings: needs a user namespace" },
  { "time", NS_END, NS_END ", 'timeOffsets': { 'boottime': { 'secs': 1 } }",
    "linux.timeOffsets: need a new time namespace" },
  { "time", NS_END,
    "{ 'type': 'mount' }, { 'type': 'time' } ], 'timeOffsets': { 'boottime': { 'nanosecs': 1000000000 } }",
    "linux.timeOffsets.boottime.nanosecs" },
  { "net", NS_END, NS_END ", 'netDevices': { 'eth1': {} }", "without a private network namespace" },
  { "net", NS_END, "{ 'type': 'mount' }, { 'type': 'network' } ], 'netDevices': { 'eth1': { 'name': 'a/b' } }",
    "linux.netDevices.eth1.name: \"a/b\"" },
  { "net", NS_END, "{ 'type': 'mount' }, { 'type': 'network' } ], 'netDevices': { 'a': { 'name': 'b' }, 'b': {} }",
    "linux.netDevices.b.name: \"b\" is given twice" },
  { "51", "'rslave'", "'foo'", "linux.rootfsPropagation: unknown value \"foo\"" },
  { "masked", "'/proc/kcore'", "'proc/kcore'", "linux.maskedPaths[0]: \"proc/kcore\" is not an absolute path" },
  { "masked", ", " NS_END, " ]", "linux.maskedPaths: unable to restrict paths" },
  { "36", SYSCTL, "'kernel.core_pattern': 'x'",
    "sysctl \"kernel.core_pattern\" is not in a separate kernel namespace" },
  { "37", SYSCTL, "'net/../kernel/core_pattern': 'x'", "is not a name of a kernel parameter" },
  { "37", SYSCTL, "'net.ipv4.x\\ny': 'x'", "is not a name of a kernel parameter" },
  { "37 in one line", SYSCTL, "'net.x\\ny': 'x'", "\"net.x?y\"" },
  { "37", SYSCTL, "'net..x': 'x'", "is not a name of a kernel parameter" },
  { "37", SYSCTL, "'': 'x'", "is not a name of a kernel parameter" },
  { "37", SYSCTL, "'kernel.domainname': 'x'", NULL },
  { "37", SYSCTL, "'kernel.hostname': 'x'", "linux.sysctl: kernel.hostname: give the name as \"hostname\"" },
  { "37", SYSCTL, "'kernel.shmmaxx': 'x'", "is not in a separate kernel namespace" },
  { "38", SYSCTL, "'net.ipv4.ip_forward': '1'", "not allowed without a private network namespace" },
  { "user", SYSCTL, "'user.max_user_namespaces': '1'", "not allowed without a private user namespace" },
  { "ipc", "{ 'type': 'ipc' },", "", "linux.sysctl: kernel.shmmax: not allowed without a private ipc namespace" },
};

static const struct change device_changes[] = {
  { "44", "'/dev/x'", "'../../x'", "linux.devices[0].path: \"../../x\" is not an absolute path" },
  { "44", "'/dev/x'", "'x'", "linux.devices[0].path: \"x\" is not an absolute path" },
  { "44", "'/dev/x'", "'/dev/../../x'", "linux.devices[0].path: \"/dev/../../x\" has \"..\" in it" },
  { "44", "'/dev/x'", "'//'", "linux.devices[0].path: the root directory cannot be a device" },
  { "45", "'type': 'c'", "'type': 'z'", "linux.devices[0].type: unknown value \"z\"" },
  { "45", "'major': 1", "'major': -1", "linux.devices[0].major: -1 is out of range" },
  { "45", "'major': 1", "'major': 4096", "linux.devices[0].major: 4096 is out of range" },
  { "45", "'major': 1, ", "", "linux.devices[0].major: required" },
  { "45", DEVICE, DEVICE ", " DEVICE, "linux.devices[1].path: /dev/x is given twice" },
  { "45", DEVICE, "{ 'path': '/dev/fifo', 'type': 'p' }", NULL },
  { "24", "'minor': 3", "'minor': 3, 'uid': 4294967295", "linux.devices[0].uid" },
};

static const struct change seccomp_changes[] = {
  { "47", "'defaultAction': 'SCMP_ACT_ALLOW'", "'defaultAction': 'X'",
    "linux.seccomp.defaultAction: unknown value \"X\"" },
  { "47", "'action': 'SCMP_ACT_ERRNO'", "'action': 'X'", "linux.seccomp.syscalls[0].action: unknown value \"X\"" },
  { "47", SYSCALLS, SYSCALLS ", 'architectures': [ 'X' ]", "linux.seccomp.architectures[0]: unknown value" },
  { "47", RULE, "{ 'names': ['mkdir'], 'action': 'SCMP_ACT_ERRNO', 'args': [ { 'index': 0, 'value': 0, 'op': 'X' } ] }",
    "linux.seccomp.syscalls[0].args[0].op: unknown value" },
  { "47", RULE,
    "{ 'names': ['mkdir'], 'action': 'SCMP_ACT_ERRNO', 'args': [ { 'index': 6, 'value': 0, 'op': 'SCMP_CMP_EQ' } ] }",
    "linux.seccomp.syscalls[0].args[0].index: 6 is out of range [0, 5]" },
  { "47 valueTwo is 0 where Go left it out", RULE,
    "{ 'names': ['clone'], 'action': 'SCMP_ACT_ALLOW', 'args': "
    "[ { 'index': 0, 'value': 1, 'op': 'SCMP_CMP_MASKED_EQ' } ] }",
    NULL },
  { "names", "[ 'mkdir' ]", "[]", "linux.seccomp.syscalls[0].names: empty" },
  { "48", "[ 'mkdir' ]", "[ 'no_such_call' ]", NULL },
  { "flags", SYSCALLS, SYSCALLS ", 'flags': [ 'X' ]", "linux.seccomp.flags[0]: unknown value" },
  { "errnoRet", RULE, "{ 'names': ['mkdir'], 'action': 'SCMP_ACT_KILL', 'errnoRet': 1 }",
    "linux.seccomp.syscalls[0].errnoRet: SCMP_ACT_KILL does not take one" },
  { "errnoRet", SYSCALLS, SYSCALLS ", 'defaultErrnoRet': 1", "linux.seccomp.defaultErrnoRet: SCMP_ACT_ALLOW does not" },
  { "errnoRet", RULE, "{ 'names': ['mkdir'], 'action': 'SCMP_ACT_ERRNO', 'errnoRet': 4096 }",
    "linux.seccomp.syscalls[0].errnoRet: 4096 is out of range [0, 4095]" },
  { "no action", "'defaultAction': 'SCMP_ACT_ALLOW',", "", "linux.seccomp.defaultAction: required" },
  { "49", RULE, "{ 'names': [ 'mkdir' ], 'action': 'SCMP_ACT_NOTIFY' }", "linux.seccomp.listenerPath: required" },
  { "49", SYSCALLS, SYSCALLS ", 'listenerPath': 'x'", "linux.seccomp.listenerPath: \"x\" is not an absolute path" },
  { "49", SYSCALLS, SYSCALLS ", 'listenerMetadata': 'x'", "linux.seccomp.listenerMetadata: needs listenerPath" },
  { "notify", SYSCALLS, "'listenerPath': '/s', 'syscalls': [ { 'names': [ 'write' ], 'action': 'SCMP_ACT_NOTIFY' } ]",
    "SCMP_ACT_NOTIFY cannot be used for the write syscall" },
  { "notify", "'SCMP_ACT_ALLOW'", "'SCMP_ACT_NOTIFY'", "SCMP_ACT_NOTIFY cannot be the default action" },
};

static const struct change hook_changes[] = {
  { "52", "'/bin/true'", "'bin/true'", "hooks.prestart[0].path: \"bin/true\" is not an absolute path" },
  { "52", "'/bin/true'", "''", "hooks.prestart[0].path: empty" },
  { "52", HOOK, HOOK " ], 'poststop': [ " HOOK ", { 'path': 'x' }", "hooks.poststop[1].path" },
  { "54", HOOK, "{ 'path': '/bin/true', 'timeout': 0 }", "hooks.prestart[0].timeout: 0 is not a number" },
  { "54", HOOK, "{ 'path': '/bin/true', 'timeout': -1 }", "hooks.prestart[0].timeout: -1 is not a number" },
  { "env", HOOK, "{ 'path': '/bin/true', 'env': [ 'A=1', 'B' ] }", "hooks.prestart[0].env[1]: \"B\" has no '='" },
};

static const struct change cgroup_changes[] = {
  { "71", CGROUP, "'../../x'", "linux.cgroupsPath: \"../../x\" has \"..\" in it" },
  { "71", CGROUP, "'/a/../b'", "linux.cgroupsPath: \"/a/../b\" has \"..\" in it" },
  { "71", CGROUP, "'/'", "linux.cgroupsPath: a container cannot be in the root cgroup" },
  { "71", CGROUP, "'/a\\nb'", "linux.cgroupsPath: has a line break" },
  { "71", CGROUP, "'/" LONG_100 LONG_100 LONG_100 "'", "linux.cgroupsPath: a component is longer than 255 bytes" },
  { "68", "8388608", "-5", "linux.resources.memory.limit: -5 is out of range" },
  { "68", "8388608", "1000", "linux.resources.memory.limit: limit too low: 1000" },
  { "68", "8388608", "8388608, 'swap': 4194304", "linux.resources.memory.swap: 4194304 is below limit, 8388608" },
  { "68", "8388608", "-1, 'swap': 4194304", "linux.resources.memory.swap: cannot be limited" },
  { "68", "8388608", "-1, 'swap': -1", NULL },
  { "68", "8388608", "8388608, 'swappiness': 101", "linux.resources.memory.swappiness: 101 is out of range [0, 100]" },
  { "69", MEMORY, "'pids': { 'limit': 0 }", NULL },
  { "70", MEMORY, "'cpu': { 'quota': 999 }", "linux.resources.cpu.quota: 999 is out of range [1000," },
  { "70", MEMORY, "'cpu': { 'quota': -1 }", NULL },
  { "70", MEMORY, "'cpu': { 'period': 999 }", "linux.resources.cpu.period: 999 is out of range [1000, 1000000]" },
  { "70", MEMORY, "'cpu': { 'period': 1000001 }", "linux.resources.cpu.period: 1000001" },
  { "70", MEMORY, "'cpu': { 'shares': 1 }", "linux.resources.cpu.shares: 1 is out of range [2, 262144]" },
  { "70", MEMORY, "'cpu': { 'shares': 0 }", NULL },
  { "70", MEMORY, "'cpu': { 'quota': 2000, 'burst': 3000 }", "linux.resources.cpu.burst: 3000 is above quota" },
  { "70", MEMORY, "'cpu': { 'idle': 2 }", "linux.resources.cpu.idle: 2" },
  { "70", MEMORY, "'cpu': { 'cpus': '0-99999' }", "linux.resources.cpu.cpus: \"0-99999\" is not a list" },
  { "70", MEMORY, "'cpu': { 'cpus': 'a' }", "linux.resources.cpu.cpus: \"a\" is not a list" },
  { "70", MEMORY, "'cpu': { 'mems': '0,' }", "linux.resources.cpu.mems: \"0,\" is not a list" },
  { "weight", MEMORY, "'blockIO': { 'weight': 9 }", "linux.resources.blockIO.weight: 9 is out of range [10, 1000]" },
  { "weight", MEMORY, "'blockIO': { 'weightDevice': [ { 'major': 8, 'minor': 0, 'weight': 1001 } ] }",
    "linux.resources.blockIO.weightDevice[0].weight: 1001" },
  { "throttle", MEMORY, "'blockIO': { 'throttleReadBpsDevice': [ { 'major': -1, 'minor': 0, 'rate': 1 } ] }",
    "linux.resources.blockIO.throttleReadBpsDevice[0].major: -1" },
  { "73", MEMORY, "'unified': { '../x': '1' }", "linux.resources.unified: \"../x\" must be a file name" },
  { "73", MEMORY, "'unified': { 'cgroup.procs': '1' }",
    "linux.resources.unified: cgroup.procs is for the runtime alone" },
  { "73", MEMORY, "'unified': { 'a.b\\nc': '1' }", "linux.resources.unified: a key has a character" },
  { "73", MEMORY, "'unified': { 'memory': '1' }", "must be in the form CONTROLLER.PARAMETER" },
  { "73", MEMORY, "'unified': { 'memory.high': '1' }", NULL },
  { "rule", MEMORY, "'devices': [ { 'allow': true, 'access': 'rwx' } ]", "linux.resources.devices[0].access: \"rwx\"" },
  { "rule", MEMORY, "'devices': [ { 'allow': true, 'type': 'p' } ]", "linux.resources.devices[0].type: unknown value" },
  { "rule", MEMORY, "'devices': [ { 'allow': true, 'major': -2 } ]", "linux.resources.devices[0].major: -2" },
  { "huge", MEMORY, "'hugepageLimits': [ { 'pageSize': '../2MB', 'limit': 1 } ]",
    "hugepageLimits[0].pageSize: \"../2MB\"" },
  { "network", MEMORY, "'network': { 'priorities': [ { 'name': 'a b', 'priority': 1 } ] }",
    "priorities[0].name: \"a b\"" },
  { "rdma", MEMORY, "'rdma': { 'a b': { 'hcaHandles': 1 } }", "linux.resources.rdma: \"a b\"" },
  { "rdt", NS_END, NS_END ", 'intelRdt': { 'closID': '..' }", "linux.intelRdt.closID: \"..\"" },
  { "rdt", NS_END, NS_END ", 'intelRdt': { 'closID': '/' }", NULL },
};

static const struct change attribute_changes[] = {
  { "79", NS_END, NS_END ", 'personality': { 'domain': 'X' }", "linux.personality.domain: unknown value" },
  { "79", NS_END, NS_END ", 'personality': { 'domain': 'LINUX', 'flags': [ 'X' ] }", "linux.personality.flags[0]" },
  { "policy", NS_END, NS_END ", 'memoryPolicy': { 'mode': 'X' }", "linux.memoryPolicy.mode: unknown value" },
  { "policy", NS_END, NS_END ", 'memoryPolicy': { 'mode': 'MPOL_BIND' }",
    "linux.memoryPolicy.nodes: required by MPOL_BIND" },
  { "policy", NS_END, NS_END ", 'memoryPolicy': { 'mode': 'MPOL_LOCAL', 'nodes': '0' }", "MPOL_LOCAL takes none" },
  { "policy", NS_END, NS_END ", 'memoryPolicy': { 'mode': 'MPOL_BIND', 'nodes': 'x' }",
    "linux.memoryPolicy.nodes: \"x\"" },
  { "policy", NS_END, NS_END ", 'memoryPolicy': { 'mode': 'MPOL_BIND', 'nodes': '0', 'flags': [ 'X' ] }",
    "linux.memoryPolicy.flags[0]: unknown value" },
  { "policy", NS_END, NS_END ", 'memoryPolicy': { 'mode': 'MPOL_INTERLEAVE', 'nodes': '0', 'flags': "
    "[ 'MPOL_F_STATIC_NODES', 'MPOL_F_RELATIVE_NODES' ] }", "MPOL_F_STATIC_NODES excludes" },
  { "label", NS_END, NS_END ", 'mountLabel': 'x'", "linux.mountLabel: selinux label is specified in config" },
};

TEST (document) { CHECK_CHANGES (document_changes) }
TEST (process) { CHECK_CHANGES (process_changes) }
TEST (namespaces) { CHECK_CHANGES (namespace_changes) }
TEST (devices) { CHECK_CHANGES (device_changes) }
TEST (seccomp) { CHECK_CHANGES (seccomp_changes) }
TEST (hooks) { CHECK_CHANGES (hook_changes) }
TEST (cgroup) { CHECK_CHANGES (cgroup_changes) }
TEST (attributes) { CHECK_CHANGES (attribute_changes) }

/* 43: mappings, each with a user namespace. */
static const struct
{
  const char *maps, *want;
} mapping_changes[] = {
  { "[ { 'containerID': 0, 'hostID': 1000, 'size': 65536 } ]", NULL },
  { "[ { 'containerID': 0, 'hostID': 0, 'size': 4294967295 } ]", NULL },
  { "[ { 'containerID': 0, 'hostID': 1000, 'size': 0 } ]", "linux.uidMappings[0].size: 0 maps nothing" },
  { "[ { 'containerID': 4294967290, 'hostID': 0, 'size': 10 } ]", "linux.uidMappings[0]: goes beyond id 4294967294" },
  { "[ { 'containerID': 0, 'hostID': 4294967295, 'size': 1 } ]", "linux.uidMappings[0]: goes beyond id 4294967294" },
  { "[ { 'containerID': 0, 'hostID': 0, 'size': 9 }, { 'containerID': 8, 'hostID': 100, 'size': 1 } ]",
    "linux.uidMappings[1]: overlaps with mapping 0" },
  { "[ { 'containerID': 0, 'hostID': 0, 'size': 9 }, { 'containerID': 9, 'hostID': 8, 'size': 1 } ]",
    "linux.uidMappings[1]: overlaps with mapping 0" },
  { "[ { 'containerID': 1, 'hostID': 1, 'size': 9 } ]", "process.user.uid: cannot setuid to unmapped uid 0" },
};

TEST (mappings)
{
  for (size_t i = 0; i < ARRAY_LEN (mapping_changes); i++)
    {
      autofree char *replace = mem_printf ("{ 'type': 'mount' }, { 'type': 'user' } ], 'uidMappings': %s, "
                                           "'gidMappings': "
                                           "[ { 'containerID': 0, 'hostID': 0, 'size': 100 } ]",
                                             mapping_changes[i].maps);
      const struct change c = { "43", NS_END, replace, mapping_changes[i].want };
      check_change (&c, &fixture_host);
    }
}

TEST (too_many_mappings)
{
  autotext struct text t = { 0 };
  text_add (&t, "{ 'type': 'user' } ], 'uidMappings': [");
  for (int i = 0; i < 341; i++)
    text_printf (&t, "%s { 'containerID': %d, 'hostID': %d, 'size': 1 }", i ? "," : "", i, i);
  text_add (&t, " ], 'gidMappings': [ { 'containerID': 0, 'hostID': 0, 'size': 100 } ]");
  const struct change c = { "43", NS_END, t.s, "linux.uidMappings: 341 mappings, the kernel takes 340" };
  check_change (&c, &fixture_host);
}

/* 27, 57, 71: too long. */
TEST (too_much)
{
  autotext struct text gids = { 0 }, path = { 0 }, target = { 0 };
  text_add (&gids, "[ 1");
  for (int i = 0; i < 100000; i++)
    text_add (&gids, ",1");
  text_add (&gids, " ]");
  for (int i = 0; i < 2500; i++)
    text_add (&path, "/a");
  text_printf (&target, "'destination': '%s'", path.s);
  autofree char *quoted = mem_printf ("'%s'", path.s);
  const struct change c[] = {
    { "27", "[ 10 ]", gids.s, "process.user.additionalGids: 100001 groups" },
    { "57", "'destination': '/data'", target.s, "mounts[1].destination: 5000 bytes" },
    { "71", CGROUP, quoted, "linux.cgroupsPath: 5000 bytes" },
  };
  CHECK_CHANGES (c)
}

/* 80: ten megabytes of annotation. */
TEST (large_annotation)
{
  autofree char *large = mem_alloc ((10 << 20) + 3);
  memset (large, 'x', (10 << 20) + 2);
  large[0] = large[(10 << 20) + 1] = '\'';
  const struct change c = { "80", "'x'", large, NULL };
  check_change (&c, &fixture_host);
}

/* I1, I4 and what else a user without privileges cannot have. */
TEST (rootless)
{
  struct host host = fixture_host;
  host.rootless = true;
  const struct change c[] = {
    { "I1", "'hostname': 'c1'", "'hostname': 'c2'", "linux.namespaces: rootless container requires user namespaces" },
    { "I4", NS_END, "{ 'type': 'mount' }, { 'type': 'user' } ], 'uidMappings': [ { 'containerID': 0, 'hostID': 1000, "
      "'size': 1 } ], 'gidMappings': [ { 'containerID': 0, 'hostID': 1000, 'size': 1 } ]",
      "process.user.additionalGids: cannot set any additional groups in a rootless container" },
    { "I4", NS_END, "{ 'type': 'mount' }, { 'type': 'user' } ], 'uidMappings': [ { 'containerID': 0, 'hostID': 1000, "
      "'size': 1 } ], 'gidMappings': [ { 'containerID': 0, 'hostID': 1000, 'size': 100 } ]", NULL },
  };
  for (size_t i = 0; i < ARRAY_LEN (c); i++)
    check_change (&c[i], &host);
}

TEST_MAIN (X (document) X (process) X (namespaces) X (devices) X (seccomp) X (hooks) X (cgroup) X (attributes)
           X (mappings) X (too_many_mappings) X (too_much) X (large_annotation) X (rootless))
