// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * verdict.c - library "netfilter": a packet, the script, and what becomes of it
 *
 * Netfilter calls luanf_packet() for each packet: in softirq context, or in process
 * context for what programs send; in an RCU read-side section always. The hook's
 * function is called with the packet, and says what shall become of it.
 *
 * What netfilter gets back is always something that it takes: ACCEPT, DROP, a QUEUE
 * where there is one, or STOLEN for a packet that is freed or passed on here. A packet
 * that cannot be shown to the script (the runtime is in use by this CPU, is loading or
 * stopping) gets the hook's `onbusy`; one for which the script fails, `onerror`. A
 * packet that was written to is checked before the kernel goes on with it.
 *
 * The packet is the script's no longer than the event; nothing is allocated for it.
 */

#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/netfilter/x_tables.h>
#include <linux/netfilter_bridge.h>
#include <linux/skbuff.h>

#include "netfilter.h"

#define REPEATS		16	/* REPEAT verdicts for one packet */
#define NO_VERDICT	(-1)

/* one packet's way through the script */
struct luanf_event {
	struct luanf_hook	*hook;
	struct lunatik_packet	packet;
	lua_Integer		verdict;
	bool			newmark;
	u32			mark;
};

/* ------------------------------------------------------------------------ in Lua */

static void read_results(lua_State *L, struct luanf_event *event)
{
	if (lua_isinteger(L, -2))
		event->verdict = lua_tointeger(L, -2);
	event->newmark = lua_isinteger(L, -1);
	if (event->newmark)
		event->mark = lua_tointeger(L, -1);
}

/* inside the runtime, protected */
static void show(lua_State *L, struct lunatik_object *object, void *arg)
{
	struct luanf_event *event = arg;
	struct luanf_hook *hook = event->hook;

	lunatik_object_pushvalue(L, object);
	if (!lua_istable(L, 1))	/* it was stopped a moment ago */
		return;
	lua_rawgeti(L, 1, LUANF_FUNCTION);
	lua_rawgeti(L, 1, LUANF_ARGUMENT);
	if (hook->view)
		lunatik_skb_lendview(L, hook->skb, &event->packet, true);
	else
		lunatik_skb_lend(L, hook->skb, &event->packet);
	lua_call(L, 1, 2);
	read_results(L, event);
}

/* ----------------------------------------------------------------- what comes of it */

static unsigned int allowed(const struct nf_hook_state *state)
{
	if (state->pf == NFPROTO_ARP)
		return LUNATIK_SKB_WRITE;
	if (state->pf == NFPROTO_NETDEV && state->hook == NF_NETDEV_INGRESS)
		return LUNATIK_SKB_WRITE | LUNATIK_SKB_RESIZE | LUNATIK_SKB_MOVE;
	return LUNATIK_SKB_WRITE | LUNATIK_SKB_RESIZE;
}

/* the kernel can bring packets back from a queue to hooks of these only */
static bool can_queue(const struct nf_hook_state *state)
{
	return state->pf == NFPROTO_IPV4 || state->pf == NFPROTO_IPV6 ||
	       state->pf == NFPROTO_BRIDGE;
}

/* QUEUE, with a number and maybe "accept when nobody listens", as from the kernel's headers */
static bool is_queue(lua_Integer verdict)
{
	return (verdict & NF_VERDICT_MASK) == NF_QUEUE && verdict >= 0 && verdict <= U32_MAX &&
	       !(verdict & ~((lua_Integer)NF_VERDICT_QMASK | NF_VERDICT_FLAG_QUEUE_BYPASS |
			     NF_VERDICT_MASK));
}

/*
 * Can the packet be sent on from here? Where the bridge takes its own frames, and for the
 * device of a VRF, what stands as the way on is none: the caller goes on itself.
 */
static bool has_way_on(const struct nf_hook_state *state)
{
	if (state->pf == NFPROTO_BRIDGE && state->hook == NF_BR_LOCAL_IN)
		return false;
	return state->okfn && !(state->in && netif_is_l3_master(state->in));
}

/* goes on behind the hooks that would have come, where that can be told */
static unsigned int pass_on(struct sk_buff *skb, const struct nf_hook_state *state)
{
	if (!has_way_on(state))
		return NF_ACCEPT;
	state->okfn(state->net, state->sk, skb);
	return NF_STOLEN;
}

static unsigned int conclude(struct luanf_hook *hook, struct sk_buff *skb,
			     const struct nf_hook_state *state, lua_Integer verdict)
{
	switch (verdict) {
	case NF_DROP:
	case NF_ACCEPT:
		return verdict;
	case NF_STOP:
		return pass_on(skb, state);
	case NF_STOLEN:
		consume_skb(skb);
		return NF_STOLEN;
	case XT_CONTINUE:
	case XT_RETURN:
		return NF_ACCEPT;
	}
	if (is_queue(verdict) && can_queue(state))
		return verdict;
	return hook->onerror;
}

/* false when the packet must go */
static bool settle(struct luanf_hook *hook, struct luanf_event *event,
		   const struct nf_hook_state *state)
{
	if (likely(!event->packet.changed) ||
	    lunatik_skb_valid(event->packet.skb, state->pf))
		return true;
	atomic_long_inc(&hook->malformed);
	pr_warn_ratelimited("luanetfilter: a script left a packet malformed: dropped\n");
	return false;
}

/* shows the packet to the script. Return: false when that decided */
static bool ask(struct luanf_hook *hook, struct luanf_event *event)
{
	int err;

	event->verdict = NO_VERDICT;
	event->newmark = false;
	err = lunatik_call(hook->object, show, event);
	if (likely(!err))
		return true;
	if (err == -ECANCELED || err == -EHOSTDOWN) {
		atomic_long_inc(&hook->errors);
		event->verdict = hook->onerror;
	} else {
		atomic_long_inc(&hook->busy);
		event->verdict = hook->onbusy;
	}
	event->newmark = false;
	return false;
}

unsigned int luanf_packet(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	struct luanf_hook *hook = priv;
	struct luanf_event event;
	int tries = 0;

	if (!hook->any_mark && skb->mark != hook->mark)
		return NF_ACCEPT;
	event.hook = hook;
	event.packet.skb = skb;
	event.packet.in = state->in;
	event.packet.out = state->out;
	event.packet.allow = allowed(state);
	event.packet.changed = false;
	while (ask(hook, &event) && event.verdict == NF_REPEAT && ++tries < REPEATS)
		;
	if (!settle(hook, &event, state))
		return NF_DROP;
	if (event.newmark)
		skb->mark = event.mark;
	return conclude(hook, skb, state, event.verdict);
}
