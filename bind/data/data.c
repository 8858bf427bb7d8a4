// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * data.c - library "data": memory that scripts read and write
 *
 * Owns the objects of class "data": a buffer of fixed size, zeroed, which belongs
 * to the object and is freed with it; or, for a view (view.c), memory of somebody
 * else for as long as it is lent.
 *
 * Contexts: any, hard interrupts included. Integers (access.c) take no lock.
 * Strings of a shared buffer are copied under its lock with interrupts off, 4 KiB
 * at a time: a string of up to 4 KiB is read as one call wrote it, a longer one
 * may be mixed from several. No Lua function is called under the lock: what is
 * read goes to a buffer that Lua gave before.
 *
 * new() can fail for want of memory, and everything else for wrong arguments.
 */

#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "data.h"

#define DATA_MAX	(1UL << 30)	/* bytes in one buffer */
#define COPY_FUEL	32		/* bytes for one unit of fuel, as in the VM */
#define DATA_CHUNK	4096		/* bytes copied with interrupts off */

/* ---------------------------------------------------------------------- copies */

static void copy_chunk(struct data *data, void *to, const void *from, size_t size)
{
	unsigned long flags;

	flags = lunatik_lock(&data->lock);
	memcpy(to, from, size);
	lunatik_unlock(&data->lock, flags);
}

/* @to or @from lies in @data. It costs fuel, so that a loop of it ends in time */
static void copy(lua_State *L, struct data *data, void *to, const void *from, size_t size)
{
	size_t done, chunk;

	lunatik_vm_charge(L, size / COPY_FUEL);
	if (data->mode != DATA_SHARED) {
		memcpy(to, from, size);
		return;
	}
	for (done = 0; done < size; done += chunk) {
		chunk = min_t(size_t, size - done, DATA_CHUNK);
		copy_chunk(data, to + done, from + done, chunk);
	}
}

/*
 * Pushes a part of @data. Getting the buffer may run finalisers, which may lend a
 * view other memory, so the part is looked up again.
 */
static void push_copy(lua_State *L, struct data *data, lua_Integer offset,
		      lua_Integer length)
{
	luaL_Buffer buffer;
	char *to;

	data_span(L, data, offset, length);
	to = luaL_buffinitsize(L, &buffer, length);
	copy(L, data, to, data_span(L, data, offset, length), length);
	luaL_pushresultsize(&buffer, length);
}

/* -------------------------------------------------------------- what Lua calls */

static struct data *push_new(lua_State *L, size_t size, enum data_mode mode)
{
	struct lunatik_object *object = lunatik_object_new(L, &data_class, sizeof(struct data));
	struct data *data = object->private;

	data->mode = mode;
	raw_spin_lock_init(&data->lock);
	if (mode == DATA_PRIVATE)
		lunatik_object_setlocal(object);
	data->ptr = lunatik_object_alloc(L, object, size);
	data->size = size;
	data->ready = size;
	data->writable = size;
	return data;
}

void *lunatik_data_new(lua_State *L, size_t size)
{
	return push_new(L, size, DATA_SHARED)->ptr;
}
EXPORT_SYMBOL_GPL(lunatik_data_new);

static enum data_mode check_mode(lua_State *L, int idx)
{
	static const char *const names[] = { "shared", "private", NULL };

	return luaL_checkoption(L, idx, "shared", names);
}

/***
 * Creates a buffer, all zeros.
 *
 * A shared one may be handed to other runtimes. A private one stays in its
 * runtime, and needs no lock.
 *
 * @function new
 * @tparam integer size in bytes, 1 to 2^30; it counts against the memory limit of
 *   the runtime
 * @tparam[opt="shared"] string mode "shared" or "private"
 * @treturn data
 * @raise `size out of range`, `invalid option`, `not enough memory`. Any context
 * @usage local d = data.new(64)
 */
static int data_new(lua_State *L)
{
	lua_Integer size = luaL_checkinteger(L, 1);
	enum data_mode mode = check_mode(L, 2);

	luaL_argcheck(L, size > 0 && size <= DATA_MAX, 1, "size out of range");
	push_new(L, size, mode);
	return 1;
}

