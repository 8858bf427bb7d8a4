// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * tracepoint.c - probe.tracepoint(): the kernel's tracepoints, and those of modules
 *
 * A tracepoint calls func(data, ...) with arguments of its own, directly, without any
 * description of them. Each of our calling conventions passes the first six arguments
 * of integers and pointers in registers, so one function with that many can be called
 * in the place of any, and reads nothing but registers; those beyond the tracepoint's
 * arguments hold whatever they held. How many there are is nowhere in the running
 * kernel, so the script says it; it gets none if it does not.
 *
 * A tracepoint of a module keeps the module in as long as it is used.
 *
 * There is no guard against a tracepoint that is hit by what its handler does; the one
 * of hit.c serves. Some are called with preemption on: it is off in there.
 */

#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "probe.h"

#define ARGS	5

/* the private part of a probe that probe.tracepoint() makes */
struct probe_tracepoint {
	struct probe		probe;
	unsigned int		count;		/* of arguments */
	struct tracepoint	*tp;
	struct module		*module;	/* whose tracepoint it is, or NULL */
	char			name[];
};

static struct probe_tracepoint *probe_tracepoint_of(const struct probe *probe)
{
	return container_of(probe, struct probe_tracepoint, probe);
}

/* ------------------------------------------------------------------------- hits */

struct probe_args {
	unsigned long	value[ARGS];
};

/* inside the runtime, protected: the function is called as fn(name, ...) */
static void probe_tracepoint_event(lua_State *L, struct lunatik_object *object, void *arg)
{
	const struct probe_tracepoint *self = probe_tracepoint_of(object->private);
	const struct probe_args *args = arg;
	unsigned int i;

	lunatik_object_pushvalue(L, object);
	if (!lua_istable(L, 1))
		return;
	lua_rawgeti(L, 1, PROBE_PRE);
	lua_rawgeti(L, 1, PROBE_TARGET);
	for (i = 0; i < self->count; i++)
		lua_pushinteger(L, args->value[i]);
	lua_call(L, 1 + self->count, 0);
}

/* what the kernel calls */
static void probe_tracepoint_hit(void *data, unsigned long a, unsigned long b,
				 unsigned long c, unsigned long d, unsigned long e)
{
	struct probe_args args = { { a, b, c, d, e } };

	probe_fire(data, 0, probe_tracepoint_event, &args, sizeof(args));
}

/* ---------------------------------------------------------------------- finding */

static void probe_match(struct tracepoint *tp, void *priv)
{
	struct probe_tracepoint *self = priv;

	if (!self->tp && strcmp(tp->name, self->name) == 0)
		self->tp = tp;
}

#ifdef CONFIG_MODULES
struct probe_search {
	struct notifier_block	notifier;
	struct probe_tracepoint	*self;
};

/* one module; it is there as long as this runs */
static int probe_search_module(struct notifier_block *notifier, unsigned long state, void *data)
{
	struct probe_tracepoint *self = container_of(notifier, struct probe_search, notifier)->self;
	struct module *module = ((struct tp_module *)data)->mod;
	unsigned int i;

	if (state != MODULE_STATE_COMING || self->tp)
		return NOTIFY_OK;
	for (i = 0; i < module->num_tracepoints; i++)
		probe_match(tracepoint_ptr_deref(module->tracepoints_ptrs + i), self);
	if (self->tp && try_module_get(module))
		self->module = module;
	else
		self->tp = NULL;
	return NOTIFY_OK;
}

/* who registers such a notifier is told of all modules that are there */
static int probe_search_modules(struct probe_tracepoint *self)
{
	struct probe_search search = {
		.notifier.notifier_call = probe_search_module, .self = self,
	};
	int err = register_tracepoint_module_notifier(&search.notifier);

	if (!err)
		unregister_tracepoint_module_notifier(&search.notifier);
	return err;
}
#else
static int probe_search_modules(struct probe_tracepoint *self)
{
	return 0;
}
#endif

static int probe_find(struct probe_tracepoint *self)
{
	int err = 0;

	for_each_kernel_tracepoint(probe_match, self);
	if (!self->tp)
		err = probe_search_modules(self);
	return err ?: self->tp ? 0 : -ENOENT;
}

/* ------------------------------------------------------------------- as a source */

static int probe_tracepoint_enable(struct probe *probe, bool on)
{
	struct tracepoint *tp = probe_tracepoint_of(probe)->tp;

	return on ? tracepoint_probe_register(tp, probe_tracepoint_hit, probe) :
		    tracepoint_probe_unregister(tp, probe_tracepoint_hit, probe);
}

static int probe_tracepoint_connect(struct probe *probe)
{
	struct probe_tracepoint *self = probe_tracepoint_of(probe);
	int err = probe_find(self);

	if (!err)
		err = probe_tracepoint_enable(probe, true);
	if (err && self->module)
		module_put(self->module);
	return err;
}

static void probe_tracepoint_disconnect(struct probe *probe)
{
	struct probe_tracepoint *self = probe_tracepoint_of(probe);

	if (probe->enabled)
		probe_tracepoint_enable(probe, false);
	tracepoint_synchronize_unregister();
	module_put(self->module);
}

static unsigned long probe_tracepoint_missed(const struct probe *probe)
{
	return 0;	/* of which only the kernel knows */
}

static const struct probe_source probe_tracepoint_source = {
	.connect	= probe_tracepoint_connect,
	.disconnect	= probe_tracepoint_disconnect,
	.enable		= probe_tracepoint_enable,
	.missed		= probe_tracepoint_missed,
};

/* -------------------------------------------------------------- what Lua calls */

/***
 * Calls a function whenever the kernel passes a tracepoint.
 *
 * Of its arguments it gets as many as `count` says, as integers: pointers are
 * addresses. The kernel does not tell how many a tracepoint has, nor of which type:
 * `TP_PROTO` in its header does. Ask for too many, and those beyond the last are
 * whatever was there; the bits above an argument of less than 64 mean nothing.
 *
 * In all else it is as in a handler of `probe.new`. While a hit is handled on a CPU,
 * others on this CPU are missed: handlers do not set off themselves.
 *
 * @function tracepoint
 * @tparam string name without the name of its system: "sched_switch"
 * @tparam function fn called as fn(name, ...)
 * @tparam[opt=0] integer count of arguments, 0 to 5
 * @treturn probe also when it is not kept, it stays until the runtime is stopped
 * @raise `failed to register probe (-errno) on ...`, `count out of range`;
 *   "cannot sleep" outside process context
 * @usage probe.tracepoint("sys_enter", function(_, regs, number) n = n + 1 end, 2)
 */
int probe_tracepoint(lua_State *L)
{
	const char *name = probe_checkname(L, 1, "name");
	lua_Integer count = luaL_optinteger(L, 3, 0);
	struct probe_tracepoint *self;
	struct lunatik_object *object;

	luaL_checktype(L, 2, LUA_TFUNCTION);
	luaL_argcheck(L, count >= 0 && count <= ARGS, 3, "count out of range");
	lua_settop(L, 2);
	object = probe_create(L, &probe_tracepoint_source, sizeof(*self) + strlen(name) + 1,
			      sizeof(struct probe_args));
	self = probe_tracepoint_of(object->private);
	self->count = count;
	strscpy(self->name, name, strlen(name) + 1);
	lua_createtable(L, PROBE_SLOTS, 0);
	lua_pushvalue(L, 2);
	lua_rawseti(L, -2, PROBE_PRE);
	lua_pushvalue(L, 1);
	lua_rawseti(L, -2, PROBE_TARGET);
	probe_arm(L, object, 4);
	lua_settop(L, 3);
	return 1;
}
