// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * stack.c - how far down the C stack reaches
 *
 * Lua's guard compares the stack pointer with a limit that each entry gets from
 * here. On a task's stack the kernel says where it ends. On x86-64's interrupt
 * stacks no exported symbol does, so each CPU is asked once: an irq_work handler
 * runs at the very top of that stack, within its first page.
 *
 * Contexts: lunatik_stack_limit() any; the rest process context, at load and when
 * a CPU comes up. A CPU that could not be asked gets a cautious guess.
 */
#include <linux/cpuhotplug.h>
#include <linux/sched/task_stack.h>
#include <linux/percpu.h>
#include "core.h"

/* assumed to be left where the end of the stack is not known */
#define STACK_GUESS	6144

/* what a signal of the host takes of UML's interrupt stack, whenever it likes */
#define UML_SIGNAL	(IS_ENABLED(CONFIG_UML) ? 5120 : 0)

#ifdef IRQ_STACK_SIZE
#define INTERRUPT_STACK	IRQ_STACK_SIZE
#else
#define INTERRUPT_STACK	THREAD_SIZE
#endif

static DEFINE_PER_CPU(unsigned long, irq_low);
static DEFINE_PER_CPU(struct irq_work, probe);
static enum cpuhp_state hotplug;

static bool on_task_stack(unsigned long sp)
{
	return sp - (unsigned long)task_stack_page(current) < THREAD_SIZE;
}

static void probe_stack(struct irq_work *work)
{
	unsigned long sp = (unsigned long)__builtin_frame_address(0);

	if (!on_task_stack(sp) && !in_serving_softirq())
		this_cpu_write(irq_low, ALIGN(sp, PAGE_SIZE) - INTERRUPT_STACK);
}

/* runs on @cpu */
static int measure_cpu(unsigned int cpu)
{
	struct irq_work *work = per_cpu_ptr(&probe, cpu);

	init_irq_work(work, probe_stack);
	irq_work_queue(work);
	irq_work_sync(work);
	return 0;
}

int lunatik_stack_init(void)
{
	int ret;

	if (!IS_ENABLED(CONFIG_X86_64) || IS_ENABLED(CONFIG_UML))
		return 0;	/* there they are aligned to their size */
	ret = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "lunatik:online", measure_cpu, NULL);
	hotplug = max(ret, 0);
	return min(ret, 0);
}

void lunatik_stack_exit(void)
{
	if (hotplug)
		cpuhp_remove_state_nocalls(hotplug);
}

static unsigned long interrupt_limit(unsigned long sp)
{
	unsigned long low;

	if (!IS_ENABLED(CONFIG_X86_64) || IS_ENABLED(CONFIG_UML))
		return ALIGN_DOWN(sp, INTERRUPT_STACK) + sizeof(struct thread_info) + UML_SIGNAL;
	low = raw_cpu_read(irq_low);
	if (low && sp - low < INTERRUPT_STACK)
		return low;
	return sp - STACK_GUESS;
}

/* the lowest address that the current C stack may use */
unsigned long lunatik_stack_limit(void)
{
	unsigned long sp = (unsigned long)__builtin_frame_address(0);

	if (on_task_stack(sp))
		return (unsigned long)(end_of_stack(current) + 1);
	return interrupt_limit(sp);
}
