// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * table.c - a hash table that is read without a lock
 *
 * Owns the entries of a table. Readers walk a chain under rcu_read_lock(), in any
 * context but NMI. Writers, in the same contexts, take the table's spinlock with
 * interrupts off, for one chain; they allocate before and free after. An entry
 * never changes: to write is to put a new one in the old one's place, so a reader
 * finds the one or the other. What was replaced is freed, and its value put, after
 * a grace period; until then it keeps a reference to the table, and stays charged,
 * so that who writes faster than grace periods end meets the limit instead of
 * filling the memory.
 *
 * Keys are compared by length and bytes, and hashed with a seed of the table's own:
 * they may come from a network, and nobody there shall choose the chain.
 *
 * Why not rhashtable: before 6.3 its locks leave interrupts on, so a hook in hard
 * interrupt context could not write.
 *
 * An object in a table lives at least as long as its entry. A table that contains
 * itself through another one, or its own runtime, is a cycle that nobody collects:
 * it stays until one of the entries is deleted, or Lunatik is unloaded, which empties
 * all tables. Itself, directly, is refused.
 *
 * What can fail: memory, and keys that are too long.
 */

#include <linux/random.h>
#include <linux/slab.h>

#include "table.h"

/* ----------------------------------------------------------------------- reading */

static bool matches(const struct rcu_entry *entry, u32 hash, const char *key, size_t len)
{
	return entry->hash == hash && entry->len == len && memcmp(entry->key, key, len) == 0;
}

/* Needs: an RCU section, or the lock */
static struct rcu_entry *find(struct rcu_buckets *buckets, u32 hash, const char *key, size_t len)
{
	struct rcu_entry *entry = rcu_first(rcu_bucket(buckets, hash), buckets->link);

	while (entry && !matches(entry, hash, key, len))
		entry = rcu_next(entry, buckets->link);
	return entry;
}

/* Needs: an RCU section */
static struct rcu_entry *lookup(struct rcu_table *table, const char *key, size_t len)
{
	if (len > LUNATIK_RCU_KEY_MAX)
		return NULL;
	return find(rcu_dereference(table->buckets), hsiphash(key, len, &table->seed), key, len);
}

bool lunatik_rcu_get(struct lunatik_object *object, const char *key, size_t len,
		     struct lunatik_value *value)
{
	struct rcu_entry *entry;
	bool got;

	rcu_read_lock();
	entry = lookup(object->private, key, len);
	got = entry && lunatik_value_tryget(value, &entry->value);
	rcu_read_unlock();
	return got;
}
EXPORT_SYMBOL_GPL(lunatik_rcu_get);

/* the value without references: only what is in itself may be used */
struct lunatik_value rcu_table_peek(struct lunatik_object *object, const char *key, size_t len)
{
	struct lunatik_value value = { };
	struct rcu_entry *entry;

	rcu_read_lock();
	entry = lookup(object->private, key, len);
	if (entry)
		value = entry->value;
	rcu_read_unlock();
	return value;
}

/* what looking at all of a table is worth, in fuel: a bucket or an entry is a few bytes */
unsigned int rcu_table_scancost(struct lunatik_object *object)
{
	struct rcu_table *table = object->private;
	size_t count;

	rcu_read_lock();
	count = rcu_dereference(table->buckets)->count;
	rcu_read_unlock();
	return count / 4 + READ_ONCE(table->entries);
}

/* bytes that all keys take now, each behind its length */
size_t rcu_table_keysize(struct lunatik_object *object)
{
	struct rcu_table *table = object->private;

	return READ_ONCE(table->entries) + READ_ONCE(table->bytes);
}

static u8 *copy_key(u8 *at, const struct rcu_entry *entry)
{
	*at++ = entry->len;
	memcpy(at, entry->key, entry->len);
	return at + entry->len;
}

/*
 * Copies all keys, each behind its length. An entry that is there all the time is
 * copied once: it does not move in the chains of an array that readers have. One RCU
 * section for all, so no resize ends meanwhile and begins another.
 *
 * Return: bytes written; @size + 1 when they did not fit
 */
size_t rcu_table_keys(struct lunatik_object *object, u8 *at, size_t size)
{
	struct rcu_table *table = object->private;
	struct rcu_buckets *buckets;
	struct rcu_entry *entry;
	size_t used = 0;
	size_t i;

	rcu_read_lock();
	buckets = rcu_dereference(table->buckets);
	for (i = 0; i < buckets->count && used <= size; i++) {
		entry = rcu_first(&buckets->heads[i], buckets->link);
		for (; entry; entry = rcu_next(entry, buckets->link)) {
			if (size - used < 1 + entry->len) {
				used = size + 1;
				break;
			}
			used = copy_key(at + used, entry) - at;
		}
	}
	rcu_read_unlock();
	return used;
}

