// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * object.c - reference-counted kernel objects that scripts hold
 *
 * A script holds a handle: a full userdata with the class and a reference. An
 * object that is registered with the kernel (armed) also stands in its runtime's
 * list, so it lives on when the script drops the handle, and dies with the
 * runtime.
 *
 *	new -> (checked by the binding) -> arm -> events -> disarm -> release
 *
 * arm and disarm run in process context without owning any runtime. The last
 * reference may go anywhere, a finaliser in a packet hook included, so release
 * always runs in a worker. `state` and the list are guarded by the runtime's lock.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/rcupdate.h>
#include "core.h"
#include "budget.h"

struct lunatik_handle {
	const struct lunatik_class	*class;
	struct lunatik_object		*object;	/* NULL once closed */
};

static LLIST_HEAD(graveyard);

static void release(struct lunatik_object *object)
{
	if (object->class->release)
		object->class->release(object);
}

static void free_object(struct lunatik_object *object)
{
	struct module *owner = object->class->owner;

	if (object->class == &lunatik_runtime_class) {
		lunatik_runtime_free(lunatik_runtime_from(object));
	} else {
		lunatik_object_uncharge(object, atomic_long_read(&object->charged));
		lunatik_account_put(object->account);
		kvfree(object->queue);
		kvfree(object->private);
		kfree(object);
	}
	module_put(owner);
}

/* two grace periods for all that died meanwhile, however many */
static void bury(struct work_struct *work)
{
	struct llist_node *dead = llist_del_all(&graveyard);
	struct lunatik_object *object, *next;

	if (!dead)
		return;
	/* events that found the object before it was disarmed are gone then */
	synchronize_rcu();
	llist_for_each_entry(object, dead, dead)
		release(object);
	/* and the last words of the interrupts that release() saw ending */
	synchronize_rcu();
	llist_for_each_entry_safe(object, next, dead, dead)
		free_object(object);
}

static DECLARE_WORK(bury_work, bury);

static void bury_later(struct irq_work *work)
{
	queue_work(lunatik_wq, &bury_work);
}

static DEFINE_IRQ_WORK(bury_irq, bury_later);

/* may the caller hold, or have interrupted who holds, what queue_work() needs? */
bool lunatik_nowake(void)
{
	return irqs_disabled() || in_nmi();
}

static void last_put(struct kref *kref)
{
	struct lunatik_object *object = container_of(kref, struct lunatik_object, kref);

	/* an entry that waits for bury() must not be what bury() waits for */
	if (object->class == &lunatik_runtime_class &&
	    lunatik_runtime_last_close(lunatik_runtime_from(object)))
		return;
	if (!llist_add(&object->dead, &graveyard))
		return;
	if (lunatik_nowake())
		irq_work_queue(&bury_irq);
	else
		queue_work(lunatik_wq, &bury_work);
}

#define FLUSHES		16	/* what others go on dropping is not waited for */

/*
 * Waits until what was dropped so far is freed, and what that refers to (runtimes
 * apart, which are closed first). Context: process, may sleep
 */
void lunatik_object_flush(void)
{
	int i;

	for (i = 0; i < FLUSHES && (!llist_empty(&graveyard) || work_busy(&bury_work)); i++) {
		queue_work(lunatik_wq, &bury_work);
		flush_work(&bury_work);
	}
}

/* the module goes */
void lunatik_object_sync(void)
{
	irq_work_sync(&bury_irq);
}

void lunatik_object_init(struct lunatik_object *object, const struct lunatik_class *class)
{
	__module_get(class->owner);
	kref_init(&object->kref);
	INIT_LIST_HEAD(&object->armed);
	INIT_LIST_HEAD(&object->sibling);
	object->class = class;
}

void lunatik_getobject(lunatik_object_t *object)
{
	kref_get(&object->kref);
}
EXPORT_SYMBOL_GPL(lunatik_getobject);

int lunatik_putobject(lunatik_object_t *object)
{
	return kref_put(&object->kref, last_put);
}
EXPORT_SYMBOL_GPL(lunatik_putobject);

static void check_context(lua_State *L, const struct lunatik_class *class)
{
	struct lunatik_runtime *rt = lunatik_runtime_of(L);

	if ((class->flags & LUNATIK_SLEEPABLE) && !rt->sleep)
		luaL_error(L, "cannot use '%s' class on non-sleepable runtime", class->name);
	if ((class->flags & LUNATIK_ATOMIC) && rt->sleep)
		luaL_error(L, "cannot use sleepable runtime in this context");
}

/* pushes the metatable of @class, of which the caller keeps an object alive */
static void push_metatable(lua_State *L, const struct lunatik_class *class)
{
	if (likely(lua_rawgetp(L, LUA_REGISTRYINDEX, class) == LUA_TTABLE))
		return;
	lua_pop(L, 1);
	if (lunatik_isisolated(L))	/* it takes the kernel's memory */
		luaL_error(L, "the library of class '%s' must be required first", class->name);
	lunatik_require_pin(L, class->owner);
	lunatik_object_openclass(L, class);
	lua_rawgetp(L, LUA_REGISTRYINDEX, class);
}

