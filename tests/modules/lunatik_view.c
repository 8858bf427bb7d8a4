// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * lunatik_view.c - library "view": lends memory to a callback, as a packet hook does
 *
 * Owns the objects of class "lender": a Lua function, called from a timer (softirq)
 * as fn(view, lender) with a view of a buffer that is overwritten and freed right
 * after the event. One view serves all events of a lender.
 *
 * lend() and the timer take turns: `busy` is set by the one (release) and cleared by
 * the other, and what belongs to the event is touched by whoever's turn it is.
 * move() and expire() run inside the event, whose buffer they use.
 */

#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timer.h>

#include "compat.h"
#include "lunatik.h"
#include "lunatik_data.h"

#define LEND_MAX	4096
#define GARBAGE		0xdb

struct lender {
	struct timer_list	timer;
	struct lunatik_object	*object;
	struct lunatik_object	*view;		/* has a reference */
	u8			*buffer;	/* of the event to come */
	size_t			size;
	u8			moved[LEND_MAX];
	u8			seen[LEND_MAX];	/* what the event left in its buffer */
	int			err;
	bool			writable;
	bool			busy;
	bool			stopped;
};

static const struct lunatik_class lender_class;

static void lender_event(lua_State *L, struct lunatik_object *object, void *arg)
{
	struct lender *lender = arg;

	lunatik_object_pushvalue(L, object);
	lua_rawgeti(L, 1, 1);
	lua_rawgeti(L, 1, 2);
	lunatik_object_push(L, object);
	lunatik_data_lend(L, lender->view, lender->buffer, lender->size, lender->writable);
	lua_call(L, 2, 0);
}

static void lender_fire(struct timer_list *timer)
{
	struct lender *lender = container_of(timer, struct lender, timer);

	lender->err = lunatik_call(lender->object, lender_event, lender);
	memcpy(lender->seen, lender->buffer, lender->size);
	memset(lender->buffer, GARBAGE, lender->size);
	memset(lender->moved, GARBAGE, sizeof(lender->moved));
	kfree(lender->buffer);
	lender->buffer = NULL;
	/* pairs with lender_idle() */
	smp_store_release(&lender->busy, false);
}

static int lender_arm(struct lunatik_object *object)
{
	struct lender *lender = object->private;

	timer_setup(&lender->timer, lender_fire, 0);
	return 0;
}

static void lender_disarm(struct lunatik_object *object)
{
	struct lender *lender = object->private;

	WRITE_ONCE(lender->stopped, true);
	lunatik_timer_shutdown(&lender->timer);
}

static void lender_release(struct lunatik_object *object)
{
	struct lender *lender = object->private;

	kfree(lender->buffer);
	if (lender->view)
		lunatik_putobject(lender->view);
}

static struct lender *lender_check(lua_State *L)
{
	return lunatik_object_check(L, 1, &lender_class)->private;
}

/***
 * Makes a lender.
 *
 * @function lender
 * @tparam function fn called as fn(view, lender)
 * @treturn lender
 * @raise `function expected`. Process context
 * @usage local lender = view.lender(function(v) print(#v) end)
 */
static int view_lender(lua_State *L)
{
	struct lunatik_object *object;
	struct lender *lender;

	luaL_checktype(L, 1, LUA_TFUNCTION);
	lua_settop(L, 1);
	object = lunatik_object_new(L, &lender_class, sizeof(*lender));
	lender = object->private;
	lender->object = object;
	lua_createtable(L, 2, 0);
	lua_pushvalue(L, 1);
	lua_rawseti(L, -2, 1);
	lender->view = lunatik_data_newview(L);
	lunatik_getobject(lender->view);
	lua_rawseti(L, -2, 2);
	lunatik_object_arm(L, object, 3);
	lua_pop(L, 1);
	return 1;
}

static bool lender_idle(struct lender *lender)
{
	/* pairs with lender_fire() */
	return !smp_load_acquire(&lender->busy);
}

