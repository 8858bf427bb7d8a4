// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * xtable.c - library "xtable": matches and targets for rules of iptables
 *
 * Owns the class "xtable": a match or a target that rules can name. This file reads
 * what a script wants; extension.c registers it, rule.c has the rules, packet.c the
 * packets. The userspace side, which iptables loads, is in usr/lib/xtable.
 *
 * match() and target() are for a script that is being loaded, in a runtime that never
 * sleeps. They fail for wrong arguments, for want of memory, and for names that the
 * kernel has already. All numbers are checked before the kernel sees them.
 */

#include <linux/ctype.h>
#include <linux/module.h>

#include "xtable.h"

static const struct lunatik_class luaxtable_class;

/* ------------------------------------------------------------ what a script wants */

static lua_Integer integer_field(lua_State *L, const char *key, lua_Integer max)
{
	lua_Integer value;

	lunatik_checkfield(L, 1, key, LUA_TNUMBER);
	value = lua_tointeger(L, -1);
	if (value < 0 || value > max)
		luaL_error(L, "bad field '%s' (out of range)", key);
	lua_pop(L, 1);
	return value;
}

static u16 opt_proto(lua_State *L)
{
	bool given = lua_getfield(L, 1, "proto") != LUA_TNIL;

	lua_pop(L, 1);
	return given ? integer_field(L, "proto", U16_MAX) : 0;
}

static void check_function(lua_State *L, const char *key)
{
	lunatik_checkfield(L, 1, key, LUA_TFUNCTION);
	lua_pop(L, 1);
}

/* it becomes part of messages of the kernel, and of the name of a module to load */
static bool is_name(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!isascii(name[i]) || (!isalnum(name[i]) && !strchr("_-.+", name[i])))
			return false;
	return len && isalnum(name[0]);
}

static void read_name(lua_State *L, struct luaxtable_options *options)
{
	const char *name;
	size_t len;

	lunatik_checkfield(L, 1, "name", LUA_TSTRING);
	name = lua_tolstring(L, -1, &len);
	if (len >= sizeof(options->name))
		luaL_error(L, "'name' is too long");
	if (memchr(name, '\0', len) || !is_name(name, len))
		luaL_error(L, "bad field 'name' (letters, digits, '_', '-', '.', '+' expected)");
	memcpy(options->name, name, len);
	lua_pop(L, 1);
}

static void read_family(lua_State *L, struct luaxtable_options *options)
{
	options->family = integer_field(L, "family", NFPROTO_NUMPROTO - 1);
	switch (options->family) {
	case NFPROTO_INET:	/* not known to x_tables */
		options->inet = true;
		options->family = NFPROTO_UNSPEC;
		return;
	case NFPROTO_UNSPEC:
	case NFPROTO_IPV4:
	case NFPROTO_IPV6:
	case NFPROTO_ARP:
	case NFPROTO_BRIDGE:
		return;
	}
	luaL_error(L, "bad field 'family' (out of range)");
}

static void read_options(lua_State *L, struct luaxtable_options *options)
{
	read_name(L, options);
	options->revision = integer_field(L, "revision", U8_MAX);
	read_family(L, options);
	options->proto = opt_proto(L);
	options->hooks = integer_field(L, "hooks", U32_MAX);
	check_function(L, "checkentry");
	check_function(L, "destroy");
	check_function(L, options->target ? "target" : "match");
}

/* -------------------------------------------------------------- what Lua calls */

static void keep_field(lua_State *L, int table, const char *key, enum luaxtable_slot slot)
{
	lua_getfield(L, 1, key);
	lua_rawseti(L, table, slot);
}

/* packets find the fields there, so that none is made for them */
static void push_par(lua_State *L)
{
	static const char *const fields[] = { "hotdrop", "thoff", "fragoff", "hooknum" };
	unsigned int i;

	lua_createtable(L, 0, ARRAY_SIZE(fields));
	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		lua_pushboolean(L, false);
		lua_setfield(L, -2, fields[i]);
	}
}

