// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * call.c - the one door into Lua
 *
 * Every visit of the kernel to a runtime is an entry: it counts itself in, takes
 * ownership (owner.c), gets a Lua thread of its own (thread.c), a stack limit and
 * a slice of fuel, runs something protected, and undoes all that in reverse.
 *
 * An entry that blocks lets go of the runtime in between (block.c). So nothing here
 * assumes that the state looks as it did, only that this entry's own Lua thread does.
 *
 * Contexts: any but NMI; isolated events: any. What can fail: see lunatik_call() in
 * lunatik.h. After a failed entry nothing is held.
 */
#include <linux/sched/signal.h>
#include <linux/sched/clock.h>
#include <linux/timekeeping.h>
#include <linux/hardirq.h>
#include <linux/rcupdate.h>
#include "core.h"
#include "budget.h"

DEFINE_PER_CPU(unsigned int, lunatik_locks);
EXPORT_PER_CPU_SYMBOL_GPL(lunatik_locks);

static bool cannot_sleep(void)
{
	if (in_interrupt() || irqs_disabled())
		return true;
	return IS_ENABLED(CONFIG_PREEMPT_COUNT) && !preemptible();
}

/* Needs: the caller to be counted in. Return: 0 when @entry may go on. */
static int check_state(struct lunatik_runtime *rt, struct lunatik_entry *entry)
{
	int state = lunatik_runtime_state(rt);

	if (entry->flags & (ENTRY_LOAD | ENTRY_CLOSE))
		return 0;
	if (state == LUNATIK_LOADING) {
		/* what registering a hook replays */
		if (READ_ONCE(rt->arming) == current && !in_interrupt())
			return 0;
		if (entry->flags & ENTRY_ATOMIC)
			return -EBUSY;
		if (lunatik_entry_inside(rt))	/* it is the caller who loads */
			return -EDEADLK;
		if (wait_event_killable(rt->waitq,
					lunatik_runtime_state(rt) != LUNATIK_LOADING ||
					lunatik_entry_ends(entry->parent)))
			return -EINTR;
		state = lunatik_runtime_state(rt);
	}
	return state == LUNATIK_READY ? 0 : -ENXIO;
}

static void count_in(struct lunatik_runtime *rt)
{
	atomic_inc(&rt->inside);
	/* pairs with the store of STOPPING before the closer reads `inside` */
	smp_mb__after_atomic();
}

/* the last one out tells the closer, who may free the runtime right away */
static void count_out(struct lunatik_runtime *rt)
{
	rcu_read_lock();
	if (atomic_dec_and_test(&rt->inside) &&
	    lunatik_runtime_state(rt) >= LUNATIK_STOPPING)
		irq_work_queue(&rt->wake);
	rcu_read_unlock();
}

void lunatik_entry_install(struct lunatik_runtime *rt, struct lunatik_entry *entry)
{
	rt->entry = entry;
	rt->vm.stack_limit = entry->stack_limit;
	rt->vm.atomic = entry->flags & ENTRY_ATOMIC;
	rt->vm.isolated = (entry->flags & (ENTRY_ISOLATED | ENTRY_QUEUED)) == ENTRY_ISOLATED;
	rt->vm.doomed = entry->flags & ENTRY_DOOMED;
}

static int start(struct lunatik_runtime *rt, struct lunatik_entry *entry)
{
	int err = check_state(rt, entry);

	if (!err)
		err = lunatik_owner_take(rt, entry);
	if (err)
		return err;
	entry->start = ktime_get_mono_fast_ns();
	entry->stack_limit = lunatik_stack_limit();
	lunatik_entry_install(rt, entry);
	entry->L = entry->flags & ENTRY_CLOSE ? rt->L : lunatik_thread_get(rt);
	if (!entry->L) {
		rt->entry = NULL;
		lunatik_owner_leave(rt, entry);
		return -ENOMEM;
	}
	lunatik_vm_setfuel(entry->L, LUNATIK_SLICE);
	return 0;
}

static void init_entry(struct lunatik_entry *entry, struct lunatik_runtime *rt,
		       unsigned int flags, struct lunatik_entry *parent)
{
	entry->runtime = rt;
	entry->object = NULL;
	entry->parent = parent;
	entry->task = NULL;
	entry->refusals = 0;
	entry->early = 0;
	entry->woken = false;
	entry->flags = flags;
	if (!(flags & (ENTRY_LOAD | ENTRY_CLOSE)) && (!rt->sleep || cannot_sleep()))
		entry->flags |= ENTRY_ATOMIC;
	if (!(entry->flags & ENTRY_ATOMIC))
		entry->task = current;
	INIT_LIST_HEAD(&entry->sleeper);
	INIT_HLIST_HEAD(&entry->loans);
}

/* those that find the runtime in use come again, or are counted elsewhere */
#define ENTRY_UNCOUNTED	(ENTRY_UPKEEP | ENTRY_QUEUED | ENTRY_MAYWAIT)

