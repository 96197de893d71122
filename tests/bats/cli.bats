# The command line: help, versions, wrong usage, exit statuses, the log, and the two commands that need no container.

load helpers

COMMANDS='create start run exec state kill delete list ps pause resume update events spec features'

setup ()
{
  WORK=$BATS_TEST_TMPDIR
  STATE_ROOT=$WORK/state
  mkdir "$STATE_ROOT"
  cd "$WORK" || return 1
}

teardown () { :; }

# split ARGUMENT...: $status, $output (standard output) and $stderr of the program.
split ()
{
  run --separate-stderr perry "$@"
}

assert_stderr_line ()
{
  # shellcheck disable=SC2154 # of bats' run
  [ "${#stderr_lines[@]}" -eq 1 ] || fail "want one line on standard error, got: $stderr"
  [[ $stderr == "perry-runtime: "* ]] || fail "want it to begin with the program's name: $stderr"
  [[ $stderr == *"$1"* ]] || fail "want, on standard error: $1
  got: $stderr"
}

# Wrong usage: the error, the usage and where help is, each a line, and nothing on standard output.
assert_wrong_usage ()
{
  assert_failure 1
  assert_output ""
  [ "${#stderr_lines[@]}" -eq 3 ] || fail "want three lines on standard error, got: $stderr"
  [[ ${stderr_lines[0]} == "perry-runtime: "*"$1"* ]] || fail "want in the first line: $1
  got: $stderr"
  [[ ${stderr_lines[1]} == "usage: perry-runtime "* ]] || fail "want the usage in the second line: $stderr"
  [[ ${stderr_lines[2]} == 'try "perry-runtime '*'--help"' ]] || fail "want help in the third line: $stderr"
}

assert_no_stderr ()
{
  [ -z "$stderr" ] || fail "want nothing on standard error, got: $stderr"
}

