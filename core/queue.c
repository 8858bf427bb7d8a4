// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * queue.c - events that wait until their runtime is free
 *
 * Contexts: any but NMI.
 */
#include "core.h"

void lunatik_object_setqueue(lua_State *L, struct lunatik_object *object,
			     unsigned int records, size_t size)
{
}
EXPORT_SYMBOL_GPL(lunatik_object_setqueue);

int lunatik_event(struct lunatik_object *object, lunatik_handler_t handler,
		  void *record, size_t size)
{
	return lunatik_call(object, handler, record);
}
EXPORT_SYMBOL_GPL(lunatik_event);

bool lunatik_isqueued(lua_State *L)
{
	return false;
}
EXPORT_SYMBOL_GPL(lunatik_isqueued);
