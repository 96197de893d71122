#!/usr/bin/env bats
# compose_image.bats - the image store: archives and layouts, hostile ones by compose_image.table; names, removal, pruning; what is left
# when a command is killed or the disk is full. Registries and builds: compose_registry.bats.
# shellcheck disable=SC2016,SC2154 # of jq; of bats' run

load compose_helpers

# Most of the time would be spent on waiting for the disk, where others write: the store is in memory.
setup ()
{
  setup_files
  DATA=$(mktemp -d /dev/shm/pc.XXXXXX)
  export ARCH PERRY_COMPOSE_DATA=$DATA
  case $(uname -m) in x86_64) ARCH=amd64 ;; aarch64) ARCH=arm64 ;; *) ARCH=$(uname -m) ;; esac
}

teardown ()
{
  teardown_compose
  rm -rf --one-file-system "${DATA:?}"
}

# --- layouts -----------------------------------------------------------------------------------------------------------

config () { CONFIG_EDITS+=" | $1"; chain "${@:2}"; }
manifest () { MANIFEST_EDITS+=" | $1"; chain "${@:2}"; }
index () { INDEX_EDITS+=" | $1"; chain "${@:2}"; }
also () { ALSO+="$1"$'\n'; }
nest () { NEST=$1; }
chain () { [ $# -eq 0 ] || "$@"; }

plain ()
{
  CONFIG_EDITS=. MANIFEST_EDITS=. INDEX_EDITS=. ALSO='' NEST=0
}

# The blob of file $1; prints its digest.
blob ()
{
  local hex
  hex=$(sha256sum <"$1" | cut -d ' ' -f 1)
  mv "$1" "blobs/sha256/$hex"
  echo "sha256:$hex"
}

# A layer of the files of directory $1; LAYERS, SIZES and DIFFS get one more.
add_layer ()
{
  tar -C "$1" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf layer.tar .
  DIFFS+=("sha256:$(sha256sum <layer.tar | cut -d ' ' -f 1)")
  SIZES+=("$(stat -c %s layer.tar)")
  LAYERS+=("$(blob layer.tar)")
}

descriptor ()
{
  jq -cn --arg t "application/vnd.oci.image.$1" --arg d "$2" --arg f "blobs/sha256/${2#*:}" --argjson s "$3" '{mediaType: $t, digest: $d, size: $s}'
}

size_of () { stat -c %s "blobs/sha256/${1#*:}"; }

# $WORK/$1: the layout with the edits of config, manifest, index, also and nest; two layers with the files a and b, or of the
# directories in $WORK/layers.
make_layout ()
{
  local dir level entry
  mkdir -p "$WORK/$1/blobs/sha256" && cd "$WORK/$1" || return 1
  if [ ! -d "$WORK/layers" ]; then
    mkdir -p "$WORK/layers/1" "$WORK/layers/2"
    echo a >"$WORK/layers/1/a"
    echo b >"$WORK/layers/2/b"
  fi
  LAYERS=() SIZES=() DIFFS=()
  for dir in "$WORK"/layers/*; do add_layer "$dir"; done
  jq -cn --arg arch "$ARCH" "{architecture: \$arch, os: \"linux\", config: {Cmd: [\"sh\"]},
    rootfs: {type: \"layers\", diff_ids: \$ARGS.positional}} | $CONFIG_EDITS" --args "${DIFFS[@]}" >c.json
  CONFIG=$(blob c.json)
  for dir in "${!LAYERS[@]}"; do descriptor layer.v1.tar "${LAYERS[dir]}" "${SIZES[dir]}"; done |
    jq -cs --argjson c "$(descriptor config.v1+json "$CONFIG" "$(size_of "$CONFIG")")" \
      "{schemaVersion: 2, config: \$c, layers: .} | $MANIFEST_EDITS" >m.json
  MANIFEST=$(blob m.json)
  entry=$(descriptor manifest.v1+json "$MANIFEST" "$(size_of "$MANIFEST")")
  for ((level = 1; level < NEST; level++)); do
    jq -cn --argjson m "$entry" '{schemaVersion: 2, manifests: [$m]}' >n.json
    dir=$(blob n.json)
    entry=$(descriptor index.v1+json "$dir" "$(size_of "$dir")")
  done
  echo '{"imageLayoutVersion":"1.0.0"}' >oci-layout
  jq -cn --argjson m "$entry" "{schemaVersion: 2, manifests: [\$m | .annotations[\"org.opencontainers.image.ref.name\"] = \"good\"]} |
    $INDEX_EDITS" >index.json
  eval "$ALSO"
  cd "$PROJECT" || return 1
}

# What is there that is no whole image.
debris ()
{
  ls -A "$DATA/images/tmp" 2>/dev/null
}

# --- the table ---------------------------------------------------------------------------------------------------------

judge ()
{
  local kind=${1:0:1} text=${1:2} want=0
  if [ "$kind" = ! ]; then
    want=${text%% *} text=${text#* }
    [ "${#lines[@]}" -eq 1 ] || echo "${#lines[@]} lines"
    [ -z "$(compose image ls -q)" ] || echo "there is an image"
  fi
  [ "$status" -eq "$want" ] || echo "status $status"
  [ "$kind" = ! ] || output=$(compose image inspect "$(compose image ls -q | head -n 1)")
  [[ $output == *"$text"* ]] || echo "not said: $text"
  [[ $output != *$'\e'* ]] || echo "speaks to the terminal"
  [ -z "$(debris)" ] || echo "left behind: $(debris)"
}

check_row ()
{
  local title=$1 code=$2 want=$3 fault
  rm -rf "$WORK/layout" "${DATA:?}"
  mkdir -m 700 "$DATA"
  plain
  eval "$code"
  make_layout layout
  run_compose image load -q -i "$WORK/layout"
  fault=$(judge "$want")
  [ -n "$fault" ] || return 0
  printf '%s\n  %s\n  status %s, output: %.400s\n' "row $title" "$fault" "$status" "$output" >&2
  return 1
}

check_rows ()
{
  local from=$1 to=$2 line title='' code='' rows=0 failed=0
  while IFS= read -r line <&4; do
    case $line in
      '# '[0-9]*) title=${line#\# } code='' ;;
      '#'* | '') ;;
      '! '* | '= '*)
        if [ "${title%% *}" -lt "$from" ] || [ "${title%% *}" -gt "$to" ]; then continue; fi
        rows=$((rows + 1))
        check_row "$title" "$code" "$line" || failed=$((failed + 1))
        ;;
      *) code+=$line$'\n' ;;
    esac
  done 4<"$TOP/tests/bats/compose_image.table"
  [ "$rows" -gt 0 ] || fail "no rows"
  [ "$failed" -eq 0 ] || fail "$failed of $rows rows failed"
}

@test "image: hostile layouts, the index (1-32)" { check_rows 1 32; }
@test "image: hostile layouts, manifests and layers (33-51)" { check_rows 33 51; }
@test "image: hostile layouts, configurations (52-66)" { check_rows 52 66; }

# --- what can be loaded ------------------------------------------------------------------------------------------------

load_good ()
{
  plain
  make_layout "${1:-layout}"
  compose image load -q -i "$WORK/${1:-layout}"
}

@test "image load: an archive of docker save, an OCI archive, standard input, a layout" {
  local archive
  plain
  make_layout layout
  skopeo copy -q "oci:$WORK/layout:good" "docker-archive:$WORK/d.tar:localhost/from/docker:1"
  skopeo copy -q "oci:$WORK/layout:good" "oci-archive:$WORK/o.tar:localhost/from/oci:2"
  for archive in "$WORK/d.tar" "$WORK/o.tar" "$WORK/layout"; do
    run_compose image load -i "$archive"
    assert_success
  done
  timeout 20 "$COMPOSE" image rm localhost/from/docker:1
  timeout 20 "$COMPOSE" image load -q -i - <"$WORK/d.tar"
  run_compose image ls --format json
  assert_equal 'localhost/from/docker:1 localhost/from/oci:2 localhost/layout:good' "$(jq -r '.RepoTags | join(" ")' <<<"$output")"
  assert_equal 2 "$(find "$DATA/images/layers" -mindepth 1 -maxdepth 1 | wc -l)"
  run_compose image check --blobs
  assert_success
  [ -z "$(debris)" ] || fail "left: $(debris)"
}

@test "image load: archives that are compressed as a whole" {
  plain
  make_layout layout
  skopeo copy -q "oci:$WORK/layout:good" "docker-archive:$WORK/d.tar:localhost/d:1"
  skopeo copy -q "oci:$WORK/layout:good" "oci-archive:$WORK/o.tar:localhost/o:1"
  gzip "$WORK/d.tar"
  xz "$WORK/o.tar"
  run_compose image load -q -i "$WORK/d.tar.gz"
  assert_output localhost/d:1
  run_compose image load -q -i "$WORK/o.tar.xz"
  assert_output localhost/o:1
  truncate -s -20 "$WORK/d.tar.gz"
  run_compose image load -q -i "$WORK/d.tar.gz"
  assert_failure
  assert_one_line
  assert_contains gzip
  [ -z "$(debris)" ] || fail "left: $(debris)"
}

@test "image load: an archive that becomes too large without its compression, or for the disk" {
  local program
  require_root
  for program in gzip xz zstd bzip2; do
    command -v "$program" >/dev/null || continue
    head -c $((64 << 20)) /dev/zero | "$program" -c >"$WORK/bomb"
    run_compose image load -q -i "$WORK/bomb"
    assert_failure 16
    assert_one_line
    assert_contains "$WORK/bomb: it is more than 250 times as large without its compression"
  done
  head -c $((9 << 20)) /dev/urandom | gzip -c >"$WORK/random.gz"
  # shellcheck disable=SC2016 # for the inner shell
  run timeout 60 unshare -m bash -c '
    mount -t tmpfs -o size=16m none "$PERRY_COMPOSE_DATA" || exit 99
    "$0" image load -q -i "$1" && exit 98
    status=$?
    [ -z "$(ls -A "$PERRY_COMPOSE_DATA/images/tmp")" ] || exit 97
    exit "$status"' "$COMPOSE" "$WORK/random.gz"
  assert_failure 24
  assert_one_line
  assert_contains 'half of what is free'
  [ -z "$(debris)" ] || fail "left: $(debris)"
}

@test "image load: paths with colons and blanks; --tag; what is no archive" {
  plain
  make_layout layout
  mkdir "$WORK/a: b"
  skopeo copy -q "oci:$WORK/layout:good" "docker-archive:$WORK/d.tar:localhost/d:1"
  mv "$WORK/d.tar" "$WORK/a: b/d:1.tar"
  run_compose image load -q --tag app:2 -i "$WORK/a: b/d:1.tar"
  assert_success
  assert_output docker.io/library/app:2
  mv "$WORK/layout" "$WORK/a: b/l:2"
  run_compose image load -q --tag app:3 -i "$WORK/a: b/l:2"
  assert_success
  head -c 100000 /dev/urandom >"$WORK/junk.tar"
  run_compose image load -i "$WORK/junk.tar"
  assert_failure 16
  assert_one_line
  assert_contains 'neither an archive of docker save'
  run_compose image load -i "$WORK/nothing"
  assert_failure 1
  run_compose image load -i /dev/null
  assert_failure 1
  assert_contains 'neither a regular file nor a directory'
}

@test "image load: an OCI archive whose names climb out is refused" {
  plain
  make_layout layout
  tar -C "$WORK/layout" --transform 's,^index.json$,../../../escaped,' -cPf "$WORK/o.tar" oci-layout index.json blobs
  run_compose image load -i "$WORK/o.tar"
  assert_failure 16
  run find "$WORK" "$DATA" -name escaped
  assert_output ''
}

@test "image load without skopeo: an OCI layout needs none; otherwise the package is named" {
  require_root
  plain
  make_layout layout
  skopeo copy -q "oci:$WORK/layout:good" "docker-archive:$WORK/d.tar:localhost/d:1"
  export WORK COMPOSE
  run timeout 60 unshare -m bash -c '
    mount --bind /dev/null "$(command -v skopeo)" || exit 99
    "$COMPOSE" image load -q -i "$WORK/layout" && exec "$COMPOSE" image load -q -i "$WORK/d.tar"'
  assert_failure 27
  assert_contains localhost/layout:good
  assert_contains 'install the package skopeo'
}

@test "image inspect: what skopeo says, and the configuration as it is" {
  plain
  config '.config += {Env: ["A=b"], User: "4294967296", Healthcheck: {Test: ["CMD", "true"], Interval: 1000000000}, Unknown: 1}'
  make_layout layout
  compose image load -q -i "$WORK/layout"
  run_compose image inspect localhost/layout:good
  assert_success
  assert_equal "$(skopeo inspect "oci:$WORK/layout:good" | jq -cS '[.Digest, .Layers, .Architecture, .Os]')" \
    "$(jq -cS '.[0] | [.Digest, .Layers, .Architecture, .Os]' <<<"$output")"
  assert_equal "$CONFIG" "$(jq -r '.[0].Id' <<<"$output")"
  assert_equal "$(skopeo inspect --config --raw "oci:$WORK/layout:good" | jq -cS .config)" "$(jq -cS '.[0].Config' <<<"$output")"
}

@test "image load: a blob is unpacked before it passes for another image's layer" {
  local diffs
  load_good layout
  diffs=$(printf '"%s",' "${DIFFS[@]}")
  # other contents, and blobs that are here, but each the other's
  for edit in 'also "echo c >$WORK/layers/1/a"' 'manifest ".layers |= reverse"'; do
    plain
    rm -rf "$WORK/layout"
    eval "$edit"
    eval "$ALSO" && ALSO=''
    config ".rootfs.diff_ids = [${diffs%,}]"
    make_layout layout
    run_compose image load -q -i "$WORK/layout"
    assert_failure 16
    assert_one_line
    assert_contains 'its diff id is'
    [ -z "$(debris)" ] || fail "left: $(debris)"
  done
  assert_equal 1 "$(compose image ls -q | wc -l)"
}

@test "image load: a layer that is here comes again in another compression" {
  load_good layout
  skopeo copy -q --dest-compress --dest-compress-format zstd "oci:$WORK/layout:good" "oci:$WORK/zstd:localhost/z:1"
  run_compose image load -q -i "$WORK/zstd"
  assert_output localhost/z:1
  assert_equal 2 "$(find "$DATA/images/layers" -mindepth 1 -maxdepth 1 | wc -l)"
  assert_equal 4 "$(find "$DATA/images/blobs/sha256" -type f | wc -l)"
}

@test "image: by name, short name, id, the id's beginning, digest" {
  local reference id hex
  load_good layout
  id=$CONFIG hex=${CONFIG#*:}
  for reference in localhost/layout:good layout:good "$id" "$hex" "${hex:0:12}" "localhost/layout@$MANIFEST"; do
    run_compose image inspect "$reference"
    assert_success
    assert_equal "$id" "$(jq -r '.[0].Id' <<<"$output")"
  done
  for reference in localhost/layout layout:bad "${hex:0:11}" "sha256:$(printf '%064d' 1)" "localhost/other@$MANIFEST"; do
    run_compose image inspect "$reference"
    assert_failure 14
    assert_contains 'is not here'
  done
  for reference in Layout 'a b' a:b:c '' :x x: "x@sha256:1" "$(printf '%0300d' 1)"; do
    run_compose image inspect "$reference"
    assert_failure 10
    assert_contains 'no image reference'
  done
}

# --- names, removal ----------------------------------------------------------------------------------------------------

# A record of a container that has image $1 and the layers of it.
fake_container ()
{
  local id
  id=$(printf '%064d' 7)
  mkdir -p "$DATA/containers/$id"
  jq -n --arg id "$id" --arg i "$1" --args '{id: $id, name: "fake", created: "2026-01-01T00:00:00Z", image: "x", imageId: $i,
    runtime: "/x", bundle: "/x", overlay: {lower: $ARGS.positional, upper: "/x/upper", work: "/x/work"}}' "$DATA"/images/layers/*/diff >"$DATA/containers/$id/container.json"
}

@test "image tag, rm: the last name takes the image and its layers; a container keeps both" {
  load_good layout
  compose image tag layout:good other/name:3
  run_compose image rm layout:good
  assert_output 'untagged localhost/layout:good'
  assert_equal 1 "$(compose image ls -q | wc -l)"
  fake_container "$CONFIG"
  run_compose image rm other/name:3
  assert_failure 29
  assert_contains 'container fake uses'
  run_compose image rm --force other/name:3
  assert_success
  assert_contains "deleted $CONFIG"
  assert_equal 2 "$(find "$DATA/images/layers" -mindepth 1 -maxdepth 1 | wc -l)"
  rm -r "$DATA/containers/"*
  run_compose image prune -f
  assert_success
  assert_contains Reclaimed
  assert_equal 0 "$(find "$DATA/images/layers" "$DATA/images/blobs/sha256" -mindepth 1 -maxdepth 1 | wc -l)"
}

@test "image prune: what has no name; -a: what no container has; --blobs: what only push needs" {
  local first
  load_good layout
  first=$CONFIG
  config '.author = "another"'
  make_layout layout
  compose image load -q -i "$WORK/layout"
  run_compose image ls
  assert_contains '<none>'
  run_compose image prune -f
  assert_contains "deleted $first"
  assert_equal "${CONFIG:7:12}" "$(compose image ls -q)"
  run_compose image prune -f --blobs
  assert_success
  assert_equal 0 "$(find "$DATA/images/blobs/sha256" -type f | wc -l)"
  run_compose image check --blobs
  assert_success
  fake_container "$CONFIG"
  run_compose image prune -af
  assert_equal 1 "$(compose image ls -q | wc -l)"
  rm -r "$DATA/containers/"*
  run_compose image prune -af
  assert_equal 0 "$(compose image ls -q | wc -l)"
}

@test "image: a container's record that cannot be read keeps everything" {
  load_good layout
  fake_container "$CONFIG"
  echo '{' >"$DATA/containers/$(printf '%064d' 7)/container.json"
  run_compose image prune -af
  assert_failure
  assert_equal 1 "$(compose image ls -q | wc -l)"
  rm -r "$DATA/containers/"*
}

@test "image check: a layer, a blob and a database that are damaged" {
  load_good layout
  printf X | dd of="$DATA/images/blobs/sha256/${LAYERS[0]#*:}" bs=1 seek=600 conv=notrunc status=none
  run_compose image check --blobs
  assert_failure 16
  assert_contains 'is damaged'
  rm -r "$DATA/images/layers/${DIFFS[1]#*:}"
  run_compose image check
  assert_failure 16
  assert_contains 'layer is missing'
  head -c 65536 /dev/urandom >"$DATA/images/store.db"
  rm -f "$DATA/images/store.db-"*
  run_compose image ls
  assert_failure 1
  assert_one_line
  assert_contains 'move its directory away'
}

@test "image: a database that cannot be opened is named, and the reason" {
  mkdir -p "$DATA/images/store.db"
  run_compose image ls
  assert_failure 1
  assert_contains "$DATA/images/store.db: unable to open database file: Is a directory"
  rmdir "$DATA/images/store.db"
  ln -s "$WORK/elsewhere.db" "$DATA/images/store.db"
  run_compose image ls
  assert_failure 1
  assert_contains "$DATA/images/store.db: unable to open database file"
  [ ! -e "$WORK/elsewhere.db" ]
}

@test "image: a database of a later version is left alone" {
  load_good layout
  sqlite3 "$DATA/images/store.db" 'PRAGMA user_version = 99'
  run_compose image ls
  assert_failure 29
  assert_contains 'newer perry-compose'
}

@test "image: an environment entry without a value never gets the host's (CVE-2026-57231)" {
  plain
  config '.config.Env = ["AWS_SECRET", "A=b", "=c"]'
  make_layout layout
  AWS_SECRET=leaked run_compose image load -q -i "$WORK/layout"
  assert_success
  refute_contains leaked
  assert_contains 'AWS_SECRET` has no name or no value and is left out'
}

# --- two at once, killed, no space -------------------------------------------------------------------------------------

# Layers that take a moment.
large_layers ()
{
  local i
  mkdir -p "$WORK/layers/1/d" "$WORK/layers/2/e"
  head -c 4000000 /dev/urandom >"$WORK/layers/1/large"
  for i in $(seq 300); do echo "$i" >"$WORK/layers/2/e/$i"; done
  ln -s large "$WORK/layers/1/link"
  chmod 4755 "$WORK/layers/2/e/1"
}

# All layers, name by name.
layers_now ()
{
  (cd "$DATA/images/layers" && find . -printf '%p %y %m %s %l\n' | LC_ALL=C sort && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)
}

# Is the image whole, and nothing else there?
assert_whole ()
{
  assert_equal "$1" "$(layers_now)"
  compose image check --blobs || fail "not whole"
  assert_equal "${CONFIG:7:12}" "$(compose image ls -q)"
  [ -z "$(debris)" ] || fail "left: $(debris)"
}

@test "image load: four at once do not disturb each other" {
  local i pids=() whole
  large_layers
  load_good layout
  whole=$(layers_now)
  rm -rf "${DATA:?}"/*
  for i in 1 2 3 4; do
    compose image load -q -i "$WORK/layout" >"$WORK/$i.log" 2>&1 &
    pids+=($!)
  done
  for i in 1 2 3 4; do wait "${pids[i - 1]}" || fail "$(cat "$WORK/$i.log")"; done
  assert_whole "$whole"
}

# PERRY_IMAGE_KILLS: how often.
@test "image load: killed at any moment, the image is whole or absent, and the next load succeeds" {
  local i whole began took pid
  large_layers
  plain
  make_layout layout
  began=$(date +%s%N)
  compose image load -q -i "$WORK/layout"
  took=$(($(date +%s%N) - began))
  whole=$(layers_now)
  for ((i = 0; i < ${PERRY_IMAGE_KILLS:-8}; i++)); do
    rm -rf "${DATA:?}"/*
    "$COMPOSE" image load -q -i "$WORK/layout" >/dev/null 2>&1 3>&- &
    pid=$!
    sleep "$(printf '0.%09d' $((took * RANDOM / 30000)))"
    kill -9 "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    if [ -n "$(compose image ls -q)" ]; then
      compose image check --blobs || fail "trial $i: an image that is not whole"
      assert_equal "$whole" "$(layers_now)"
    fi
    compose image load -q -i "$WORK/layout" || fail "trial $i: load after the kill"
    assert_whole "$whole"
  done
}

# PERRY_IMAGE_SPACE_STEPS: how many sizes between nothing and enough.
@test "image load: the disk is full at any moment: status 24, nothing left, and later it succeeds" {
  local i whole
  require_root
  large_layers
  load_good layout
  whole=$(layers_now)
  rm -rf "${DATA:?}"/*
  export -f compose layers_now debris
  export WORK DATA COMPOSE PERRY_TIMEOUT HOLDER whole
  for ((i = 0; i < ${PERRY_IMAGE_SPACE_STEPS:-10}; i++)); do
    size=$((200 + i * 14000 / ${PERRY_IMAGE_SPACE_STEPS:-10})) run timeout 60 unshare -m bash -c '
      mount -t tmpfs -o "size=${size}k" none "$DATA" || exit 99
      compose image load -q -i "$WORK/layout" >"$WORK/log" 2>&1
      status=$?
      echo "$status" >>"$WORK/statuses"
      [ "$status" -eq 0 ] || [ "$status" -eq 24 ] || { echo "status $status: $(cat "$WORK/log")"; exit 1; }
      [ "$status" -eq 0 ] || [ "$(wc -l <"$WORK/log")" -eq 1 ] || { echo "lines: $(cat "$WORK/log")"; exit 1; }
      [ -z "$(debris)" ] || { echo "left: $(debris)"; exit 1; }
      mount -o remount,size=100m "$DATA"
      [ "$status" -eq 0 ] || [ -z "$(compose image ls -q)" ] || { echo "a part of an image"; exit 1; }
      compose image load -q -i "$WORK/layout" || exit 1
      [ "$whole" = "$(layers_now)" ] || { echo "not the same"; exit 1; }
      compose image check --blobs'
    [ "$status" -eq 0 ] || fail "size step $i: $output"
  done
  grep -qx 24 "$WORK/statuses" && grep -qx 0 "$WORK/statuses" || fail "sizes: $(tr '\n' ' ' <"$WORK/statuses")"
}

@test "image load: files are synced before the image is there" {
  require_program strace
  plain
  make_layout layout
  strace -f -qq -e trace=syncfs,rename,renameat,fsync,fdatasync -o "$WORK/trace" \
    "$COMPOSE" image load -q -i "$WORK/layout" || skip 'strace cannot trace'
  # each layer: syncfs, then its place; after all of them a syncfs, then the database's own
  run awk '/syncfs/ {s = NR} /renameat.*layer-/ {if (! s) bad = 1; moved = NR} /rename\(.*blobs/ {blob = NR} /f(data)?sync/ {last = NR}
    END {print (bad || ! moved || s < moved || s < blob || last < s) ? "wrong" : "right"}' "$WORK/trace"
  assert_output right
}

@test "image: --dry-run changes nothing" {
  load_good layout
  run_compose --dry-run image rm layout:good
  assert_output 'localhost/layout:good would be removed'
  run_compose --dry-run image tag layout:good x
  assert_success
  run_compose --dry-run image load -i "$WORK/layout"
  assert_success
  run_compose --dry-run image prune -af
  assert_failure 1
  run_compose image ls --format json
  assert_equal '["localhost/layout:good"]' "$(jq -c .RepoTags <<<"$output")"
}