/* pushes what the runtime keeps for the extension: see enum luaxtable_slot */
static void push_value(lua_State *L, struct luaxtable *xtable)
{
	int table;

	lua_createtable(L, LUAXTABLE_SLOTS, 0);
	table = lua_gettop(L);
	keep_field(L, table, xtable->options.target ? "target" : "match", LUAXTABLE_FUNCTION);
	keep_field(L, table, "checkentry", LUAXTABLE_CHECKENTRY);
	keep_field(L, table, "destroy", LUAXTABLE_DESTROY);
	xtable->skb = lunatik_skb_new(L, !xtable->view);
	if (xtable->view)
		lunatik_skb_pushview(L, -1);
	else
		lua_pushvalue(L, -1);
	lua_rawseti(L, table, LUAXTABLE_ARGUMENT);
	lua_rawseti(L, table, LUAXTABLE_SKB);
	push_par(L);
	lua_rawseti(L, table, LUAXTABLE_PAR);
	lua_newtable(L);
	lua_rawseti(L, table, LUAXTABLE_RULES);
}

static int new(lua_State *L, bool target)
{
	struct luaxtable_options options = { .target = target };
	struct lunatik_object *object;
	struct luaxtable *xtable;

	luaL_checktype(L, 1, LUA_TTABLE);
	lua_settop(L, 1);
	read_options(L, &options);
	object = lunatik_object_new(L, &luaxtable_class, sizeof(*xtable));
	xtable = object->private;
	xtable->options = options;
	lua_getfield(L, 1, "skb");
	xtable->view = !lua_toboolean(L, -1);
	lua_pop(L, 1);
	push_value(L, xtable);
	lunatik_object_arm(L, object, 3);
	lua_settop(L, 2);
	return 1;
}

/***
 * Makes a match that rules of iptables can name: `iptables -m NAME`.
 *
 * Rules stay when the script ends: nothing matches then. A script that starts takes
 * the rules over that are there for its name, revision and family. `lunatik unload`
 * says "luaxtable is in use" as long as there are any, in any network namespace.
 *
 * @function match
 * @tparam table opts with these fields:
 *
 *   - `name` (string): no longer than 28 characters; letters, digits, `_-.+`
 *   - `revision` (integer): 0 to 255, that of the userspace side
 *   - `family` (integer): one of `xtable.family`: IPV4, IPV6, ARP or BRIDGE; INET for
 *     IPv4 and IPv6; UNSPEC for all but ARP
 *   - `proto` (integer, default 0): only rules with this `-p`; see `socket.ipproto`
 *   - `hooks` (integer): only rules that are reached from these hooks, a bit for each:
 *     `1 << inet_hooks.LOCAL_OUT`; 0 for any
 *   - `match` (function): called as match(packet, par, userargs) for packets that come
 *     to a rule. What is true matches; what is not, or an error, does not
 *   - `checkentry` (function): called as checkentry(userargs) for a new rule; an error
 *     in it refuses the rule. Whoever changes a table hands in all its rules anew
 *   - `destroy` (function): called as destroy(userargs) for a rule that goes
 *   - `skb` (boolean, default false): the packet is an object of class `skb`
 *
 * The packet is an object of class `data` that begins at the header of IP, has the
 * whole of the packet, and cannot be written; it lasts until the function returns.
 * `par` is a table, the same for all packets: `par.thoff` is where the header behind
 * IP's begins (0: not known), `par.fragoff` is not 0 in later fragments,
 * `par.hooknum` is one of `xtable.inet_hooks`. Setting `par.hotdrop` to true drops the
 * packet. `userargs` is what the userspace side says, a string of 256 bytes, with
 * zeros at its end.
 *
 * @treturn xtable
 * @raise `bad field '...'`; `'name' is too long`; `xtable: -17` (EEXIST) for a name that
 *   the kernel or another script has; `xtable: -16` (EBUSY) when there are rules that
 *   were made with other `hooks` or `proto`; `xtable: -28` (ENOSPC) beyond 256 names since
 *   the module was loaded; "cannot use sleepable runtime in this context"; "cannot sleep"
 *   in atomic context: match while the script is loaded
 * @usage xtable.match{name = "large", revision = 0, family = xtable.family.UNSPEC, hooks = 0,
 *   match = function(packet) return #packet > 1000 end,
 *   checkentry = function() end, destroy = function() end}
 */
static int luaxtable_library_match(lua_State *L)
{
	return new(L, false);
}

