// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * kfunc.c - library "xdp": what BPF programs call, and how they find the script
 *
 * Owns the list of hooks, one for each runtime that has attached. Programs name the
 * runtime for each packet: names are compared where they lie, without counting or
 * hashing, which for the few scripts that there are is the quickest. Readers are in an
 * RCU section, writers have `hooks_mutex`. A hook that was unlinked is freed after a
 * grace period by the core, which has also waited for the events that are in Lua.
 *
 * bpf_luaxdp_run() is called in softirq context with a packet that has come, or in
 * process context (BPF_PROG_TEST_RUN), on any number of CPUs at a time. It allocates
 * nothing; what it waits for is the runtime, when another CPU is in it. Whatever goes
 * wrong, the program gets -1: no such runtime, no callback, an error in it, the runtime
 * is loading, stopping, or in use by the same CPU.
 *
 * The program's verifier has seen to it that key and argument are as long as said, and
 * can be written. The packet is what is in one piece: other fragments are not shown.
 *
 * Registering fails when this module has no type information (see btf.sh).
 */

#include <linux/module.h>
#include <linux/mutex.h>
#include <net/xdp.h>

#include "xdp.h"
#include "kfunc.h"
#include "lunatik_data.h"

#define NO_VERDICT	(-1)

static HLIST_HEAD(hooks);
static DEFINE_MUTEX(hooks_mutex);

/* one call of a program */
struct luaxdp_event {
	struct luaxdp_hook	*hook;
	struct xdp_buff		*packet;
	void			*arg;
	size_t			arg_size;
	int			verdict;
};

/* --------------------------------------------------------------- which script's */

/* Needs: an RCU section. A name has no NUL in it; what follows that of the key is not looked at */
static struct luaxdp_hook *find(const char *key, size_t size)
{
	struct luaxdp_hook *hook;

	hlist_for_each_entry_rcu(hook, &hooks, node)
		if (hook->length < size && !key[hook->length] &&
		    !memcmp(hook->name, key, hook->length))
			return hook;
	return NULL;
}

static bool is_taken(const struct luaxdp_hook *wanted)
{
	struct luaxdp_hook *hook;

	hlist_for_each_entry(hook, &hooks, node)
		if (!strcmp(hook->name, wanted->name))
			return true;
	return false;
}

/* a name stands for one runtime: programs could not tell another one from it */
int luaxdp_arm(struct lunatik_object *object)
{
	struct luaxdp_hook *hook = object->private;
	int err = 0;

	mutex_lock(&hooks_mutex);
	if (is_taken(hook))
		err = -EEXIST;
	else
		hlist_add_head_rcu(&hook->node, &hooks);
	mutex_unlock(&hooks_mutex);
	return err;
}

void luaxdp_disarm(struct lunatik_object *object)
{
	struct luaxdp_hook *hook = object->private;

	mutex_lock(&hooks_mutex);
	hlist_del_rcu(&hook->node);
	mutex_unlock(&hooks_mutex);
}

/* ------------------------------------------------------------------------ in Lua */

static int read_verdict(lua_State *L)
{
	lua_Integer verdict;

	if (!lua_isinteger(L, -1))
		return NO_VERDICT;
	verdict = lua_tointeger(L, -1);
	return verdict < INT_MIN || verdict > INT_MAX ? NO_VERDICT : verdict;
}

/* inside the runtime, protected */
static void show(lua_State *L, struct lunatik_object *object, void *arg)
{
	struct luaxdp_event *event = arg;
	struct luaxdp_hook *hook = event->hook;
	struct xdp_buff *packet = event->packet;

	lunatik_object_pushvalue(L, object);
	if (!lua_istable(L, 1) || lua_rawgeti(L, 1, LUAXDP_CALLBACK) != LUA_TFUNCTION)
		return;	/* it was stopped, or detached, a moment ago */
	lua_rawgeti(L, 1, LUAXDP_PACKET);
	lua_rawgeti(L, 1, LUAXDP_ARGUMENT);
	lunatik_data_lend(L, hook->packet, packet->data, packet->data_end - packet->data, true);
	lunatik_data_lend(L, hook->argument, event->arg, event->arg_size, true);
	lua_call(L, 2, 1);
	event->verdict = read_verdict(L);
}

/* ------------------------------------------------------------- what programs call */

__bpf_kfunc int bpf_luaxdp_run(char *key, size_t key__sz, struct xdp_md *ctx, void *arg,
			       size_t arg__sz)
{
	struct luaxdp_event event = {
		.packet = (struct xdp_buff *)ctx,	/* what the kernel has for it */
		.arg = arg,
		.arg_size = arg__sz,
		.verdict = NO_VERDICT,
	};

	/* a lookup in a map that failed: the verifier does not ask for that to be looked at */
	if (!key || (!arg && arg__sz))
		return NO_VERDICT;
	rcu_read_lock();
	event.hook = find(key, key__sz);
	if (event.hook && lunatik_call(event.hook->object, show, &event))
		event.verdict = NO_VERDICT;
	rcu_read_unlock();
	return event.verdict;
}

BTF_KFUNCS_START(luaxdp_kfuncs)
BTF_ID_FLAGS(func, bpf_luaxdp_run)
BTF_KFUNCS_END(luaxdp_kfuncs)

static const struct btf_kfunc_id_set luaxdp_kfunc_set = {
	.owner	= THIS_MODULE,
	.set	= &luaxdp_kfuncs,
};

/* it goes when the module's type information does: with the module */
int luaxdp_register_kfunc(void)
{
	if (!THIS_MODULE->btf_data_size) {
		pr_err("luaxdp: built without type information (BTF): see `make btf_install`\n");
		return -ENOEXEC;
	}
	return register_btf_kfunc_id_set(BPF_PROG_TYPE_XDP, &luaxdp_kfunc_set);
}
