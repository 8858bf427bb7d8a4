// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * nobinary.c - instead of Lua's lundump.c and ldump.c: no precompiled chunks
 *
 * Bytecode is not verified by Lua; whoever can load it can crash the VM, and
 * here the kernel. Included by one.c. load() gets a syntax error, string.dump()
 * "unable to dump given function".
 */

#include "lundump.h"

static LClosure *luaU_undump(lua_State *L, ZIO *z, const char *name)
{
	(void)z;
	(void)name;
	luaO_pushfstring(L, "attempt to load a binary chunk (mode is 't')");
	luaD_throw(L, LUA_ERRSYNTAX);
	return NULL;
}

static int luaU_dump(lua_State *L, const Proto *f, lua_Writer w, void *data, int strip)
{
	(void)L;
	(void)f;
	(void)w;
	(void)data;
	(void)strip;
	return 1;
}
