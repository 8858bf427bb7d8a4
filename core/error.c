// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * error.c - what a script's failure looks like from outside
 *
 * One rate-limited reporter for all that goes wrong where nobody can be told, and
 * the handlers that Lua wants: print, traceback, warn, panic.
 *
 * Contexts: any. Nothing here fails; what does not fit is cut.
 */
#include <linux/kernel.h>
#include <linux/ktime.h>
#include "core.h"
#include "budget.h"

#define RECORD_MAX	960	/* what one record of the kernel log takes */

/*
 * Nine reports in any five seconds, not in each: a window that starts anew lets
 * twice as many through at its edge. The next one that may pass counts the others.
 */
#define REPORTS		9
#define REPORT_WINDOW	(5 * NSEC_PER_SEC)

static struct {
	raw_spinlock_t	lock;
	u64		times[REPORTS];	/* ring; `next` is the oldest */
	unsigned int	next;
	unsigned int	missed;
} reports = { .lock = __RAW_SPIN_LOCK_UNLOCKED(reports.lock) };

static bool may_report(unsigned int *missed)
{
	u64 now = ktime_get_mono_fast_ns();
	unsigned long flags;
	bool pass;

	raw_spin_lock_irqsave(&reports.lock, flags);
	pass = !reports.times[reports.next] ||
	       now - reports.times[reports.next] >= REPORT_WINDOW;
	*missed = reports.missed;
	reports.missed = pass ? 0 : reports.missed + 1;
	if (pass) {
		reports.times[reports.next] = now;
		reports.next = (reports.next + 1) % REPORTS;
	}
	raw_spin_unlock_irqrestore(&reports.lock, flags);
	return pass;
}

/* for what can happen once only; not rate-limited */
void lunatik_report_once(struct lunatik_runtime *rt, const char *message)
{
	pr_err("%s: %.*s\n", rt->script, RECORD_MAX,
	       message ?: "error object is not a string");
}

void lunatik_report_runtime(struct lunatik_runtime *rt, const char *message)
{
	unsigned int missed;

	if (!may_report(&missed))
		return;
	if (missed)
		pr_err("%s: (%u reports left out) %.*s\n", rt->script, missed, RECORD_MAX,
		       message ?: "error object is not a string");
	else
		lunatik_report_once(rt, message);
}

void lunatik_report(lua_State *L, const char *message)
{
	lunatik_report_runtime(lunatik_runtime_of(L), message);
}
EXPORT_SYMBOL_GPL(lunatik_report);

bool lunatik_hasprinted(lua_State *L)
{
	struct lunatik_entry *entry = lunatik_runtime_of(L)->entry;

	return entry && entry->flags & ENTRY_PRINTED;
}
EXPORT_SYMBOL_GPL(lunatik_hasprinted);

static void note_print(struct lunatik_entry *entry)
{
	if (entry)
		entry->flags |= ENTRY_PRINTED;
}

/* one call, one record; longer texts are continued in further records */
void lunatik_vm_print(lua_State *L, const char *s, size_t len)
{
	note_print(lunatik_runtime_of(L)->entry);
	do {
		int n = min_t(size_t, len, RECORD_MAX);

		/* the blank keeps a leading SOH from being taken for a log level */
		printk(KERN_INFO "%s%.*s\n", n && *s == KERN_SOH_ASCII ? " " : "", n, s);
		s += n;
		len -= n;
	} while (len);
}

/* message handler: adds where it happened */
int lunatik_traceback(lua_State *L)
{
	const char *message = lua_tostring(L, 1);

	if (!message) {
		if (!luaL_callmeta(L, 1, "__tostring") || !lua_isstring(L, -1))
			lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, 1));
		message = lua_tostring(L, -1);
	}
	luaL_traceback(L, L, message, 1);
	return 1;
}

int lunatik_raise(lua_State *L, const char *what, int err)
{
	char text[32];

	snprintf(text, sizeof(text), "%pe", ERR_PTR(err));
	return luaL_error(L, "%s: %s", what, text);
}
EXPORT_SYMBOL_GPL(lunatik_raise);

void lunatik_checkfield(lua_State *L, int idx, const char *key, int type)
{
	int actual = lua_getfield(L, idx, key);

	if (actual != type)
		luaL_error(L, "bad field '%s' (%s expected, got %s)", key,
			   lua_typename(L, type), lua_typename(L, actual));
}
EXPORT_SYMBOL_GPL(lunatik_checkfield);
