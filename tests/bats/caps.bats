#!/usr/bin/env bats
# process.capabilities.
load helpers

# sets: "bounding effective inheritable permitted ambient" of a status file's text on standard input, as hexadecimal numbers
sets ()
{
  local name
  local -A v
  while read -r name value; do
    case $name in Cap*) v[$name]=$((16#$value)) ;; esac
  done
  printf '%x %x %x %x %x\n' "${v[CapBnd:]}" "${v[CapEff:]}" "${v[CapInh:]}" "${v[CapPrm:]}" "${v[CapAmb:]}"
}

@test "each set is as config.json says" {
  config '.process.capabilities = {bounding: ["CAP_CHOWN", "CAP_KILL", "CAP_SETUID"], permitted: ["CAP_CHOWN", "CAP_KILL"],
    effective: ["CAP_CHOWN"], inheritable: ["CAP_KILL"], ambient: ["CAP_KILL"]} | .process.user.uid = 1000'
  run_in cat /proc/self/status
  assert_success
  # A user who is not root keeps only ambient ones across execve.
  assert_equal "a1 20 20 20 20" "$(sets <<<"$output")"
}

@test "root's permitted set is what bounding and inheritable leave" {
  config '.process.capabilities = {bounding: ["CAP_CHOWN"], permitted: ["CAP_CHOWN"], effective: ["CAP_CHOWN"]}'
  run_in cat /proc/self/status
  assert_equal "1 1 0 1 0" "$(sets <<<"$output")"
}

@test "empty sets: no capabilities at all" {
  config '.process.capabilities = {}'
  run_in cat /proc/self/status
  assert_equal "0 0 0 0 0" "$(sets <<<"$output")"
}

@test "a user who is not root has none without ambient ones" {
  config '.process.user = {uid: 1000, gid: 1000}'
  run_in cat /proc/self/status
  assert_equal "20000420 0 0 0 0" "$(sets <<<"$output")"
}

@test "an unknown capability is a warning" {
  config '.process.capabilities.bounding += ["CAP_MAKE_COFFEE"]'
  args true
  run perry --log-level warning run --bundle "$BUNDLE" "$ID"
  assert_success
  assert_contains CAP_MAKE_COFFEE
}

@test "ambient without inheritable is a warning, and is not had" {
  config '.process.capabilities.ambient = ["CAP_KILL"]'
  args cat /proc/self/status
  run perry --log-level warning run --bundle "$BUNDLE" "$ID"
  assert_success
  assert_contains CAP_KILL
  assert_equal 0 "$(sed -n 's/^CapAmb:\t0*\(.\)$/\1/p' <<<"$output")"
}

@test "exec: the container's sets; --cap adds, and makes nothing inheritable (CVE-2022-29162)" {
  start_container
  in_container cat /proc/self/status
  assert_equal "20000420 20000420 0 20000420 0" "$(sets <<<"$output")"
  run_perry exec --cap CAP_NET_RAW "$ID" cat /proc/self/status
  assert_success
  assert_equal "20002420 20002420 0 20002420 0" "$(sets <<<"$output")"
}

@test "spec's document has no inheritable set" {
  mkdir "$WORK/spec"
  perry spec --bundle "$WORK/spec"
  assert_equal null "$(jq -c .process.capabilities.inheritable "$WORK/spec/config.json")"
}
