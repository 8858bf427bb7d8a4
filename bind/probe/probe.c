// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * probe.c - library "probe": functions that are called when the kernel gets somewhere
 *
 * Owns the objects of class "probe", whatever their hits come from: kprobe.c or
 * tracepoint.c. A hit goes through hit.c into the runtime, or waits in the object's
 * queue; dump.c writes what it looked like to the log.
 *
 * Registering, enabling and taking away is for process context, and under the mutex
 * of the probe, as a script may do one while a stop does another. Hits come in any
 * context and do not touch it: after disconnect() there are none. Probes stay in the
 * runtime that made them.
 *
 * What can fail: the kernel may refuse to register or to enable, with an errno, and
 * there may be no memory. A hit that finds no runtime to handle it is counted.
 */

#include <linux/ctype.h>
#include <linux/kallsyms.h>
#include <linux/module.h>
#include <linux/string.h>

#include "probe.h"

/* ------------------------------------------------------------------ arm, disarm */

static int probe_connect(struct lunatik_object *object)
{
	struct probe *probe = object->private;
	int err;

	mutex_lock(&probe->lock);
	err = probe->source->connect(probe);
	probe->err = err;
	probe->connected = !err;
	probe->enabled = !err;
	mutex_unlock(&probe->lock);
	return err;
}

static void probe_disconnect(struct lunatik_object *object)
{
	struct probe *probe = object->private;

	mutex_lock(&probe->lock);
	probe->connected = false;
	probe->source->disconnect(probe);
	mutex_unlock(&probe->lock);
}

static int probe_switch(struct probe *probe, bool on)
{
	int err = -ENXIO;

	mutex_lock(&probe->lock);
	if (probe->connected) {
		err = probe->enabled == on ? 0 : probe->source->enable(probe, on);
		if (!err)
			probe->enabled = on;
	}
	mutex_unlock(&probe->lock);
	return err;
}

/* ------------------------------------------------------------------ for sources */

/* a name of the kernel: it may be looked for, and written in a message */
const char *probe_checkname(lua_State *L, int idx, const char *what)
{
	size_t len, i;
	const char *name = luaL_checklstring(L, idx, &len);

	if (len == 0 || len >= KSYM_NAME_LEN)
		luaL_error(L, "%s of 1 to %d characters expected", what, KSYM_NAME_LEN - 1);
	for (i = 0; i < len; i++)
		if (!isascii(name[i]) || !isgraph(name[i]))
			luaL_error(L, "%s has a character that no name has", what);
	return name;
}

/* @record: the size of what probe_fire() is given. Pushes the handle */
struct lunatik_object *probe_create(lua_State *L, const struct probe_source *source,
				    size_t size, size_t record)
{
	struct lunatik_object *object = lunatik_object_new(L, &probe_class, size);
	struct probe *probe = object->private;

	probe->object = object;
	probe->source = source;
	mutex_init(&probe->lock);
	probe->loan.object = object;
	probe->loan.expire = probe_expire;
	lunatik_object_setlocal(object);
	lunatik_object_setqueue(L, object, PROBE_RECORDS, record);
	return object;
}

/* (handle, value) */
static int probe_try_arm(lua_State *L)
{
	lunatik_object_arm(L, lunatik_object_check(L, 1, &probe_class), 2);
	return 0;
}

static const char *probe_target(lua_State *L)
{
	if (!lua_islightuserdata(L, 1))
		return lua_tostring(L, 1);
	return lua_pushfstring(L, "%p", lua_touserdata(L, 1));
}

/* as lunatik_object_arm(), but what the kernel refuses is said as documented */
void probe_arm(lua_State *L, struct lunatik_object *object, int idx)
{
	struct probe *probe = object->private;

	lua_pushcfunction(L, probe_try_arm);
	lua_pushvalue(L, idx - 1);
	lua_pushvalue(L, idx);
	if (lua_pcall(L, 2, 0, 0) == LUA_OK)
		return;
	if (!probe->err)
		lua_error(L);
	luaL_error(L, "failed to register probe (%d) on %s%s", probe->err, probe_target(L),
		   probe->err == -EPERM ? ": it is a part of Lunatik" : "");
}

/* -------------------------------------------------------------- what Lua calls */

