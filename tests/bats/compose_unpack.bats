#!/usr/bin/env bats
# compose_unpack.bats - perry-unpack, which makes a directory of a layer: hostile and odd layers by compose_unpack.table,
# limits of time and memory, its sandbox, a user namespace, a full disk, and a large layer compared with what tar makes of
# it.
# shellcheck disable=SC2154 # of bats' run

load helpers

OCI=application/vnd.oci.image.layer.v1.tar

setup ()
{
  UNPACK=$PERRY_BUILD/perry-unpack
  [ -x "$UNPACK" ] || fail "there is no program at $UNPACK: set PERRY_BUILD"
  WORK=$BATS_TEST_TMPDIR
  TARGET=$WORK/target
  OUT=$WORK/outside
  BACKGROUND=()
  mkdir -p "$OUT/sub"
  echo canary >"$OUT/file"
  echo canary >"$OUT/sub/file"
  chmod 750 "$OUT" "$OUT/sub"
  cd "$WORK" || return 1
}

teardown ()
{
  [ ${#BACKGROUND[@]} -eq 0 ] || kill -KILL "${BACKGROUND[@]}" 2>/dev/null || true
  for dir in disk merged; do
    ! mountpoint -q "$WORK/$dir" || umount "$WORK/$dir"
  done
  rm -rf --one-file-system "$TARGET"
}

# All that one could see of the canary's directory.
canary ()
{
  find "$OUT" -printf '%p %y %m %U:%G %n %s %T@ %C@ %l\n' | sort
  cat "$OUT/file" "$OUT/sub/file"
}

sha256 () { sha256sum "$@" | cut -d' ' -f1; }

# unpack INPUT ARCHIVE OPTION...: INPUT into a new target, with the diff id of ARCHIVE. $status, $output; $took is
# how many seconds of the processor it took: other work of the machine is not counted.
unpack ()
{
  local input=$1 archive=$2 id
  shift 2
  rm -rf --one-file-system "$TARGET"
  mkdir -m 700 "$TARGET"
  id=$(sha256 "$archive")
  # shellcheck disable=SC2016 # for the inner shell
  run timeout 30 sh -c 'cd "$1" || exit 1; input=$2; shift 2; exec "$@" <"$input"' - "$TARGET" "$input" \
    /usr/bin/time -q -f '%U %S' -o "$WORK/measured" "$UNPACK" --media-type "$OCI" --diff-id "sha256:$id" "$@"
  took=$(seconds_measured)
}

# The seconds of user and system, the last words of what was measured. One that was killed has not been.
seconds_measured () { awk '{ print int ($(NF - 1) + $NF) }' "$WORK/measured"; }

layer () { "$(helper mklayer)" >"$WORK/layer.tar"; }

# --- the table -------------------------------------------------------------------------------------------------------

# Run the row in the variables; say what is wrong.
run_row ()
{
  local before after check took
  layer <<<"${description//@OUT/$OUT}" || { echo "mklayer failed"; return; }
  (eval "${filter:-cat}") <layer.tar >input
  before=$(canary)
  # shellcheck disable=SC2086 # words
  unpack "$WORK/input" "$WORK/layer.tar" $options
  after=$(canary)
  [ "$before" = "$after" ] || { echo "the canary changed:"; diff <(echo "$before") <(echo "$after"); }
  [ "$took" -le 10 ] || echo "took $took seconds"
  if [ -n "$refused" ]; then
    [ "$status" -eq 16 ] || echo "status $status"
    [ "$(grep -vc ' warning: ' <<<"$output")" = 1 ] || echo "not one line"
    [[ $output == *"${refused//@OUT/$OUT}"* ]] || echo "not said: $refused"
  else
    [ "$status" -eq 0 ] || echo "refused"
    for check in "${checks[@]//@OUT/$OUT}"; do
      # shellcheck disable=SC2034 # for the checks
      (cd "$TARGET" && err=$output && eval "$check") || echo "not true: $check"
    done
  fi
}

judge_row ()
{
  local wrong
  rm -f said
  [ -n "$title" ] || return 0
  rows=$((rows + 1))
  wrong=$(run_row; [ -z "${output-}" ] || echo "$output" >said)
  [ -z "$wrong" ] || { echo "$title: $wrong"; cat said 2>/dev/null || true; bad=$((bad + 1)); }
}

@test "every layer of compose_unpack.table is refused or unpacked as it says, and nothing outside changes" {
  require_root
  local line title="" description="" options="" filter="" refused="" rows=0 bad=0
  local -a checks=()
  exec 7<"$TOP/tests/bats/compose_unpack.table"
  while IFS= read -r -u 7 line && [ -n "$line" ]; do :; done # what the table says of itself
  while IFS= read -r -u 7 line; do
    case $line in
      '# '*)
        judge_row
        title=${line#\# } description="" options="" filter="" refused=""
        checks=()
        ;;
      '') ;;
      '+ '*) options=${line#+ } ;;
      '< '*) filter=${line#< } ;;
      '! '*) refused=${line#! } ;;
      '= '*) checks+=("${line#= }") ;;
      *) description+=$line$'\n' ;;
    esac
  done
  exec 7<&-
  judge_row
  [ "$rows" -gt 100 ] || fail "only $rows rows"
  [ "$bad" -eq 0 ]
}

