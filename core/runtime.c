// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * runtime.c - a runtime's birth: memory, Lua state, libraries, script
 *
 * The script is compiled and run by a worker: on a kernel stack that nothing else
 * has used yet, with the kernel's own root directory and credentials. Whoever
 * asked for it waits, and can stop waiting: that stops the runtime.
 *
 * Contexts: process, may sleep, owning no runtime. Whatever fails, the runtime
 * is left to be closed and dropped by who created it.
 */
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/sched/signal.h>
#include "core.h"
#include "budget.h"

#define MEBIBYTE	(1024 * 1024)

static ulong memory_mb = 64;
module_param(memory_mb, ulong, 0644);
MODULE_PARM_DESC(memory_mb, "memory limit of a runtime, in MiB (64)");

static uint atomic_ms = 10;
module_param(atomic_ms, uint, 0644);
MODULE_PARM_DESC(atomic_ms, "time budget of an entry that cannot sleep, in ms (10)");

/* an error outside any protected call: only lunatik_run() has somewhere to go */
static int at_panic(lua_State *L)
{
	struct lunatik_runtime *rt = lunatik_runtime_of(L);
	struct lunatik_entry *entry = rt->entry;

	lunatik_report_runtime(rt, lunatik_message(L));
	atomic64_inc(&rt->count.errors);
	BUG_ON(!entry || !(entry->flags & ENTRY_RUN));
	lunatik_longjmp(&entry->jmp, 1);
	return 0;
}

unsigned int lunatik_vm_seed(void)
{
	return get_random_u32();
}

/* takes no lock, as the other one may. Context: any */
unsigned int lunatik_vm_pivot(void)
{
	return hash_64(ktime_get_mono_fast_ns(), 32);
}

static int setup(lua_State *L)
{
	luaL_openlibs(L);
	lua_pushliteral(L, LUNATIK_VERSION);
	lua_setglobal(L, "_LUNATIK_VERSION");
	return 0;
}

/* runs the script; its first result becomes the entry function */
static int run_script(lua_State *L)
{
	struct lunatik_runtime *rt = lunatik_runtime_of(L);

	lunatik_script_load(L, rt->script);
	lua_call(L, 0, 1);
	rt->callable = lua_isfunction(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, rt);
	return 0;
}

static int load_script(struct lunatik_runtime *rt, struct lunatik_entry *entry)
{
	int err;

	lua_pushcfunction(rt->L, setup);
	if (lua_pcall(rt->L, 0, 0, 0) != LUA_OK)
		return -ENOMEM;
	lua_pushcfunction(entry->L, run_script);
	err = lunatik_pcall(entry, 0, 0);
	if (err)
		rt->message = kstrdup(lunatik_message(entry->L) ?: "not enough memory",
				      GFP_KERNEL);
	return err ? -EINVAL : 0;
}

static int load(struct lunatik_runtime *rt)
{
	struct lunatik_entry entry;
	int err;

	rt->L = lua_newstate(lunatik_alloc, &rt->vm);
	if (!rt->L)
		return -ENOMEM;
	*(lunatik_object_t **)lua_getextraspace(rt->L) = &rt->object;
	lua_atpanic(rt->L, at_panic);
	err = lunatik_entry_enter(&entry, rt, ENTRY_LOAD);
	if (err)
		return err;
	err = load_script(rt, &entry);
	lunatik_entry_leave(&entry);
	return err;
}

static void load_work(struct work_struct *work)
{
	struct lunatik_runtime *rt = container_of(work, struct lunatik_runtime, load);
	struct fs_struct *old = lunatik_root_begin();

	rt->load_err = load(rt);
	lunatik_root_end(old);
	spin_lock_irq(&rt->lock);
	if (rt->state == LUNATIK_LOADING && !rt->load_err)
		/* pairs with lunatik_runtime_state() */
		smp_store_release(&rt->state, LUNATIK_READY);
	else if (!rt->load_err)
		rt->load_err = -EINTR;
	spin_unlock_irq(&rt->lock);
	complete_all(&rt->loaded);
	wake_up_all(&rt->waitq);
	if (!llist_empty(&rt->pending))		/* events of the hooks that it made */
		lunatik_queue_kick(rt);
	lunatik_putobject(&rt->object);
}

static void init_lists(struct lunatik_runtime *rt)
{
	spin_lock_init(&rt->lock);
	INIT_LIST_HEAD(&rt->objects);
	INIT_LIST_HEAD(&rt->children);
	INIT_LIST_HEAD(&rt->sleepers);
	INIT_LIST_HEAD(&rt->pins);
	INIT_LIST_HEAD(&rt->managed_list);
	INIT_LIST_HEAD(&rt->made_list);
	INIT_LIST_HEAD(&rt->arena.pages);
	init_waitqueue_head(&rt->resumeq);
	init_completion(&rt->loaded);
	init_completion(&rt->closed);
	INIT_WORK(&rt->load, load_work);
}

