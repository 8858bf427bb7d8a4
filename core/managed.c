// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * managed.c - the runtimes that scripts made; those of the control device by name
 *
 * A name is taken from before its script is loaded until its state is closed, so
 * that it can be stopped while it loads and cannot run twice. The list holds a
 * reference to each.
 *
 * The list of all that scripts made, named or not, holds none. It is for the end:
 * runtimes that have handles to one another would never go by themselves.
 *
 * Contexts: process. `lock` guards both lists.
 */
#include "core.h"

static LIST_HEAD(managed);
static LIST_HEAD(made);
static DEFINE_MUTEX(lock);

static struct lunatik_runtime *find(const char *script)
{
	struct lunatik_runtime *rt;

	list_for_each_entry(rt, &managed, managed_list)
		if (!script || strcmp(rt->script, script) == 0)
			return rt;
	return NULL;
}

void lunatik_made_add(struct lunatik_runtime *rt)
{
	mutex_lock(&lock);
	list_add_tail(&rt->made_list, &made);
	mutex_unlock(&lock);
}

/* the runtime is closed */
void lunatik_made_del(struct lunatik_runtime *rt)
{
	mutex_lock(&lock);
	list_del_init(&rt->made_list);
	mutex_unlock(&lock);
}

/* one that is not closed, with a reference, or NULL */
static struct lunatik_runtime *made_get(void)
{
	struct lunatik_runtime *rt;

	mutex_lock(&lock);
	list_for_each_entry(rt, &made, made_list)
		if (kref_get_unless_zero(&rt->object.kref)) {
			mutex_unlock(&lock);
			return rt;
		}
	mutex_unlock(&lock);
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

static void count_hooks(struct lunatik_runtime *rt, struct lunatik_info *info)
{
	struct lunatik_object *object;
	unsigned long flags;

	info->hooks = 0;
	info->suspended = 0;
	spin_lock_irqsave(&rt->lock, flags);
	list_for_each_entry(object, &rt->objects, armed) {
		info->hooks++;
		info->suspended += READ_ONCE(object->suspended);
	}
	spin_unlock_irqrestore(&rt->lock, flags);
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
	info->queued = atomic64_read(&rt->count.queued);
	info->lost = atomic64_read(&rt->count.lost);
	info->overruns = atomic64_read(&rt->count.overruns);
	info->time = atomic64_read(&rt->count.time);
	count_hooks(rt, info);
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
 * @entry: the caller's, let go. NULL is for the end: stops also what has no name.
 */
void lunatik_shutdown(struct lunatik_entry *entry)
{
	struct lunatik_runtime *rt;

	while ((rt = running())) {
		lunatik_runtime_close(rt, entry);
		lunatik_putobject(&rt->object);
	}
	while (!entry && (rt = made_get())) {
		lunatik_runtime_close(rt, NULL);
		lunatik_putobject(&rt->object);
	}
}
EXPORT_SYMBOL_GPL(lunatik_shutdown);