# --- limits ----------------------------------------------------------------------------------------------------------

# unpack_measured LIMIT_MIB INPUT DIFF_ID OPTION...: unpack INPUT, and check what memory and time of the processor it took.
unpack_measured ()
{
  local limit=$1 input=$2 id=$3
  shift 3
  rm -rf --one-file-system "$TARGET"
  mkdir -m 700 "$TARGET"
  # shellcheck disable=SC2016 # for the inner shell
  run timeout 60 sh -c 'cd "$1" || exit 1; input=$2; shift 2; exec "$@" <"$input"' - "$TARGET" "$input" \
    /usr/bin/time -q -f '%M %U %S' -o "$WORK/measured" "$UNPACK" --diff-id "sha256:$id" "$@"
  read -r rss _ <"$WORK/measured"
  [ "$rss" -lt $((limit * 1024)) ] || fail "resident set of $rss KiB"
  [ "$(seconds_measured)" -lt 10 ] || fail "took $(seconds_measured) s"
}

ZEROS=0000000000000000000000000000000000000000000000000000000000000000

@test "10 GiB of zeros, 10^6 entries, 10^5 directories deep: refused in ten seconds and 64 MiB" {
  require_root
  require_program /usr/bin/time
  layer <<<$'make zstd-bomb\nnoend'
  [ "$(stat -c %s layer.tar)" -lt 400000 ]
  unpack_measured 64 "$WORK/layer.tar" "$ZEROS" --media-type "$OCI+zstd"
  assert_failure 16
  assert_contains "(--max-ratio)"
  [ "$(du -sm "$TARGET" | cut -f1)" -lt 100 ]
  unpack_measured 64 "$WORK/layer.tar" "$ZEROS" --media-type "$OCI+zstd" --max-ratio 0 --max-bytes 500000000
  assert_failure 16
  assert_contains "(--max-bytes)"
  layer <<<'make entries-1000000'
  unpack_measured 64 "$WORK/layer.tar" "$ZEROS" --media-type "$OCI" --max-entries 10000
  assert_failure 16
  assert_contains "(--max-entries)"
  layer <<<'make depth-100000'
  unpack_measured 64 "$WORK/layer.tar" "$ZEROS" --media-type "$OCI"
  assert_failure 16
  layer <<<'make sparse-maps'
  unpack_measured 64 "$WORK/layer.tar" "$ZEROS" --media-type "$OCI"
  assert_failure 16
}

@test "a layer with the largest window that is taken needs less than 64 MiB" {
  require_root
  require_program zstd /usr/bin/time
  head -c 60M /dev/urandom >random
  tar -cf random.tar random
  zstd -q --ultra -20 --zstd=wlog=25,strategy=1 random.tar -o random.zst
  unpack_measured 64 "$WORK/random.zst" "$(sha256 random.tar)" --media-type "$OCI+zstd"
  assert_success
  cmp random "$TARGET/random"
}

# --- walls -----------------------------------------------------------------------------------------------------------

@test "it runs without new privileges, behind filters, with seven capabilities" {
  require_root
  local pid
  mkdir -m 700 "$TARGET"
  mkfifo input
  (cd "$TARGET" && exec "$UNPACK" --media-type "$OCI" --diff-id "sha256:$ZEROS" <"$WORK/input") &
  pid=$!
  BACKGROUND+=("$pid")
  exec 7>input
  wait_for 30 grep -q 'Seccomp:.*2' "/proc/$pid/status"
  wait_for 30 grep -q 'CapEff:.00000000' "/proc/$pid/status"
  run cat "/proc/$pid/status"
  assert_match 'NoNewPrivs:.1'
  assert_match 'CapEff:.000000008820001b'
  assert_match 'CapPrm:.000000008820001b'
  exec 7>&-
  wait "$pid" || true
}

@test "a directory of the target that is swapped for a link while it unpacks leads nowhere" {
  require_root
  local i before
  before=$(canary)
  for i in {1..5000}; do
    printf 'file d/f%d x\n' "$i"
    [ $((i % 20)) -ne 0 ] || printf 'file e/f%d x\n' "$i"
  done | layer
  ln -s "$OUT" link
  swap=$(helper swap)
  (while :; do "$swap" "$TARGET/d" "$WORK/link" 2>/dev/null || :; done) &
  BACKGROUND+=("$!")
  unpack "$WORK/layer.tar" "$WORK/layer.tar"
  kill -KILL "${BACKGROUND[@]}"
  wait "${BACKGROUND[@]}" 2>/dev/null || true
  BACKGROUND=()
  assert_equal "$before" "$(canary)"
}