/* ----------------------------------------------------------------------- writing */

static struct rcu_entry *new_entry(struct lunatik_object *object, const char *key, size_t len,
				   struct lunatik_value *value, gfp_t gfp)
{
	struct rcu_table *table = object->private;
	struct rcu_entry *entry;
	size_t size = struct_size(entry, key, len);
	size_t charged = size + lunatik_value_size(value);

	if (lunatik_object_charge(object, charged))
		return NULL;
	entry = kzalloc(size, gfp | __GFP_NOWARN);
	if (!entry) {
		lunatik_object_uncharge(object, charged);
		return NULL;
	}
	entry->charged = charged;
	entry->table = object;
	entry->hash = hsiphash(key, len, &table->seed);
	entry->len = len;
	memcpy(entry->key, key, len);
	entry->value = *value;
	*value = (struct lunatik_value) { };
	return entry;
}

/* after the grace period, in softirq context or in a kernel thread */
static void free_entry(struct rcu_head *rcu)
{
	struct rcu_entry *entry = container_of(rcu, struct rcu_entry, rcu);
	struct lunatik_object *object = entry->table;

	lunatik_value_put(&entry->value);
	lunatik_object_uncharge(object, entry->charged);
	kfree(entry);
	lunatik_putobject(object);
}

/* Needs: the lock */
static void link_in(struct rcu_buckets *buckets, struct rcu_entry *entry, struct rcu_entry *old)
{
	unsigned int link = buckets->link;

	if (old)
		hlist_replace_rcu(&old->link[link], &entry->link[link]);
	else
		hlist_add_head_rcu(&entry->link[link], rcu_bucket(buckets, entry->hash));
	entry->link_used = link;
}

/* Needs: the lock. Puts @entry (or nothing) where @old (or nothing) is. */
static void exchange(struct rcu_buckets *buckets, struct rcu_entry *entry, struct rcu_entry *old)
{
	if (entry)
		link_in(buckets, entry, old);
	else if (old)
		hlist_del_rcu(&old->link[buckets->link]);
}

/* Needs: the lock */
static struct rcu_entry *replace(struct rcu_table *table, struct rcu_entry *entry, u32 hash,
				 const char *key, size_t len)
{
	struct rcu_buckets *buckets = rcu_dereference_protected(table->buckets,
								lockdep_is_held(&table->lock));
	struct rcu_buckets *next = table->next;
	struct rcu_entry *old = find(buckets, hash, key, len);

	exchange(buckets, entry, old);
	if (next)	/* the worker may not have brought the old one there yet */
		exchange(next, entry, old && old->link_used == next->link ? old : NULL);
	WRITE_ONCE(table->entries, table->entries + !!entry - !!old);
	WRITE_ONCE(table->bytes, table->bytes + (entry ? len : 0) - (old ? len : 0));
	return old;
}

static void retire(struct lunatik_object *object, struct rcu_entry *entry)
{
	lunatik_getobject(object);
	call_rcu(&entry->rcu, free_entry);
}

int lunatik_rcu_set(struct lunatik_object *object, const char *key, size_t len,
		    struct lunatik_value *value, gfp_t gfp)
{
	struct rcu_table *table = object->private;
	struct rcu_entry *entry = NULL, *old;
	unsigned long flags;
	bool due;
	u32 hash;

	if (len > LUNATIK_RCU_KEY_MAX)
		return -EINVAL;
	if (value->type == LUNATIK_OBJECT && value->object == object)
		return -ELOOP;
	if (value->type != LUNATIK_NIL) {
		entry = new_entry(object, key, len, value, gfp);
		if (!entry)
			return -ENOMEM;
	}
	hash = entry ? entry->hash : hsiphash(key, len, &table->seed);
	spin_lock_irqsave(&table->lock, flags);
	old = replace(table, entry, hash, key, len);
	due = rcu_resize_due(table);
	table->kicked |= due;
	spin_unlock_irqrestore(&table->lock, flags);
	if (due)
		irq_work_queue(&table->kick);
	if (old)
		retire(object, old);
	return 0;
}
EXPORT_SYMBOL_GPL(lunatik_rcu_set);

/* ----------------------------------------------------------------- all of them */

static LIST_HEAD(tables);
static DEFINE_SPINLOCK(tables_lock);

static void join(struct rcu_table *table)
{
	unsigned long flags;

	spin_lock_irqsave(&tables_lock, flags);
	list_add_tail(&table->all, &tables);
	spin_unlock_irqrestore(&tables_lock, flags);
}

