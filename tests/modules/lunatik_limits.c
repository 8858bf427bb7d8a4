// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * lunatik_limits.c - library "limits": what a Lua function costs in any context
 *
 * Owns the objects of class "fuse": a Lua function that is called once, from a
 * timer (softirq), from a high resolution timer (hard interrupt) or by a worker
 * (process context), some time after the script that lit it has been loaded. What
 * came of it is the machine's newest outcome, which any runtime can ask for: the
 * runtime of the fuse may be one that never sleeps, or be gone by then. A note
 * goes the other way, from who starts a runtime to the script in it.
 *
 * Stack use is measured by painting what lies between the event's frame and the
 * limit that the core has set for the entry, and by counting afterwards what is
 * still painted. An interrupt meanwhile makes the figure smaller, never larger.
 *
 * `lock` guards the outcome and the note, in any context. Lighting a fuse can
 * fail as arming can; nothing else does.
 */

#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/timekeeping.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "lunatik.h"

#define PAINT		0x5ca1ab1e0ddba11UL
#define PAINT_GAP	512	/* bytes below the painter's frame, its own calls */
#define TEXT_SIZE	256

struct stack {
	unsigned long	limit;
	unsigned long	top;
};

struct outcome {
	lua_Integer	number;	/* of the fuse, counted from 1 */
	lua_Integer	err;	/* what lunatik_call() returned */
	lua_Integer	ns;
	lua_Integer	stack;	/* bytes left above the limit */
	lua_Integer	depth;	/* bytes used below the event's frame */
};

enum fuse_context { FUSE_SOFTIRQ, FUSE_HARDIRQ, FUSE_PROCESS };

struct fuse {
	struct timer_list	soft;
	struct hrtimer		hard;
	struct delayed_work	task;
	struct lunatik_object	*object;
	unsigned long		ms;
	enum fuse_context	context;
	struct stack		stack;
	struct outcome		outcome;
};

static struct outcome newest;
static char note[TEXT_SIZE];
static DEFINE_SPINLOCK(lock);

/* ------------------------------------------------------------------- the stack */

static unsigned long stack_limit(lua_State *L)
{
	unsigned long limit;
	void *vm;

	lua_getallocf(L, &vm);
	limit = ALIGN(((struct lunatik_vm *)vm)->stack_limit, sizeof(long));
	/* a signal of the host may take what is kept for it, and no more */
	if (IS_ENABLED(CONFIG_UML) && in_interrupt())
		limit = ALIGN_DOWN(limit, THREAD_SIZE) + sizeof(struct thread_info) + sizeof(long);
	return limit;
}

/* no sanitizer in here: what is painted belongs to no object of C */
static noinline __no_sanitize_address void stack_paint(struct stack *stack, unsigned long limit)
{
	unsigned long *at;

	stack->limit = limit;
	stack->top = (unsigned long)__builtin_frame_address(0) - PAINT_GAP;
	for (at = (unsigned long *)limit; at < (unsigned long *)stack->top; at++)
		WRITE_ONCE(*at, PAINT);
}

static noinline __no_sanitize_address unsigned long stack_left(const struct stack *stack)
{
	const unsigned long *at = (const unsigned long *)stack->limit;

	if (!at)
		return 0;
	while (at < (const unsigned long *)stack->top && READ_ONCE(*at) == PAINT)
		at++;
	return (unsigned long)at - stack->limit;
}

static void stack_measure(const struct stack *stack, struct outcome *outcome)
{
	outcome->stack = stack_left(stack);
	outcome->depth = stack->top - stack->limit - outcome->stack;
}

/* ------------------------------------------------------------------------ event */

/* its errors are the runtime's: with traceback, counted and logged, as any callback's */
static void fuse_event(lua_State *L, struct lunatik_object *object, void *arg)
{
	struct fuse *fuse = arg;

	stack_paint(&fuse->stack, stack_limit(L));
	lunatik_object_pushvalue(L, object);
	lua_call(L, 0, 0);
}

