// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * checksum.c - library "skb": making the checksums right again
 *
 * After a script wrote to a packet, the checksums in it are those of the old bytes:
 * that of IPv4's header, and that of TCP or UDP over the payload and the addresses.
 * A packet that the device will sum up on its way out (CHECKSUM_PARTIAL) has only the
 * part in the field that stands for the addresses; that is what it gets.
 *
 * Contexts: as skb.c. Lengths are those that the packet says, and only if it has as
 * many bytes. Fails where writing does.
 */

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/module.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>

#include "skb.h"

#define SUM_FUEL	32	/* bytes for one unit of fuel */

static int repair_ipv4(struct luaskb *luaskb)
{
	struct sk_buff *skb = luaskb->packet->skb;
	int net = luaskb_net_offset(skb);
	struct iphdr buffer, *ip;
	int err;

	ip = skb_header_pointer(skb, net, sizeof(buffer), &buffer);
	if (!ip || ip->version != 4 || ip->ihl < 5 || net + ip->ihl * 4 > (int)skb->len)
		return -ENOENT;
	err = luaskb_writable(luaskb->packet, net + ip->ihl * 4);
	if (err)
		return err;
	ip = (struct iphdr *)(skb->data + net);
	ip_send_check(ip);
	return 0;
}

/* the part that stands for the addresses, with @sum of the rest */
static __sum16 finish(const struct sk_buff *skb, const struct luaskb_transport *transport,
		      __wsum sum)
{
	const void *header = skb->data + luaskb_net_offset(skb);
	const struct ipv6hdr *ip6 = header;
	const struct iphdr *ip = header;

	if (skb->protocol == htons(ETH_P_IP))
		return csum_tcpudp_magic(ip->saddr, ip->daddr, transport->length,
					 transport->proto, sum);
	return csum_ipv6_magic(&ip6->saddr, &ip6->daddr, transport->length,
			       transport->proto, sum);
}

/* where its checksum is, in the header; or negative */
static int field_of(const struct luaskb_transport *transport)
{
	if (!transport->whole)
		return -ENOENT;
	if (transport->proto == IPPROTO_TCP && transport->length >= sizeof(struct tcphdr))
		return offsetof(struct tcphdr, check);
	if (transport->proto == IPPROTO_UDP && transport->length >= sizeof(struct udphdr))
		return offsetof(struct udphdr, check);
	return -ENOENT;
}

static __sum16 sum_up(struct sk_buff *skb, const struct luaskb_transport *transport)
{
	__wsum sum = skb_checksum(skb, transport->offset, transport->length, 0);
	__sum16 check = finish(skb, transport, sum);

	return check || transport->proto != IPPROTO_UDP ? check : CSUM_MANGLED_0;
}

/* the bytes up to the end of the field may be written. Return: -ENOENT for none */
static int fill(struct sk_buff *skb, const struct luaskb_transport *transport, int field)
{
	__sum16 *check = (__sum16 *)(skb->data + transport->offset + field);
	bool partial = skb->ip_summed == CHECKSUM_PARTIAL;

	if (partial && skb_checksum_start_offset(skb) == transport->offset) {
		*check = ~finish(skb, transport, 0);
		return 0;
	}
	if (partial || skb_is_gso(skb))
		return -ENOENT;
	/* over IPv4, UDP may do without */
	if (!*check && transport->proto == IPPROTO_UDP && skb->protocol == htons(ETH_P_IP))
		return -ENOENT;
	*check = 0;
	*check = sum_up(skb, transport);
	return 0;
}

static int repair_transport(struct luaskb *luaskb, unsigned int *length)
{
	struct sk_buff *skb = luaskb->packet->skb;
	struct luaskb_transport transport;
	int field, err;

	err = luaskb_find_transport(skb, &transport);
	if (err)
		return err;
	field = field_of(&transport);
	if (field < 0)
		return field;
	err = luaskb_writable(luaskb->packet, transport.offset + field + sizeof(__sum16));
	if (err)
		return err;
	*length = transport.length;
	return fill(skb, &transport, field);
}

/* pushes whether TCP's or UDP's was made right */
static int repair(lua_State *L, struct luaskb *luaskb)
{
	const struct sk_buff *skb = luaskb->packet->skb;
	unsigned int length = 0;
	int err = 0;

	if (skb->protocol == htons(ETH_P_IP))
		err = repair_ipv4(luaskb);
	if (!err)
		err = repair_transport(luaskb, &length);
	luaskb_moved(luaskb);
	if (err && err != -ENOENT)
		return luaskb_raise(L, err);
	lunatik_vm_charge(L, 1 + length / SUM_FUEL);
	lua_pushboolean(L, !err);
	return 1;
}

/***
 * Makes the checksums of the packet right again after its bytes were written: that of
 * IPv4's header, and that of TCP or UDP over IPv4 or IPv6. Lengths are not touched.
 *
 * @function skb:checksum
 * @treturn boolean false when there is no TCP or UDP, or it is in fragments, or it has
 *   no checksum
 * @raise `read only`; `not enough memory`; "null-pointer dereference" for a kept packet
 * @usage skb:checksum()
 */
int luaskb_checksum(lua_State *L)
{
	return repair(L, luaskb_checkwrite(L, 1, 0));
}

/***
 * The same for a packet that a hook got as `data`.
 *
 * @function checksum
 * @tparam data packet the hook's argument
 * @treturn boolean as `skb:checksum`
 * @raise `not a packet`, also for one that was kept; `read only`; `not enough memory`
 * @usage skb.checksum(packet)
 */
int luaskb_library_checksum(lua_State *L)
{
	struct lunatik_data_source *source = lunatik_data_source(lunatik_data_check(L, 1));
	struct luaskb *luaskb;

	luaL_argcheck(L, source && luaskb_is_source(source), 1, "not a packet");
	luaskb = luaskb_of_source(source);
	if (!(luaskb->packet->allow & LUNATIK_SKB_WRITE))
		luaL_error(L, "read only");
	return repair(L, luaskb);
}
