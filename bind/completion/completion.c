// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * completion.c - library "completion": one waits until another says so
 *
 * Owns the objects of class "completion": a kernel completion, which counts. Each
 * complete() lets one wait() through, whichever of them comes first. The kernel's
 * own lock guards it, with interrupts off.
 *
 * Contexts: complete() any, hard interrupts included; wait() where sleeping is
 * possible. While it waits, others have the runtime; its handle stays on its Lua
 * stack, so the object cannot go away, and nothing else is held.
 *
 * new() can fail for want of memory. A wait ends early for a signal and when the
 * runtime, or the thread, is stopped.
 */

#include <linux/completion.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/module.h>

#include "compat.h"
#include "lunatik.h"

static const struct lunatik_class completion_class;

struct wait {
	struct completion	done;
	struct irq_work		work;	/* has `later` called, where nobody may be woken */
	struct delayed_work	later;
	atomic_t		due;	/* how often it is to complete() */
};

static struct wait *completion_check(lua_State *L)
{
	return lunatik_object_check(L, 1, &completion_class)->private;
}

static void complete_due(struct work_struct *work)
{
	struct wait *wait = container_of(to_delayed_work(work), struct wait, later);
	int n = atomic_xchg(&wait->due, 0);

	while (n--)
		complete(&wait->done);
}

static void complete_later(struct irq_work *work)
{
	struct wait *wait = container_of(work, struct wait, work);

	/* a probe that fires in here would only bring us here again */
	this_cpu_inc(lunatik_locks);
	schedule_delayed_work(&wait->later, 1);
	this_cpu_dec(lunatik_locks);
}

/*
 * By way of an interrupt, and of a worker a tick later: if either of them sets off the
 * event that completes, that is its pace, and not that of interrupts.
 */
static void defer(struct wait *wait)
{
	atomic_inc(&wait->due);
	smp_mb__after_atomic();	/* pairs with atomic_xchg() in complete_due() */
	if (!delayed_work_pending(&wait->later))
		irq_work_queue(&wait->work);
}

/* Context: a worker */
static void completion_release(struct lunatik_object *object)
{
	struct wait *wait = object->private;

	/* where interrupts to oneself do not exist it costs a grace period */
	if (!wait)
		return;
	if (irq_work_is_busy(&wait->work))
		irq_work_sync(&wait->work);
	cancel_delayed_work_sync(&wait->later);
}

/***
 * Creates a completion that nobody has completed.
 *
 * @function new
 * @treturn completion
 * @raise `not enough memory`. Any context
 * @usage local done = completion.new()
 */
static int completion_new(lua_State *L)
{
	struct wait *wait = lunatik_object_new(L, &completion_class, sizeof(*wait))->private;

	init_completion(&wait->done);
	init_irq_work(&wait->work, complete_later);
	INIT_DELAYED_WORK(&wait->later, complete_due);
	return 1;
}

/***
 * Lets one waiter through: one that waits now, else the next one that will. In a probe
 * it is done a moment later.
 *
 * @function completion:complete
 * @raise nothing. Any context
 * @usage done:complete()
 */
static int completion_complete(lua_State *L)
{
	struct wait *wait = completion_check(L);

	if (lunatik_isisolated(L))
		defer(wait);
	else
		complete(&wait->done);
	return 0;
}

/* in jiffies */
static unsigned long check_timeout(lua_State *L, int idx)
{
	lua_Integer ms;

	if (lua_isnoneornil(L, idx))
		return MAX_SCHEDULE_TIMEOUT;
	ms = luaL_checkinteger(L, idx);
	luaL_argcheck(L, ms >= 0, idx, "negative timeout");
	if (ms >= MAX_SCHEDULE_TIMEOUT / HZ - 1)
		return MAX_SCHEDULE_TIMEOUT;
	return DIV_ROUND_UP_ULL((u64)ms * HZ, MSEC_PER_SEC);
}

/* Return: as wait_for_completion_interruptible_timeout() */
static long wait(lua_State *L, struct completion *done, unsigned long timeout)
{
	long left = -EINTR;

	lunatik_block(L);
	if (!lunatik_stopping(L))
		left = wait_for_completion_interruptible_timeout(done, timeout);
	/* lunatik_unblock() may raise: what came is for the next one who waits */
	if (left > 0 && lunatik_stopping(L)) {
		complete(done);
		left = -EINTR;
	}
	lunatik_unblock(L);
	return left;
}

/***
 * Waits until somebody completes it. The runtime is let go meanwhile: its other
 * events go on.
 *
 * @function completion:wait
 * @tparam[opt] integer timeout in milliseconds; default for ever
 * @treturn boolean true, or nil
 * @treturn string beside nil: "timeout" when the time is over; "interrupt" for a
 *   signal, or when the thread was asked to stop
 * @raise `negative timeout`; "cannot sleep" in atomic context
 * @usage local ok, why = done:wait(1000)
 */
static int completion_wait(lua_State *L)
{
	struct completion *done = &completion_check(L)->done;
	unsigned long timeout = check_timeout(L, 2);
	long left;

	/* what has happened already is had without letting go */
	left = try_wait_for_completion(done) ? 1 : wait(L, done, timeout);
	if (left > 0) {
		lua_pushboolean(L, true);
		return 1;
	}
	lua_pushnil(L);
	lua_pushstring(L, left ? "interrupt" : "timeout");
	return 2;
}

/* ------------------------------------------------------------------- the tables */

static const struct lunatik_method completion_methods[] = {
	{ "complete",	completion_complete },
	{ "wait",	completion_wait,	LUNATIK_SLEEPS },
	{ }
};

static const struct lunatik_class completion_class = {
	.name		= "completion",
	.methods	= completion_methods,
	.release	= completion_release,
	.owner		= THIS_MODULE,
};

static const struct lunatik_class *const completion_classes[] = { &completion_class, NULL };

static const struct lunatik_method completion_functions[] = {
	{ "new",	completion_new },
	{ }
};

static struct lunatik_library completion_library = {
	.name		= "completion",
	.functions	= completion_functions,
	.classes	= completion_classes,
	.owner		= THIS_MODULE,
};

lunatik_module(completion_library);

MODULE_DESCRIPTION("Lunatik: completions");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS("lunatik-completion");
