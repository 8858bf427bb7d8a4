// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * resize.c - library "skb": making a packet longer or shorter
 *
 * At its end (resize), in every hook but those of ARP: no shorter than the headers of
 * IP, no longer than its interface takes; the lengths in the headers of IP and UDP
 * follow. At its beginning (push, pull), between the header of the link layer and
 * that of the network layer, only where the kernel has not looked at the latter yet.
 * Packets that stand for many (GSO) are refused.
 *
 * Contexts: as skb.c. Can fail for want of memory. Views of the packet follow its
 * end, and become empty when its beginning moves.
 */

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/udp.h>
#include <net/ip.h>

#include "skb.h"

#define PUSH_MAX	256	/* bytes at once */

/* ------------------------------------------------------------------------- the end */

/* what is at least there of the network layer */
static unsigned int shortest(const struct sk_buff *skb)
{
	struct luaskb_transport transport;

	if (!luaskb_find_transport(skb, &transport))
		return transport.offset - luaskb_net_offset(skb);
	if (skb->protocol == htons(ETH_P_IP))
		return sizeof(struct iphdr) + MAX_IPOPTLEN;
	return skb->protocol == htons(ETH_P_IPV6) ? sizeof(struct ipv6hdr) : 1;
}

static unsigned int longest(const struct lunatik_packet *packet)
{
	const struct net_device *dev = packet->out ?: packet->in ?: packet->skb->dev;
	unsigned int mtu = dev ? READ_ONCE(dev->mtu) : IP_MAX_MTU;

	return max(min_t(unsigned int, mtu, IP_MAX_MTU), luaskb_length(packet->skb));
}

/* the device sums up what is behind this, and puts the sum there */
static bool cuts_checksum(const struct sk_buff *skb, unsigned int len)
{
	return skb->ip_summed == CHECKSUM_PARTIAL &&
	       skb_checksum_start_offset(skb) + skb->csum_offset + sizeof(__sum16) > len;
}

static int grow(struct sk_buff *skb, unsigned int by)
{
	int more, err;

	err = skb_ensure_writable(skb, skb->len);
	if (err)
		return err;
	more = (int)by - skb_tailroom(skb);
	if (more > 0)
		err = pskb_expand_head(skb, 0, more, GFP_ATOMIC);
	if (!err)
		skb_put_zero(skb, by);
	return err;
}

static void set_udp_length(struct luaskb *luaskb, unsigned int before)
{
	struct sk_buff *skb = luaskb->packet->skb;
	struct luaskb_transport transport;
	struct udphdr *udp;

	if (luaskb_find_transport(skb, &transport) || !transport.whole ||
	    transport.proto != IPPROTO_UDP || transport.length < sizeof(*udp) ||
	    luaskb_writable(luaskb->packet, transport.offset + sizeof(*udp)))
		return;
	udp = (struct udphdr *)(skb->data + transport.offset);
	if (ntohs(udp->len) == before)
		udp->len = htons(transport.length);
}

/* Needs: the headers in it are as luaskb_find_transport() found them */
static int set_lengths(struct luaskb *luaskb, const struct luaskb_transport *before)
{
	struct sk_buff *skb = luaskb->packet->skb;
	int net = luaskb_net_offset(skb);
	int err = luaskb_writable(luaskb->packet, before->offset);
	void *header = skb->data + net;
	struct iphdr *ip = header;

	if (err)
		return err;
	if (skb->protocol == htons(ETH_P_IP)) {
		ip->tot_len = htons(luaskb_length(skb));
		ip_send_check(ip);
	} else {
		((struct ipv6hdr *)header)->payload_len =
			htons(luaskb_length(skb) - sizeof(struct ipv6hdr));
	}
	set_udp_length(luaskb, before->length);
	return 0;
}

static int resize(struct luaskb *luaskb, unsigned int size)
{
	struct sk_buff *skb = luaskb->packet->skb;
	struct luaskb_transport before;
	unsigned int len = size + luaskb_net_offset(skb);
	bool known = !luaskb_find_transport(skb, &before);
	int err = luaskb_writable(luaskb->packet, 0);

	if (err)
		return err;
	if (len > skb->len)
		err = grow(skb, len - skb->len);
	else
		err = pskb_trim(skb, len);
	return err || !known ? err : set_lengths(luaskb, &before);
}

static void check_single(lua_State *L, const struct sk_buff *skb)
{
	if (skb_is_gso(skb))
		luaL_error(L, "the packet stands for many, and cannot be resized");
}

