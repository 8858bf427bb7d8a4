// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * lunatik_test.c - library "test": what only a test wants from the kernel
 *
 * Owns the objects of class "shot": a Lua function that is called once, from a
 * timer (softirq) or from a high resolution timer in hard interrupt context, and
 * what came of it: the error, the time, the stack that was left. And open(),
 * which opens a file from inside the runtime without letting go of it, to show
 * that re-entry is refused.
 *
 * The result is written by the one event and published by `done` (release), read
 * by any task after it saw `done` (acquire). Stack use is measured by painting
 * what lies below the event's frame, down to the limit that the core set for the
 * entry, and by counting afterwards what is still painted. An interrupt meanwhile
 * makes the figure smaller, never larger.
 *
 * shots can fail as arming can; open() returns what the kernel said.
 */

#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/timer.h>

#include "compat.h"
#include "lunatik.h"

#define PAINT		0x5a5a5a5a5a5a5a5aUL
#define PAINT_GAP	512	/* bytes below the painter's frame, its own calls */
#define TEXT_SIZE	256

struct shot {
	struct timer_list	soft;
	struct hrtimer		hard;
	struct lunatik_object	*object;
	unsigned long		ms;
	bool			ishard;
	bool			done;
	int			err;
	u64			ns;
	unsigned long		limit;
	unsigned long		top;
	unsigned long		left;
	char			text[TEXT_SIZE];
};

static const struct lunatik_class shot_class;

/* ------------------------------------------------------------------- the stack */

static unsigned long stack_limit(lua_State *L)
{
	void *vm;

	lua_getallocf(L, &vm);
	return ALIGN(((struct lunatik_vm *)vm)->stack_limit, sizeof(long));
}

/* no sanitizer in here: what is painted belongs to no object of C */
static noinline __no_sanitize_address void stack_paint(struct shot *shot, unsigned long limit)
{
	unsigned long *at;

	shot->limit = limit;
	shot->top = (unsigned long)__builtin_frame_address(0) - PAINT_GAP;
	for (at = (unsigned long *)limit; at < (unsigned long *)shot->top; at++)
		WRITE_ONCE(*at, PAINT);
}

static noinline __no_sanitize_address unsigned long stack_left(const struct shot *shot)
{
	const unsigned long *at = (const unsigned long *)shot->limit;

	if (!at)
		return 0;
	while (at < (const unsigned long *)shot->top && READ_ONCE(*at) == PAINT)
		at++;
	return (unsigned long)at - shot->limit;
}

/* ------------------------------------------------------------------------ event */

/*
 * The function is called as fn(). An error it raises is kept, then passed on, so
 * that it counts and is logged as any callback's; one that no pcall catches (a
 * limit) never gets past lua_pcall(), and leaves the text empty.
 */
static void shot_event(lua_State *L, struct lunatik_object *object, void *arg)
{
	struct shot *shot = arg;

	stack_paint(shot, stack_limit(L));
	lunatik_object_pushvalue(L, object);
	if (lua_pcall(L, 0, 0, 0) == LUA_OK)
		return;
	strscpy(shot->text, lua_tostring(L, -1) ?: "(not a string)", sizeof(shot->text));
	lua_error(L);
}

static void shot_fire(struct shot *shot)
{
	u64 start = ktime_get_mono_fast_ns();

	shot->err = lunatik_call(shot->object, shot_event, shot);
	shot->ns = ktime_get_mono_fast_ns() - start;
	shot->left = stack_left(shot);
	/* pairs with the acquire in shot_result() */
	smp_store_release(&shot->done, true);
}

static void shot_soft(struct timer_list *timer)
{
	shot_fire(container_of(timer, struct shot, soft));
}

static enum hrtimer_restart shot_hard(struct hrtimer *timer)
{
	shot_fire(container_of(timer, struct shot, hard));
	return HRTIMER_NORESTART;
}

/* ------------------------------------------------------------------ arm, disarm */

