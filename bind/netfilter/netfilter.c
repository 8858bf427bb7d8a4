// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * netfilter.c - library "netfilter": scripts that decide about packets
 *
 * Owns the class "netfilter": a function in a hook of the kernel's packet filter. This
 * file reads what a script wants; hook.c registers it, verdict.c has the packets.
 *
 * register() is for a script that is being loaded, in a runtime that never sleeps. It
 * fails for wrong arguments, for want of memory, and where the kernel has no such hook.
 * All numbers are checked before the kernel sees them, which would complain aloud.
 */

#include <linux/module.h>
#include <linux/netfilter_arp.h>
#include <linux/netfilter_bridge.h>
#include <linux/netfilter_ipv4.h>
#include <linux/threads.h>

#include "netfilter.h"

static const struct lunatik_class luanf_class;

/* ------------------------------------------------------------ what a script wants */

static void check_field(lua_State *L, const char *key, int type)
{
	lunatik_checkfield(L, 1, key, type);
	lua_pop(L, 1);
}

static lua_Integer integer_field(lua_State *L, const char *key, lua_Integer min,
				 lua_Integer max)
{
	lua_Integer value;

	lua_getfield(L, 1, key);
	value = lua_tointeger(L, -1);
	if (value < min || value > max)
		luaL_error(L, "bad field '%s' (out of range)", key);
	lua_pop(L, 1);
	return value;
}

static lua_Integer need_integer(lua_State *L, const char *key, lua_Integer min,
				lua_Integer max)
{
	check_field(L, key, LUA_TNUMBER);
	return integer_field(L, key, min, max);
}

static lua_Integer opt_integer(lua_State *L, const char *key, lua_Integer min,
			       lua_Integer max, lua_Integer otherwise)
{
	bool given = lua_getfield(L, 1, key) != LUA_TNIL;

	lua_pop(L, 1);
	return given ? need_integer(L, key, min, max) : otherwise;
}

static unsigned int verdict_field(lua_State *L, const char *key)
{
	return opt_integer(L, key, NF_DROP, NF_ACCEPT, NF_ACCEPT);
}

/* how many hooks a family has; 0: this kernel has none for it */
static unsigned int hooks_of(unsigned int pf)
{
	switch (pf) {
	case NFPROTO_INET:
	case NFPROTO_IPV4:
		return NF_INET_NUMHOOKS;
	case NFPROTO_IPV6:
		return IS_ENABLED(CONFIG_IPV6) ? NF_INET_NUMHOOKS : 0;
	case NFPROTO_ARP:
		return IS_ENABLED(CONFIG_NETFILTER_FAMILY_ARP) ? NF_ARP_FORWARD + 1 : 0;
	case NFPROTO_BRIDGE:
		return IS_ENABLED(CONFIG_NETFILTER_FAMILY_BRIDGE) ? NF_BR_POST_ROUTING + 1 : 0;
	case NFPROTO_NETDEV:
		if (!IS_ENABLED(CONFIG_NETFILTER_INGRESS))
			return 0;
		return IS_ENABLED(CONFIG_NETFILTER_EGRESS) ? NF_NETDEV_EGRESS + 1 :
							     NF_NETDEV_INGRESS + 1;
	}
	return 0;
}

static bool is_family(unsigned int pf)
{
	switch (pf) {
	case NFPROTO_INET:
	case NFPROTO_IPV4:
	case NFPROTO_IPV6:
	case NFPROTO_ARP:
	case NFPROTO_BRIDGE:
	case NFPROTO_NETDEV:
		return true;
	}
	return false;
}

static void read_where(lua_State *L, struct luanf_hook *hook)
{
	unsigned int nhooks;

	hook->ops.pf = need_integer(L, "pf", 0, NFPROTO_NUMPROTO - 1);
	if (!is_family(hook->ops.pf))
		luaL_error(L, "bad field 'pf' (out of range)");
	need_integer(L, "hooknum", 0, NF_INET_NUMHOOKS - 1);
	nhooks = hooks_of(hook->ops.pf);
	if (!nhooks)
		lunatik_raise(L, "netfilter", -EOPNOTSUPP);
	hook->ops.hooknum = need_integer(L, "hooknum", 0, nhooks - 1);
	hook->ops.priority = need_integer(L, "priority", INT_MIN, INT_MAX);
}

static void read_device(lua_State *L, struct luanf_hook *hook)
{
	const char *name;
	size_t len;

	if (hook->ops.pf != NFPROTO_NETDEV)
		return;
	lunatik_checkfield(L, 1, "dev", LUA_TSTRING);
	name = lua_tolstring(L, -1, &len);
	if (!len || len >= IFNAMSIZ || strlen(name) != len)
		luaL_error(L, "bad field 'dev' (name of an interface expected)");
	memcpy(hook->dev, name, len + 1);
	lua_pop(L, 1);
}

