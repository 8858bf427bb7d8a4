// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * lunatik_contexts.c - library "contexts": what the suite "contexts" needs
 *
 * Gives the methods of a class without an object of it: what the core refuses, it
 * refuses before the method sees its arguments, so no object is needed to see that.
 * Owns three classes, one for each kind of runtime that a class can ask for, and a
 * text that any entry of any runtime can add to, for results from where nobody can
 * be asked: an event of a runtime that never sleeps.
 *
 * `lock` guards the text, in any context. Nothing here can fail but for memory.
 */

#include <linux/module.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "compat.h"
#include "lunatik.h"

static char text[SZ_32K];
static size_t used;
static DEFINE_SPINLOCK(lock);

static const struct lunatik_class any_class, sleepable_class, atomic_class;

/* ------------------------------------------------------------------ the methods */

/* leaves what is at @idx if it is the metatable of a class called @name */
static bool is_class(lua_State *L, int idx, const char *name)
{
	bool same;

	if (lua_type(L, idx - 1) != LUA_TLIGHTUSERDATA || lua_type(L, idx) != LUA_TTABLE)
		return false;
	lua_pushliteral(L, "__name");
	lua_rawget(L, idx - 1);
	same = lua_type(L, -1) == LUA_TSTRING && strcmp(lua_tostring(L, -1), name) == 0;
	lua_pop(L, 1);
	return same;
}

/* copies the functions of the table on the top to that at @to */
static void copy_functions(lua_State *L, int to)
{
	lua_pushnil(L);
	while (lua_next(L, -2)) {
		if (lua_type(L, -1) == LUA_TFUNCTION) {
			lua_pushvalue(L, -2);
			lua_pushvalue(L, -2);
			lua_rawset(L, to);
		}
		lua_pop(L, 1);
	}
}

/***
 * Finds the methods of a class that this runtime has open.
 *
 * @function methods
 * @tparam string name the class
 * @treturn table name to function; nil when there is no such class
 * @raise nothing. Any context
 * @usage contexts.methods("device").stop({})
 */
static int contexts_methods(lua_State *L)
{
	const char *name = luaL_checkstring(L, 1);

	lua_settop(L, 1);
	lua_pushvalue(L, LUA_REGISTRYINDEX);
	lua_pushnil(L);
	while (lua_next(L, 2)) {
		if (is_class(L, -1, name)) {
			lua_newtable(L);
			lua_insert(L, 2);
			copy_functions(L, 2);
			lua_settop(L, 2);
			return 1;
		}
		lua_pop(L, 1);
	}
	return 0;
}

/* --------------------------------------------------------------------- the text */

/***
 * Adds a line to the machine's one text.
 *
 * @function post
 * @tparam string line
 * @raise nothing; what does not fit is lost. Any context
 * @usage contexts.post("done")
 */
static int contexts_post(lua_State *L)
{
	const char *line = luaL_checkstring(L, 1);
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	used += scnprintf(text + used, sizeof(text) - used, "%s\n", line);
	spin_unlock_irqrestore(&lock, flags);
	return 0;
}

/***
 * Returns the text, and makes it empty.
 *
 * @function posts
 * @treturn string
 * @raise "not enough memory". Any context
 * @usage print(contexts.posts())
 */
static int contexts_posts(lua_State *L)
{
	char *copy = lua_newuserdatauv(L, sizeof(text), 0);
	unsigned long flags;
	size_t len;

	spin_lock_irqsave(&lock, flags);
	memcpy(copy, text, used);
	len = used;
	used = 0;
	spin_unlock_irqrestore(&lock, flags);
	lua_pushlstring(L, copy, len);
	return 1;
}

/* ------------------------------------------------------------------ the classes */

/***
 * Makes an object that any runtime can have.
 *
 * @function any
 * @treturn contexts.any
 * @usage local object = contexts.any()
 */
static int contexts_any(lua_State *L)
{
	lunatik_object_new(L, &any_class, 0);
	return 1;
}

/***
 * Makes an object that sleepable runtimes can have.
 *
 * @function sleepable
 * @treturn contexts.sleepable
 * @usage local object = contexts.sleepable()
 */
static int contexts_sleepable(lua_State *L)
{
	lunatik_object_new(L, &sleepable_class, 0);
	return 1;
}

/***
 * Makes an object that runtimes which never sleep can have.
 *
 * @function atomic
 * @treturn contexts.atomic
 * @usage local object = contexts.atomic()
 */
static int contexts_atomic(lua_State *L)
{
	lunatik_object_new(L, &atomic_class, 0);
	return 1;
}

static const struct lunatik_class any_class = {
	.name	= "contexts.any",
	.owner	= THIS_MODULE,
};

static const struct lunatik_class sleepable_class = {
	.name	= "contexts.sleepable",
	.owner	= THIS_MODULE,
	.flags	= LUNATIK_SLEEPABLE,
};

static const struct lunatik_class atomic_class = {
	.name	= "contexts.atomic",
	.owner	= THIS_MODULE,
	.flags	= LUNATIK_ATOMIC,
};

static const struct lunatik_class *const contexts_classes[] = {
	&any_class, &sleepable_class, &atomic_class, NULL
};

static const struct lunatik_method contexts_functions[] = {
	{ "methods",	contexts_methods },
	{ "post",	contexts_post },
	{ "posts",	contexts_posts },
	{ "any",	contexts_any },
	{ "sleepable",	contexts_sleepable },
	{ "atomic",	contexts_atomic },
	{ }
};

static struct lunatik_library contexts_library = {
	.name		= "contexts",
	.functions	= contexts_functions,
	.classes	= contexts_classes,
	.owner		= THIS_MODULE,
};

lunatik_module(contexts_library);

MODULE_DESCRIPTION("Lunatik: methods without objects, for tests");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS("lunatik-contexts");
