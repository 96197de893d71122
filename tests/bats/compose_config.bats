# `config`: each directory of tests/compose-golden/GROUP is a case. What is in it:
#   args     the command line, an argument a line (default: config)
#   env      variables, NAME=VALUE a line; nothing else is in the environment but PATH and HOME=/home/user
#   want     standard output; @DIR@ is the case's directory, @UP@ the one above
#   err      standard error; status   the exit status (default: 0)
# Everything else are the files that are loaded. The directory's name is the project's.

load compose_helpers

GOLDEN=$(cd "${BATS_TEST_DIRNAME:-.}/../compose-golden" && pwd)

setup ()
{
  setup_files
}

teardown ()
{
  teardown_compose
}

# Run the case in the current directory with ARGS...; its output in $WORK/out and $WORK/err, status in $got.
run_case ()
{
  local -a environment=()
  [ ! -e env ] || mapfile -t environment <./env
  got=0
  env -i PATH=/usr/bin:/bin HOME=/home/user "${environment[@]}" timeout 20 "$COMPOSE" "$@" \
    >"$WORK/out" 2>"$WORK/err" || got=$?
  sed -i "s|$PWD|@DIR@|g; s|${PWD%/*}|@UP@|g" "$WORK/out" "$WORK/err"
}

read_args ()
{
  arguments=(config)
  [ ! -e args ] || mapfile -t arguments <./args
}

golden ()
{
  local dir bad=0 n=0 got
  local -a arguments
  for dir in "$GOLDEN/$1"/*/; do
    cd "${dir%/}" || return 1
    n=$((n + 1))
    read_args
    run_case "${arguments[@]}" </dev/null
    diff -u <(cat want 2>/dev/null) "$WORK/out" || { echo "# $1/${PWD##*/}: other output"; bad=1; }
    diff -u <(cat err 2>/dev/null) "$WORK/err" || { echo "# $1/${PWD##*/}: other messages"; bad=1; }
    [ "$got" = "$(cat status 2>/dev/null || echo 0)" ] || { echo "# $1/${PWD##*/}: status $got"; bad=1; }
  done
  [ $n -gt 0 ] && [ $bad = 0 ]
}

@test "merge: the rules of the specification" { golden merge; }
@test "extends: the same file, other files, circles" { golden extends; }
@test "include: other applications" { golden include; }
@test "interpolation: forms, .env, env files" { golden interpolation; }
@test "fragments: anchors, aliases, merge keys, extensions" { golden fragments; }
@test "profiles" { golden profiles; }
@test "short forms become long ones" { golden forms; }
@test "what is left unsaid is filled in" { golden normal; }
@test "names of projects" { golden names; }
@test "files and variables are found" { golden find; }
@test "lists, hashes, order, graph" { golden lists; }
@test "policy tiers are a floor" { golden policy; }
@test "what cannot be honoured, in each mode" { golden enforcement; }
@test "errors say file, line, column and path" { golden errors; }

@test "config of config is config" {
  local dir bad=0 n=0 got project
  local -a arguments
  for dir in "$GOLDEN"/*/*/; do
    cd "${dir%/}" || return 1
    read_args
    # whole projects only: not lists, not what is left as it is written
    case "${arguments[*]}" in
      *--no-interpolate* | *--services* | *--hash* | *--order* | *--graph* | *--images* | *--volumes* | *--networks* | *-q*) continue ;;
      *--profiles* | *--variables* | *--environment* | *--no-path-resolution*) continue ;;
    esac
    run_case "${arguments[@]}" </dev/null
    [ "$got" = 0 ] || continue
    n=$((n + 1))
    sed "s|@DIR@|$PWD|g; s|@UP@|${PWD%/*}|g" "$WORK/out" >"$WORK/first"
    local -a flags=()
    local a
    for a in "${arguments[@]}"; do
      case $a in --no-* | --profile=*) flags+=("$a") ;; json) flags+=(--format json) ;; esac
    done
    project=$(sed -n 's/^name: //p' "$WORK/first")
    run_case --profile '*' -p "$project" -f - config "${flags[@]}" <"$WORK/first"
    sed -i "s|@DIR@|$PWD|g; s|@UP@|${PWD%/*}|g" "$WORK/out"
    diff -u "$WORK/first" "$WORK/out" || { echo "# ${PWD#"$GOLDEN"/}: $(cat "$WORK/err")"; bad=1; }
  done
  [ $n -gt 50 ] && [ $bad = 0 ]
}

@test "a file on standard input; the current directory is the project's" {
  run timeout 20 "$COMPOSE" -f - config --images <<<'{"services": {"s": {"image": "x", "build": "."}, "t": {"build": "."}}}'
  assert_success
  assert_output "demo-t
x"
}

@test "compose.yaml is found in a directory above" {
  # shellcheck disable=SC2016 # the program expands it
  compose_file <<<'{services: {s: {image: "x:${TAG}", volumes: [".:/here"], network_mode: none}}}'
  echo TAG=above >.env
  mkdir -p a/b
  cd a/b
  run_compose config
  assert_success
  assert_contains "image: x:above"
  assert_contains "source: $PROJECT"
}

@test "--output writes a file, whole or not at all" {
  compose_file <<<'{services: {s: {image: x}}}'
  run_compose config -o out.yaml
  assert_success
  assert_output ""
  run_compose -f out.yaml config
  assert_output "$(cat out.yaml)"
  compose_file <<<'{services: {s: {}}}'
  cp out.yaml before.yaml
  run_compose config -o out.yaml
  assert_failure 10
  cmp out.yaml before.yaml
}

@test "config makes nothing: no directories, no state" {
  compose_file <<<'{services: {s: {image: x}}}'
  rmdir "$DATA" "$RUN"
  run_compose config -q
  assert_success
  [ ! -e "$DATA" ]
  [ ! -e "$RUN" ]
}
