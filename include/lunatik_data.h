/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * lunatik_data.h - lend memory of the kernel to scripts, as objects of class "data"
 *
 * For bindings whose callbacks get a packet, a report, a buffer. A hook makes one
 * view when it is set up and anchors it beside its function, for instance with a
 * table {function, view} as the value of lunatik_object_arm(). In each event:
 *
 *	static void my_event(lua_State *L, struct lunatik_object *object, void *arg)
 *	{
 *		lunatik_object_pushvalue(L, object);
 *		lua_rawgeti(L, 1, 1);
 *		lua_rawgeti(L, 1, 2);
 *		lunatik_data_lend(L, lunatik_data_check(L, -1), packet, len, true);
 *		lua_call(L, 1, 0);
 *	}
 *
 * The core takes the loan back when the event leaves the runtime, also when it
 * raised an error or was ended by a limit. A script that kept the view finds it
 * empty: every access raises "out of bounds". A view never leaves its runtime.
 *
 * luadata.ko has what is declared here.
 */
#ifndef _LUNATIK_DATA_H
#define _LUNATIK_DATA_H

#include "lunatik.h"

/**
 * lunatik_data_newview() - push an empty view
 * @L: Lua state
 *
 * Raises when out of memory.
 *
 * Context: an entry of the runtime.
 * Return: the object; the handle on the Lua stack holds the only reference
 */
struct lunatik_object *lunatik_data_newview(lua_State *L);

/**
 * lunatik_data_check() - the view or other data object that an argument is
 * @L: Lua state
 * @idx: stack index
 *
 * Raises as lunatik_object_check().
 *
 * Return: the object; the handle keeps the reference
 */
struct lunatik_object *lunatik_data_check(lua_State *L, int idx);

/**
 * lunatik_data_lend() - let a view be a piece of memory until the entry ends
 * @L: Lua state
 * @view: what lunatik_data_newview() returned; the caller has a reference
 * @ptr: memory that stays where it is until the entry ends, or until
 *	lunatik_data_expire()
 * @size: bytes; 0 for an empty view
 * @writable: false: writing raises "read only"
 *
 * Lending again moves the view to other memory. Where callbacks may block, another
 * event of the same hook may come meanwhile: there each event needs a view of its
 * own, since the view shows what was lent last.
 *
 * Allocates nothing, raises nothing.
 *
 * Context: an entry of the view's runtime.
 */
void lunatik_data_lend(lua_State *L, struct lunatik_object *view, void *ptr, size_t size,
		       bool writable);

/**
 * struct lunatik_data_source - where a view gets what is not at hand
 * @reach: called when a script wants to read or write bytes before @end of @view that
 *	are not ready for it. Makes them so and calls lunatik_data_move() for each view
 *	of the same memory, or returns a negative errno. No Lua here
 *
 * What is lent may be larger than what lies in one piece, and may have to be copied
 * before it is written: that is put off until a script needs it.
 */
struct lunatik_data_source {
	int (*reach)(struct lunatik_data_source *source, struct lunatik_object *view,
		     size_t end, bool write);
};

/**
 * struct lunatik_data_span - what a view shows
 * @ptr: where it begins
 * @size: bytes, as scripts see it
 * @ready: how many of them are in one piece at @ptr
 * @writable: how many of these may be written
 */
struct lunatik_data_span {
	void	*ptr;
	size_t	size;
	size_t	ready;
	size_t	writable;
};

/**
 * lunatik_data_lend_from() - let a view be memory of which a part is ready
 * @L: Lua state
 * @view: as for lunatik_data_lend()
 * @span: what it shows
 * @source: for the rest of it; stays until the loan ends
 *
 * Otherwise as lunatik_data_lend().
 */
void lunatik_data_lend_from(lua_State *L, struct lunatik_object *view,
			    const struct lunatik_data_span *span,
			    struct lunatik_data_source *source);

/**
 * lunatik_data_move() - what a view shows is somewhere else now, or ready now
 * @view: a view that is lent from a source
 * @span: what it shows
 *
 * Context: an entry of the view's runtime.
 */
void lunatik_data_move(struct lunatik_object *view, const struct lunatik_data_span *span);

/**
 * lunatik_data_source() - where a view gets its memory
 * @view: a data object
 *
 * Return: what lunatik_data_lend_from() was given, or NULL when it is not lent
 */
struct lunatik_data_source *lunatik_data_source(struct lunatik_object *view);

/**
 * lunatik_data_new() - push a new data object that owns its memory
 * @L: Lua state
 * @size: bytes, more than 0; charged to the runtime
 *
 * As data.new(size) in a script; raises "not enough memory".
 *
 * Return: the memory, zeroed; valid while the object is on the stack
 */
void *lunatik_data_new(lua_State *L, size_t size);

/**
 * lunatik_data_expire() - take a loan back before the entry ends
 * @view: a view, lent or not
 *
 * Context: an entry of the view's runtime.
 */
void lunatik_data_expire(struct lunatik_object *view);

#endif /* _LUNATIK_DATA_H */
