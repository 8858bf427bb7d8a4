// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * notifier.c - library "notifier": the kernel's notifier chains call Lua functions
 *
 * Owns the objects of classes "notifier" and "vterm notifier": one block each in a
 * chain of the kernel. What differs between the chains is in keyboard.c, vterm.c and
 * netdevice.c; here is what they share, from the event to the answer.
 *
 * An event comes in the context that the kernel calls the chain in: a keyboard's in
 * an interrupt, a terminal's under any lock that somebody who prints holds, a network
 * device's with the lock of the network devices. So events never wait. One that finds
 * the runtime in use is queued, and the kernel gets OK for it, or what the script has
 * set; it always gets OK when the function raised an error, and when the runtime stops.
 *
 * The kernel gets nothing but what its chains know. What a script's BAD and STOP mean
 * to a chain is the chain's business: some only can be vetoed, some would lose their
 * wits if the rest of the kernel were not told.
 *
 * No locks here: a block is written before it is added, a verdict is on the stack, and
 * what the script has set is one word.
 */

#include <linux/errno.h>
#include <linux/module.h>

#include "compat.h"
#include "notifier.h"

/* ------------------------------------------------------------------------ event */

static void luanotifier_complain(lua_State *L, struct luanotifier *notifier, const char *what)
{
	if (notifier->reported)
		return;
	notifier->reported = true;
	lunatik_report(L, what);
}

/* what the chain gets for one of notifier.notify; -1 for anything else */
static int luanotifier_answer(const struct luanotifier_record *record, lua_Integer result)
{
	switch (result) {
	case NOTIFY_DONE:
	case NOTIFY_OK:
		return result;
	case NOTIFY_STOP:
		return record->stop;
	case NOTIFY_BAD:
		return record->bad;
	}
	return -1;
}

static int luanotifier_verdict(lua_State *L, struct luanotifier *notifier,
			       const struct luanotifier_record *record, lua_Integer result)
{
	int answer = luanotifier_answer(record, result);

	if (answer < 0) {
		luanotifier_complain(L, notifier,
				     "notifier: the result is none of notifier.notify");
		return NOTIFY_OK;
	}
	if (result == NOTIFY_BAD && answer == NOTIFY_OK)
		luanotifier_complain(L, notifier, "notifier: this event cannot be vetoed");
	return answer;
}

void luanotifier_call(lua_State *L, struct luanotifier *notifier,
		      struct luanotifier_record *record)
{
	lua_Integer result = NOTIFY_DONE;

	lunatik_object_pushvalue(L, notifier->object);
	lua_pushinteger(L, record->event);
	lua_call(L, notifier->kind->push(L, record) + 1, 1);
	if (lua_type(L, -1) == LUA_TNUMBER)
		result = lua_tointeger(L, -1);
	lua_pop(L, 1);
	record->verdict = luanotifier_verdict(L, notifier, record, result);
}

/* the script has printed, or an error of it was */
static void luanotifier_printed(struct luanotifier *notifier)
{
	if (notifier->kind->printed)
		notifier->kind->printed(notifier);
}

/* inside the runtime, protected */
static void luanotifier_event(lua_State *L, struct lunatik_object *object, void *arg)
{
	struct luanotifier *notifier = object->private;

	luanotifier_replay(L, notifier);
	luanotifier_call(L, notifier, arg);
	if (lunatik_hasprinted(L))
		luanotifier_printed(notifier);
}

int luanotifier_notify(struct luanotifier *notifier, struct luanotifier_record *record)
{
	switch (lunatik_event(notifier->object, luanotifier_event, record, sizeof(*record))) {
	case 0:
		return record->verdict;
	case -ECANCELED:
		luanotifier_printed(notifier);
		return NOTIFY_OK;
	case -EINPROGRESS:
	case -ENOBUFS:
	case -EBUSY:
	case -EDEADLK:
		return luanotifier_answer(record, READ_ONCE(notifier->busy));
	}
	return NOTIFY_OK;
}

/* ---------------------------------------------------------- arm, disarm, release */

static int luanotifier_arm(struct lunatik_object *object)
{
	struct luanotifier *notifier = object->private;

	return notifier->kind->add(notifier);
}

static void luanotifier_disarm(struct lunatik_object *object)
{
	struct luanotifier *notifier = object->private;

	notifier->kind->remove(notifier);
}

static void luanotifier_release(struct lunatik_object *object)
{
	struct luanotifier *notifier = object->private;

	if (notifier->object)	/* else it is all zeros */
		luanotifier_replay_free(notifier);
}

/* -------------------------------------------------------------- what Lua calls */

struct luanotifier *luanotifier_new(lua_State *L, const struct lunatik_class *class,
				    const struct luanotifier_kind *kind)
{
	struct lunatik_object *object;
	struct luanotifier *notifier;

	luaL_checktype(L, 1, LUA_TFUNCTION);
	object = lunatik_object_new(L, class, sizeof(*notifier));
	notifier = object->private;
	INIT_LIST_HEAD(&notifier->hook);
	INIT_LIST_HEAD(&notifier->replay);
	notifier->kind = kind;
	notifier->busy = NOTIFY_OK;
	notifier->object = object;
	lunatik_object_setqueue(L, object, LUANOTIFIER_RECORDS,
				sizeof(struct luanotifier_record));
	return notifier;
}

static struct lunatik_object *luanotifier_check(lua_State *L)
{
	bool vterm = lunatik_object_test(L, 1, &luanotifier_vterm_class);

