# Networks of containers: names, addresses, published ports, internal networks, what is kept apart, what is left.

load compose_helpers
load compose_net_helpers

@test "a service is found by its key, container name, short id and alias; replicas share the key" {
  { echo services:
    server web hello 'networks: { default: { aliases: [www] } }'
    sleeper many 'scale: 2'
    sleeper cli
  } | compose_file
  up
  local id name
  id=$(container_of web)
  for name in web WEB www demo-web-1 "${id:0:12}"; do
    assert_equal "$(resolved cli "$name")" "$(address web) "
  done
  assert_equal "$(resolved cli many)" "$(printf '%s\n' "$(address many 0 1)" "$(address many 0 2)" | sort | tr '\n' ' ')"
  assert_equal "$(said_to cli web 80)" hello
}

@test "every network of a service; a default route only where it leads out; no names across networks" {
  { echo services:
    server web hello 'networks: [front, back]'
    server db data 'networks: [back]'
    sleeper cli 'networks: [front]'
    echo 'networks: { front: {}, back: { internal: true } }'
  } | compose_file
  up
  assert_equal "$(said_to web db 80)" data
  assert_equal "$(said_to cli web 80)" hello
  assert_equal "$(resolved web cli)" "$(address cli) "
  assert_equal "$(resolved cli db)" ""
  run service_exec web ip route
  assert_equal "$(grep -c ^default <<<"$output")" 1
  run service_exec db ip route
  refute_contains default
}

@test "from an internal network neither the host, nor other networks, nor names outside can be reached" {
  { echo services:
    sleeper db 'networks: [back]'
    server web hello 'networks: [front]'
    server peer data 'networks: [back]
    cap_add: [NET_ADMIN]
    ports: ["8080:80"]'
    echo 'networks: { front: {}, back: { internal: true } }'
  } | compose_file
  up
  listen 0.0.0.0 7000 host
  assert_equal "$(said_to db peer 80)" data
  run said_to db "$(gateway demo_back)" 7000
  assert_failure
  service_exec peer ip route add default via "$(gateway demo_back)"
  run said_to peer "$(address web)" 80
  assert_failure
  run said 127.0.0.1 8080
  assert_failure
  # There is an answer, at once; a query that nobody answers ends otherwise.
  run service_exec db nslookup www.example.com.
  assert_failure
  assert_contains NXDOMAIN
  host kill "$HOST_PID"
}

