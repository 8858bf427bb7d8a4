// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * rcu.c - library "rcu": tables that runtimes share
 *
 * Owns the class "rcu.table"; the table itself is in table.c. A table is a kernel
 * object: whoever gets a handle to it, in whichever runtime, sees the same entries.
 *
 * Contexts: any. Nothing is locked nor in an RCU section while Lua runs: a value
 * that must be kept alive is put in a box on the Lua stack first, and looked up
 * again into the box, so whatever raises then, the box drops it.
 *
 * What can fail: memory; keys that are no strings or too long.
 */

#include <linux/log2.h>
#include <linux/module.h>

#include "table.h"

/* ------------------------------------------------------------------------ entries */

static const char *check_key(lua_State *L, int idx, size_t *len)
{
	const char *key = lua_tolstring(L, idx, len);	/* an integer becomes a string */

	if (!key)
		luaL_error(L, "bad key (string expected, got %s)", luaL_typename(L, idx));
	return key;
}

/* pushes what is stored under a key, or nil */
static int push_value(lua_State *L, struct lunatik_object *object, const char *key, size_t len)
{
	struct lunatik_value value = rcu_table_peek(object, key, len);

	switch (value.type) {
	case LUNATIK_NIL:
		lua_pushnil(L);
		break;
	case LUNATIK_BOOLEAN:
		lua_pushboolean(L, value.boolean);
		break;
	case LUNATIK_INTEGER:
		lua_pushinteger(L, value.integer);
		break;
	default:	/* it may be gone when there is a box for it */
		lunatik_rcu_get(object, key, len, lunatik_value_box(L));
		lunatik_value_unbox(L);
		break;
	}
	return lua_type(L, -1);
}

/***
 * Returns what is stored under a key.
 *
 * @function rcu.table:__index
 * @tparam string|integer key an integer stands for its decimal digits
 * @return a boolean, an integer, a string, or a new handle to an object; nil when
 *   there is no such entry
 * @raise `bad key (string expected, got ...)`; "not enough memory". Any context
 * @usage local whitelist = lunatik._ENV.whitelist
 */
static int table_index(lua_State *L)
{
	struct lunatik_object *object = lunatik_object_check(L, 1, &rcu_table_class);
	size_t len;
	const char *key = check_key(L, 2, &len);

	push_value(L, object, key, len);
	return 1;
}

/* waits until the entries that were replaced or deleted are freed */
static bool wait_for_entries(lua_State *L)
{
	if (lunatik_isatomic(L))
		return false;
	lunatik_block(L);
	rcu_barrier();
	lunatik_unblock(L);
	return true;
}

static int set(lua_State *L, struct lunatik_object *object, const char *key, size_t len,
	       struct lunatik_value *value)
{
	gfp_t gfp = lunatik_isatomic(L) ? GFP_ATOMIC : GFP_KERNEL;
	int err = lunatik_rcu_set(object, key, len, value, gfp);

	if (err == -ENOMEM && wait_for_entries(L))
		err = lunatik_rcu_set(object, key, len, value, gfp);
	if (err == -ENOMEM && lunatik_object_reclaim(L))
		err = lunatik_rcu_set(object, key, len, value, gfp);
	return err;
}

static int fail(lua_State *L, int err, size_t len)
{
	if (err == -EINVAL)
		return luaL_error(L, "key is too long (%d bytes; at most %d)", (int)len,
				  LUNATIK_RCU_KEY_MAX);
	if (err == -ELOOP)
		return luaL_error(L, "a table cannot be a value of itself");
	return luaL_error(L, "not enough memory");
}

/***
 * Stores a value under a key, in the place of what was there.
 *
 * Readers see what was there or the new value, never nothing. An object lives as
 * long as its entry. A cycle of tables that contain each other, or a runtime that
 * is in a table which only it has, stays in memory until an entry of it is deleted.
 *
 * @function rcu.table:__newindex
 * @tparam string|integer key up to 255 bytes of any kind
 * @param value a boolean, an integer, a string or an object; nil deletes the entry
 * @raise `bad key (string expected, got ...)`; `key is too long ...`;
 *   `object expected ...` for another type; `null-pointer dereference` for a closed
 *   object; "a table cannot be a value of itself"; "not enough memory". Any context
 * @usage lunatik._ENV.whitelist = rcu.table()
 */
