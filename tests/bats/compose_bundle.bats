#!/usr/bin/env bats
# What attributes of a service do inside of its container. tests/unit/test_bundle.c has the whole table of what they become in
# config.json; here is what only a running container shows.

load compose_helpers

setup () { setup_compose; }
teardown () { teardown_compose; }

@test "environment: image, service, defaults" {
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], environment: {ONE: "1", PATH: /bin:/usr/bin}, hostname: one, network_mode: none}
END
  up
  run service_exec a env
  assert_contains "ONE=1"
  assert_contains "PATH=/bin:/usr/bin"
  assert_contains "HOSTNAME=one"
  assert_contains "HOME=/root"
}

@test "user, groups and capabilities" {
  compose_file <<'END'
services:
  a:
    image: localhost/busybox
    command: [sleep, "300"]
    user: "1000:4"
    group_add: ["77"]
    cap_drop: [ALL]
    cap_add: [NET_BIND_SERVICE]
    security_opt: [no-new-privileges]
    network_mode: none
END
  up
  run service_exec a sh -c 'id -u; id -g; id -G; grep -E "CapEff|CapBnd|CapAmb|NoNew" /proc/1/status'
  assert_contains "1000"
  assert_contains "4 77"
  assert_contains "CapEff:	0000000000000400"
  assert_contains "CapBnd:	0000000000000400"
  assert_contains "CapAmb:	0000000000000400"
  assert_contains "NoNewPrivs:	1"
}

@test "an unknown user is told by name, and nothing is left" {
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], user: nobody-here, network_mode: none}
END
  run_compose up -d
  assert_equal 10 "$status"
  assert_contains "user 'nobody-here'"
  assert_clean
}

@test "the default profile and capabilities keep a container from what is the host's" {
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none}
END
  up
  run service_exec a unshare -U true
  assert_failure
  assert_contains "Operation not permitted"
  run service_exec a mount -t tmpfs none /mnt
  assert_failure
  run service_exec a sh -c 'echo 1 >/proc/sys/kernel/panic'
  assert_failure
  run service_exec a cat /proc/keys /proc/timer_list
  assert_output ""
}

@test "seccomp: a profile of the user's, unconfined" {
  echo '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}]}' >"$PROJECT/p.json"
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, security_opt: ["seccomp=p.json"]}
  b: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, security_opt: ["seccomp:unconfined"]}
END
  up
  run service_exec a mkdir /x
  assert_failure
  assert_contains "Operation not permitted"
  run service_exec b grep Seccomp: /proc/1/status
  assert_contains "Seccomp:	0"
}

@test "read_only, with x-perry.tmp" {
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, read_only: true, x-perry: {tmp: auto}}
END
  up
  run service_exec a touch /x
  assert_failure
  assert_contains "Read-only file system"
  service_exec a touch /tmp/x /run/x
}

@test "tmpfs: options, size, gone after a restart" {
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, tmpfs: ["/scratch:size=1m,mode=0711"], stop_grace_period: 0s}
END
  up
  run service_exec a sh -c 'stat -c %a /scratch; df -k /scratch | tail -1; touch /scratch/x'
  assert_contains "711"
  assert_contains "1024"
  compose restart a
  run service_exec a ls /scratch
  assert_output ""
}

@test "limits of memory, processors and processes" {
  require_v1
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, mem_limit: 32m, cpus: 0.5, pids_limit: 20}
END
  up
  run service_exec a sh -c 'cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/pids/pids.max'
  assert_output "33554432
50000
20"
}

@test "ulimits: what is asked for; above the host's an error that says so" {
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, ulimits: {nofile: {soft: 10, hard: 20}}}
END
  up
  run service_exec a sh -c 'ulimit -n; ulimit -Hn'
  assert_output "10
20"
}

@test "init: true is process 1, reaps orphans and hands signals on" {
  compose_file <<'END'
services:
  a:
    image: localhost/busybox
    init: true
    command: [sh, -c, 'trap "exit 7" TERM; (sleep 0.1 & ); while :; do sleep 0.1; done']
    network_mode: none
END
  up
  run service_exec a cat /proc/1/comm
  assert_output "perry-init"
  zombies () { [ -z "$(service_exec a sh -c 'grep -l "^State:.Z" /proc/[0-9]*/status 2>/dev/null')" ]; }
  wait_for 30 zombies
  compose stop a
  run jq .exitCode "$DATA/containers/$(container_of a)/status.json"
  assert_output "7"
}

