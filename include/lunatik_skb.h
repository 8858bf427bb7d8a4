/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * lunatik_skb.h - lend packets to scripts
 *
 * For bindings whose callbacks get a packet (netfilter, xtable). A hook makes one
 * object of class "skb" when it is set up, keeps it (and what lunatik_skb_pushview()
 * pushes, if scripts shall get a "data" view) on the Lua side, and lends each packet
 * to it, inside the event:
 *
 *	lunatik_skb_lend(L, object, &packet);		the script gets the object
 *	lunatik_skb_lendview(L, object, &packet);	the script gets the view
 *
 * The core takes the loan back when the event is over. What is not linear is pulled,
 * and what is shared is copied, when a script gets there, not before. The hook looks
 * at packet.changed afterwards, and asks lunatik_skb_valid() if it is set.
 *
 * luaskb.ko has what is declared here.
 */
#ifndef _LUNATIK_SKB_H
#define _LUNATIK_SKB_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>

#include "lunatik.h"

#define LUNATIK_SKB_WRITE	BIT(0)	/* bytes, mark and VLAN tag may be written */
#define LUNATIK_SKB_RESIZE	BIT(1)	/* the end may be moved */
#define LUNATIK_SKB_MOVE	BIT(2)	/* so may the beginning */
#define LUNATIK_SKB_FIXED	BIT(3)	/* not even pulled: see lunatik_packet_end() */

/**
 * struct lunatik_packet - a packet as a hook lends it
 * @skb: the packet, which stays until the event ends
 * @in: where it came from, or NULL
 * @out: where it goes, or NULL
 * @allow: LUNATIK_SKB_WRITE, LUNATIK_SKB_RESIZE, LUNATIK_SKB_MOVE; or LUNATIK_SKB_FIXED
 * @changed: set when a script wrote to it or resized it
 *
 * On the hook's C stack; there until lunatik_call() returns.
 */
struct lunatik_packet {
	struct sk_buff			*skb;
	const struct net_device		*in;
	const struct net_device		*out;
	unsigned int			allow;
	bool				changed;
};

/**
 * lunatik_packet_end() - drop the copy that a script read instead of the packet
 * @packet: of a hook that has LUNATIK_SKB_FIXED, after lunatik_call()
 * @skb: the hook's own packet
 *
 * A match of x_tables is called with a packet whose memory must stay where it is.
 * What is not linear is read from a copy then, of which the linear part is its own.
 */
static inline void lunatik_packet_end(struct lunatik_packet *packet, struct sk_buff *skb)
{
	if (unlikely(packet->skb != skb))
		consume_skb(packet->skb);
}

/**
 * lunatik_skb_new() - push an object of class "skb" in which there is no packet
 * @L: Lua state
 * @views: true: for lunatik_skb_lend(); false: for lunatik_skb_lendview()
 *
 * Raises when out of memory.
 *
 * Context: an entry.
 * Return: the object; the handle on the Lua stack holds the only reference
 */
struct lunatik_object *lunatik_skb_new(lua_State *L, bool views);

/**
 * lunatik_skb_pushview() - push the view that lunatik_skb_lendview() lends to
 * @L: Lua state
 * @idx: stack index of what lunatik_skb_new() pushed
 *
 * The handle at @idx keeps it; keep both for as long as packets are lent.
 */
void lunatik_skb_pushview(lua_State *L, int idx);

/**
 * lunatik_skb_lend() - let the object be a packet until the entry ends
 * @L: Lua state
 * @object: what lunatik_skb_new(L, true) returned
 * @packet: the packet
 *
 * Allocates nothing, raises nothing.
 *
 * Context: an entry of the object's runtime that is not process context.
 */
void lunatik_skb_lend(lua_State *L, struct lunatik_object *object,
		      struct lunatik_packet *packet);

/**
 * lunatik_skb_lendview() - let the view be a packet until the entry ends
 * @L: Lua state
 * @object: what lunatik_skb_new() returned
 * @packet: the packet
 * @mac: true: from the header of the link layer, if there is one; false: from that of
 *	the network layer
 *
 * Otherwise as lunatik_skb_lend().
 */
void lunatik_skb_lendview(lua_State *L, struct lunatik_object *object,
			  struct lunatik_packet *packet, bool mac);

/**
 * lunatik_skb_valid() - may the kernel go on with a packet that a script changed?
 * @skb: the packet
 * @pf: of the hook: NFPROTO_IPV4 ...
 *
 * In the hooks of IP the kernel has checked the headers before and takes them for
 * granted. This checks them again, and makes the kernel's notes about them fit.
 *
 * Context: a hook.
 * Return: false when the packet must be dropped
 */
bool lunatik_skb_valid(struct sk_buff *skb, u8 pf);

/* the constants of library "netfilter", which xtable has as well; ends with a NULL name */
extern const struct lunatik_constants lunatik_netfilter_constants[];

#endif /* _LUNATIK_SKB_H */
