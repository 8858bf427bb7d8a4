/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * lunatik_rcu.h - tables of the rcu library, for kernel modules
 *
 * What scripts know as rcu.table(): strings to values, read without a lock in any
 * context, and shared by all who have a reference. luarcu.ko has the functions;
 * a module that uses them depends on it.
 */
#ifndef _LUNATIK_RCU_H
#define _LUNATIK_RCU_H

#include "lunatik.h"

#define LUNATIK_RCU_KEY_MAX	255	/* bytes; any bytes, none at all included */
#define LUNATIK_RCU_BUCKETS	1024	/* the documented default */
#define LUNATIK_RCU_BUCKETS_MAX	BIT(24)

/**
 * lunatik_rcu_new() - create a table
 * @buckets: how many at least, rounded up to a power of two; 0 means the default.
 *	The table adds more when it fills, and takes them back
 * @gfp: how to allocate
 *
 * Context: any that @gfp allows.
 * Return: the table with one reference, the caller's; NULL when out of memory or
 *	when there are more than LUNATIK_RCU_BUCKETS_MAX @buckets
 */
struct lunatik_object *lunatik_rcu_new(size_t buckets, gfp_t gfp);

/**
 * lunatik_rcu_is() - is an object a table?
 * @object: any object
 *
 * Context: any.
 * Return: true when it is one
 */
bool lunatik_rcu_is(const struct lunatik_object *object);

/**
 * lunatik_rcu_get() - look a key up
 * @table: a table; the caller has a reference
 * @key: bytes
 * @len: how many
 * @value: a nil value; gets references of its own, for lunatik_value_put()
 *
 * Context: any but NMI; takes no lock.
 * Return: true when there is a value
 */
bool lunatik_rcu_get(struct lunatik_object *table, const char *key, size_t len,
		     struct lunatik_value *value);

/**
 * lunatik_rcu_set() - store a value, or delete an entry
 * @table: a table; the caller has a reference
 * @key: bytes
 * @len: how many, up to LUNATIK_RCU_KEY_MAX
 * @value: what to store, whose references move to the table: it is nil afterwards.
 *	On failure it stays as it is. nil deletes the entry, if there is one
 * @gfp: how to allocate
 *
 * What was there before is dropped after a grace period.
 *
 * Context: any that @gfp allows but NMI; nil needs no memory.
 * Return: 0; -ENOMEM when out of memory or beyond the limit of the table's runtime;
 *	-EINVAL when the key is too long; -ELOOP when @value is @table itself
 */
int lunatik_rcu_set(struct lunatik_object *table, const char *key, size_t len,
		    struct lunatik_value *value, gfp_t gfp);

/* ------------------------------------------------------ the names of 3.5 and 3.6 */

/**
 * luarcu_newtable() - create a table
 * @size: buckets; see lunatik_rcu_new()
 * @sleep: whether the caller may sleep
 *
 * Return: the table with one reference, or NULL
 */
static inline lunatik_object_t *luarcu_newtable(size_t size, bool sleep)
{
	return lunatik_rcu_new(size, sleep ? GFP_KERNEL : GFP_ATOMIC);
}

/**
 * luarcu_gettable() - the object that is stored under a key
 * @table: a table
 * @key: bytes
 * @keylen: how many
 *
 * Context: any but NMI.
 * Return: the object with a reference, for lunatik_putobject(); NULL when there is
 *	no entry, or one that is no object
 */
static inline lunatik_object_t *luarcu_gettable(lunatik_object_t *table, const char *key,
						size_t keylen)
{
	struct lunatik_value value = { };

	if (lunatik_rcu_get(table, key, keylen, &value) && value.type == LUNATIK_OBJECT)
		return value.object;
	lunatik_value_put(&value);
	return NULL;
}

/**
 * luarcu_settable() - store an object, or delete an entry
 * @table: a table
 * @key: bytes
 * @keylen: how many
 * @object: the table takes a reference of its own; NULL deletes
 *
 * Context: any but NMI.
 * Return: 0 or a negative errno; see lunatik_rcu_set()
 */
static inline int luarcu_settable(lunatik_object_t *table, const char *key, size_t keylen,
				  lunatik_object_t *object)
{
	struct lunatik_value value = { .type = object ? LUNATIK_OBJECT : LUNATIK_NIL };
	int err;

	value.object = object;
	if (object)
		lunatik_getobject(object);
	err = lunatik_rcu_set(table, key, keylen, &value, GFP_ATOMIC);
	lunatik_value_put(&value);
	return err;
}

#endif /* _LUNATIK_RCU_H */
