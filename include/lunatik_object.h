/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * lunatik_object.h - libraries, classes and objects: what a binding needs
 *
 * See bind/README.md, which goes through one.
 * Part of lunatik.h, which is what to include.
 */
#ifndef _LUNATIK_OBJECT_H
#define _LUNATIK_OBJECT_H

#include "lunatik.h"

/* flags of a method, a library or a class */
#define LUNATIK_SLEEPS		BIT(0)	/* method: may sleep; refused where it must not */
#define LUNATIK_SLEEPABLE	BIT(1)	/* library, class: sleepable runtimes only */
#define LUNATIK_ATOMIC		BIT(2)	/* class: runtimes that never sleep only */
#define LUNATIK_PROCESS		BIT(3)	/* class: its events may sleep */
#define LUNATIK_GRACEFUL	BIT(4)	/* class: its event is a body: see lunatik_shouldstop() */
#define LUNATIK_ISOLATED	BIT(5)	/* class: its events may come under any lock */
#define LUNATIK_LOCKS		BIT(6)	/* method: takes locks; refused in such events */
#define LUNATIK_RELAXED		BIT(7)	/* class: isolated while interrupts are off only */

/**
 * struct lunatik_method - a function that scripts can call
 * @name: its name in the library's table or in the class
 * @func: the C function
 * @flags: LUNATIK_SLEEPS, LUNATIK_LOCKS or 0
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
 * @flags: LUNATIK_SLEEPABLE, LUNATIK_ATOMIC, LUNATIK_PROCESS, LUNATIK_GRACEFUL,
 *	LUNATIK_ISOLATED, with or without LUNATIK_RELAXED
 * @arm: registers the object with the kernel; process context; may sleep;
 *	returns 0 or a negative errno having undone everything; no Lua here
 * @disarm: unregisters it, after which the kernel starts no new event; process
 *	context; may sleep; called once for each successful @arm
 * @release: frees what the private part refers to, which may still be all zeros;
 *	process context (a worker); the private part itself is freed by the core
 * @values: how many Lua values a handle keeps beside the object (lua_setiuservalue());
 *	for objects that stay in their runtime
 *
 * All of the three functions may be NULL.
 */
struct lunatik_class {
	const char			*name;
	const struct lunatik_method	*methods;
	struct module			*owner;
	unsigned int			flags;
	int (*arm)(struct lunatik_object *object);
	void (*disarm)(struct lunatik_object *object);
	void (*release)(struct lunatik_object *object);
	int				values;
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
	struct list_head		sibling;	/* of what one runtime armed in others */
	struct llist_node		dead;		/* waiting to be released */
	atomic_t			active;		/* events inside Lua now */
	unsigned int			state;
	unsigned int			strikes;	/* overruns in a row */
	unsigned int			failures;	/* errors in a row */
	bool				suspended;	/* after too many of either */
	struct lunatik_queue		*queue;		/* events that wait, or NULL */
	bool				local;		/* see lunatik_object_setlocal() */
	bool				asked;		/* graceful: by its own body, to end */
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

/**
 * lunatik_library_owns() - is an address in Lunatik's code?
 * @addr: any
 *
 * Context: any but NMI.
 * Return: true when the core has it, or the module of a registered library
 */
bool lunatik_library_owns(unsigned long addr);

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
 * lunatik_object_test() - is an argument an object of a class?
 * @L: Lua state
 * @idx: stack index
 * @class: the class; compared by address
 *
 * Return: true when lunatik_object_check() would not say that another class is expected
 */
bool lunatik_object_test(lua_State *L, int idx, const struct lunatik_class *class);

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
 *	@runtime until it is retired
 * @runtime: where its events go, and with which it ends. It ends with the
 *	caller's runtime as well
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
 * From a body of a graceful object, lunatik_shouldstop() is true from then on, and
 * that is all: the body is over when it returns, and others can still end it.
 *
 * Return: true when it was armed
 */
bool lunatik_object_disarm_in(lua_State *L, struct lunatik_object *object,
			      lunatik_object_t *runtime);

/* bytes of the largest record that may wait: the registers of a CPU, and some */
#define LUNATIK_RECORD_MAX	512

/**
 * lunatik_object_setqueue() - let events wait that find the runtime in use
 * @L: Lua state
 * @object: a new object, whose handle is on the stack
 * @records: how many may wait
 * @size: bytes of the largest record that lunatik_event() will be given, no more than
 *	LUNATIK_RECORD_MAX
 *
 * Raises "not enough memory". The memory is charged to @object.
 */
void lunatik_object_setqueue(lua_State *L, struct lunatik_object *object,
			     unsigned int records, size_t size);

/**
 * lunatik_object_reset() - let the events of a suspended hook in again
 * @object: any object
 *
 * Context: any.
 */
void lunatik_object_reset(struct lunatik_object *object);

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
 * lunatik_object_reclaim() - free what dropped handles keep
 * @L: Lua state
 *
 * For after lunatik_object_charge() said no. Collects all garbage, lets others into
 * the runtime, and waits until the objects that were dropped are freed.
 *
 * Context: an entry.
 * Return: false where that is impossible: in an atomic entry, or in a finaliser
 */
bool lunatik_object_reclaim(lua_State *L);

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

#endif /* _LUNATIK_OBJECT_H */
