/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * stack.h - how much C stack is left, in bytes
 *
 * Lua counts C levels; a kernel stack is too small for that, as levels differ
 * in size by a factor of ten. So the number of levels that Lua may use follows
 * from the real stack pointer: the usual 200 while there is room, none once
 * there is not; luaE_checkcstack() (patches/0003) then decides which error.
 * Included by one.c; the limit is the one of the entry that runs.
 */
#ifndef _LUNATIK_STACK_H
#define _LUNATIK_STACK_H

#define LUAE_LEVELS	200	/* C levels where the stack is no concern */

#if defined(__SANITIZE_ADDRESS__) || defined(CONFIG_KASAN)
#define LUAE_LEAF	(3 * LUNATIK_STACK_LEAF)	/* red zones */
#elif defined(CONFIG_PROVE_LOCKING) || defined(CONFIG_SLUB_DEBUG_ON)
#define LUAE_LEAF	(LUNATIK_STACK_LEAF + 3072)	/* what checks locks */
#else
#define LUAE_LEAF	LUNATIK_STACK_LEAF
#endif

#define LUAE_HANDLER	1024	/* for a handler in Lua that looks at the message */

static __always_inline long luaE_stackpointer(void)
{
	long sp;

#if defined(__x86_64__)
	asm volatile("mov %%rsp, %0" : "=r" (sp));
#elif defined(__aarch64__)
	asm volatile("mov %0, sp" : "=r" (sp));
#else
	sp = (long)__builtin_frame_address(0);
#endif
	return sp;
}

/* may be negative: then this is not the stack that the host meant */
static __always_inline long luaE_stackleft(lua_State *L)
{
	return luaE_stackpointer() - (long)luaE_vm(L)->stack_limit;
}

/* can a function of a library be called, or run on? */
static __always_inline bool luaE_leafroom(lua_State *L)
{
	return luaE_stackleft(L) >= LUNATIK_STACK_FLOOR + LUAE_LEAF;
}

/* in lauxlib.c: frees the memory of a string buffer */
static int boxgc(lua_State *L);

/* can string matching go one level deeper? An error message needs some, too */
static __always_inline bool luaE_matchroom(lua_State *L)
{
	return luaE_stackleft(L) >= LUNATIK_STACK_FLOOR + LUAE_LEAF - LUAE_LEAF / 7;
}

/* can a message handler be called? Always, unless the stack is the matter */
static __always_inline bool luaE_handlerroom(lua_State *L)
{
	return !luaE_vm(L)->overflow ||
	       luaE_stackleft(L) >= LUNATIK_STACK_FLOOR + LUAE_LEAF + LUAE_HANDLER;
}

static __always_inline l_uint32 luaE_maxccalls(lua_State *L)
{
	return l_likely(luaE_stackleft(L) >=
			LUNATIK_STACK_FLOOR + LUAE_LEAF + LUNATIK_STACK_ERROR) ?
		LUAE_LEVELS : 0;
}

#define LUAE_FINALIZER	1024	/* between the collector and what it calls */

/*
 * Can finalizers be called? One that is called in vain is lost, and with it the
 * reference that it was to drop; so they wait for a shallower stack, or an entry that
 * may take locks.
 */
static __always_inline bool luaE_finalizerroom(lua_State *L)
{
	return !luaE_vm(L)->isolated &&
	       luaE_stackleft(L) >= LUNATIK_STACK_FLOOR + LUAE_LEAF +
				    LUNATIK_STACK_ERROR + LUAE_FINALIZER;
}

#endif /* _LUNATIK_STACK_H */
