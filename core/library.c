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
#define DEPTH_MAX	16	/* of runtimes that make one another */

int lunatik_library_runtime(lua_State *L, const char *script,
			    const struct lunatik_options *options)
{
	struct lunatik_entry *entry = lunatik_runtime_of(L)->entry;
	bool interruptible = entry->flags & ENTRY_INTERRUPTIBLE;
	unsigned int depth = lunatik_runtime_of(L)->depth + 1;
	struct lunatik_runtime *rt;
	int err;

	if (depth > DEPTH_MAX)
		return luaL_error(L, "too many runtimes within each other (limit %d)", DEPTH_MAX);
	lunatik_object_pushempty(L, &lunatik_runtime_class);
	rt = lunatik_runtime_new(script, options);
	if (!rt)
		return luaL_error(L, "failed to allocate runtime");
	rt->depth = depth;
	rt->netns = lunatik_netns_home(L);
	lunatik_made_add(rt);
	lunatik_object_fill(L, -1, &rt->object);
	lunatik_block(L);
	err = options->managed ? lunatik_managed_add(rt) : 0;
	if (!err)
		err = lunatik_runtime_load(rt, interruptible, L);
	if (err)
		lunatik_runtime_close(rt, entry);
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
	lunatik_runtime_close(lunatik_runtime_from(object), entry);
	lunatik_putobject(object);
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

lunatik_object_t *lunatik_checkruntime(lua_State *L, int idx)
{
	return lunatik_object_check(L, idx, &lunatik_runtime_class);
}
EXPORT_SYMBOL_GPL(lunatik_checkruntime);

bool lunatik_sleepable(lunatik_object_t *runtime)
{
	return lunatik_runtime_from(runtime)->sleep;
}
EXPORT_SYMBOL_GPL(lunatik_sleepable);

bool lunatik_callable(lunatik_object_t *runtime)
{
	return READ_ONCE(lunatik_runtime_from(runtime)->callable);
}
EXPORT_SYMBOL_GPL(lunatik_callable);

static const struct lunatik_method runtime_methods[] = {
	{ "resume", lunatik_resume, LUNATIK_SLEEPS },
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

/* lunatik._ENV; written by lunatik_run.ko when it comes and goes */
static lunatik_object_t *env;
static DEFINE_SPINLOCK(env_lock);

static lunatik_object_t *swap_env(lunatik_object_t *object)
{
	lunatik_object_t *old;
	unsigned long flags;

	spin_lock_irqsave(&env_lock, flags);
	old = env;
	env = object;
	spin_unlock_irqrestore(&env_lock, flags);
	return old;
}

void lunatik_setenv(lunatik_object_t *object)
{
	lunatik_object_t *old = swap_env(object);

	if (!old)
		return;
	lunatik_putobject(old);
	if (!object)
		lunatik_object_flush();
}
EXPORT_SYMBOL_GPL(lunatik_setenv);

static void set_env(lua_State *L)
{
	struct lunatik_value *value = lunatik_value_box(L);
	unsigned long flags;

	spin_lock_irqsave(&env_lock, flags);
	if (env) {
		lunatik_getobject(env);
		value->object = env;
		value->type = LUNATIK_OBJECT;
	}
	spin_unlock_irqrestore(&env_lock, flags);
	lunatik_value_unbox(L);
	lua_setfield(L, -2, "_ENV");
}

static void open_library(lua_State *L)
{
	if (lunatik_runtime_of(L)->sleep)
		lunatik_object_setmethods(L, sleepable_functions);
	set_env(L);
}

static const struct lunatik_class *const classes[] = { &lunatik_runtime_class, NULL };

struct lunatik_library lunatik_core_library = {
	.name = "lunatik",
	.classes = classes,
	.owner = THIS_MODULE,
	.open = open_library,
};
