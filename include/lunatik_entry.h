/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * lunatik_entry.h - entries: how kernel code gets in and out of Lua, and how it blocks
 *
 * Part of lunatik.h, which is what to include.
 */
#ifndef _LUNATIK_ENTRY_H
#define _LUNATIK_ENTRY_H

#include "lunatik.h"

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
 * lunatik_event() - deliver an event whose result may be left out
 * @object: the object; the caller guarantees a reference
 * @handler: called inside the runtime, protected
 * @record: what the event is, @size bytes; passed to @handler. A result that @handler
 *	leaves in it counts only when 0 is returned
 * @size: no more than lunatik_object_setqueue() was told
 *
 * As lunatik_call(), but it never waits, and when the runtime is in use, the event
 * waits in the object's queue: @handler is then called with a copy of the record soon
 * after, in process context, and before any later event of the object. Events that
 * Lua code causes in its own runtime while it handles a queued one are dropped.
 *
 * Context: any but NMI; for LUNATIK_ISOLATED classes any: breakpoints of kprobes count
 *	as NMI.
 * Return: 0 when @handler ran; -EINPROGRESS when the event waits; -ENOBUFS when the
 *	queue is full, and the event lost; else as lunatik_call()
 */
int lunatik_event(struct lunatik_object *object, lunatik_handler_t handler,
		  void *record, size_t size);

/**
 * lunatik_isqueued() - does the current entry handle an event that had to wait?
 * @L: the entry's Lua state
 *
 * Context: an entry.
 * Return: true when what the event was about may be over
 */
bool lunatik_isqueued(lua_State *L);

/**
 * lunatik_hasprinted() - has the current entry printed?
 * @L: the entry's Lua state
 *
 * For hooks of what printing itself causes, which would not come to an end otherwise.
 *
 * Context: an entry.
 * Return: true when its script called print() since the entry began
 */
bool lunatik_hasprinted(lua_State *L);

/**
 * lunatik_isisolated() - is it impossible to take a lock, or to wake somebody?
 * @L: the entry's Lua state
 *
 * Context: an entry.
 * Return: true in the events of LUNATIK_ISOLATED classes
 */
bool lunatik_isisolated(lua_State *L);

/**
 * lunatik_checklocks() - raise an error where no lock of the kernel may be taken
 * @L: the entry's Lua state
 * @what: the name of what would take one, for the message
 */
void lunatik_checklocks(lua_State *L, const char *what);

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
 * For the events of LUNATIK_GRACEFUL classes, such as a thread's body. When it must
 * end, each wait of a body ends early until it has asked. From then on it has 5 s to
 * clean up, and may wait again. One that does not ask is ended by an error that it
 * cannot catch: after 40 to 80 ms of something else than waiting, or after 16 waits.
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

/**
 * lunatik_log() - log something for a script: its name goes in front
 * @L: the entry's Lua state
 * @text: ends with a NUL; longer than a record of the kernel's log it is cut there
 * @length: of @text
 *
 * The kernel's log gets a hundred such lines of a runtime in five seconds, the script's
 * journal all.
 *
 * Context: an entry, any.
 */
void lunatik_log(lua_State *L, const char *text, size_t length);

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
	unsigned int		flags;
	unsigned int		refusals;	/* of memory */
	unsigned int		early;		/* waits that ended since its body must end */
	bool			woken;		/* and has not forgotten it yet */
};

int lunatik_entry_begin(struct lunatik_entry *entry, lunatik_object_t *runtime);
void lunatik_entry_end(struct lunatik_entry *entry);

#endif /* _LUNATIK_ENTRY_H */
