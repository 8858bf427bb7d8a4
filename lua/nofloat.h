/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * nofloat.h - closes the float variant of Lua's numbers
 *
 * Included by one.c after Lua's own headers. lua_Number already is an integer
 * type; here every test for a float becomes false and every setter of one sets
 * an integer, so that no value can carry the float tag. What the sources then
 * still do with floats compiles, and is dead.
 */
#ifndef _LUNATIK_NOFLOAT_H
#define _LUNATIK_NOFLOAT_H

#undef ttisfloat
#undef setfltvalue
#undef chgfltvalue
#define ttisfloat(o)		((void)(o), 0)
#define setfltvalue(obj, x)	setivalue(obj, x)
#define chgfltvalue(obj, x)	chgivalue(obj, x)

#undef luai_numdiv
#undef luai_numpow
#undef luai_nummod
#undef luai_numidiv

/* arithmetic of "floats" is left to C callers of lua_arith() */
#define luai_numdiv(L, a, b)	luaV_idiv(L, a, b)
#define luai_numpow(L, a, b)	\
	((void)(a), (void)(b), luaG_runerror(L, "attempt to perform '^'"), (lua_Number)0)
#define luai_nummod(L, a, b, m)	((m) = luaV_mod(L, a, b))
#define luai_numidiv(L, a, b)	luaV_idiv(L, a, b)

#define l_hashfloat(n)		((int)(n))
#define L_MAXLENNUM		1	/* the length of a float numeral to retry */

#endif /* _LUNATIK_NOFLOAT_H */
