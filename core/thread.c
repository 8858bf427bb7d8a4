// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * thread.c - a Lua thread for each entry
 *
 * An entry that lets go of its runtime leaves half-finished calls on its Lua
 * stack, so two entries never share one. Threads are kept in a small pool.
 *
 * Contexts: whoever owns the runtime. Getting one fails only when the pool is
 * empty and memory is short.
 */
#include "core.h"

/* pushes a new thread, anchored in the registry under its own address */
static int new_thread(lua_State *L)
{
	lua_State *thread = lua_newthread(L);

	lua_pushvalue(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, thread);
	lua_pushlightuserdata(L, thread);
	return 1;
}

static lua_State *create(struct lunatik_runtime *rt)
{
	lua_State *L = rt->L;
	lua_State *thread = NULL;
	bool collects = lua_gc(L, LUA_GCISRUNNING) > 0;
	int top = lua_gettop(L);

	/* nothing of the script's may run on this thread: finalisers, hooks */
	lua_sethook(L, NULL, 0, 0);
	if (collects)
		lua_gc(L, LUA_GCSTOP);
	lua_pushcfunction(L, new_thread);
	if (lua_pcall(L, 0, 1, 0) == LUA_OK)
		thread = lua_touserdata(L, -1);
	lua_settop(L, top);
	if (collects)
		lua_gc(L, LUA_GCRESTART);
	return thread;
}

/* Needs: ownership. Return: a thread with an empty stack, or NULL. */
lua_State *lunatik_thread_get(struct lunatik_runtime *rt)
{
	return rt->npool ? rt->pool[--rt->npool] : create(rt);
}

/* Needs: ownership; @L as lunatik_thread_get() gave it. */
void lunatik_thread_put(struct lunatik_runtime *rt, lua_State *L)
{
	if (lua_status(L) != LUA_OK)	/* an error that nothing caught */
		lua_closethread(L, NULL);
	lua_settop(L, 0);
	lua_sethook(L, NULL, 0, 0);	/* one that the script left is not for the next */
	if (rt->npool < LUNATIK_POOL) {
		rt->pool[rt->npool++] = L;
		return;
	}
	lua_pushnil(rt->L);	/* the field exists: setting it takes no memory */
	lua_rawsetp(rt->L, LUA_REGISTRYINDEX, L);
}
