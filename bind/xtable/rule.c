// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * rule.c - library "xtable": rules that come and go
 *
 * x_tables calls this in process context, with or without locks of its own: for each
 * rule of a table when the table is changed, the new ones first. Programs of any
 * network namespace may make rules; what they say is 256 bytes that nobody looked at.
 *
 * A rule is accepted when the script's checkentry() does not raise an error. Where
 * there is no script that could say no, it is accepted, too, or else the table could
 * not be changed any more (extension.c). While the script is being loaded it cannot
 * be asked: a new rule waits for that a while, and fails with -EBUSY.
 *
 * A rule has a number that is never used again, by which the runtime finds the string
 * of its arguments. So a string that a lost destroy() leaves behind is never mistaken
 * for another rule's.
 */

#include <linux/delay.h>
#include <linux/module.h>
#include <linux/sched/signal.h>

#include "xtable.h"

#define LOAD_STEP	10	/* ms */
#define RULES		4096	/* of an extension, in all network namespaces */
#define LOAD_STEPS	200

static atomic64_t last_rule = ATOMIC64_INIT(0);

/* ------------------------------------------------------------------------ in Lua */

void luaxtable_pushargs(lua_State *L, const struct luaxtable_info *info)
{
	lua_rawgeti(L, 1, LUAXTABLE_RULES);
	if (lua_rawgeti(L, -1, info->rule) == LUA_TNIL) {
		lua_pop(L, 1);
		lua_pushlstring(L, info->userargs, LUAXTABLE_USERARGS);
		lua_pushvalue(L, -1);
		lua_rawseti(L, -3, info->rule);
	}
	lua_remove(L, -2);
}

static void forget_args(lua_State *L, const struct luaxtable_info *info)
{
	lua_rawgeti(L, 1, LUAXTABLE_RULES);
	lua_pushnil(L);
	lua_rawseti(L, -2, info->rule);
	lua_pop(L, 1);
}

/* inside the runtime, protected; so is the next one */
static void show_check(lua_State *L, struct lunatik_object *object, void *arg)
{
	const struct luaxtable_info *info = arg;

	lunatik_object_pushvalue(L, object);
	if (!lua_istable(L, 1))	/* it was stopped a moment ago */
		return;
	lua_rawgeti(L, 1, LUAXTABLE_CHECKENTRY);
	lua_pushlstring(L, info->userargs, LUAXTABLE_USERARGS);
	lua_pushvalue(L, -1);
	lua_insert(L, 2);
	lua_call(L, 1, 0);
	/* accepted: packets find the string that was made here */
	lua_rawgeti(L, 1, LUAXTABLE_RULES);
	lua_insert(L, 2);
	lua_rawseti(L, 2, info->rule);
}

static void show_destroy(lua_State *L, struct lunatik_object *object, void *arg)
{
	const struct luaxtable_info *info = arg;

	lunatik_object_pushvalue(L, object);
	if (!lua_istable(L, 1))
		return;
	lua_rawgeti(L, 1, LUAXTABLE_DESTROY);
	luaxtable_pushargs(L, info);
	forget_args(L, info);
	lua_call(L, 1, 0);
}

/* ------------------------------------------------------------------ from x_tables */

static int tell(struct luaxtable_extension *extension, lunatik_handler_t handler,
		struct luaxtable_info *info)
{
	struct lunatik_object *object;
	int err = -ENXIO;

	rcu_read_lock();
	object = rcu_dereference(extension->object);
	if (object)
		err = lunatik_call(object, handler, info);
	rcu_read_unlock();
	return err;
}

/*
 * To refuse a rule is no failure: whoever may offer rules could have the extension
 * suspended by offering bad ones.
 */
static void forgive(struct luaxtable_extension *extension)
{
	struct lunatik_object *object;

	rcu_read_lock();
	object = rcu_dereference(extension->object);
	if (object)
		lunatik_object_reset(object);
	rcu_read_unlock();
}

static int ask(struct luaxtable_extension *extension, struct luaxtable_info *info)
{
	int err, i;

	for (i = 0; i < LOAD_STEPS; i++) {
		err = tell(extension, show_check, info);
		if (err != -EBUSY)
			break;
		if (msleep_interruptible(LOAD_STEP))
			return -EINTR;
	}
	switch (err) {
	case -ENXIO:		/* there is no script */
	case -EHOSTDOWN:	/* it may not be called */
		return 0;
	case -ECANCELED:
		forgive(extension);
		return -EINVAL;
	}
	return err;
}

static void leave(struct luaxtable_extension *extension)
{
	if (atomic_dec_and_test(&extension->rules))
		luaxtable_idle();
}

static void destroy(struct luaxtable_extension *extension, struct luaxtable_info *info)
{
	tell(extension, show_destroy, info);
	leave(extension);
}

static int check(struct luaxtable_extension *extension, u8 family, struct luaxtable_info *info)
{
	int err;

	if (extension->options.inet && family != NFPROTO_IPV4 && family != NFPROTO_IPV6 &&
	    family != NFPROTO_INET)
		return -EINVAL;
	info->rule = atomic64_inc_return(&last_rule);
	/* the script's memory has a string for each */
	err = atomic_inc_return(&extension->rules) > RULES ? -ENOSPC : ask(extension, info);
	if (err) {
		leave(extension);
		return err;
	}
	err = luaxtable_keep(extension);
	if (err)
		destroy(extension, info);
	return err;
}

int luaxtable_match_check(const struct xt_mtchk_param *par)
{
	return check(luaxtable_of_match(par->match), par->family, par->matchinfo);
}

void luaxtable_match_destroy(const struct xt_mtdtor_param *par)
{
	destroy(luaxtable_of_match(par->match), par->matchinfo);
}

int luaxtable_target_check(const struct xt_tgchk_param *par)
{
	return check(luaxtable_of_target(par->target), par->family, par->targinfo);
}

void luaxtable_target_destroy(const struct xt_tgdtor_param *par)
{
	destroy(luaxtable_of_target(par->target), par->targinfo);
}
