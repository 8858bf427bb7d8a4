/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * table.h - what table.c (entries), resize.c (buckets) and rcu.c (Lua) share
 */
#ifndef _LUARCU_TABLE_H
#define _LUARCU_TABLE_H

#include <linux/irq_work.h>
#include <linux/rculist.h>
#include <linux/siphash.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "lunatik.h"
#include "lunatik_rcu.h"

/*
 * An entry. All but `rcu` stay as they are while readers can find it: another value
 * is another entry. It has two links, so that it can stand in two arrays of buckets
 * at once, the old one and the one that is being filled.
 */
struct rcu_entry {
	struct hlist_node	link[2];
	struct rcu_head		rcu;
	struct lunatik_object	*table;		/* a reference, once it was unlinked */
	struct lunatik_value	value;
	size_t			charged;	/* bytes */
	u32			hash;
	u8			link_used;	/* the newest array that it stands in */
	u8			len;
	char			key[];
};

struct rcu_buckets {
	size_t			count;		/* a power of two */
	size_t			charged;	/* bytes */
	unsigned int		link;		/* which one of an entry is used here */
	struct hlist_head	heads[];
};

/* `lock` is for writers: it guards all below it and the chains */
struct rcu_table {
	struct lunatik_object		*object;
	struct list_head		all;		/* in the list of all tables */
	hsiphash_key_t			seed;
	struct irq_work			kick;	/* any context: to the worker */
	struct work_struct		resize;
	size_t				minimum;	/* buckets */
	spinlock_t			lock;
	struct rcu_buckets __rcu	*buckets;	/* what readers use */
	struct rcu_buckets		*next;		/* being filled, or NULL */
	size_t				entries;
	size_t				bytes;		/* of their keys */
	size_t				retry;	/* entries at which to try to grow again */
	bool				kicked;	/* the worker was asked for, ever */
};

extern const struct lunatik_class rcu_table_class;

/* the entry that a link belongs to, or NULL */
static inline struct rcu_entry *rcu_entry_of(struct hlist_node *link, unsigned int number)
{
	return link ? container_of(link - number, struct rcu_entry, link[0]) : NULL;
}

static inline struct hlist_head *rcu_bucket(struct rcu_buckets *buckets, u32 hash)
{
	return &buckets->heads[hash & (buckets->count - 1)];
}

/* both: the caller is in an RCU section or has the lock */
static inline struct rcu_entry *rcu_first(struct hlist_head *head, unsigned int link)
{
	return rcu_entry_of(rcu_dereference_raw(hlist_first_rcu(head)), link);
}

static inline struct rcu_entry *rcu_next(struct rcu_entry *entry, unsigned int link)
{
	return rcu_entry_of(rcu_dereference_raw(hlist_next_rcu(&entry->link[link])), link);
}

/* table.c */
void rcu_table_init(struct lunatik_object *object);
void rcu_table_start(struct lunatik_object *object, struct rcu_buckets *buckets);
void rcu_table_release(struct lunatik_object *object);
struct lunatik_value rcu_table_peek(struct lunatik_object *object, const char *key, size_t len);
unsigned int rcu_table_scancost(struct lunatik_object *object);
size_t rcu_table_keysize(struct lunatik_object *object);
size_t rcu_table_keys(struct lunatik_object *object, u8 *at, size_t size);

/* resize.c */
size_t rcu_buckets_size(size_t count);
struct rcu_buckets *rcu_buckets_init(void *memory, size_t count);
bool rcu_resize_due(struct rcu_table *table);
void rcu_resize_init(struct rcu_table *table);
void rcu_resize_exit(struct rcu_table *table);

#endif /* _LUARCU_TABLE_H */
