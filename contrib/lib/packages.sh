# shellcheck shell=bash
# packages.sh - what a script needs of the distribution: installed on Debian 12 for root, told otherwise. Needs $TOP.

# missing_packages LIST...: the packages named in contrib/packages/LIST.list that are not installed.
missing_packages ()
{
  local list package
  for list; do
    grep -v '^#' "$TOP/contrib/packages/$list.list"
  done | tr -s ' ' '\n' | sort -u | while read -r package; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}

is_debian_12 ()
{
  (. /etc/os-release 2>/dev/null && [ "${ID-}" = debian ] && [ "${VERSION_ID-}" = 12 ])
}

# need_packages LIST...: installs what is missing; ends the script with status 2 where it cannot.
need_packages ()
{
  local missing=() name
  if ! is_debian_12; then
    name=$(. /etc/os-release 2>/dev/null && echo "${PRETTY_NAME-}")
    printf '%s: this is %s. Only on Debian 12 can I install what is missing; you need what these Debian packages hold:\n' \
      "${0##*/}" "${name:-no distribution that I know}" >&2
    for name; do
      grep -v '^#' "$TOP/contrib/packages/$name.list"
    done | tr -s ' \n' ' ' | fold -s -w 100 >&2
    echo >&2
    [ -n "${PERRY_ANY_DISTRIBUTION-}" ] || { echo "Set PERRY_ANY_DISTRIBUTION=1 when you have them." >&2; exit 2; }
    return 0
  fi
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    echo "${0##*/}: as root, I would install: ${missing[*]}" >&2
    exit 2
  fi
  echo "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get -qq -o DPkg::Lock::Timeout=300 update &&
      apt-get -qq -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "${missing[@]}"; } </dev/null >/dev/null || {
    echo "${0##*/}: cannot install ${missing[*]}" >&2
    exit 2
  }
}

# built_in DIR [CONFIGURE-ARGUMENT...]: configured and made in DIR of the source tree.
built_in ()
{
  local dir=$TOP/$1
  shift
  if [ ! -e "$TOP/build-aux/missing" ] || [ ! "$TOP/configure" -nt "$TOP/configure.ac" ]; then
    (cd "$TOP" && autoreconf -fi) || return 1
  fi
  mkdir -p "$dir"
  if [ ! -e "$dir/config.status" ] || [ "$TOP/configure" -nt "$dir/config.status" ]; then
    (cd "$dir" && ../configure -q "$@") || return 1
  fi
  make -C "$dir" -j2 --no-print-directory
}
