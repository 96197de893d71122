#!/usr/bin/env bats
# bats file_tags=compose
# compose_cli.bats - the command line as a newcomer meets it: what is said of a mistake, where help is. Starts nothing.
bats_require_minimum_version 1.5.0
load compose_helpers

setup () { setup_files; }
teardown () { teardown_compose; }

# wrong 'ERROR' ARGUMENTS...: status 1, nothing on standard output, and on standard error the error, the usage and where
# help is.
wrong ()
{
  local want=$1
  shift
  run --separate-stderr compose "$@"
  # shellcheck disable=SC2154 # of bats' run
  [ "$status$output" = 1 ] || fail "$*: status $status, output $output"
  # shellcheck disable=SC2154
  [ "${#stderr_lines[@]}" = 3 ] || fail "$*: want three lines: $stderr"
  assert_equal "perry-compose: $want" "${stderr_lines[0]}"
  [[ ${stderr_lines[1]} == "usage: perry-compose "* ]] || fail "$*: $stderr"
  [[ ${stderr_lines[2]} == 'try "perry-compose '*'--help"' ]] || fail "$*: $stderr"
}

@test "wrong usage: what is wrong comes first, with what may have been meant" {
  wrong 'a command is needed'
  wrong 'unknown command "ups" (did you mean "up"?)' ups
  wrong 'unknown option --profle (did you mean --profile?)' --profle x up
  wrong 'up: unknown option --detch (did you mean --detach?)' up --detch
  wrong 'up: unknown option -f; it goes before the command: perry-compose -f FILE up' up -f x.yaml
  wrong 'ps: unknown option --env-file; it goes before the command: perry-compose --env-file FILE ps' ps --env-file=x
  wrong 'logs: unknown option -x in -tx' logs -tx
  wrong 'exec: not enough operands; expected SERVICE COMMAND [ARG...]' exec web
  wrong 'up: --timeout x: not a decimal integer' up --timeout x
  wrong 'image: a command is needed' image
  wrong 'image: unknown command "lss" (did you mean "ls"?)' image lss
  run --separate-stderr compose --json up --nonsense
  assert_equal 'up: unknown option --nonsense' "$(jq -r .message <<<"$stderr")"
}

@test "help: of the program, of every command and of every group, in three forms" {
  local name
  compose --help | sed -n '/^COMMANDS/,/^$/s/^   \([a-z ]*[a-z]\)  .*/\1/p' >names
  [ "$(wc -l <names)" -gt 60 ]
  (cat names; sed -n 's/ .*//p' names | sort -u) >all
  while read -r name; do
    # shellcheck disable=SC2086 # words
    compose $name --help >by-option
    grep -q "^   perry-compose $name" by-option || fail "$name --help: $(cat by-option)"
    # shellcheck disable=SC2086
    compose help $name | cmp - by-option
    case $name in container\ run | container\ create) continue ;; esac # -h is --hostname, as docker's
    # shellcheck disable=SC2086
    compose $name -h | cmp - by-option
  done <all
}

@test "--dry-run may stand after the command" {
  compose_file <<<'services: { web: { image: localhost/none-such, pull_policy: never } }'
  run_compose -p other down --dry-run
  assert_success
  run_compose exec web true --dry-run
  assert_failure 13
}

@test "a directory without a compose file is told of by every command that works on a project" {
  local command
  for command in ps logs events stop start restart kill pause unpause rm top stats images volumes down 'port web' \
      'exec web true' 'attach web' 'cp web:/x .' wait\ web up create pull build config; do
    # shellcheck disable=SC2086 # words
    run --separate-stderr compose $command
    [ "$status" = 10 ] || fail "$command: status $status, $output $stderr"
    [[ $stderr == *"no compose.yaml in $PROJECT or above it"* ]] || fail "$command: $stderr"
  done
  run_compose -p demo ps -q
  assert_success
  COMPOSE_PROJECT_NAME=demo run_compose ps -q
  assert_success
  run_compose ls -q
  assert_success
  mkdir -p "$DATA/projects/demo"
  jq -n --arg dir "$PROJECT" '{name: "demo", directory: $dir}' >"$DATA/projects/demo/project.json"
  run_compose ps -q
  assert_success
  mkdir -p "$WORK/other/demo"
  cd "$WORK/other/demo"
  run_compose ps -q
  assert_failure 10
}

# next WORD...: what may come next, in one line
next ()
{
  compose --complete -- "$@" | cut -f 1 | xargs
}

