// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * packet.c - library "skb": lending a packet, and the views of it (lunatik_skb.h)
 *
 * Owns the way from a byte that a script asks for to memory. A view shows all of a
 * packet, but only its linear part is ready; beyond it, reach() pulls. What is
 * written may be shared with others (a clone that a socket waits for, a tap): the
 * first write of each view goes through reach(), too, which has it copied if need
 * be. Both may move the packet's memory, and with it all views of it. So readers of
 * headers cost nothing, and nothing is copied for them.
 *
 * Contexts: an entry of the runtime in which a packet is lent: softirq, or process
 * context with bottom halves off. The ownership of the runtime guards everything.
 * Pulling and copying can fail for want of memory, and when somebody else holds the
 * packet itself; scripts get an error then.
 */

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/module.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "skb.h"

#define PULL_STEP	256	/* bytes: who reads byte by byte does not pull for each */

/* ------------------------------------------------------------- where layers begin */

static bool inside(const struct sk_buff *skb, int offset)
{
	return offset >= -(int)skb_headroom(skb) && offset <= (int)skb->len;
}

int luaskb_net_offset(const struct sk_buff *skb)
{
	int offset = skb_network_offset(skb);

	return inside(skb, offset) ? offset : 0;
}

int luaskb_mac_offset(const struct sk_buff *skb)
{
	int net = luaskb_net_offset(skb);
	int offset;

	if (!skb_mac_header_was_set(skb))
		return net;
	offset = skb_mac_offset(skb);
	return inside(skb, offset) && offset <= net ? offset : net;
}

static int find_ipv4(const struct sk_buff *skb, int net, struct luaskb_transport *transport)
{
	struct iphdr buffer;
	const struct iphdr *ip = skb_header_pointer(skb, net, sizeof(buffer), &buffer);
	unsigned int total, header;

	if (!ip || ip->version != 4 || ip->ihl < 5 || ip->frag_off & htons(IP_OFFSET))
		return -ENOENT;
	header = ip->ihl * 4;
	total = ntohs(ip->tot_len);
	if (!total && skb_is_gso(skb))
		total = skb->len - net;
	if (total < header || net + total > skb->len)
		return -ENOENT;
	transport->offset = net + header;
	transport->length = total - header;
	transport->proto = ip->protocol;
	transport->whole = !(ip->frag_off & htons(IP_MF));
	return 0;
}

static int find_ipv6(const struct sk_buff *skb, int net, struct luaskb_transport *transport)
{
	struct ipv6hdr buffer;
	const struct ipv6hdr *ip = skb_header_pointer(skb, net, sizeof(buffer), &buffer);
	unsigned int total;
	__be16 fragment = 0;
	int offset;

	if (!ip || ip->version != 6)
		return -ENOENT;
	total = sizeof(*ip) + ntohs(ip->payload_len);
	if (!ip->payload_len)
		total = skb->len - net;
	transport->proto = ip->nexthdr;
	offset = ipv6_skip_exthdr(skb, net + sizeof(*ip), &transport->proto, &fragment);
	if (offset < 0 || fragment & htons(IP6_OFFSET) || net + total > skb->len ||
	    offset > net + total)
		return -ENOENT;
	transport->offset = offset;
	transport->length = net + total - offset;
	transport->whole = !(fragment & htons(IP6_MF));
	return 0;
}

int luaskb_find_transport(const struct sk_buff *skb, struct luaskb_transport *transport)
{
	int net = luaskb_net_offset(skb);

	switch (skb->protocol) {
	case htons(ETH_P_IP):
		return find_ipv4(skb, net, transport);
	case htons(ETH_P_IPV6):
		return find_ipv6(skb, net, transport);
	}
	return -ENOENT;
}

/* -------------------------------------------------------------------------- views */

static size_t from(unsigned int length, int offset)
{
	return (int)length > offset ? (int)length - offset : 0;
}

static void describe(const struct lunatik_packet *packet, int offset,
		     struct lunatik_data_span *span)
{
	const struct sk_buff *skb = packet->skb;

	span->ptr = skb->data + offset;
	span->size = from(skb->len, offset);
	span->ready = from(skb_headlen(skb), offset);
	/* before the first write there is something to be done */
	span->writable = packet->changed && !skb_cloned(skb) ? span->ready : 0;
}

void luaskb_lend(lua_State *L, struct luaskb *luaskb, enum luaskb_layer layer, int offset)
{
	struct luaskb_view *view = &luaskb->views[layer];
	struct lunatik_data_span span;

	describe(luaskb->packet, offset, &span);
	view->offset = offset;
	view->lent = true;
	lunatik_data_lend_from(L, view->view, &span, &luaskb->source);
}

void luaskb_moved(struct luaskb *luaskb)
{
	struct lunatik_data_span span;
	struct luaskb_view *view;
	unsigned int i;

	for (i = 0; i < luaskb->nviews; i++) {
		view = &luaskb->views[i];
		if (!view->lent)
			continue;
		describe(luaskb->packet, view->offset, &span);
		lunatik_data_move(view->view, &span);
	}
}