@test "the target has to be empty and ours alone" {
  require_root
  layer <<<'file f f'
  mkdir -m 755 "$TARGET"
  cd "$TARGET"
  run "$UNPACK" --media-type "$OCI" --diff-id "sha256:$ZEROS" <../layer.tar
  assert_failure 1
  assert_contains "mode 0700"
  chmod 700 .
  echo mine >file
  run "$UNPACK" --media-type "$OCI" --diff-id "sha256:$ZEROS" <../layer.tar
  assert_failure 1
  assert_contains "there is file"
  [ "$(ls -A)" = file ]
}

@test "a full disk is status 24, and says so" {
  require_root
  mkdir "$WORK/disk"
  mount -t tmpfs -o size=1M tmpfs "$WORK/disk"
  TARGET=$WORK/disk/target
  head -c 3M /dev/urandom >random
  tar -cf random.tar random
  unpack "$WORK/random.tar" "$WORK/random.tar"
  assert_failure 24
  assert_output "perry-unpack: random: write: No space left on device"
  rm -rf --one-file-system "$TARGET"
  mount -o remount,nr_inodes=20 "$WORK/disk"
  for i in {1..50}; do echo "file f$i"; done | layer
  unpack "$WORK/layer.tar" "$WORK/layer.tar"
  assert_failure 24
}

# --- user namespaces -------------------------------------------------------------------------------------------------

# unpack_mapped OPTION...: layer.tar in a user namespace that has 1000 ids.
unpack_mapped ()
{
  local id pid
  id=$(sha256 "$WORK/layer.tar")
  rm -rf --one-file-system "$TARGET"
  mkdir -m 700 "$TARGET"
  chown 100000:100000 "$TARGET"
  unshare --user sleep 60 &
  pid=$!
  BACKGROUND+=("$pid")
  wait_for 30 in_other_namespace "$pid"
  echo "0 100000 1000" >"/proc/$pid/uid_map"
  echo "0 100000 1000" >"/proc/$pid/gid_map"
  cd "$TARGET" || return 1
  run timeout 30 nsenter --user --target "$pid" --setuid 0 --setgid 0 \
    "$UNPACK" --media-type "$OCI" --diff-id "sha256:$id" "$@" <"$WORK/layer.tar"
  cd "$WORK" || return 1
}

in_other_namespace () { [ "$(readlink /proc/self/ns/user)" != "$(readlink "/proc/$1/ns/user")" ]; }

@test "in a user namespace: whiteouts and opaque directories are made, devices are left out" {
  require_root
  layer <<<$'file .wh.gone\nfile d/.wh..wh..opq\nheader name=f uid=999 mode=4755\nchar null 1 3'
  unpack_mapped --userxattr --devices=make
  assert_success
  assert_contains "null: device left out"
  assert_equal "character special file:0:0 100000" "$(stat -c '%F:%t:%T %u' "$TARGET/gone")"
  assert_equal y "$(getfattr --only-values -n user.overlay.opaque "$TARGET/d")"
  assert_equal 100999:4755 "$(stat -c %u:%a "$TARGET/f")"
  [ ! -e "$TARGET/null" ]
}

@test "in a user namespace: unmapped owners and marks for the host's root are errors that say what to do" {
  require_root
  layer <<<'header name=f uid=1000'
  unpack_mapped --userxattr
  assert_failure 1
  assert_one_line
  assert_contains "f: owner 1000:1000 is not mapped in this user namespace: /etc/subuid"
  layer <<<'file d/.wh..wh..opq'
  unpack_mapped
  assert_failure 1
  assert_contains "takes --userxattr"
}

# --- overlayfs -------------------------------------------------------------------------------------------------------

@test "over another layer, overlayfs hides what the layer removes and shows what it adds" {
  require_root
  mkdir -p base/dir base/opaque/old base/again base/kept merged
  touch base/gone base/dir/gone base/dir/kept base/opaque/file base/again/old base/kept/file base/both
  layer <<<$'file .wh.gone
file dir/.wh.gone
file opaque/.wh..wh..opq
file opaque/new n
dir again
file .wh.again
file again/new n
file .wh.both
file both new'
  unpack "$WORK/layer.tar" "$WORK/layer.tar"
  assert_success
  mount -t overlay -o "ro,lowerdir=$TARGET:$WORK/base" overlay merged
  run find merged -mindepth 1 -printf '%P\n'
  umount merged
  assert_equal "again again/new both dir dir/kept kept kept/file opaque opaque/new" "$(sort <<<"$output" | xargs)"
}