static void publish(struct outcome *outcome)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	outcome->number = newest.number + 1;
	newest = *outcome;
	spin_unlock_irqrestore(&lock, flags);
}

/*
 * UML takes its interrupts as signals of the host, whose frames lie on the interrupt
 * stack: one in a softirq leaves less of it than any kernel that runs on a machine.
 */
static bool too_deep(void)
{
	return IS_ENABLED(CONFIG_UML) && in_hardirq() && softirq_count();
}

/* -EBUSY: try again. So it is when the host was so slow that the time was over at once */
static void fuse_fire(struct fuse *fuse)
{
	u64 start = ktime_get_mono_fast_ns();
	int err = too_deep() ? -EBUSY : lunatik_call(fuse->object, fuse_event, fuse);

	fuse->outcome.err = err == -ECANCELED && !fuse->stack.limit ? -EBUSY : err;
	fuse->outcome.ns = ktime_get_mono_fast_ns() - start;
	stack_measure(&fuse->stack, &fuse->outcome);
	publish(&fuse->outcome);
}

static void fuse_soft(struct timer_list *timer)
{
	fuse_fire(container_of(timer, struct fuse, soft));
}

static enum hrtimer_restart fuse_hard(struct hrtimer *timer)
{
	fuse_fire(container_of(timer, struct fuse, hard));
	return HRTIMER_NORESTART;
}

static void fuse_task(struct work_struct *work)
{
	fuse_fire(container_of(to_delayed_work(work), struct fuse, task));
}

/* ------------------------------------------------------------------ arm, disarm */

