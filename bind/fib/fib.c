// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * fib.c - library "fib": rules that choose a routing table
 *
 * Owns the list of the rules that scripts made and that are still there, as far as
 * this module knows: each is an object, armed in its runtime, so the runtime's end
 * deletes it. It leaves the list when it is deleted, by whatever script, and when its
 * network namespace goes, which it does not keep alive. A rule that a program
 * deleted stays in the list until a script makes it again, or wants it deleted.
 *
 * Process context throughout. `lock` guards the list and each rule's `net`, and is
 * held while the kernel is told, so that the list is what the kernel was told. It is
 * taken before the lock of the network's configuration, and inside that of the
 * namespaces. What the kernel says comes back as an error.
 */

#include <linux/delay.h>
#include <linux/module.h>
#include <linux/mutex.h>

#include "fib.h"

/* the private part of a rule */
struct luafib {
	struct luafib_rule	rule;
	struct lunatik_netns	netns;		/* for arm() alone */
	struct lunatik_object	*object;
	struct list_head	list;
	struct net		*net;		/* while it is in the list; no reference */
	int			err;		/* of making it */
};

static LIST_HEAD(fib_rules);
static DEFINE_MUTEX(fib_lock);

/* ------------------------------------------------------------------ arm, disarm */

/* the rule that a script made; needs: the lock */
static struct luafib *fib_find(struct net *net, const struct luafib_rule *rule)
{
	struct luafib *fib;

	list_for_each_entry(fib, &fib_rules, list)
		if (fib->net == net && fib->rule.table == rule->table &&
		    fib->rule.priority == rule->priority && fib->rule.family == rule->family)
			return fib;
	return NULL;
}

/* needs: the lock */
static void fib_forget(struct luafib *fib)
{
	list_del(&fib->list);
	fib->net = NULL;
}

/*
 * For a rule that is not there any more. Under the lock its runtime cannot end: it
 * would have to disarm it first.
 */
static void fib_retire(struct luafib *fib)
{
	fib_forget(fib);
	lunatik_object_retire(fib->object);
}

/* the kernel has one at the most, so one that is in the list was deleted by a program */
static int fib_add(struct luafib *fib, struct net *net)
{
	struct luafib *stale;
	int err;

	mutex_lock(&fib_lock);
	err = luafib_rule_add(net, &fib->rule);
	if (!err) {
		stale = fib_find(net, &fib->rule);
		if (stale)
			fib_retire(stale);
		fib->net = net;
		list_add(&fib->list, &fib_rules);
	}
	mutex_unlock(&fib_lock);
	return err;
}

/* an error is left to newrule(), which has a message of its own for it */
static int fib_arm(struct lunatik_object *object)
{
	struct luafib *fib = object->private;
	struct net *net = lunatik_netns_get(&fib->netns);

	if (IS_ERR(net)) {
		fib->err = PTR_ERR(net);
		return 0;
	}
	fib->err = fib_add(fib, net);
	put_net(net);
	return 0;
}

#define DELETE_TRIES	50
#define DELETE_PAUSE	20	/* ms */

/* nobody is there who could do it later; needs: the lock */
static void fib_remove(struct net *net, const struct luafib_rule *rule)
{
	int err, tries = 0;

	while ((err = luafib_rule_del(net, rule, true)) == -ENOMEM && ++tries < DELETE_TRIES)
		msleep(DELETE_PAUSE);
	if (err && err != -ENOENT)
		pr_err("lunatik: the rule of priority %u for table %u stays: %pe\n",
		       rule->priority, rule->table, ERR_PTR(err));
}

/* a namespace that is going away takes its rules with it */
static void fib_disarm(struct lunatik_object *object)
{
	struct luafib *fib = object->private;
	struct net *net;

	mutex_lock(&fib_lock);
	if (fib->net) {
		net = maybe_get_net(fib->net);
		fib_forget(fib);
		if (net) {
			fib_remove(net, &fib->rule);
			put_net(net);
		}
	}
	mutex_unlock(&fib_lock);
}

static const struct lunatik_class fib_class = {
	.name		= "fib",
	.owner		= THIS_MODULE,
	.flags		= LUNATIK_SLEEPABLE,
	.arm		= fib_arm,
	.disarm		= fib_disarm,
};

static const struct lunatik_class *const fib_classes[] = { &fib_class, NULL };

/* -------------------------------------------------------------- what Lua calls */

static u32 fib_checku32(lua_State *L, int idx, u32 min)
{
	lua_Integer value = luaL_checkinteger(L, idx);

	luaL_argcheck(L, value >= min && value <= U32_MAX, idx, "out of range");
	return value;
}

/* table, priority, family, netns */
static void fib_check(lua_State *L, struct luafib_rule *rule, struct lunatik_netns *netns)
{
	static const char *const families[] = { "inet", "inet6", NULL };

	rule->table = fib_checku32(L, 1, 1);
	rule->priority = fib_checku32(L, 2, 0);
	rule->family = luaL_checkoption(L, 3, families[0], families) ? AF_INET6 : AF_INET;
	lunatik_netns_script(L, netns);
	lunatik_netns_check(L, 4, netns);
}