# --- progress, usage -------------------------------------------------------------------------------------------------

@test "--progress-fd is told how much of the input is done, in the end all of it, and may be closed on the other side" {
  require_root
  head -c 5M /dev/urandom >random
  tar -cf random.tar random
  exec 8>progress
  unpack "$WORK/random.tar" "$WORK/random.tar" --progress-fd 8
  exec 8>&-
  assert_success
  assert_equal "$(stat -c %s random.tar)" "$(tail -n 1 progress)"
  [ "$(wc -l <progress)" -ge 8 ]
  sort -nc progress
  exec 8> >(exec true)
  wait "$!" || true
  unpack "$WORK/random.tar" "$WORK/random.tar" --progress-fd 8
  exec 8>&-
  assert_success
  unpack "$WORK/random.tar" "$WORK/random.tar" --progress-fd 77
  assert_failure 1
}

@test "wrong usage is status 1, and --help shows every option" {
  run "$UNPACK"
  assert_failure 1
  assert_contains "--media-type and --diff-id are needed"
  run "$UNPACK" --devices=all --media-type "$OCI" --diff-id "sha256:$ZEROS"
  assert_failure 1
  assert_contains "neither skip nor make"
  run "$UNPACK" --help
  assert_success
  for option in media-type diff-id digest size max-bytes max-entries max-ratio userxattr devices progress-fd; do
    assert_contains "--$option"
  done
}

# --- the same as tar -------------------------------------------------------------------------------------------------

manifest ()
{
  (cd "$1" && find . -mindepth 1 -printf '%p %y %m %U:%G %n %T@ %l' \( -type d -printf '\n' -o -printf ' %s\n' \) | sort
    find . -type f -print0 | sort -z | xargs -0 sha256sum
    find . -type b,c -exec stat -c '%n %t:%T' {} + | sort
    find . -print0 | sort -z | xargs -0 getfattr -h -d -m - 2>/dev/null)
}

# A tree of real programs, with all that a file can be.
make_tree ()
{
  mkdir -p tree/bin tree/share/deep/deeper tree/odd
  find /usr/bin -maxdepth 1 -type f -size -300k | sort | head -n 60 | xargs cp -a -t tree/bin
  cp -a /usr/share/zoneinfo/Europe tree/share/
  for i in {1..40}; do ln "tree/bin/$(ls tree/bin | sed -n "${i}p")" "tree/share/deep/link$i"; done
  ln -s ../bin tree/share/bin
  head -c 100000 /dev/urandom >tree/odd/sparse
  truncate -s 5M tree/odd/sparse
  printf end >>tree/odd/sparse
  setfattr -n user.note -v "$(printf 'a\nb')" tree/odd/sparse
  cp /usr/bin/true tree/odd/capable
  setcap cap_net_raw+ep tree/odd/capable
  mknod tree/odd/null c 1 3
  mknod tree/odd/disk b 8 1
  mkfifo -m 600 tree/odd/fifo
  cp /usr/bin/true tree/odd/setuid
  chown 1234:5678 tree/odd/setuid
  chmod 6751 tree/odd/setuid
  touch -d '1969-12-31 23:59:58.123456789 UTC' tree/odd/old
  touch -h -d '2033-03-03 03:03:03.3 UTC' tree/share/bin
  mkdir -m 1777 tree/odd/sticky
  touch "tree/odd/$(printf 'l%.0s' {1..250})"
  chmod 500 tree/share/deep
}

@test "a large good layer becomes what GNU tar makes of it: pax and GNU, sparse, gzip and zstd" {
  require_root
  require_program setcap setfattr zstd
  local format how
  make_tree
  # GNU's own format has no place for extended attributes.
  tar --format=pax --xattrs -S -C tree -cf pax.tar .
  tar --format=gnu -S -C tree -cf gnu.tar .
  for format in pax gnu; do
    mkdir want
    tar --xattrs --xattrs-include='*' -C want -xpf "$format.tar" 2>/dev/null
    for how in "" +gzip +zstd; do
      case $how in
        '') cp "$format.tar" input ;;
        +gzip) gzip -1c "$format.tar" >input ;;
        +zstd) zstd -qc "$format.tar" >input ;;
      esac
      unpack "$WORK/input" "$WORK/$format.tar" --media-type "$OCI$how" --devices=make --size "$(stat -c %s input)" \
        --digest "sha256:$(sha256 input)"
      assert_success
      diff <(manifest want) <(manifest "$TARGET")
      [ "$(stat -c %b "$TARGET/odd/sparse")" -lt 1000 ]
    done
    rm -rf --one-file-system want
  done
}
