// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * lunatik_storm.c - library "storm": readers and writers of a table, everywhere
 *
 * Owns the objects of class "storm". One runs kernel threads that read and write a
 * table of rcu, and a timer (softirq) and a high resolution timer (hard interrupt)
 * that write to it, until it is stopped. What they write under the key k<n> is an
 * integer that is n modulo the number of keys, or what another table has under
 * k<n>: strings and objects cannot be told apart by a module, but what has been
 * freed would be seen by the kernel's own checks. Integers that belong to another
 * key, and types that do not exist, are counted as wrong.
 *
 * Each context has counters of its own, summed when all have ended. Starting a storm
 * can fail for want of memory or of threads.
 */

#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/prandom.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/timer.h>

#include "compat.h"
#include "lunatik.h"
#include "lunatik_rcu.h"

#define THREADS		3	/* the last of them writes */
#define IRQ_OPS		8	/* writes of one interrupt */

struct party {
	struct rnd_state	random;
	u64			reads;
	u64			writes;
	u64			wrong;
};

struct storm_thread {
	struct party		party;
	struct storm		*storm;
	struct task_struct	*task;
	bool			writes;
};

struct storm {
	struct lunatik_object	*table;
	struct lunatik_object	*source;
	u32			keys;
	bool			stopping;
	struct timer_list	soft;
	struct hrtimer		hard;
	struct party		soft_party;
	struct party		hard_party;
	struct storm_thread	threads[THREADS];
};

static const struct lunatik_class storm_class;

/* ------------------------------------------------------------- reading, writing */

static size_t make_key(char *key, size_t size, u32 n)
{
	return scnprintf(key, size, "k%u", n);
}

static bool right(const struct lunatik_value *value, u32 n, u32 keys)
{
	if (value->type == LUNATIK_INTEGER)
		return (u64)value->integer % keys == n;
	return value->type == LUNATIK_STRING || value->type == LUNATIK_OBJECT ||
	       value->type == LUNATIK_BOOLEAN;
}

static void read_one(struct storm *storm, struct party *party)
{
	u32 n = prandom_u32_state(&party->random) % storm->keys;
	struct lunatik_value value = { };
	char key[16];

	if (lunatik_rcu_get(storm->table, key, make_key(key, sizeof(key), n), &value)) {
		party->wrong += !right(&value, n, storm->keys);
		lunatik_value_put(&value);
	}
	party->reads++;
}

static void make_value(struct storm *storm, struct party *party, u32 n, const char *key,
		       size_t len, struct lunatik_value *value)
{
	u32 random = prandom_u32_state(&party->random);

	if (random % 4 == 0)
		return;		/* deletes */
	if (random % 4 == 1 && lunatik_rcu_get(storm->source, key, len, value))
		return;
	value->type = LUNATIK_INTEGER;
	value->integer = (lua_Integer)(random >> 8) * storm->keys + n;
}

static void write_one(struct storm *storm, struct party *party, gfp_t gfp)
{
	u32 n = prandom_u32_state(&party->random) % storm->keys;
	struct lunatik_value value = { };
	char key[16];
	size_t len = make_key(key, sizeof(key), n);

	make_value(storm, party, n, key, len, &value);
	lunatik_rcu_set(storm->table, key, len, &value, gfp);
	lunatik_value_put(&value);	/* when it was not taken */
	party->writes++;
}

/* --------------------------------------------------------------------- contexts */

static void irq_writes(struct storm *storm, struct party *party)
{
	int i;

	for (i = 0; i < IRQ_OPS; i++) {
		write_one(storm, party, GFP_ATOMIC);
		read_one(storm, party);
	}
}

static void storm_soft(struct timer_list *timer)
{
	struct storm *storm = container_of(timer, struct storm, soft);

	irq_writes(storm, &storm->soft_party);
	if (!READ_ONCE(storm->stopping))
		mod_timer(timer, jiffies + 1);
}

static enum hrtimer_restart storm_hard(struct hrtimer *timer)
{
	struct storm *storm = container_of(timer, struct storm, hard);

	irq_writes(storm, &storm->hard_party);
	hrtimer_forward_now(timer, ms_to_ktime(2));
	return READ_ONCE(storm->stopping) ? HRTIMER_NORESTART : HRTIMER_RESTART;
}

static int storm_main(void *arg)
{
	struct storm_thread *thread = arg;

	while (!kthread_should_stop()) {
		read_one(thread->storm, &thread->party);
		if (thread->writes)
			write_one(thread->storm, &thread->party, GFP_KERNEL);
		/* User-Mode Linux does not preempt a thread that takes no lock */
		if (need_resched())
			schedule();
	}
	return 0;
}

/* ------------------------------------------------------------------ arm, disarm */

static void stop_threads(struct storm *storm)
{
	int i;

	for (i = 0; i < THREADS; i++)
		if (!IS_ERR_OR_NULL(storm->threads[i].task))
			kthread_stop(storm->threads[i].task);
}

