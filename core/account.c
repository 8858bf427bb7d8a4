// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * account.c - how much kernel memory scripts make grow
 *
 * Lua's own memory has a limit in alloc.c. This is for the rest: objects and what
 * they keep (buffers, tables, queues). They may outlive the runtime that made
 * them, so what they are charged to, an account, is counted by references. Each
 * account has the limit of its runtime. Beside that there is one limit for all
 * accounts and all Lua memory of the machine, which no number of runtimes exceeds.
 *
 * Contexts: any; no lock. Fails with -ENOMEM, never sleeps.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include "core.h"

#define SYNC_STEP	(64 * 1024)	/* of Lua memory, before the machine's sum is told */

static ulong total_mb;
module_param(total_mb, ulong, 0644);
MODULE_PARM_DESC(total_mb, "memory limit of all runtimes together, in MiB (half of the RAM)");

static atomic_long_t total;

static long total_limit(void)
{
	unsigned long pages = total_mb ? total_mb << (20 - PAGE_SHIFT) : totalram_pages() / 2;

	return min_t(unsigned long, pages, LONG_MAX >> PAGE_SHIFT) << PAGE_SHIFT;
}

static bool take(atomic_long_t *sum, long size, long limit)
{
	if (atomic_long_add_return(size, sum) <= limit)
		return true;
	atomic_long_sub(size, sum);
	return false;
}

struct lunatik_account *lunatik_account_new(size_t limit)
{
	struct lunatik_account *account = kzalloc(sizeof(*account), GFP_KERNEL);

	if (!account)
		return NULL;
	refcount_set(&account->refs, 1);
	account->limit = min_t(size_t, limit, LONG_MAX);
	return account;
}

struct lunatik_account *lunatik_account_get(struct lunatik_account *account)
{
	refcount_inc(&account->refs);
	return account;
}

void lunatik_account_put(struct lunatik_account *account)
{
	if (account && refcount_dec_and_test(&account->refs))
		kfree(account);
}

/* @account: NULL stands for the machine's sum only. Return: 0 or -ENOMEM */
int lunatik_account_take(struct lunatik_account *account, size_t size)
{
	if (size > LONG_MAX / 2 || !take(&total, size, total_limit()))
		return -ENOMEM;
	if (account && !take(&account->used, size, account->limit)) {
		atomic_long_sub(size, &total);
		return -ENOMEM;
	}
	return 0;
}

void lunatik_account_give(struct lunatik_account *account, size_t size)
{
	if (account)
		atomic_long_sub(size, &account->used);
	atomic_long_sub(size, &total);
}

int lunatik_object_charge(struct lunatik_object *object, size_t size)
{
	int err = lunatik_account_take(object->account, size);

	if (!err)
		atomic_long_add(size, &object->charged);
	return err;
}
EXPORT_SYMBOL_GPL(lunatik_object_charge);

void lunatik_object_uncharge(struct lunatik_object *object, size_t size)
{
	atomic_long_sub(size, &object->charged);
	lunatik_account_give(object->account, size);
}
EXPORT_SYMBOL_GPL(lunatik_object_uncharge);

/*
 * Tells the machine's sum what @rt uses, now and then. Needs: ownership.
 * Return: false when all runtimes together are beyond their limit
 */
bool lunatik_account_sync(struct lunatik_runtime *rt, size_t used)
{
	long more = used - rt->synced;

	if (likely(more < SYNC_STEP && more > -SYNC_STEP))
		return true;
	if (more < 0)
		atomic_long_add(more, &total);
	else if (!take(&total, more, total_limit()))
		return false;
	rt->synced = used;
	return true;
}

/* @rt has no Lua memory any more */
void lunatik_account_close(struct lunatik_runtime *rt)
{
	atomic_long_sub(rt->synced, &total);
	rt->synced = 0;
}
