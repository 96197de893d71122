/* firewall.h - a network's packet filter and address translation: one nftables table of its own, "perry-compose-HASH",
 * so that a table can be replaced whole in one transaction and leaves nothing when it is deleted. It lets through what
 * the network may do and never accepts for others: a firewall of the host's still has its say in its own chains. */
#ifndef COMPOSE_FIREWALL_H
#define COMPOSE_FIREWALL_H

#include "filters.h"
#include "network_store.h"

/* Add to T what makes network N's table what it should be with ST attached. */
void firewall_text (struct text *t, const struct record_NetworkFile *n, const struct record_NetworkState *st);
/* Add to T what takes it away, also if it is not there. */
void firewall_text_delete (struct text *t, const struct record_NetworkFile *n);
/* Is network N's table among SEEN? Whoever empties the packet filter (`nft flush ruleset`) takes it away, too. */
bool firewall_is_there (const struct record_NetworkFile *n, const struct filters *seen);
/* Give T to nft(8) as one transaction. Nothing in T: nothing is done. */
int firewall_apply (const struct settings *s, const struct text *t, struct error **err);

#endif
