# shellcheck shell=bash
# debian.sh - root file systems of Debian by mmdebstrap, from wherever this machine's apt gets its packages.

# apt_sources: the machine's own, one deb line each. Debian's key is named in the lines; other options of the machine's sources do
# not matter to a root file system.
apt_sources ()
{
  # shellcheck disable=SC2016 # apt's variables
  apt-get indextargets --format 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(REPO_URI) $(RELEASE) $(COMPONENT)' \
    'Created-By: Packages' | grep -E ' bookworm(-updates|-security)? main$' | sort -u
}

# mmdebstrap_options: one a line; no recommended packages, no waiting for the disk, the machine's proxy.
mmdebstrap_options ()
{
  local proxy=''
  eval "$(apt-config shell proxy Acquire::http::Proxy)"
  echo '--aptopt=APT::Install-Recommends "false"'
  echo --dpkgopt=force-unsafe-io
  [ -z "$proxy" ] || echo "--aptopt=Acquire::http::Proxy \"$proxy\""
}
