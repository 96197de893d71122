# shellcheck shell=sh
# settings.sh - settings of an image: in the environment, or in files that the environment names.

# value NAME: what the variable says, or what is in the file that NAME_FILE names.
value ()
{
  eval "value=\${$1-} file=\${$1_FILE-}"
  # shellcheck disable=SC2154 # set by eval
  if [ -n "$file" ]; then
    value=$(cat "$file")
  fi
  [ -n "$value" ] || { echo "entrypoint: neither $1 nor $1_FILE is set" >&2; return 1; }
  printf %s "$value"
}
