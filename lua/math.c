// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * math.c - the math library: what integers need of it
 *
 * Included by one.c. The functions are called by scripts, raise on bad
 * arguments and touch nothing but their own Lua stack.
 */

static int math_abs(lua_State *L)
{
	lua_Integer n = luaL_checkinteger(L, 1);

	lua_pushinteger(L, n < 0 ? (lua_Integer)(0u - (lua_Unsigned)n) : n);
	return 1;
}

/* the index of the least or greatest argument */
static int math_best(lua_State *L, bool greatest)
{
	int n = lua_gettop(L);
	int best = 1;

	luaL_checkinteger(L, 1);
	for (int i = 2; i <= n; i++) {
		lua_Integer x = luaL_checkinteger(L, i);
		lua_Integer y = lua_tointeger(L, best);

		if (greatest ? x > y : x < y)
			best = i;
		luaE_burn(L);
	}
	return best;
}

static int math_max(lua_State *L)
{
	lua_pushinteger(L, lua_tointeger(L, math_best(L, true)));
	return 1;
}

static int math_min(lua_State *L)
{
	lua_pushinteger(L, lua_tointeger(L, math_best(L, false)));
	return 1;
}

static int math_tointeger(lua_State *L)
{
	int isinteger;
	lua_Integer n = lua_tointegerx(L, 1, &isinteger);

	luaL_checkany(L, 1);
	if (isinteger)
		lua_pushinteger(L, n);
	else
		luaL_pushfail(L);
	return 1;
}

static int math_ult(lua_State *L)
{
	lua_Unsigned a = (lua_Unsigned)luaL_checkinteger(L, 1);
	lua_Unsigned b = (lua_Unsigned)luaL_checkinteger(L, 2);

	lua_pushboolean(L, a < b);
	return 1;
}

static const luaL_Reg math_functions[] = {
	{"abs", math_abs},
	{"max", math_max},
	{"min", math_min},
	{"tointeger", math_tointeger},
	{"ult", math_ult},
	{NULL, NULL}
};

LUAMOD_API int luaopen_math(lua_State *L)
{
	luaL_newlib(L, math_functions);
	lua_pushinteger(L, LUA_MAXINTEGER);
	lua_setfield(L, -2, "maxinteger");
	lua_pushinteger(L, LUA_MININTEGER);
	lua_setfield(L, -2, "mininteger");
	return 1;
}
