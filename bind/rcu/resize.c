// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * resize.c - the buckets of a table, and how it gets more or fewer of them
 *
 * Owns the arrays. A worker makes a new one beside the old one and links the
 * entries into it, through the link that the old one does not use; meanwhile
 * readers use the old one, and writers write to both. Then the new one is
 * published, a grace period passes, and nobody uses the old one nor its links. So
 * readers never wait, and the lock is held for a few chains at a time.
 *
 * Contexts: rcu_resize_due() with the lock, in any; the worker may sleep. Without
 * memory the table stays as it is, which is slower, and tries again when it has
 * twice as many entries.
 */

#include <linux/log2.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "table.h"

#define LINKS_AT_ONCE	64	/* entries moved with the lock held */
#define SPARSE		8	/* shrink below an entry for so many buckets */

size_t rcu_buckets_size(size_t count)
{
	struct rcu_buckets *buckets;

	return struct_size(buckets, heads, count);
}

/* @memory: zeroed */
struct rcu_buckets *rcu_buckets_init(void *memory, size_t count)
{
	struct rcu_buckets *buckets = memory;

	buckets->count = count;
	return buckets;
}

/* how many buckets there should be; what there is when that is right. Needs: the lock */
static size_t wanted(const struct rcu_table *table, size_t count)
{
	size_t entries = table->entries;
	bool grow = entries > count && entries >= table->retry;
	bool shrink = count > table->minimum && entries < count / SPARSE;

	if (!grow && !shrink)
		return count;
	entries = clamp_t(size_t, 2 * entries, table->minimum, LUNATIK_RCU_BUCKETS_MAX);
	return roundup_pow_of_two(entries);
}

static struct rcu_buckets *buckets_of(struct rcu_table *table)
{
	/* the worker's: nobody else changes it */
	return rcu_dereference_protected(table->buckets, true);
}

bool rcu_resize_due(struct rcu_table *table)
{
	size_t count = buckets_of(table)->count;

	return !table->next && wanted(table, count) != count;
}

/* an array for @count buckets with the links that @old does not use; or NULL */
static struct rcu_buckets *allocate(struct rcu_table *table, struct rcu_buckets *old, size_t count)
{
	size_t size = rcu_buckets_size(count);
	struct rcu_buckets *buckets;

	if (lunatik_object_charge(table->object, size))
		return NULL;
	buckets = kvzalloc(size, GFP_KERNEL | __GFP_NOWARN);
	if (!buckets) {
		lunatik_object_uncharge(table->object, size);
		return NULL;
	}
	rcu_buckets_init(buckets, count);
	buckets->charged = size;
	buckets->link = !old->link;
	return buckets;
}

/* Needs: the lock. Return: how many entries there were */
static unsigned int link_chain(struct hlist_head *head, unsigned int link,
			       struct rcu_buckets *next)
{
	struct rcu_entry *entry = rcu_first(head, link);
	unsigned int n;

	for (n = 0; entry; n++, entry = rcu_next(entry, link)) {
		if (entry->link_used == next->link)
			continue;
		entry->link_used = next->link;
		hlist_add_head_rcu(&entry->link[next->link], rcu_bucket(next, entry->hash));
	}
	return n;
}

/* links what is in @old, from bucket @i on, to @next. Return: where to go on */
static size_t link_some(struct rcu_table *table, struct rcu_buckets *old,
			struct rcu_buckets *next, size_t i)
{
	unsigned long flags;
	unsigned int n = 0;

	spin_lock_irqsave(&table->lock, flags);
	while (i < old->count && n < LINKS_AT_ONCE)
		n += 1 + link_chain(&old->heads[i++], old->link, next);
	spin_unlock_irqrestore(&table->lock, flags);
	cond_resched();
	return i;
}

static void set_next(struct rcu_table *table, struct rcu_buckets *next)
{
	unsigned long flags;

	spin_lock_irqsave(&table->lock, flags);
	table->next = next;
	spin_unlock_irqrestore(&table->lock, flags);
}

static void publish(struct rcu_table *table, struct rcu_buckets *next)
{
	unsigned long flags;

	spin_lock_irqsave(&table->lock, flags);
	rcu_assign_pointer(table->buckets, next);
	table->next = NULL;
	table->retry = 0;
	spin_unlock_irqrestore(&table->lock, flags);
}

static void move(struct rcu_table *table, struct rcu_buckets *old, struct rcu_buckets *next)
{
	size_t i = 0;

	set_next(table, next);
	while (i < old->count)
		i = link_some(table, old, next, i);
	publish(table, next);
	synchronize_rcu();
	lunatik_object_uncharge(table->object, old->charged);
	kvfree(old);
}

/* how many buckets to have, when @failed to get them before: no more for now */
static size_t decide(struct rcu_table *table, size_t count, bool failed)
{
	unsigned long flags;

	spin_lock_irqsave(&table->lock, flags);
	if (failed)
		table->retry = max_t(size_t, 2 * table->entries, 1);
	count = failed ? count : wanted(table, count);
	spin_unlock_irqrestore(&table->lock, flags);
	return count;
}

static void resize(struct work_struct *work)
{
	struct rcu_table *table = container_of(work, struct rcu_table, resize);
	struct rcu_buckets *old, *next;
	size_t count;

	for (;;) {
		old = buckets_of(table);
		count = decide(table, old->count, false);
		if (count == old->count)
			return;
		next = allocate(table, old, count);
		if (!next) {
			decide(table, old->count, true);
			return;
		}
		move(table, old, next);
	}
}

/* a writer may be anywhere, in the scheduler too; here a worker can be woken */
static void kick(struct irq_work *kick)
{
	queue_work(system_unbound_wq, &container_of(kick, struct rcu_table, kick)->resize);
}

void rcu_resize_init(struct rcu_table *table)
{
	init_irq_work(&table->kick, kick);
	INIT_WORK(&table->resize, resize);
}

/* Context: process; may sleep. No writer is left. */
void rcu_resize_exit(struct rcu_table *table)
{
	if (!table->kicked)	/* the first wait takes a grace period on some machines */
		return;
	irq_work_sync(&table->kick);
	cancel_work_sync(&table->resize);
}
