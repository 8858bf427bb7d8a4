// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * resume.c - running a runtime's entry function, from another runtime or a thread
 *
 * What the script returned is the entry function. It runs on a coroutine: when it
 * yields, the next resume continues it; when it ends, the next one starts anew,
 * with the function that it returned, if any. One resume runs at a time; others
 * wait for it to end or yield, owning nothing meanwhile.
 *
 * `resumed_by` is set by who owns the runtime, and cleared by the same task once
 * it has left. Values cross in boxes (value.c), which lose nothing when either
 * side raises an error.
 *
 * Contexts: process, may sleep. A runtime that never sleeps can be resumed as well:
 * then only the visit itself is atomic.
 */
#include <linux/mm.h>
#include "core.h"
#include "budget.h"

struct call {
	struct lunatik_value	*args;
	unsigned int		nargs;
	void			*results;	/* a box of the caller's, or NULL */
	bool			failed;		/* the box holds the message */
	bool			lost;		/* there is no message */
	bool			busy;		/* somebody else's resume runs */
	bool			began;		/* the run is this call's */
};

static const char coroutine_key;

static gfp_t gfp_of(lua_State *L)
{
	return (lunatik_isatomic(L) ? GFP_ATOMIC : GFP_KERNEL) | __GFP_NOWARN;
}

/* pushes the coroutine to go on with and returns it; a new one begins anew */
static lua_State *push_coroutine(lua_State *L)
{
	struct lunatik_runtime *rt = lunatik_runtime_of(L);
	lua_State *co;

	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &coroutine_key) == LUA_TTHREAD)
		return lua_tothread(L, -1);
	lua_pop(L, 1);
	co = lua_newthread(L);
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, rt) != LUA_TFUNCTION)
		luaL_error(L, "%s has returned no function to be called", rt->script);
	lua_xmove(L, co, 1);
	lua_pushvalue(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &coroutine_key);
	return co;
}

static void drop_coroutine(lua_State *L)
{
	lua_pushnil(L);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &coroutine_key);
}

/* a function among the results, at @first, is the next entry function */
static void take_entry(lua_State *L, int first)
{
	if (first > lua_gettop(L) || !lua_isfunction(L, first))
		return;
	lua_pushvalue(L, first);
	lua_rawsetp(L, LUA_REGISTRYINDEX, lunatik_runtime_of(L));
	lua_remove(L, first);
}

static bool can_leave(lua_State *L, int idx)
{
	int type = lua_type(L, idx);

	return type == LUA_TNIL || type == LUA_TBOOLEAN || type == LUA_TNUMBER ||
	       type == LUA_TSTRING || type == LUA_TUSERDATA;
}

/* takes a value from the Lua stack into @box, whose runtime it is charged to */
static void put_value(lua_State *L, void *box, int idx, struct lunatik_value *value)
{
	size_t len = lua_type(L, idx) == LUA_TSTRING ? lua_rawlen(L, idx) : 0;

	if (lunatik_values_charge(box, sizeof(*value) + len))
		luaL_error(L, "not enough memory");
	lunatik_value_check(L, idx, value);
}

/* fills the caller's box with what is on the stack from @first on */
static void put_results(lua_State *L, struct call *call, int first)
{
	int n = lua_gettop(L) - first + 1;
	struct lunatik_value *values;
	int i;

	if (!call->results || n <= 0)
		return;
	values = lunatik_values_grow(call->results, n, gfp_of(L));
	if (!values)
		luaL_error(L, "not enough memory");
	for (i = 0; i < n; i++)
		if (can_leave(L, first + i))
			put_value(L, call->results, first + i, &values[i]);
}

/* the entry function failed with what is on the top of @co */
static void fail(lua_State *L, lua_State *co, struct call *call)
{
	const char *message = lua_type(co, -1) == LUA_TSTRING ? lua_tostring(co, -1) : NULL;

	drop_coroutine(L);
	luaL_traceback(L, co, message ?: "(error object is not a string)", 0);
	atomic64_inc(&lunatik_runtime_of(L)->count.errors);
	if (!call->results)
		lua_error(L);
	put_results(L, call, lua_gettop(L));
	call->failed = true;
}

static void run(lua_State *L, struct call *call)
{
	lua_State *co = push_coroutine(L);
	int first = lua_gettop(L) + 1;
	int status, nresults;
	unsigned int i;

	if (!lua_checkstack(co, call->nargs + 1))
		luaL_error(L, "too many arguments");
	luaL_checkstack(L, call->nargs + 1, "too many arguments");
	for (i = 0; i < call->nargs; i++)
		lunatik_value_push(L, &call->args[i]);
	lua_xmove(L, co, call->nargs);	/* all at once: a push may raise */
	status = lua_resume(co, L, call->nargs, &nresults);
	if (status != LUA_OK && status != LUA_YIELD) {
		fail(L, co, call);
		return;
	}
	luaL_checkstack(L, nresults + 1, "too many results");
	lua_xmove(co, L, nresults);
	if (status == LUA_OK) {
		drop_coroutine(L);
		take_entry(L, first);
	}
	put_results(L, call, first);
}

/* inside the runtime, protected */
static void resume_event(lua_State *L, struct lunatik_object *object, void *arg)
{
	struct lunatik_runtime *rt = lunatik_runtime_of(L);
	struct call *call = arg;

	call->busy = rt->resumed_by;
	if (call->busy)
		return;
	WRITE_ONCE(rt->resumed_by, current);
	call->began = true;
	run(L, call);
}

static int resume_main(lua_State *L)
{
	struct call *call = lua_touserdata(L, 1);

	lua_settop(L, 0);
	resume_event(L, NULL, call);
	return 0;
}

