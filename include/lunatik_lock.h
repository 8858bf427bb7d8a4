/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * lunatik_lock.h - the locks that Lua code can come to take anywhere
 *
 * Part of lunatik.h, which is what to include.
 */
#ifndef _LUNATIK_LOCK_H
#define _LUNATIK_LOCK_H

#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/spinlock.h>

/* private: how many such locks this CPU holds or waits for */
DECLARE_PER_CPU(unsigned int, lunatik_locks);

/**
 * lunatik_lock() - take the lock of an object, in any context
 * @lock: held for a moment only: nothing that can be traced is called meanwhile, other
 *	than memcpy() and its like, and no other lock is taken
 *
 * As raw_spin_lock_irqsave(). Beside that, probes that fire while this CPU holds it are
 * not let into Lua, where they could need the same lock. Methods that scripts may call
 * in the events of LUNATIK_ISOLATED classes use this one and no other.
 *
 * Context: any, NMI included.
 * Return: what lunatik_unlock() needs
 */
static inline unsigned long lunatik_lock(raw_spinlock_t *lock)
	__acquires(lock)
{
	unsigned long flags;

	local_irq_save(flags);
	__this_cpu_inc(lunatik_locks);
	/*
	 * Not raw_spin_lock(): where that has a return probe, it returns by code of the
	 * kernel's that may take other locks, with this one held.
	 */
	arch_spin_lock(&lock->raw_lock);
	return flags;
}

/**
 * lunatik_unlock() - the opposite of lunatik_lock()
 * @lock: the lock
 * @flags: what lunatik_lock() returned
 */
static inline void lunatik_unlock(raw_spinlock_t *lock, unsigned long flags)
	__releases(lock)
{
	arch_spin_unlock(&lock->raw_lock);
	__this_cpu_dec(lunatik_locks);
	local_irq_restore(flags);
}

#endif /* _LUNATIK_LOCK_H */
