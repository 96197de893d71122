# Networks and the world: what other hosts, other networks and the host itself can reach and what they cannot, and the
# host's own packet filter.

load compose_helpers
load compose_net_helpers

# answers SERVICE WORD: something in SERVICE's network namespace that says WORD to every datagram at port 9000.
# shellcheck disable=SC2016 # perl's variables
answers ()
{
  host_background nsenter -t "$(status_of_service "$1" | jq -r .monitorPid)" -n perl -MIO::Socket::INET -e '
    $s = IO::Socket::INET->new (LocalPort => 9000, Proto => "udp") or die;
    while (defined $s->recv ($q, 512)) { $s->send ($ARGV[0]) }' "$2"
  ANSWERING+=("$HOST_PID")
}

# From outside, one socket that goes on asking 192.0.2.1 PORT; what it hears is in background.log.
# shellcheck disable=SC2016 # perl's variables
keep_asking ()
{
  host_background ip netns exec outside perl -MIO::Socket::INET -e '$| = 1;
    $s = IO::Socket::INET->new (PeerAddr => "192.0.2.1", PeerPort => shift, Proto => "udp") or die;
    $s->blocking (0);
    while (1) {
      $s->send ("x");
      select (undef, undef, undef, 0.1);
      print "$b\n" if defined $s->recv ($b, 512) and length $b;
    }' "$1"
  ASKING=$HOST_PID
}

heard ()
{
  tail -n 1 "$WORK/heard" | grep -qx "$1"
}

# The word that HOST PORT says to the other host.
outside_said ()
{
  outside busybox nc -w 1 "$1" "$2"
}

# refute_reached SERVICE HOST PORT
refute_reached ()
{
  run service_exec "$1" nc -w 1 "$2" "$3"
  [[ $output != *hello* ]] || fail "$1 reached $2 $3"
}

@test "a client that keeps sending datagrams comes to the container that took the old one's place" {
  begin_outside
  { echo services:
    sleeper web 'ports: ["9000:9000/udp"]'
    sleeper other
  } | compose_file
  keep_asking 9000
  mv "$WORK/background.log" "$WORK/heard"
  sleep 0.5
  up
  answers web old
  wait_for 10 heard old
  compose up -d --force-recreate web
  answers web new
  wait_for 10 heard new
  host kill "$ASKING" "${ANSWERING[@]}"
}

@test "from outside only what is published to that address is reached, however packets are sent" {
  begin_outside
  { echo services:
    server web hello 'ports: ["8080:80", "127.0.0.1:8081:80", "192.0.2.1:8082:80"]'
    server db data
    server inner data 'networks: [inner]'
    echo 'networks: { default: { enable_ipv6: true }, inner: { internal: true } }'
  } | compose_file
  up
  assert_equal "$(outside_said 192.0.2.1 8080)" hello
  assert_equal "$(outside_said 2001:db8::1 8080)" hello
  assert_equal "$(outside_said 192.0.2.1 8082)" hello
  # Past the published ports, by routes of the other host's own.
  outside ip route add "$(record_of web | jq -r '.networks[0].addresses[0]')" via 192.0.2.1
  outside ip route add "$(address db)" via 192.0.2.1
  outside ip route add "$(address inner)" via 192.0.2.1
  outside ip -6 route add "$(record_of db | jq -r '.networks[0].addresses[1]')" via 2001:db8::1
  # To the host's loopback (CVE-2020-8558).
  outside sysctl -qw net.ipv4.conf.all.route_localnet=1 net.ipv4.conf.wire.route_localnet=1
  outside sh -c 'ip addr flush dev lo; ip route flush table local 127.0.0.0/8; ip route add 127.0.0.0/8 via 192.0.2.1'
  local place
  for place in "192.0.2.1 8081" "2001:db8::1 8081" "2001:db8::1 8082" "$(address web) 80" "$(address db) 80" \
    "$(address inner) 80" "$(record_of db | jq -r '.networks[0].addresses[1]') 80" "127.0.0.1 8080" "127.0.0.1 8081"; do
    # shellcheck disable=SC2086 # an address and a port
    run outside_said $place
    [[ $output != *hello* && $output != *data* ]] || fail "reached from outside: $place"
  done
}

