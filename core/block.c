// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * block.c - entries that wait: letting go, taking back, being woken
 *
 * An entry that blocks lets go of the runtime and stands in rt->sleepers, under
 * rt->lock, until it has taken it back; other entries, on other Lua threads, run in
 * between. Whoever stops the runtime, a hook or a thread finds its task there and wakes
 * it as a signal would. What must end says lunatik_entry_ends(); a body that was only
 * asked to end (LUNATIK_GRACEFUL) gets some time first.
 *
 * Contexts: letting go and taking back: the entry's task, in process context; waking
 * and asking: any. Taking back cannot fail: the entry must unwind.
 */
#include <linux/sched/signal.h>
#include <linux/task_work.h>
#include <linux/timekeeping.h>
#include "core.h"
#include "budget.h"

/* waits that end early, before a body that asks for no reason is ended */
#define EARLY_WAITS	16

static struct lunatik_entry *sleeping_entry(struct lunatik_runtime *rt)
{
	struct lunatik_entry *entry, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&rt->lock, flags);
	/* the innermost one, should a task be in here more than once */
	list_for_each_entry(entry, &rt->sleepers, sleeper)
		if (entry->task == current)
			found = entry;
	spin_unlock_irqrestore(&rt->lock, flags);
	return found;
}

/* true when the current task is inside @rt, let go or not */
bool lunatik_entry_inside(struct lunatik_runtime *rt)
{
	return READ_ONCE(rt->owner) == (unsigned long)current || sleeping_entry(rt);
}

/* Needs: ownership. Leaves: others may enter; stop finds the task. */
void lunatik_entry_letgo(struct lunatik_entry *entry)
{
	struct lunatik_runtime *rt = entry->runtime;
	unsigned long flags;

	spin_lock_irqsave(&rt->lock, flags);
	list_add_tail(&entry->sleeper, &rt->sleepers);
	spin_unlock_irqrestore(&rt->lock, flags);
	entry->flags |= ENTRY_LET_GO;
	rt->entry = NULL;
	lunatik_owner_leave(rt, entry);
}

/*
 * Forgets an interrupt() of @entry, or of one that waits for it, so that what follows
 * may wait again. Others' work that came with the same flag is done on the way back to
 * user mode.
 */
static void calm_down(struct lunatik_entry *entry)
{
	for (; entry; entry = entry->parent) {
		/* pairs with interrupt(): who sees this sees the flag set */
		if (!smp_load_acquire(&entry->woken))
			continue;
		WRITE_ONCE(entry->woken, false);
		clear_thread_flag(TIF_NOTIFY_SIGNAL);
		/* a wait that follows sees why it was interrupted */
		smp_mb__after_atomic();
		if (task_work_pending(current))
			set_thread_flag(TIF_NOTIFY_RESUME);
	}
}

void lunatik_entry_takeback(struct lunatik_entry *entry)
{
	struct lunatik_runtime *rt = entry->runtime;
	unsigned long flags;

	lunatik_owner_retake(rt, entry);
	spin_lock_irqsave(&rt->lock, flags);
	list_del_init(&entry->sleeper);
	calm_down(entry);
	spin_unlock_irqrestore(&rt->lock, flags);
	entry->flags &= ~ENTRY_LET_GO;
	lunatik_entry_install(rt, entry);
}

bool lunatik_isatomic(lua_State *L)
{
	return lunatik_runtime_of(L)->vm.atomic;
}
EXPORT_SYMBOL_GPL(lunatik_isatomic);

static inline bool graceful(struct lunatik_entry *entry)
{
	return entry->object && entry->object->class->flags & LUNATIK_GRACEFUL;
}

/* has somebody else disarmed the object that @entry runs for? */
static bool disarmed(struct lunatik_entry *entry)
{
	return entry->object && READ_ONCE(entry->object->state) == OBJECT_DISARMED &&
	       !(entry->flags & ENTRY_SELF_STOPPED);
}

/* must @entry end, because its object was disarmed? A body gets some time for it */
bool lunatik_entry_orphaned(struct lunatik_entry *entry)
{
	return disarmed(entry) && (!graceful(entry) || READ_ONCE(entry->object->doomed));
}

/* must @entry end at once, or what waits for it? */
bool lunatik_entry_ends(struct lunatik_entry *entry)
{
	for (; entry; entry = entry->parent)
		if (lunatik_runtime_state(entry->runtime) >= LUNATIK_STOPPING ||
		    lunatik_entry_orphaned(entry))
			return true;
	return false;
}

/* is there a body that does not know yet that it has been asked to end? */
static struct lunatik_entry *untold(struct lunatik_entry *entry)
{
	for (; entry; entry = entry->parent)
		if (graceful(entry) && disarmed(entry) && !READ_ONCE(entry->object->told))
			return entry;
	return NULL;
}

