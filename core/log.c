// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * log.c - what scripts say: to the kernel's log and to their journals
 *
 * print() goes to both as it is, one record a call. Reports of failures and
 * linux.log() have the script's name in front, and reach the kernel's log no more
 * often than a reader can bear; the journal has them all.
 *
 * printk() may wake a reader of the log, so from events that come under any lock lines
 * go to the kernel's log by way of an interrupt and a worker, a moment later. What a
 * hook says about that worker's own printing is for the journal only: each line would
 * make another.
 *
 * Contexts: any, NMI included. Nothing here fails; what does not fit is cut, and what
 * is left out is counted.
 */
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/timekeeping.h>
#include "core.h"

#define RECORD_MAX	960	/* what one record of the kernel log takes */
#define DEFERRED	8192	/* bytes */
#define DEFERRED_MAX	768	/* of a line there */

#define LEVEL_ERROR	'3'	/* as in KERN_ERR */
#define LEVEL_INFO	'6'

/*
 * Nine reports in any five seconds, not in each: a window that starts anew lets
 * twice as many through at its edge. The next one that may pass counts the others.
 */
#define REPORTS		9
#define WINDOW		(5 * NSEC_PER_SEC)

/* of linux.log(): lines of one runtime in such a time, the last of which says so */
#define LOGS		100
#define LOG_SLOT	NSEC_PER_SEC

static struct {
	raw_spinlock_t	lock;
	u64		times[REPORTS];	/* ring; `next` is the oldest */
	unsigned int	next;
	unsigned int	missed;
} reports = { .lock = __RAW_SPIN_LOCK_UNLOCKED(reports.lock) };

static bool may_report(unsigned int *missed)
{
	u64 now = ktime_get_mono_fast_ns();
	unsigned long flags = lunatik_lock(&reports.lock);
	bool pass = !reports.times[reports.next] ||
		    now - reports.times[reports.next] >= WINDOW;

	*missed = reports.missed;
	reports.missed = pass ? 0 : reports.missed + 1;
	if (pass) {
		reports.times[reports.next] = now;
		reports.next = (reports.next + 1) % REPORTS;
	}
	lunatik_unlock(&reports.lock, flags);
	return pass;
}

/* --------------------------------------------------------- to be printed in a moment */

/* lines, each ended by a NUL, the digit of its level first */
static struct {
	raw_spinlock_t	lock;
	unsigned int	used;
	unsigned int	missed;
	struct task_struct *printer;
	char		lines[DEFERRED];
} deferred = { .lock = __RAW_SPIN_LOCK_UNLOCKED(deferred.lock) };

/* moves the first one to @line. Return: false when there is none */
static bool take_line(char *line, size_t size, unsigned int *missed)
{
	unsigned long flags = lunatik_lock(&deferred.lock);
	bool any = deferred.used;

	if (any) {
		size_t length = strlen(deferred.lines) + 1;

		strscpy(line, deferred.lines, size);
		deferred.used -= length;
		memmove(deferred.lines, deferred.lines + length, deferred.used);
		*missed = deferred.missed;
		deferred.missed = 0;
	}
	lunatik_unlock(&deferred.lock, flags);
	return any;
}

static void print_line(char level, const char *front, const char *name, const char *text,
		       int length)
{
	/* not pr_info(): print() goes there as it is */
	if (level == LEVEL_ERROR)
		printk(KERN_ERR "%s%s%.*s\n", front, name, length, text);
	else
		printk(KERN_INFO "%s%s%.*s\n", front, name, length, text);
}

static void print_lines(struct work_struct *work)
{
	char line[DEFERRED_MAX];
	unsigned int missed;

	WRITE_ONCE(deferred.printer, current);
	while (take_line(line, sizeof(line), &missed)) {
		if (missed)
			pr_err("%u lines left out\n", missed);
		print_line(line[0], "", "", line + 1, sizeof(line));
		cond_resched();
	}
	WRITE_ONCE(deferred.printer, NULL);
}

static DECLARE_DELAYED_WORK(print_work, print_lines);

static void queue_print(struct irq_work *work)
{
	/* a probe that fires in here would only bring us here again */
	this_cpu_inc(lunatik_locks);
	/* in a tick: should a hook see the worker being woken, that is its pace */
	schedule_delayed_work(&print_work, 1);
	this_cpu_dec(lunatik_locks);
}

static DEFINE_IRQ_WORK(print_irq_work, queue_print);

static void defer(char level, const char *front, const char *name, const char *text, int length)
{
	unsigned long flags = lunatik_lock(&deferred.lock);
	size_t room = sizeof(deferred.lines) - deferred.used;

	if (room < DEFERRED_MAX || READ_ONCE(deferred.printer) == current)
		deferred.missed++;
	else
		deferred.used += 1 + scnprintf(deferred.lines + deferred.used, DEFERRED_MAX,
					       "%c%s%s%.*s", level, front, name, length, text);
	lunatik_unlock(&deferred.lock, flags);
	smp_mb();	/* the line, then: is the worker still to come? */
	/* if it is not, and the end of this interrupt is an event as well, that finds it coming */
	if (!delayed_work_pending(&print_work))
		irq_work_queue(&print_irq_work);
}