/***
 * Has the function called, with a view of these bytes.
 *
 * @function lender:lend
 * @tparam string bytes at most 4096
 * @tparam[opt] boolean writable
 * @raise `busy`, also when it was stopped; `too long`. Process context
 * @usage lender:lend("packet", true)
 */
static int lender_lend(lua_State *L)
{
	struct lender *lender = lender_check(L);
	size_t size;
	const char *bytes = luaL_checklstring(L, 2, &size);

	luaL_argcheck(L, size <= LEND_MAX, 2, "too long");
	if (!lender_idle(lender) || READ_ONCE(lender->stopped))
		luaL_error(L, "busy");
	lender->writable = lua_toboolean(L, 3);
	lender->size = size;
	lender->buffer = kmemdup(bytes, size, GFP_KERNEL);
	if (!lender->buffer)
		luaL_error(L, "not enough memory");
	WRITE_ONCE(lender->busy, true);
	mod_timer(&lender->timer, jiffies + 1);
	return 0;
}

/***
 * What came of the last event.
 *
 * @function lender:result
 * @treturn integer 0 or a negative errno; nil as long as it did not happen
 * @treturn string what the function left in the buffer
 * @raise nothing
 * @usage local err, bytes = lender:result()
 */
static int lender_result(lua_State *L)
{
	struct lender *lender = lender_check(L);

	if (!lender_idle(lender))
		return 0;
	lua_pushinteger(L, lender->err);
	lua_pushlstring(L, (const char *)lender->seen, lender->size);
	return 2;
}

/***
 * Inside the event: moves the view to other memory, all zeros.
 *
 * @function lender:move
 * @tparam integer size at most 4096
 * @raise `too long`. In the event alone
 * @usage lender:move(100)
 */
static int lender_move(lua_State *L)
{
	struct lender *lender = lender_check(L);
	lua_Integer size = luaL_checkinteger(L, 2);

	luaL_argcheck(L, size >= 0 && size <= LEND_MAX, 2, "too long");
	memset(lender->moved, 0, sizeof(lender->moved));
	lunatik_data_lend(L, lender->view, lender->moved, size, true);
	return 0;
}

/***
 * Inside the event: takes the loan back.
 *
 * @function lender:expire
 * @raise nothing. In the event alone
 * @usage lender:expire()
 */
static int lender_expire(lua_State *L)
{
	lunatik_data_expire(lender_check(L)->view);
	return 0;
}

/***
 * Unregisters it.
 *
 * @function lender:stop
 * @raise "cannot sleep" outside process context
 * @usage lender:stop()
 */
static int lender_stop(lua_State *L)
{
	lunatik_object_disarm(L, lunatik_object_check(L, 1, &lender_class));
	return 0;
}

static const struct lunatik_method lender_methods[] = {
	{ "lend",	lender_lend,	LUNATIK_SLEEPS },
	{ "result",	lender_result },
	{ "move",	lender_move },
	{ "expire",	lender_expire },
	{ "stop",	lender_stop,	LUNATIK_SLEEPS },
	{ "__close",	lender_stop,	LUNATIK_SLEEPS },
	{ }
};

static const struct lunatik_class lender_class = {
	.name		= "lender",
	.methods	= lender_methods,
	.owner		= THIS_MODULE,
	.arm		= lender_arm,
	.disarm		= lender_disarm,
	.release	= lender_release,
};

static const struct lunatik_class *const view_classes[] = { &lender_class, NULL };

static const struct lunatik_method view_functions[] = {
	{ "lender",	view_lender,	LUNATIK_SLEEPS },
	{ }
};

static struct lunatik_library view_library = {
	.name		= "view",
	.functions	= view_functions,
	.classes	= view_classes,
	.owner		= THIS_MODULE,
};

lunatik_module(view_library);

MODULE_DESCRIPTION("Lunatik: lends memory to scripts, for tests");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS("lunatik-view");
