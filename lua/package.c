// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * package.c - require and the package library
 *
 * Included by one.c. Called by scripts; what it needs of the outside it asks
 * from the host: luaL_loadfilex(), lunatik_vm_readable() and, for bindings
 * written in C, lunatik_vm_binding(). There is no cpath, and loadlib() always
 * says "absent". Raises on errors; holds nothing meanwhile.
 *
 * The package table is the upvalue of every function that needs it.
 */

#define package_table	lua_upvalueindex(1)

/* package.<field>, which has to be a string */
static const char *package_string(lua_State *L, const char *field)
{
	if (lua_getfield(L, package_table, field) != LUA_TSTRING)
		luaL_error(L, "'package.%s' must be a string", field);
	return lua_tostring(L, -1);
}

/* pushes @s with every character @from replaced by the string @to */
static void push_replaced(lua_State *L, const char *s, size_t len, char from, const char *to)
{
	luaL_Buffer b;

	luaL_buffinit(L, &b);
	for (size_t i = 0; i < len; i++) {
		if (s[i] == from)
			luaL_addstring(&b, to);
		else
			luaL_addchar(&b, s[i]);
		luaE_burn(L);
	}
	luaL_pushresult(&b);
}

/* pushes @name with every @sep, if any, replaced by @rep */
static const char *push_filename(lua_State *L, const char *name, const char *sep,
				 const char *rep)
{
	if (*sep && sep[1])
		return luaL_gsub(L, name, sep, rep);
	push_replaced(L, name, strlen(name), *sep ? *sep : '.', *sep ? rep : ".");
	return lua_tostring(L, -1);
}

/* adds "no file 'x'" to the message below the file name on the top of the stack */
static void add_missing(lua_State *L)
{
	const char *filename = lua_tostring(L, -1);
	const char *glue = *lua_tostring(L, -2) ? "\n\t" : "";

	lua_pushfstring(L, "%s%sno file '%s'", lua_tostring(L, -2), glue, filename);
	lua_replace(L, -3);
	lua_pop(L, 1);
}

/*
 * Tries the templates of @path in turn. Pushes the name of the first file that
 * can be read and returns it; otherwise pushes what was tried, returns NULL.
 */
static const char *search_path(lua_State *L, const char *name, const char *path,
			       const char *sep, const char *rep)
{
	const char *end;

	name = push_filename(L, name, sep, rep);
	lua_pushliteral(L, "");
	for (; *path; path = *end ? end + 1 : end) {
		end = strchr(path, *LUA_PATH_SEP);
		if (!end)
			end = path + strlen(path);
		if (end == path)
			continue;
		push_replaced(L, path, (size_t)(end - path), *LUA_PATH_MARK, name);
		if (lunatik_vm_readable(L, lua_tostring(L, -1)))
			return lua_tostring(L, -1);
		add_missing(L);
	}
	return NULL;
}

static int package_searchpath(lua_State *L)
{
	if (search_path(L, luaL_checkstring(L, 1), luaL_checkstring(L, 2),
			luaL_optstring(L, 3, "."), luaL_optstring(L, 4, LUA_DIRSEP)))
		return 1;
	luaL_pushfail(L);
	lua_insert(L, -2);
	return 2;
}

static int package_loadlib(lua_State *L)
{
	luaL_checkstring(L, 1);
	luaL_checkstring(L, 2);
	luaL_pushfail(L);
	lua_pushliteral(L, "dynamic libraries not enabled; require finds C bindings by name");
	lua_pushliteral(L, "absent");
	return 3;
}

