// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * vterm.c - library "notifier": what is written to the virtual terminals
 *
 * The chain is called with the lock of the consoles held, by who writes to a terminal:
 * a process, or the kernel itself, which prints its messages with interrupts off and
 * maybe with other locks held. Hence the class is an isolated one, with interrupts off.
 *
 * A function that prints would go on for ever: what it prints is written to the
 * terminal by whoever writes there already, each character of it calls the function,
 * which prints. So once it has printed, or failed, what the kernel prints is no event
 * for it for a while: for longer than a line takes, which ends the matter. What processes
 * write is not left out.
 *
 * `muted` is a word that any CPU reads and writes; whose comes first does not matter.
 */

#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/printk.h>
#include <linux/vt.h>
#include <linux/vt_kern.h>

#include "compat.h"
#include "notifier.h"

#define MUTED_FOR	(100 * NSEC_PER_MSEC)

static void vterm_mute(struct luanotifier *notifier)
{
	WRITE_ONCE(notifier->muted, ktime_get_mono_fast_ns() + MUTED_FOR);
}

/* the kernel's messages are what is printed with interrupts off */
static bool vterm_ismuted(const struct luanotifier *notifier)
{
	u64 muted = READ_ONCE(notifier->muted);

	return muted && irqs_disabled() && ktime_get_mono_fast_ns() < muted;
}

static int vterm_push(lua_State *L, const struct luanotifier_record *record)
{
	lua_pushinteger(L, record->unit);
	lua_pushinteger(L, record->console);
	return 2;
}

/* the other events have a character that nobody has set */
static bool vterm_haschar(unsigned long event)
{
	return event == VT_WRITE || event == VT_PREWRITE;
}

static int vterm_event(struct notifier_block *block, unsigned long event, void *data)
{
	struct luanotifier *notifier = container_of(block, struct luanotifier, block);
	const struct vt_notifier_param *param = data;
	struct luanotifier_record record = {
		.event		= event,
		.bad		= NOTIFY_STOP,
		.stop		= NOTIFY_STOP,
		.unit		= vterm_haschar(event) ? param->c : 0,
		.console	= param->vc->vc_num,
	};

	if (oops_in_progress || vterm_ismuted(notifier))
		return NOTIFY_OK;
	return luanotifier_notify(notifier, &record);
}

static int vterm_add(struct luanotifier *notifier)
{
	notifier->block.notifier_call = vterm_event;
	return register_vt_notifier(&notifier->block);
}

static void vterm_remove(struct luanotifier *notifier)
{
	unregister_vt_notifier(&notifier->block);
}

static const struct luanotifier_kind vterm_kind = {
	.add	= vterm_add,
	.remove	= vterm_remove,
	.push	= vterm_push,
	.printed = vterm_mute,
};

/***
 * Calls a function about what happens on the virtual terminals.
 *
 * It is called as fn(event, c, vc_num): the event is one of `notifier.vt`; `c` is the
 * character, 0 for events that have none; `vc_num` is the number of the terminal, 0 for
 * /dev/tty1. It may return one of `notifier.notify`: with `STOP` or `BAD`, at
 * `VT_PREWRITE`, the character is not written. It must not sleep. When it is called about
 * a message of the kernel, it can neither create objects nor use much memory at once:
 * whoever made the kernel print may hold any of its locks.
 *
 * When the function prints, or raises an error, messages of the kernel on the terminal
 * are not told to it for the next 100 ms: its own would be among them.
 *
 * @function vterm
 * @tparam function fn
 * @treturn notifier
 * @raise a message of the kernel; "cannot sleep" outside process context
 * @usage notifier.vterm(function(event, c, vc_num) count[vc_num] = count[vc_num] + 1 end)
 */
int luanotifier_vterm(lua_State *L)
{
	struct luanotifier *notifier = luanotifier_new(L, &luanotifier_vterm_class, &vterm_kind);

	lunatik_object_arm(L, notifier->object, 1);
	return 1;
}
