// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * keyboard.c - library "notifier": what is typed on the consoles' keyboard
 *
 * The kernel calls the chain several times for each key, with interrupts off: with the
 * number of the key first, then with what its map makes of it. Only STOP keeps a key
 * from going on; BAD is taken for it here, since whoever says BAD means that.
 *
 * While the kernel dies no Lua runs: SysRq and the panic screen come by here, too.
 */

#include <linux/keyboard.h>
#include <linux/printk.h>

#include "compat.h"
#include "notifier.h"

static int keyboard_push(lua_State *L, const struct luanotifier_record *record)
{
	lua_pushboolean(L, record->down);
	lua_pushboolean(L, record->shift);
	lua_pushinteger(L, record->key);
	return 3;
}

/* interrupts off; the keyboard's lock held */
static int keyboard_event(struct notifier_block *block, unsigned long event, void *data)
{
	struct luanotifier *notifier = container_of(block, struct luanotifier, block);
	const struct keyboard_notifier_param *param = data;
	struct luanotifier_record record = {
		.event	= event,
		.bad	= NOTIFY_STOP,
		.stop	= NOTIFY_STOP,
		.key	= param->value,
		.down	= param->down,
		.shift	= param->shift,
	};

	return oops_in_progress ? NOTIFY_OK : luanotifier_notify(notifier, &record);
}

static int keyboard_add(struct luanotifier *notifier)
{
	notifier->block.notifier_call = keyboard_event;
	return register_keyboard_notifier(&notifier->block);
}

static void keyboard_remove(struct luanotifier *notifier)
{
	unregister_keyboard_notifier(&notifier->block);
}

static const struct luanotifier_kind keyboard_kind = {
	.add	= keyboard_add,
	.remove	= keyboard_remove,
	.push	= keyboard_push,
};

/***
 * Calls a function about each key that goes down or up on the keyboard of the consoles.
 *
 * It is called as fn(event, down, shift, key): the event is one of `notifier.kbd`;
 * `down` and `shift` are booleans; `key` is a key's number or what the console's key
 * map makes of it, according to the event (the low byte of a `KEYSYM` is the character,
 * for most keys that have one). It may return one of `notifier.notify`: with `STOP` or
 * `BAD` the key goes no further. It runs in an interrupt, so it must not sleep.
 *
 * @function keyboard
 * @tparam function fn
 * @treturn notifier
 * @raise a message of the kernel; "cannot sleep" outside process context
 * @usage notifier.keyboard(function(event, down, shift, key) print(event, down, key) end)
 */
int luanotifier_keyboard(lua_State *L)
{
	struct luanotifier *notifier = luanotifier_new(L, &luanotifier_class, &keyboard_kind);

	lunatik_object_arm(L, notifier->object, 1);
	return 1;
}