a_project ()
{
  compose_file <<<'services: { web: { image: x }, db: { image: y, profiles: [debug] }, worker: { image: z } }'
  mkdir -p "$DATA/projects/other" sub
}

@test "completions: commands, options, services, projects, values, after any options" {
  a_project
  assert_equal "up unpause" "$(next u)"
  assert_equal "ls load" "$(next image l)"
  assert_equal "ls" "$(next backend '')"
  assert_equal "images image" "$(next help im)"
  assert_equal "--detach" "$(next up --det)"
  assert_equal "web worker" "$(next up '')"
  assert_equal "worker" "$(next --profile debug logs -f -n 5 web wo)"
  assert_equal "db web worker" "$(next --profile=debug up '')"
  assert_equal "db web worker" "$(next --profile = debug up '')"
  assert_equal "web worker" "$(next exec --index 1 '')"
  assert_equal "" "$(next exec web '')$(next exec web -)$(next up -- -)$(next nonsense '')$(next version '')"
  assert_equal "web= worker=" "$(next scale '')"
  assert_equal "web: worker: :files" "$(next cp '')"
  assert_equal "web worker" "$(next up --exit-code-from '')"
  assert_equal "--exit-code-from=web" "$(next up --exit-code-from=we)"
  assert_equal "debug" "$(next --profile '')"
  assert_equal "other" "$(next -p '')"
  assert_equal ":files" "$(next -f '')"
  assert_equal "" "$(next up --timeout '')$(next -f nothing.yaml up '')"
}

# The words that end the lines of a zsh on a terminal of its own after TAB has been pressed.
# shellcheck disable=SC2016 # zsh's
zsh_script='
  zmodload zsh/zpty
  zpty z zsh -f -i
  zpty -w z "PS1=; cd $PWD; PATH=$PATH; fpath=($PWD \$fpath); autoload -U compinit; compinit -u -D"
  zpty -w z "compdef _perry-compose perry-compose"
  zpty -w z "zstyle \":completion:*\" list-prompt \"\"; setopt auto_list no_beep"
  zpty -w -n z "perry-compose $1"$'"'\\t'"'
  integer i
  local part all
  for ((i = 0; i < 50; i++)); do
    while zpty -r -t z part; do all+=$part; done
    [[ $all == ${~2} ]] && { zpty -d z; exit 0; }
    sleep 0.1
  done
  print -r -- $all
  zpty -d z
  exit 1'

@test "completions in bash, zsh and fish" {
  a_project
  mkdir bin
  ln -s "$COMPOSE" bin/perry-compose
  PATH=$PWD/bin:$PATH
  compose --emit bash >completion
  compose --emit zsh >_perry-compose
  compose --emit fish >completion.fish
  # shellcheck disable=SC2016 # the inner shell's
  run bash -c '. ./completion
    compopt () { :; }
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _perry_compose
    echo "${COMPREPLY[*]}"' - perry-compose up w
  assert_output "web worker"
  require_program fish
  run timeout 20 fish -c 'source completion.fish; complete -C "perry-compose up w"'
  assert_output $'web\nworker'
  run timeout 20 fish -c 'source completion.fish; complete -C "perry-compose up "'
  assert_output $'web\nworker'
  run timeout 20 fish -c 'source completion.fish; complete -C "perry-compose image l"'
  assert_output $'load\tload images from an archive or a directory\nls\tlist images'
  run timeout 20 fish -c 'source completion.fish; complete -C "perry-compose -f su"'
  assert_contains sub/
  require_program zsh
  timeout 30 zsh -f -c "$zsh_script" zsh 'up wo' '*up worker*' </dev/null
  timeout 30 zsh -f -c "$zsh_script" zsh 'image l' '*list images*' </dev/null
  timeout 30 zsh -f -c "$zsh_script" zsh '--progress=plain -f su' '*-f sub*/*' </dev/null
}

@test "a wrong --scale is told of before an image is fetched" {
  local words
  a_project
  for words in 'up --scale web' 'up --scale web=x' 'up --scale web=-1' 'up --scale web=1001' 'create --scale web=' 'scale web=x'; do
    # shellcheck disable=SC2086 # words
    run --separate-stderr compose $words
    assert_failure 1
    [ "${#stderr_lines[@]}" = 1 ] || fail "$words: $stderr"
    [[ $stderr == *"want SERVICE=N"* ]] || fail "$words: $stderr"
  done
  run --separate-stderr compose up --scale nosuch=2
  assert_failure 13
  [[ $stderr == *"--scale nosuch=2: no such service"* ]] || fail "$stderr"
}
