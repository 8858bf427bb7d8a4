// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * view.c - library "data": memory of the kernel lent to scripts (lunatik_data.h)
 *
 * Owns the views: data objects that own no memory. The core takes a loan back
 * when the entry in which it was made ends, however it ends, while the runtime is
 * still owned; so whoever runs Lua there afterwards finds an empty buffer. Lending
 * and taking back allocate nothing and take no lock: a hook makes one view when it
 * is set up and lends to it for each packet.
 *
 * Contexts: an entry of the runtime. Making a view can fail for want of memory.
 */

#include <linux/module.h>

#include "data.h"
#include "lunatik_data.h"

static void view_empty(struct lunatik_loan *loan)
{
	struct data *data = container_of(loan, struct data, loan);

	data->ptr = NULL;
	data->size = 0;
	data->readonly = true;
}

struct lunatik_object *lunatik_data_newview(lua_State *L)
{
	struct lunatik_value *value = lunatik_value_box(L);
	gfp_t gfp = lunatik_isatomic(L) ? GFP_ATOMIC : GFP_KERNEL;
	struct lunatik_object *object;
	struct data *data;

	object = lunatik_object_create(&data_class, sizeof(*data), gfp);
	if (!object)
		luaL_error(L, "not enough memory");
	data = object->private;
	data->mode = DATA_VIEW;
	data->loan.object = object;
	data->loan.expire = view_empty;
	view_empty(&data->loan);
	raw_spin_lock_init(&data->lock);
	lunatik_object_setlocal(object);
	/* the box has the reference until the handle has one of its own */
	value->type = LUNATIK_OBJECT;
	value->object = object;
	lunatik_value_unbox(L);
	return object;
}
EXPORT_SYMBOL_GPL(lunatik_data_newview);

struct lunatik_object *lunatik_data_check(lua_State *L, int idx)
{
	return lunatik_object_check(L, idx, &data_class);
}
EXPORT_SYMBOL_GPL(lunatik_data_check);

void lunatik_data_lend(lua_State *L, struct lunatik_object *view, void *ptr, size_t size,
		       bool writable)
{
	struct data *data = view->private;

	lunatik_loan_begin(L, &data->loan);
	data->ptr = ptr;
	data->size = size;
	data->readonly = !writable;
}
EXPORT_SYMBOL_GPL(lunatik_data_lend);

void lunatik_data_expire(struct lunatik_object *view)
{
	struct data *data = view->private;

	lunatik_loan_end(&data->loan);
}
EXPORT_SYMBOL_GPL(lunatik_data_expire);