/* @front and @name come before the text */
static void emit(struct lunatik_runtime *rt, char level, const char *front, const char *name,
		 const char *text, int length)
{
	if (unlikely(lunatik_isolated(rt)))
		defer(level, front, name, text, length);
	else
		print_line(level, front, name, text, length);
}

/* the module goes. Context: process */
void lunatik_log_exit(void)
{
	irq_work_sync(&print_irq_work);
	flush_delayed_work(&print_work);
}

/* ----------------------------------------------------------------- who has what to say */

static void emit_named(struct lunatik_runtime *rt, char level, const char *front,
		       const char *text)
{
	char name[80];

	scnprintf(name, sizeof(name), "%.76s: ", rt->script);
	emit(rt, level, front, name, text, strnlen(text, RECORD_MAX));
}

static const char *or_nothing(const char *message)
{
	return message ?: "error object is not a string";
}

/* for what can happen once only; not rate-limited */
void lunatik_report_once(struct lunatik_runtime *rt, const char *message)
{
	message = or_nothing(message);
	lunatik_journal_add(rt, LEVEL_ERROR, message, strlen(message));
	emit_named(rt, LEVEL_ERROR, "lunatik: ", message);
}

void lunatik_report_runtime(struct lunatik_runtime *rt, const char *message)
{
	unsigned int missed;
	char front[64] = "lunatik: ";

	message = or_nothing(message);
	lunatik_journal_add(rt, LEVEL_ERROR, message, strlen(message));
	if (!may_report(&missed))
		return;
	if (missed)
		scnprintf(front, sizeof(front), "lunatik: (%u reports left out) ", missed);
	emit_named(rt, LEVEL_ERROR, front, message);
}

void lunatik_report(lua_State *L, const char *message)
{
	lunatik_report_runtime(lunatik_runtime_of(L), message);
}
EXPORT_SYMBOL_GPL(lunatik_report);

/* Needs: ownership. */
static void note_print(struct lunatik_runtime *rt)
{
	if (rt->entry)
		rt->entry->flags |= ENTRY_PRINTED;
}

bool lunatik_hasprinted(lua_State *L)
{
	struct lunatik_entry *entry = lunatik_runtime_of(L)->entry;

	return entry && entry->flags & ENTRY_PRINTED;
}
EXPORT_SYMBOL_GPL(lunatik_hasprinted);

/* Needs: ownership. Leaves: the slots of the time that is over are empty */
static u8 *log_slot(struct lunatik_runtime *rt)
{
	/* this clock may go back a little */
	u64 now = max(div_u64(ktime_get_mono_fast_ns(), LOG_SLOT), rt->logs_since);
	u64 i, passed = min_t(u64, now - rt->logs_since, LUNATIK_LOG_SLOTS);

	for (i = 0; i < passed; i++)
		rt->logs[(u32)(now - i) % LUNATIK_LOG_SLOTS] = 0;
	rt->logs_since = now;
	return &rt->logs[(u32)now % LUNATIK_LOG_SLOTS];
}

/*
 * One slot more than there are in the time: a line at its very beginning counts, too.
 * Needs: ownership. Return: how many lines may still pass, this one included
 */
static unsigned int may_log(struct lunatik_runtime *rt)
{
	u8 *slot = log_slot(rt);
	unsigned int i, left = LOGS;

	for (i = 0; i < LUNATIK_LOG_SLOTS; i++)
		left -= rt->logs[i];
	if (left)
		++*slot;
	return left;
}

void lunatik_log(lua_State *L, const char *text, size_t length)
{
	struct lunatik_runtime *rt = lunatik_runtime_of(L);
	unsigned int left = may_log(rt);

	note_print(rt);
	lunatik_journal_add(rt, LEVEL_INFO, text, length);
	if (left > 1)
		emit_named(rt, LEVEL_INFO, "lunatik: ", text);
	else if (left)
		emit_named(rt, LEVEL_INFO, "lunatik: ", "too many lines: see lunatik log");
}
EXPORT_SYMBOL_GPL(lunatik_log);

/*
 * One call, one record; longer texts are continued in further records. A console may be
 * slow, so from the second on the entry's budget is looked at.
 */
void lunatik_vm_print(lua_State *L, const char *s, size_t len)
{
	struct lunatik_runtime *rt = lunatik_runtime_of(L);

	note_print(rt);
	lunatik_journal_add(rt, LEVEL_INFO, s, len);
	do {
		int n = min_t(size_t, len, RECORD_MAX);

		/* the blank keeps a leading SOH from being taken for a log level */
		emit(rt, LEVEL_INFO, n && *s == KERN_SOH_ASCII ? " " : "", "", s, n);
		s += n;
		len -= n;
		if (len)
			lunatik_vm_refuel(L);
	} while (len);
}