static int fuse_arm(struct lunatik_object *object)
{
	struct fuse *fuse = object->private;

	timer_setup(&fuse->soft, fuse_soft, 0);
	hrtimer_setup(&fuse->hard, fuse_hard, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	INIT_DELAYED_WORK(&fuse->task, fuse_task);
	if (fuse->context == FUSE_SOFTIRQ)
		mod_timer(&fuse->soft, jiffies + msecs_to_jiffies(fuse->ms));
	else if (fuse->context == FUSE_HARDIRQ)
		hrtimer_start(&fuse->hard, ms_to_ktime(fuse->ms), HRTIMER_MODE_REL_HARD);
	else
		queue_delayed_work(system_unbound_wq, &fuse->task, msecs_to_jiffies(fuse->ms));
	return 0;
}

static void fuse_disarm(struct lunatik_object *object)
{
	struct fuse *fuse = object->private;

	hrtimer_cancel(&fuse->hard);
	lunatik_timer_shutdown(&fuse->soft);
	cancel_delayed_work_sync(&fuse->task);
}

static const struct lunatik_class fuse_class = {
	.name	= "fuse",
	.owner	= THIS_MODULE,
	.arm	= fuse_arm,
	.disarm	= fuse_disarm,
};

static const struct lunatik_class fuse_task_class = {
	.name	= "process fuse",
	.owner	= THIS_MODULE,
	.flags	= LUNATIK_PROCESS,
	.arm	= fuse_arm,
	.disarm	= fuse_disarm,
};

/* -------------------------------------------------------------- what Lua calls */

/***
 * Has a function called once, in another context. It stays lit without its handle.
 *
 * @function fire
 * @tparam string context "softirq", "hardirq" or "process"
 * @tparam function fn called without arguments
 * @tparam[opt=1] integer ms when
 * @treturn fuse
 * @raise `invalid option`, `delay out of range`
 * @usage limits.fire("softirq", function() while true do end end)
 */
static int limits_fire(lua_State *L)
{
	static const char *const contexts[] = { "softirq", "hardirq", "process", NULL };
	enum fuse_context context = luaL_checkoption(L, 1, NULL, contexts);
	lua_Integer ms = luaL_optinteger(L, 3, 1);
	struct lunatik_object *object;
	struct fuse *fuse;

	luaL_checktype(L, 2, LUA_TFUNCTION);
	luaL_argcheck(L, ms >= 0 && ms <= 60000, 3, "delay out of range");
	object = lunatik_object_new(L, context == FUSE_PROCESS ? &fuse_task_class : &fuse_class,
				    sizeof(*fuse));
	fuse = object->private;
	fuse->object = object;
	fuse->ms = ms;
	fuse->context = context;
	lunatik_object_arm(L, object, 2);
	return 1;
}

static void setfield(lua_State *L, const char *name, lua_Integer value)
{
	lua_pushinteger(L, value);
	lua_setfield(L, -2, name);
}

static int push_outcome(lua_State *L, const struct outcome *outcome)
{
	lua_createtable(L, 0, 5);
	setfield(L, "number", outcome->number);
	setfield(L, "err", outcome->err);
	setfield(L, "ns", outcome->ns);
	setfield(L, "stack", outcome->stack);
	setfield(L, "depth", outcome->depth);
	return 1;
}

/***
 * What the newest fuse came to, whichever runtime lit it.
 *
 * @function newest
 * @treturn table number (which fuse; 0: none yet), err (0 or a negative errno), ns
 *   (time spent), stack (bytes left above the limit), depth (bytes used below the
 *   event's frame)
 * @raise nothing. Any context
 * @usage print(limits.newest().ns)
 */
static int limits_newest(lua_State *L)
{
	struct outcome outcome;
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	outcome = newest;
	spin_unlock_irqrestore(&lock, flags);
	return push_outcome(L, &outcome);
}

/***
 * Reads, and with an argument writes, the machine's one note.
 *
 * @function note
 * @tparam[opt] string text at most 255 bytes
 * @treturn string what it said before
 * @raise `note too long`. Any context
 * @usage limits.note("softirq gsub")
 */
static int limits_note(lua_State *L)
{
	size_t len = 0;
	const char *text = luaL_optlstring(L, 1, NULL, &len);
	char old[TEXT_SIZE];
	unsigned long flags;

	luaL_argcheck(L, len < TEXT_SIZE, 1, "note too long");
	spin_lock_irqsave(&lock, flags);
	strscpy(old, note, TEXT_SIZE);
	if (text)
		strscpy(note, text, TEXT_SIZE);
	spin_unlock_irqrestore(&lock, flags);
	lua_pushstring(L, old);
	return 1;
}

/***
 * Calls a function here and now, protected.
 *
 * @function paint
 * @tparam function fn called without arguments
 * @treturn table as `newest` has it; err is -1 when an error was raised
 * @raise what nothing catches
 * @usage local left = limits.paint(deep).stack
 */
static int limits_paint(lua_State *L)
{
	struct outcome outcome = { };
	struct stack stack;
	u64 start = ktime_get_mono_fast_ns();

	luaL_checktype(L, 1, LUA_TFUNCTION);
	lua_settop(L, 1);
	stack_paint(&stack, stack_limit(L));
	outcome.err = lua_pcall(L, 0, 0, 0) == LUA_OK ? 0 : -1;
	stack_measure(&stack, &outcome);
	outcome.ns = ktime_get_mono_fast_ns() - start;
	return push_outcome(L, &outcome);
}

/* ------------------------------------------------------------------- the tables */

static const struct lunatik_class *const limits_classes[] = {
	&fuse_class, &fuse_task_class, NULL
};

static const struct lunatik_method limits_functions[] = {
	{ "fire",	limits_fire,	LUNATIK_SLEEPS },
	{ "newest",	limits_newest },
	{ "note",	limits_note },
	{ "paint",	limits_paint },
	{ }
};

static struct lunatik_library limits_library = {
	.name		= "limits",
	.functions	= limits_functions,
	.classes	= limits_classes,
	.owner		= THIS_MODULE,
};

lunatik_module(limits_library);

MODULE_DESCRIPTION("Lunatik: what a Lua function costs in any context, for tests");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS("lunatik-limits");
