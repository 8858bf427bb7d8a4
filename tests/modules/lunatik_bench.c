// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * lunatik_bench.c - library "bench": what an entry into Lua costs
 *
 * Owns the objects of class "volley": many lunatik_call()s in a row, by a worker
 * with bottom halves disabled, as a packet hook would make them. They start some
 * time after the script that asked for them has been loaded, so that runtimes
 * that never sleep can be measured too; the result is the machine's newest one,
 * which any runtime can ask for. And a character device whose read(2) does
 * nothing: what the same system call costs in C.
 *
 * `lock` guards the result. Bottom halves are let in between batches, so that a
 * long volley starves nobody.
 */

#include <linux/bottom_half.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>

#include "lunatik.h"

#define BATCH	500	/* calls between two breaths */

struct result {
	lua_Integer	number;	/* of the volley, counted from 1 */
	lua_Integer	calls;
	lua_Integer	failed;
	lua_Integer	err;	/* what the last call that failed returned */
	lua_Integer	ns;	/* spent in calls */
};

struct volley {
	struct delayed_work	work;
	struct lunatik_object	*object;
	lunatik_handler_t	handler;
	unsigned long		ms;
	struct result		result;
};

static struct result newest;
static DEFINE_SPINLOCK(lock);

static void call_nothing(lua_State *L, struct lunatik_object *object, void *arg)
{
}

static void call_function(lua_State *L, struct lunatik_object *object, void *arg)
{
	lunatik_object_pushvalue(L, object);
	lua_call(L, 0, 0);
}

/* ktime_get_ns() and not the fast clock: that one may lag behind in a batch */
static void volley_batch(struct volley *volley, struct result *result, lua_Integer calls)
{
	u64 start;

	local_bh_disable();
	start = ktime_get_ns();
	for (; calls; calls--) {
		int err = lunatik_call(volley->object, volley->handler, NULL);

		if (unlikely(err)) {
			result->failed++;
			result->err = err;
		}
	}
	result->ns += ktime_get_ns() - start;
	local_bh_enable();
}

static void volley_work(struct work_struct *work)
{
	struct volley *volley = container_of(to_delayed_work(work), struct volley, work);
	struct result *result = &volley->result;
	lua_Integer left = result->calls;

	while (left) {
		lua_Integer calls = min_t(lua_Integer, left, BATCH);

		volley_batch(volley, result, calls);
		left -= calls;
		cond_resched();
	}
	spin_lock(&lock);
	result->number = newest.number + 1;
	newest = *result;
	spin_unlock(&lock);
}

static int volley_arm(struct lunatik_object *object)
{
	struct volley *volley = object->private;

	INIT_DELAYED_WORK(&volley->work, volley_work);
	queue_delayed_work(system_unbound_wq, &volley->work, msecs_to_jiffies(volley->ms));
	return 0;
}

static void volley_disarm(struct lunatik_object *object)
{
	struct volley *volley = object->private;

	cancel_delayed_work_sync(&volley->work);
}

static const struct lunatik_class volley_class = {
	.name	= "volley",
	.owner	= THIS_MODULE,
	.arm	= volley_arm,
	.disarm	= volley_disarm,
};

/***
 * Has lunatik_call() called many times in a row, with bottom halves disabled.
 *
 * @function volley
 * @tparam function|nil fn called each time; nil: a C handler that does nothing
 * @tparam integer n how many times
 * @tparam[opt=1] integer ms when
 * @treturn volley
 * @raise `out of range`
 * @usage bench.volley(function() end, 10000)
 */
static int bench_volley(lua_State *L)
{
	lua_Integer n = luaL_checkinteger(L, 2);
	lua_Integer ms = luaL_optinteger(L, 3, 1);
	struct lunatik_object *object;
	struct volley *volley;

	luaL_argcheck(L, n > 0 && n <= 100000000, 2, "out of range");
	luaL_argcheck(L, ms >= 0 && ms <= 60000, 3, "out of range");
	object = lunatik_object_new(L, &volley_class, sizeof(*volley));
	volley = object->private;
	volley->object = object;
	volley->handler = lua_isnil(L, 1) ? call_nothing : call_function;
	volley->ms = ms;
	volley->result.calls = n;
	lunatik_object_arm(L, object, 1);
	return 1;
}

static void setfield(lua_State *L, const char *name, lua_Integer value)
{
	lua_pushinteger(L, value);
	lua_setfield(L, -2, name);
}

/***
 * The result of the newest volley, whichever runtime asked for it.
 *
 * @function newest
 * @treturn table number (which volley; 0: none yet), calls, failed, err (what the
 *   last one that failed returned), ns (time spent in all of them)
 * @raise nothing. Process context
 * @usage print(bench.newest().ns // bench.newest().calls)
 */
static int bench_newest(lua_State *L)
{
	struct result result;

	spin_lock(&lock);
	result = newest;
	spin_unlock(&lock);
	lua_createtable(L, 0, 5);
	setfield(L, "number", result.number);
	setfield(L, "calls", result.calls);
	setfield(L, "failed", result.failed);
	setfield(L, "err", result.err);
	setfield(L, "ns", result.ns);
	return 1;
}

static const struct lunatik_method bench_functions[] = {
	{ "volley",	bench_volley,	LUNATIK_SLEEPS },
	{ "newest",	bench_newest,	LUNATIK_SLEEPS },
	{ }
};

static const struct lunatik_class *const bench_classes[] = { &volley_class, NULL };

static struct lunatik_library bench_library = {
	.name		= "bench",
	.functions	= bench_functions,
	.classes	= bench_classes,
	.owner		= THIS_MODULE,
};

/* ------------------------------------------------------ the device to compare with */

static ssize_t empty_read(struct file *file, char __user *buf, size_t len, loff_t *off)
{
	return 0;
}

static const struct file_operations empty_operations = {
	.owner	= THIS_MODULE,
	.read	= empty_read,
};

static struct miscdevice empty_device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "lunatik_empty",
	.fops	= &empty_operations,
	.mode	= 0400,
};

static int __init bench_init(void)
{
	int err = misc_register(&empty_device);

	if (err)
		return err;
	err = lunatik_library_register(&bench_library);
	if (err)
		misc_deregister(&empty_device);
	return err;
}

static void __exit bench_exit(void)
{
	lunatik_library_unregister(&bench_library);
	misc_deregister(&empty_device);
}

module_init(bench_init);
module_exit(bench_exit);
MODULE_DESCRIPTION("Lunatik: what an entry into Lua costs, for benchmarks");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS("lunatik-bench");