static void read_mark(lua_State *L, struct luanf_hook *hook)
{
	const char *mode = "equal";

	hook->mark = opt_integer(L, "mark", 0, U32_MAX, 0);
	if (lua_getfield(L, 1, "markmode") != LUA_TNIL)
		mode = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
	if (strcmp(mode, "nonzero") == 0)
		hook->any_mark = !hook->mark;
	else if (strcmp(mode, "equal") != 0)
		luaL_error(L, "bad field 'markmode' (\"equal\" or \"nonzero\" expected)");
	lua_pop(L, 1);
}

static const char *netns_wrong(lua_State *L)
{
	const char *path = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
	lua_Integer pid = lua_tointeger(L, -1);

	if (path && (path[0] == '/' || strcmp(path, "caller") == 0))
		return NULL;
	if (path || !lua_isinteger(L, -1))
		return "process, absolute path or \"caller\" expected";
	return pid > 0 && pid <= PID_MAX_LIMIT ? NULL : "process out of range";
}

/* leaves the value on the stack: its string is needed until the hook is armed */
static void read_netns(lua_State *L, struct luanf_hook *hook)
{
	const char *wrong;

	lunatik_netns_script(L, &hook->netns);
	if (lua_getfield(L, 1, "netns") == LUA_TNIL)
		return;
	wrong = netns_wrong(L);
	if (wrong)
		luaL_error(L, "bad field 'netns' (%s)", wrong);
	lunatik_netns_check(L, lua_gettop(L), &hook->netns);
}

static void read_options(lua_State *L, struct luanf_hook *hook)
{
	read_where(L, hook);
	read_device(L, hook);
	read_mark(L, hook);
	hook->onerror = verdict_field(L, "onerror");
	hook->onbusy = verdict_field(L, "onbusy");
	lua_getfield(L, 1, "skb");
	hook->view = !lua_toboolean(L, -1);
	lua_pop(L, 1);
}

/* -------------------------------------------------------------- what Lua calls */

/* pushes what the runtime keeps for the hook: see enum luanf_slot */
static void push_value(lua_State *L, struct luanf_hook *hook)
{
	int table;

	lua_createtable(L, LUANF_SKB, 0);
	table = lua_gettop(L);
	lua_getfield(L, 1, "hook");
	lua_rawseti(L, table, LUANF_FUNCTION);
	hook->skb = lunatik_skb_new(L, !hook->view);
	if (hook->view)
		lunatik_skb_pushview(L, -1);
	else
		lua_pushvalue(L, -1);
	lua_rawseti(L, table, LUANF_ARGUMENT);
	lua_rawseti(L, table, LUANF_SKB);
}

/***
 * Has a function called for each packet that comes by a hook of netfilter.
 *
 * It gets the packet, and returns what shall become of it:
 *
 * - `action.ACCEPT`: it goes on; so it does for CONTINUE and RETURN;
 * - `action.DROP`: it is dropped. A program that sends it gets an error;
 * - `action.STOLEN`: it is dropped, and nobody gets an error;
 * - `action.STOP`: it goes on, and hooks of a higher priority do not see it;
 * - `action.QUEUE`: a program gets it (see nfnetlink_queue); the number of the queue
 *   may be added, shifted left by 16. Not in hooks of ARP and NETDEV;
 * - `action.REPEAT`: the function is called again for the packet, 15 times at most;
 * - anything else, or an error in the function: what `onerror` says.
 *
 * A second result that is an integer becomes the packet's mark.
 *
 * The packet is an object of class `data` that begins at the header of the link layer
 * when there is one (PRE_ROUTING, LOCAL_IN, FORWARD ...), else at that of IP
 * (LOCAL_OUT, POST_ROUTING of this machine's own). With `skb = true` it is an object of
 * class `skb`, which knows where the headers are. Either is the script's until the
 * function returns; one that was kept raises errors. Both can be written; checksums are
 * the script's business (`skb.checksum`). A packet of IP whose header does not fit it
 * any more is dropped.
 *
 * The hook stays when the script drops the result, and goes with the runtime, or with
 * its network namespace or interface.
 *
 * @function register
 * @tparam table ops with these fields:
 *
 *   - `pf` (integer): one of `netfilter.family`, but UNSPEC
 *   - `hooknum` (integer): one of the hooks of that family: `netfilter.inet_hooks`,
 *     `netfilter.bridge_hooks`, `netfilter.arp_hooks` or `netfilter.netdev_hooks`
 *   - `priority` (integer): lower ones are called first; see `netfilter.ip_priority`
 *     and `netfilter.bridge_priority`
 *   - `hook` (function): called as hook(packet)
 *   - `mark` (integer, default 0) and `markmode` (string): with "equal", the default,
 *     packets with that mark only, and only unmarked ones for 0; with "nonzero" the
 *     same, but all packets for 0
 *   - `skb` (boolean, default false): the packet is an `skb`
 *   - `onerror` (integer, default ACCEPT): ACCEPT or DROP, for packets for which the
 *     function raises an error, runs for too long, or returns no verdict
 *   - `onbusy` (integer, default ACCEPT): ACCEPT or DROP, for packets that come while
 *     the runtime is loading, stopping, or in use by the same CPU
 *   - `dev` (string): the interface, of NETDEV
 *   - `netns` (integer or string): the network namespace: of a process, or by the path
 *     of its file; default: that of the command that runs the script
 * @treturn netfilter
 * @raise `bad field '...'`; `netfilter: -95` (EOPNOTSUPP) for what this kernel does not
 *   have, `netfilter: -19` (ENODEV) ...; "cannot use sleepable runtime in this context"; "cannot
 *   sleep" in atomic context: register while the script is loaded
 * @usage netfilter.register{pf = family.INET, hooknum = hooks.LOCAL_IN, priority = 0,
 *   hook = function(packet) return action.ACCEPT end}
 */
