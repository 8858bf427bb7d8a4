// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * netdevice.c - library "notifier": network devices come, change and go
 *
 * The kernel calls the chain of a network namespace with the lock of all network
 * devices held (rtnl), in process context. Adding a block replays the devices that
 * there are already; these events are kept, and the function is called about them
 * when the lock is released: before netdevice() returns, and before any newer event.
 * So none is lost, however many there are and whatever the runtime is doing.
 *
 * A namespace is not kept from going away. When it does, the blocks in its chain are
 * taken out, after its last device has gone, and the notifiers come to their end.
 *
 * `hooks_lock` guards `hooks` and each notifier's `hook` and `net`; it is taken before
 * rtnl and after the kernel's lock of pernet operations. So it is not held where the
 * latter is taken: a notifier for all namespaces is in no list. No lock is held while
 * Lua runs, but in an event rtnl is, by the kernel: an event never waits.
 *
 * The rest of the kernel relies on being told of what has happened. Therefore BAD
 * counts where the kernel asks before it does something, and STOP nowhere: a device
 * that is unregistered behind the back of its protocols never goes away.
 *
 * netdevice() fails when the namespace cannot be found, and for want of memory.
 */

#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/slab.h>

#include "compat.h"
#include "notifier.h"

struct netdevice_past {
	struct list_head		list;
	struct luanotifier_record	record;
};

static LIST_HEAD(hooks);
static DEFINE_MUTEX(hooks_lock);

/* ------------------------------------------------------------------------ event */

static int netdevice_push(lua_State *L, const struct luanotifier_record *record)
{
	lua_pushstring(L, record->name);
	return 1;
}

/* does the kernel ask, and go without when told so? */
static bool netdevice_asks(unsigned long event, const void *data)
{
	const struct netdev_notifier_changeupper_info *upper = data;

	switch (event) {
	case NETDEV_PRE_UP:
	case NETDEV_PRE_TYPE_CHANGE:
	case NETDEV_PRE_CHANGEADDR:
	case NETDEV_PRECHANGEMTU:
		return true;
	case NETDEV_PRECHANGEUPPER:
		return upper->linking;	/* it does not ask before it unlinks */
	}
	return false;
}

/* keeps an event of the replay */
static int netdevice_keep(struct luanotifier *notifier, const struct luanotifier_record *record)
{
	struct netdevice_past *past = NULL;

	if (!lunatik_object_charge(notifier->object, sizeof(*past))) {
		past = kmalloc(sizeof(*past), GFP_KERNEL);
		if (!past)
			lunatik_object_uncharge(notifier->object, sizeof(*past));
	}
	if (!past) {
		notifier->lacking = true;
		return notifier_from_errno(-ENOMEM);
	}
	past->record = *record;
	list_add_tail(&past->list, &notifier->replay);
	return NOTIFY_OK;
}

/* under rtnl */
static int netdevice_event(struct notifier_block *block, unsigned long event, void *data)
{
	struct luanotifier *notifier = container_of(block, struct luanotifier, block);
	struct luanotifier_record record = {
		.event	= event,
		.bad	= netdevice_asks(event, data) ? NOTIFY_BAD : NOTIFY_OK,
		.stop	= NOTIFY_OK,
	};

	strscpy(record.name, netdev_notifier_info_to_dev(data)->name, sizeof(record.name));
	if (READ_ONCE(notifier->adding) == current)
		return netdevice_keep(notifier, &record);
	return luanotifier_notify(notifier, &record);
}

/* ----------------------------------------------------------------------- replay */

static bool netdevice_next(struct luanotifier *notifier, struct luanotifier_record *record)
{
	struct netdevice_past *past = list_first_entry_or_null(&notifier->replay,
							       struct netdevice_past, list);

	if (!past)
		return false;
	*record = past->record;
	list_del(&past->list);
	kfree(past);
	lunatik_object_uncharge(notifier->object, sizeof(*past));
	return true;
}

void luanotifier_replay_free(struct luanotifier *notifier)
{
	struct luanotifier_record record;

	while (netdevice_next(notifier, &record))
		;
}

static int netdevice_replay_one(lua_State *L)
{
	struct luanotifier *notifier = lua_touserdata(L, 1);
	const struct luanotifier_record *record = lua_touserdata(L, 2);

	lunatik_object_pushvalue(L, notifier->object);
	lua_pushinteger(L, record->event);
	lua_call(L, netdevice_push(L, record) + 1, 0);
	return 0;
}

/* NULL where there is none: what is no string would take memory to convert */
static const char *netdevice_message(lua_State *L)
{
	return lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
}

/* an error in one of them is no reason to leave out the others */
void luanotifier_replay(lua_State *L, struct luanotifier *notifier)
{
	struct luanotifier_record record;

	while (netdevice_next(notifier, &record)) {
		lua_pushcfunction(L, netdevice_replay_one);
		lua_pushlightuserdata(L, notifier);
		lua_pushlightuserdata(L, &record);
		if (lua_pcall(L, 2, 0, 0) != LUA_OK) {
			lunatik_report(L, netdevice_message(L));
			lua_pop(L, 1);
		}
	}
}