@test "names: hosts, resolv.conf, domain" {
  compose_file <<'END'
services:
  a:
    image: localhost/busybox
    command: [sleep, "300"]
    hostname: one
    domainname: example.test
    extra_hosts: ["other:192.0.2.7", "six:[2001:db8::1]", "host:host-gateway"]
    dns_search: [example.test]
    dns_opt: ["ndots:3"]
END
  up
  run service_exec a cat /etc/hosts
  assert_contains "192.0.2.7	other"
  assert_contains "2001:db8::1	six"
  assert_match "10\.[0-9.]+	host"
  assert_match "10\.[0-9.]+	one.example.test one"
  run service_exec a cat /etc/resolv.conf
  assert_match "nameserver 10\."
  assert_contains "search example.test"
  assert_contains "options ndots:3"
}

@test "network, pid and ipc of another service" {
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sh, -c, "echo x >/dev/shm/f; exec sleep 300"], ipc: shareable, network_mode: none, stop_grace_period: 0s}
  b: {image: localhost/busybox, command: [sleep, "301"], depends_on: [a], network_mode: "service:a", pid: "service:a", ipc: "service:a", stop_grace_period: 0s}
  c: {image: localhost/busybox, command: [sleep, "302"], network_mode: none}
END
  up
  local ns
  for ns in net pid ipc; do
    assert_equal "$(service_exec a readlink /proc/1/ns/$ns)" "$(service_exec b readlink /proc/self/ns/$ns)"
    [ "$(service_exec a readlink /proc/1/ns/$ns)" != "$(service_exec c readlink /proc/1/ns/$ns)" ]
  done
  run service_exec b sh -c 'cat /dev/shm/f; ps'
  assert_contains "x"
  assert_contains "sleep 300"
  # the process that the namespaces are named by is another one each time
  compose restart a b
  assert_equal "$(service_exec a readlink /proc/1/ns/pid)" "$(service_exec b readlink /proc/self/ns/pid)"
}

@test "ipc of a service that does not share it" {
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, stop_grace_period: 0s}
  b: {image: localhost/busybox, command: [sleep, "300"], depends_on: [a], network_mode: none, ipc: "service:a", stop_grace_period: 0s}
END
  run_compose up -d
  assert_equal 29 "$status"
  assert_contains "ipc: shareable"
}

@test "devices and their rules" {
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, devices: ["/dev/zero:/dev/nought:r"], cap_add: [MKNOD]}
END
  up
  run service_exec a sh -c 'ls -l /dev/nought; head -c 1 /dev/nought | wc -c; mknod /dev/k c 1 2 && cat /dev/k'
  assert_contains "1,   5"
  assert_contains "Operation not permitted"
}

@test "privileged: all capabilities, the host's devices, no profile" {
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, privileged: true}
END
  up
  run service_exec a sh -c 'grep Seccomp: /proc/1/status; mount -t tmpfs none /mnt && echo mounted'
  assert_contains "Seccomp:	0"
  assert_contains "mounted"
}

@test "sysctls of the network; those of the host are refused" {
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, sysctls: {net.core.somaxconn: 77, kernel.msgmax: 5000}, stop_grace_period: 0s}
END
  up
  run service_exec a cat /proc/sys/net/core/somaxconn /proc/sys/kernel/msgmax /proc/sys/net/ipv4/ip_unprivileged_port_start
  assert_output "77
5000
0"
  compose down -v
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, sysctls: {vm.swappiness: 1}}
END
  run_compose up -d
  assert_equal 25 "$status"
  assert_contains "sysctls.vm.swappiness"
}

@test "two containers cannot have one name" {
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, container_name: same}
  b: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, container_name: same}
END
  run_compose up -d
  assert_failure
  assert_contains "same"
}

@test "labels are annotations, with those that others look for" {
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, labels: {x.y: z}}
END
  up
  run jq -r '.annotations | ."x.y", ."com.docker.compose.project", ."perry.compose.service", ."com.docker.compose.container-number"' \
    "$DATA/containers/$(container_of a)/config.json"
  assert_output "z
demo
a
1"
}

@test "a killed create leaves nothing that stays" {
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none}
END
  mkdir -p "$DATA/containers/.$(printf '%064d' 7)/upper"
  up
  run ls -A "$DATA/containers"
  refute_contains ".0000"
}
