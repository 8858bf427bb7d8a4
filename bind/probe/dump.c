// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * dump.c - the function that handlers get to write registers and stack to the log
 *
 * Where a handler runs, printing may deadlock: whoever was hit may hold the locks of
 * the console. So dump() only takes down what there is, into the one place that a
 * probe has for it, and a worker writes it soon after. While that has not happened
 * further calls do nothing, and no more than DUMPS of all probes are written in five
 * seconds; the next one says how many were left out.
 *
 * The stack begins with dump's own callers. `where` of a hit is an address that is
 * known to be in it (the probe's, or the one that the function returns to): what is
 * written begins there.
 *
 * A pending dump has a reference to its object, and the list of them is lock-free.
 * The worker runs once at a time: what it counts needs no lock.
 */

#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/stacktrace.h>
#include <linux/workqueue.h>

#include "probe.h"

#define DUMPS	5
#define PERIOD	(5 * HZ)
#define NEAR	16	/* bytes from a probe's address to what the stack has of it */
#define ROW	4	/* registers in a line */

static LLIST_HEAD(probe_dumps);

/* --------------------------------------------------------------------- writing */

struct probe_register {
	const char	*name;
	size_t		offset;
};

#ifdef CONFIG_X86_64
#define PROBE_REGISTER(field)	{ #field, offsetof(struct pt_regs, field) }

static const struct probe_register probe_registers[] = {
	PROBE_REGISTER(ip),  PROBE_REGISTER(sp),  PROBE_REGISTER(bp),  PROBE_REGISTER(flags),
	PROBE_REGISTER(ax),  PROBE_REGISTER(bx),  PROBE_REGISTER(cx),  PROBE_REGISTER(dx),
	PROBE_REGISTER(si),  PROBE_REGISTER(di),  PROBE_REGISTER(r8),  PROBE_REGISTER(r9),
	PROBE_REGISTER(r10), PROBE_REGISTER(r11), PROBE_REGISTER(r12), PROBE_REGISTER(r13),
	PROBE_REGISTER(r14), PROBE_REGISTER(r15), PROBE_REGISTER(cs),  PROBE_REGISTER(ss),
};

#define PROBE_REGISTERS	ARRAY_SIZE(probe_registers)

static struct probe_register probe_register(unsigned int i)
{
	return probe_registers[i];
}
#else
/* the words of struct pt_regs; the architecture's <asm/ptrace.h> says what they are */
#define PROBE_REGISTERS	(sizeof(struct pt_regs) / sizeof(long))

static struct probe_register probe_register(unsigned int i)
{
	return (struct probe_register){ "", i * sizeof(long) };
}
#endif

static unsigned long probe_register_value(const struct pt_regs *regs, size_t offset)
{
	return *(const unsigned long *)((const char *)regs + offset);
}

static void probe_write_registers(const struct pt_regs *regs)
{
	char line[ROW * 32];
	unsigned int i, len = 0;

	for (i = 0; i < PROBE_REGISTERS; i++) {
		struct probe_register reg = probe_register(i);

		len += scnprintf(line + len, sizeof(line) - len, " %5s: %0*lx", reg.name,
				 (int)sizeof(long) * 2, probe_register_value(regs, reg.offset));
		if (i % ROW != ROW - 1 && i != PROBE_REGISTERS - 1)
			continue;
		pr_info("lunatik: %s\n", line);
		len = 0;
	}
}

static void probe_write_stack(const struct probe_dump *dump)
{
	unsigned long where = dump->hit.where;
	unsigned int first = 0, i;

	for (i = 0; i < dump->depth && !first; i++)
		if (dump->stack[i] >= where && dump->stack[i] - where < NEAR)
			first = i;
	for (i = first; i < dump->depth; i++)
		pr_info("lunatik:   %pS\n", (void *)dump->stack[i]);
	if (!dump->depth)
		pr_info("lunatik:   its stack is gone: the handler had to wait\n");
}

static void probe_write(const struct probe_dump *dump)
{
	static const char *const slots[] = { [PROBE_PRE] = "pre", [PROBE_POST] = "post",
					     [PROBE_RET] = "ret" };
	const struct probe_hit *hit = &dump->hit;

	pr_info("lunatik: probe: %s at %pS, CPU %u, process %d (%.*s)\n", slots[hit->slot],
		(void *)hit->where, hit->cpu, hit->pid, TASK_COMM_LEN, hit->comm);
	probe_write_registers(&hit->regs);
	probe_write_stack(dump);
}

/* whether one more may be written now; the worker's alone */
static bool probe_may_write(void)
{
	static unsigned long since;
	static unsigned int written, left_out;

	if (!written || time_after(jiffies, since + PERIOD)) {
		since = jiffies;
		written = 0;
	}
	if (written == DUMPS) {
		left_out++;
		return false;
	}
	written++;
	if (left_out)
		pr_info("lunatik: probe: %u dumps left out\n", left_out);
	left_out = 0;
	return true;
}

static void probe_write_all(struct work_struct *work)
{
	struct llist_node *list = llist_reverse_order(llist_del_all(&probe_dumps));
	struct probe_dump *dump, *next;

	llist_for_each_entry_safe(dump, next, list, node) {
		struct probe *probe = container_of(dump, struct probe, dump);

		if (probe_may_write())
			probe_write(dump);
		atomic_set_release(&dump->busy, 0);
		lunatik_putobject(probe->object);
	}
}

static DECLARE_WORK(probe_work, probe_write_all);

/* locks of the workqueue may be held by whoever was hit: an interrupt comes later */
static void probe_queue_work(struct irq_work *irq)
{
	schedule_work(&probe_work);
}

static DEFINE_IRQ_WORK(probe_irq, probe_queue_work);

/* no object is left, so nothing is pending; a last turn may still be on its way out */
void probe_dump_exit(void)
{
	irq_work_sync(&probe_irq);
	flush_work(&probe_work);
}

/* ------------------------------------------------------------------ taking down */

/* the handler is over */
void probe_expire(struct lunatik_loan *loan)
{
	container_of(loan, struct probe, loan)->hit = NULL;
}

/*
 * What handlers get as their last argument. Its first upvalue is the probe.
 *
 * Context: the handler, whatever is held outside; anything else raises.
 */
int probe_show(lua_State *L)
{
	struct probe *probe = lunatik_object_check(L, lua_upvalueindex(1), &probe_class)->private;
	struct probe_dump *dump = &probe->dump;

	if (!probe->hit)
		return luaL_error(L, "dump: its handler is over");
	if (atomic_cmpxchg_acquire(&dump->busy, 0, 1))
		return 0;
	dump->hit = *probe->hit;
	dump->depth = 0;
	if (!lunatik_isqueued(L))
		dump->depth = stack_trace_save(dump->stack, PROBE_DEPTH, 0);
	lunatik_getobject(probe->object);
	llist_add(&dump->node, &probe_dumps);
	irq_work_queue(&probe_irq);
	return 0;
}
