/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * netfilter.h - what the files of library "netfilter" share
 */
#ifndef _LUANETFILTER_H
#define _LUANETFILTER_H

#include <linux/if.h>
#include <linux/list.h>
#include <linux/netfilter.h>

#include "compat.h"
#include "lunatik.h"
#include "lunatik_netns.h"
#include "lunatik_skb.h"

/* what stands where in the table that the runtime keeps for a hook */
enum luanf_slot {
	LUANF_FUNCTION = 1,
	LUANF_ARGUMENT,		/* the skb object, or the view of it */
	LUANF_SKB,		/* the skb object */
};

/*
 * The private part of a hook. Written before it is armed and read by packets after
 * that, but for the counters; `net` and `list` are hook.c's, under its mutex.
 */
struct luanf_hook {
	struct nf_hook_ops	ops;
	struct lunatik_object	*object;
	struct lunatik_object	*skb;		/* kept by the table above */
	struct net		*net;		/* registered there; NULL: not, or not any more */
	struct list_head	list;
	struct lunatik_netns	netns;		/* whose name it has until it is armed */
	char			dev[IFNAMSIZ];	/* of NETDEV */
	bool			view;		/* the function gets a view of the data */
	bool			any_mark;
	u32			mark;
	unsigned int		onerror;
	unsigned int		onbusy;
	atomic_long_t		busy;		/* packets that could not be shown */
	atomic_long_t		errors;		/* or whose function failed */
	atomic_long_t		malformed;	/* or that it left so that they had to go */
};

/* hook.c */
int luanf_arm(struct lunatik_object *object);
void luanf_disarm(struct lunatik_object *object);
int luanf_init(void);
void luanf_exit(void);

/* verdict.c: what netfilter calls */
unsigned int luanf_packet(void *priv, struct sk_buff *skb, const struct nf_hook_state *state);

#endif /* _LUANETFILTER_H */
