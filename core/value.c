// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * value.c - values on their way from one Lua state to another
 *
 * Booleans and integers are copied; a string becomes a kernel string, which is
 * never written again and shared by reference; an object is shared by reference.
 * Tables, functions and threads belong to their state and stay there.
 *
 * Whoever holds a reference must not lose it when Lua raises an error. So values
 * in transit live in a box: a userdata whose finaliser puts them.
 *
 * Contexts: functions with a lua_State: an entry; the others any. Strings are freed
 * after a grace period, so RCU readers may copy a value that they find published.
 */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include "core.h"

struct lunatik_string {
	refcount_t	refs;
	struct rcu_head	rcu;
	size_t		len;
	char		data[];
};

struct box {
	unsigned int		n;
	struct lunatik_value	*values;
	struct lunatik_value	one;
	struct lunatik_account	*account;	/* of the runtime that has the box, or NULL */
	size_t			charged;
};

static const char box_key;

static gfp_t gfp_of(lua_State *L)
{
	return (lunatik_isatomic(L) ? GFP_ATOMIC : GFP_KERNEL) | __GFP_NOWARN;
}

/* ---------------------------------------------------------------------- references */

bool lunatik_value_tryget(struct lunatik_value *to, const struct lunatik_value *from)
{
	struct lunatik_value value = *from;

	if (value.type == LUNATIK_STRING && !refcount_inc_not_zero(&value.string->refs))
		return false;
	if (value.type == LUNATIK_OBJECT && !kref_get_unless_zero(&value.object->kref))
		return false;
	*to = value;
	return true;
}
EXPORT_SYMBOL_GPL(lunatik_value_tryget);

void lunatik_value_put(struct lunatik_value *value)
{
	if (value->type == LUNATIK_OBJECT)
		lunatik_putobject(value->object);
	else if (value->type == LUNATIK_STRING && refcount_dec_and_test(&value->string->refs))
		kvfree_rcu(value->string, rcu);
	value->type = LUNATIK_NIL;
}
EXPORT_SYMBOL_GPL(lunatik_value_put);

size_t lunatik_value_size(const struct lunatik_value *value)
{
	return value->type == LUNATIK_STRING ? struct_size(value->string, data, value->string->len)
					     : 0;
}
EXPORT_SYMBOL_GPL(lunatik_value_size);

/* --------------------------------------------------------------------------- boxes */

static void empty(struct box *box)
{
	unsigned int i;

	for (i = 0; i < box->n; i++)
		lunatik_value_put(&box->values[i]);
	if (box->values != &box->one)
		kvfree(box->values);
	box->values = &box->one;
	box->n = 0;
	if (box->account) {
		lunatik_account_give(box->account, box->charged);
		lunatik_account_put(box->account);
		box->account = NULL;
	}
}

static int box_gc(lua_State *L)
{
	empty(lua_touserdata(L, 1));
	return 0;
}

/* the metatable cannot be had by a script: boxes never get out of C functions */
static void set_metatable(lua_State *L)
{
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &box_key) != LUA_TTABLE) {
		lua_pop(L, 1);
		lua_createtable(L, 0, 1);
		lua_pushcfunction(L, box_gc);
		lua_setfield(L, -2, "__gc");
		lua_pushvalue(L, -1);
		lua_rawsetp(L, LUA_REGISTRYINDEX, &box_key);
	}
	lua_setmetatable(L, -2);
}

static struct box *new_box(lua_State *L)
{
	struct box *box = lua_newuserdatauv(L, sizeof(*box), 0);

	box->n = 0;
	box->values = &box->one;
	box->one.type = LUNATIK_NIL;
	box->account = NULL;
	box->charged = 0;
	set_metatable(L);
	return box;
}

struct lunatik_value *lunatik_value_box(lua_State *L)
{
	struct box *box = new_box(L);

	box->n = 1;
	return &box->one;
}
EXPORT_SYMBOL_GPL(lunatik_value_box);