static int luanf_register(lua_State *L)
{
	struct lunatik_object *object;
	struct luanf_hook *hook, wanted = {};

	luaL_checktype(L, 1, LUA_TTABLE);
	lua_settop(L, 1);
	check_field(L, "hook", LUA_TFUNCTION);
	read_options(L, &wanted);

	object = lunatik_object_new(L, &luanf_class, sizeof(*hook));
	hook = object->private;
	*hook = wanted;
	INIT_LIST_HEAD(&hook->list);
	hook->object = object;
	hook->ops.hook = luanf_packet;
	hook->ops.priv = hook;
	push_value(L, hook);
	read_netns(L, hook);
	lunatik_object_arm(L, object, 3);
	lua_settop(L, 2);
	return 1;
}

/***
 * Takes the function out of the hook.
 *
 * @function netfilter:stop
 * @treturn boolean true when it was there
 * @raise "cannot sleep" in atomic context: that is, once the script is loaded
 * @usage hook:stop()
 */
static int luanf_stop(lua_State *L)
{
	lua_pushboolean(L, lunatik_object_disarm(L, lunatik_object_check(L, 1, &luanf_class)));
	return 1;
}

/***
 * How many packets went by without a verdict of the script's.
 *
 * @function netfilter:missed
 * @treturn integer those that got `onbusy`
 * @treturn integer those for which the function failed
 * @treturn integer those that it left malformed, and that were dropped
 * @raise nothing. Any context
 * @usage local busy, errors, malformed = hook:missed()
 */
static int luanf_missed(lua_State *L)
{
	struct luanf_hook *hook = lunatik_object_check(L, 1, &luanf_class)->private;

	lua_pushinteger(L, atomic_long_read(&hook->busy));
	lua_pushinteger(L, atomic_long_read(&hook->errors));
	lua_pushinteger(L, atomic_long_read(&hook->malformed));
	return 3;
}

/* ------------------------------------------------------------------- the tables */

static const struct lunatik_method luanf_methods[] = {
	{ "missed",	luanf_missed },
	{ "stop",	luanf_stop,	LUNATIK_SLEEPS },
	{ "__close",	luanf_stop,	LUNATIK_SLEEPS },
	{ }
};

static const struct lunatik_class luanf_class = {
	.name		= "netfilter",
	.methods	= luanf_methods,
	.owner		= THIS_MODULE,
	.flags		= LUNATIK_ATOMIC,
	.arm		= luanf_arm,
	.disarm		= luanf_disarm,
};

static const struct lunatik_class *const luanf_classes[] = { &luanf_class, NULL };

static const struct lunatik_method luanf_functions[] = {
	{ "register",	luanf_register,	LUNATIK_SLEEPS },
	{ }
};

static struct lunatik_library luanf_library = {
	.name		= "netfilter",
	.functions	= luanf_functions,
	.constants	= lunatik_netfilter_constants,
	.classes	= luanf_classes,
	.owner		= THIS_MODULE,
};

static int __init luanf_module_init(void)
{
	int err = luanf_init();

	if (err)
		return err;
	err = lunatik_library_register(&luanf_library);
	if (err)
		luanf_exit();
	return err;
}

static void __exit luanf_module_exit(void)
{
	lunatik_library_unregister(&luanf_library);
	luanf_exit();
}

module_init(luanf_module_init);
module_exit(luanf_module_exit);

MODULE_DESCRIPTION("Lunatik: hooks of netfilter");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS("lunatik-netfilter");
