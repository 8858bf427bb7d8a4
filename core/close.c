// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * close.c - a runtime's end
 *
 * First, bodies (threads) are asked to end while all else still works for them.
 * Then STOPPING turns new entries away, dooms those that run and wakes those that
 * sleep. Then, owning nothing: hooks are disarmed in reverse order, each waiting
 * for its last event; the last entry leaves; the Lua state is closed, with a
 * budget for its finalisers; memory and module references go.
 *
 * A worker does it, whoever asked. A task that is inside the runtime does not wait
 * for it; nor does one whose own runtime is to end meanwhile: two runtimes that stop
 * each other would wait for ever.
 *
 * Contexts: process, may sleep. Cannot fail.
 */
#include "core.h"
#include "budget.h"

/* no way in from now on, and those inside are on their way out */
void lunatik_runtime_mark(struct lunatik_runtime *rt)
{
	unsigned long flags;

	spin_lock_irqsave(&rt->lock, flags);
	if (rt->state < LUNATIK_STOPPING)
		/* pairs with lunatik_runtime_state() */
		smp_store_release(&rt->state, LUNATIK_STOPPING);
	spin_unlock_irqrestore(&rt->lock, flags);
	smp_mb();	/* pairs with the count of an entry: inside, then state */
	wake_up_all(&rt->waitq);
	wake_up_all(&rt->resumeq);
	lunatik_entry_wake(rt, NULL);
}

static void close_state(struct lunatik_runtime *rt)
{
	struct lunatik_entry entry;

	if (!rt->L || WARN_ON_ONCE(lunatik_entry_enter(&entry, rt, ENTRY_CLOSE)))
		return;
	lunatik_vm_setfuel(rt->L, LUNATIK_SLICE);
	lua_close(rt->L);
	rt->L = NULL;
	lunatik_entry_leave(&entry);
}

static void close(struct lunatik_runtime *rt)
{
	if (rt->queued) {
		lunatik_runtime_cancel(rt);
		wait_for_completion(&rt->loaded);
	}
	lunatik_object_disarm_all(rt);
	wait_event_idle(rt->waitq, !atomic_read(&rt->inside));
	lunatik_object_disarm_children(rt);
	close_state(rt);
	lunatik_alloc_exit(rt);
	lunatik_journal_close(rt);	/* now: handles may be kept for long */
	lunatik_require_release(rt);
	/* pairs with lunatik_runtime_state() */
	smp_store_release(&rt->state, LUNATIK_DEAD);
	lunatik_managed_del(rt);
	lunatik_made_del(rt);
	complete_all(&rt->closed);
	wake_up_all(&rt->resumeq);
}

static void wind_down_and_close(struct lunatik_runtime *rt)
{
	if (lunatik_runtime_state(rt) < LUNATIK_STOPPING)
		lunatik_object_wind_down(rt);
	lunatik_runtime_mark(rt);
	close(rt);
}

static void close_work(struct work_struct *work)
{
	struct lunatik_runtime *rt = container_of(work, struct lunatik_runtime, close);

	wind_down_and_close(rt);
	lunatik_putobject(&rt->object);
}

/*
 * The last reference is gone. Unless @rt was closed, a worker does that first: it
 * gets a reference, the only one, and its last put comes here again.
 * Context: any. Return: false when @rt was closed and can be freed
 */
bool lunatik_runtime_last_close(struct lunatik_runtime *rt)
{
	if (xchg(&rt->closing, true))
		return false;
	kref_init(&rt->object.kref);
	if (lunatik_nowake())
		lunatik_runtime_due(rt, DUE_CLOSE);
	else
		queue_work(lunatik_close_wq, &rt->close);
	return true;
}

void lunatik_close_init(struct lunatik_runtime *rt)
{
	INIT_WORK(&rt->close, close_work);
}

static bool closed(struct lunatik_runtime *rt, struct lunatik_entry *entry)
{
	return completion_done(&rt->closed) || (entry && lunatik_entry_ends(entry));
}

/**
 * lunatik_runtime_close() - stop a runtime and close its state
 * @rt: the runtime; the caller has a reference
 * @entry: the caller's entry of another runtime, let go; or NULL
 *
 * Return: 0 when it is closed; -EINPROGRESS when a worker goes on closing it:
 *	the caller is inside it, was killed, or must end itself
 */
int lunatik_runtime_close(struct lunatik_runtime *rt, struct lunatik_entry *entry)
{
	bool inside = lunatik_entry_inside(rt);

	if (inside)
		lunatik_runtime_mark(rt);
	if (!xchg(&rt->closing, true)) {
		lunatik_getobject(&rt->object);
		queue_work(lunatik_close_wq, &rt->close);
	}
	if (inside)
		return -EINPROGRESS;
	if (entry)
		wait_event_killable(rt->resumeq, closed(rt, entry));
	else
		wait_for_completion(&rt->closed);
	return completion_done(&rt->closed) ? 0 : -EINPROGRESS;
}

int lunatik_stop(lunatik_object_t *runtime)
{
	lunatik_runtime_close(lunatik_runtime_from(runtime), NULL);
	return lunatik_putobject(runtime);
}
EXPORT_SYMBOL_GPL(lunatik_stop);
