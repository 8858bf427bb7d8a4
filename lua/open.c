// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * open.c - opens the libraries of a new state
 *
 * Included by one.c. Called by the host once for each state, protected, since
 * it may run out of memory. It also installs the warning function, which makes
 * one record of output of the pieces of a warning.
 */

static void add_warning(struct lunatik_vm *vm, const char *piece)
{
	while (*piece && vm->warned < sizeof(vm->warning))
		vm->warning[vm->warned++] = *piece++;
}

static void print_warning(void *ud, const char *piece, int continues)
{
	lua_State *L = ud;
	struct lunatik_vm *vm = luaE_vm(L);

	if (!continues && vm->warned == 0 && *piece == '@') {
		if (strcmp(piece, "@on") == 0)
			vm->warn = true;
		else if (strcmp(piece, "@off") == 0)
			vm->warn = false;
		return;
	}
	if (vm->warned == 0)
		add_warning(vm, "Lua warning: ");
	add_warning(vm, piece);
	if (continues)
		return;
	if (vm->warn)
		lunatik_vm_print(L, vm->warning, vm->warned);
	vm->warned = 0;
}

/* the metamethods of operators that do not exist */
static void remove_floats(lua_State *L)
{
	lua_pushliteral(L, "");
	lua_getmetatable(L, -1);
	lua_pushnil(L);
	lua_setfield(L, -2, "__div");
	lua_pushnil(L);
	lua_setfield(L, -2, "__pow");
	lua_pop(L, 2);
}

static const luaL_Reg libraries[] = {
	{LUA_GNAME, luaopen_base},
	{LUA_LOADLIBNAME, luaopen_package},
	{LUA_COLIBNAME, luaopen_coroutine},
	{LUA_TABLIBNAME, luaopen_table},
	{LUA_STRLIBNAME, luaopen_string},
	{LUA_MATHLIBNAME, luaopen_math},
	{LUA_UTF8LIBNAME, luaopen_utf8},
	{LUA_DBLIBNAME, luaopen_debug},
	{NULL, NULL}
};

LUALIB_API void luaL_openlibs(lua_State *L)
{
	for (const luaL_Reg *library = libraries; library->func; library++) {
		luaL_requiref(L, library->name, library->func, 1);
		lua_pop(L, 1);
	}
	remove_floats(L);
	lua_setwarnf(L, print_warning, G(L)->mainthread);
}