/* ---------------------------------------------------------------------- add, remove */

static void netdevice_unhook(struct luanotifier *notifier)
{
	lockdep_assert_held(&hooks_lock);
	unregister_netdevice_notifier_net(notifier->net, &notifier->block);
	list_del_init(&notifier->hook);
	notifier->net = NULL;
}

static int netdevice_hook(struct luanotifier *notifier)
{
	struct net *net = lunatik_netns_get(&notifier->netns);
	int err;

	if (IS_ERR(net))
		return PTR_ERR(net);
	mutex_lock(&hooks_lock);
	err = register_netdevice_notifier_net(net, &notifier->block);
	if (!err) {
		notifier->net = net;
		list_add(&notifier->hook, &hooks);
	}
	mutex_unlock(&hooks_lock);
	put_net(net);	/* from now on its end is told to us */
	return err;
}

static void netdevice_remove(struct luanotifier *notifier)
{
	if (notifier->everywhere) {
		unregister_netdevice_notifier(&notifier->block);
		return;
	}
	mutex_lock(&hooks_lock);
	if (notifier->net)
		netdevice_unhook(notifier);
	mutex_unlock(&hooks_lock);
}

static int netdevice_add(struct luanotifier *notifier)
{
	int err;

	notifier->block.notifier_call = netdevice_event;
	WRITE_ONCE(notifier->adding, current);
	err = notifier->everywhere ? register_netdevice_notifier(&notifier->block) :
				     netdevice_hook(notifier);
	if (!err && notifier->lacking) {
		netdevice_remove(notifier);
		err = -ENOMEM;
	}
	WRITE_ONCE(notifier->adding, NULL);
	return err;
}

/* a namespace is at its end; its devices are gone */
static void __net_exit netdevice_net_exit(struct net *net)
{
	struct luanotifier *notifier, *next;

	mutex_lock(&hooks_lock);
	list_for_each_entry_safe(notifier, next, &hooks, hook) {
		if (notifier->net != net)
			continue;
		netdevice_unhook(notifier);
		WRITE_ONCE(notifier->over, true);
		lunatik_object_retire(notifier->object);
	}
	mutex_unlock(&hooks_lock);
}

static struct pernet_operations netdevice_net_ops = {
	.exit = netdevice_net_exit,
};

int luanotifier_netdevice_init(void)
{
	return register_pernet_subsys(&netdevice_net_ops);
}

void luanotifier_netdevice_exit(void)
{
	unregister_pernet_subsys(&netdevice_net_ops);
}

static const struct luanotifier_kind netdevice_kind = {
	.add	= netdevice_add,
	.remove	= netdevice_remove,
	.push	= netdevice_push,
};

/* -------------------------------------------------------------- what Lua calls */

static void netdevice_checknetns(lua_State *L, struct luanotifier *notifier)
{
	const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";

	notifier->everywhere = strcmp(name, "all") == 0;
	lunatik_netns_script(L, &notifier->netns);
	if (!notifier->everywhere)
		lunatik_netns_check(L, 2, &notifier->netns);
}

/***
 * Calls a function about what happens to the network devices of a network namespace.
 *
 * It is called as fn(event, name): the event is one of `notifier.netdev`, the name is
 * the device's. For each device that there is already it is called with `REGISTER`, and
 * with `UP` if it is up, before `netdevice` returns. It must not sleep afterwards: the
 * lock of all network devices is held. It may return one of `notifier.notify`: `BAD`
 * vetoes `PRE_UP`, `PRE_TYPE_CHANGE`, `PRE_CHANGEADDR`, `PRECHANGEMTU` and
 * `PRECHANGEUPPER`; what has happened already cannot be vetoed.
 *
 * The namespace is that of who ran the command `lunatik run`, or that of a process, named
 * by its number, of a file, named by its path, or of the current task, `"caller"`; or it
 * is each of them, for `"all"`. With its namespace the notifier comes to its end.
 *
 * @function netdevice
 * @tparam function fn
 * @tparam[opt] ?integer|string netns a process, a path, "caller" or "all"
 * @treturn notifier
 * @raise a message of the kernel; "cannot sleep" outside process context
 * @usage notifier.netdevice(function(event, name) print(event, name) end)
 */
int luanotifier_netdevice(lua_State *L)
{
	struct luanotifier *notifier;

	lua_settop(L, 2);	/* the path of the namespace stays here */
	notifier = luanotifier_new(L, &luanotifier_class, &netdevice_kind);
	netdevice_checknetns(L, notifier);
	lunatik_object_arm(L, notifier->object, 1);
	luanotifier_replay(L, notifier);
	return 1;
}
