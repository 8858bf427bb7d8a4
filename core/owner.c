// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * owner.c - who is inside a runtime
 *
 * A runtime has an owner word. It is 0 when free; the task's address when a task
 * in process context owns a sleepable runtime; and (cpu << 1 | 1) when somebody
 * owns it who cannot sleep.
 *
 * A sleepable runtime: tasks wait for the word killably; everybody else tries
 * once. Nobody ever spins, since the owner may be asleep.
 *
 * A runtime that never sleeps: the owner also holds a spinlock with bottom
 * halves disabled, so others may spin for it - unless they are in a hard
 * interrupt or already inside another runtime on this CPU. Those try once: two
 * CPUs that each hold a runtime and wait for the other's would never end.
 *
 * Contexts: any. Re-entry is seen here and nowhere else: -EDEADLK when
 * the word says that the caller is the owner.
 */
#include <linux/sched/signal.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include "core.h"

/* how many runtimes entries on this CPU that cannot sleep are inside of */
static DEFINE_PER_CPU(unsigned int, depth);

static inline unsigned long cpu_word(void)
{
	return (unsigned long)raw_smp_processor_id() << 1 | 1;
}

static void queue_due(struct lunatik_runtime *rt, int bit, struct work_struct *work)
{
	if (!test_and_clear_bit(bit, &rt->due) || !kref_get_unless_zero(&rt->object.kref))
		return;
	if (!queue_work(lunatik_wq, work))
		lunatik_putobject(&rt->object);
}

static void wake_work(struct irq_work *work)
{
	struct lunatik_runtime *rt = container_of(work, struct lunatik_runtime, wake);

	/* a probe that fires in here would only bring us here again */
	this_cpu_inc(lunatik_locks);
	WRITE_ONCE(rt->told, true);
	wake_up(&rt->waitq);
	queue_due(rt, DUE_UPKEEP, &rt->upkeep);
	queue_due(rt, DUE_DRAIN, &rt->drain);
	if (test_and_clear_bit(DUE_CLOSE, &rt->due))	/* it has its reference */
		queue_work(lunatik_close_wq, &rt->close);
	this_cpu_dec(lunatik_locks);
}

/* is a worker on its way? What is due is seen to then, whoever finds it due meanwhile */
static bool under_way(struct lunatik_runtime *rt, int bit)
{
	return (bit == DUE_UPKEEP && work_pending(&rt->upkeep)) ||
	       (bit == DUE_DRAIN && work_pending(&rt->drain));
}

/*
 * Has a worker do what @bit says. By way of an interrupt: who finds it due may hold the
 * scheduler's locks. The interrupt may be an event itself, of a probe on something that
 * interrupts call: it must not find the same thing due, or nothing else would ever run.
 * Context: any
 */
void lunatik_runtime_due(struct lunatik_runtime *rt, int bit)
{
	if (!under_way(rt, bit) && !test_and_set_bit(bit, &rt->due))
		irq_work_queue(&rt->wake);
}

void lunatik_owner_init(struct lunatik_runtime *rt)
{
	spin_lock_init(&rt->spin);
	init_waitqueue_head(&rt->waitq);
	init_irq_work(&rt->wake, wake_work);
	INIT_WORK(&rt->drain, lunatik_queue_drain);
}

/* the flags of the atomic entry that the caller is in, or has interrupted; or 0 */
unsigned int lunatik_entry_here(struct lunatik_runtime *rt)
{
	struct lunatik_entry *entry;
	unsigned int flags = 0;

	preempt_disable_notrace();
	/* that it is on this CPU, which cannot sleep, keeps it there */
	entry = READ_ONCE(rt->entry);
	if (READ_ONCE(rt->owner) == cpu_word() && entry)
		flags = entry->flags;
	preempt_enable_notrace();
	return flags;
}

/* is the caller in an event that must not take locks? It may be in no entry at all */
bool lunatik_isolated(struct lunatik_runtime *rt)
{
	return (lunatik_entry_here(rt) & (ENTRY_ISOLATED | ENTRY_QUEUED)) == ENTRY_ISOLATED;
}

/* Needs: nothing. Leaves: true when @word is in rt->owner and was not before. */
static inline bool try_word(struct lunatik_runtime *rt, unsigned long word)
{
	return cmpxchg_acquire(&rt->owner, 0, word) == 0;
}

/* as try_word(), by who stands in the queue: whoever leaves may tell it again */
static bool retry_word(struct lunatik_runtime *rt, unsigned long word)
{
	smp_store_mb(rt->told, false);	/* pairs with wq_has_sleeper() in leave */
	return try_word(rt, word);
}

static inline bool closed_to(struct lunatik_runtime *rt, struct lunatik_entry *entry)
{
	return lunatik_runtime_state(rt) >= LUNATIK_STOPPING &&
	       !(entry->flags & ENTRY_CLOSE);
}

static int take_task(struct lunatik_runtime *rt, struct lunatik_entry *entry)
{
	unsigned long word = (unsigned long)current;
	int err;

	if (READ_ONCE(rt->owner) == word)
		return -EDEADLK;
	if (try_word(rt, word))
		return 0;
	if (entry->flags & ENTRY_UPKEEP)	/* the owner sees to it, or the next visit */
		return -EBUSY;
	if (entry->flags & ENTRY_CLOSE) {
		wait_event_idle_exclusive(rt->waitq, retry_word(rt, word));
		return 0;
	}
	err = wait_event_killable_exclusive(rt->waitq, closed_to(rt, entry) ||
					    lunatik_entry_ends(entry->parent) ||
					    retry_word(rt, word));
	if (!err && READ_ONCE(rt->owner) == word)
		return 0;
	wake_up(&rt->waitq);	/* it may have been meant for one who must get in */
	return err || !closed_to(rt, entry) ? -EINTR : -ENXIO;
}