static struct lunatik_object *probe_check(lua_State *L)
{
	return lunatik_object_check(L, 1, &probe_class);
}

/***
 * Takes the probe away. When it returns its functions do not run any more. Also spelled
 * `p:delete()`; a variable declared `<close>` does it at the end of its block.
 *
 * @function probe:stop
 * @raise `null-pointer dereference` when it was stopped before; "cannot sleep" in a
 *   handler
 * @usage p:stop()
 */
static int probe_stop(lua_State *L)
{
	if (!lunatik_object_disarm(L, probe_check(L)))
		luaL_argerror(L, 1, "null-pointer dereference");
	return 0;
}

static int probe_close(lua_State *L)
{
	lunatik_object_disarm(L, probe_check(L));
	return 0;
}

/***
 * Switches the probe off and on. It is on when it is made; what is so already stays so,
 * but a probe that was suspended, after too many errors or overruns, goes on.
 *
 * @function probe:enable
 * @tparam boolean on
 * @raise `null-pointer dereference` when it was stopped; `failed to enable probe
 *   (-errno)`, `failed to disable probe (-errno)`; "cannot sleep" in a handler
 * @usage p:enable(false)
 */
static int probe_enable(lua_State *L)
{
	struct probe *probe = probe_check(L)->private;
	bool on = lua_toboolean(L, 2);
	int err;

	luaL_checkany(L, 2);
	lunatik_block(L);
	err = probe_switch(probe, on);
	lunatik_unblock(L);
	if (err == -ENXIO)
		luaL_argerror(L, 1, "null-pointer dereference");
	if (err)
		luaL_error(L, "failed to %s probe (%d)", on ? "enable" : "disable", err);
	if (on)
		lunatik_object_reset(probe->object);
	return 0;
}

/***
 * Says how many hits its functions were not called for: because 256 others waited, in
 * an NMI, while this CPU was busy with another hit, while the runtime was loading, or
 * the probe suspended; and for `ret`, when 256 calls were under way. Hits that a handler
 * of a probe causes itself are in there only as far as the kernel notices them.
 *
 * @function probe:missed
 * @treturn integer since it was made; also when it was stopped
 * @raise nothing. Any context
 * @usage print(calls + p:missed())
 */
static int probe_missed(lua_State *L)
{
	struct probe *probe = probe_check(L)->private;

	lua_pushinteger(L, atomic_long_read(&probe->missed) + probe->source->missed(probe));
	return 1;
}

/* ------------------------------------------------------------------- the tables */

static const struct lunatik_method probe_methods[] = {
	{ "stop",	probe_stop,	LUNATIK_SLEEPS },
	{ "delete",	probe_stop,	LUNATIK_SLEEPS },
	{ "__close",	probe_close,	LUNATIK_SLEEPS },
	{ "enable",	probe_enable,	LUNATIK_SLEEPS },
	{ "missed",	probe_missed },
	{ }
};

const struct lunatik_class probe_class = {
	.name		= "probe",
	.methods	= probe_methods,
	.owner		= THIS_MODULE,
	.flags		= LUNATIK_SLEEPABLE | LUNATIK_ISOLATED,
	.arm		= probe_connect,
	.disarm		= probe_disconnect,
};

static const struct lunatik_class *const probe_classes[] = { &probe_class, NULL };

static const struct lunatik_method probe_functions[] = {
	{ "new",	probe_new,		LUNATIK_SLEEPS },
#ifdef PROBE_HAVE_TRACEPOINTS
	{ "tracepoint",	probe_tracepoint,	LUNATIK_SLEEPS },
#endif
	{ }
};

static struct lunatik_library probe_library = {
	.name		= "probe",
	.functions	= probe_functions,
	.classes	= probe_classes,
	.flags		= LUNATIK_SLEEPABLE,
	.owner		= THIS_MODULE,
};

static int __init probe_init(void)
{
	return lunatik_library_register(&probe_library);
}

static void __exit probe_exit(void)
{
	lunatik_library_unregister(&probe_library);
	probe_dump_exit();
}

module_init(probe_init);
module_exit(probe_exit);

MODULE_DESCRIPTION("Lunatik: kernel probes");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS("lunatik-probe");
