// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * extension.c - library "xtable": what x_tables has of a script
 *
 * Owns the extensions. A script comes and goes; rules that name its match or target
 * stay, and each refers to the extension. Whoever changes a table of iptables hands in
 * all of its rules anew, so an extension that has rules must be found even when its
 * script is gone: else no rule of that table could be changed, nor deleted. So:
 *
 *   - a script that starts takes the extension of its name, revision and family with
 *     the rules that are there, unless they were made for other hooks or protocols;
 *   - when it ends, an extension without rules is unregistered, and one with rules when
 *     the last of them goes; until then no packet matches, and targets do nothing;
 *   - its memory stays for the next script of that name, until this module goes, since
 *     x_tables may just have found it. It holds a reference to the module in that time,
 *     as for each rule. How many names there may be in all is limited.
 *
 * Contexts: process, under `mutex`, which is taken before those of x_tables; rules
 * that go have the rest done by a worker, as they may go with any lock held.
 * Arming fails with -EEXIST for a name that the kernel or another script has, -EBUSY
 * for rules of other hooks, -ENOSPC, -ENOMEM.
 */

#include <linux/err.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "xtable.h"

#define EXTENSIONS	256	/* names, in all */

static LIST_HEAD(extensions);
static unsigned int count;
static DEFINE_MUTEX(mutex);

/* ------------------------------------------------------------------ in x_tables */

static void fill_match(struct xt_match *match, const struct luaxtable_options *options)
{
	memcpy((char *)match->name, options->name, sizeof(options->name));
	match->revision = options->revision;
	match->family = options->family;
	match->match = luaxtable_match;
	match->checkentry = luaxtable_match_check;
	match->destroy = luaxtable_match_destroy;
	match->matchsize = sizeof(struct luaxtable_info);
	match->usersize = LUAXTABLE_USERARGS;
	match->me = THIS_MODULE;
}

static void fill_target(struct xt_target *target, const struct luaxtable_options *options)
{
	memcpy((char *)target->name, options->name, sizeof(options->name));
	target->revision = options->revision;
	target->family = options->family;
	target->target = luaxtable_target;
	target->checkentry = luaxtable_target_check;
	target->destroy = luaxtable_target_destroy;
	target->targetsize = sizeof(struct luaxtable_info);
	target->usersize = LUAXTABLE_USERARGS;
	target->me = THIS_MODULE;
}

static int register_extension(struct luaxtable_extension *extension)
{
	int err;

	if (extension->registered)
		return 0;
	err = extension->options.target ? xt_register_target(&extension->target) :
					  xt_register_match(&extension->match);
	extension->registered = !err;
	return err;
}

static void unregister_extension(struct luaxtable_extension *extension)
{
	if (!extension->registered)
		return;
	if (extension->options.target)
		xt_unregister_target(&extension->target);
	else
		xt_unregister_match(&extension->match);
	extension->registered = false;
}

static struct module *owner_of_target(const struct luaxtable_options *options)
{
	struct xt_target *target = xt_request_find_target(options->family, options->name,
							  options->revision);
	struct module *owner;

	if (IS_ERR(target))
		return THIS_MODULE;
	owner = target->me;
	module_put(owner);
	return owner;
}

static struct module *owner_of_match(const struct luaxtable_options *options)
{
	struct xt_match *match = xt_request_find_match(options->family, options->name,
						       options->revision);
	struct module *owner;

	if (IS_ERR(match))
		return THIS_MODULE;
	owner = match->me;
	module_put(owner);
	return owner;
}

/* has the kernel one of its own by that name? x_tables itself would take both */
static bool is_foreign(const struct luaxtable_options *options)
{
	return (options->target ? owner_of_target(options) : owner_of_match(options)) !=
	       THIS_MODULE;
}

/* -------------------------------------------------------------------- the list */

static bool same(const struct luaxtable_options *a, const struct luaxtable_options *b)
{
	return a->target == b->target && a->family == b->family &&
	       a->revision == b->revision && strcmp(a->name, b->name) == 0;
}

/* Needs: mutex */
static struct luaxtable_extension *find(const struct luaxtable_options *options)
{
	struct luaxtable_extension *extension;