/* room for @n values, all nil, in the empty box at @idx; NULL when out of memory */
struct lunatik_value *lunatik_values_grow(void *where, unsigned int n, gfp_t gfp)
{
	struct box *box = where;

	if (n > 1) {
		struct lunatik_value *values = kvcalloc(n, sizeof(*values), gfp);

		if (!values)
			return NULL;
		box->values = values;
	}
	box->n = n;
	return box->values;
}

/* pushes a box for no values yet, which is charged for what will be in it */
void *lunatik_values_box(lua_State *L)
{
	struct box *box = new_box(L);

	box->account = lunatik_account_get(lunatik_runtime_of(L)->account);
	return box;
}

/* Context: any; whoever fills the box, of whichever runtime. Return: 0 or -ENOMEM */
int lunatik_values_charge(void *where, size_t size)
{
	struct box *box = where;
	int err = lunatik_account_take(box->account, size);

	if (!err)
		box->charged += size;
	return err;
}

struct lunatik_value *lunatik_values_of(void *where, unsigned int *n)
{
	struct box *box = where;

	*n = box->n;
	return box->values;
}

/* ---------------------------------------------------------------------- from Lua */

static struct lunatik_string *new_string(lua_State *L, int idx)
{
	size_t len;
	const char *text = lua_tolstring(L, idx, &len);
	struct lunatik_string *string = NULL;

	if (lunatik_isatomic(L) && len < KMALLOC_MAX_SIZE / 2)
		string = kmalloc(struct_size(string, data, len), gfp_of(L));
	else if (!lunatik_isatomic(L))
		string = kvmalloc(struct_size(string, data, len), gfp_of(L));
	if (!string)
		luaL_error(L, "not enough memory");
	refcount_set(&string->refs, 1);
	string->len = len;
	memcpy(string->data, text, len);
	return string;
}

static struct lunatik_object *checked_object(lua_State *L, int idx)
{
	struct lunatik_object *object = lunatik_object_any(L, idx);

	if (!object)
		luaL_error(L, "null-pointer dereference");
	if (object->local)
		luaL_error(L, "bad argument #%d (this %s cannot leave its runtime)", idx,
			   object->class->name);
	return object;
}

void lunatik_value_check(lua_State *L, int idx, struct lunatik_value *value)
{
	switch (lua_type(L, idx)) {
	case LUA_TNONE:
	case LUA_TNIL:
		return;
	case LUA_TBOOLEAN:
		value->boolean = lua_toboolean(L, idx);
		value->type = LUNATIK_BOOLEAN;
		return;
	case LUA_TNUMBER:
		value->integer = lua_tointeger(L, idx);
		value->type = LUNATIK_INTEGER;
		return;
	case LUA_TSTRING:
		value->string = new_string(L, idx);
		value->type = LUNATIK_STRING;
		return;
	}
	value->object = checked_object(L, idx);
	lunatik_getobject(value->object);
	value->type = LUNATIK_OBJECT;
}
EXPORT_SYMBOL_GPL(lunatik_value_check);

/* ------------------------------------------------------------------------ to Lua */

void lunatik_value_push(lua_State *L, const struct lunatik_value *value)
{
	switch (value->type) {
	case LUNATIK_NIL:
		lua_pushnil(L);
		return;
	case LUNATIK_BOOLEAN:
		lua_pushboolean(L, value->boolean);
		return;
	case LUNATIK_INTEGER:
		lua_pushinteger(L, value->integer);
		return;
	case LUNATIK_STRING:
		lua_pushlstring(L, value->string->data, value->string->len);
		return;
	case LUNATIK_OBJECT:
		lunatik_object_push(L, value->object);
		return;
	}
}

void lunatik_value_unbox(lua_State *L)
{
	struct box *box = lua_touserdata(L, -1);

	lunatik_value_push(L, &box->one);
	empty(box);
	/* nothing is left to finalise */
	lua_pushnil(L);
	lua_setmetatable(L, -3);
	lua_remove(L, -2);
}
EXPORT_SYMBOL_GPL(lunatik_value_unbox);
