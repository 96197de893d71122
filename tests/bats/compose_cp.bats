# bats file_tags=compose
# `cp`: what goes where, and that nothing of the container leads it elsewhere.
# shellcheck disable=SC2016 # for inner shells
load compose_helpers

CP_FILE='
services:
  one:
    image: localhost/busybox
    command: [sleep, "1000"]
    init: true
    stop_grace_period: 0s'

begin ()
{
  echo "$CP_FILE" | compose_file
  up
}

@test "cp: a file into a container and back, its mode kept, its owner root there" {
  begin
  echo hello >a.txt
  chmod 0640 a.txt
  compose cp a.txt one:/tmp
  run service_exec one stat -c '%a %u %g %n' /tmp/a.txt
  assert_output "640 0 0 /tmp/a.txt"
  compose cp one:/tmp/a.txt back.txt
  assert_equal hello "$(cat back.txt)"
  # The copy's own name; onto a file: it is replaced.
  compose cp a.txt one:/tmp/b.txt
  echo more >a.txt
  compose cp ./a.txt one:/tmp/b.txt
  run service_exec one cat /tmp/b.txt
  assert_output more
  run service_exec one ls -A /tmp
  assert_output "a.txt
b.txt"
}

@test "cp: directories as cp -r does it, and what is in them with /." {
  begin
  mkdir -p tree/sub
  echo 1 >tree/sub/x
  ln -s sub/x tree/link
  compose cp tree one:/tmp
  compose cp tree one:/tmp/new
  compose cp tree/. one:/tmp/new
  run service_exec one sh -c 'cd /tmp && find . | sort'
  assert_output ".
./new
./new/link
./new/sub
./new/sub/x
./tree
./tree/link
./tree/sub
./tree/sub/x"
  compose cp one:/tmp/tree back
  assert_equal sub/x "$(readlink back/link)"
  assert_equal 1 "$(cat back/sub/x)"
  compose cp -L one:/tmp/tree/link followed
  [ -f followed ] && [ ! -L followed ]
}

@test "cp -a keeps owners; set-user-ID bits stay in the container without it" {
  begin
  service_exec one sh -c 'echo x >/tmp/f && chown 12:34 /tmp/f && chmod 4755 /tmp/f'
  compose cp one:/tmp/f plain
  compose cp -a one:/tmp/f kept
  assert_equal "755 0:0" "$(stat -c '%a %u:%g' plain)"
  assert_equal "4755 12:34" "$(stat -c '%a %u:%g' kept)"
  chown 7:8 plain
  compose cp -a plain one:/tmp/g
  run service_exec one stat -c '%u:%g' /tmp/g
  assert_output 7:8
}

@test "cp: a stopped container's files and volumes" {
  echo "$CP_FILE
    volumes: [data:/data]
volumes: {data: {}}" | compose_file
  up
  service_exec one sh -c 'echo in-layer >/l; echo in-volume >/data/v'
  compose stop >"$WORK/out" 2>&1
  compose cp one:/l l
  compose cp one:/data/v v
  assert_equal "in-layer
in-volume" "$(cat l v)"
  echo put >put
  compose cp put one:/data/
  compose cp put one:/put
  compose start >"$WORK/out" 2>&1
  run service_exec one cat /data/put /put
  assert_output "put
put"
}

@test "cp: several containers, --index, one of run with --all" {
  echo "$CP_FILE
    scale: 2" | compose_file
  up
  echo x >x
  compose cp x one:/tmp
  service_exec --index 1 one test -e /tmp/x
  compose exec -T --index 2 one test -e /tmp/x
  echo y >y
  compose cp --index 2 y one:/tmp
  compose exec -T --index 2 one test -e /tmp/y
  run compose exec -T --index 1 one test -e /tmp/y
  assert_failure
  compose run -d --name extra one sleep 1000 >"$WORK/out"
  compose cp --all x one:/extra
  run compose container exec extra cat /extra
  assert_output x
  run_compose cp --index 9 x one:/tmp
  assert_failure 13
}

