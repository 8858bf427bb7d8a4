// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * tables.c - library "skb": the constants of netfilter, for netfilter and xtable
 *
 * Names are typed here, numbers come from the kernel's headers. Constant data: no
 * context, no lock.
 */

#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/netfilter/x_tables.h>
#include <linux/netfilter_arp.h>
#include <linux/netfilter_bridge.h>
#include <linux/netfilter_ipv4.h>

#include "skb.h"

#define FAMILY(name)	{ #name, NFPROTO_##name }
#define ACTION(name)	{ #name, NF_##name }
#define INET(name)	{ #name, NF_INET_##name }
#define BRIDGE(name)	{ #name, NF_BR_##name }
#define ARP(name)	{ #name, NF_ARP_##name }
#define NETDEV(name)	{ #name, NF_NETDEV_##name }
#define IP_PRI(name)	{ #name, NF_IP_PRI_##name }
#define BR_PRI(name)	{ #name, NF_BR_PRI_##name }

/***
 * Protocol families: UNSPEC, INET (IPv4 and IPv6), IPV4, IPV6, ARP, NETDEV (packets at
 * one interface), BRIDGE.
 * @table family
 * @usage local family = netfilter.family.INET
 */
static const struct lunatik_constant family_values[] = {
	FAMILY(UNSPEC), FAMILY(INET), FAMILY(IPV4), FAMILY(IPV6), FAMILY(ARP),
	FAMILY(NETDEV), FAMILY(BRIDGE),
	{ }
};

/***
 * Verdicts: DROP, ACCEPT, STOLEN, QUEUE, REPEAT, STOP; and of xtable CONTINUE, RETURN.
 * `register` says what each of them does in a hook of netfilter.
 * @table action
 * @usage return netfilter.action.DROP
 */
static const struct lunatik_constant action_values[] = {
	ACTION(DROP), ACTION(ACCEPT), ACTION(STOLEN), ACTION(QUEUE), ACTION(REPEAT),
	ACTION(STOP),
	{ "CONTINUE", XT_CONTINUE },
	{ "RETURN", XT_RETURN },
	{ }
};

/***
 * Hooks of INET, IPV4 and IPV6: PRE_ROUTING, LOCAL_IN, FORWARD, LOCAL_OUT, POST_ROUTING.
 * @table inet_hooks
 * @usage local hook = netfilter.inet_hooks.LOCAL_OUT
 */
static const struct lunatik_constant inet_values[] = {
	INET(PRE_ROUTING), INET(LOCAL_IN), INET(FORWARD), INET(LOCAL_OUT),
	INET(POST_ROUTING),
	{ }
};

/***
 * Hooks of BRIDGE: PRE_ROUTING, LOCAL_IN, FORWARD, LOCAL_OUT, POST_ROUTING.
 * @table bridge_hooks
 * @usage local hook = netfilter.bridge_hooks.FORWARD
 */
static const struct lunatik_constant bridge_values[] = {
	BRIDGE(PRE_ROUTING), BRIDGE(LOCAL_IN), BRIDGE(FORWARD), BRIDGE(LOCAL_OUT),
	BRIDGE(POST_ROUTING),
	{ }
};

/***
 * Hooks of ARP: IN, OUT, FORWARD.
 * @table arp_hooks
 * @usage local hook = netfilter.arp_hooks.IN
 */
static const struct lunatik_constant arp_values[] = {
	ARP(IN), ARP(OUT), ARP(FORWARD),
	{ }
};

/***
 * Hooks of NETDEV: INGRESS, EGRESS.
 * @table netdev_hooks
 * @usage local hook = netfilter.netdev_hooks.INGRESS
 */
static const struct lunatik_constant netdev_values[] = {
	NETDEV(INGRESS), NETDEV(EGRESS),
	{ }
};

/***
 * Priorities of the hooks of IP: FIRST, RAW_BEFORE_DEFRAG, CONNTRACK_DEFRAG, RAW,
 * SELINUX_FIRST, CONNTRACK, MANGLE, NAT_DST, FILTER, SECURITY, NAT_SRC, SELINUX_LAST,
 * CONNTRACK_HELPER, LAST. Lower ones are called first.
 * @table ip_priority
 * @usage local priority = netfilter.ip_priority.MANGLE + 1
 */
static const struct lunatik_constant ip_priority_values[] = {
	IP_PRI(FIRST), IP_PRI(RAW_BEFORE_DEFRAG), IP_PRI(CONNTRACK_DEFRAG), IP_PRI(RAW),
	IP_PRI(SELINUX_FIRST), IP_PRI(CONNTRACK), IP_PRI(MANGLE), IP_PRI(NAT_DST),
	IP_PRI(FILTER), IP_PRI(SECURITY), IP_PRI(NAT_SRC), IP_PRI(SELINUX_LAST),
	IP_PRI(CONNTRACK_HELPER), IP_PRI(LAST),
	{ }
};

/***
 * Priorities of the hooks of BRIDGE: FIRST, NAT_DST_BRIDGED, FILTER_BRIDGED, BRNF,
 * NAT_DST_OTHER, FILTER_OTHER, NAT_SRC, LAST.
 * @table bridge_priority
 * @usage local priority = netfilter.bridge_priority.FILTER_BRIDGED
 */
static const struct lunatik_constant bridge_priority_values[] = {
	BR_PRI(FIRST), BR_PRI(NAT_DST_BRIDGED), BR_PRI(FILTER_BRIDGED), BR_PRI(BRNF),
	BR_PRI(NAT_DST_OTHER), BR_PRI(FILTER_OTHER), BR_PRI(NAT_SRC), BR_PRI(LAST),
	{ }
};

const struct lunatik_constants lunatik_netfilter_constants[] = {
	{ "family",		family_values },
	{ "action",		action_values },
	{ "inet_hooks",		inet_values },
	{ "bridge_hooks",	bridge_values },
	{ "arp_hooks",		arp_values },
	{ "netdev_hooks",	netdev_values },
	{ "ip_priority",	ip_priority_values },
	{ "bridge_priority",	bridge_priority_values },
	{ }
};
EXPORT_SYMBOL_GPL(lunatik_netfilter_constants);