static int shot_arm(struct lunatik_object *object)
{
	struct shot *shot = object->private;

	timer_setup(&shot->soft, shot_soft, 0);
	hrtimer_setup(&shot->hard, shot_hard, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	if (shot->ishard)
		hrtimer_start(&shot->hard, ms_to_ktime(shot->ms), HRTIMER_MODE_REL_HARD);
	else
		mod_timer(&shot->soft, jiffies + msecs_to_jiffies(shot->ms));
	return 0;
}

static void shot_disarm(struct lunatik_object *object)
{
	struct shot *shot = object->private;

	hrtimer_cancel(&shot->hard);
	lunatik_timer_shutdown(&shot->soft);
}

/* -------------------------------------------------------------- what Lua calls */

static int shot_new(lua_State *L, bool ishard)
{
	lua_Integer ms = luaL_optinteger(L, 2, 1);
	struct lunatik_object *object;
	struct shot *shot;

	luaL_checktype(L, 1, LUA_TFUNCTION);
	luaL_argcheck(L, ms >= 0 && ms <= 60000, 2, "delay out of range");
	object = lunatik_object_new(L, &shot_class, sizeof(*shot));
	shot = object->private;
	shot->object = object;
	shot->ms = ms;
	shot->ishard = ishard;
	lunatik_object_arm(L, object, 1);
	return 1;
}

/***
 * Calls a function once, in softirq context.
 *
 * @function softirq
 * @tparam function fn called without arguments
 * @tparam[opt=1] integer ms when
 * @treturn shot
 * @raise `delay out of range`; "cannot sleep" outside process context
 * @usage local shot = test.softirq(function() while true do end end)
 */
static int test_softirq(lua_State *L)
{
	return shot_new(L, false);
}

/***
 * Calls a function once, in hard interrupt context.
 *
 * @function hardirq
 * @tparam function fn called without arguments
 * @tparam[opt=1] integer ms when
 * @treturn shot
 * @raise `delay out of range`; "cannot sleep" outside process context
 * @usage local shot = test.hardirq(function() error("no") end)
 */
static int test_hardirq(lua_State *L)
{
	return shot_new(L, true);
}

static void shot_field(lua_State *L, const char *name, lua_Integer value)
{
	lua_pushinteger(L, value);
	lua_setfield(L, -2, name);
}

/***
 * What came of a shot.
 *
 * @function shot:result
 * @treturn table nil as long as it did not happen: err (0 or a negative errno),
 *   ns (time spent), stack (bytes left above the limit), depth (bytes used below
 *   the event's frame), text (what was raised, nil when nothing or when a limit
 *   ended it)
 * @raise nothing. Any context
 * @usage local r = shot:result()
 */
static int shot_result(lua_State *L)
{
	struct shot *shot = lunatik_object_check(L, 1, &shot_class)->private;

	/* pairs with the release in shot_fire() */
	if (!smp_load_acquire(&shot->done))
		return 0;
	lua_createtable(L, 0, 5);
	shot_field(L, "err", shot->err);
	shot_field(L, "ns", shot->ns);
	shot_field(L, "stack", shot->left);
	shot_field(L, "depth", shot->top - shot->limit - shot->left);
	if (*shot->text) {
		lua_pushstring(L, shot->text);
		lua_setfield(L, -2, "text");
	}
	return 1;
}

/***
 * Unregisters a shot, fired or not.
 *
 * @function shot:stop
 * @treturn boolean false when it was stopped before
 * @raise "cannot sleep" outside process context
 * @usage shot:stop()
 */
static int shot_stop(lua_State *L)
{
	struct lunatik_object *object = lunatik_object_check(L, 1, &shot_class);

	lua_pushboolean(L, lunatik_object_disarm(L, object));
	return 1;
}

/***
 * Opens a file and closes it, without letting go of the runtime.
 *
 * @function open
 * @tparam string path
 * @treturn integer 0 or a negative errno
 * @raise "cannot sleep" outside process context
 * @usage assert(test.open("/dev/mine") == -linux.errno.DEADLK)
 */
static int test_open(lua_State *L)
{
	struct file *file = filp_open(luaL_checkstring(L, 1), O_RDONLY, 0);
	int err = PTR_ERR_OR_ZERO(file);

	if (!err)
		filp_close(file, NULL);
	lua_pushinteger(L, err);
	return 1;
}

/* ------------------------------------------------------------------- the tables */

static const struct lunatik_method shot_methods[] = {
	{ "result",	shot_result },
	{ "stop",	shot_stop,	LUNATIK_SLEEPS },
	{ "__close",	shot_stop,	LUNATIK_SLEEPS },
	{ }
};

static const struct lunatik_class shot_class = {
	.name		= "shot",
	.methods	= shot_methods,
	.owner		= THIS_MODULE,
	.arm		= shot_arm,
	.disarm		= shot_disarm,
};

static const struct lunatik_class *const test_classes[] = { &shot_class, NULL };

static const struct lunatik_method test_functions[] = {
	{ "softirq",	test_softirq,	LUNATIK_SLEEPS },
	{ "hardirq",	test_hardirq,	LUNATIK_SLEEPS },
	{ "open",	test_open,	LUNATIK_SLEEPS },
	{ }
};

static struct lunatik_library test_library = {
	.name		= "test",
	.functions	= test_functions,
	.classes	= test_classes,
	.owner		= THIS_MODULE,
};

lunatik_module(test_library);

MODULE_DESCRIPTION("Lunatik: what only a test wants from the kernel");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS("lunatik-test");