void luaskb_expire_views(struct luaskb *luaskb)
{
	unsigned int i;

	for (i = 0; i < luaskb->nviews; i++) {
		luaskb->views[i].lent = false;
		lunatik_data_expire(luaskb->views[i].view);
	}
}

int luaskb_writable(struct lunatik_packet *packet, int end)
{
	struct sk_buff *skb = packet->skb;
	int err;

	if (!(packet->allow & LUNATIK_SKB_WRITE))
		return -EACCES;
	if (skb_shared(skb))
		return -EBUSY;
	err = skb_ensure_writable(skb, max(end, 0));
	if (err)
		return err;
	/* what the device summed up is not what will be there */
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->ip_summed = CHECKSUM_NONE;
	packet->changed = true;
	return 0;
}

/* the hook's own packet must not move: from now on it is a copy that is read */
static bool own_copy(struct lunatik_packet *packet)
{
	struct sk_buff *copy = pskb_copy(packet->skb, GFP_ATOMIC);

	if (!copy)
		return false;
	packet->skb = copy;
	packet->allow &= ~LUNATIK_SKB_FIXED;
	return true;
}

static int pull(struct lunatik_packet *packet, int end)
{
	struct sk_buff *skb;

	if (packet->allow & LUNATIK_SKB_FIXED && !own_copy(packet))
		return -ENOMEM;
	skb = packet->skb;
	if (skb_shared(skb))
		return -EBUSY;
	if (pskb_may_pull(skb, min_t(unsigned int, skb->len, ALIGN(end, PULL_STEP))))
		return 0;
	return -ENOMEM;
}

static int offset_of(const struct luaskb *luaskb, const struct lunatik_object *view)
{
	unsigned int i;

	for (i = 0; i < luaskb->nviews; i++)
		if (luaskb->views[i].view == view)
			return luaskb->views[i].offset;
	return 0;
}

/* a script is about to read or write bytes before @end of @view: see lunatik_data.h */
static int reach(struct lunatik_data_source *source, struct lunatik_object *view, size_t end,
		 bool write)
{
	struct luaskb *luaskb = luaskb_of_source(source);
	struct lunatik_packet *packet = luaskb->packet;
	int last = (int)end + offset_of(luaskb, view);
	struct lunatik_data_span span;
	int err;

	err = write ? luaskb_writable(packet, last) : pull(packet, last);
	luaskb_moved(luaskb);
	if (err || !write)
		return err;
	/* a clone whose other half leaves the headers to us: these bytes, this time */
	describe(packet, last - (int)end, &span);
	if (span.writable < end) {
		span.writable = end;
		lunatik_data_move(view, &span);
	}
	return 0;
}

bool luaskb_is_source(const struct lunatik_data_source *source)
{
	return source->reach == reach;
}

/* ------------------------------------------------------------------------ lending */

static void expire(struct lunatik_loan *loan)
{
	container_of(loan, struct luaskb, loan)->packet = NULL;
}

static void begin(struct luaskb *luaskb, struct lunatik_packet *packet)
{
	unsigned int i;

	luaskb->packet = packet;
	for (i = 0; i < luaskb->nviews; i++)
		luaskb->views[i].lent = false;
}

void lunatik_skb_lend(lua_State *L, struct lunatik_object *object,
		      struct lunatik_packet *packet)
{
	struct luaskb *luaskb = object->private;

	lunatik_loan_begin(L, &luaskb->loan);
	begin(luaskb, packet);
}
EXPORT_SYMBOL_GPL(lunatik_skb_lend);

void lunatik_skb_lendview(lua_State *L, struct lunatik_object *object,
			  struct lunatik_packet *packet, bool mac)
{
	struct luaskb *luaskb = object->private;

	begin(luaskb, packet);
	luaskb_lend(L, luaskb, LUASKB_MAC,
		    mac ? luaskb_mac_offset(packet->skb) : luaskb_net_offset(packet->skb));
}
EXPORT_SYMBOL_GPL(lunatik_skb_lendview);

struct lunatik_object *lunatik_skb_new(lua_State *L, bool views)
{
	struct lunatik_object *object = lunatik_object_new(L, &luaskb_class,
							   sizeof(struct luaskb));
	struct luaskb *luaskb = object->private;
	unsigned int i;

	luaskb->loan.object = object;
	luaskb->loan.expire = expire;
	luaskb->source.reach = reach;
	lunatik_object_setlocal(object);
	for (i = 0; i < (views ? LUASKB_LAYERS : 1); i++) {
		luaskb->views[i].view = lunatik_data_newview(L);
		lua_setiuservalue(L, -2, i + 1);
		luaskb->nviews++;
	}
	return object;
}
EXPORT_SYMBOL_GPL(lunatik_skb_new);

void lunatik_skb_pushview(lua_State *L, int idx)
{
	lua_getiuservalue(L, idx, LUASKB_MAC + 1);
}
EXPORT_SYMBOL_GPL(lunatik_skb_pushview);
