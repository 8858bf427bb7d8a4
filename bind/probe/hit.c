// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * hit.c - from a hit in the kernel to its event
 *
 * A hit comes in any context, with any lock held, on all CPUs at once, and also from
 * what handling another hit does: a tracepoint of the allocator, of a lock, of the
 * interrupt in which events are handed on. So each CPU handles one hit at a time, and
 * what comes meanwhile, from within or from an interrupt, is counted and left alone.
 * Kprobes have such a rule of their own; tracepoints have none.
 *
 * NMIs are counted and left alone, too: they may interrupt whoever holds the lock of
 * an object. A breakpoint looks like one on some architectures; `nmis` tells how many
 * there are when there is none. And so is what comes while RCU does not look (some
 * ways into and out of idle), as objects live by it.
 *
 * Owns a counter for each CPU. Takes no lock, allocates nothing, cannot fail.
 */

#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>

#include "probe.h"

static DEFINE_PER_CPU(unsigned int, probe_depth);

static bool probe_may_fire(unsigned int nmis)
{
	return this_cpu_read(probe_depth) == 1 &&
	       (preempt_count() & NMI_MASK) == nmis << NMI_SHIFT && rcu_is_watching();
}

/* a handler that raised an error was called: that is no miss */
static bool probe_is_missed(int err)
{
	return err && err != -EINPROGRESS && err != -ECANCELED;
}

/*
 * @nmis: how many NMIs a hit of this kind looks like
 * @record: see lunatik_event()
 *
 * Context: any.
 */
void probe_fire(struct probe *probe, unsigned int nmis, lunatik_handler_t handler,
		void *record, size_t size)
{
	bool missed = true;

	preempt_disable_notrace();
	this_cpu_inc(probe_depth);
	if (likely(probe_may_fire(nmis)))
		missed = probe_is_missed(lunatik_event(probe->object, handler, record, size));
	this_cpu_dec(probe_depth);
	preempt_enable_notrace();
	if (unlikely(missed))
		atomic_long_inc(&probe->missed);
}
