/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * lunatik.h - the public C interface of Lunatik
 *
 * From the outside in:
 *   here: runtimes, what a kernel module needs to run a script and to call into it;
 *   lunatik_object.h: libraries, classes and objects, what a binding needs;
 *   lunatik_value.h: values that leave their runtime, and loans to it;
 *   lunatik_entry.h: how kernel code gets in and out of Lua, and how it blocks.
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
 * lunatik_runtime_name() - the script that a runtime runs
 * @runtime: a runtime
 *
 * Context: any.
 * Return: its name as given to lunatik_runtime(), never NULL; there while @runtime is
 */
const char *lunatik_runtime_name(lunatik_object_t *runtime);

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
 * lunatik_callable() - does a runtime have something to call?
 * @runtime: a runtime
 *
 * Return: true when its script returned a function
 */
bool lunatik_callable(lunatik_object_t *runtime);

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

#include "lunatik_lock.h"
#include "lunatik_object.h"
#include "lunatik_value.h"
#include "lunatik_entry.h"

#endif /* _LUNATIK_H */
