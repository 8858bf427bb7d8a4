// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * skel.c - a small binding to copy; bind/README.md walks through it
 *
 * Owns the objects of class "counter": a timer that calls a Lua function every
 * some milliseconds with the number of times it fired.
 *
 * The timer runs in softirq context, so the function must not sleep; whether it
 * may is the core's business, not this file's. `count` and `missed` are written
 * by the timer alone, which never runs twice at once, and read by anybody.
 *
 * timer() can fail for want of memory, and where sleeping is impossible. An event
 * fails when the runtime is busy or stopping: then it is counted as missed.
 */

#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/timer.h>

#include "compat.h"
#include "lunatik.h"

/* the private part of a counter */
struct skel_counter {
	struct timer_list	timer;
	struct lunatik_object	*object;
	unsigned long		period;		/* in jiffies */
	u64			count;
	u64			missed;
	bool			stopping;
};

static const struct lunatik_class skel_class;

/* ------------------------------------------------------------------------ event */

/* inside the runtime, protected: the function is called as fn(count) */
static void skel_event(lua_State *L, struct lunatik_object *object, void *arg)
{
	const u64 *count = arg;

	lunatik_object_pushvalue(L, object);
	lua_pushinteger(L, *count);
	lua_call(L, 1, 0);
}

/* outside: what the kernel calls, in softirq context */
static void skel_fire(struct timer_list *timer)
{
	struct skel_counter *counter = container_of(timer, struct skel_counter, timer);
	u64 count = counter->count + 1;

	WRITE_ONCE(counter->count, count);
	if (lunatik_call(counter->object, skel_event, &count))
		WRITE_ONCE(counter->missed, counter->missed + 1);
	if (!READ_ONCE(counter->stopping))
		mod_timer(timer, jiffies + counter->period);
}

/* ------------------------------------------------------------------ arm, disarm */

static int skel_arm(struct lunatik_object *object)
{
	struct skel_counter *counter = object->private;

	timer_setup(&counter->timer, skel_fire, 0);
	mod_timer(&counter->timer, jiffies + counter->period);
	return 0;
}

/* when this returns, the timer neither runs nor will run */
static void skel_disarm(struct lunatik_object *object)
{
	struct skel_counter *counter = object->private;

	WRITE_ONCE(counter->stopping, true);
	lunatik_timer_shutdown(&counter->timer);
}

/* -------------------------------------------------------------- what Lua calls */

/***
 * Calls a function again and again.
 *
 * @function timer
 * @tparam integer ms the period, 1 to 3,600,000 milliseconds
 * @tparam function fn called as fn(count) in softirq context: it must not sleep
 * @treturn counter
 * @raise `period out of range`; "cannot sleep" outside process context
 * @usage local counter = skel.timer(100, function(n) print("tick", n) end)
 */
static int skel_timer(lua_State *L)
{
	lua_Integer ms = luaL_checkinteger(L, 1);
	struct lunatik_object *object;
	struct skel_counter *counter;

	luaL_argcheck(L, ms >= 1 && ms <= 3600 * MSEC_PER_SEC, 1, "period out of range");
	luaL_checktype(L, 2, LUA_TFUNCTION);

	object = lunatik_object_new(L, &skel_class, sizeof(*counter));
	counter = object->private;
	counter->object = object;
	counter->period = msecs_to_jiffies(ms);
	lunatik_object_arm(L, object, 2);
	return 1;
}

/***
 * Says how often the timer fired, and how often its function was not called, or
 * failed.
 *
 * @function counter:count
 * @treturn integer fired
 * @treturn integer missed
 * @raise nothing. Any context
 * @usage local fired, missed = counter:count()
 */
static int skel_count(lua_State *L)
{
	struct skel_counter *counter = lunatik_object_check(L, 1, &skel_class)->private;

	lua_pushinteger(L, READ_ONCE(counter->count));
	lua_pushinteger(L, READ_ONCE(counter->missed));
	return 2;
}

/***
 * Stops the timer. When it returns the function does not run any more. Stopping
 * twice does nothing.
 *
 * @function counter:stop
 * @treturn boolean true when it was running
 * @raise "cannot sleep" outside process context
 * @usage counter:stop()
 */
static int skel_stop(lua_State *L)
{
	struct lunatik_object *object = lunatik_object_check(L, 1, &skel_class);

	lua_pushboolean(L, lunatik_object_disarm(L, object));
	return 1;
}

/* ------------------------------------------------------------------- the tables */

static const struct lunatik_method skel_methods[] = {
	{ "count",	skel_count },
	{ "stop",	skel_stop,	LUNATIK_SLEEPS },
	{ "__close",	skel_stop,	LUNATIK_SLEEPS },
	{ }
};

static const struct lunatik_class skel_class = {
	.name		= "counter",
	.methods	= skel_methods,
	.owner		= THIS_MODULE,
	.arm		= skel_arm,
	.disarm		= skel_disarm,
};

static const struct lunatik_class *const skel_classes[] = { &skel_class, NULL };

static const struct lunatik_method skel_functions[] = {
	{ "timer",	skel_timer,	LUNATIK_SLEEPS },
	{ }
};

static struct lunatik_library skel_library = {
	.name		= "skel",
	.functions	= skel_functions,
	.classes	= skel_classes,
	.owner		= THIS_MODULE,
};

lunatik_module(skel_library);

MODULE_DESCRIPTION("Lunatik: a binding to copy");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS("lunatik-skel");
