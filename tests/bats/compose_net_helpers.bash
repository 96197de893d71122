# compose_net_helpers.bash - services that talk, and who hears whom: for the files that test networks.
#
#   server NAME WORD [MORE], sleeper NAME [MORE]   a service of compose.yaml; MORE: further lines of it
#   said HOST PORT, said_to SERVICE HOST PORT      the word that is said there, as the host or a service hears it
#   resolved SERVICE NAME, address SERVICE [NETWORK [NUMBER]], gateway NETWORK [SUBNET]
#   listen ADDRESS PORT WORD                       something of the host's that says WORD; $HOST_PID is its process
#   begin_outside                                  another host, on a wire: it is 192.0.2.2 and 2001:db8::2, the host
#                                                  192.0.2.1 and 2001:db8::1
#   outside CMD...                                 run CMD there

# server NAME WORD [MORE]: a service that says WORD on port 80.
server ()
{
  printf '  %s:\n    image: localhost/busybox\n' "$1"
  printf '    command: [sh, -c, "trap '\''exit 0'\'' TERM; nc -ll -p 80 -e echo %s & wait"]\n' "$2"
  printf '    %s\n' "${3-}"
}

sleeper ()
{
  printf '  %s:\n    image: localhost/busybox\n' "$1"
  printf '    command: [sh, -c, "trap '\''exit 0'\'' TERM; sleep 100000 & wait"]\n'
  printf '    %s\n' "${2-}"
}

# A word from HOST PORT, as the host sees it.
said ()
{
  host busybox nc -w 2 "$1" "$2"
}

# said_to SERVICE HOST PORT
said_to ()
{
  service_exec "$1" nc -w 2 "$2" "$3"
}

# The addresses of a name, sorted, as SERVICE resolves it.
resolved ()
{
  service_exec "$1" nslookup "$2." 2>/dev/null | sed -n '3,$s/^Address[^:]*: *//p' | sort -u | tr '\n' ' '
}

# address SERVICE [NETWORK [NUMBER]]
address ()
{
  record_of "$1" "${3:-1}" | jq -r ".networks[${2:-0}].addresses[0]"
}

gateway ()
{
  jq -r ".subnets[${2:-0}].gateway" "$DATA/networks/$1.json"
}

# Something of the host's that listens: listen ADDRESS PORT WORD
listen ()
{
  # shellcheck disable=SC2016 # perl's variables
  host_background perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new (LocalAddr => shift, LocalPort => shift, Listen => 5);
    while ($c = $s->accept) { print $c $ARGV[0]; close $c }' "$@"
  wait_for 30 said 127.0.0.1 "$2"
}

begin_outside ()
{
  host ip netns add outside
  host ip link add wire type veth peer name wire netns outside
  host ip addr add 192.0.2.1/24 dev wire
  host ip addr add 2001:db8::1/64 dev wire nodad
  host ip link set wire up
  outside ip link set lo up
  outside ip addr add 192.0.2.2/24 dev wire
  outside ip addr add 2001:db8::2/64 dev wire nodad
  outside ip link set wire up
  # As it stays afterwards: with an interface of others, nobody knows who wants forwarding.
  host sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
  mark_clean
}

outside ()
{
  host ip netns exec outside "$@"
}
