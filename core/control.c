// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * control.c - scripts that run under their names, and what the driver of
 * /dev/lunatik, a Lua script, cannot do in Lua
 *
 * lunatik.runner stands on it. eval() is for the script called "driver" only: its
 * clients' chunks run preemptibly. When a slice of fuel is used up they let other
 * clients in, so an endless chunk delays nobody; and a signal for the client ends
 * them.
 *
 * Contexts: entries of sleepable runtimes in process context.
 */
#include "core.h"
#include "budget.h"

#define EVAL_FLAGS	(ENTRY_PREEMPTIBLE | ENTRY_INTERRUPTIBLE)
#define HEADROOM	(8 * 1024 * 1024)	/* of the driver, beyond what chunks may use */

/* moves the results of the chunk, which ran on @from, behind a true */
static int results(lua_State *L, lua_State *from)
{
	int n = lua_gettop(from) - 1;	/* the handler is the first */

	if (!lua_checkstack(L, n + 1)) {
		lua_pushboolean(L, false);
		lua_pushliteral(L, "too many results");
		return 2;
	}
	lua_pushboolean(L, true);
	lua_xmove(from, L, n);
	return n + 1;
}

static int failure(lua_State *L, lua_State *from)
{
	lua_pushboolean(L, false);
	lua_xmove(from, L, 1);
	return 2;
}

/*
 * Runs what is on @from's stack. A thread of its own makes this the outermost
 * protected call there: errors that nothing may swallow end here.
 */
static int run_chunk(struct lunatik_entry *entry, lua_State *from, unsigned int flags)
{
	int status;

	flags &= ~entry->flags;		/* what an outer eval has set stays */
	entry->flags |= flags;
	lunatik_vm_setfuel(from, LUNATIK_SLICE);
	status = lua_pcall(from, 0, LUA_MULTRET, 1);
	entry->flags &= ~flags;
	if (!(entry->flags & ENTRY_DOOMED))
		return status;
	entry->flags &= ~ENTRY_DOOMED;
	entry->refusals = 0;
	lunatik_vm_undoom(from);
	return status;
}

/***
 * Runs a client's chunk.
 * @function eval
 * @tparam function chunk
 * @tparam function handler message handler
 * @tparam[opt=false] boolean own it is the driver's own: may use its headroom
 * @treturn boolean whether it ran to its end
 * @return its results, or the message
 */
static int control_eval(lua_State *L)
{
	unsigned int flags = EVAL_FLAGS | (lua_toboolean(L, 3) ? 0 : ENTRY_CHUNK);
	struct lunatik_runtime *rt = lunatik_runtime_of(L);
	lua_State *thread;
	int n;

	luaL_checktype(L, 1, LUA_TFUNCTION);
	luaL_checktype(L, 2, LUA_TFUNCTION);
	lunatik_checksleep(L, "eval");
	thread = lunatik_thread_get(rt);
	if (!thread)
		return luaL_error(L, "not enough memory");
	lua_pushvalue(L, 2);
	lua_pushvalue(L, 1);
	lua_xmove(L, thread, 2);
	n = run_chunk(rt->entry, thread, flags) == LUA_OK ? results(L, thread) :
							    failure(L, thread);
	lunatik_thread_put(rt, thread);
	return n;
}

/***
 * Starts a script under its name.
 * @function run
 * @tparam string script
 * @tparam[opt=true] boolean sleep
 * @treturn runtime
 * @raise the script's error; `<script> is already running`
 */
static int control_run(lua_State *L)
{
	struct lunatik_options options = {
		.managed = true,
		.sleep = lua_gettop(L) < 2 || lua_toboolean(L, 2),
	};

	return lunatik_library_runtime(L, lunatik_script_name(L, 1), &options);
}

/***
 * Stops a script by its name, also while it loads.
 * @function stop
 * @tparam string script
 * @treturn boolean false when there is none
 */
static int control_stop(lua_State *L)
{
	struct lunatik_entry *entry = lunatik_runtime_of(L)->entry;
	const char *script = lunatik_script_name(L, 1);
	struct lunatik_runtime *rt;

	lunatik_block(L);
	rt = lunatik_managed_get(script);
	if (rt) {
		lunatik_runtime_close(rt, entry);
		lunatik_putobject(&rt->object);
	}
	lunatik_unblock(L);
	lua_pushboolean(L, !!rt);
	return 1;
}

/***
 * Stops every script that control.run() started.
 * @function shutdown
 */
static int control_shutdown(lua_State *L)
{
	struct lunatik_entry *entry = lunatik_runtime_of(L)->entry;

	lunatik_block(L);
	lunatik_shutdown(entry);
	lunatik_unblock(L);
	return 0;
}

static void setcount(lua_State *L, const char *name, s64 value)
{
	lua_pushinteger(L, value);
	lua_setfield(L, -2, name);
}

static void push_info(lua_State *L, const struct lunatik_info *info)
{
	static const char *const states[] = { "loading", "ready", "stopping", "dead" };

	lua_createtable(L, 0, 13);
	lua_pushstring(L, info->script);
	lua_setfield(L, -2, "name");
	lua_pushstring(L, states[info->state]);
	lua_setfield(L, -2, "state");
	lua_pushboolean(L, info->sleep);
	lua_setfield(L, -2, "sleep");
	setcount(L, "memory", info->memory);
	setcount(L, "entries", info->entries);
	setcount(L, "errors", info->errors);
	setcount(L, "busy", info->busy);
	setcount(L, "queued", info->queued);
	setcount(L, "lost", info->lost);
	setcount(L, "hooks", info->hooks);
	setcount(L, "suspended", info->suspended);
	setcount(L, "overruns", info->overruns);
	setcount(L, "time", info->time);
}