	list_for_each_entry(extension, &extensions, list)
		if (same(&extension->options, options))
			return extension;
	return NULL;
}

/* Needs: mutex */
static struct luaxtable_extension *add(const struct luaxtable_options *options)
{
	struct luaxtable_extension *extension;

	if (count >= EXTENSIONS)
		return ERR_PTR(-ENOSPC);
	extension = kzalloc(sizeof(*extension), GFP_KERNEL);
	if (!extension)
		return ERR_PTR(-ENOMEM);
	if (options->target)
		fill_target(&extension->target, options);
	else
		fill_match(&extension->match, options);
	extension->options = *options;
	list_add(&extension->list, &extensions);
	count++;
	return extension;
}

/* Needs: mutex. x_tables reads these when it checks a rule, each by itself */
static void set_limits(struct luaxtable_extension *extension,
		       const struct luaxtable_options *options)
{
	extension->options = *options;
	if (options->target) {
		WRITE_ONCE(extension->target.hooks, options->hooks);
		WRITE_ONCE(extension->target.proto, options->proto);
	} else {
		WRITE_ONCE(extension->match.hooks, options->hooks);
		WRITE_ONCE(extension->match.proto, options->proto);
	}
}

static bool same_limits(const struct luaxtable_options *a, const struct luaxtable_options *b)
{
	return a->hooks == b->hooks && a->proto == b->proto && a->inet == b->inet;
}

/* Needs: mutex */
static int take(struct luaxtable_extension *extension, struct lunatik_object *object)
{
	struct luaxtable *xtable = object->private;
	int err;

	if (rcu_access_pointer(extension->object))
		return -EEXIST;
	if (!same_limits(&extension->options, &xtable->options)) {
		if (atomic_read(&extension->rules))
			return -EBUSY;
		set_limits(extension, &xtable->options);
	}
	xtable->extension = extension;
	rcu_assign_pointer(extension->object, object);
	err = register_extension(extension);
	if (err)
		RCU_INIT_POINTER(extension->object, NULL);
	return err;
}

int luaxtable_arm(struct lunatik_object *object)
{
	const struct luaxtable_options *options = &((struct luaxtable *)object->private)->options;
	struct luaxtable_extension *extension;
	int err;

	if (is_foreign(options))
		return -EEXIST;
	mutex_lock(&mutex);
	extension = find(options);
	if (!extension) {
		extension = add(options);
		if (!IS_ERR(extension))
			set_limits(extension, options);
	}
	err = IS_ERR(extension) ? PTR_ERR(extension) : take(extension, object);
	mutex_unlock(&mutex);
	return err;
}

/* Needs: mutex */
static void tidy(struct luaxtable_extension *extension)
{
	if (!rcu_access_pointer(extension->object) && !atomic_read(&extension->rules))
		unregister_extension(extension);
}

void luaxtable_disarm(struct lunatik_object *object)
{
	struct luaxtable_extension *extension = ((struct luaxtable *)object->private)->extension;

	mutex_lock(&mutex);
	RCU_INIT_POINTER(extension->object, NULL);
	tidy(extension);
	mutex_unlock(&mutex);
}

static void tidy_all(struct work_struct *work)
{
	struct luaxtable_extension *extension;

	mutex_lock(&mutex);
	list_for_each_entry(extension, &extensions, list)
		tidy(extension);
	mutex_unlock(&mutex);
}

static DECLARE_WORK(tidy_work, tidy_all);

/*
 * x_tables has found the extension and then made a rule of it. Its script may have ended
 * in between, when there was no rule, and the name gone with it: it is needed again.
 */
int luaxtable_keep(struct luaxtable_extension *extension)
{
	int err;

	mutex_lock(&mutex);
	err = register_extension(extension);
	mutex_unlock(&mutex);
	return err;
}

void luaxtable_idle(void)
{
	schedule_work(&tidy_work);
}

/* there are no rules, and no scripts: each of them holds this module */
void luaxtable_exit(void)
{
	struct luaxtable_extension *extension, *next;

	cancel_work_sync(&tidy_work);
	list_for_each_entry_safe(extension, next, &extensions, list) {
		unregister_extension(extension);
		kfree(extension);
	}
}
