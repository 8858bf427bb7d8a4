// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * lunatik_bench_nf.c - what a hook of netfilter costs in C
 *
 * Owns one hook of IPv4's LOCAL_OUT in the initial namespace, for as long as the module
 * is loaded: it accepts, having read as many bytes of the header as the parameter says,
 * or, with `names`, drops the questions for that many names, hostN.example.com.
 */

#include <linux/hashtable.h>
#include <linux/ip.h>
#include <linux/jhash.h>
#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/udp.h>
#include <net/net_namespace.h>

static unsigned int bytes;
module_param(bytes, uint, 0444);
MODULE_PARM_DESC(bytes, "of the header, read for each packet: 0 to 20");

static unsigned int names;
module_param(names, uint, 0444);
MODULE_PARM_DESC(names, "of hosts, looked for in each question of DNS");

static unsigned int sum;

struct name {
	struct hlist_node	node;
	unsigned int		length;
	char			text[32];
};

static DEFINE_HASHTABLE(table, 14);
static struct name *all;

static bool is_listed(const char *text, unsigned int length)
{
	const struct name *name;

	hash_for_each_possible(table, name, node, jhash(text, length, 0))
		if (name->length == length && !memcmp(name->text, text, length))
			return true;
	return false;
}

/* labels to a name with dots. Return: its length, 0 when it is none */
static unsigned int read_name(const u8 *at, const u8 *end, char *text, unsigned int max)
{
	unsigned int length = 0;

	while (at < end && *at) {
		unsigned int label = *at++;

		if (label > 63 || at + label > end || length + label + 1 > max)
			return 0;
		if (length)
			text[length++] = '.';
		memcpy(text + length, at, label);
		length += label;
		at += label;
	}
	return at < end ? length : 0;
}

static unsigned int bench_question(struct sk_buff *skb)
{
	const struct udphdr *udp;
	unsigned int length;
	char text[255];

	if (ip_hdr(skb)->protocol != IPPROTO_UDP || skb_linearize(skb))
		return NF_ACCEPT;
	udp = (void *)skb->data + ip_hdr(skb)->ihl * 4;
	if (skb_tail_pointer(skb) < (u8 *)(udp + 1) + 12 || udp->dest != htons(53))
		return NF_ACCEPT;
	length = read_name((u8 *)(udp + 1) + 12, skb_tail_pointer(skb), text, sizeof(text));
	return length && is_listed(text, length) ? NF_DROP : NF_ACCEPT;
}

static unsigned int bench_packet(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	unsigned int i;

	if (names)
		return bench_question(skb);
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
	unsigned int i;
	int err;

	all = kvcalloc(names, sizeof(*all), GFP_KERNEL);
	if (names && !all)
		return -ENOMEM;
	for (i = 0; i < names; i++) {
		all[i].length = scnprintf(all[i].text, sizeof(all[i].text),
					  "host%u.example.com", i);
		hash_add(table, &all[i].node, jhash(all[i].text, all[i].length, 0));
	}
	err = nf_register_net_hook(&init_net, &bench_ops);
	if (err)
		kvfree(all);
	return err;
}

static void __exit bench_exit(void)
{
	nf_unregister_net_hook(&init_net, &bench_ops);
	kvfree(all);
}

module_init(bench_init);
module_exit(bench_exit);

MODULE_DESCRIPTION("Lunatik: a hook of netfilter in C, to compare with");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
