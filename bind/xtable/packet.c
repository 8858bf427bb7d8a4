// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * packet.c - library "xtable": a packet, a rule's script, and what becomes of it
 *
 * x_tables calls luaxtable_match() and luaxtable_target() for each packet that comes to
 * a rule: in softirq context, or in process context for what programs send; with RCU,
 * and bottom halves off. Where the script cannot say (it is gone, loading, in use by
 * this CPU; it fails), nothing matches, and targets let the next rule decide.
 *
 * A match must not move the packet: ip_tables keeps a pointer into it. So it is lent
 * LUNATIK_SKB_FIXED. A target may, and what it wrote is checked before the kernel goes
 * on. What the kernel gets is always a verdict that it knows: REPEAT is done here, STOP
 * is ACCEPT, RETURN cannot be had from targets and is CONTINUE. ebtables has other
 * numbers, and no STOLEN.
 *
 * Nothing is allocated for a packet: `par` is one table, whose fields are there.
 */

#include <linux/module.h>
#include <linux/netfilter_bridge/ebtables.h>
#include <linux/skbuff.h>
#include <net/ipv6.h>

#include "xtable.h"

#define REPEATS		16	/* REPEAT verdicts for one packet */
#define NO_VERDICT	(-1)

/* one packet's way through the script */
struct luaxtable_event {
	struct luaxtable		*xtable;
	const struct xt_action_param	*par;
	const struct luaxtable_info	*info;
	struct lunatik_packet		packet;
	unsigned int			thoff;
	unsigned int			fragoff;
	bool				target;
	bool				matched;
	bool				hotdrop;
	lua_Integer			verdict;
};

/* ------------------------------------------------------------------------ in Lua */

static void set_par(lua_State *L, int idx, const struct luaxtable_event *event)
{
	lua_pushboolean(L, false);
	lua_setfield(L, idx, "hotdrop");
	lua_pushinteger(L, event->thoff);
	lua_setfield(L, idx, "thoff");
	lua_pushinteger(L, event->fragoff);
	lua_setfield(L, idx, "fragoff");
	lua_pushinteger(L, event->par->state->hook);
	lua_setfield(L, idx, "hooknum");
}

static void read_result(lua_State *L, int par, struct luaxtable_event *event)
{
	if (event->target) {
		if (lua_isinteger(L, -1))
			event->verdict = lua_tointeger(L, -1);
		return;
	}
	event->matched = lua_toboolean(L, -1);
	lua_getfield(L, par, "hotdrop");
	event->hotdrop = lua_toboolean(L, -1);
}

/* inside the runtime, protected */
static void show(lua_State *L, struct lunatik_object *object, void *arg)
{
	struct luaxtable_event *event = arg;
	struct luaxtable *xtable = event->xtable;

	lunatik_object_pushvalue(L, object);
	if (!lua_istable(L, 1))	/* it was stopped a moment ago */
		return;
	lua_rawgeti(L, 1, LUAXTABLE_PAR);
	set_par(L, 2, event);
	lua_rawgeti(L, 1, LUAXTABLE_FUNCTION);
	lua_rawgeti(L, 1, LUAXTABLE_ARGUMENT);
	lua_pushvalue(L, 2);
	luaxtable_pushargs(L, event->info);
	if (xtable->view)
		lunatik_skb_lendview(L, xtable->skb, &event->packet, false);
	else
		lunatik_skb_lend(L, xtable->skb, &event->packet);
	lua_call(L, 3, 1);
	read_result(L, 2, event);
}

/* -------------------------------------------------------------------- the packet */

/* what ip6_tables knows only of rules with -p, and the others of none */
static void find_transport(struct luaxtable_event *event, const struct sk_buff *skb)
{
	__be16 fragment = 0;
	int offset;
	u8 next;

	event->thoff = 0;
	event->fragoff = 0;
	switch (event->par->state->pf) {
	case NFPROTO_IPV4:
		event->thoff = event->par->thoff;
		event->fragoff = event->par->fragoff;
		return;
	case NFPROTO_IPV6:
		next = ipv6_hdr(skb)->nexthdr;
		offset = skb_network_offset(skb) + sizeof(struct ipv6hdr);
		offset = ipv6_skip_exthdr(skb, offset, &next, &fragment);
		event->thoff = max(offset - skb_network_offset(skb), 0);
		event->fragoff = ntohs(fragment) & ~0x7;
	}
}

