// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * error.c - what a script's failure looks like from outside
 *
 * The message handler, and the errors that bindings raise for the kernel's.
 *
 * Contexts: an entry, any.
 */
#include <linux/kernel.h>
#include "core.h"
#include "budget.h"

/* message handler: adds where it happened */
int lunatik_traceback(lua_State *L)
{
	const char *message = lua_tostring(L, 1);

	if (!message) {
		if (!luaL_callmeta(L, 1, "__tostring") || !lua_isstring(L, -1))
			lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, 1));
		message = lua_tostring(L, -1);
	}
	luaL_traceback(L, L, message, 1);
	return 1;
}

int lunatik_raise(lua_State *L, const char *what, int err)
{
	char text[32];

	snprintf(text, sizeof(text), "%pe", ERR_PTR(err));
	return luaL_error(L, "%s: %s", what, text);
}
EXPORT_SYMBOL_GPL(lunatik_raise);

void lunatik_checkfield(lua_State *L, int idx, const char *key, int type)
{
	int actual = lua_getfield(L, idx, key);

	if (actual != type)
		luaL_error(L, "bad field '%s' (%s expected, got %s)", key,
			   lua_typename(L, type), lua_typename(L, actual));
}
EXPORT_SYMBOL_GPL(lunatik_checkfield);