/***
 * Reads a string.
 *
 * @function data:getstring
 * @tparam integer offset in bytes, from 0
 * @tparam[opt] integer length in bytes, 1 or more; default to the end
 * @treturn string
 * @raise `out of bounds`, `not enough memory`. Any context
 * @usage local magic = d:getstring(0, 4)
 */
static int data_getstring(lua_State *L)
{
	struct data *data = lunatik_object_check(L, 1, &data_class)->private;
	lua_Integer offset = luaL_checkinteger(L, 2);
	lua_Integer length;

	/* an offset outside is refused by data_span(), whatever this gives */
	length = luaL_optinteger(L, 3, (u64)data->size - (u64)offset);
	push_copy(L, data, offset, length);
	return 1;
}

/***
 * Writes a string.
 *
 * @function data:setstring
 * @tparam integer offset in bytes, from 0
 * @tparam string bytes one byte or more
 * @raise `out of bounds`; `read only`. Any context
 * @usage d:setstring(0, "\x7fELF")
 */
static int data_setstring(lua_State *L)
{
	struct data *data = lunatik_object_check(L, 1, &data_class)->private;
	lua_Integer offset = luaL_checkinteger(L, 2);
	size_t length;
	const char *bytes = luaL_checklstring(L, 3, &length);

	copy(L, data, data_span_write(L, data, offset, length), bytes, length);
	return 0;
}

/***
 * The size of a buffer, as `#d`.
 *
 * @function data:__len
 * @treturn integer in bytes; 0 for a view whose memory is not lent any more
 * @raise nothing. Any context
 * @usage for offset = 0, #d - 1 do print(d:getbyte(offset)) end
 */
static int data_len(lua_State *L)
{
	const struct data *data = lunatik_object_check(L, 1, &data_class)->private;

	lua_pushinteger(L, data->size);
	return 1;
}

/***
 * All that is in a buffer, as `tostring(d)`.
 *
 * @function data:__tostring
 * @treturn string empty for a view whose memory is not lent any more
 * @raise `not enough memory`. Any context
 * @usage print(d)
 */
static int data_tostring(lua_State *L)
{
	struct data *data = lunatik_object_check(L, 1, &data_class)->private;

	if (data->size)
		push_copy(L, data, 0, data->size);
	else
		lua_pushliteral(L, "");
	return 1;
}

/* ------------------------------------------------------------------- the tables */

static void data_release(struct lunatik_object *object)
{
	struct data *data = object->private;

	if (data->mode != DATA_VIEW)
		kvfree(data->ptr);
}

static const struct lunatik_method data_methods[] = {
	{ "getbyte",	data_getuint8 },
	{ "setbyte",	data_setuint8 },
	{ "getnumber",	data_getint64 },
	{ "setnumber",	data_setint64 },
	{ "getint8",	data_getint8 },
	{ "setint8",	data_setint8 },
	{ "getuint8",	data_getuint8 },
	{ "setuint8",	data_setuint8 },
	{ "getint16",	data_getint16 },
	{ "setint16",	data_setint16 },
	{ "getuint16",	data_getuint16 },
	{ "setuint16",	data_setuint16 },
	{ "getint32",	data_getint32 },
	{ "setint32",	data_setint32 },
	{ "getuint32",	data_getuint32 },
	{ "setuint32",	data_setuint32 },
	{ "getint64",	data_getint64 },
	{ "setint64",	data_setint64 },
	{ "getuint64",	data_getuint64 },
	{ "setuint64",	data_setuint64 },
	{ "getstring",	data_getstring },
	{ "setstring",	data_setstring },
	{ "__len",	data_len },
	{ "__tostring",	data_tostring },
	{ }
};

const struct lunatik_class data_class = {
	.name		= "data",
	.methods	= data_methods,
	.owner		= THIS_MODULE,
	.release	= data_release,
};

static const struct lunatik_class *const data_classes[] = { &data_class, NULL };

static const struct lunatik_method data_functions[] = {
	{ "new",	data_new },
	{ }
};

static struct lunatik_library data_library = {
	.name		= "data",
	.functions	= data_functions,
	.classes	= data_classes,
	.owner		= THIS_MODULE,
};

lunatik_module(data_library);

MODULE_DESCRIPTION("Lunatik: memory that scripts read and write");
MODULE_AUTHOR("The Lunatik authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS("lunatik-data");
