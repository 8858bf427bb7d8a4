// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * valid.c - library "skb": may the kernel go on with what a script wrote?
 *
 * The hooks of IP are called when the kernel has checked a packet's header, and has
 * kept notes about it: where the transport layer begins, which options there are. It
 * does not check again. A script may write whatever it likes, so packets that it
 * wrote to are checked here before the kernel sees them.
 *
 * Contexts: hooks of netfilter. Fails for what must be dropped.
 */

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/module.h>
#include <linux/netfilter_bridge.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "skb.h"

/* options were found when the header was checked, and are acted on without looking again */
static bool forget_options(struct sk_buff *skb)
{
	if (IPCB(skb)->opt.optlen)
		memset(&IPCB(skb)->opt, 0, sizeof(IPCB(skb)->opt));
	return true;
}

static bool valid_ipv4(struct sk_buff *skb)
{
	const struct iphdr *ip;
	unsigned int header, total;

	if (skb_network_offset(skb) || !pskb_may_pull(skb, sizeof(*ip)))
		return false;
	header = ip_hdrlen(skb);
	if (ip_hdr(skb)->version != 4 || header < sizeof(*ip) || !pskb_may_pull(skb, header))
		return false;
	ip = ip_hdr(skb);
	total = ntohs(ip->tot_len);
	if (!total && skb_is_gso(skb))	/* too large to be said */
		total = skb->len;
	if (total < header || total > skb->len)
		return false;
	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_start_offset(skb) < (int)header)
		return false;
	skb_set_transport_header(skb, header);
	return true;
}

/* the only options that were looked at before the hooks; programs may ask for them */
static bool valid_hop(struct sk_buff *skb)
{
	unsigned int at = sizeof(struct ipv6hdr);
	const struct ipv6_opt_hdr *hop;

	if (!(IP6CB(skb)->flags & IP6SKB_HOPBYHOP))
		return true;
	if (!pskb_may_pull(skb, at + sizeof(*hop)))
		return false;
	hop = (const struct ipv6_opt_hdr *)(skb->data + at);
	return pskb_may_pull(skb, at + ipv6_optlen(hop));
}

static bool valid_ipv6(struct sk_buff *skb)
{
	const struct ipv6hdr *ip;

	if (skb_network_offset(skb) || !pskb_may_pull(skb, sizeof(*ip)))
		return false;
	ip = ipv6_hdr(skb);
	if (ip->version != 6 || sizeof(*ip) + ntohs(ip->payload_len) > skb->len)
		return false;
	return skb->ip_summed != CHECKSUM_PARTIAL ||
	       skb_checksum_start_offset(skb) >= (int)sizeof(*ip);
}

/* what a bridge hands to the hooks of IP (br_netfilter) is checked in the first of them */
static bool valid_bridged(struct sk_buff *skb)
{
	if (!nf_bridge_info_exists(skb))
		return true;
	if (skb->protocol == htons(ETH_P_IP))
		return valid_ipv4(skb);
	return skb->protocol != htons(ETH_P_IPV6) || valid_ipv6(skb);
}

bool lunatik_skb_valid(struct sk_buff *skb, u8 pf)
{
	switch (pf) {
	case NFPROTO_IPV4:
		return valid_ipv4(skb) && forget_options(skb);
	case NFPROTO_IPV6:
		return valid_ipv6(skb) && valid_hop(skb);
	case NFPROTO_BRIDGE:
		return valid_bridged(skb);
	}
	return true;
}
EXPORT_SYMBOL_GPL(lunatik_skb_valid);
