/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * fuel.h - the counter that ends what runs too long
 *
 * lua_State.fuel is added by patches/0001. What may raise an error here burns
 * one; what does work in proportion to a size but must not raise charges the
 * size. A charge for which there is not enough traps the Lua function that runs,
 * as a hook would: after this instruction it takes the slow path, so that code
 * without loops and calls is no way around. The slow path is the host's
 * lunatik_vm_refuel(). Included by one.c; whoever owns the state calls it.
 */
#ifndef _LUNATIK_FUEL_H
#define _LUNATIK_FUEL_H

#define LUAE_MAXCHARGE	(1 << 29)	/* keeps the counter from overflowing */
#define LUAE_THREAD	50	/* making a coroutine: its stack, its first frame */
#define LUAE_COMPILER	50	/* starting the compiler */

/* in vm.c */
static noinline void luaE_refuel(lua_State *L);
static noinline void luaE_trap(lua_State *L);
static bool luaE_goeson(lua_State *L);
static void luaE_passon(lua_State *L, lua_State *from);

static inline struct lunatik_vm *luaE_vm(lua_State *L)
{
	return G(L)->ud;
}

/* takes one; may raise */
static inline void luaE_burn(lua_State *L)
{
	if (l_unlikely(--L->fuel < 0))
		luaE_refuel(L);
}

/* takes @n, never raises */
static inline void luaE_charge(lua_State *L, size_t n)
{
	int fuel = L->fuel;

	if (n > LUAE_MAXCHARGE)
		n = LUAE_MAXCHARGE;
	if (l_unlikely(fuel <= -LUAE_MAXCHARGE))
		return;
	L->fuel = fuel - (int)n;
	if (l_unlikely(fuel >= 0 && L->fuel < 0))
		luaE_trap(L);
}

/* a call of a C function: whatever it was, the caller looks afterwards */
static inline void luaE_chargecall(lua_State *L)
{
	if (l_unlikely(--L->fuel < 0))
		luaE_trap(L);
}

/* copying, comparing or scanning @n bytes at once, in the unit of one turn */
static inline void luaE_chargebytes(lua_State *L, size_t n)
{
	luaE_charge(L, n >> 5);
}

/* converting a string that may be a numeral */
static inline void luaE_chargenumeral(lua_State *L, const TValue *o)
{
	if (ttislngstring(o))
		luaE_charge(L, tsslen(tsvalue(o)) >> 2);
}

/* comparing two values: strings of one length are looked at */
static inline void luaE_chargeequal(lua_State *L, const TValue *a, const TValue *b)
{
	if (ttislngstring(a) && ttislngstring(b) && tsvalue(a) != tsvalue(b) &&
	    tsslen(tsvalue(a)) == tsslen(tsvalue(b)))
		luaE_chargebytes(L, tsslen(tsvalue(a)));
}

/* a long string as a key: hashed once, compared each time */
static inline void luaE_chargekey(lua_State *L, const TString *key)
{
	luaE_charge(L, tsslen(key) >> (key->extra ? 5 : 3));
}

#endif /* _LUNATIK_FUEL_H */