	return lunatik_object_check(L, 1, vterm ? &luanotifier_vterm_class : &luanotifier_class);
}

/***
 * Removes a notifier from the kernel's chain. When it returns, its function does not
 * run any more, and is not called again.
 *
 * Also spelled `notifier.delete(n)`, `n:stop()` and `n:delete()`; a variable declared
 * `<close>` does it at the end of its block. A notifier cannot be removed by its own
 * function, which runs where nothing can be waited for. One whose network namespace has
 * gone is removed already: nothing is done.
 *
 * @function stop
 * @tparam notifier n
 * @raise `null-pointer dereference` when it was removed before; `notifier cannot
 *   unregister itself (deadlock)` in its own function; "cannot sleep" in others that
 *   run outside process context
 * @usage notifier.stop(n)
 */
static int luanotifier_stop(lua_State *L)
{
	struct lunatik_object *object = luanotifier_check(L);
	const struct luanotifier *notifier = object->private;

	if (!lunatik_object_disarm(L, object) && !READ_ONCE(notifier->over))
		luaL_argerror(L, 1, "null-pointer dereference");
	return 0;
}

/***
 * Says what the kernel gets while the runtime is in use, when an event must wait and its
 * answer cannot be waited for. It is `OK` at first.
 *
 * @function notifier:busy
 * @tparam integer result one of `notifier.notify`
 * @raise `none of notifier.notify`. Any context
 * @usage n:busy(notifier.notify.STOP) -- locked: no key passes
 */
static int luanotifier_busy(lua_State *L)
{
	struct luanotifier *notifier = luanotifier_check(L)->private;
	const struct luanotifier_record any = { .bad = NOTIFY_BAD, .stop = NOTIFY_STOP };
	lua_Integer result = luaL_checkinteger(L, 2);

	luaL_argcheck(L, luanotifier_answer(&any, result) >= 0, 2, "none of notifier.notify");
	WRITE_ONCE(notifier->busy, result);
	return 0;
}

static int luanotifier_close(lua_State *L)
{
	lunatik_object_disarm(L, luanotifier_check(L));
	return 0;
}

/* ------------------------------------------------------------------- the tables */

static const struct lunatik_method luanotifier_methods[] = {
	{ "stop",	luanotifier_stop,	LUNATIK_SLEEPS },
	{ "delete",	luanotifier_stop,	LUNATIK_SLEEPS },
	{ "__close",	luanotifier_close,	LUNATIK_SLEEPS },
	{ "busy",	luanotifier_busy },
	{ }
};

static const struct lunatik_method luanotifier_vterm_methods[] = {
	{ "stop",	luanotifier_stop,	LUNATIK_SLEEPS },
	{ "delete",	luanotifier_stop,	LUNATIK_SLEEPS },
	{ "__close",	luanotifier_close,	LUNATIK_SLEEPS },
	{ "busy",	luanotifier_busy },
	{ }
};

static const struct lunatik_method luanotifier_functions[] = {
#ifdef CONFIG_VT
	{ "keyboard",	luanotifier_keyboard,	LUNATIK_SLEEPS },
	{ "vterm",	luanotifier_vterm,	LUNATIK_SLEEPS },
#endif
	{ "netdevice",	luanotifier_netdevice,	LUNATIK_SLEEPS },
	{ "stop",	luanotifier_stop,	LUNATIK_SLEEPS },
	{ "delete",	luanotifier_stop,	LUNATIK_SLEEPS },
	{ }
};

const struct lunatik_class luanotifier_class = {
	.name		= "notifier",
	.methods	= luanotifier_methods,
	.owner		= THIS_MODULE,
	.flags		= LUNATIK_SLEEPABLE,
	.arm		= luanotifier_arm,
	.disarm		= luanotifier_disarm,
	.release	= luanotifier_release,
};

/* when the kernel prints, whoever made it may hold any lock; programs that write do not */
const struct lunatik_class luanotifier_vterm_class = {
	.name		= "vterm notifier",
	.methods	= luanotifier_vterm_methods,
	.owner		= THIS_MODULE,
	.flags		= LUNATIK_SLEEPABLE | LUNATIK_ISOLATED | LUNATIK_RELAXED,
	.arm		= luanotifier_arm,
	.disarm		= luanotifier_disarm,
	.release	= luanotifier_release,
};

static const struct lunatik_class *const luanotifier_classes[] = {
	&luanotifier_class, &luanotifier_vterm_class, NULL
};

static struct lunatik_library luanotifier_library = {
	.name		= "notifier",
	.functions	= luanotifier_functions,
	.constants	= luanotifier_constants,
	.classes	= luanotifier_classes,
	.flags		= LUNATIK_SLEEPABLE,
	.owner		= THIS_MODULE,
};

/* ------------------------------------------------------------------- the module */

static int __init luanotifier_init(void)
{
	int err = luanotifier_netdevice_init();

	if (err)
		return err;
	err = lunatik_library_register(&luanotifier_library);
	if (err)
		luanotifier_netdevice_exit();
	return err;
}

static void __exit luanotifier_exit(void)
{
	lunatik_library_unregister(&luanotifier_library);
	luanotifier_netdevice_exit();
}

module_init(luanotifier_init);
module_exit(luanotifier_exit);

MODULE_DESCRIPTION("Lunatik: the kernel's notifier chains call Lua functions");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS("lunatik-notifier");