static int table_newindex(lua_State *L)
{
	struct lunatik_object *object = lunatik_object_check(L, 1, &rcu_table_class);
	struct lunatik_value *value;
	size_t len;
	const char *key = check_key(L, 2, &len);
	int err;

	lua_settop(L, 3);
	value = lunatik_value_box(L);
	lunatik_value_check(L, 3, value);
	err = set(L, object, key, len, value);
	return err ? fail(L, err, len) : 0;
}

/* ---------------------------------------------------------------------- functions */

/***
 * Creates a table.
 *
 * @function table
 * @tparam[opt=1024] integer size how many buckets to begin with, rounded up to a
 *   power of two, up to 16777216; there will be more when the table fills
 * @treturn rcu.table
 * @raise `size out of range`; "not enough memory". Any context
 * @usage local t = rcu.table()
 */
static int rcu_table(lua_State *L)
{
	lua_Integer size = luaL_optinteger(L, 1, LUNATIK_RCU_BUCKETS);
	struct lunatik_object *object;
	void *memory;

	luaL_argcheck(L, size >= 1 && size <= LUNATIK_RCU_BUCKETS_MAX, 1, "size out of range");
	size = roundup_pow_of_two(size);
	object = lunatik_object_new(L, &rcu_table_class, sizeof(struct rcu_table));
	rcu_table_init(object);
	memory = lunatik_object_alloc(L, object, rcu_buckets_size(size));
	rcu_table_start(object, rcu_buckets_init(memory, size));
	((struct rcu_buckets *)memory)->charged = rcu_buckets_size(size);
	return 1;
}

/* pushes all keys in one block of Lua's; they may become more while it is allocated */
static u8 *push_keys(lua_State *L, struct lunatik_object *object, size_t *size)
{
	size_t room;
	u8 *keys;

	for (;;) {
		room = rcu_table_keysize(object);
		room += room / 8;
		keys = lua_newuserdatauv(L, room, 0);
		*size = rcu_table_keys(object, keys, room);
		lunatik_vm_charge(L, rcu_table_scancost(object));
		if (*size <= room)
			return keys;
		lua_pop(L, 1);
	}
}

/***
 * Calls a function for each entry, in no particular order.
 *
 * What is there from the beginning to the end is visited once. The function may
 * delete and insert entries, the current one too; what others insert meanwhile may be
 * visited or not, what is deleted before its turn is not.
 *
 * @function map
 * @tparam rcu.table t
 * @tparam function fn called as fn(key, value)
 * @raise what the function raises, which ends it; "not enough memory". Any context
 * @usage rcu.map(t, function(key, value) print(key, value) end)
 */
static int rcu_map(lua_State *L)
{
	struct lunatik_object *object = lunatik_object_check(L, 1, &rcu_table_class);
	const u8 *key, *end;
	size_t size;

	luaL_checktype(L, 2, LUA_TFUNCTION);
	lua_settop(L, 2);
	key = push_keys(L, object, &size);
	for (end = key + size; key < end; key += 1 + *key) {
		lua_pushvalue(L, 2);
		lua_pushlstring(L, key + 1, *key);
		if (push_value(L, object, key + 1, *key) != LUA_TNIL)
			lua_call(L, 2, 0);
		lua_settop(L, 3);
	}
	return 0;
}

/* --------------------------------------------------------------------- the tables */

static const struct lunatik_method table_methods[] = {
	{ "__index",	table_index },
	{ "__newindex",	table_newindex,	LUNATIK_LOCKS },
	{ }
};

const struct lunatik_class rcu_table_class = {
	.name		= "rcu.table",
	.methods	= table_methods,
	.owner		= THIS_MODULE,
	.release	= rcu_table_release,
};

static const struct lunatik_class *const rcu_classes[] = { &rcu_table_class, NULL };

static const struct lunatik_method rcu_functions[] = {
	{ "table",	rcu_table },
	{ "map",	rcu_map,	LUNATIK_LOCKS },
	{ }
};

static struct lunatik_library rcu_library = {
	.name		= "rcu",
	.functions	= rcu_functions,
	.classes	= rcu_classes,
	.owner		= THIS_MODULE,
};

static int __init luarcu_init(void)
{
	return lunatik_library_register(&rcu_library);
}

/* the last table is gone, and so are the entries; what freed them may still return */
static void __exit luarcu_exit(void)
{
	lunatik_library_unregister(&rcu_library);
	rcu_barrier();
}

module_init(luarcu_init);
module_exit(luarcu_exit);

MODULE_DESCRIPTION("Lunatik: tables that runtimes share");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS("lunatik-rcu");