static int enter_counted(struct lunatik_entry *entry, struct lunatik_runtime *rt,
			 unsigned int flags, struct lunatik_entry *parent)
{
	int err;

	if (in_nmi() && !(flags & ENTRY_ISOLATED)) {
		count_out(rt);
		return -EBUSY;
	}
	init_entry(entry, rt, flags, parent);
	err = start(rt, entry);
	if ((err == -EBUSY || err == -EDEADLK) && !(flags & ENTRY_UNCOUNTED))
		atomic64_inc(&rt->count.busy);
	if (err)
		count_out(rt);
	return err;
}

/**
 * lunatik_entry_enter() - get into a runtime
 * @entry: on the caller's stack
 * @rt: the runtime; the caller has a reference
 * @flags: ENTRY_ATOMIC, ENTRY_LOAD, ENTRY_CLOSE or 0
 *
 * Return: 0 and the caller owns @rt; else a negative errno as lunatik_call()
 */
int lunatik_entry_enter(struct lunatik_entry *entry, struct lunatik_runtime *rt,
			unsigned int flags)
{
	count_in(rt);
	return enter_counted(entry, rt, flags, NULL);
}

/**
 * lunatik_entry_enter_from() - get into a runtime from inside another one
 * @entry: on the caller's stack
 * @rt: the runtime; the caller has a reference
 * @parent: the caller's entry of the other runtime, let go; or NULL. When that must
 *	end, the caller does not wait for @rt any longer
 *
 * Return: as lunatik_entry_enter()
 */
int lunatik_entry_enter_from(struct lunatik_entry *entry, struct lunatik_runtime *rt,
			     struct lunatik_entry *parent)
{
	count_in(rt);
	return enter_counted(entry, rt, 0, parent);
}

static void refill(struct lunatik_runtime *rt)
{
	lunatik_alloc_free_list(llist_del_all(&rt->later));
	if (rt->L)	/* not closed in this entry */
		lunatik_reserve_refill(&rt->arena);
}

/* Needs: ownership. Leaves: nothing held; @entry is void. */
void lunatik_entry_leave(struct lunatik_entry *entry)
{
	struct lunatik_runtime *rt = entry->runtime;

	lunatik_loan_expire(entry);
	atomic64_inc(&rt->count.entries);
	atomic64_add(ktime_get_mono_fast_ns() - entry->start, &rt->count.time);
	if (rt->L) {	/* not closed in this entry */
		if (entry->flags & ENTRY_DOOMED)
			lunatik_vm_undoom(entry->L);
		lunatik_thread_put(rt, entry->L);
	}
	if (!(entry->flags & ENTRY_ATOMIC))
		refill(rt);
	else if (unlikely(lunatik_upkeep_due(rt)) && !(entry->flags & ENTRY_UPKEEP))
		lunatik_runtime_due(rt, DUE_UPKEEP);
	rt->entry = NULL;
	lunatik_owner_leave(rt, entry);
	count_out(rt);
}

static int conclude(struct lunatik_entry *entry, int status)
{
	if (status == LUA_OK && !(entry->flags & ENTRY_DOOMED))
		return 0;
	atomic64_inc(&entry->runtime->count.errors);
	if (status == LUA_OK)	/* swallowed somehow: the verdict stands */
		lua_pushnil(entry->L);	/* nothing protects an allocation here */
	return -ECANCELED;
}

/**
 * lunatik_pcall() - call what is on the entry's Lua stack, with a traceback
 * @entry: the current entry
 * @nargs: arguments above the function
 * @nresults: results wanted
 *
 * Return: 0, or -ECANCELED with the message on the stack
 */
int lunatik_pcall(struct lunatik_entry *entry, int nargs, int nresults)
{
	lua_State *L = entry->L;
	int base = lua_gettop(L) - nargs;
	int status;

	lua_pushcfunction(L, lunatik_traceback);
	lua_insert(L, base);
	status = lua_pcall(L, nargs, nresults, base);
	lua_remove(L, base);
	return conclude(entry, status);
}

struct event {
	struct lunatik_object	*object;
	lunatik_handler_t	handler;
	void			*arg;
};

static int event_main(lua_State *L)
{
	struct event *event = lua_touserdata(L, 1);

	lua_settop(L, 0);
	event->handler(L, event->object, event->arg);
	return 0;
}

static int run_event(struct lunatik_entry *entry, struct event *event)
{
	lua_State *L = entry->L;
	int err;

	/* on a stack that is empty: as lunatik_pcall(), with nothing to be moved */
	lua_pushcfunction(L, lunatik_traceback);
	lua_pushcfunction(L, event_main);
	lua_pushlightuserdata(L, event);
	err = conclude(entry, lua_pcall(L, 1, 0, 1));
	if (err)
		lunatik_report(L, lunatik_message(L));
	lunatik_budget_judge(entry, err);
	return err;
}

static bool live(struct lunatik_object *object)
{
	/* pairs with begin() in arm.c: the state comes after the runtime */
	unsigned int state = smp_load_acquire(&object->state);

	return state == OBJECT_ARMING || state == OBJECT_ARMED;
}

/* the runtime of @object, counted in, or NULL when it is not armed */
static struct lunatik_runtime *event_runtime(struct lunatik_object *object)
{
	struct lunatik_runtime *rt;

