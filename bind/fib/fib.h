/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * fib.h - what the files of library "fib" share
 */
#ifndef _LUAFIB_H
#define _LUAFIB_H

#include <net/net_namespace.h>

#include "compat.h"
#include "lunatik.h"
#include "lunatik_netns.h"

/* what scripts say about a rule */
struct luafib_rule {
	u32	table;
	u32	priority;
	u8	family;		/* AF_INET, AF_INET6 */
};

/**
 * luafib_rule_add() - add a rule for all packets
 * @net: the network namespace
 * @rule: the rule
 *
 * The kernel notes that the kernel made it (RTPROT_KERNEL).
 *
 * Context: process; may sleep.
 * Return: 0; -EEXIST when there is such a rule of the kernel; or another errno
 */
int luafib_rule_add(struct net *net, const struct luafib_rule *rule);

/**
 * luafib_rule_del() - delete the first rule of a table and a priority
 * @net: the network namespace
 * @rule: the rule
 * @own: only one that luafib_rule_add() made
 *
 * Context: process; may sleep.
 * Return: 0; -ENOENT when there is no such rule; or another errno
 */
int luafib_rule_del(struct net *net, const struct luafib_rule *rule, bool own);

#endif /* _LUAFIB_H */