/**
 * lunatik_runtime_new() - memory for a runtime, with nothing in it yet
 * @script: its name; checked later, when the script is loaded
 * @options: see struct lunatik_options
 *
 * Return: the runtime, or NULL when out of memory
 */
struct lunatik_runtime *lunatik_runtime_new(const char *script,
					    const struct lunatik_options *options)
{
	size_t size = strlen(script) + 1;
	struct lunatik_runtime *rt = kzalloc(struct_size(rt, script, size), GFP_KERNEL);

	if (!rt)
		return NULL;
	memcpy(rt->script, script, size);
	rt->sleep = options->sleep;
	rt->limit = options->memory ?: memory_mb * MEBIBYTE;
	rt->account = lunatik_account_new(rt->limit);
	if (!rt->account) {
		kfree(rt);
		return NULL;
	}
	rt->budget = options->budget;
	rt->netns = lunatik_netns_current();
	rt->arena.wanted = rt->sleep ? 0 : ARENA_RESERVE;
	rt->atomic_budget = (u64)atomic_ms * NSEC_PER_MSEC;
	init_lists(rt);
	lunatik_owner_init(rt);
	lunatik_object_init(&rt->object, &lunatik_runtime_class);
	lunatik_close_init(rt);
	lunatik_upkeep_init(rt);
	return rt;
}

static bool give_up(struct lunatik_runtime *rt, lua_State *waiter)
{
	return completion_done(&rt->loaded) || (waiter && lunatik_stopping(waiter));
}

/* false when it was stopped before it began: who closes it does not wait for a load */
static bool queue_load(struct lunatik_runtime *rt)
{
	spin_lock_irq(&rt->lock);
	rt->queued = rt->state == LUNATIK_LOADING;
	spin_unlock_irq(&rt->lock);
	if (!rt->queued)
		return false;
	lunatik_getobject(&rt->object);
	queue_work(lunatik_load_wq, &rt->load);
	return true;
}

/* a load that no worker has begun never will; the workers may all be waiting */
void lunatik_runtime_cancel(struct lunatik_runtime *rt)
{
	if (!cancel_work(&rt->load))
		return;
	rt->load_err = -EINTR;
	complete_all(&rt->loaded);
	lunatik_putobject(&rt->object);
}

/**
 * lunatik_runtime_load() - run the script of a new runtime
 * @rt: the runtime; the caller keeps its reference
 * @interruptible: any signal ends it, not only a fatal one
 * @waiter: the state of the entry that waits (let go), or NULL
 *
 * Return: 0 and @rt is READY; -ENOMEM; -EINTR; -EINVAL and rt->message says why
 */
int lunatik_runtime_load(struct lunatik_runtime *rt, bool interruptible, lua_State *waiter)
{
	if (!queue_load(rt))
		return -EINTR;
	if (interruptible)
		wait_event_interruptible(rt->waitq, give_up(rt, waiter));
	else
		wait_event_killable(rt->waitq, give_up(rt, waiter));
	if (!completion_done(&rt->loaded)) {
		lunatik_runtime_mark(rt);
		lunatik_runtime_cancel(rt);
	}
	wait_for_completion(&rt->loaded);
	return rt->load_err;
}

/*
 * The last reference is gone, @rt is closed, and a grace period is over: waits for the
 * last wake-up, if that is still to come. It is not irq_work_sync(), which costs a grace
 * period for each runtime where interrupts to oneself do not exist. Context: worker
 */
void lunatik_runtime_free(struct lunatik_runtime *rt)
{
	while (irq_work_is_busy(&rt->wake))
		usleep_range(1000, 2000);
	lunatik_queue_exit(rt);
	lunatik_journal_close(rt);
	kfree(rt->message);
	lunatik_account_put(rt->account);
	kfree(rt);
}

int lunatik_runtime(lunatik_object_t **pruntime, const char *script, bool sleep)
{
	struct lunatik_options options = { .sleep = sleep };
	struct lunatik_runtime *rt = lunatik_runtime_new(script, &options);
	int err;

	if (!rt)
		return -ENOMEM;
	err = lunatik_runtime_load(rt, false, NULL);
	if (!err) {
		*pruntime = &rt->object;
		return 0;
	}
	if (rt->message)
		pr_err("%s\n", rt->message);
	lunatik_stop(&rt->object);
	return err;
}
EXPORT_SYMBOL_GPL(lunatik_runtime);

lunatik_object_t *lunatik_toruntime(lua_State *L)
{
	return *(lunatik_object_t **)lua_getextraspace(L);
}
EXPORT_SYMBOL_GPL(lunatik_toruntime);

const char *lunatik_runtime_name(lunatik_object_t *runtime)
{
	return lunatik_runtime_from(runtime)->script;
}
EXPORT_SYMBOL_GPL(lunatik_runtime_name);
