// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * lunatik_queue.c - library "queued": events that may have to wait
 *
 * Owns the objects of classes "source" and "isolated": a Lua function, called as
 * fn(n, queued) for the n-th event, from a high-resolution timer (hard interrupt) or
 * from the task that says so, whether its own runtime is in use or not. An isolated
 * one's events come as a probe's do.
 */

#include <linux/hrtimer.h>
#include <linux/module.h>

#include "compat.h"
#include "lunatik.h"

struct source {
	struct hrtimer		timer;
	struct lunatik_object	*object;
	u64			period;		/* ns */
	unsigned int		left;		/* events of the timer */
	atomic_t		next;
	atomic_t		ran, waits, lost;
};

static const struct lunatik_class source_class, isolated_class;

static void source_event(lua_State *L, struct lunatik_object *object, void *arg)
{
	lunatik_object_pushvalue(L, object);
	lua_pushinteger(L, *(u64 *)arg);
	lua_pushboolean(L, lunatik_isqueued(L));
	lua_call(L, 2, 0);
}

static int source_send(struct source *source)
{
	u64 n = atomic_inc_return(&source->next);
	int err = lunatik_event(source->object, source_event, &n, sizeof(n));

	if (!err || err == -ECANCELED)
		atomic_inc(&source->ran);
	else
		atomic_inc(err == -EINPROGRESS ? &source->waits : &source->lost);
	return err;
}

static enum hrtimer_restart source_fire(struct hrtimer *timer)
{
	struct source *source = container_of(timer, struct source, timer);

	source_send(source);
	if (!--source->left)
		return HRTIMER_NORESTART;
	hrtimer_forward_now(timer, ns_to_ktime(source->period));
	return HRTIMER_RESTART;
}

static int source_arm(struct lunatik_object *object)
{
	struct source *source = object->private;

	hrtimer_setup(&source->timer, source_fire, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	return 0;
}

static void source_disarm(struct lunatik_object *object)
{
	struct source *source = object->private;

	hrtimer_cancel(&source->timer);
}

static int new_source(lua_State *L, const struct lunatik_class *class)
{
	lua_Integer records = luaL_checkinteger(L, 2);
	struct lunatik_object *object;
	struct source *source;

	luaL_checktype(L, 1, LUA_TFUNCTION);
	object = lunatik_object_new(L, class, sizeof(*source));
	source = object->private;
	source->object = object;
	lunatik_object_setqueue(L, object, records, sizeof(u64));
	lunatik_object_arm(L, object, 1);
	return 1;
}

/***
 * Makes a source of events.
 *
 * @function source
 * @tparam function fn called as fn(n, queued)
 * @tparam integer records how many may wait
 * @treturn source
 * @raise `not enough memory`. Process context
 * @usage local source = queued.source(print, 16)
 */
static int queued_source(lua_State *L)
{
	return new_source(L, &source_class);
}

/***
 * Makes one whose events may come under any lock.
 *
 * @function isolated
 * @tparam function fn called as fn(n, queued)
 * @tparam integer records how many may wait
 * @treturn source
 * @raise `not enough memory`. Process context
 * @usage local source = queued.isolated(print, 16)
 */
static int queued_isolated(lua_State *L)
{
	return new_source(L, &isolated_class);
}

static struct source *check_any(lua_State *L)
{
	struct lunatik_object *object;

	luaL_getmetafield(L, 1, "__name");
	object = lunatik_object_check(L, 1, strcmp(lua_tostring(L, -1) ?: "", "source") == 0 ?
				      &source_class : &isolated_class);
	return object->private;
}

/***
 * Sends events now, from the calling task.
 *
 * @function source:send
 * @tparam integer events
 * @usage source:send(3)
 */
static int source_now(lua_State *L)
{
	struct source *source = check_any(L);
	lua_Integer n = luaL_checkinteger(L, 2);

	while (n-- > 0)
		source_send(source);
	return 0;
}

/***
 * Sends events from a timer.
 *
 * @function source:start
 * @tparam integer events
 * @tparam integer period in microseconds
 * @usage source:start(100, 50)
 */
static int source_start(lua_State *L)
{
	struct source *source = check_any(L);

	source->left = luaL_checkinteger(L, 2);
	source->period = luaL_checkinteger(L, 3) * NSEC_PER_USEC;
	hrtimer_start(&source->timer, ns_to_ktime(source->period), HRTIMER_MODE_REL);
	return 0;
}

/***
 * What became of the events.
 *
 * @function source:counts
 * @treturn integer that ran at once
 * @treturn integer that had to wait
 * @treturn integer that were lost
 * @usage print(source:counts())
 */
static int source_counts(lua_State *L)
{
	struct source *source = check_any(L);

	lua_pushinteger(L, atomic_read(&source->ran));
	lua_pushinteger(L, atomic_read(&source->waits));
	lua_pushinteger(L, atomic_read(&source->lost));
	return 3;
}

/***
 * Stops it.
 *
 * @function source:stop
 * @usage source:stop()
 */
static int source_stop(lua_State *L)
{
	lua_pushboolean(L, lunatik_object_disarm(L, check_any(L)->object));
	return 1;
}

/***
 * Lets its events in again.
 *
 * @function source:reset
 * @usage source:reset()
 */
static int source_reset(lua_State *L)
{
	lunatik_object_reset(check_any(L)->object);
	return 0;
}

static const struct lunatik_method source_methods[] = {
	{ "send",	source_now },
	{ "start",	source_start },
	{ "counts",	source_counts },
	{ "stop",	source_stop,	LUNATIK_SLEEPS },
	{ "reset",	source_reset },
	{ }
};

static const struct lunatik_class source_class = {
	.name		= "source",
	.methods	= source_methods,
	.owner		= THIS_MODULE,
	.arm		= source_arm,
	.disarm		= source_disarm,
};

static const struct lunatik_class isolated_class = {
	.name		= "isolated",
	.methods	= source_methods,
	.owner		= THIS_MODULE,
	.flags		= LUNATIK_ISOLATED,
	.arm		= source_arm,
	.disarm		= source_disarm,
};

static const struct lunatik_class *const classes[] = { &source_class, &isolated_class, NULL };

static const struct lunatik_method functions[] = {
	{ "source",	queued_source },
	{ "isolated",	queued_isolated },
	{ }
};

static struct lunatik_library library = {
	.name		= "queued",
	.functions	= functions,
	.classes	= classes,
	.owner		= THIS_MODULE,
};

lunatik_module(library);

MODULE_DESCRIPTION("Lunatik: events that wait, for tests");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS("lunatik-queued");