static int storm_arm(struct lunatik_object *object)
{
	struct storm *storm = object->private;
	int i;

	for (i = 0; i < THREADS; i++) {
		storm->threads[i].storm = storm;
		storm->threads[i].writes = i == THREADS - 1;
		storm->threads[i].task = kthread_run(storm_main, &storm->threads[i], "storm%d", i);
		if (IS_ERR(storm->threads[i].task)) {
			stop_threads(storm);
			return -ENOMEM;
		}
	}
	timer_setup(&storm->soft, storm_soft, 0);
	hrtimer_setup(&storm->hard, storm_hard, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	mod_timer(&storm->soft, jiffies + 1);
	hrtimer_start(&storm->hard, ms_to_ktime(2), HRTIMER_MODE_REL_HARD);
	return 0;
}

static void storm_disarm(struct lunatik_object *object)
{
	struct storm *storm = object->private;

	WRITE_ONCE(storm->stopping, true);
	hrtimer_cancel(&storm->hard);
	lunatik_timer_shutdown(&storm->soft);
	stop_threads(storm);
}

static void storm_release(struct lunatik_object *object)
{
	struct storm *storm = object->private;

	lunatik_putobject(storm->table);
	lunatik_putobject(storm->source);
}

/* -------------------------------------------------------------- what Lua calls */

static struct lunatik_object *check_table(lua_State *L, int idx)
{
	struct lunatik_value *value = lunatik_value_box(L);
	struct lunatik_object *table = NULL;

	lunatik_value_check(L, idx, value);
	if (value->type == LUNATIK_OBJECT && lunatik_rcu_is(value->object))
		table = value->object;
	luaL_argcheck(L, !!table, idx, "rcu.table expected");
	lua_pop(L, 1);		/* the handle in the argument keeps it */
	return table;
}

static void seed(struct party *party)
{
	prandom_seed_state(&party->random, get_random_u64());
}

/***
 * Reads and writes a table until stopped, in all contexts at once.
 *
 * @function start
 * @tparam rcu.table t
 * @tparam rcu.table source strings and objects to write, under the same keys
 * @tparam integer keys how many: k0, k1 ...
 * @treturn storm
 * @raise `rcu.table expected`; "cannot sleep" outside process context
 * @usage local s = storm.start(t, source, 1000)
 */
static int storm_start(lua_State *L)
{
	struct lunatik_object *table = check_table(L, 1);
	struct lunatik_object *source = check_table(L, 2);
	lua_Integer keys = luaL_checkinteger(L, 3);
	struct lunatik_object *object;
	struct storm *storm;
	int i;

	luaL_argcheck(L, keys >= 1 && keys <= 1000000, 3, "out of range");
	object = lunatik_object_new(L, &storm_class, sizeof(*storm));
	storm = object->private;
	lunatik_getobject(table);
	lunatik_getobject(source);
	storm->table = table;
	storm->source = source;
	storm->keys = keys;
	seed(&storm->soft_party);
	seed(&storm->hard_party);
	for (i = 0; i < THREADS; i++)
		seed(&storm->threads[i].party);
	lunatik_object_arm(L, object, 1);
	return 1;
}

static void add(struct party *sum, const struct party *party)
{
	sum->reads += party->reads;
	sum->writes += party->writes;
	sum->wrong += party->wrong;
}

/***
 * Ends a storm.
 *
 * @function storm:stop
 * @treturn integer reads
 * @treturn integer writes
 * @treturn integer wrong values read
 * @treturn integer writes in interrupts
 * @raise "cannot sleep" outside process context
 * @usage local reads, writes, wrong = s:stop()
 */
static int storm_stop(lua_State *L)
{
	struct lunatik_object *object = lunatik_object_check(L, 1, &storm_class);
	struct storm *storm = object->private;
	struct party sum = { };
	int i;

	lunatik_object_disarm(L, object);
	add(&sum, &storm->soft_party);
	add(&sum, &storm->hard_party);
	lua_pushinteger(L, sum.writes);
	for (i = 0; i < THREADS; i++)
		add(&sum, &storm->threads[i].party);
	lua_pushinteger(L, sum.reads);
	lua_pushinteger(L, sum.writes);
	lua_pushinteger(L, sum.wrong);
	lua_rotate(L, -4, -1);
	return 4;
}

/***
 * How much memory an account is charged for a table.
 *
 * @function charged
 * @tparam rcu.table t
 * @treturn integer bytes
 * @raise `rcu.table expected`
 * @usage local before = storm.charged(t)
 */
static int storm_charged(lua_State *L)
{
	struct lunatik_object *table = check_table(L, 1);

	lua_pushinteger(L, atomic_long_read(&table->charged));
	return 1;
}

/* ------------------------------------------------------------------- the tables */

static const struct lunatik_method storm_methods[] = {
	{ "stop",	storm_stop,	LUNATIK_SLEEPS },
	{ "__close",	storm_stop,	LUNATIK_SLEEPS },
	{ }
};

static const struct lunatik_class storm_class = {
	.name		= "storm",
	.methods	= storm_methods,
	.owner		= THIS_MODULE,
	.arm		= storm_arm,
	.disarm		= storm_disarm,
	.release	= storm_release,
};

static const struct lunatik_class *const storm_classes[] = { &storm_class, NULL };

static const struct lunatik_method storm_functions[] = {
	{ "start",	storm_start,	LUNATIK_SLEEPS },
	{ "charged",	storm_charged },
	{ }
};

static struct lunatik_library storm_library = {
	.name		= "storm",
	.functions	= storm_functions,
	.classes	= storm_classes,
	.owner		= THIS_MODULE,
};

lunatik_module(storm_library);

MODULE_DESCRIPTION("Lunatik: readers and writers of a table in all contexts, for tests");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS("lunatik-storm");