static void init_event(struct luaxtable_event *event, struct sk_buff *skb,
		       const struct xt_action_param *par, unsigned int allow)
{
	event->par = par;
	event->info = par->matchinfo;
	event->packet.skb = skb;
	event->packet.in = par->state->in;
	event->packet.out = par->state->out;
	event->packet.allow = allow;
	event->packet.changed = false;
	event->target = !(allow & LUNATIK_SKB_FIXED);
	event->matched = false;
	event->hotdrop = false;
	find_transport(event, skb);
}

/* shows the packet to the script. Return: false when it said nothing */
static bool ask(struct luaxtable_extension *extension, struct luaxtable_event *event)
{
	struct lunatik_object *object = rcu_dereference(extension->object);
	int err;

	event->verdict = NO_VERDICT;
	if (unlikely(!object))
		return false;
	event->xtable = object->private;
	err = lunatik_call(object, show, event);
	if (likely(!err))
		return true;
	if (err == -ECANCELED || err == -EHOSTDOWN)
		atomic_long_inc(&event->xtable->errors);
	else
		atomic_long_inc(&event->xtable->busy);
	return false;
}

bool luaxtable_match(const struct sk_buff *skb, struct xt_action_param *par)
{
	struct luaxtable_event event;
	bool said;

	init_event(&event, (struct sk_buff *)skb, par, LUNATIK_SKB_FIXED);
	said = ask(luaxtable_of_match(par->match), &event);
	lunatik_packet_end(&event.packet, (struct sk_buff *)skb);
	if (!said)
		return false;
	if (event.hotdrop)
		par->hotdrop = true;
	return event.matched;
}

static unsigned int conclude_bridge(lua_Integer verdict)
{
	switch (verdict) {
	case NF_ACCEPT:
	case NF_STOP:
		return EBT_ACCEPT;
	case NF_DROP:
	case NF_STOLEN:
		return EBT_DROP;
	}
	return EBT_CONTINUE;
}

static unsigned int conclude(struct sk_buff *skb, const struct nf_hook_state *state,
			     lua_Integer verdict)
{
	u8 pf = state->pf;

	if (pf == NFPROTO_BRIDGE)
		return conclude_bridge(verdict);
	switch (verdict) {
	case NF_DROP:
	case NF_ACCEPT:
		return verdict;
	case NF_STOP:
		return NF_ACCEPT;
	case NF_STOLEN:
		/* tc's "action xt" (6.1), no hook, takes this for ACCEPT */
		if (!state->okfn)
			return NF_DROP;
		consume_skb(skb);
		return NF_STOLEN;
	case NF_QUEUE:	/* the kernel can bring back packets of these only */
		if (pf == NFPROTO_IPV4 || pf == NFPROTO_IPV6)
			return NF_QUEUE;
	}
	return XT_CONTINUE;
}

/* false when the packet must go */
static bool settle(struct luaxtable_event *event, u8 pf)
{
	if (likely(!event->packet.changed) || lunatik_skb_valid(event->packet.skb, pf))
		return true;
	atomic_long_inc(&event->xtable->malformed);
	pr_warn_ratelimited("luaxtable: a script left a packet malformed: dropped\n");
	return false;
}

unsigned int luaxtable_target(struct sk_buff *skb, const struct xt_action_param *par)
{
	struct luaxtable_extension *extension = luaxtable_of_target(par->target);
	u8 pf = par->state->pf;
	struct luaxtable_event event;
	int tries = 0;

	init_event(&event, skb, par, LUNATIK_SKB_WRITE);
	while (ask(extension, &event) && event.verdict == NF_REPEAT && ++tries < REPEATS)
		;
	if (!settle(&event, pf))
		return conclude(skb, par->state, NF_DROP);
	return conclude(skb, par->state, event.verdict);
}