@test "containers of other networks, and of internal ones, reach nothing published to 127.0.0.1 or not at all" {
  begin_outside
  { echo services:
    server web hello 'ports: ["8080:80", "127.0.0.1:8081:80"]'
    sleeper cli
    sleeper other 'networks: [elsewhere]'
    sleeper db 'networks: [inner]'
    echo 'networks: { default: { enable_ipv6: true }, elsewhere: { enable_ipv6: true }, inner: { internal: true } }'
  } | compose_file
  up
  assert_equal "$(said_to other 192.0.2.1 8080)" hello
  assert_equal "$(said_to other 2001:db8::1 8080)" hello
  refute_reached cli "$(gateway demo_default)" 8081
  refute_reached cli 192.0.2.1 8081
  refute_reached other "$(gateway demo_default)" 8081
  refute_reached other "$(gateway demo_elsewhere)" 8081
  refute_reached other "$(record_of web | jq -r '.networks[0].addresses[1]')" 80
  refute_reached db 192.0.2.1 8080
  refute_reached db "$(gateway demo_inner)" 8080
  refute_reached db "$(address web)" 80
  refute_reached db 192.0.2.2 80
}

@test "what lets packets pass is there again after somebody emptied the packet filter, with the next up or restart" {
  { echo services:
    server web hello 'ports: ["8080:80"]'
    sleeper other
  } | compose_file
  up
  host nft flush ruleset
  run said 127.0.0.1 8080
  refute_contains hello
  up
  assert_equal "$(said 127.0.0.1 8080)" hello
  host nft flush ruleset
  compose restart -t 0 other
  assert_equal "$(said 127.0.0.1 8080)" hello
}

# forwards_again ACTION...: outside reaches the service again with the next up after ACTION, and did not before.
forwards_again ()
{
  host "$@"
  run outside_said 192.0.2.1 8080
  refute_contains hello
  up
  assert_equal "$(outside_said 192.0.2.1 8080)" hello
}

@test "a host's iptables that begins to drop or reject, of either kind, lets networks through with the next up" {
  require_program iptables-nft iptables-legacy
  begin_outside
  { echo services:
    server web hello 'ports: ["8080:80"]'
  } | compose_file
  up
  forwards_again iptables-nft -P FORWARD DROP
  forwards_again iptables-nft -F FORWARD
  host iptables-nft -P FORWARD ACCEPT
  forwards_again sh -c "iptables-nft -F FORWARD; iptables-nft -A FORWARD -j REJECT"
  host iptables-nft -F FORWARD
  forwards_again iptables-legacy -P FORWARD DROP
  forwards_again iptables-legacy -F FORWARD
  compose down -t 0
  assert_equal "$(host iptables-legacy -S FORWARD)" "-P FORWARD DROP"
  assert_equal "$(host iptables-nft -S FORWARD 2>/dev/null)" "-P FORWARD ACCEPT"
  host nft delete table ip filter
}

@test "a warning says what others' packet filters would have to let pass" {
  { echo services:
    sleeper web
  } | compose_file
  local kind remedy
  while IFS='|' read -r kind remedy; do
    host nft "add table inet $kind { chain closed { type filter hook forward priority 10; policy drop; }; }"
    run_compose up -d
    assert_success
    assert_contains "$remedy"
    compose down -t 0
    # Rules for another bridge say nothing of ours.
    host nft "add rule inet $kind closed iifname pc-0 accept"
    run_compose up -d
    assert_contains "$remedy"
    compose down -t 0
    # Who has rules for our bridges knows.
    host nft "add rule inet $kind closed iifname pc-* accept"
    run_compose up -d
    refute_contains closed
    refute_contains firewall-cmd
    compose down -t 0
    host nft "delete table inet $kind"
  done <<'END'
other|chain 'closed' of nftables table 'inet other'
firewalld|firewall-cmd
END
}

@test "what nft refuses is told in its words, not by the mark that it puts below the place" {
  mkdir "$WORK/bin"
  cat >"$WORK/bin/nft" <<X
#!/bin/sh
[ "\$*" = "-f -" ] || exec $(command -v nft) "\$@"
cat >/dev/null
printf '%s\n' '/dev/stdin:1:1-9: Error: Could not process rule: Operation not supported' 'add table' '^^^^^^^^^' >&2
exit 1
X
  chmod 755 "$WORK/bin/nft"
  { echo services:
    sleeper a
  } | compose_file
  run host env PATH="$WORK/bin:$PATH" "$COMPOSE" up -d
  assert_failure
  assert_contains "packet filter: nft: Could not process rule: Operation not supported"
  refute_contains '^^^'
}
