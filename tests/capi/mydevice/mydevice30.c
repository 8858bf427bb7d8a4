// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * mydevice30.c - the C API in the spelling of 3.0, and what it answers
 *
 * At load it tries every documented return value, says in the log what was not
 * as documented, and fails to load then. A second reference (lunatik_get) keeps
 * the runtime after lunatik_stop(), so that -ENXIO can be seen. With sleep=0 the
 * same is tried on a runtime that never sleeps.
 *
 * Only init runs anything; process context, nothing shared.
 */

#include <linux/module.h>

#include <lunatik.h>

static bool sleep = true;
module_param(sleep, bool, 0444);
MODULE_PARM_DESC(sleep, "whether the runtime may sleep");

static int l_add(lua_State *L, int a, int b)
{
	lua_getglobal(L, "myread");
	lua_pushinteger(L, a);
	lua_pushinteger(L, b);
	if (lua_pcall(L, 2, 1, 0) != LUA_OK)
		return -ECANCELED;
	return lua_tointeger(L, -1);
}

static int l_plain(lua_State *L)
{
	return lua_gettop(L);
}

static int l_leaves(lua_State *L)
{
	lua_pushliteral(L, "left on the stack");
	return l_plain(L);
}

static int l_raises(lua_State *L)
{
	return luaL_error(L, "not caught by the handler");
}

static int l_runtime(lua_State *L, lunatik_runtime_t *runtime)
{
	return lunatik_toruntime(L) == runtime;
}

/* enters again, from inside */
static int l_again(lua_State *L, lunatik_runtime_t *runtime)
{
	int ret = 0;

	lunatik_run(runtime, l_plain, ret);
	return ret;
}

static int failures;

static void expect(const char *what, int got, int want)
{
	if (got == want)
		return;
	pr_err("mydevice30: %s: %d, not %d\n", what, got, want);
	failures++;
}

static void try_scripts(void)
{
	lunatik_runtime_t *none = NULL;

	expect("a script that is not there", lunatik_runtime(&none, "nosuchscript", sleep),
	       -EINVAL);
	expect("a script that does not compile", lunatik_runtime(&none, "badsyntax", sleep),
	       -EINVAL);
	expect("a script that raises", lunatik_runtime(&none, "raises", sleep), -EINVAL);
	expect("a name that leaves the folder", lunatik_runtime(&none, "../mydevice", sleep),
	       -EINVAL);
	expect("the pointer, after a failure", !!none, 0);
}

/* a function of its own: lunatik_run() takes some 300 bytes of stack */
static noinline int run(lunatik_runtime_t *runtime, int (*handler)(lua_State *L))
{
	int ret;

	lunatik_run(runtime, handler, ret);
	return ret;
}

static noinline int run_self(lunatik_runtime_t *runtime,
			     int (*handler)(lua_State *L, lunatik_runtime_t *runtime))
{
	int ret;

	lunatik_run(runtime, handler, ret, runtime);
	return ret;
}

static noinline int run_add(lunatik_runtime_t *runtime, int a, int b)
{
	int ret;

	lunatik_run(runtime, l_add, ret, a, b);
	return ret;
}

static void try_run(lunatik_runtime_t *runtime)
{
	expect("the handler's result", run_add(runtime, 40, 2), 42);
	expect("the stack inside", run(runtime, l_leaves), 1);
	expect("the stack afterwards", run(runtime, l_plain), 0);
	expect("lunatik_toruntime", run_self(runtime, l_runtime), 1);
	expect("entering from inside", run_self(runtime, l_again), -EDEADLK);
	expect("an error that the handler does not catch", run(runtime, l_raises), -ECANCELED);
	expect("the stack after that error", run(runtime, l_plain), 0);
}

static void try_stop(lunatik_runtime_t *runtime)
{
	lunatik_get(runtime);
	expect("lunatik_stop with a reference left", lunatik_stop(runtime), 0);
	expect("lunatik_run after lunatik_stop", run(runtime, l_plain), -ENXIO);
	expect("the last lunatik_put", lunatik_put(runtime), 1);
}

static int __init mydevice30_init(void)
{
	lunatik_runtime_t *runtime;
	int err;

	try_scripts();
	err = lunatik_runtime(&runtime, "mydevice30", sleep);
	if (err)
		return err;
	try_run(runtime);
	try_stop(runtime);

	err = lunatik_runtime(&runtime, "mydevice30", sleep);
	if (err)
		return err;
	expect("lunatik_stop without another reference", lunatik_stop(runtime), 1);
	return failures ? -EPROTO : 0;
}

static void __exit mydevice30_exit(void)
{
}

module_init(mydevice30_init);
module_exit(mydevice30_exit);

MODULE_DESCRIPTION("Lunatik: the C API in the spelling of 3.0");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
