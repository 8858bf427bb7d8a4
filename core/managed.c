// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * managed.c - the runtimes that the control device started, by name
 *
 * A name is taken from before its script is loaded until its state is closed, so
 * that it can be stopped while it loads and cannot run twice. The list holds a
 * reference to each. Contexts: process. `lock` guards the list.
 */
#include "core.h"

static LIST_HEAD(managed);
static DEFINE_MUTEX(lock);

static struct lunatik_runtime *find(const char *script)
{
	struct lunatik_runtime *rt;

	list_for_each_entry(rt, &managed, managed_list)
		if (!script || strcmp(rt->script, script) == 0)
			return rt;
	return NULL;
}

/* 0, or -EEXIST when the name is taken */
int lunatik_managed_add(struct lunatik_runtime *rt)
{
	int err = -EEXIST;

	mutex_lock(&lock);
	if (!find(rt->script)) {
		lunatik_getobject(&rt->object);
		list_add_tail(&rt->managed_list, &managed);
		rt->managed = true;
		err = 0;
	}
	mutex_unlock(&lock);
	return err;
}

/* the runtime is closed; does nothing when it never was in the list */
void lunatik_managed_del(struct lunatik_runtime *rt)
{
	bool was;

	mutex_lock(&lock);
	was = rt->managed;
	rt->managed = false;
	if (was)
		list_del_init(&rt->managed_list);
	mutex_unlock(&lock);
	if (was)
		lunatik_putobject(&rt->object);
}

/* the runtime called @script (any one when NULL) with a reference, or NULL */
struct lunatik_runtime *lunatik_managed_get(const char *script)
{
	struct lunatik_runtime *rt;

	mutex_lock(&lock);
	rt = find(script);
	if (rt)
		lunatik_getobject(&rt->object);
	mutex_unlock(&lock);
	return rt;
}

static void describe(struct lunatik_runtime *rt, struct lunatik_info *info)
{
	strscpy(info->script, rt->script, sizeof(info->script));
	info->state = lunatik_runtime_state(rt);
	info->sleep = rt->sleep;
	info->memory = READ_ONCE(rt->used);
	info->entries = atomic64_read(&rt->count.entries);
	info->errors = atomic64_read(&rt->count.errors);
	info->busy = atomic64_read(&rt->count.busy);
	info->overruns = atomic64_read(&rt->count.overruns);
	info->time = atomic64_read(&rt->count.time);
}

/* describes the first @max runtimes in @info; returns how many there are */
size_t lunatik_managed_list(struct lunatik_info *info, size_t max)
{
	struct lunatik_runtime *rt;
	size_t n = 0;

	mutex_lock(&lock);
	list_for_each_entry(rt, &managed, managed_list) {
		if (n < max)
			describe(rt, &info[n]);
		n++;
	}
	mutex_unlock(&lock);
	return n;
}

/* one that nobody stops yet, with a reference, or NULL */
static struct lunatik_runtime *running(void)
{
	struct lunatik_runtime *rt;

	mutex_lock(&lock);
	list_for_each_entry(rt, &managed, managed_list)
		if (!READ_ONCE(rt->closing)) {
			lunatik_getobject(&rt->object);
			mutex_unlock(&lock);
			return rt;
		}
	mutex_unlock(&lock);
	return NULL;
}

/*
 * Stops them all, and waits for those that others stop. Context: process; may sleep.
 * @entry: the caller's, let go, or NULL: then it is inside none of them.
 */
void lunatik_shutdown(struct lunatik_entry *entry)
{
	struct lunatik_runtime *rt;

	while ((rt = running())) {
		lunatik_runtime_close(rt, entry);
		lunatik_putobject(&rt->object);
	}
	while (!entry && (rt = lunatik_managed_get(NULL))) {
		lunatik_runtime_close(rt, NULL);
		lunatik_putobject(&rt->object);
	}
}
EXPORT_SYMBOL_GPL(lunatik_shutdown);