@test "--version and -v print the version, the commit, the specification's and libseccomp's" {
  split --version
  assert_success
  assert_no_stderr
  [[ ${lines[0]} =~ ^perry-runtime\ version\ [0-9]+\.[0-9]+\.[0-9]+ ]] || fail "${lines[0]}"
  [[ ${lines[1]} =~ ^commit:\ [0-9a-z-]+$ ]] || fail "${lines[1]}"
  assert_equal "spec: 1.3.0" "${lines[2]}"
  [[ ${lines[3]} =~ ^libseccomp:\ [0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "${lines[3]}"
  local long=$output
  split -v
  assert_output "$long"
}

@test "--help, -h and help print all commands and global options" {
  split --help
  assert_success
  assert_no_stderr
  local name
  for name in $COMMANDS
    do assert_match $'\n'"   $name +[a-z]"
  done
  for name in root log log-format log-level debug cgroup-manager systemd-cgroup rootless help version
    do assert_match "--${name}[ ,]"
  done
  refute_contains --emit
  local long=$output
  split -h
  assert_output "$long"
  split help
  assert_output "$long"
}

@test "every command has help, the same by --help, -h and help COMMAND" {
  local name
  for name in $COMMANDS
    do
      split "$name" --help
      assert_success
      assert_no_stderr
      assert_contains "perry-runtime $name - "
      assert_contains "USAGE:"
      local long=$output
      split "$name" -h
      assert_output "$long"
      split help "$name"
      assert_output "$long"
  done
}

@test "every option of runc is known to the command that has it" {
  local command options option
  while read -r command options
    do
      split help "$command"
      assert_success
      for option in $options
        do assert_match "--${option}[ "$'\n'"]"
      done
  done <<'END'
create bundle console-socket pidfd-socket pid-file no-pivot no-new-keyring preserve-fds
run bundle console-socket pidfd-socket pid-file no-pivot no-new-keyring preserve-fds detach keep no-subreaper
exec console-socket cwd env tty user additional-gids process detach pid-file process-label apparmor no-new-privs cap
exec preserve-fds cgroup ignore-paused pidfd-socket
kill all
delete force
list format quiet
ps format
update resources blkio-weight cpu-period cpu-quota cpu-burst cpu-share cpu-rt-period cpu-rt-runtime cpuset-cpus
update cpuset-mems memory memory-reservation memory-swap pids-limit cpu-idle
events interval stats
spec bundle rootless
END
}

@test "wrong usage: the error, the usage and where help is, on stderr; status 1" {
  local line
  while read -r line
    do
      # shellcheck disable=SC2086 # words
      split ${line%%|*}
      assert_wrong_usage "${line##*|}"
  done <<'END'
|a command is needed
nonsense|unknown command "nonsense"
help nonsense|unknown command "nonsense"
--nonsense list|unknown option --nonsense
--rot /x list|unknown option --rot (did you mean --root?)
creat a|unknown command "creat" (did you mean "create"?)
create --bundel /x a|create: unknown option --bundel (did you mean --bundle?)
state --root /x a|state: unknown option --root; it goes before the command: perry-runtime --root DIR state
--log|--log needs a value
create|create: not enough operands; expected CONTAINER
create a b|create: too many operands
create --nonsense a|create: unknown option --nonsense
create --bundle|create: --bundle needs a value: --bundle DIR
create --preserve-fds x a|create: --preserve-fds x: not a decimal integer
create --no-pivot=perhaps a|create: --no-pivot=perhaps: neither true nor false
start a b|start: too many operands
state|state: not enough operands
kill|kill: not enough operands
kill a b c|kill: too many operands
delete -x a|delete: unknown option -x
list a|list: takes no operands
exec|exec: not enough operands
features a|features: takes no operands
END
}

@test "a missing container: status 1, nothing on stdout, one line that says does not exist" {
  local line
  for line in 'state c1' 'start c1' 'kill c1' 'kill c1 KILL' 'delete c1' 'ps c1' 'pause c1' 'resume c1' \
              'update --pids-limit 5 c1' 'events --stats c1'
    do
      # shellcheck disable=SC2086 # words
      split $line
      assert_failure 1
      assert_output ""
      assert_stderr_line "does not exist"
  done
}

@test "a failing exec ends with 255, delete --force of a missing container with 0" {
  split exec c1 true
  assert_failure 255
  assert_output ""
  assert_stderr_line "does not exist"
  split exec c1
  assert_failure 255
  assert_stderr_line "no command was given"
  split delete --force c1
  assert_success
  assert_output ""
  assert_no_stderr
}

@test "values of options: wrong ones are refused with the option's name" {
  local line
  while IFS='|' read -r line want
    do
      # shellcheck disable=SC2086 # words
      split $line
      assert_failure 1
      assert_output ""
      assert_stderr_line "$want"
  done <<'END'
--log-format xml list|--log-format xml: expected text or json
--log-level loud list|--log-level loud: expected error, warning or debug
--rootless perhaps list|--rootless perhaps: expected auto, true or false
--cgroup-manager none list|--cgroup-manager none: expected cgroupfs, systemd or disabled
--log /nonexistent/log list|log file /nonexistent/log: No such file or directory
list --format xml|invalid format option
ps --format xml c1|invalid format option
create --preserve-fds -1 c1|--preserve-fds -1: out of range
events --interval 0s c1|--interval 0s
events --interval 5 c1|--interval 5: not a duration
update --memory lots c1|--memory lots
update --cpu-share -1 c1|--cpu-share -1
update --blkio-weight 70000 c1|--blkio-weight 70000
update --resources /nonexistent c1|open /nonexistent: No such file or directory
update --l3-cache-schema L3:0=1 c1|Intel RDT
END
}

@test "the systemd driver is accepted before a command and refused by create and run" {
  local option
  for option in --systemd-cgroup '--cgroup-manager systemd' --cgroup-manager=systemd
    do
      # shellcheck disable=SC2086 # words
      split $option list --quiet
      assert_success
      # shellcheck disable=SC2086
      split $option create c1
      assert_failure 1
      assert_stderr_line "the systemd cgroup driver is not in this version"
      # shellcheck disable=SC2086
      split $option run c1
      assert_failure 1
      assert_stderr_line "the systemd cgroup driver is not in this version"
  done
  [ -z "$(ls -A "$STATE_ROOT")" ] || fail "left: $(ls -A "$STATE_ROOT")"
}

@test "--log with JSON: one line per error with level, msg and time; appended; stderr is plain" {
  split --log "$WORK/log" --log-format json state 'c"1'
  assert_failure 1
  assert_stderr_line 'state c"1: '
  assert_equal 1 "$(wc -l <"$WORK/log")"
  assert_equal '["level","msg","time"]' "$(jq -c keys_unsorted "$WORK/log")"
  assert_equal error "$(jq -r .level "$WORK/log")"
  assert_equal "${stderr#perry-runtime: }" "$(jq -r .msg "$WORK/log")"
  [[ $(jq -r .time "$WORK/log") =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z$ ]] || fail "time"
  assert_equal 644 "$(stat -c %a "$WORK/log")"
  split --log="$WORK/log" --log-format=json create
  assert_failure 1
  assert_equal 2 "$(wc -l <"$WORK/log")"
}

@test "--log with text" {
  split --log "$WORK/log" state c1
  assert_failure 1
  [[ $(cat "$WORK/log") =~ ^time=\"[-0-9T:.]+Z\"\ level=error\ msg=\"state\ c1:\ .*\"$ ]] || fail "$(cat "$WORK/log")"
}

@test "nothing but errors is logged unless asked for" {
  echo '{}' >limits.json
  split --log "$WORK/log" update --resources limits.json --memory 5m c1
  assert_failure 1
  assert_equal 1 "$(wc -l <"$WORK/log")"
  split --log "$WORK/log2" --log-level warning update --resources limits.json --memory 5m c1
  assert_failure 1
  grep -q 'level=warning msg="--memory has no effect' "$WORK/log2"
}

@test "options take --x v, --x=v and a single dash; options of list may be joined" {
  local form
  for form in "--root=$STATE_ROOT" "-root=$STATE_ROOT" "-root $STATE_ROOT"
    do
      # shellcheck disable=SC2086 # words
      run --separate-stderr "$PERRY" $form list -qfjson
      assert_success
  done
}

@test "what cannot be printed is an error" {
  run bash -c "'$PERRY' --version >/dev/full"
  assert_failure 1
  assert_contains "No space left on device"
  run bash -c "'$PERRY' features >/dev/full"
  assert_failure 1
  assert_one_line
  assert_contains "No space left on device"
}

@test "spec writes a configuration and does not overwrite one" {
  (umask 027 && perry spec)
  assert_equal 640 "$(stat -c %a config.json)"
  grep -q $'^\t"ociVersion": "1\.3\.0",$' config.json
  run jq -c '[.process.args, .process.terminal, .process.noNewPrivileges, .root.readonly]' config.json
  assert_output '[["sh"],true,true,true]'
  run jq -c '.process.capabilities | keys' config.json
  assert_output '["bounding","effective","permitted"]'
  run jq -c '.process.capabilities.bounding' config.json
  assert_output '["CAP_AUDIT_WRITE","CAP_KILL","CAP_NET_BIND_SERVICE"]'
  run jq -c '[.mounts[].destination]' config.json
  assert_output '["/proc","/dev","/dev/pts","/dev/shm","/dev/mqueue","/sys","/sys/fs/cgroup"]'
  run jq -c '[.linux.namespaces[].type] - ["cgroup"]' config.json
  assert_output '["pid","network","ipc","uts","mount"]'
  run jq -c '.linux.resources' config.json
  assert_output '{"devices":[{"allow":false,"access":"rwm"}]}'
  split spec
  assert_failure 1
  assert_stderr_line "File config.json exists. Remove it first"
}

@test "spec --bundle, --file, --file -" {
  mkdir b
  split spec --bundle b --file other.json
  assert_success
  assert_output ""
  jq -e .ociVersion b/other.json
  split spec --bundle none
  assert_failure 1
  assert_stderr_line "bundle none: No such file or directory"
  split spec -f -
  assert_success
  echo "$output" | cmp - b/other.json
}

@test "spec --rootless asks for nothing that needs privileges" {
  split spec --rootless --file -
  assert_success
  local spec=$output
  assert_equal '["pid","ipc","uts","mount","user"]' "$(jq -c '[.linux.namespaces[].type] - ["cgroup"]' <<<"$spec")"
  assert_equal "[{\"containerID\":0,\"hostID\":$(id -u),\"size\":1}]" "$(jq -c .linux.uidMappings <<<"$spec")"
  assert_equal "[{\"containerID\":0,\"hostID\":$(id -g),\"size\":1}]" "$(jq -c .linux.gidMappings <<<"$spec")"
  assert_equal null "$(jq -c .linux.resources <<<"$spec")"
  assert_equal 0 "$(jq '[.mounts[].options[]? | select(test("^[ug]id="))] | length' <<<"$spec")"
  assert_equal '["/sys"]' "$(jq -c '[.mounts[] | select(.destination | startswith("/sys")) | .source]' <<<"$spec")"
}

@test "features: versions, hooks, and the lists that callers look at" {
  split features
  assert_success
  assert_no_stderr
  local f=$output name
  assert_equal '["1.0.0","1.3.0"]' "$(jq -c '[.ociVersionMin, .ociVersionMax]' <<<"$f")"
  assert_equal '["prestart","createRuntime","createContainer","startContainer","poststart","poststop"]' \
    "$(jq -c .hooks <<<"$f")"
  for name in bind rbind ro rro rprivate nosuid tmpcopyup idmap
    do jq -e --arg n "$name" '.mountOptions | index($n)' <<<"$f" || fail "mountOptions lacks $name"
  done
  assert_equal true "$(jq '.mountOptions == (.mountOptions | unique)' <<<"$f")"
  assert_equal '["cgroup","ipc","mount","network","pid","time","user","uts"]' "$(jq -c .linux.namespaces <<<"$f")"
  assert_equal 41 "$(jq '.linux.capabilities | length' <<<"$f")"
  assert_equal '{"v1":true,"v2":true,"systemd":false,"systemdUser":false,"rdma":true}' "$(jq -c .linux.cgroup <<<"$f")"
  assert_equal true "$(jq .linux.seccomp.enabled <<<"$f")"
  for name in SCMP_ACT_ERRNO SCMP_ACT_NOTIFY SCMP_CMP_MASKED_EQ SCMP_ARCH_X86_64 SCMP_ARCH_S390X
    do jq -e --arg n "$name" '.linux.seccomp | [.actions, .operators, .archs] | add | index($n)' <<<"$f" || fail "$name"
  done
  assert_equal '[]' "$(jq -c '.linux.seccomp | .supportedFlags - .knownFlags' <<<"$f")"
  assert_equal '[true,true,true]' \
    "$(jq -c '.linux | [.mountExtensions.idmap.enabled, .apparmor.enabled, .selinux.enabled]' <<<"$f")"
  assert_equal '"false"' "$(jq '.annotations["org.opencontainers.runc.checkpoint.enabled"]' <<<"$f")"
  jq -e '.potentiallyUnsafeConfigAnnotations | index("run.oci.")' <<<"$f"
}

@test "the man pages: one for each command, with its options, and no complaints" {
  require_program mandoc
  local name page option
  for name in '' $COMMANDS
    do
      page=perry-runtime${name:+-$name}.8
      # shellcheck disable=SC2086 # no word if it is empty
      perry --emit man $name <"$TOP/man/$page.in" >"$page"
      run bash -c "mandoc -T lint -W warning '$page' | grep -v 'missing date'"
      assert_output ""
      for option in NAME SYNOPSIS DESCRIPTION EXAMPLES 'EXIT STATUS' 'SEE ALSO'
        do grep -qx ".SH $option" "$page" || fail "$page lacks $option"
      done
      # shellcheck disable=SC2086
      for option in $(perry help $name | grep -oE '^ +(-., )?--[a-z0-9-]+' | grep -oE -- '--[a-z0-9-]+')
        do grep -qF -- "${option//-/\\-}\\fR" "$page" || fail "$page lacks $option"
      done
  done
}

@test "bash completes commands, options and files" {
  perry --emit bash >completion
  cat >try <<'END'
. ./completion
compopt () { :; }
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_perry_runtime
echo "${COMPREPLY[*]}"
END
  mkdir bin
  ln -s "$PERRY" bin/perry-runtime
  PATH=$PWD/bin:$PATH
  assert_equal "features" "$(bash try perry-runtime fe)"
  assert_equal "features" "$(bash try perry-runtime --root = /x fe)"
  assert_equal "--no-pivot --no-new-keyring" "$(bash try perry-runtime create --no)"
  assert_equal "completion" "$(bash try perry-runtime create --bundle comp)"
  assert_equal "completion" "$(bash try perry-runtime create --bundle = comp)"
  assert_equal "" "$(bash try perry-runtime list --format '')"
}

@test "zsh and fish can read their completions" {
  local shell
  for shell in zsh fish
    do
      perry --emit "$shell" >"completion.$shell"
      [ -s "completion.$shell" ]
      [ -z "$(command -v "$shell")" ] || "$shell" -n "completion.$shell"
  done
}
