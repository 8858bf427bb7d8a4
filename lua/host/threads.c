// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * threads.c - uses Lua threads again and again, as core/ does
 *
 * A program for tests. Its one state has two threads; each entry is a protected
 * call on one of them, and each keeps what coroutine.running() says. Prints KTAP:
 * whatever a script does to a thread that is idle, the next entry on it finds it
 * like a new one.
 */

#include <stdio.h>
#include <string.h>

#include "host.h"

#define STACK	(256 * 1024)	/* so that the 200 C levels are what ends a recursion */

static int number;
static int failures;

static void judge(const char *name, bool good)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++number, name);
	failures += !good;
}

int luaL_loadfilex(lua_State *L, const char *filename, const char *mode)
{
	(void)mode;
	return luaL_error(L, "no file %s", filename);
}

/* an entry on @L; the integer that the chunk returns, or -1 */
static long enter(struct host *host, lua_State *L, const char *chunk)
{
	long result = -1;

	host_enter(host);
	if (luaL_loadbufferx(L, chunk, strlen(chunk), "=entry", "t") == LUA_OK &&
	    lua_pcall(L, 0, 1, 0) == LUA_OK)
		result = (long)lua_tointeger(L, -1);
	else
		printf("# %s\n", lua_tostring(L, -1));
	lua_settop(L, 0);
	host_leave(host);
	return result;
}

/* how many C levels there are: a function that calls itself through pcall */
static const char levels[] =
	"idle = coroutine.running()\n"
	"local n = 0\n"
	"local function deeper() n = n + 1 pcall(deeper) end\n"
	"pcall(deeper) return n";

static const char closing[] =
	"local function deeper(n)\n"
	"	if n > 0 then pcall(deeper, n - 1) else coroutine.close(idle) end\n"
	"end\n"
	"deeper(100) return 1";

static void levels_stay(struct host *host, lua_State *a, lua_State *b)
{
	long before = enter(host, a, levels);

	judge("there are C levels", before > 50);
	judge("an idle thread can be closed", enter(host, b, closing) == 1);
	judge("it has as many C levels as before", enter(host, a, levels) == before);
	for (int i = 0; i < 20; i++) {
		enter(host, b, closing);
		enter(host, a, "idle = coroutine.running() return 1");
		enter(host, a, closing);
		enter(host, b, "idle = coroutine.running() return 1");
	}
	judge("it has after forty times", enter(host, a, levels) == before);
}

static void judge_true(const char *name, struct host *host, lua_State *L, const char *chunk)
{
	judge(name, enter(host, L, chunk) == 1);
}

static void states_stay(struct host *host, lua_State *a, lua_State *b)
{
	static const char yields[] = "return pcall(coroutine.yield, 1) and 0 or 1";

	enter(host, a, "idle = coroutine.running() return 1");
	judge_true("it cannot be resumed", host, b,
		   "return coroutine.resume(idle, 1) and 0 or 1");
	judge_true("it is dead", host, b,
		   "return coroutine.status(idle) == 'dead' and 1 or 0");
	judge_true("what runs cannot be closed", host, a,
		   "return pcall(coroutine.close, idle) and 0 or 1");
	judge_true("a script cannot leave an entry by yielding", host, a, yields);
	enter(host, b, closing);
	judge_true("nor can it after the thread was closed", host, a, yields);
	judge("it works", enter(host, a, "return #('x'):rep(1000)") == 1000);
}

int main(void)
{
	struct host host = { .stack = STACK };
	lua_State *L = NULL;
	lua_State *a, *b;

	host.vm.stack_limit = (unsigned long)__builtin_frame_address(0) - 2 * STACK;
	L = lua_newstate(host_alloc, &host);
	if (!L)
		return 2;
	luaL_openlibs(L);
	a = lua_newthread(L);
	b = lua_newthread(L);
	printf("KTAP version 1\n1..10\n");
	levels_stay(&host, a, b);
	states_stay(&host, a, b);
	host.vm.stack_limit = (unsigned long)__builtin_frame_address(0) - 2 * STACK;
	lua_close(L);
	return failures > 0;
}