static int search_preload(lua_State *L)
{
	const char *name = luaL_checkstring(L, 1);

	lua_getfield(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
	if (lua_getfield(L, -1, name) == LUA_TNIL) {
		lua_pushfstring(L, "no field package.preload['%s']", name);
		return 1;
	}
	lua_pushliteral(L, ":preload:");
	return 2;
}

static int search_file(lua_State *L)
{
	const char *name = luaL_checkstring(L, 1);
	const char *filename = search_path(L, name, package_string(L, "path"),
					   ".", LUA_DIRSEP);

	if (!filename)
		return 1;
	if (luaL_loadfilex(L, filename, "t") != LUA_OK)
		return luaL_error(L, "error loading module '%s' from file '%s':\n\t%s",
				  name, filename, lua_tostring(L, -1));
	lua_pushstring(L, filename);
	return 2;
}

static int search_binding(lua_State *L)
{
	const char *name = luaL_checkstring(L, 1);

	if (!lunatik_vm_binding(L, name))
		return 1;
	lua_pushvalue(L, 1);
	return 2;
}

/* adds what a searcher said, on the top of the stack, to the message below it */
static void add_reason(lua_State *L)
{
	const char *reason = lua_tostring(L, -1);
	const char *glue = reason && *reason != '\n' ? "\n\t" : "";

	lua_pushfstring(L, "%s%s%s", lua_tostring(L, -2), glue, reason ? reason : "");
	lua_replace(L, -3);
	lua_pop(L, 1);
}

/* leaves a loader and its data on the top of the stack, or raises */
static void find_loader(lua_State *L, const char *name)
{
	if (lua_getfield(L, package_table, "searchers") != LUA_TTABLE)
		luaL_error(L, "'package.searchers' must be a table");
	lua_pushliteral(L, "");
	for (int i = 1; lua_rawgeti(L, 3, i) != LUA_TNIL; i++) {
		lua_pushvalue(L, 1);
		lua_call(L, 1, 2);
		if (lua_isfunction(L, -2))
			return;
		lua_pop(L, 1);
		if (lua_isstring(L, -1))
			add_reason(L);
		else
			lua_pop(L, 1);
		luaE_burn(L);
	}
	luaL_error(L, "module '%s' not found:%s", name, lua_tostring(L, -2));
}

/* stack: 1 name, 2 loaded table, 3 searchers, then loader and its data */
static int package_require(lua_State *L)
{
	const char *name = luaL_checkstring(L, 1);

	lua_settop(L, 1);
	lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	lua_getfield(L, 2, name);
	if (lua_toboolean(L, -1))
		return 1;
	lua_settop(L, 2);
	find_loader(L, name);
	lua_pushvalue(L, 1);		/* loader(name, data) */
	lua_pushvalue(L, -2);		/* loader data name data */
	lua_rotate(L, -4, -1);		/* data name data loader */
	lua_insert(L, -3);		/* data loader name data */
	lua_call(L, 2, 1);
	if (!lua_isnil(L, -1))
		lua_setfield(L, 2, name);
	else
		lua_pop(L, 1);
	if (lua_getfield(L, 2, name) == LUA_TNIL) {
		lua_pushboolean(L, true);
		lua_copy(L, -1, -2);
		lua_setfield(L, 2, name);
	}
	lua_insert(L, -2);
	return 2;
}

static const luaL_Reg package_functions[] = {
	{"loadlib", package_loadlib},
	{"searchpath", package_searchpath},
	{NULL, NULL}
};

/* package.searchers; the package table is on the top of the stack */
static void create_searchers(lua_State *L)
{
	static const lua_CFunction searchers[] = {
		search_preload, search_file, search_binding
	};

	lua_createtable(L, 3, 0);
	for (int i = 0; i < 3; i++) {
		lua_pushvalue(L, -2);
		lua_pushcclosure(L, searchers[i], 1);
		lua_rawseti(L, -2, i + 1);
	}
	lua_setfield(L, -2, "searchers");
}

LUAMOD_API int luaopen_package(lua_State *L)
{
	luaL_newlib(L, package_functions);
	create_searchers(L);
	lua_pushliteral(L, LUA_PATH_DEFAULT);
	lua_setfield(L, -2, "path");
	lua_pushliteral(L, LUA_DIRSEP "\n" LUA_PATH_SEP "\n" LUA_PATH_MARK "\n"
			LUA_EXEC_DIR "\n" LUA_IGMARK "\n");
	lua_setfield(L, -2, "config");
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	lua_setfield(L, -2, "loaded");
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
	lua_setfield(L, -2, "preload");
	lua_pushvalue(L, -1);
	lua_pushcclosure(L, package_require, 1);
	lua_setglobal(L, "require");
	return 1;
}