@test "published ports: from the host, from other containers, from itself; one address only; any free one; udp" {
  { echo services:
    server web hello 'ports: ["8080:80", "127.0.0.1:8081:80", "80", "9000:9000/udp"]'
    sleeper cli
    sleeper other 'networks: [elsewhere]'
    echo 'networks: { default: {}, elsewhere: {} }'
  } | compose_file
  up
  local here random
  here=$(gateway demo_default)
  random=$(compose port web 80 | tail -1)
  assert_equal "$(said 127.0.0.1 8080)" hello
  assert_equal "$(said "$here" 8080)" hello
  assert_equal "$(said 127.0.0.1 8081)" hello
  assert_equal "$(said 127.0.0.1 "${random##*:}")" hello
  run said "$here" 8081
  assert_failure
  assert_equal "$(said_to cli "$here" 8080)" hello
  assert_equal "$(said_to web "$here" 8080)" hello
  assert_equal "$(said_to other "$(gateway demo_elsewhere)" 8080)" hello
  assert_equal "$(compose port --protocol udp web 9000)" 0.0.0.0:9000
  run_compose port web 81
  assert_equal "$status" 13
}

@test "ports without an address are bound as x-perry.publish_default says; of a range a free one is taken" {
  { echo 'x-perry: { publish_default: 127.0.0.1 }'
    echo services:
    server web hello 'ports: ["8080:80", "0.0.0.0:8081:80", "8090-8092:80"]'
  } | compose_file
  listen 0.0.0.0 8090 host
  up
  assert_equal "$(compose port web 80 | tr '\n' ' ')" "127.0.0.1:8080 0.0.0.0:8081 127.0.0.1:8091 "
  run said "$(gateway demo_default)" 8080
  assert_failure
  assert_equal "$(said "$(gateway demo_default)" 8081)" hello
  host kill "$HOST_PID"
}

@test "another network's container is reached by what it publishes only" {
  { echo services:
    server web hello
    sleeper cli 'networks: [elsewhere]'
    echo 'networks: { default: {}, elsewhere: {} }'
  } | compose_file
  up
  run said_to cli "$(address web)" 80
  assert_failure
}

@test "a container cannot reach what listens on the host's loopback" {
  { echo services:
    sleeper web 'ports: ["8080:80"]'
  } | compose_file
  up
  listen 127.0.0.1 7000 secret
  local pid
  pid=$(status_of_service web | jq -r .monitorPid)
  host nsenter -t "$pid" -n sh -c "sysctl -qw net.ipv4.conf.all.route_localnet=1
    ip addr flush dev lo; ip route flush table local 127.0.0.0/8; ip route add 127.0.0.0/8 via $(gateway demo_default) dev eth0"
  run host nsenter -t "$pid" -n busybox nc -w 2 127.0.0.1 7000
  refute_contains secret
  host kill "$HOST_PID"
}

@test "a host port that somebody has: the process or the container is named" {
  { echo services:
    server web hello 'ports: ["8080:80"]'
  } | compose_file
  listen 0.0.0.0 8080 host
  run_compose up -d
  assert_equal "$status" 17
  assert_contains perl
  host kill "$HOST_PID"
  up
  run_compose -p second up -d
  assert_equal "$status" 17
  assert_contains demo-web-1
  compose -p second down
}

@test "addresses, MAC address, MTU, names of the bridge and of the interface, as asked for" {
  { echo services:
    sleeper web 'networks: { net: { ipv4_address: 10.77.5.9, mac_address: "02:00:00:00:00:77", interface_name: lan0 } }'
    sleeper low 'networks: [net]'
    cat <<'END'
networks:
  net:
    driver_opts: { com.docker.network.driver.mtu: "1400", com.docker.network.bridge.name: br-demo }
    ipam:
      config:
        - { subnet: 10.77.5.0/24, gateway: 10.77.5.254, ip_range: 10.77.5.128/25, aux_addresses: { router: 10.77.5.128 } }
END
  } | compose_file
  up
  run service_exec web ip addr show lan0
  assert_contains 10.77.5.9/24
  assert_contains "mtu 1400"
  assert_contains 02:00:00:00:00:77
  assert_equal "$(address low)" 10.77.5.129
  host ip link show br-demo
  run service_exec web ip route
  assert_contains "via 10.77.5.254"
}

@test "what a network cannot be is said" {
  local case want
  while IFS='|' read -r case want; do
    { echo services:
      sleeper web
      echo "networks: { default: { $case } }"
    } | compose_file
    run_compose up -d
    assert_failure
    assert_contains "$want"
  done <<'END'
driver: overlay|driver
driver_opts: { com.example: x }|com.example
ipam: { config: [ { subnet: 10.1.2.3 } ] }|10.1.2.3
ipam: { config: [ { subnet: 10.1.2.0/24, gateway: 10.9.9.9 } ] }|10.9.9.9
name: a/b|a/b
END
}

@test "a subnet that the host is in, or has a route to, is not taken from it; a part of a wider route may be" {
  begin_outside
  host ip route add 10.0.0.0/8 via 192.0.2.2
  mark_clean
  local subnet
  for subnet in 192.0.2.0/24 192.0.0.0/16 10.0.0.0/8; do
    { echo services:
      sleeper web
      echo "networks: { default: { ipam: { config: [ { subnet: $subnet } ] } } }"
    } | compose_file
    run_compose up -d
    assert_equal "$status" 29
    assert_contains "$subnet is in use on this host"
  done
  sed -i 's|10.0.0.0/8|10.9.0.0/24|' compose.yaml
  up
}

@test "IPv6: an address, a name, a published port" {
  { echo services:
    sleeper cli
    server web hello 'ports: ["8080:80"]'
    echo 'networks: { default: { enable_ipv6: true } }'
  } | compose_file
  up
  run resolved cli web
  assert_contains "$(record_of web | jq -r '.networks[0].addresses[1]')"
  assert_equal "$(said "$(gateway demo_default 1)" 8080)" hello
  assert_equal "$(said_to cli "$(gateway demo_default 1)" 8080)" hello
  # From ::1 nothing comes to a container; who tries it for "localhost" must hear so at once, to try 127.0.0.1.
  run said ::1 8080
  assert_contains refused
}

@test "a host address from which nothing comes to the container is an error" {
  local port want
  while IFS='|' read -r port want; do
    { echo services:
      sleeper web "ports: ['$port']"
    } | compose_file
    run_compose up -d
    assert_failure
    assert_contains "$want"
  done <<'END'
[::1]:8080:80|publish to 127.0.0.1
[::]:8080:80|enable_ipv6: true
END
  rm compose.yaml
}

@test "a host that forwards nothing by default: networks work, and its rules are as before afterwards" {
  host iptables -A FORWARD -i eth9 -j DROP
  host iptables -P FORWARD DROP
  mark_clean
  { echo services:
    server web hello 'ports: ["8080:80"]
    networks: [default, inner]'
    sleeper cli
    sleeper db 'networks: [inner]'
    sleeper other 'networks: [elsewhere]'
    echo 'networks: { default: {}, elsewhere: {}, inner: { internal: true } }'
  } | compose_file
  up
  assert_equal "$(said_to cli web 80)" hello
  assert_equal "$(said_to db web 80)" hello
  assert_equal "$(said_to other "$(gateway demo_elsewhere)" 8080)" hello
}

@test "the bridge keeps its address when containers come and go" {
  { echo services:
    sleeper web
    sleeper many
  } | compose_file
  up
  local bridge before
  bridge=$(jq -r .network_interface "$DATA/networks/demo_default.json")
  before=$(host cat "/sys/class/net/$bridge/address")
  compose up -d --scale many=4
  assert_equal "$(host cat "/sys/class/net/$bridge/address")" "$before"
  compose up -d --scale many=1
  assert_equal "$(host cat "/sys/class/net/$bridge/address")" "$before"
}

@test "an external network outlives the project; a used one cannot be removed" {
  { echo services:
    sleeper web
    echo 'networks: { default: { name: shared } }'
  } | compose_file
  up
  mkdir "$WORK/second"
  { echo services:
    sleeper cli
    echo 'networks: { default: { name: shared, external: true } }'
  } >"$WORK/second/compose.yaml"
  compose -f "$WORK/second/compose.yaml" -p second up -d
  run_compose network rm shared
  assert_equal "$status" 29
  assert_contains demo-web-1
  compose -f "$WORK/second/compose.yaml" -p second exec -T cli nslookup web.
  compose -f "$WORK/second/compose.yaml" -p second down -t 1
  run_compose network ls -q
  assert_contains shared
}

@test "the DNS server that was killed is there again with the next container" {
  { echo services:
    sleeper web
    sleeper cli
  } | compose_file
  up
  host kill -KILL "$(cat "$RUN/network/dns/aardvark.pid")"
  compose restart -t 0 web
  assert_equal "$(resolved cli web)" "$(address web) "
}

# A name server that says 1.2.3.4 to everything.
# shellcheck disable=SC2016 # perl's variables
name_server='$s = IO::Socket::INET->new (LocalAddr => shift, LocalPort => 53, Proto => "udp") or die;
  while (defined $s->recv ($q, 512)) {
    $asked = substr ($q, 12, index ($q, "\0", 12) - 12 + 5);
    $s->send (substr ($q, 0, 2) . pack ("n5", 0x8180, 1, 1, 0, 0) . $asked . pack ("n3Nn C4", 0xc00c, 1, 1, 60, 4, 1, 2, 3, 4));
  }'

@test "other names are asked of the servers that dns: names" {
  { echo services:
    sleeper web
    sleeper cli 'dns: [127.0.0.77]'
  } | compose_file
  host_background perl -MIO::Socket::INET -e "$name_server" 127.0.0.77
  up
  assert_equal "$(resolved cli web)" "$(address web) "
  assert_equal "$(resolved cli www.example.com)" "1.2.3.4 "
  host kill "$HOST_PID"
}

@test "a host that asks a server of its own loopback: names outside are found, and services before search domains" {
  printf 'nameserver 127.0.0.53\nsearch corp.example\noptions ndots:2\n' >"$WORK/resolv.conf"
  host mount --bind "$WORK/resolv.conf" /etc/resolv.conf
  mark_clean
  host_background perl -MIO::Socket::INET -e "$name_server" 127.0.0.53
  { echo services:
    server web hello
    sleeper cli
    server many yes 'scale: 3'
  } | compose_file
  up
  assert_equal "$(resolved cli www.example.com)" "1.2.3.4 "
  assert_equal "$(said_to cli web 80)" hello
  assert_equal "$(said_to cli many 80)" yes
  # No answer is kept: an address that changed is found at once.
  local before
  before=$(address web)
  up --force-recreate web
  [ "$before" != "$(address web)" ]
  assert_equal "$(said_to cli web 80)" hello
  host kill "$HOST_PID"
}

@test "a service on the host's own segment by macvlan" {
  host ip link add up0 type veth peer name up1
  host ip addr add 10.66.0.1/24 dev up1
  host ip link set up0 up
  host ip link set up1 up
  mark_clean
  { echo services:
    server web hello
    echo 'networks: { default: { driver: macvlan, driver_opts: { parent: up0 }, ipam: { config: [ { subnet: 10.66.0.0/24 } ] } } }'
  } | compose_file
  up
  assert_equal "$(said "$(address web)" 80)" hello
}

@test "twenty services on one network" {
  local i
  { echo services:
    for ((i = 0; i < 20; i++)); do sleeper "s$i"; done
  } | compose_file
  up
  for i in 0 7 19; do
    assert_equal "$(resolved s3 "s$i")" "$(address "s$i") "
  done
}