	atomic_inc(&object->active);
	smp_mb__after_atomic();	/* pairs with disarm(): state, then active */
	rcu_read_lock();
	rt = live(object) ? READ_ONCE(object->runtime) : NULL;
	if (rt)
		count_in(rt);
	rcu_read_unlock();
	return rt;
}

/*
 * Who waits for the last event is told by an interrupt, which may be an event itself, of
 * a probe. It must not count as one more, or this would never end.
 */
static bool is_over(struct lunatik_object *object)
{
	struct lunatik_runtime *rt;
	bool over;

	rcu_read_lock();
	rt = live(object) ? READ_ONCE(object->runtime) : NULL;
	over = !rt || lunatik_runtime_state(rt) >= LUNATIK_STOPPING;
	rcu_read_unlock();
	return over;
}

static bool isolated(struct lunatik_object *object)
{
	unsigned int flags = object->class->flags;

	return flags & LUNATIK_ISOLATED && (!(flags & LUNATIK_RELAXED) || irqs_disabled());
}

static unsigned int event_flags(struct lunatik_object *object)
{
	return (object->class->flags & LUNATIK_PROCESS ? 0 : ENTRY_ATOMIC) |
	       (isolated(object) ? ENTRY_ISOLATED : 0);
}

/* Needs: the caller counted in for this; no longer when it is over. */
static int deliver(struct lunatik_runtime *rt, struct event *event, unsigned int flags)
{
	struct lunatik_entry entry;
	int err = enter_counted(&entry, rt, flags, NULL);

	if (err)
		return err;
	entry.object = event->object;
	err = run_event(&entry, event);
	lunatik_entry_leave(&entry);
	return err;
}

int lunatik_call(struct lunatik_object *object, lunatik_handler_t handler, void *arg)
{
	struct event event = { object, handler, arg };
	struct lunatik_runtime *rt;
	int err = -ENXIO;

	if (unlikely(lunatik_budget_suspended(object)))
		return -EHOSTDOWN;
	rt = event_runtime(object);
	if (rt)
		err = deliver(rt, &event, event_flags(object));
	lunatik_object_event_end(object);
	return err;
}
EXPORT_SYMBOL_GPL(lunatik_call);

/* does this CPU hold a lock that the event may come to need? */
static bool would_deadlock(struct lunatik_object *object)
{
	return isolated(object) && raw_cpu_read(lunatik_locks);
}

/* bytes that a small callback may need */
#define LEAST_STACK	(LUNATIK_STACK_FLOOR + LUNATIK_STACK_LEAF + 3072)

static bool no_stack(void)
{
	long left = (unsigned long)__builtin_frame_address(0) - lunatik_stack_limit();

	return left < LEAST_STACK;
}

/* Needs: the caller counted in. */
static int now_or_later(struct lunatik_runtime *rt, struct event *event, size_t size)
{
	struct lunatik_object *object = event->object;
	unsigned int flags = event_flags(object) | ENTRY_ATOMIC | ENTRY_MAYWAIT;
	int err = -EBUSY;

	if (unlikely(would_deadlock(object))) {
		atomic64_inc(&rt->count.lost);
		return err;
	}
	if (lunatik_queue_idle(object) && (!object->queue || !no_stack())) {
		count_in(rt);
		err = deliver(rt, event, flags);
	}
	if (err == -EBUSY || err == -EDEADLK)
		err = lunatik_queue_add(rt, object, event->handler, event->arg, size, err);
	return err;
}

int lunatik_event(struct lunatik_object *object, lunatik_handler_t handler,
		  void *record, size_t size)
{
	struct event event = { object, handler, record };
	struct lunatik_runtime *rt;
	int err = -ENXIO;

	if (unlikely(lunatik_budget_suspended(object)))
		return -EHOSTDOWN;
	if (unlikely(is_over(object)))
		return err;
	rt = event_runtime(object);
	if (rt) {
		err = now_or_later(rt, &event, size);
		count_out(rt);
	}
	lunatik_object_event_end(object);
	return err;
}
EXPORT_SYMBOL_GPL(lunatik_event);

/* by the worker. Return: -EBUSY when it must go on waiting */
int lunatik_event_queued(struct lunatik_object *object, lunatik_handler_t handler, void *data)
{
	struct event event = { object, handler, data };
	struct lunatik_runtime *rt;
	int err = -ENXIO;

	if (lunatik_budget_suspended(object))
		return -EHOSTDOWN;
	rt = event_runtime(object);
	if (rt)
		err = deliver(rt, &event, event_flags(object) | ENTRY_ATOMIC | ENTRY_QUEUED);
	lunatik_object_event_end(object);
	return err;
}

int lunatik_entry_begin(struct lunatik_entry *entry, lunatik_object_t *runtime)
{
	return lunatik_entry_enter(entry, lunatik_runtime_from(runtime), ENTRY_RUN);
}
EXPORT_SYMBOL_GPL(lunatik_entry_begin);

void lunatik_entry_end(struct lunatik_entry *entry)
{
	lunatik_entry_leave(entry);
}
EXPORT_SYMBOL_GPL(lunatik_entry_end);
