// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * xdp.c - library "xdp": scripts that BPF programs ask about packets
 *
 * Owns the class "xdp": the hook of a runtime, which has one, made by its first
 * attach(). The runtime keeps a table for it: the callback, which attach() and detach()
 * change, and two views, made once, that are lent the packet and the argument for each
 * call. kfunc.c has the other side.
 *
 * The first attach() is for a script that is being loaded, in a runtime that never
 * sleeps. It fails for want of memory, and when another runtime of that name has
 * attached. Later ones change a field, in any context.
 */

#include <linux/bpf.h>
#include <linux/module.h>

#include "xdp.h"
#include "lunatik_data.h"

static const struct lunatik_class luaxdp_class = {
	.name		= "xdp",
	.owner		= THIS_MODULE,
	.flags		= LUNATIK_ATOMIC,
	.arm		= luaxdp_arm,
	.disarm		= luaxdp_disarm,
};

/* Leaves the runtime's table on the stack, or nil when it has none */
static bool push_hook(lua_State *L)
{
	return lua_rawgetp(L, LUA_REGISTRYINDEX, &luaxdp_class.flags) == LUA_TTABLE;
}

static struct luaxdp_hook *new_hook(lua_State *L)
{
	const char *name = lunatik_runtime_name(lunatik_toruntime(L));
	size_t length = strlen(name);
	struct lunatik_object *object;
	struct luaxdp_hook *hook;

	object = lunatik_object_new(L, &luaxdp_class, struct_size(hook, name, length + 1));
	hook = object->private;
	hook->object = object;
	hook->length = length;
	memcpy(hook->name, name, length + 1);
	return hook;
}

/* Leaves the table on the stack */
static void make_hook(lua_State *L)
{
	struct luaxdp_hook *hook;
	int table;

	lua_createtable(L, LUAXDP_HOOK, 0);
	table = lua_gettop(L);
	hook = new_hook(L);
	lua_rawseti(L, table, LUAXDP_HOOK);
	hook->packet = lunatik_data_newview(L);
	lua_rawseti(L, table, LUAXDP_PACKET);
	hook->argument = lunatik_data_newview(L);
	lua_rawseti(L, table, LUAXDP_ARGUMENT);
	lunatik_object_arm(L, hook->object, table);
	lua_pushvalue(L, table);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &luaxdp_class.flags);
}

/***
 * Has a function called when a BPF program calls `bpf_luaxdp_run()` with the name of
 * this script. It takes the place of the one that was attached before.
 *
 * The function is called as callback(buffer, argument): the packet, as far as it lies
 * in one piece, and what the program has given. Both are objects of class `data` that
 * can be written, are the program's own memory, and are empty when the function has
 * returned. The integer that it returns is what the program gets; anything else, and an
 * error, is -1, as when nothing is attached.
 *
 *	extern int bpf_luaxdp_run(char *key, size_t key__sz, struct xdp_md *ctx,
 *				  void *arg, size_t arg__sz) __ksym;
 *
 * `key` is the name, ended by a NUL, in memory that can be written.
 *
 * @function attach
 * @tparam function callback
 * @raise "cannot use sleepable runtime in this context"; "xdp: EEXIST" when another runtime of this
 *   name has attached; the first time, when the script has been loaded already: "cannot
 *   sleep"; "not enough memory"
 * @usage xdp.attach(function(buffer, argument) return xdp.action.PASS end)
 */
static int luaxdp_attach(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TFUNCTION);
	lua_settop(L, 1);
	if (!push_hook(L)) {
		lua_settop(L, 1);
		make_hook(L);
	}
	lua_pushvalue(L, 1);
	lua_rawseti(L, 2, LUAXDP_CALLBACK);
	lua_rawgeti(L, 2, LUAXDP_HOOK);
	lunatik_object_reset(lunatik_object_check(L, -1, &luaxdp_class));
	return 0;
}

/***
 * Takes the function back: from now on, programs get -1. Does nothing when there is
 * none.
 *
 * @function detach
 * @raise nothing. Any context
 * @usage xdp.detach()
 */
static int luaxdp_detach(lua_State *L)
{
	lua_settop(L, 0);
	if (push_hook(L)) {
		lua_pushnil(L);
		lua_rawseti(L, 1, LUAXDP_CALLBACK);
	}
	return 0;
}

/* ------------------------------------------------------------------- the tables */

/***
 * What XDP programs return.
 *
 * @table action
 * @tfield integer ABORTED the packet is dropped, as for an error (tracepoint xdp_exception)
 * @tfield integer DROP it is dropped
 * @tfield integer PASS it goes on into the network stack
 * @tfield integer TX it goes out by the interface that it came by
 * @tfield integer REDIRECT it goes where the program has said
 */
static const struct lunatik_constant luaxdp_action[] = {
	{ "ABORTED",	XDP_ABORTED },
	{ "DROP",	XDP_DROP },
	{ "PASS",	XDP_PASS },
	{ "TX",		XDP_TX },
	{ "REDIRECT",	XDP_REDIRECT },
	{ }
};

static const struct lunatik_constants luaxdp_constants[] = {
	{ "action",	luaxdp_action },
	{ }
};

static const struct lunatik_class *const luaxdp_classes[] = { &luaxdp_class, NULL };

static const struct lunatik_method luaxdp_functions[] = {
	{ "attach",	luaxdp_attach },
	{ "detach",	luaxdp_detach },
	{ }
};

static struct lunatik_library luaxdp_library = {
	.name		= "xdp",
	.functions	= luaxdp_functions,
	.constants	= luaxdp_constants,
	.classes	= luaxdp_classes,
	.owner		= THIS_MODULE,
};

static int __init luaxdp_init(void)
{
	int err = luaxdp_register_kfunc();

	return err ? err : lunatik_library_register(&luaxdp_library);
}

static void __exit luaxdp_exit(void)
{
	lunatik_library_unregister(&luaxdp_library);
}

module_init(luaxdp_init);
module_exit(luaxdp_exit);

MODULE_DESCRIPTION("Lunatik: library xdp");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS("lunatik-xdp");