/***
 * Lists the scripts that run.
 * @function list
 * @treturn table an array of tables: name, state, sleep, and counters
 */
static int control_list(lua_State *L)
{
	size_t max = lunatik_managed_list(NULL, 0);
	struct lunatik_info *info = lua_newuserdatauv(L, max * sizeof(*info) + 1, 0);
	size_t n = min(max, lunatik_managed_list(info, max));
	size_t i;

	lua_createtable(L, n, 0);
	for (i = 0; i < n; i++) {
		push_info(L, &info[i]);
		lua_rawseti(L, -2, i + 1);
	}
	return 1;
}

/* pushes the record at @from. Return: the bytes that it takes there */
static size_t push_line(lua_State *L, const char *from)
{
	struct lunatik_line line;
	const char *text = from + sizeof(line);
	char level[2] = { };

	memcpy(&line, from, sizeof(line));
	level[0] = line.level;
	lua_createtable(L, 0, 7);
	setcount(L, "seq", line.seq);
	setcount(L, "time", line.time);
	setcount(L, "times", line.times);
	lua_pushstring(L, level);
	lua_setfield(L, -2, "level");
	lua_pushboolean(L, line.cut);
	lua_setfield(L, -2, "cut");
	lua_pushlstring(L, text, line.name);
	lua_setfield(L, -2, "script");
	lua_pushlstring(L, text + line.name, line.length);
	lua_setfield(L, -2, "text");
	return sizeof(line) + line.name + line.length;
}

#define PAGE_ROOM	(64 * 1024)	/* bytes of records in one answer */

/* memory first: nothing may be raised while the page is read */
static void read_page(lua_State *L, struct lunatik_page *page)
{
	page->to = lua_newuserdatauv(L, PAGE_ROOM, 0);
	page->size = PAGE_ROOM;
	do {
		page->max = lunatik_journal_count() + 1;
		page->cursors = lua_newuserdatauv(L, page->max * sizeof(*page->cursors), 0);
		lua_replace(L, 4);
	} while (!lunatik_journal_read(page));
}

/***
 * Reads what scripts have printed, and their errors, a page of at most 64 KiB.
 * @function journal
 * @tparam[opt=0] integer after what the call before gave as its second result
 * @tparam[opt] string script only this one's
 * @treturn table an array of tables, in the order of their `seq`: seq, time (ns since
 *   the epoch), times (it was said in a row), level ("3": an error), text, cut (whether
 *   the text was longer), script
 * @treturn integer how far this goes: what the next page comes after
 * @treturn integer where the newest record of any script is; there is more until then
 * @treturn boolean whether the script, if one was given, has said anything
 */
static int control_journal(lua_State *L)
{
	lua_Integer after = luaL_optinteger(L, 1, 0);
	struct lunatik_page page = { .after = after };
	lua_Integer n = 0;
	size_t at = 0;

	luaL_argcheck(L, after >= 0, 1, "out of bounds");
	lua_settop(L, 2);
	if (!lua_isnil(L, 2))
		page.script = lunatik_script_name(L, 2);
	lua_pushnil(L);		/* 3: the page */
	lua_pushnil(L);		/* 4: the cursors */
	read_page(L, &page);
	lua_replace(L, 3);
	lua_newtable(L);
	while (at < page.used) {
		at += push_line(L, page.to + at);
		lua_rawseti(L, -2, ++n);
	}
	lua_pushinteger(L, page.covered);
	lua_pushinteger(L, page.now);
	lua_pushboolean(L, page.known);
	return 4;
}

/***
 * Waits until a script says something.
 * @function listen
 * @tparam integer after as journal() has it
 * @tparam integer timeout in milliseconds
 * @treturn boolean false when the time is over, or the client interrupted
 */
static int control_listen(lua_State *L)
{
	lua_Integer after = luaL_checkinteger(L, 1);
	lua_Integer ms = luaL_checkinteger(L, 2);
	long left = 0;

	luaL_argcheck(L, after >= 0, 1, "out of bounds");
	luaL_argcheck(L, ms >= 0 && ms <= MSEC_PER_SEC * 3600, 2, "out of bounds");
	lunatik_block(L);
	if (!lunatik_stopping(L))
		left = lunatik_journal_wait(after, msecs_to_jiffies(ms));
	lunatik_unblock(L);
	lua_pushboolean(L, left > 0);
	return 1;
}

static const struct lunatik_method functions[] = {
	{ "run", control_run, LUNATIK_SLEEPS },
	{ "stop", control_stop, LUNATIK_SLEEPS },
	{ "shutdown", control_shutdown, LUNATIK_SLEEPS },
	{ "list", control_list, LUNATIK_SLEEPS },
	{ "journal", control_journal, LUNATIK_SLEEPS },
	{ "listen", control_listen, LUNATIK_SLEEPS },
	{ }
};

static const struct lunatik_method driver_functions[] = {
	{ "eval", control_eval, 0 },
	{ }
};

static void open_library(lua_State *L)
{
	lunatik_object_openclass(L, &lunatik_runtime_class);
	if (strcmp(lunatik_runtime_of(L)->script, "driver") != 0)
		return;
	lunatik_object_setmethods(L, driver_functions);
	lunatik_runtime_of(L)->headroom = HEADROOM;
}

struct lunatik_library lunatik_control_library = {
	.name = "control",
	.functions = functions,
	.flags = LUNATIK_SLEEPABLE,
	.owner = THIS_MODULE,
	.open = open_library,
};
