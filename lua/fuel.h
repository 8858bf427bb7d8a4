/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * fuel.h - the counter that ends what runs too long
 *
 * lua_State.fuel is added by patches/0001. What may raise an error here burns
 * one; what does work in proportion to a size but must not raise charges the
 * size, so that the next burn takes the slow path. The slow path is the host's
 * lunatik_vm_refuel(). Included by one.c; whoever owns the state calls it.
 */
#ifndef _LUNATIK_FUEL_H
#define _LUNATIK_FUEL_H

#define LUAE_MAXCHARGE	(1 << 29)	/* keeps the counter from overflowing */

/* in vm.c */
static noinline void luaE_refuel(lua_State *L);
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
	if (n > LUAE_MAXCHARGE)
		n = LUAE_MAXCHARGE;
	if (l_likely(L->fuel > -LUAE_MAXCHARGE))
		L->fuel -= (int)n;
}

/* copying, comparing or scanning @n bytes at once, in the unit of one turn */
static inline void luaE_chargebytes(lua_State *L, size_t n)
{
	luaE_charge(L, n >> 5);
}

#endif /* _LUNATIK_FUEL_H */