bool lunatik_shouldstop(lua_State *L)
{
	struct lunatik_entry *entry = lunatik_runtime_of(L)->entry;

	if (!entry || !graceful(entry))
		return false;
	if (READ_ONCE(entry->object->state) != OBJECT_DISARMED)
		return READ_ONCE(entry->object->asked);
	WRITE_ONCE(entry->object->told, true);
	return true;
}
EXPORT_SYMBOL_GPL(lunatik_shouldstop);

struct lunatik_object *lunatik_event_object(lua_State *L)
{
	struct lunatik_entry *entry = lunatik_runtime_of(L)->entry;

	return entry ? entry->object : NULL;
}
EXPORT_SYMBOL_GPL(lunatik_event_object);

bool lunatik_stopping(lua_State *L)
{
	struct lunatik_runtime *rt = lunatik_runtime_of(L);
	struct lunatik_entry *entry;

	if (lunatik_runtime_state(rt) >= LUNATIK_STOPPING)
		return true;
	entry = sleeping_entry(rt);
	return entry && (lunatik_entry_ends(entry) || untold(entry));
}
EXPORT_SYMBOL_GPL(lunatik_stopping);

/*
 * As a signal would: interruptible waits of the kernel end. The task forgets it when
 * it takes a runtime back. Needs: rt->lock of @entry
 */
static void interrupt(struct lunatik_entry *entry)
{
	set_tsk_thread_flag(entry->task, TIF_NOTIFY_SIGNAL);
	/* pairs with calm_down() */
	smp_store_release(&entry->woken, true);
	wake_up_process(entry->task);
}

/* has the event of @object let go of @rt? */
bool lunatik_entry_waits(struct lunatik_runtime *rt, struct lunatik_object *object)
{
	struct lunatik_entry *entry;
	unsigned long flags;
	bool waits = false;

	spin_lock_irqsave(&rt->lock, flags);
	list_for_each_entry(entry, &rt->sleepers, sleeper)
		waits |= entry->object == object;
	spin_unlock_irqrestore(&rt->lock, flags);
	return waits;
}

/* wakes who sleeps in @rt, for @object only unless that is NULL */
void lunatik_entry_wake(struct lunatik_runtime *rt, struct lunatik_object *object)
{
	struct lunatik_entry *entry;
	unsigned long flags;

	spin_lock_irqsave(&rt->lock, flags);
	list_for_each_entry(entry, &rt->sleepers, sleeper)
		if (entry->task != current && (!object || entry->object == object))
			interrupt(entry);
	spin_unlock_irqrestore(&rt->lock, flags);
}

bool lunatik_isisolated(lua_State *L)
{
	struct lunatik_entry *entry = lunatik_runtime_of(L)->entry;

	return entry && entry->flags & ENTRY_ISOLATED;
}
EXPORT_SYMBOL_GPL(lunatik_isisolated);

void lunatik_checklocks(lua_State *L, const char *what)
{
	if (lunatik_isisolated(L))
		luaL_error(L, "%s may take locks, which is impossible in this context", what);
}
EXPORT_SYMBOL_GPL(lunatik_checklocks);

bool lunatik_isqueued(lua_State *L)
{
	struct lunatik_entry *entry = lunatik_runtime_of(L)->entry;

	return entry && entry->flags & ENTRY_QUEUED;
}
EXPORT_SYMBOL_GPL(lunatik_isqueued);

void lunatik_checksleep(lua_State *L, const char *what)
{
	if (lunatik_isatomic(L))
		luaL_error(L, "%s may sleep, which is impossible in this context", what);
}
EXPORT_SYMBOL_GPL(lunatik_checksleep);

void lunatik_block(lua_State *L)
{
	struct lunatik_runtime *rt = lunatik_runtime_of(L);

	lunatik_checksleep(L, "this call");
	if (!rt->entry || rt->entry->flags & ENTRY_CLOSE)
		luaL_error(L, "cannot sleep while the runtime is closing");
	/* nobody would collect garbage meanwhile */
	if (lua_gc(L, LUA_GCISRUNNING) < 0)
		luaL_error(L, "cannot sleep in a finaliser");
	lunatik_budget_check(L);
	if (rt->entry->early > EARLY_WAITS)
		lunatik_budget_end(L, "stopped: it was asked to end");
	/* time spent waiting is not time spent in Lua */
	rt->entry->start -= ktime_get_mono_fast_ns();
	lunatik_entry_letgo(rt->entry);
}
EXPORT_SYMBOL_GPL(lunatik_block);

void lunatik_unblock(lua_State *L)
{
	struct lunatik_entry *entry = sleeping_entry(lunatik_runtime_of(L));

	lunatik_entry_takeback(entry);
	if (untold(entry))	/* that wait has ended early */
		entry->early++;
	entry->start += ktime_get_mono_fast_ns();
	lunatik_budget_check(L);
}
EXPORT_SYMBOL_GPL(lunatik_unblock);
