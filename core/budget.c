// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * budget.c - how long an entry may take
 *
 * The VM counts fuel down at every loop and call. When a slice is used up it
 * comes here, looks at the clock and at who wants the entry to end, and either
 * fills up or dooms the entry: an error that no pcall, coroutine, message
 * handler or __close of the script can swallow.
 *
 * Contexts: inside an entry, any context, interrupts off or on. The clock is the
 * one that may be read everywhere (ktime_get_mono_fast_ns).
 */
#include <linux/sched/signal.h>
#include <linux/timekeeping.h>
#include "core.h"
#include "budget.h"

/* what a state may spend on finalisers when it closes, and in a visit of the worker */
#define CLOSE_BUDGET	(500 * NSEC_PER_MSEC)
#define UPKEEP_BUDGET	(100 * NSEC_PER_MSEC)

static uint suspend_overruns = 16;
module_param(suspend_overruns, uint, 0644);
MODULE_PARM_DESC(suspend_overruns, "overruns in a row that suspend a hook (16); 0: never");

static uint suspend_errors = 1000;
module_param(suspend_errors, uint, 0644);
MODULE_PARM_DESC(suspend_errors, "errors in a row that suspend a hook (1000); 0: never");

static u64 budget_of(struct lunatik_entry *entry)
{
	struct lunatik_runtime *rt = entry->runtime;

	if (entry->flags & ENTRY_CLOSE)
		return CLOSE_BUDGET;
	if (entry->flags & ENTRY_UPKEEP)
		return UPKEEP_BUDGET;
	if (entry->flags & ENTRY_ATOMIC)
		return rt->atomic_budget;
	return entry->flags & ENTRY_LOAD ? 0 : rt->budget;
}

static const char *ended_by(struct lunatik_entry *entry)
{
	if (!lunatik_entry_orphaned(entry))
		return "caller stopped";
	return entry->object->class->flags & LUNATIK_GRACEFUL ? "stopped: it was asked to end" :
								"hook stopped";
}

static const char *asked_to_end(struct lunatik_entry *entry)
{
	if (entry->flags & ENTRY_CLOSE)
		return NULL;
	if (lunatik_runtime_state(entry->runtime) >= LUNATIK_STOPPING)
		return "runtime stopped";
	if (lunatik_entry_ends(entry))
		return ended_by(entry);
	if (entry->flags & ENTRY_ATOMIC)
		return NULL;
	if (fatal_signal_pending(current))
		return "killed";
	if ((entry->flags & ENTRY_INTERRUPTIBLE) && signal_pending(current))
		return "interrupted";
	return NULL;
}

/* why @entry must end now, or NULL */
const char *lunatik_budget_verdict(struct lunatik_entry *entry, u64 now)
{
	const char *why = asked_to_end(entry);
	u64 budget = budget_of(entry);

	if (why || !budget || (s64)(now - entry->start - budget) < 0)
		return why;
	atomic64_inc(&entry->runtime->count.overruns);
	return "time budget used up";
}

static void doom(lua_State *L, struct lunatik_entry *entry, const char *why)
{
	entry->flags |= ENTRY_DOOMED;
	if (entry->flags & ENTRY_LOAD || why[0] != 't')
		lunatik_vm_doom(L, "%s", why);
	lunatik_vm_doom(L, "%s (%d ms)", why,
			(int)div_u64(budget_of(entry), NSEC_PER_MSEC));
}

void lunatik_budget_end(lua_State *L, const char *why)
{
	doom(L, lunatik_runtime_of(L)->entry, why);
}

void lunatik_budget_check(lua_State *L)
{
	struct lunatik_entry *entry = lunatik_runtime_of(L)->entry;
	const char *why;

	if (!entry)	/* setting up or closing on the main thread */
		return;
	if (entry->flags & ENTRY_DOOMED)
		lunatik_vm_doom(L, "ended by a limit");
	why = lunatik_budget_verdict(entry, ktime_get_mono_fast_ns());
	if (why)
		doom(L, entry, why);
}

static void let_others_in(lua_State *L, struct lunatik_entry *entry)
{
	bool finaliser = lua_gc(L, LUA_GCISRUNNING) < 0;

	if (entry->flags & ENTRY_PREEMPTIBLE && !finaliser &&
	    lunatik_owner_wanted(entry->runtime)) {
		lunatik_entry_letgo(entry);
		lunatik_owner_queue(entry->runtime);
		lunatik_entry_takeback(entry);
	} else if (need_resched()) {
		/* not cond_resched(): where that is empty, UML still does not preempt */
		schedule();
	}
}

/* the VM's slow path: a slice is used up. Raises or fills up. */
void lunatik_vm_refuel(lua_State *L)
{
	struct lunatik_entry *entry = lunatik_runtime_of(L)->entry;

	lunatik_budget_check(L);
	if (entry && !(entry->flags & (ENTRY_ATOMIC | ENTRY_CLOSE)))
		let_others_in(L, entry);
	lunatik_vm_setfuel(L, LUNATIK_SLICE);
}

static void suspend(struct lunatik_entry *entry, const char *message)
{
	if (!xchg(&entry->object->suspended, true))
		lunatik_report_once(entry->runtime, message);
}

/* Return: true when there were @max in a row */
static bool one_more(unsigned int *count, unsigned int max)
{
	unsigned int n = READ_ONCE(*count) + 1;

	WRITE_ONCE(*count, n);
	return max && n >= max;
}

/* needs a hook of a runtime that goes on: what ends with it is nobody's fault */
static bool to_judge(struct lunatik_entry *entry)
{
	return entry->flags & ENTRY_ATOMIC &&
	       lunatik_runtime_state(entry->runtime) == LUNATIK_READY;
}

void lunatik_budget_judge(struct lunatik_entry *entry, int err)
{
	struct lunatik_object *object = entry->object;

	if (likely(!err)) {
		if (unlikely(object->strikes | object->failures)) {
			WRITE_ONCE(object->strikes, 0);
			WRITE_ONCE(object->failures, 0);
		}
	} else if (to_judge(entry)) {
		if (entry->flags & ENTRY_DOOMED && one_more(&object->strikes, suspend_overruns))
			suspend(entry, "hook suspended: too many overruns in a row");
		else if (one_more(&object->failures, suspend_errors))
			suspend(entry, "hook suspended: too many errors in a row");
	}
}

void lunatik_object_reset(struct lunatik_object *object)
{
	WRITE_ONCE(object->strikes, 0);
	WRITE_ONCE(object->failures, 0);
	WRITE_ONCE(object->suspended, false);
}
EXPORT_SYMBOL_GPL(lunatik_object_reset);
