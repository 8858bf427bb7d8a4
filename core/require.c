// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * require.c - C libraries that scripts can require
 *
 * Modules register a library by name; require() asks here last, after preloaded
 * libraries and Lua files. One that is not there is asked for by the module alias
 * "lunatik-<name>", where that may sleep. A runtime pins the module of each
 * library it opened until it is closed.
 *
 * Contexts: registration: process. Opening: inside an entry.
 */
#include <linux/slab.h>
#include <linux/kmod.h>
#include <linux/ctype.h>
#include "core.h"

struct pin {
	struct list_head	list;
	struct lunatik_library	*library;
	struct module		*owner;
};

static LIST_HEAD(libraries);
static DEFINE_SPINLOCK(libraries_lock);

static struct lunatik_library *find(const char *name)
{
	struct lunatik_library *library;

	list_for_each_entry(library, &libraries, list)
		if (strcmp(library->name, name) == 0)
			return library;
	return NULL;
}

int lunatik_library_register(struct lunatik_library *library)
{
	unsigned long flags;
	int err = -EEXIST;

	spin_lock_irqsave(&libraries_lock, flags);
	if (!find(library->name)) {
		list_add_tail(&library->list, &libraries);
		err = 0;
	}
	spin_unlock_irqrestore(&libraries_lock, flags);
	return err;
}
EXPORT_SYMBOL_GPL(lunatik_library_register);

void lunatik_library_unregister(struct lunatik_library *library)
{
	unsigned long flags;

	spin_lock_irqsave(&libraries_lock, flags);
	list_del(&library->list);
	spin_unlock_irqrestore(&libraries_lock, flags);
	lunatik_object_flush();
}
EXPORT_SYMBOL_GPL(lunatik_library_unregister);

bool lunatik_library_owns(unsigned long addr)
{
	bool owns = within_module(addr, THIS_MODULE);
	struct lunatik_library *library;
	unsigned long flags;

	spin_lock_irqsave(&libraries_lock, flags);
	list_for_each_entry(library, &libraries, list)
		owns = owns || within_module(addr, library->owner);
	spin_unlock_irqrestore(&libraries_lock, flags);
	return owns;
}
EXPORT_SYMBOL_GPL(lunatik_library_owns);

static bool pinned(struct lunatik_runtime *rt, struct lunatik_library *library)
{
	struct pin *pin;

	list_for_each_entry(pin, &rt->pins, list)
		if (pin->library == library)
			return true;
	return false;
}

/* finds @name and pins its module in @rt; NULL when it is not there */
static struct lunatik_library *get(struct lunatik_runtime *rt, const char *name, struct pin *pin)
{
	struct lunatik_library *library;
	unsigned long flags;

	spin_lock_irqsave(&libraries_lock, flags);
	library = find(name);
	if (library && !pinned(rt, library)) {
		if (try_module_get(library->owner)) {
			pin->library = library;
			pin->owner = library->owner;
			list_add(&pin->list, &rt->pins);
		} else {
			library = NULL;
		}
	}
	spin_unlock_irqrestore(&libraries_lock, flags);
	return library;
}

static struct lunatik_library *find_pinned(lua_State *L, const char *name)
{
	struct lunatik_runtime *rt = lunatik_runtime_of(L);
	struct lunatik_library *library;
	struct pin *pin;

	lunatik_checklocks(L, "require");
	pin = kzalloc(sizeof(*pin), lunatik_isatomic(L) ? GFP_ATOMIC : GFP_KERNEL);
	if (!pin) {
		luaL_error(L, "not enough memory");
		return NULL;
	}
	library = get(rt, name, pin);
	if (!pin->library)
		kfree(pin);
	return library;
}

/* keeps the module of a class in, whose objects came from elsewhere */
void lunatik_require_pin(lua_State *L, struct module *owner)
{
	struct lunatik_runtime *rt = lunatik_runtime_of(L);
	struct pin *pin;

	list_for_each_entry(pin, &rt->pins, list)
		if (pin->owner == owner)
			return;
	pin = kzalloc(sizeof(*pin), lunatik_isatomic(L) ? GFP_ATOMIC : GFP_KERNEL);
	if (!pin)
		luaL_error(L, "not enough memory");
	__module_get(owner);	/* its object is alive */
	pin->owner = owner;
	list_add(&pin->list, &rt->pins);
}

static bool alias_ok(const char *name)
{
	if (strlen(name) > 48)
		return false;
	for (; *name; name++)
		if (!isascii(*name) || !(isalnum(*name) || *name == '_' || *name == '.'))
			return false;
	return true;
}

static void ask_for_module(lua_State *L, const char *name)
{
	struct lunatik_runtime *rt = lunatik_runtime_of(L);

	if (!rt->entry || lunatik_isatomic(L) || !alias_ok(name))
		return;
	lunatik_block(L);
	request_module("lunatik-%s", name);
	lunatik_unblock(L);
}

int lunatik_vm_binding(lua_State *L, const char *name)
{
	struct lunatik_library *library = find_pinned(L, name);

	if (!library) {
		ask_for_module(L, name);
		library = find_pinned(L, name);
	}
	if (!library) {
		lua_pushfstring(L, "no binding '%s' is loaded", name);
		return 0;
	}
	lua_pushlightuserdata(L, library);
	lua_pushcclosure(L, lunatik_require_open, 1);
	return 1;
}

static void set_constants(lua_State *L, const struct lunatik_constants *table)
{
	const struct lunatik_constant *constant;

	for (; table && table->name; table++) {
		lua_newtable(L);
		for (constant = table->values; constant->name; constant++) {
			lua_pushinteger(L, constant->value);
			lua_setfield(L, -2, constant->name);
		}
		lua_setfield(L, -2, table->name);
	}
}

/* makes the library's table. Needs: its module pinned by this runtime. */
int lunatik_require_open(lua_State *L)
{
	struct lunatik_library *library = lua_touserdata(L, lua_upvalueindex(1));
	const struct lunatik_class *const *class;

	if ((library->flags & LUNATIK_SLEEPABLE) && !lunatik_runtime_of(L)->sleep)
		return luaL_error(L, "cannot use '%s' class on non-sleepable runtime",
				  library->name);
	for (class = library->classes; class && *class; class++)
		lunatik_object_openclass(L, *class);
	lua_newtable(L);
	lunatik_object_setmethods(L, library->functions);
	set_constants(L, library->constants);
	if (library->open)
		library->open(L);
	return 1;
}

/* drops the pins of a closed runtime. Context: process */
void lunatik_require_release(struct lunatik_runtime *rt)
{
	struct pin *pin, *next;

	list_for_each_entry_safe(pin, next, &rt->pins, list) {
		module_put(pin->owner);
		kfree(pin);
	}
	INIT_LIST_HEAD(&rt->pins);
}
