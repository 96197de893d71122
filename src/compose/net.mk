# Networks of containers: definitions, addresses, interfaces, packet filter, names, host ports.
compose_net_sources = \
	src/compose/net/attach.c \
	src/compose/net/bridge.c src/compose/net/bridge.h \
	src/compose/net/connections.c src/compose/net/connections.h \
	src/compose/net/detach.c \
	src/compose/net/dns.c src/compose/net/dns.h \
	src/compose/net/filters.c src/compose/net/filters.h \
	src/compose/net/firewall.c src/compose/net/firewall.h \
	src/compose/net/forwarding.c src/compose/net/forwarding.h \
	src/compose/net/host_firewall.c src/compose/net/host_firewall.h \
	src/compose/net/ipam.c src/compose/net/ipam.h \
	src/compose/net/link.c src/compose/net/link.h \
	src/compose/net/net.h \
	src/compose/net/netfilter.c src/compose/net/netfilter.h \
	src/compose/net/network.c \
	src/compose/net/network_down.h \
	src/compose/net/network_store.c src/compose/net/network_store.h \
	src/compose/net/port_listener.c src/compose/net/port_store.h \
	src/compose/net/ports.c \
	src/compose/net/restore.c \
	src/compose/net/subnet.c src/compose/net/subnet.h
compose_net_sources += \
	src/compose/cmd/network_inspect.c \
	src/compose/cmd/network_ls.c \
	src/compose/cmd/network_print.c src/compose/cmd/network_print.h \
	src/compose/cmd/network_prune.c \
	src/compose/cmd/network_rm.c \
	src/compose/cmd/port.c
# An ordinary user's session.
compose_net_sources += \
	src/compose/rootless/holder.c src/compose/rootless/holder.h \
	src/compose/rootless/id_maps.c src/compose/rootless/id_maps.h \
	src/compose/rootless/session.c src/compose/rootless/session.h \
	src/compose/rootless/slirp.c src/compose/rootless/slirp.h
