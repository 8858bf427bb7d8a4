/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * rules.h - how the kernel adds and deletes a routing rule
 *
 * Since 6.15 it is told the network namespace and whether the caller holds its lock.
 * Before, the namespace was that of the socket which the message came from, and the
 * lock was the caller's business. bind/fib/Kbuild has looked which kernel this is.
 */
#ifndef _LUNATIK_COMPAT_RULES_H
#define _LUNATIK_COMPAT_RULES_H

#include <linux/rtnetlink.h>
#include <linux/skbuff.h>
#include <net/fib_rules.h>
#include <net/net_namespace.h>

static inline int lunatik_fib_rule(struct net *net, struct sk_buff *skb, struct nlmsghdr *nlh,
				   bool add)
{
#ifdef LUNATIK_HAVE_FIB_NEWRULE
	return add ? fib_newrule(net, skb, nlh, NULL, false) :
		     fib_delrule(net, skb, nlh, NULL, false);
#else
	int err;

	skb->sk = net->rtnl;
	rtnl_lock();
	err = add ? fib_nl_newrule(skb, nlh, NULL) : fib_nl_delrule(skb, nlh, NULL);
	rtnl_unlock();
	skb->sk = NULL;		/* it has no reference */
	return err;
#endif
}

#endif /* _LUNATIK_COMPAT_RULES_H */
