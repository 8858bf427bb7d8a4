// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * skb.c - library "skb": what scripts do with a packet
 *
 * Owns the class "skb": a packet that a hook lends for as long as its callback runs
 * (packet.c), with its headers, its length, its interfaces, its mark. An object is
 * made once for each hook and gets one packet after the other; a script that kept it
 * finds no packet in it, or finds the next one, never one that has gone.
 *
 * Contexts: an entry in which a packet is lent: softirq, or process context with
 * bottom halves off; nothing sleeps. Everything is compared with the length that the
 * kernel has for the packet, never with one that stands in it. What can fail is said
 * at each function.
 */

#include <linux/if_vlan.h>
#include <linux/module.h>
#include <linux/netdevice.h>

#include "skb.h"

/* ----------------------------------------------------------------------- arguments */

int luaskb_raise(lua_State *L, int err)
{
	if (err == -ENOMEM)
		return luaL_error(L, "not enough memory");
	if (err == -EACCES)
		return luaL_error(L, "read only");
	return lunatik_raise(L, "skb", err);
}

struct luaskb *luaskb_check(lua_State *L, int idx)
{
	struct luaskb *luaskb = lunatik_object_check(L, idx, &luaskb_class)->private;

	if (unlikely(!luaskb->packet))
		luaL_error(L, "null-pointer dereference (the packet has gone)");
	return luaskb;
}

struct luaskb *luaskb_checkwrite(lua_State *L, int idx, unsigned int allow)
{
	struct luaskb *luaskb = luaskb_check(L, idx);

	if (!(luaskb->packet->allow & LUNATIK_SKB_WRITE))
		luaL_error(L, "read only");
	if ((luaskb->packet->allow & allow) != allow)
		luaL_error(L, "not possible in this hook");
	return luaskb;
}

/***
 * A part of the packet, as an object of class `data`.
 *
 * It is writable where the hook is, and lasts as long as the packet: an access to a
 * view that was kept raises "out of bounds". Asking for the same layer again moves
 * the same view. All of the packet from there on can be read; what does not lie in
 * one piece is brought there when it is asked for. Integers are in the order of this
 * machine's bytes: see `linux.ntoh16`.
 *
 * @function skb:data
 * @tparam[opt="net"] string layer "mac": from the header of the link layer, if there
 *   is one (else as "net"); "net": from that of the network layer; "transport": from
 *   that of TCP, UDP or whatever follows IP's headers, of packets of IPv4 and IPv6
 * @treturn[1] data
 * @treturn[1] ?integer of "transport": the protocol, one of `socket.ipproto`
 * @treturn[2] nil of "transport", when there is none, or it is in another fragment
 * @raise `invalid option`; "null-pointer dereference" for a kept packet
 * @usage local udp, proto = skb:data("transport")
 */
static int luaskb_data(lua_State *L)
{
	static const char *const names[] = { "mac", "net", "transport", NULL };
	struct luaskb *luaskb = luaskb_check(L, 1);
	enum luaskb_layer layer = luaL_checkoption(L, 2, "net", names);
	const struct sk_buff *skb = luaskb->packet->skb;
	struct luaskb_transport transport;

	if (layer == LUASKB_TRANSPORT) {
		if (luaskb_find_transport(skb, &transport))
			return 0;
		luaskb_lend(L, luaskb, layer, transport.offset);
	} else {
		luaskb_lend(L, luaskb, layer, layer == LUASKB_MAC ?
			    luaskb_mac_offset(skb) : luaskb_net_offset(skb));
	}
	lua_getiuservalue(L, 1, layer + 1);
	if (layer != LUASKB_TRANSPORT)
		return 1;
	lua_pushinteger(L, transport.proto);
	return 2;
}

/***
 * How many bytes the packet has from the header of the network layer on, as `#skb`.
 *
 * @function skb:len
 * @treturn integer
 * @raise "null-pointer dereference" for a kept packet
 * @usage if #skb < 28 then return action.ACCEPT end
 */
