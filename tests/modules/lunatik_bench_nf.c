// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * lunatik_bench_nf.c - what a hook of netfilter costs in C
 *
 * Owns one hook of IPv4's LOCAL_OUT in the initial namespace, for as long as the module
 * is loaded: it accepts, having read as many bytes of the header as the parameter says.
 */

#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/skbuff.h>
#include <net/net_namespace.h>

static unsigned int bytes;
module_param(bytes, uint, 0444);
MODULE_PARM_DESC(bytes, "of the header, read for each packet: 0 to 20");

static unsigned int sum;

static unsigned int bench_packet(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	unsigned int i;

	if (!pskb_may_pull(skb, bytes))
		return NF_DROP;
	for (i = 0; i < bytes; i++)
		WRITE_ONCE(sum, sum + READ_ONCE(skb->data[i]));
	return NF_ACCEPT;
}

static const struct nf_hook_ops bench_ops = {
	.hook		= bench_packet,
	.pf		= NFPROTO_IPV4,
	.hooknum	= NF_INET_LOCAL_OUT,
	.priority	= NF_IP_PRI_FILTER,
};

static int __init bench_init(void)
{
	return nf_register_net_hook(&init_net, &bench_ops);
}

static void __exit bench_exit(void)
{
	nf_unregister_net_hook(&init_net, &bench_ops);
}

module_init(bench_init);
module_exit(bench_exit);

MODULE_DESCRIPTION("Lunatik: a hook of netfilter in C, to compare with");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
