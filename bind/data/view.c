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
 * Of what is lent, a part may have to be fetched first, or copied before it is
 * written: who lends gives a source, which does so when a script gets there.
 *
 * Contexts: an entry of the runtime. Making a view can fail for want of memory.
 */

#include <linux/module.h>

#include "data.h"

static void view_empty(struct lunatik_loan *loan)
{
	struct data *data = container_of(loan, struct data, loan);

	data->ptr = NULL;
	data->size = 0;
	data->ready = 0;
	data->writable = 0;
	data->source = NULL;
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
	const struct lunatik_data_span span = { ptr, size, size, writable ? size : 0 };

	lunatik_data_lend_from(L, view, &span, NULL);
}
EXPORT_SYMBOL_GPL(lunatik_data_lend);

void lunatik_data_lend_from(lua_State *L, struct lunatik_object *view,
			    const struct lunatik_data_span *span,
			    struct lunatik_data_source *source)
{
	struct data *data = view->private;

	lunatik_loan_begin(L, &data->loan);
	data->source = source;
	lunatik_data_move(view, span);
}
EXPORT_SYMBOL_GPL(lunatik_data_lend_from);

void lunatik_data_move(struct lunatik_object *view, const struct lunatik_data_span *span)
{
	struct data *data = view->private;

	data->ptr = span->ptr;
	data->size = span->size;
	data->ready = span->ready;
	data->writable = span->writable;
}
EXPORT_SYMBOL_GPL(lunatik_data_move);

struct lunatik_data_source *lunatik_data_source(struct lunatik_object *view)
{
	const struct data *data = view->private;

	return data->source;
}
EXPORT_SYMBOL_GPL(lunatik_data_source);

#define REACH_FUEL	32	/* bytes for one unit of fuel, as for a copy */

/*
 * For an access that is not ready. Leaves: what is asked for is. Raises when it is
 * outside, when it must not be written, and when the source cannot.
 */
void data_reach(lua_State *L, struct data *data, lua_Integer offset, lua_Integer length,
		bool write)
{
	size_t before = data->ready;
	int err = -EACCES;

	if (!data_inside(offset, length, data->size))
		luaL_argerror(L, 2, "out of bounds");
	if (data->source)
		err = data->source->reach(data->source, data->loan.object, offset + length, write);
	if (err == -EACCES)
		luaL_error(L, "read only");
	if (err == -ENOMEM)
		luaL_error(L, "not enough memory");
	if (err)
		lunatik_raise(L, data_class.name, err);
	lunatik_vm_charge(L, 1 + (data->ready - min(before, data->ready)) / REACH_FUEL);
}

void lunatik_data_expire(struct lunatik_object *view)
{
	struct data *data = view->private;

	lunatik_loan_end(&data->loan);
}
EXPORT_SYMBOL_GPL(lunatik_data_expire);
