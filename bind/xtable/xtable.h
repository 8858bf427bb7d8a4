/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * xtable.h - what the files of library "xtable" share
 */
#ifndef _LUAXTABLE_H
#define _LUAXTABLE_H

#include <linux/list.h>
#include <linux/netfilter/x_tables.h>

#include "compat.h"
#include "lunatik.h"
#include "lunatik_skb.h"

#define LUAXTABLE_USERARGS	256

/*
 * What iptables and the kernel exchange for a rule: the size of this is part of the
 * interface. `rule` is the kernel's, and never shown to programs.
 */
struct luaxtable_info {
	char	userargs[LUAXTABLE_USERARGS];
	u64	rule __aligned(8);	/* a number that no other rule ever has */
};

/* what stands where in the table that the runtime keeps for an extension */
enum luaxtable_slot {
	LUAXTABLE_FUNCTION = 1,
	LUAXTABLE_CHECKENTRY,
	LUAXTABLE_DESTROY,
	LUAXTABLE_ARGUMENT,	/* the skb object, or the view of it */
	LUAXTABLE_SKB,		/* the skb object */
	LUAXTABLE_PAR,
	LUAXTABLE_RULES,	/* number of a rule -> its userargs */
	LUAXTABLE_SLOTS = LUAXTABLE_RULES
};

/* what a script asks for */
struct luaxtable_options {
	char		name[XT_EXTENSION_MAXNAMELEN];
	u8		revision;
	u8		family;		/* as x_tables has it: UNSPEC for INET */
	bool		target;		/* else a match */
	bool		inet;		/* IPv4 and IPv6 only */
	u16		proto;
	unsigned int	hooks;
};

/*
 * What x_tables knows: a match or a target. It is there for longer than the script,
 * since rules refer to it; extension.c says how long. `object` is the script's, under
 * RCU, or NULL; `rules` counts those that were accepted.
 */
struct luaxtable_extension {
	union {
		struct xt_match		match;
		struct xt_target	target;
	};
	struct list_head		list;
	struct luaxtable_options	options;
	struct lunatik_object __rcu	*object;
	atomic_t			rules;
	bool				registered;
};

/* The private part of a script's handle. Written before it is armed, but for the counters. */
struct luaxtable {
	struct luaxtable_options	options;
	struct luaxtable_extension	*extension;	/* from arm() on */
	struct lunatik_object		*skb;		/* kept by the table above */
	bool				view;		/* the function gets a view of the data */
	atomic_long_t			busy;		/* packets that could not be shown */
	atomic_long_t			errors;		/* or whose function failed */
	atomic_long_t			malformed;	/* or that it left so that they had to go */
};

/* extension.c */
int luaxtable_arm(struct lunatik_object *object);
void luaxtable_disarm(struct lunatik_object *object);
int luaxtable_keep(struct luaxtable_extension *extension);	/* it has a rule; process */
void luaxtable_idle(void);	/* an extension has no more rules, maybe no script; any context */
void luaxtable_exit(void);

/* rule.c: what x_tables calls for rules */
int luaxtable_match_check(const struct xt_mtchk_param *par);
void luaxtable_match_destroy(const struct xt_mtdtor_param *par);
int luaxtable_target_check(const struct xt_tgchk_param *par);
void luaxtable_target_destroy(const struct xt_tgdtor_param *par);

/* pushes the userargs of a rule, a string that is made once; the value table is at 1 */
void luaxtable_pushargs(lua_State *L, const struct luaxtable_info *info);

/* packet.c: what it calls for packets */
bool luaxtable_match(const struct sk_buff *skb, struct xt_action_param *par);
unsigned int luaxtable_target(struct sk_buff *skb, const struct xt_action_param *par);

static inline struct luaxtable_extension *luaxtable_of_match(const struct xt_match *match)
{
	return container_of((void *)match, struct luaxtable_extension, match);
}

static inline struct luaxtable_extension *luaxtable_of_target(const struct xt_target *target)
{
	return container_of((void *)target, struct luaxtable_extension, target);
}

#endif /* _LUAXTABLE_H */