static int luaskb_len(lua_State *L)
{
	const struct sk_buff *skb = luaskb_check(L, 1)->packet->skb;

	lua_pushinteger(L, luaskb_length(skb));
	return 1;
}

/***
 * Copies bytes of the packet to a buffer that is the script's: it may be kept, and
 * handed to other runtimes.
 *
 * @function skb:copy
 * @tparam[opt=0] integer offset from the header of the network layer on
 * @tparam[opt] integer length default to the end
 * @treturn data
 * @raise `out of bounds`; `not enough memory`; "null-pointer dereference" for a kept
 *   packet
 * @usage local bytes = skb:copy(0, 64)
 */
static int luaskb_copy(lua_State *L)
{
	struct luaskb *luaskb = luaskb_check(L, 1);
	const struct sk_buff *skb = luaskb->packet->skb;
	lua_Integer size = luaskb_length(skb);
	lua_Integer offset = luaL_optinteger(L, 2, 0);
	lua_Integer length;
	void *to;

	luaL_argcheck(L, offset >= 0 && offset < size, 2, "out of bounds");
	length = luaL_optinteger(L, 3, size - offset);
	luaL_argcheck(L, length > 0 && length <= size - offset, 3, "out of bounds");
	to = lunatik_data_new(L, length);
	lunatik_vm_charge(L, length / 32);
	/* a finaliser may have made the packet shorter meanwhile */
	if (!luaskb->packet || skb_copy_bits(skb, luaskb_net_offset(skb) + offset, to, length))
		luaL_argerror(L, 3, "out of bounds");
	return 1;
}

/***
 * The packet's mark, which tc, routing rules and other hooks look at.
 *
 * @function skb:mark
 * @tparam[opt] integer value 0 to 2^32 - 1: a new one
 * @treturn integer the mark that it has now
 * @raise `out of range`; `read only`; "null-pointer dereference" for a kept packet
 * @usage skb:mark(skb:mark() | 0x100)
 */
static int luaskb_mark(lua_State *L)
{
	struct sk_buff *skb = luaskb_check(L, 1)->packet->skb;
	lua_Integer value;

	if (!lua_isnoneornil(L, 2)) {
		value = luaL_checkinteger(L, 2);
		luaL_argcheck(L, value >= 0 && value <= U32_MAX, 2, "out of range");
		luaskb_checkwrite(L, 1, 0);
		skb->mark = value;
	}
	lua_pushinteger(L, skb->mark);
	return 1;
}

/* zero for none: interfaces are counted from 1 */
static void push_index(lua_State *L, const struct net_device *dev)
{
	if (dev)
		lua_pushinteger(L, dev->ifindex);
	else
		lua_pushnil(L);
}

/***
 * Where the packet came from and where it goes, as numbers. Not every hook knows both.
 *
 * @function skb:ifindex
 * @treturn ?integer number of the interface by which it came
 * @treturn ?integer number of the interface by which it goes
 * @raise "null-pointer dereference" for a kept packet
 * @usage local from, to = skb:ifindex()
 */
static int luaskb_ifindex(lua_State *L)
{
	const struct lunatik_packet *packet = luaskb_check(L, 1)->packet;

	push_index(L, packet->in);
	push_index(L, packet->out);
	return 2;
}

/* its name may be changed meanwhile: what is read may be neither, but ends */
static void push_name(lua_State *L, const struct net_device *dev)
{
	char name[IFNAMSIZ + 1];

	if (!dev) {
		lua_pushnil(L);
		return;
	}
	memcpy(name, dev->name, IFNAMSIZ);
	name[IFNAMSIZ] = '\0';
	lua_pushstring(L, name);
}

/***
 * Where the packet came from and where it goes, as names. Numbers are quicker.
 *
 * @function skb:ifname
 * @treturn ?string name of the interface by which it came
 * @treturn ?string name of the interface by which it goes
 * @raise `not enough memory`; "null-pointer dereference" for a kept packet
 * @usage if skb:ifname() == "lo" then return action.ACCEPT end
 */