@test "cp: tar archives by standard output and input" {
  begin
  long=$(printf '%0150d' 7)
  mkdir -p t/"$long"
  echo deep >t/"$long"/f
  head -c 100000 /dev/urandom >t/big
  ln -s big t/link
  tar -cf t.tar -C t .
  host sh -c '"$0" cp - one:/tmp <t.tar' "$COMPOSE"
  host sh -c '"$0" cp one:/tmp/. - >back.tar' "$COMPOSE"
  mkdir back
  tar -xf back.tar -C back
  diff -r t back
  # An archive that would write through its own link, and one with "..".
  mkdir h h2
  ln -s /etc h/evil
  tar -cf h.tar -C h evil
  mkdir h2/evil && echo bad >h2/evil/passwd
  tar -rf h.tar -C h2 evil/passwd
  run host sh -c '"$0" cp - one:/tmp <h.tar' "$COMPOSE"
  assert_failure 29
  run service_exec one grep -c bad /etc/passwd
  assert_output 0
  tar -cPf d.tar --transform 's|^h2|../../h2|' h2/evil/passwd
  run host sh -c '"$0" cp - one:/tmp <d.tar' "$COMPOSE"
  assert_failure
  assert_contains '".." in a name'
}

@test "cp: links of the container lead to places in the container" {
  begin
  echo canary >"$WORK/canary"
  # shellcheck disable=SC2016 # for the inner shell
  service_exec one sh -c 'mkdir -p "/in$0"; ln -s "$0" /out; ln -s "$0/canary" /tmp/file; ln -s /proc/1/root /tmp/root' "$WORK"
  echo new >canary
  compose cp canary one:/out
  run service_exec one cat "$WORK/canary"
  assert_failure
  assert_equal canary "$(cat "$WORK/canary")"
  # A link as the target is replaced, not followed.
  compose cp canary one:/tmp/file
  run service_exec one sh -c 'test ! -L /tmp/file && cat /tmp/file'
  assert_output new
  # Links of procfs are not followed at all.
  run_compose cp canary one:/tmp/root/tmp/x
  assert_failure
  run_compose cp one:/tmp/root/etc/passwd x
  assert_failure
  run_compose cp one:/../../../../etc/hostname x
  assert_success
  refute_contains "$(uname -n)"
}

# CVE-2018-15664: a component is exchanged for a link all the time.
@test "cp: a container that swaps a directory for a link while files go in and out" {
  cp "$(helper swap)" swap
  mkdir "$WORK/out"
  echo canary >"$WORK/out/f"
  compose_file <<EOF
services:
  one:
    image: localhost/busybox
    command: [sh, -c, "mkdir -p /d/real && echo inside >/d/real/f && ln -s $WORK/out /d/link && /swap /d/real /d/link"]
    volumes: ['./swap:/swap:ro']
    stop_grace_period: 0s
EOF
  up
  echo evil >f
  count=${PERRY_CP_RACES:-60} refused=0
  for ((i = 0; i < count; i++)); do
    compose cp f one:/d/real/f 2>"$WORK/err" || refused=$((refused + 1))
    compose cp f one:/d/real 2>"$WORK/err" || refused=$((refused + 1))
    rm -f got
    if compose cp one:/d/real/f got 2>"$WORK/err"; then
      run cat got
      refute_contains canary
    fi
    assert_equal canary "$(cat "$WORK/out/f")"
    assert_equal f "$(ls "$WORK/out")"
  done
  [ "$refused" -lt $((2 * count)) ]
}

# CVE-2019-14271, CVE-2026-41567: programs and libraries of the container in the hands of the host's root.
@test "cp: nothing of the container is executed or loaded" {
  require_program strace
  begin
  echo x >x
  for state in running stopped; do
    [ $state = running ] || compose stop >"$WORK/out" 2>&1
    for way in "x one:/tmp/x" "one:/etc ./etc-$state"; do
      # shellcheck disable=SC2086 # words
      host strace -f -o "$WORK/trace" -e trace=execve,execveat,openat,open "$COMPOSE" cp $way
      # From where the container's root is opened on: its process' root, or the overlay.
      sed -n '/\/root", O_.*PATH\|\/rootfs", O_/,$p' "$WORK/trace" >"$WORK/after"
      [ -s "$WORK/after" ]
      run grep -E 'exec|\.so|nsswitch|/etc/passwd|locale|gconv' "$WORK/after"
      [ "$status" -eq 1 ] || fail "$state, $way: $output"
    done
  done
}

@test "cp: what is wrong is said in one line" {
  begin
  echo x >x
  while IFS='|' read -r status message arguments; do
    # shellcheck disable=SC2086 # words
    run_compose cp $arguments
    assert_failure "$status"
    assert_one_line
    assert_contains "$message"
  done <<'TABLE'
1|one of the two must be|x y
1|one of the two must be|one:/a one:/b
13|no container in project|x two:/
13|no such file|one:/nothing .
13|no such file|nothing one:/
13|make it first|x one:/nothing/here
13|no such directory|x one:/nothing/
29|a directory cannot be copied onto a file|one:/etc ./x
TABLE
}
