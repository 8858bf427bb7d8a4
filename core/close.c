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
 * Whoever asks first closes it; everybody else waits for that. A
 * task that is inside the runtime itself leaves it to a worker.
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
	close_state(rt);
	lunatik_alloc_exit(rt);
	lunatik_require_release(rt);
	/* pairs with lunatik_runtime_state() */
	smp_store_release(&rt->state, LUNATIK_DEAD);
	lunatik_managed_del(rt);
	complete_all(&rt->closed);
}

static void close_work(struct work_struct *work)
{
	struct lunatik_runtime *rt = container_of(work, struct lunatik_runtime, close);

	close(rt);
	lunatik_putobject(&rt->object);
}

void lunatik_close_init(struct lunatik_runtime *rt)
{
	INIT_WORK(&rt->close, close_work);
}

/**
 * lunatik_runtime_close() - stop a runtime and close its state
 * @rt: the runtime; the caller has a reference
 *
 * Return: 0 when it is closed; -EINPROGRESS when the caller is inside it, and a
 *	worker will close it
 */
int lunatik_runtime_close(struct lunatik_runtime *rt)
{
	bool first = !xchg(&rt->closing, true);
	bool inside = lunatik_entry_inside(rt);

	if (first && !inside)
		lunatik_object_wind_down(rt);
	if (first || inside)
		lunatik_runtime_mark(rt);
	if (inside) {
		if (first) {
			lunatik_getobject(&rt->object);
			queue_work(lunatik_load_wq, &rt->close);
		}
		return -EINPROGRESS;
	}
	if (first)
		close(rt);
	else
		wait_for_completion(&rt->closed);
	return 0;
}

int lunatik_stop(lunatik_object_t *runtime)
{
	lunatik_runtime_close(lunatik_runtime_from(runtime));
	return lunatik_putobject(runtime);
}
EXPORT_SYMBOL_GPL(lunatik_stop);
