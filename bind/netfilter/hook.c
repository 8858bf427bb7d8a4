// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * hook.c - library "netfilter": hooks registered with a network namespace
 *
 * Owns the list of the hooks that are registered. A hook holds neither its namespace
 * nor its interface: when one of them goes, so does the registration, and what is
 * left is a hook that no packet meets, until its runtime ends. So `hooks_mutex` guards
 * the list, and who is in it is registered in hook->net, which is there.
 *
 * Contexts: process. The notifier of interfaces has RTNL; so has who registers with an
 * interface, and RTNL comes first. Unregistering does not wait for packets that are in
 * a hook: the core waits for those inside Lua, and frees an object, and lets go of this
 * module, after a grace period.
 *
 * Arming can fail: there is no such namespace or interface, or the kernel has no hook
 * like that.
 */

#include <linux/err.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>

#include "netfilter.h"

static LIST_HEAD(hooks);
static DEFINE_MUTEX(hooks_mutex);

static int register_hook(struct luanf_hook *hook, struct net *net)
{
	int err;

	mutex_lock(&hooks_mutex);
	err = nf_register_net_hook(net, &hook->ops);
	if (!err) {
		hook->net = net;
		list_add(&hook->list, &hooks);
	}
	mutex_unlock(&hooks_mutex);
	return err;
}

/* Needs: hooks_mutex, and @hook in the list */
static void unregister_hook(struct luanf_hook *hook)
{
	nf_unregister_net_hook(hook->net, &hook->ops);
	list_del_init(&hook->list);
	hook->net = NULL;
	hook->ops.dev = NULL;
}

/* with RTNL: the interface cannot go before its hook is in the list */
static int register_with_device(struct luanf_hook *hook, struct net *net)
{
	int err = -ENODEV;

	rtnl_lock();
	hook->ops.dev = __dev_get_by_name(net, hook->dev);
	if (hook->ops.dev)
		err = register_hook(hook, net);
	rtnl_unlock();
	return err;
}

int luanf_arm(struct lunatik_object *object)
{
	struct luanf_hook *hook = object->private;
	struct net *net = lunatik_netns_get(&hook->netns);
	int err;

	if (IS_ERR(net))
		return PTR_ERR(net);
	/* with a reference, so that its end comes after the hook is in the list */
	err = hook->dev[0] ? register_with_device(hook, net) : register_hook(hook, net);
	put_net(net);
	return err;
}

void luanf_disarm(struct lunatik_object *object)
{
	struct luanf_hook *hook = object->private;

	mutex_lock(&hooks_mutex);
	if (hook->net)
		unregister_hook(hook);
	mutex_unlock(&hooks_mutex);
}

/* ---------------------------------------------------------- namespaces, interfaces */

static void __net_exit namespace_exit(struct net *net)
{
	struct luanf_hook *hook, *next;

	mutex_lock(&hooks_mutex);
	list_for_each_entry_safe(hook, next, &hooks, list)
		if (net_eq(hook->net, net))
			unregister_hook(hook);
	mutex_unlock(&hooks_mutex);
}

static struct pernet_operations namespace_ops = {
	.pre_exit = namespace_exit,
};

static int device_event(struct notifier_block *block, unsigned long event, void *info)
{
	const struct net_device *dev = netdev_notifier_info_to_dev(info);
	struct luanf_hook *hook, *next;

	if (event != NETDEV_UNREGISTER)
		return NOTIFY_DONE;
	mutex_lock(&hooks_mutex);
	list_for_each_entry_safe(hook, next, &hooks, list)
		if (hook->ops.dev == dev)
			unregister_hook(hook);
	mutex_unlock(&hooks_mutex);
	return NOTIFY_DONE;
}

static struct notifier_block device_block = {
	.notifier_call = device_event,
};

int luanf_init(void)
{
	int err = register_pernet_subsys(&namespace_ops);

	if (err)
		return err;
	err = register_netdevice_notifier(&device_block);
	if (err)
		unregister_pernet_subsys(&namespace_ops);
	return err;
}

void luanf_exit(void)
{
	unregister_netdevice_notifier(&device_block);
	unregister_pernet_subsys(&namespace_ops);
}