/***
 * Makes the packet longer or shorter at its end. New bytes are zeros. The lengths in
 * the headers of IP and UDP follow, and IPv4's checksum; that of TCP or UDP does not:
 * call `skb:checksum` when all is written. Views of the packet follow, too.
 *
 * @function skb:resize
 * @tparam integer size bytes from the header of the network layer on: no fewer than
 *   the headers of IP, no more than the interface takes (its MTU)
 * @raise `out of bounds`; `the packet stands for many`; `not possible in this hook`;
 *   `read only`; `not enough memory`; "null-pointer dereference" for a kept packet
 * @usage skb:resize(#skb + 16)
 */
int luaskb_resize(lua_State *L)
{
	struct luaskb *luaskb = luaskb_checkwrite(L, 1, LUNATIK_SKB_RESIZE);
	struct sk_buff *skb = luaskb->packet->skb;
	lua_Integer size = luaL_checkinteger(L, 2);
	int err;

	check_single(L, skb);
	luaL_argcheck(L, size == luaskb_length(skb) ||
		      (size >= shortest(skb) && size <= longest(luaskb->packet)), 2,
		      "out of bounds");
	luaL_argcheck(L, !cuts_checksum(skb, size + luaskb_net_offset(skb)), 2, "out of bounds");
	err = resize(luaskb, size);
	luaskb_moved(luaskb);
	return err ? luaskb_raise(L, err) : 0;
}

/* ------------------------------------------------------------------- the beginning */

/* moves what is before the network layer by @by bytes; there is room for it */
static void move_link(struct sk_buff *skb, int link, int by)
{
	unsigned char *from = skb->data - link;

	if (!link)
		return;
	memmove(from + by, from, link);
	skb->mac_header += by;
}

static void begin_here(struct sk_buff *skb)
{
	skb_reset_network_header(skb);
	skb_reset_transport_header(skb);
}

/* Needs: skb->data is where the network layer begins */
static int prepare_move(struct luaskb *luaskb, unsigned int end, int room)
{
	struct sk_buff *skb = luaskb->packet->skb;
	int err = luaskb_writable(luaskb->packet, end);

	if (!err && skb->ip_summed == CHECKSUM_PARTIAL)
		err = skb_checksum_help(skb);
	return err ?: skb_cow(skb, room);
}

static int push(struct luaskb *luaskb, unsigned int size)
{
	struct sk_buff *skb = luaskb->packet->skb;
	int link = -luaskb_mac_offset(skb);
	int err = prepare_move(luaskb, 0, size + link);

	if (err)
		return err;
	move_link(skb, link, -(int)size);
	memset(__skb_push(skb, size), 0, size);
	begin_here(skb);
	return 0;
}

static int pull(struct luaskb *luaskb, unsigned int size)
{
	struct sk_buff *skb = luaskb->packet->skb;
	int link = -luaskb_mac_offset(skb);
	int err = prepare_move(luaskb, size, 0);

	if (err)
		return err;
	move_link(skb, link, size);
	__skb_pull(skb, size);
	begin_here(skb);
	return 0;
}

static int move(lua_State *L, int (*how)(struct luaskb *luaskb, unsigned int size),
		bool longer)
{
	struct luaskb *luaskb = luaskb_checkwrite(L, 1, LUNATIK_SKB_MOVE);
	struct sk_buff *skb = luaskb->packet->skb;
	lua_Integer size = luaL_checkinteger(L, 2);
	int err;

	check_single(L, skb);
	luaL_argcheck(L, size > 0 && size <= PUSH_MAX, 2, "out of bounds");
	luaL_argcheck(L, longer ? size + luaskb_length(skb) <= longest(luaskb->packet) :
		      size < luaskb_length(skb), 2, "out of bounds");
	luaskb_expire_views(luaskb);
	err = how(luaskb, size);
	return err ? luaskb_raise(L, err) : 0;
}

/***
 * Makes room for a header before that of the network layer. The bytes are zeros. Only
 * at the ingress of an interface. Views that were asked for before become empty.
 *
 * @function skb:push
 * @tparam integer size 1 to 256 bytes
 * @raise as `skb:resize`
 * @usage skb:push(20)
 */
int luaskb_push(lua_State *L)
{
	return move(L, push, true);
}

/***
 * Takes away the header of the network layer, or what there is of it: the packet
 * begins with what follows. Only at the ingress of an interface. Views that were
 * asked for before become empty.
 *
 * @function skb:pull
 * @tparam integer size 1 to 256 bytes, fewer than the packet has
 * @raise as `skb:resize`
 * @usage skb:pull(20)
 */
int luaskb_pull(lua_State *L)
{
	return move(L, pull, false);
}