/* a sleepable runtime, and a caller that must not wait */
static int try_atomic(struct lunatik_runtime *rt)
{
	unsigned long word;
	int err;

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return -EBUSY;	/* allocating sleeps there */
	preempt_disable();
	word = cpu_word();
	if (try_word(rt, word)) {
		__this_cpu_inc(depth);
		return 0;
	}
	err = READ_ONCE(rt->owner) == word ? -EDEADLK : -EBUSY;
	preempt_enable();
	return err;
}

static bool may_spin(void)
{
	return !in_hardirq() && !irqs_disabled() && !__this_cpu_read(depth);
}

/* it is held until leave_spin(); sparse looks at one function at a time */
static bool lock(struct lunatik_runtime *rt, bool wait)
{
	if (wait)
		spin_lock(&rt->spin);
	else if (!spin_trylock(&rt->spin))
		return false;
	__release(&rt->spin);
	return true;
}

static int take_spin(struct lunatik_runtime *rt, struct lunatik_entry *entry)
{
	bool bh = !in_hardirq() && !irqs_disabled();
	unsigned long word;
	int err = -EBUSY;

	if (bh)
		local_bh_disable();
	else
		preempt_disable();
	word = cpu_word();
	if (READ_ONCE(rt->owner) == word) {
		err = -EDEADLK;
		goto err_owner;
	}
	if (!bh && IS_ENABLED(CONFIG_PREEMPT_RT))
		goto err_owner;	/* spinlocks sleep there */
	if (!lock(rt, bh && may_spin() && !(entry->flags & ENTRY_ISOLATED)))
		goto err_owner;
	WRITE_ONCE(rt->owner, word);
	entry->flags |= ENTRY_LOCKED;
	__this_cpu_inc(depth);
	/* tells lunatik_owner_leave() how the way out goes */
	entry->irqflags = bh;
	return 0;

err_owner:
	if (bh)
		local_bh_enable();
	else
		preempt_enable();
	return err;
}

/**
 * lunatik_owner_take() - own a runtime
 * @rt: the runtime
 * @entry: the caller's; its flags say whether it may sleep
 *
 * Return: 0; -EDEADLK, -EBUSY, -EINTR or -ENXIO as lunatik_call() says
 */
int lunatik_owner_take(struct lunatik_runtime *rt, struct lunatik_entry *entry)
{
	int err;

	if (!rt->sleep && !(entry->flags & (ENTRY_LOAD | ENTRY_CLOSE)))
		err = take_spin(rt, entry);
	else if (entry->flags & ENTRY_ATOMIC)
		err = try_atomic(rt);
	else
		err = take_task(rt, entry);
	if (err)
		return err;
	if (unlikely(closed_to(rt, entry))) {
		lunatik_owner_leave(rt, entry);
		return -ENXIO;
	}
	return 0;
}

/* after a wait inside an entry; nothing can refuse it: the entry must unwind */
void lunatik_owner_retake(struct lunatik_runtime *rt, struct lunatik_entry *entry)
{
	unsigned long word = (unsigned long)current;

	if (!try_word(rt, word))
		wait_event_idle_exclusive(rt->waitq, retry_word(rt, word));
}

/*
 * Stands at the end of the queue until it is the caller's turn: who waited before
 * would otherwise find the runtime taken again before it woke up. No longer than
 * 10 ms, should the one who was woken have given up.
 */
void lunatik_owner_queue(struct lunatik_runtime *rt)
{
	DEFINE_WAIT(wait);

	prepare_to_wait_exclusive(&rt->waitq, &wait, TASK_IDLE);
	smp_store_mb(rt->told, false);	/* pairs with wq_has_sleeper() in leave */
	schedule_timeout(msecs_to_jiffies(10));
	finish_wait(&rt->waitq, &wait);
	WRITE_ONCE(rt->told, false);
}

/* true when a task waits for the runtime */
bool lunatik_owner_wanted(struct lunatik_runtime *rt)
{
	return wq_has_sleeper(&rt->waitq);
}

static void leave_spin(struct lunatik_runtime *rt, struct lunatik_entry *entry)
{
	__this_cpu_dec(depth);
	WRITE_ONCE(rt->owner, 0);
	entry->flags &= ~ENTRY_LOCKED;
	__acquire(&rt->spin);	/* for sparse: see lock() */
	spin_unlock(&rt->spin);
	if (entry->irqflags)
		local_bh_enable();
	else
		preempt_enable();
}

void lunatik_owner_leave(struct lunatik_runtime *rt, struct lunatik_entry *entry)
{
	if (entry->flags & ENTRY_LOCKED) {
		leave_spin(rt, entry);
		return;
	}
	/* pairs with try_word() */
	smp_store_release(&rt->owner, 0);
	if (!(entry->flags & ENTRY_ATOMIC)) {
		if (wq_has_sleeper(&rt->waitq))
			wake_up(&rt->waitq);
	} else {
		__this_cpu_dec(depth);
		/* a waker's locks may be held by whoever this event interrupted */
		if (wq_has_sleeper(&rt->waitq) && !READ_ONCE(rt->told))
			irq_work_queue(&rt->wake);
		preempt_enable();
	}
	/* the full barrier that it takes is in wq_has_sleeper() */
	if (unlikely(!llist_empty(&rt->pending)))
		lunatik_queue_kick(rt);
}
