/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * vm.h - what the Lua port and its host ask of each other
 *
 * The host is core/ in the kernel and lua/host/ in userspace. The `ud` that it
 * gives to lua_newstate() points to a struct lunatik_vm, usually the first
 * member of something bigger. Everything here belongs to whoever owns the Lua
 * state; there is no lock.
 */
#ifndef _LUNATIK_VM_H
#define _LUNATIK_VM_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#endif

struct lua_State;

#define LUNATIK_VM_REASON	192	/* bytes kept of the message of a doom */
#define LUNATIK_VM_WARNING	120	/* bytes kept of one warning */

/*
 * The C stack, in bytes above the host's stack_limit. Lua checks how much is
 * left whenever it goes one C level deeper; between two checks runs at most one
 * C function with all that it calls, which is what LEAF is for. Nothing ever
 * touches FLOOR: it is for interrupts and for the kernel below the allocator.
 */
#define LUNATIK_STACK_FLOOR	3072
#define LUNATIK_STACK_LEAF	1792	/* the deepest C function of the libraries */
#define LUNATIK_STACK_ERROR	1024	/* only for message handlers */

/**
 * struct lunatik_vm - one Lua state, as seen by both sides
 * @stack_limit: lowest address the C stack may reach; host, at each entry
 * @doomed: set by lunatik_vm_doom(): every protected call rethrows until the
 *	outermost one of the entry
 * @atomic: this entry may not sleep; host, at each entry
 * @isolated: whoever entered may hold any lock: no finalizers, which free what
 *	the allocator does not know; host, at each entry
 * @overflow: port: a "C stack overflow" is on its way, so a message handler may
 *	use LUNATIK_STACK_ERROR
 * @gcdeferred: port: a collection was cut short because none was allowed
 * @warn: port: warnings are on
 * @warned: port: bytes in @warning
 * @reason: port: message of the doom, for whoever raises it again
 * @warning: port: the pieces of a warning that have come so far
 *
 * Zeroed by the host before lua_newstate().
 */
struct lunatik_vm {
	unsigned long	stack_limit;
	bool		doomed;
	bool		atomic;
	bool		isolated;
	bool		overflow;
	bool		gcdeferred;
	bool		warn;
	unsigned int	warned;
	char		reason[LUNATIK_VM_REASON];
	char		warning[LUNATIK_VM_WARNING];
};

/*
 * Callee-saved registers, stack pointer, return address and, on arm64, the
 * shadow call stack; 22 words is what arm64 needs.
 */
struct lunatik_jmpbuf {
	unsigned long	regs[22];
};

/*
 * lunatik_longjmp() does not return, but is not declared so: objtool knows only
 * the kernel's own functions that never return, and would take what follows a
 * call of this one for code that falls into the next function.
 */
int lunatik_setjmp(struct lunatik_jmpbuf *buf) __attribute__((returns_twice));
void lunatik_longjmp(struct lunatik_jmpbuf *buf, int value);

/* ----------------------------------------------------- offered by the port */

/*
 * End the entry: raises an error that nothing in Lua can catch. The message
 * gets the usual position in front. Does not return. Context: a running Lua
 * state, where an error may be raised.
 */
void lunatik_vm_doom(struct lua_State *L, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* the entry has ended: protected calls catch again */
void lunatik_vm_undoom(struct lua_State *L);

/*
 * Fuel: decremented at every loop back-edge and call, and in the loops of C
 * functions. lunatik_vm_charge() takes @n at once, without ever raising.
 * lunatik_vm_consume() is for C loops of bindings: takes one and may raise.
 */
void lunatik_vm_charge(struct lua_State *L, unsigned int n);
void lunatik_vm_consume(struct lua_State *L);
void lunatik_vm_setfuel(struct lua_State *L, int fuel);
int lunatik_vm_fuel(struct lua_State *L);

/* true when garbage waits to be collected: a worker should call lua_gc() */
bool lunatik_vm_gcdue(struct lua_State *L);

/*
 * Brings the next collection nearer by @n bytes, which are kept by what Lua holds
 * but were not allocated by it. Does not raise and does not collect.
 */
void lunatik_vm_owe(struct lua_State *L, size_t n);

/* ----------------------------------------------------- asked from the host */

/*
 * The fuel is gone: either dooms the entry or has called lunatik_vm_setfuel().
 * Context: a running Lua state, where an error may be raised.
 */
void lunatik_vm_refuel(struct lua_State *L);

/* may all garbage be collected at once now? Otherwise only in small steps */
bool lunatik_vm_mayfullgc(struct lua_State *L);

/* one record of output: what print() has made of its arguments, no newline */
void lunatik_vm_print(struct lua_State *L, const char *s, size_t len);

/* can a script of this name be opened? */
int lunatik_vm_readable(struct lua_State *L, const char *filename);

/*
 * Pushes the opener of the C binding @name and returns 1, or pushes a message
 * that says why there is none, starting with "\n\t", and returns 0. May raise.
 */
int lunatik_vm_binding(struct lua_State *L, const char *name);

/* seed of string hashes: unpredictable */
unsigned int lunatik_vm_seed(void);

/* which element table.sort() takes where others have served it badly */
unsigned int lunatik_vm_pivot(void);

#endif /* _LUNATIK_VM_H */