static void leave(struct rcu_table *table)
{
	unsigned long flags;

	spin_lock_irqsave(&tables_lock, flags);
	list_del(&table->all);
	spin_unlock_irqrestore(&tables_lock, flags);
}

/* a table that is not empty, with a reference, or NULL */
static struct lunatik_object *filled(void)
{
	struct lunatik_object *found = NULL;
	struct rcu_table *table;
	unsigned long flags;

	spin_lock_irqsave(&tables_lock, flags);
	list_for_each_entry(table, &tables, all)
		if (READ_ONCE(table->entries) && kref_get_unless_zero(&table->object->kref)) {
			found = table->object;
			break;
		}
	spin_unlock_irqrestore(&tables_lock, flags);
	return found;
}

/* takes an entry of chain @i out; NULL when it has none. *@count: how many chains */
static struct rcu_entry *take_out(struct rcu_table *table, size_t i, size_t *count)
{
	struct rcu_buckets *buckets;
	struct rcu_entry *entry = NULL;
	unsigned long flags;

	spin_lock_irqsave(&table->lock, flags);
	buckets = rcu_dereference_protected(table->buckets, lockdep_is_held(&table->lock));
	*count = buckets ? buckets->count : 0;
	if (i < *count)
		entry = rcu_first(&buckets->heads[i], buckets->link);
	if (entry)
		replace(table, NULL, entry->hash, entry->key, entry->len);
	spin_unlock_irqrestore(&table->lock, flags);
	return entry;
}

static void empty(struct lunatik_object *object)
{
	struct rcu_table *table = object->private;
	struct rcu_entry *entry;
	size_t i = 0, count;

	do {
		entry = take_out(table, i, &count);
		if (entry)
			retire(object, entry);
		else
			i++;
		cond_resched();
	} while (i < count);
}

void lunatik_rcu_purge(void)
{
	struct lunatik_object *object;

	while ((object = filled())) {
		empty(object);
		lunatik_putobject(object);
	}
	rcu_barrier();
}
EXPORT_SYMBOL_GPL(lunatik_rcu_purge);

/* -------------------------------------------------------------- beginning and end */

void rcu_table_init(struct lunatik_object *object)
{
	struct rcu_table *table = object->private;

	table->object = object;
	spin_lock_init(&table->lock);
	get_random_bytes(&table->seed, sizeof(table->seed));
	rcu_resize_init(table);
	join(table);
}

/* gives a table its first buckets; nobody else has it yet */
void rcu_table_start(struct lunatik_object *object, struct rcu_buckets *buckets)
{
	struct rcu_table *table = object->private;

	table->minimum = buckets->count;
	RCU_INIT_POINTER(table->buckets, buckets);
}

struct lunatik_object *lunatik_rcu_new(size_t size, gfp_t gfp)
{
	struct lunatik_object *object;
	void *memory;

	if (size > LUNATIK_RCU_BUCKETS_MAX)
		return NULL;
	size = roundup_pow_of_two(size ?: LUNATIK_RCU_BUCKETS);
	object = lunatik_object_create(&rcu_table_class, sizeof(struct rcu_table), gfp);
	if (!object)
		return NULL;
	rcu_table_init(object);
	memory = gfpflags_allow_blocking(gfp) ? kvzalloc(rcu_buckets_size(size), gfp) :
		kzalloc(rcu_buckets_size(size), gfp | __GFP_NOWARN);
	if (!memory) {
		lunatik_putobject(object);
		return NULL;
	}
	rcu_table_start(object, rcu_buckets_init(memory, size));
	return object;
}
EXPORT_SYMBOL_GPL(lunatik_rcu_new);

bool lunatik_rcu_is(const struct lunatik_object *object)
{
	return object->class == &rcu_table_class;
}
EXPORT_SYMBOL_GPL(lunatik_rcu_is);

static void free_chain(struct hlist_head *head, unsigned int link)
{
	struct rcu_entry *entry = rcu_first(head, link), *next;

	for (; entry; entry = next) {
		next = rcu_next(entry, link);
		lunatik_value_put(&entry->value);
		kfree(entry);
	}
}

/*
 * There is no reader, no writer and no entry on its way out any more. An object that
 * had no memory for more than itself is still all zeros.
 */
void rcu_table_release(struct lunatik_object *object)
{
	struct rcu_table *table = object->private;
	struct rcu_buckets *buckets;
	size_t i;

	if (!table->object)
		return;
	leave(table);
	rcu_resize_exit(table);
	buckets = rcu_dereference_protected(table->buckets, true);
	for (i = 0; buckets && i < buckets->count; i++) {
		free_chain(&buckets->heads[i], buckets->link);
		cond_resched();
	}
	kvfree(buckets);
}