static int keep_message(lua_State *L)
{
	struct call *call = lua_touserdata(L, 2);

	lua_settop(L, 1);
	put_results(L, call, 1);
	call->lost = false;
	return 0;
}

/* what went wrong outside the entry function; without memory for it, just that it did */
static void fail_outside(struct lunatik_entry *entry, struct call *call)
{
	lua_State *L = entry->L;
	unsigned int n;

	lunatik_values_of(call->results, &n);
	call->failed = true;
	call->lost = true;
	if (!n && !(entry->flags & ENTRY_DOOMED) && lunatik_message(L) && lua_checkstack(L, 3)) {
		lua_pushcfunction(L, keep_message);
		lua_pushvalue(L, -2);
		lua_pushlightuserdata(L, call);
		lua_pcall(L, 2, 0, 0);
	}
	if (call->lost)
		lunatik_report(L, lunatik_message(L));
}

static int visit(struct lunatik_runtime *rt, struct call *call, struct lunatik_entry *parent)
{
	struct lunatik_entry entry;
	int err = lunatik_entry_enter_from(&entry, rt, parent);

	if (err)
		return err;
	lua_pushcfunction(entry.L, resume_main);
	lua_pushlightuserdata(entry.L, call);
	if (lunatik_pcall(&entry, 1, 0))
		fail_outside(&entry, call);
	lunatik_entry_leave(&entry);
	return 0;
}

/* the run of the entry function that this task began is over, or has yielded */
static void finish(struct lunatik_runtime *rt)
{
	WRITE_ONCE(rt->resumed_by, NULL);
	wake_up_all(&rt->resumeq);
}

/* @object: the thread whose body is to run, or NULL: once it is disarmed, it never will */
static int wait_turn(struct lunatik_runtime *rt, struct lunatik_object *object)
{
	if (READ_ONCE(rt->resumed_by) == current)
		return -EDEADLK;
	return wait_event_interruptible(rt->resumeq, !READ_ONCE(rt->resumed_by) ||
					(object && READ_ONCE(object->state) == OBJECT_DISARMED) ||
					lunatik_runtime_state(rt) >= LUNATIK_STOPPING) ?
	       -EINTR : 0;
}

/*
 * Runs the entry function of @rt. Context: process, owning nothing of @rt. @object:
 * the thread whose body it is, or NULL. @parent: the caller's let-go entry, or NULL.
 */
static int resume(struct lunatik_runtime *rt, struct lunatik_object *object,
		  struct call *call, struct lunatik_entry *parent)
{
	int err;

	do {
		call->busy = false;
		err = object ? lunatik_call(object, resume_event, call) :
			       visit(rt, call, parent);
		if (!call->busy)
			break;
		err = wait_turn(rt, object);
	} while (!err);
	if (call->began)
		finish(rt);
	return err;
}

int lunatik_object_resume(struct lunatik_object *object)
{
	struct call call = { };

	return resume(READ_ONCE(object->runtime), object, &call, NULL);
}
EXPORT_SYMBOL_GPL(lunatik_object_resume);

static int push_results(lua_State *L, struct call *call)
{
	unsigned int i, n;
	struct lunatik_value *values = lunatik_values_of(call->results, &n);

	if (call->lost || (call->failed && !n))
		return luaL_error(L, "resume failed: see the kernel log");
	luaL_checkstack(L, n + 1, "too many results");
	for (i = 0; i < n; i++)
		lunatik_value_push(L, &values[i]);
	return call->failed ? lua_error(L) : n;
}

static void stays(lua_State *L, int arg)
{
	luaL_argerror(L, arg, lua_pushfstring(L, "invalid object (a %s cannot leave its runtime)",
					      luaL_typename(L, arg)));
}

/* the runtime itself is the first value: its reference must outlive the wait */
static void box_arguments(lua_State *L, struct call *call, int nargs)
{
	void *box = lunatik_values_box(L);
	struct lunatik_value *values = lunatik_values_grow(box, nargs + 1, gfp_of(L));
	int i;

	if (!values)
		luaL_error(L, "not enough memory");
	for (i = 0; i <= nargs; i++) {
		if (!can_leave(L, i + 1))
			stays(L, i + 1);
		put_value(L, box, i + 1, &values[i]);
	}
	call->args = values + 1;
	call->nargs = nargs;
}

/***
 * Calls the runtime's entry function, or continues it where it yielded.
 *
 * The entry function is what the script returned; when a call of it returns a
 * function, that is the next one. Values cross by copy, objects by reference.
 *
 * @function runtime:resume
 * @param[opt] ... nil, booleans, integers, strings and objects
 * @return what it returned or yielded; what cannot leave its runtime becomes nil
 * @raise the function's error; `invalid object ...`; `null-pointer dereference` after stop
 * @usage local answer = runtime:resume(queue, "question")
 */
int lunatik_resume(lua_State *L)
{
	lunatik_object_t *object = lunatik_checkruntime(L, 1);
	struct lunatik_runtime *rt = lunatik_runtime_from(object);
	struct lunatik_entry *entry = lunatik_runtime_of(L)->entry;
	struct call call = { };
	int err;

	box_arguments(L, &call, lua_gettop(L) - 1);
	call.results = lunatik_values_box(L);
	lunatik_block(L);
	err = resume(rt, NULL, &call, entry);
	lunatik_unblock(L);
	if (err == -EINTR)
		return luaL_error(L, "interrupted");
	if (err == -ENXIO)	/* stopped by way of another handle */
		return luaL_error(L, "null-pointer dereference");
	if (err)
		return lunatik_raise(L, rt->script, err);
	return push_results(L, &call);
}