/***
 * Adds a routing rule: all packets are looked up in a table, at a priority.
 *
 * It is there until delrule() deletes it, the runtime is stopped, or its network
 * namespace goes; it does not keep that alive. Without `netns` it is made in the
 * namespace that the script was started from: that of `lunatik run`, or of the prompt.
 *
 * It is a rule of protocol `kernel`, of which there is only one for a table and a
 * priority. Others, of programs, are left alone: they may be the same but for that.
 *
 * @function newrule
 * @tparam integer table 1 to 0xffffffff; 254 is main
 * @tparam integer priority 0 to 0xffffffff; lower ones come first
 * @tparam[opt="inet"] string family "inet" (IPv4) or "inet6"
 * @tparam[opt] ?integer|string netns a process, a path, or "caller"; see `socket.new`
 * @raise `failed on newrule`, and the errno: `-EEXIST` when a script has made it already,
 *   `-EAFNOSUPPORT` without IPv6, `-ESRCH` (no such process), `-ENOENT` (no such file),
 *   `-ENONET` (the script's namespace is gone); `out of range`; "cannot use 'fib' class
 *   on non-sleepable runtime"; "may sleep" in atomic context
 * @usage fib.newrule(100, 5000)
 */
static int luafib_newrule(lua_State *L)
{
	struct lunatik_netns netns = {};
	struct luafib_rule rule = {};
	struct lunatik_object *object;
	struct luafib *fib;
	int err;

	fib_check(L, &rule, &netns);
	object = lunatik_object_new(L, &fib_class, sizeof(*fib));
	fib = object->private;
	fib->object = object;
	fib->rule = rule;
	fib->netns = netns;
	lua_pushnil(L);
	lunatik_object_arm(L, object, -1);
	err = fib->err;
	if (!err)
		return 0;
	lunatik_object_disarm(L, object);
	return lunatik_raise(L, "failed on newrule", err);
}

static int fib_delete(struct net *net, const struct luafib_rule *rule)
{
	struct luafib *fib;
	int err;

	mutex_lock(&fib_lock);
	fib = fib_find(net, rule);
	err = luafib_rule_del(net, rule, fib);
	if (fib && (!err || err == -ENOENT))
		fib_retire(fib);
	mutex_unlock(&fib_lock);
	return err;
}

/***
 * Deletes a routing rule of a table and a priority.
 *
 * If scripts made one, it is that, whichever script did; else the first rule that has
 * both, whoever made it and whatever else it says, as `ip rule del` does.
 *
 * @function delrule
 * @tparam integer table 1 to 0xffffffff
 * @tparam integer priority 0 to 0xffffffff
 * @tparam[opt="inet"] string family "inet" (IPv4) or "inet6"
 * @tparam[opt] ?integer|string netns as for `newrule`
 * @raise `failed on delrule`, and the errno: `-ENOENT` when there is no such rule (any
 *   more), and as `newrule`
 * @usage fib.delrule(100, 5000)
 */
static int luafib_delrule(lua_State *L)
{
	struct lunatik_netns netns = {};
	struct luafib_rule rule = {};
	struct net *net;
	int err;

	fib_check(L, &rule, &netns);
	lunatik_block(L);
	net = lunatik_netns_get(&netns);
	err = PTR_ERR_OR_ZERO(net);
	if (!err) {
		err = fib_delete(net, &rule);
		put_net(net);
	}
	lunatik_unblock(L);
	return err ? lunatik_raise(L, "failed on delrule", err) : 0;
}

/* ------------------------------------------------------------------- the module */

static const struct lunatik_method fib_functions[] = {
	{ "newrule",	luafib_newrule,	LUNATIK_SLEEPS },
	{ "delrule",	luafib_delrule,	LUNATIK_SLEEPS },
	{ }
};

static struct lunatik_library fib_library = {
	.name		= "fib",
	.functions	= fib_functions,
	.classes	= fib_classes,
	.flags		= LUNATIK_SLEEPABLE,
	.owner		= THIS_MODULE,
};

/* what remains in the list is of a namespace that nobody can name any more */
static void __net_exit fib_net_exit(struct net *net)
{
	struct luafib *fib, *next;

	mutex_lock(&fib_lock);
	list_for_each_entry_safe(fib, next, &fib_rules, list)
		if (fib->net == net)
			fib_retire(fib);
	mutex_unlock(&fib_lock);
}

static struct pernet_operations fib_net_ops = {
	.exit	= fib_net_exit,
};

static int __init fib_init(void)
{
	int err = register_pernet_subsys(&fib_net_ops);

	if (err)
		return err;
	err = lunatik_library_register(&fib_library);
	if (err)
		unregister_pernet_subsys(&fib_net_ops);
	return err;
}

static void __exit fib_exit(void)
{
	lunatik_library_unregister(&fib_library);
	unregister_pernet_subsys(&fib_net_ops);
}

module_init(fib_init);
module_exit(fib_exit);

MODULE_DESCRIPTION("Lunatik: routing rules");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS("lunatik-fib");
