// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * library.c - the "lunatik" library: runtimes, for scripts
 *
 * Contexts: entries of sleepable runtimes that may sleep; there is nothing in it
 * for others. The caller's runtime is let go while a script loads or stops.
 */
#include "core.h"

/*
 * Creates, fills and loads a runtime and pushes its handle. The handle comes
 * first: whatever raises afterwards, a finaliser drops the runtime.
 */
int lunatik_library_runtime(lua_State *L, const char *script,
			    const struct lunatik_options *options)
{
	bool interruptible = lunatik_runtime_of(L)->entry->flags & ENTRY_INTERRUPTIBLE;
	struct lunatik_runtime *rt;
	int err;

	lunatik_object_pushempty(L, &lunatik_runtime_class);
	rt = lunatik_runtime_new(script, options);
	if (!rt)
		return luaL_error(L, "failed to allocate runtime");
	lunatik_object_fill(L, -1, &rt->object);
	lunatik_block(L);
	err = options->managed ? lunatik_managed_add(rt) : 0;
	if (!err)
		err = lunatik_runtime_load(rt, interruptible, L);
	if (err)
		lunatik_runtime_close(rt);
	lunatik_unblock(L);
	if (!err)
		return 1;
	if (err == -EEXIST)
		return luaL_error(L, "%s is already running", script);
	lua_pushstring(L, rt->message ?: err == -EINTR ? "interrupted" :
		       "failed to allocate Lua state");
	return lua_error(L);
}

static lua_Integer option(lua_State *L, const char *name)
{
	lua_Integer value;

	if (lua_getfield(L, 3, name) == LUA_TNIL) {
		lua_pop(L, 1);
		return 0;
	}
	value = lua_tointeger(L, -1);
	if (value <= 0)
		luaL_error(L, "bad option '%s' (positive integer expected)", name);
	lua_pop(L, 1);
	return value;
}

/***
 * Creates a runtime and runs a script in it.
 * @function runtime
 * @tparam string script name below `/lib/modules/lua`, without `.lua`
 * @tparam[opt=true] boolean sleep whether its entries may sleep once it is loaded
 * @tparam[opt] table options `memory`: limit in bytes; `budget`: ms an entry may take
 * @treturn runtime
 * @raise the script's own error; `cannot open <path> (why)`; `failed to allocate ...`
 * @usage local rt = lunatik.runtime("passwd")
 */
static int library_runtime(lua_State *L)
{
	struct lunatik_options options = {
		.sleep = lua_gettop(L) < 2 || lua_toboolean(L, 2),
	};
	const char *script = lunatik_script_name(L, 1);

	if (!lua_isnoneornil(L, 3)) {
		luaL_checktype(L, 3, LUA_TTABLE);
		options.memory = option(L, "memory");
		options.budget = (u64)option(L, "budget") * NSEC_PER_MSEC;
	}
	return lunatik_library_runtime(L, script, &options);
}

static int stop(lua_State *L, bool again)
{
	struct lunatik_object *object = lunatik_object_take(L, 1, &lunatik_runtime_class);
	struct lunatik_entry *entry = lunatik_runtime_of(L)->entry;

	if (!object)
		return again ? 0 : luaL_error(L, "null-pointer dereference");
	if (!entry || entry->flags & ENTRY_CLOSE) {	/* in a finaliser */
		lunatik_putobject(object);
		return 0;
	}
	lunatik_entry_letgo(entry);
	lunatik_stop(object);
	lunatik_entry_takeback(entry);
	return 0;
}

/***
 * Stops a runtime: ends what runs in it, unregisters its hooks, closes its state.
 * From inside the runtime itself that is done once the script has returned.
 * @function runtime:stop
 * @raise `null-pointer dereference` when it was stopped before
 */
static int library_stop(lua_State *L)
{
	return stop(L, false);
}

static int library_close(lua_State *L)
{
	return stop(L, true);
}

static const struct lunatik_method runtime_methods[] = {
	{ "stop", library_stop, LUNATIK_SLEEPS },
	{ "__close", library_close, LUNATIK_SLEEPS },
	{ }
};

const struct lunatik_class lunatik_runtime_class = {
	.name = "runtime",
	.methods = runtime_methods,
	.owner = THIS_MODULE,
};

static const struct lunatik_method sleepable_functions[] = {
	{ "runtime", library_runtime, LUNATIK_SLEEPS },
	{ "stop", library_stop, LUNATIK_SLEEPS },
	{ }
};

static void open_library(lua_State *L)
{
	if (lunatik_runtime_of(L)->sleep)
		lunatik_object_setmethods(L, sleepable_functions);
}

static const struct lunatik_class *const classes[] = { &lunatik_runtime_class, NULL };

struct lunatik_library lunatik_core_library = {
	.name = "lunatik",
	.classes = classes,
	.owner = THIS_MODULE,
	.open = open_library,
};
