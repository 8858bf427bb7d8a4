/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * lunatik.h - the public C interface of Lunatik
 *
 * Three groups, from the outside in:
 *   1. runtimes: what a kernel module needs to run a script and to call into it;
 *   2. libraries, classes and objects: what a binding needs (see bind/README.md);
 *   3. entries: how kernel code gets in and out of Lua, and how it blocks.
 *
 * Every Lua function is spelled as in the Lua manual (lua_pushinteger); the
 * symbols behind them are renamed (lua/rename.h), so that another Lua in the
 * same kernel can live beside this one.
 */
#ifndef _LUNATIK_H
#define _LUNATIK_H

#include <linux/types.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/module.h>
#include <linux/atomic.h>
#include <linux/wait.h>

#include "vm.h"
#include "rename.h"
#include "lua.h"
#include "lauxlib.h"
#include "lualib.h"

#define LUNATIK_VERSION	"Lunatik 3.6"

struct lunatik_object;
struct lunatik_class;
struct lunatik_runtime;
struct lunatik_entry;
struct lunatik_account;
struct lunatik_string;

/* the documented names: 3.1 and later, and 3.0 */
typedef struct lunatik_object lunatik_object_t;
typedef struct lunatik_object lunatik_runtime_t;

/* ---------------------------------------------------------------- runtimes */

/**
 * lunatik_runtime() - create a runtime and run a script in it
 * @pruntime: where the new runtime is stored; untouched on failure
 * @script: name below /lib/modules/lua, without ".lua"; letters, digits, "_-."
 *	and "/" only
 * @sleep: true: entries own the runtime as a mutex would, allocate with
 *	GFP_KERNEL and may sleep. false: entries own it as a spinlock with bottom
 *	halves disabled would, and never sleep, once the script has been loaded
 *
 * The script's first result becomes the runtime's entry function.
 *
 * Context: process context; may sleep. Killable: a killed caller ends the load.
 * Return: 0; -ENOMEM when out of memory; -EINVAL when the script cannot be
 *	loaded or raises an error (the log says which and where)
 */
int lunatik_runtime(lunatik_object_t **pruntime, const char *script, bool sleep);

/**
 * lunatik_stop() - close a runtime's state and drop the caller's reference
 * @runtime: what lunatik_runtime() stored
 *
 * Wakes and ends whatever runs or sleeps in it, disarms its hooks, closes the
 * Lua state. Other holders of a reference get -ENXIO from then on.
 *
 * Context: process context; may sleep; always returns. From inside the runtime
 *	itself the state is closed later, by a worker.
 * Return: 1 when the last reference is gone, else 0
 */
int lunatik_stop(lunatik_object_t *runtime);

/**
 * lunatik_toruntime() - the runtime that a Lua state belongs to
 * @L: any thread of the runtime
 *
 * Context: any.
 * Return: the runtime that Lua's extra space refers to; no reference is taken
 */
lunatik_object_t *lunatik_toruntime(lua_State *L);

/**
 * lunatik_checkruntime() - the runtime that an argument is
 * @L: Lua state
 * @idx: stack index
 *
 * Raises as lunatik_object_check().
 *
 * Return: the runtime; the handle keeps the reference
 */
lunatik_object_t *lunatik_checkruntime(lua_State *L, int idx);

/**
 * lunatik_sleepable() - does a runtime sleep?
 * @runtime: a runtime
 *
 * Return: true when it was made with sleep = true
 */
bool lunatik_sleepable(lunatik_object_t *runtime);

/**
 * lunatik_setenv() - set what scripts see as lunatik._ENV
 * @object: an object, of which the caller's reference is taken over; NULL for none
 *
 * Context: process; may sleep. With NULL it returns when what was dropped is freed.
 */
void lunatik_setenv(lunatik_object_t *object);

/**
 * lunatik_getobject() - take a reference
 * @object: an object (a runtime is one); the caller already has a reference
 *
 * Context: any.
 */
void lunatik_getobject(lunatik_object_t *object);

/**
 * lunatik_putobject() - drop a reference
 * @object: an object (a runtime is one)
 *
 * What the last reference frees is freed by a worker, in process context.
 *
 * Context: any.
 * Return: 1 when it was the last one, else 0
 */
int lunatik_putobject(lunatik_object_t *object);

/**
 * lunatik_get() - take a reference; the name of 3.0
 * @runtime: see lunatik_getobject()
 */