/***
 * Makes a target that rules of iptables can name: `iptables -j NAME`.
 *
 * As `match`, but for this: `target` (function) is called as target(packet, par,
 * userargs); the packet can be written, and checksums are the script's business (see
 * `skb.checksum`); a packet of IP whose header does not fit it any more is dropped;
 * `par` has no effect. It returns one of `xtable.action`:
 *
 * - `ACCEPT`, `DROP`: as the targets of these names;
 * - `STOLEN`: it is dropped, and its sender gets no error;
 * - `QUEUE`: as NFQUEUE with number 0; IPv4 and IPv6 only;
 * - `REPEAT`: the function is called again for the packet, 15 times at most;
 * - `STOP`: as ACCEPT;
 * - `CONTINUE`, anything else, or an error: the next rule decides. So for `RETURN`,
 *   which x_tables does not take from targets.
 *
 * @function target
 * @tparam table opts as `match`; `target` instead of `match`
 * @treturn xtable
 * @raise as `match`
 * @usage xtable.target{name = "none", revision = 0, family = xtable.family.UNSPEC, hooks = 0,
 *   target = function() return xtable.action.DROP end,
 *   checkentry = function() end, destroy = function() end}
 */
static int luaxtable_library_target(lua_State *L)
{
	return new(L, true);
}

/***
 * Takes the script away from its rules: nothing matches, targets do nothing.
 *
 * @function xtable:stop
 * @treturn boolean true when it was there
 * @raise "cannot sleep" in atomic context: that is, once the script is loaded
 * @usage handle:stop()
 */
static int luaxtable_stop(lua_State *L)
{
	lua_pushboolean(L, lunatik_object_disarm(L, lunatik_object_check(L, 1,
									 &luaxtable_class)));
	return 1;
}

/***
 * How many packets came to a rule and could not be decided by the script.
 *
 * @function xtable:missed
 * @treturn integer those that came while the runtime was loading, stopping, or in use
 *   by the same CPU
 * @treturn integer those for which the function failed
 * @treturn integer those that it left malformed, and that were dropped
 * @raise nothing. Any context
 * @usage local busy, errors, malformed = handle:missed()
 */
static int luaxtable_missed(lua_State *L)
{
	struct luaxtable *xtable = lunatik_object_check(L, 1, &luaxtable_class)->private;

	lua_pushinteger(L, atomic_long_read(&xtable->busy));
	lua_pushinteger(L, atomic_long_read(&xtable->errors));
	lua_pushinteger(L, atomic_long_read(&xtable->malformed));
	return 3;
}

/* ------------------------------------------------------------------- the tables */

static const struct lunatik_method luaxtable_methods[] = {
	{ "missed",	luaxtable_missed },
	{ "stop",	luaxtable_stop,	LUNATIK_SLEEPS },
	{ "__close",	luaxtable_stop,	LUNATIK_SLEEPS },
	{ }
};

static const struct lunatik_class luaxtable_class = {
	.name		= "xtable",
	.methods	= luaxtable_methods,
	.owner		= THIS_MODULE,
	.flags		= LUNATIK_ATOMIC,
	.arm		= luaxtable_arm,
	.disarm		= luaxtable_disarm,
};

static const struct lunatik_class *const luaxtable_classes[] = { &luaxtable_class, NULL };

static const struct lunatik_method luaxtable_functions[] = {
	{ "match",	luaxtable_library_match,	LUNATIK_SLEEPS },
	{ "target",	luaxtable_library_target,	LUNATIK_SLEEPS },
	{ }
};

static struct lunatik_library luaxtable_library = {
	.name		= "xtable",
	.functions	= luaxtable_functions,
	.constants	= lunatik_netfilter_constants,
	.classes	= luaxtable_classes,
	.owner		= THIS_MODULE,
};

static int __init luaxtable_module_init(void)
{
	BUILD_BUG_ON(sizeof(struct luaxtable_info) != LUAXTABLE_USERARGS + sizeof(u64));
	return lunatik_library_register(&luaxtable_library);
}

static void __exit luaxtable_module_exit(void)
{
	lunatik_library_unregister(&luaxtable_library);
	luaxtable_exit();
}

module_init(luaxtable_module_init);
module_exit(luaxtable_module_exit);

MODULE_DESCRIPTION("Lunatik: matches and targets of x_tables");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS("lunatik-xtable");