/* pushes an empty handle */
static struct lunatik_handle *new_handle(lua_State *L, const struct lunatik_class *class)
{
	struct lunatik_entry *entry = lunatik_runtime_of(L)->entry;
	struct lunatik_handle *handle;

	if (entry && entry->flags & ENTRY_CLOSE)	/* no finaliser would run for it */
		luaL_error(L, "the runtime is closing");
	check_context(L, class);
	handle = lua_newuserdatauv(L, sizeof(*handle), class->values);
	handle->class = class;
	handle->object = NULL;
	push_metatable(L, class);
	lua_setmetatable(L, -2);
	return handle;
}

/*
 * Dropped handles keep kernel memory that Lua does not see. Collects them and waits
 * until their objects are freed. Return: false where that cannot be done.
 */
bool lunatik_object_reclaim(lua_State *L)
{
	struct lunatik_entry *entry = lunatik_runtime_of(L)->entry;

	if (!entry || entry->flags & (ENTRY_ATOMIC | ENTRY_CLOSE) ||
	    lua_gc(L, LUA_GCISRUNNING) < 0)
		return false;
	lua_gc(L, LUA_GCCOLLECT);
	lunatik_block(L);
	lunatik_object_flush();
	lunatik_unblock(L);
	return true;
}
EXPORT_SYMBOL_GPL(lunatik_object_reclaim);

struct lunatik_object *lunatik_object_create(const struct lunatik_class *class, size_t size,
					     gfp_t gfp)
{
	struct lunatik_object *object = kzalloc(sizeof(*object), gfp);

	if (!object)
		return NULL;
	if (size) {
		object->private = kzalloc(size, gfp);
		if (!object->private) {
			kfree(object);
			return NULL;
		}
	}
	lunatik_object_init(object, class);
	return object;
}
EXPORT_SYMBOL_GPL(lunatik_object_create);

#define OVERHEAD	256	/* of an object, roughly: what the kernel keeps for it */

struct lunatik_object *lunatik_object_new(lua_State *L, const struct lunatik_class *class,
					  size_t size)
{
	gfp_t gfp = lunatik_isatomic(L) ? GFP_ATOMIC : GFP_KERNEL;
	struct lunatik_handle *handle;
	struct lunatik_object *object;

	lunatik_checklocks(L, class->name);
	handle = new_handle(L, class);
	object = lunatik_object_create(class, size, gfp);
	if (!object)
		luaL_error(L, "not enough memory");
	handle->object = object;
	object->account = lunatik_account_get(lunatik_runtime_of(L)->account);
	size += sizeof(*object) + OVERHEAD;
	lunatik_vm_owe(L, size);
	if (lunatik_object_charge(object, size) &&
	    (!lunatik_object_reclaim(L) || lunatik_object_charge(object, size)))
		luaL_error(L, "not enough memory");
	return object;
}
EXPORT_SYMBOL_GPL(lunatik_object_new);

void *lunatik_object_alloc(lua_State *L, struct lunatik_object *object, size_t size)
{
	bool atomic = lunatik_isatomic(L);
	void *memory = NULL;

	lunatik_checklocks(L, object->class->name);
	lunatik_vm_owe(L, size);
	if (lunatik_object_charge(object, size) &&
	    (!lunatik_object_reclaim(L) || lunatik_object_charge(object, size)))
		luaL_error(L, "not enough memory");
	if (!atomic)
		memory = kvzalloc(size, GFP_KERNEL | __GFP_NOWARN);
	else if (size <= KMALLOC_MAX_SIZE)
		memory = kzalloc(size, GFP_ATOMIC | __GFP_NOWARN);
	if (!memory) {
		lunatik_object_uncharge(object, size);
		luaL_error(L, "not enough memory");
	}
	return memory;
}
EXPORT_SYMBOL_GPL(lunatik_object_alloc);

void lunatik_object_push(lua_State *L, struct lunatik_object *object)
{
	struct lunatik_handle *handle = new_handle(L, object->class);

	lunatik_getobject(object);
	handle->object = object;
}
EXPORT_SYMBOL_GPL(lunatik_object_push);

/* the handle of @class at @idx, or NULL */
static struct lunatik_handle *test_handle(lua_State *L, int idx,
					  const struct lunatik_class *class)
{
	struct lunatik_handle *handle = NULL;

	if (lua_type(L, idx) == LUA_TUSERDATA && lua_rawlen(L, idx) >= sizeof(*handle))
		handle = lua_touserdata(L, idx);
	return handle && handle->class == class ? handle : NULL;
}

bool lunatik_object_test(lua_State *L, int idx, const struct lunatik_class *class)
{
	return test_handle(L, idx, class);
}
EXPORT_SYMBOL_GPL(lunatik_object_test);