static int luaskb_ifname(lua_State *L)
{
	const struct lunatik_packet *packet = luaskb_check(L, 1)->packet;
	const struct net_device *out = packet->out;

	push_name(L, packet->in);
	push_name(L, out);
	return 2;
}

/***
 * What the link layer says that the packet is, one of ETH_P: 0x0800 for IPv4,
 * 0x86dd for IPv6, 0x0806 for ARP.
 *
 * @function skb:protocol
 * @treturn integer
 * @raise "null-pointer dereference" for a kept packet
 * @usage if skb:protocol() ~= 0x0800 then return action.ACCEPT end
 */
static int luaskb_protocol(lua_State *L)
{
	lua_pushinteger(L, ntohs(luaskb_check(L, 1)->packet->skb->protocol));
	return 1;
}

static void set_vlan(lua_State *L, struct sk_buff *skb)
{
	lua_Integer id = luaL_checkinteger(L, 2);
	lua_Integer priority = luaL_optinteger(L, 3, 0);

	luaL_argcheck(L, id >= 0 && id < VLAN_N_VID, 2, "out of range");
	luaL_argcheck(L, priority >= 0 && priority <= 7, 3, "out of range");
	luaskb_checkwrite(L, 1, 0);
	__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), priority << VLAN_PRIO_SHIFT | id);
}

/***
 * The packet's VLAN tag, as the kernel keeps it beside the packet.
 *
 * @function skb:vlan
 * @tparam[opt] ?integer|boolean id 0 to 4095: a new tag; false: none any more
 * @tparam[opt=0] integer priority of the new tag, 0 to 7
 * @treturn[1] integer id
 * @treturn[1] integer priority
 * @treturn[1] integer the tag's EtherType: 0x8100, or 0x88a8
 * @treturn[2] nil when there is none
 * @raise `out of range`; `read only`; "null-pointer dereference" for a kept packet
 * @usage local id = skb:vlan()
 */
static int luaskb_vlan(lua_State *L)
{
	struct sk_buff *skb = luaskb_check(L, 1)->packet->skb;

	if (lua_isboolean(L, 2) && !lua_toboolean(L, 2)) {
		luaskb_checkwrite(L, 1, 0);
		__vlan_hwaccel_clear_tag(skb);
	} else if (!lua_isnoneornil(L, 2)) {
		set_vlan(L, skb);
	}
	if (!skb_vlan_tag_present(skb))
		return 0;
	lua_pushinteger(L, skb_vlan_tag_get_id(skb));
	lua_pushinteger(L, skb_vlan_tag_get(skb) >> VLAN_PRIO_SHIFT);
	lua_pushinteger(L, ntohs(skb->vlan_proto));
	return 3;
}

/* ------------------------------------------------------------------- the tables */

static const struct lunatik_method luaskb_methods[] = {
	{ "data",	luaskb_data },
	{ "len",	luaskb_len },
	{ "copy",	luaskb_copy },
	{ "mark",	luaskb_mark },
	{ "ifindex",	luaskb_ifindex },
	{ "ifname",	luaskb_ifname },
	{ "protocol",	luaskb_protocol },
	{ "vlan",	luaskb_vlan },
	{ "resize",	luaskb_resize },
	{ "push",	luaskb_push },
	{ "pull",	luaskb_pull },
	{ "checksum",	luaskb_checksum },
	{ "__len",	luaskb_len },
	{ }
};

const struct lunatik_class luaskb_class = {
	.name		= "skb",
	.methods	= luaskb_methods,
	.owner		= THIS_MODULE,
	.values		= LUASKB_LAYERS,
};

static const struct lunatik_class *const luaskb_classes[] = { &luaskb_class, NULL };

static const struct lunatik_method luaskb_functions[] = {
	{ "checksum",	luaskb_library_checksum },
	{ }
};

static struct lunatik_library luaskb_library = {
	.name		= "skb",
	.functions	= luaskb_functions,
	.classes	= luaskb_classes,
	.owner		= THIS_MODULE,
};

lunatik_module(luaskb_library);

MODULE_DESCRIPTION("Lunatik: packets");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS("lunatik-skb");