static inline void lunatik_get(lunatik_runtime_t *runtime)
{
	lunatik_getobject(runtime);
}

/**
 * lunatik_put() - drop a reference; the name of 3.0
 * @runtime: see lunatik_putobject()
 *
 * Return: 1 when it was the last one, else 0
 */
static inline int lunatik_put(lunatik_runtime_t *runtime)
{
	return lunatik_putobject(runtime);
}

/**
 * lunatik_run() - enter a runtime and call a C function with its Lua state
 * @runtime: a runtime
 * @handler: `<inttype> handler(lua_State *L, ...)`
 * @ret: an integer variable: what @handler returned, or a negative errno
 *
 * @ret becomes -ENXIO when the runtime is closed, -EDEADLK when the caller
 * already is inside it, -EBUSY when it is in use and the caller cannot sleep,
 * -EINTR when the caller was killed while waiting, -ECANCELED when @handler
 * raised a Lua error that it did not catch (which is logged). The Lua stack is
 * restored afterwards.
 *
 * A macro because @handler takes any arguments; documented as one since 3.0.
 *
 * Context: any; sleeps for a sleepable runtime in process context.
 */
#define lunatik_run(runtime, handler, ret, ...)				\
do {									\
	struct lunatik_entry lunatik_entry_;				\
	int lunatik_err_ = lunatik_entry_begin(&lunatik_entry_, (runtime)); \
									\
	if (lunatik_err_) {						\
		(ret) = lunatik_err_;					\
	} else {							\
		if (lunatik_setjmp(&lunatik_entry_.jmp))		\
			(ret) = -ECANCELED;				\
		else							\
			(ret) = handler(lunatik_entry_.L, ##__VA_ARGS__); \
		lunatik_entry_end(&lunatik_entry_);			\
	}								\
} while (0)

/* ------------------------------------- libraries, classes, objects: bindings */

/* flags of a method, a library or a class */
#define LUNATIK_SLEEPS		BIT(0)	/* method: may sleep; refused where it must not */
#define LUNATIK_SLEEPABLE	BIT(1)	/* library, class: sleepable runtimes only */
#define LUNATIK_ATOMIC		BIT(2)	/* class: runtimes that never sleep only */
#define LUNATIK_PROCESS		BIT(3)	/* class: its events may sleep */
#define LUNATIK_GRACEFUL	BIT(4)	/* class: its event is a body: see lunatik_shouldstop() */

/**
 * struct lunatik_method - a function that scripts can call
 * @name: its name in the library's table or in the class
 * @func: the C function
 * @flags: LUNATIK_SLEEPS or 0
 */
struct lunatik_method {
	const char	*name;
	lua_CFunction	func;
	unsigned int	flags;
};

/* an integer constant that scripts see */
struct lunatik_constant {
	const char	*name;
	lua_Integer	value;
};

/* a table of constants in a library's table, e.g. linux.stat */
struct lunatik_constants {
	const char			*name;
	const struct lunatik_constant	*values;	/* ends with a NULL name */
};

/**
 * struct lunatik_class - what the objects of one kind have in common
 * @name: what scripts see in messages
 * @methods: ends with a NULL name; "__close", "__tostring", "__len" ... allowed
 * @owner: THIS_MODULE; every object holds a reference to it
 * @flags: LUNATIK_SLEEPABLE, LUNATIK_ATOMIC, LUNATIK_PROCESS, LUNATIK_GRACEFUL
 * @arm: registers the object with the kernel; process context; may sleep;
 *	returns 0 or a negative errno having undone everything; no Lua here
 * @disarm: unregisters it, after which the kernel starts no new event; process
 *	context; may sleep; called once for each successful @arm
 * @release: frees what the private part refers to; process context (a worker);
 *	the private part itself is freed by the core
 *
 * All of the three may be NULL.
 */
struct lunatik_class {
	const char			*name;
	const struct lunatik_method	*methods;
	struct module			*owner;
	unsigned int			flags;
	int (*arm)(struct lunatik_object *object);
	void (*disarm)(struct lunatik_object *object);
	void (*release)(struct lunatik_object *object);
};

/**
 * struct lunatik_object - a reference-counted kernel object that scripts hold
 * @kref: references: handles in Lua states, open files, the runtime's list
 * @class: what it is
 * @private: the binding's own part, zeroed at creation
 */
struct lunatik_object {
	struct kref			kref;
	const struct lunatik_class	*class;
	void				*private;

	/* private: the core's */
	struct lunatik_runtime		*runtime;	/* the one it is armed in */
	struct list_head		armed;		/* in runtime->objects */
	struct llist_node		dead;		/* waiting to be released */
	atomic_t			active;		/* events inside Lua now */
	unsigned int			state;
	unsigned int			strikes;	/* overruns in a row */
	bool				local;		/* see lunatik_object_setlocal() */
	bool				told;		/* graceful: knows that it must end */
	bool				doomed;		/* graceful: its time is up */
	struct lunatik_account		*account;	/* whose memory it is */
	atomic_long_t			charged;	/* bytes */
};

/**
 * struct lunatik_library - what require() opens
 * @name: the name given to require()
 * @functions: ends with a NULL name; may be NULL
 * @constants: ends with a NULL name; may be NULL
 * @classes: NULL-terminated; may be NULL
 * @flags: LUNATIK_SLEEPABLE
 * @owner: THIS_MODULE; pinned by every runtime that opened the library
 * @open: called last with the library's table on the top of the stack, which it
 *	must leave there; may raise; may be NULL
 *
 * The module that has it says MODULE_ALIAS("lunatik-<name>") so that require()
 * can load it.
 */
struct lunatik_library {
	const char				*name;
	const struct lunatik_method		*functions;
	const struct lunatik_constants		*constants;
	const struct lunatik_class *const	*classes;
	unsigned int				flags;
	struct module				*owner;
	void (*open)(lua_State *L);
	/* private: the core's */
	struct list_head			list;
};

/**
 * lunatik_library_register() - let scripts require a library
 * @library: stays registered, and must stay as it is, until it is unregistered
 *
 * Context: process; may sleep. From module_init().
 * Return: 0, or -EEXIST when the name is taken
 */
int lunatik_library_register(struct lunatik_library *library);

/**
 * lunatik_library_unregister() - take a library back
 * @library: a registered one, which no runtime has open
 *
 * Returns when the objects of its classes that were dropped are freed.
 *
 * Context: process; may sleep. From module_exit(): the runtimes that have it open
 *	keep its module in.
 */
void lunatik_library_unregister(struct lunatik_library *library);

/* the module_init() and module_exit() of a module that has one library */
#define lunatik_module(library)						\
	module_driver(library, lunatik_library_register, lunatik_library_unregister)

/**
 * lunatik_object_new() - create an object and push its handle
 * @L: Lua state
 * @class: its class; the library that has it must be open in this runtime
 * @size: size of the private part, which is zeroed
 *
 * Raises when out of memory, or when @class cannot be used in this runtime.
 *
 * Context: an entry of the runtime.
 * Return: the object; the handle on the Lua stack holds the only reference
 */
struct lunatik_object *lunatik_object_new(lua_State *L, const struct lunatik_class *class,
					  size_t size);

/**
 * lunatik_object_create() - create an object that no script has yet
 * @class: its class
 * @size: size of the private part, which is zeroed
 * @gfp: how to allocate
 *
 * Context: any that @gfp allows.
 * Return: the object with one reference, the caller's; NULL when out of memory
 */
struct lunatik_object *lunatik_object_create(const struct lunatik_class *class, size_t size,
					     gfp_t gfp);

/**
 * lunatik_object_push() - push one more handle to an object
 * @L: Lua state
 * @object: the handle gets a reference of its own. When the object's class is not
 *	open in this runtime, it is opened
 *
 * Raises when out of memory, or when the class cannot be used in this runtime.
 */
void lunatik_object_push(lua_State *L, struct lunatik_object *object);

/**
 * lunatik_object_check() - the object that an argument is
 * @L: Lua state
 * @idx: stack index
 * @class: what it must be; compared by address
 *
 * Raises "<class> expected, got ..." when it is something else, and "null-pointer
 * dereference" when the handle was closed.
 *
 * Return: the object; the handle keeps the reference
 */
struct lunatik_object *lunatik_object_check(lua_State *L, int idx,
					    const struct lunatik_class *class);

/**
 * lunatik_object_arm() - register an object with the kernel, for a script
 * @L: Lua state
 * @object: a new object of a class that has arm()
 * @idx: stack index of the Lua value that the events need (a function, or a
 *	driver's table); kept until the object is disarmed
 *
 * Raises when arm() fails, when the entry is atomic, or when the runtime is
 * stopping; the object can then simply be dropped.
 */
void lunatik_object_arm(lua_State *L, struct lunatik_object *object, int idx);

/**
 * lunatik_object_disarm() - unregister an object and wait for its last event
 * @L: Lua state
 * @object: an armed object; anything else is left alone
 *
 * From the object's own event it does not wait. Raises when the entry is atomic.
 *
 * Return: true when it was armed
 */
bool lunatik_object_disarm(lua_State *L, struct lunatik_object *object);

/**
 * lunatik_object_arm_in() - register an object whose events go to another runtime
 * @L: Lua state
 * @object: a new object of a class that has arm(); it must hold a reference to
 *	@runtime until it is released
 * @runtime: where its events go, and with which it ends
 *
 * Otherwise as lunatik_object_arm(), without a value that is kept.
 */
void lunatik_object_arm_in(lua_State *L, struct lunatik_object *object,
			   lunatik_object_t *runtime);

/**
 * lunatik_object_disarm_in() - the opposite of lunatik_object_arm_in()
 * @L: Lua state
 * @object: the object
 * @runtime: as given to lunatik_object_arm_in()
 *
 * Return: true when it was armed
 */
bool lunatik_object_disarm_in(lua_State *L, struct lunatik_object *object,
			      lunatik_object_t *runtime);

/**
 * lunatik_object_retire() - an object has come to its end by itself
 * @object: an armed object whose kernel side is over: disarm() will not be called
 *
 * Does nothing when it is being disarmed. Context: process; outside its events.
 */
void lunatik_object_retire(struct lunatik_object *object);

/**
 * lunatik_object_resume() - run the entry function of the runtime of an object
 * @object: an armed object of a class that has LUNATIK_PROCESS
 *
 * It is an event as by lunatik_call(): what the script returned is called, or
 * continued where it yielded.
 *
 * Context: process; may sleep.
 * Return: as lunatik_call()
 */
int lunatik_object_resume(struct lunatik_object *object);

/**
 * lunatik_object_pushvalue() - push the value that lunatik_object_arm() kept
 * @L: Lua state
 * @object: an armed object; nil is pushed for a disarmed one
 */
void lunatik_object_pushvalue(lua_State *L, struct lunatik_object *object);

/**
 * lunatik_object_charge() - count memory that an object keeps
 * @object: the object; what is behind its private part is not counted otherwise
 * @size: bytes
 *
 * It counts against the limit of the runtime that created the object, and for as
 * long as the object lives: what is still charged then is given back by the core.
 *
 * Context: any.
 * Return: 0, or -ENOMEM when that would be beyond the limit
 */
int lunatik_object_charge(struct lunatik_object *object, size_t size);

/**
 * lunatik_object_uncharge() - give back what was charged
 * @object: the object
 * @size: bytes, no more than were charged
 *
 * Context: any.
 */
void lunatik_object_uncharge(struct lunatik_object *object, size_t size);

/**
 * lunatik_object_alloc() - zeroed memory for an object, charged to it
 * @L: Lua state
 * @object: the object, whose handle is on the stack
 * @size: bytes, more than 0
 *
 * Raises "not enough memory" beyond the limit, after all garbage was collected and
 * freed, where the entry may sleep.
 *
 * Return: the memory; @object's release() frees it with kvfree()
 */
void *lunatik_object_alloc(lua_State *L, struct lunatik_object *object, size_t size);

/**
 * lunatik_object_setlocal() - keep an object in its runtime
 * @object: a new object
 *
 * Handing it to another runtime (resume(), a table of rcu) raises an error then.
 */
static inline void lunatik_object_setlocal(struct lunatik_object *object)
{
	object->local = true;
}

/* ------------------------------------------- values that leave their runtime */

enum lunatik_type {
	LUNATIK_NIL,
	LUNATIK_BOOLEAN,
	LUNATIK_INTEGER,
	LUNATIK_STRING,
	LUNATIK_OBJECT,
};

/**
 * struct lunatik_value - a value outside any Lua state
 * @type: LUNATIK_NIL ... LUNATIK_OBJECT
 * @boolean: the value, of LUNATIK_BOOLEAN
 * @integer: of LUNATIK_INTEGER
 * @string: of LUNATIK_STRING; the value has a reference
 * @object: of LUNATIK_OBJECT; the value has a reference
 *
 * All zeros is nil.
 */
struct lunatik_value {
	enum lunatik_type	type;
	union {
		bool			boolean;
		lua_Integer		integer;
		struct lunatik_string	*string;
		struct lunatik_object	*object;
	};
};

/**
 * lunatik_value_box() - push a place for a value
 * @L: Lua state
 *
 * Raises when out of memory. What is in the box when Lua drops it is put, so
 * nothing is lost when something raises.
 *
 * Return: a nil value; valid while the box is on the stack
 */
struct lunatik_value *lunatik_value_box(lua_State *L);

/**
 * lunatik_value_unbox() - replace the box on the top by the Lua value of what it holds
 * @L: Lua state
 *
 * Raises when out of memory, or when an object's class cannot be used in this runtime.
 */
void lunatik_value_unbox(lua_State *L);

/**
 * lunatik_value_check() - take a value from the Lua stack
 * @L: Lua state
 * @idx: stack index: nil (or nothing), a boolean, an integer, a string or an object
 * @value: a nil value in a box; gets references of its own
 *
 * Raises "object expected ..." for other types, "null-pointer dereference" for a
 * closed object, and an error for an object that cannot leave its runtime.
 */
void lunatik_value_check(lua_State *L, int idx, struct lunatik_value *value);

/**
 * lunatik_value_tryget() - copy a value that may be going away
 * @to: a nil value
 * @from: in memory that RCU protects
 *
 * Context: any; in an RCU read-side critical section.
 * Return: false when the object in it is on its way out; @to is nil then
 */
bool lunatik_value_tryget(struct lunatik_value *to, const struct lunatik_value *from);

/**
 * lunatik_value_put() - drop a value's references
 * @value: becomes nil. The memory of a string, or an object, goes after a grace period
 *
 * Context: any.
 */
void lunatik_value_put(struct lunatik_value *value);

/**
 * lunatik_value_size() - how much kernel memory a value takes beside itself
 * @value: a value
 *
 * Return: bytes
 */
size_t lunatik_value_size(const struct lunatik_value *value);

/* -------------------------------------------------------------------- loans */

/**
 * struct lunatik_loan - something that a script may use until the entry ends
 * @object: who refers to it; kept alive by the loan
 * @expire: forgets what was lent; called by the owner of the runtime, in any
 *	context; must not touch Lua
 *
 * A part of @object's private part, zeroed but for these two. See lunatik_data.h
 * for loans of memory.
 */
struct lunatik_loan {
	struct lunatik_object	*object;
	void (*expire)(struct lunatik_loan *loan);
	/* private: the core's */
	struct hlist_node	node;
};

/**
 * lunatik_loan_begin() - have a loan end with the current entry
 * @L: the entry's Lua state
 * @loan: when it is under way already, it ends with this entry now
 *
 * However the entry ends, @loan's expire() is called then, before anybody else can
 * get into the runtime. Allocates nothing, raises nothing.
 *
 * Context: an entry of the runtime that @loan's object never leaves.
 */
void lunatik_loan_begin(lua_State *L, struct lunatik_loan *loan);

/**
 * lunatik_loan_end() - end a loan now
 * @loan: one that is under way; any other is left alone
 *
 * Context: an entry of the runtime that @loan's object never leaves.
 */
void lunatik_loan_end(struct lunatik_loan *loan);

/* ------------------------------------------------------------------ entries */

/**
 * typedef lunatik_handler_t - what an event does in Lua
 * @L: a Lua thread of the runtime with an empty stack
 * @object: whose event it is
 * @arg: the caller's
 *
 * Called protected: it may raise. Results go back through @arg.
 */
typedef void (*lunatik_handler_t)(lua_State *L, struct lunatik_object *object, void *arg);

/**
 * lunatik_call() - deliver an event of an armed object to its runtime
 * @object: the object; the caller guarantees a reference
 * @handler: called inside the runtime, protected
 * @arg: passed to @handler
 *
 * Never waits unless the runtime is sleepable and the caller is in process
 * context; then it waits killably. A Lua error is logged (rate-limited) and
 * counted, never passed on.
 *
 * Context: any but NMI.
 * Return: 0; -ENXIO when the object or its runtime is not (any more) there;
 *	-EBUSY when the runtime is in use and waiting is impossible; -EDEADLK when
 *	the caller already is inside the runtime; -EINTR when killed while waiting;
 *	-ECANCELED when @handler raised an error or overran its budget;
 *	-EHOSTDOWN while the hook is suspended after too many overruns
 */
int lunatik_call(struct lunatik_object *object, lunatik_handler_t handler, void *arg);

/**
 * lunatik_block() - let others into the runtime while this entry waits
 * @L: the entry's Lua state
 *
 * Between lunatik_block() and lunatik_unblock() nothing of Lua may be touched,
 * not even a string that was read from the stack, unless it is anchored there.
 * Raises where sleeping is impossible or the runtime is stopping. The caller's
 * wait must end when lunatik_stopping() turns true. Whoever makes it true wakes the
 * task as a signal would: any interruptible wait of the kernel ends with -EINTR or
 * -ERESTARTSYS, also in a kernel thread.
 */
void lunatik_block(lua_State *L);

/**
 * lunatik_unblock() - take the runtime back after lunatik_block()
 * @L: the entry's Lua state
 *
 * Raises an error that no pcall catches when the runtime was stopped or the
 * task killed meanwhile.
 */
void lunatik_unblock(lua_State *L);

/**
 * lunatik_stopping() - must whoever sleeps in this entry come back?
 * @L: the entry's Lua state
 *
 * Context: the entry's task, between lunatik_block() and lunatik_unblock(); any
 *	other use is allowed, too.
 * Return: true when the runtime is being stopped, or the hook whose event this is
 */
bool lunatik_stopping(lua_State *L);

/**
 * lunatik_shouldstop() - has the current entry's body been asked to end?
 * @L: the entry's Lua state
 *
 * For the events of LUNATIK_GRACEFUL classes, such as a thread's body. Being asked
 * ends one wait early. A body that has called this and got true has 5 s to clean
 * up, and may wait again; one that waits a second time without having asked, or
 * has not asked after 50 ms, is ended by an error that it cannot catch.
 *
 * Return: true when it should end; false in any other entry
 */
bool lunatik_shouldstop(lua_State *L);

/**
 * lunatik_event_object() - whose event the current entry is
 * @L: the entry's Lua state
 *
 * Return: the object given to lunatik_call(), or NULL
 */
struct lunatik_object *lunatik_event_object(lua_State *L);

/**
 * lunatik_isatomic() - must the current entry not sleep?
 * @L: the entry's Lua state
 *
 * Return: true when it must not
 */
bool lunatik_isatomic(lua_State *L);

/**
 * lunatik_checksleep() - raise an error unless the entry may sleep
 * @L: the entry's Lua state
 * @what: the name of what would sleep, for the message
 */
void lunatik_checksleep(lua_State *L, const char *what);

/**
 * lunatik_raise() - raise "<what>: <name of the errno>"
 * @L: Lua state
 * @what: what failed
 * @err: a negative errno
 *
 * Return: never; the int is for ``return lunatik_raise(...)``, as with luaL_error()
 */
int lunatik_raise(lua_State *L, const char *what, int err);

/**
 * lunatik_checkfield() - push a field that must have a type
 * @L: Lua state
 * @idx: stack index of the table
 * @key: the field
 * @type: LUA_TSTRING, LUA_TFUNCTION ...
 *
 * Raises "bad field '<key>' (<type> expected, got ...)" when it has another.
 */
void lunatik_checkfield(lua_State *L, int idx, const char *key, int type);

/**
 * lunatik_report() - log something about a runtime, rate-limited
 * @L: any thread of the runtime, whose name goes in front
 * @message: text; NULL stands for an error value that is no string
 *
 * Context: any.
 */
void lunatik_report(lua_State *L, const char *message);

/* ------------------------------------------------ behind lunatik_run(): core */

/*
 * One visit of the kernel to a runtime. Lives on the stack of who enters, is
 * valid until it leaves; only the owner of the runtime touches it.
 */
struct lunatik_entry {
	struct lunatik_jmpbuf	jmp;
	struct lunatik_runtime	*runtime;
	struct lunatik_object	*object;	/* whose event, or NULL */
	struct lunatik_entry	*parent;	/* the one that waits for this, or NULL */
	lua_State		*L;
	struct task_struct	*task;		/* NULL: atomic */
	struct list_head	sleeper;
	struct hlist_head	loans;
	unsigned long		stack_limit;
	unsigned long		irqflags;
	u64			start;		/* ns */
	u64			deadline;	/* ns; 0: not yet computed */
	unsigned int		flags;
	unsigned int		refusals;	/* of memory */
};

int lunatik_entry_begin(struct lunatik_entry *entry, lunatik_object_t *runtime);
void lunatik_entry_end(struct lunatik_entry *entry);

#endif /* _LUNATIK_H */