static struct lunatik_handle *check_handle(lua_State *L, int idx,
					   const struct lunatik_class *class)
{
	struct lunatik_handle *handle = test_handle(L, idx, class);

	if (!handle)
		luaL_typeerror(L, idx, class->name);
	return handle;
}

struct lunatik_object *lunatik_object_check(lua_State *L, int idx,
					    const struct lunatik_class *class)
{
	struct lunatik_handle *handle = check_handle(L, idx, class);

	if (!handle->object)
		luaL_error(L, "null-pointer dereference");
	return handle->object;
}
EXPORT_SYMBOL_GPL(lunatik_object_check);

/* the object of a handle of whatever class; NULL when it was closed. Raises for others */
struct lunatik_object *lunatik_object_any(lua_State *L, int idx)
{
	struct lunatik_handle *handle = NULL;
	bool is_handle = false;

	if (lua_type(L, idx) == LUA_TUSERDATA && lua_rawlen(L, idx) >= sizeof(*handle) &&
	    lua_getmetatable(L, idx)) {
		handle = lua_touserdata(L, idx);
		/* only a real handle has the metatable that its class has here */
		lua_rawgetp(L, LUA_REGISTRYINDEX, handle->class);
		is_handle = lua_rawequal(L, -1, -2);
		lua_pop(L, 2);
	}
	if (!is_handle)
		luaL_typeerror(L, idx, "object");
	return handle->object;
}

/* fills an empty handle that is on the stack; takes over the caller's reference */
void lunatik_object_fill(lua_State *L, int idx, struct lunatik_object *object)
{
	check_handle(L, idx, object->class)->object = object;
}

void lunatik_object_pushempty(lua_State *L, const struct lunatik_class *class)
{
	new_handle(L, class);
}

/* what the handle held, which the caller now holds; NULL when it was closed */
struct lunatik_object *lunatik_object_take(lua_State *L, int idx,
					   const struct lunatik_class *class)
{
	struct lunatik_handle *handle = check_handle(L, idx, class);
	struct lunatik_object *object = handle->object;

	handle->object = NULL;
	return object;
}

static int handle_gc(lua_State *L)
{
	struct lunatik_handle *handle = lua_touserdata(L, 1);

	if (lua_type(L, 1) == LUA_TUSERDATA && lua_rawlen(L, 1) >= sizeof(*handle) &&
	    handle->class == lua_touserdata(L, lua_upvalueindex(1)) && handle->object) {
		lunatik_putobject(handle->object);
		handle->object = NULL;
	}
	return 0;
}

static bool unregisters(const struct lunatik_method *method)
{
	return strcmp(method->name, "stop") == 0 || strcmp(method->name, "delete") == 0;
}

/* what an object's own event wants is refused in words that tell why */
static void check_own(lua_State *L, const struct lunatik_method *method)
{
	struct lunatik_object *own = lunatik_event_object(L);
	const struct lunatik_handle *handle = own ? test_handle(L, 1, own->class) : NULL;

	if (handle && handle->object == own && lunatik_isatomic(L) && unregisters(method))
		luaL_error(L, "%s cannot unregister itself (deadlock)", own->class->name);
}

static int method_guarded(lua_State *L)
{
	const struct lunatik_method *method = lua_touserdata(L, lua_upvalueindex(1));

	check_own(L, method);
	if (method->flags & LUNATIK_SLEEPS)
		lunatik_checksleep(L, method->name);
	lunatik_checklocks(L, method->name);
	return method->func(L);
}

/* sets @methods in the table on the top; those that need one get a guard */
void lunatik_object_setmethods(lua_State *L, const struct lunatik_method *methods)
{
	const struct lunatik_method *method;

	for (method = methods; method && method->name; method++) {
		if (method->flags & (LUNATIK_SLEEPS | LUNATIK_LOCKS)) {
			lua_pushlightuserdata(L, (void *)method);
			lua_pushcclosure(L, method_guarded, 1);
		} else {
			lua_pushcfunction(L, method->func);
		}
		lua_setfield(L, -2, method->name);
	}
}

/* makes the metatable of @class in this runtime */
void lunatik_object_openclass(lua_State *L, const struct lunatik_class *class)
{
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, class) == LUA_TTABLE) {
		lua_pop(L, 1);
		return;
	}
	lua_pop(L, 1);
	lua_newtable(L);
	lunatik_object_setmethods(L, class->methods);
	if (lua_getfield(L, -1, "__index") == LUA_TNIL) {
		/* methods are looked up in a table of their own: a script must not get the other */
		lua_newtable(L);
		lunatik_object_setmethods(L, class->methods);
		lua_setfield(L, -3, "__index");
	}
	lua_pop(L, 1);
	lua_pushlightuserdata(L, (void *)class);
	lua_pushcclosure(L, handle_gc, 1);
	lua_setfield(L, -2, "__gc");
	lua_pushstring(L, class->name);
	lua_setfield(L, -2, "__name");
	lua_pushboolean(L, false);
	lua_setfield(L, -2, "__metatable");
	lua_rawsetp(L, LUA_REGISTRYINDEX, class);
}
