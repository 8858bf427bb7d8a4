// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * rule.c - library "fib": the kernel's rule interface
 *
 * The kernel takes rules as messages of netlink, also from itself; nothing is sent.
 * Owns nothing but the message, while it is read. Takes the lock of the network's
 * configuration, so it waits for whoever changes that.
 *
 * Process context. Fails for want of memory, and with what the kernel says about
 * the rule; -EAFNOSUPPORT when the namespace has no rules of that family.
 */

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <net/netlink.h>

#include "rules.h"
#include "fib.h"

#define RULE_SIZE	(NLMSG_ALIGN(sizeof(struct fib_rule_hdr)) + 3 * nla_total_size(sizeof(u32)))

static int rule_put(struct sk_buff *skb, const struct luafib_rule *rule, bool own)
{
	return nla_put_u32(skb, FRA_TABLE, rule->table) ?:
	       nla_put_u32(skb, FRA_PRIORITY, rule->priority) ?:
	       own ? nla_put_u8(skb, FRA_PROTOCOL, RTPROT_KERNEL) : 0;
}

static int rule_change(struct net *net, const struct luafib_rule *rule, int type, u16 flags,
		       bool own)
{
	struct sk_buff *skb = nlmsg_new(RULE_SIZE, GFP_KERNEL);
	struct fib_rule_hdr *header;
	struct nlmsghdr *nlh;
	int err = -EMSGSIZE;

	if (!skb)
		return -ENOMEM;
	nlh = nlmsg_put(skb, 0, 0, type, sizeof(*header), flags);
	header = nlmsg_data(nlh);
	memset(header, 0, sizeof(*header));
	header->family = rule->family;
	header->action = FR_ACT_TO_TBL;
	if (!rule_put(skb, rule, own)) {
		nlmsg_end(skb, nlh);
		err = lunatik_fib_rule(net, skb, nlh, type == RTM_NEWRULE);
	}
	nlmsg_free(skb);
	return err;
}

int luafib_rule_add(struct net *net, const struct luafib_rule *rule)
{
	return rule_change(net, rule, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, true);
}

int luafib_rule_del(struct net *net, const struct luafib_rule *rule, bool own)
{
	return rule_change(net, rule, RTM_DELRULE, 0, own);
}
