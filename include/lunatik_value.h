/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * lunatik_value.h - values that leave their runtime, and loans to it
 *
 * Part of lunatik.h, which is what to include.
 */
#ifndef _LUNATIK_VALUE_H
#define _LUNATIK_VALUE_H

#include "lunatik.h"

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

#endif /* _LUNATIK_VALUE_H */
