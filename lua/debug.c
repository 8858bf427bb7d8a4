// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * debug.c - Lua's debug library, trimmed to what cannot break memory safety
 *
 * Included by one.c after ldblib.c, whose functions do the work. A script may
 * look at Lua functions as it likes. It gets no hold of what C code relies on:
 * the registry, metatables and user values of userdata, local variables and
 * upvalues of C functions, C functions that the host put on the call stack,
 * registers that the VM or a C function uses by type (trap T26). A hook may be
 * set; fuel does not depend on hooks. Called by scripts, raises on bad
 * arguments, touches only the state it is called in.
 */

/*
 * Fills @ar when argument @arg of a debug function is a level of the thread
 * @L1 at which a Lua function runs. Otherwise there is nothing to be seen.
 */
static bool lua_level(lua_State *L, lua_State *L1, int arg, lua_Debug *ar)
{
	lua_Integer level = luaL_checkinteger(L, arg);

	if (level < 0 || level > INT_MAX || !lua_getstack(L1, (int)level, ar))
		return false;
	return isLua(ar->i_ci);
}

static bool is_number(lua_State *L, int arg)
{
	return lua_type(L, arg) == LUA_TNUMBER || lua_type(L, arg) == LUA_TSTRING;
}

/* out of range levels are left to the original, which knows the message */
static bool hidden_level(lua_State *L, lua_State *L1, int arg)
{
	lua_Debug ar;

	ar.i_ci = NULL;
	return is_number(L, arg) && !lua_level(L, L1, arg, &ar) && ar.i_ci;
}

static int debug_getlocal(lua_State *L)
{
	int arg;
	lua_State *L1 = getthread(L, &arg);

	if (!lua_isfunction(L, arg + 1) && hidden_level(L, L1, arg + 1)) {
		luaL_checkinteger(L, arg + 2);
		luaL_pushfail(L);
		return 1;
	}
	return db_getlocal(L);
}

/* is local @n of @ar a variable that has a name, or a vararg? */
static bool named_local(lua_State *L1, const lua_Debug *ar, int n)
{
	const char *name = lua_getlocal(L1, ar, n);

	if (!name)
		return true;	/* the original says that there is none */
	lua_pop(L1, 1);
	return *name != '(' || strcmp(name, "(vararg)") == 0;
}

static int debug_setlocal(lua_State *L)
{
	int arg;
	lua_State *L1 = getthread(L, &arg);
	int n = (int)luaL_checkinteger(L, arg + 2);
	lua_Debug ar;

	luaL_checkany(L, arg + 3);
	checkstack(L, L1, 1);
	ar.i_ci = NULL;
	if (lua_level(L, L1, arg + 1, &ar) ? named_local(L1, &ar, n) : !ar.i_ci)
		return db_setlocal(L);
	luaL_pushfail(L);
	return 1;
}

/* C functions found by level may be the host's: they are not given away */
static int debug_getinfo(lua_State *L)
{
	int arg;
	bool bylevel;
	int n;

	getthread(L, &arg);
	bylevel = !lua_isfunction(L, arg + 1);
	n = db_getinfo(L);
	if (!bylevel || !lua_istable(L, -1))
		return n;
	lua_getfield(L, -1, "func");
	if (lua_iscfunction(L, -1)) {
		lua_pushnil(L);
		lua_setfield(L, -3, "func");
	}
	lua_pop(L, 1);
	return n;
}

/* a level that no stack has is one to luaL_traceback(), which subtracts it */
static int debug_traceback(lua_State *L)
{
	int arg;
	lua_Integer level;

	getthread(L, &arg);
	level = luaL_optinteger(L, arg + 2, 0);
	if (level < 0 || level > LUAI_MAXSTACK) {
		lua_pushinteger(L, LUAI_MAXSTACK);
		lua_replace(L, arg + 2);
	}
	return db_traceback(L);
}

static int debug_getupvalue(lua_State *L)
{
	luaL_checkinteger(L, 2);
	luaL_checktype(L, 1, LUA_TFUNCTION);
	return lua_iscfunction(L, 1) ? 0 : db_getupvalue(L);
}

static int debug_setupvalue(lua_State *L)
{
	luaL_checkany(L, 3);
	luaL_checkinteger(L, 2);
	luaL_checktype(L, 1, LUA_TFUNCTION);
	return lua_iscfunction(L, 1) ? 0 : db_setupvalue(L);
}

static int debug_upvalueid(lua_State *L)
{
	luaL_checkinteger(L, 2);
	luaL_checktype(L, 1, LUA_TFUNCTION);
	if (!lua_iscfunction(L, 1))
		return db_upvalueid(L);
	luaL_pushfail(L);
	return 1;
}

/* only what __metatable says, where there is one; nothing of userdata */
static int debug_getmetatable(lua_State *L)
{
	luaL_checkany(L, 1);
	if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
		return 1;
	if (!lua_isuserdata(L, 1))
		return db_getmetatable(L);
	luaL_pushfail(L);
	return 1;
}

static int debug_setmetatable(lua_State *L)
{
	luaL_argexpected(L, lua_isnil(L, 2) || lua_istable(L, 2), 2, "nil or table");
	luaL_argcheck(L, !lua_isuserdata(L, 1), 1, "metatables of userdata cannot be changed");
	if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
		return luaL_error(L, "cannot change a protected metatable");
	return db_setmetatable(L);
}

static int debug_getuservalue(lua_State *L)
{
	luaL_checkany(L, 1);
	luaL_pushfail(L);
	return 1;
}

static int debug_setuservalue(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TUSERDATA);
	luaL_checkany(L, 2);
	luaL_pushfail(L);
	return 1;
}

/* what scripts may know of the registry: the modules */
static int debug_getregistry(lua_State *L)
{
	lua_pushvalue(L, lua_upvalueindex(1));
	return 1;
}

static void create_registry(lua_State *L)
{
	lua_createtable(L, 0, 2);
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	lua_setfield(L, -2, LUA_LOADED_TABLE);
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
	lua_setfield(L, -2, LUA_PRELOAD_TABLE);
	lua_pushcclosure(L, debug_getregistry, 1);
	lua_setfield(L, -2, "getregistry");
}

static const luaL_Reg debug_functions[] = {
	{"getinfo", debug_getinfo},
	{"getlocal", debug_getlocal},
	{"getmetatable", debug_getmetatable},
	{"getupvalue", debug_getupvalue},
	{"getuservalue", debug_getuservalue},
	{"setlocal", debug_setlocal},
	{"setmetatable", debug_setmetatable},
	{"setupvalue", debug_setupvalue},
	{"setuservalue", debug_setuservalue},
	{"traceback", debug_traceback},
	{"upvalueid", debug_upvalueid},
	{NULL, NULL}
};

LUAMOD_API int luaopen_debug(lua_State *L)
{
	full_debug(L);
	lua_pushnil(L);
	lua_setfield(L, -2, "debug");
	luaL_setfuncs(L, debug_functions, 0);
	create_registry(L);
	return 1;
}
