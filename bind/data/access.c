// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * access.c - library "data": integers of one to eight bytes
 *
 * Every accessor is the same few steps: whose object, which offset, is it inside,
 * load or store. The order of bytes is the machine's, and an offset needs no
 * alignment. There is no lock: a load or store of up to eight bytes that is
 * aligned happens at once on the machines that Lunatik runs on.
 *
 * Contexts: any. What can fail is said at each function, and nothing is held
 * then. A value that is wider than the field loses its upper bits, as integers of
 * that width do.
 */

#include <linux/string.h>

#include "data.h"

/* inlined with a constant @size, so memcpy() is one instruction */
static __always_inline void load(lua_State *L, void *value, size_t size)
{
	struct data *data = lunatik_object_check(L, 1, &data_class)->private;

	memcpy(value, data_span(L, data, luaL_checkinteger(L, 2), size), size);
}

static __always_inline void store(lua_State *L, const void *value, size_t size)
{
	struct data *data = lunatik_object_check(L, 1, &data_class)->private;

	memcpy(data_span_write(L, data, luaL_checkinteger(L, 2), size), value, size);
}

/***
 * Reads a signed integer of 8 bits.
 *
 * @function data:getint8
 * @tparam integer offset in bytes, from 0
 * @treturn integer -128 to 127
 * @raise `out of bounds`. Any context
 * @usage local value = d:getint8(0)
 */
int data_getint8(lua_State *L)
{
	s8 value;

	load(L, &value, sizeof(value));
	lua_pushinteger(L, value);
	return 1;
}

/***
 * Writes a signed integer of 8 bits.
 *
 * @function data:setint8
 * @tparam integer offset in bytes, from 0
 * @tparam integer value only its low 8 bits count
 * @raise `out of bounds`; `read only`. Any context
 * @usage d:setint8(0, 1)
 */
int data_setint8(lua_State *L)
{
	s8 value = luaL_checkinteger(L, 3);

	store(L, &value, sizeof(value));
	return 0;
}

/***
 * Reads an unsigned integer of 8 bits.
 *
 * Also spelled `getbyte`.
 *
 * @function data:getuint8
 * @tparam integer offset in bytes, from 0
 * @treturn integer 0 to 255
 * @raise `out of bounds`. Any context
 * @usage local value = d:getuint8(0)
 */
int data_getuint8(lua_State *L)
{
	u8 value;

	load(L, &value, sizeof(value));
	lua_pushinteger(L, value);
	return 1;
}

/***
 * Writes an unsigned integer of 8 bits.
 *
 * Also spelled `setbyte`.
 *
 * @function data:setuint8
 * @tparam integer offset in bytes, from 0
 * @tparam integer value only its low 8 bits count
 * @raise `out of bounds`; `read only`. Any context
 * @usage d:setuint8(0, 1)
 */
int data_setuint8(lua_State *L)
{
	u8 value = luaL_checkinteger(L, 3);

	store(L, &value, sizeof(value));
	return 0;
}

/***
 * Reads a signed integer of 16 bits.
 *
 * @function data:getint16
 * @tparam integer offset in bytes, from 0
 * @treturn integer -32768 to 32767
 * @raise `out of bounds`. Any context
 * @usage local value = d:getint16(0)
 */
int data_getint16(lua_State *L)
{
	s16 value;

	load(L, &value, sizeof(value));
	lua_pushinteger(L, value);
	return 1;
}

/***
 * Writes a signed integer of 16 bits.
 *
 * @function data:setint16
 * @tparam integer offset in bytes, from 0
 * @tparam integer value only its low 16 bits count
 * @raise `out of bounds`; `read only`. Any context
 * @usage d:setint16(0, 1)
 */
int data_setint16(lua_State *L)
{
	s16 value = luaL_checkinteger(L, 3);

	store(L, &value, sizeof(value));
	return 0;
}

/***
 * Reads an unsigned integer of 16 bits.
 *
 * @function data:getuint16
 * @tparam integer offset in bytes, from 0
 * @treturn integer 0 to 65535
 * @raise `out of bounds`. Any context
 * @usage local value = d:getuint16(0)
 */
int data_getuint16(lua_State *L)
{
	u16 value;

	load(L, &value, sizeof(value));
	lua_pushinteger(L, value);
	return 1;
}

/***
 * Writes an unsigned integer of 16 bits.
 *
 * @function data:setuint16
 * @tparam integer offset in bytes, from 0
 * @tparam integer value only its low 16 bits count
 * @raise `out of bounds`; `read only`. Any context
 * @usage d:setuint16(0, 1)
 */
int data_setuint16(lua_State *L)
{
	u16 value = luaL_checkinteger(L, 3);

	store(L, &value, sizeof(value));
	return 0;
}

/***
 * Reads a signed integer of 32 bits.
 *
 * @function data:getint32
 * @tparam integer offset in bytes, from 0
 * @treturn integer -2^31 to 2^31 - 1
 * @raise `out of bounds`. Any context
 * @usage local value = d:getint32(0)
 */
int data_getint32(lua_State *L)
{
	s32 value;

	load(L, &value, sizeof(value));
	lua_pushinteger(L, value);
	return 1;
}

/***
 * Writes a signed integer of 32 bits.
 *
 * @function data:setint32
 * @tparam integer offset in bytes, from 0
 * @tparam integer value only its low 32 bits count
 * @raise `out of bounds`; `read only`. Any context
 * @usage d:setint32(0, 1)
 */
int data_setint32(lua_State *L)
{
	s32 value = luaL_checkinteger(L, 3);

	store(L, &value, sizeof(value));
	return 0;
}

/***
 * Reads an unsigned integer of 32 bits.
 *
 * @function data:getuint32
 * @tparam integer offset in bytes, from 0
 * @treturn integer 0 to 2^32 - 1
 * @raise `out of bounds`. Any context
 * @usage local value = d:getuint32(0)
 */
int data_getuint32(lua_State *L)
{
	u32 value;

	load(L, &value, sizeof(value));
	lua_pushinteger(L, value);
	return 1;
}

/***
 * Writes an unsigned integer of 32 bits.
 *
 * @function data:setuint32
 * @tparam integer offset in bytes, from 0
 * @tparam integer value only its low 32 bits count
 * @raise `out of bounds`; `read only`. Any context
 * @usage d:setuint32(0, 1)
 */
int data_setuint32(lua_State *L)
{
	u32 value = luaL_checkinteger(L, 3);

	store(L, &value, sizeof(value));
	return 0;
}

/***
 * Reads a signed integer of 64 bits.
 *
 * Also spelled `getnumber`.
 *
 * @function data:getint64
 * @tparam integer offset in bytes, from 0
 * @treturn integer all 64 bits
 * @raise `out of bounds`. Any context
 * @usage local value = d:getint64(0)
 */
int data_getint64(lua_State *L)
{
	s64 value;

	load(L, &value, sizeof(value));
	lua_pushinteger(L, value);
	return 1;
}

/***
 * Writes a signed integer of 64 bits.
 *
 * Also spelled `setnumber`.
 *
 * @function data:setint64
 * @tparam integer offset in bytes, from 0
 * @tparam integer value all 64 bits
 * @raise `out of bounds`; `read only`. Any context
 * @usage d:setint64(0, 1)
 */
int data_setint64(lua_State *L)
{
	s64 value = luaL_checkinteger(L, 3);

	store(L, &value, sizeof(value));
	return 0;
}

/***
 * Reads an unsigned integer of 64 bits.
 *
 * @function data:getuint64
 * @tparam integer offset in bytes, from 0
 * @treturn integer all 64 bits: negative when the top one is set
 * @raise `out of bounds`. Any context
 * @usage local value = d:getuint64(0)
 */
int data_getuint64(lua_State *L)
{
	u64 value;

	load(L, &value, sizeof(value));
	lua_pushinteger(L, value);
	return 1;
}

/***
 * Writes an unsigned integer of 64 bits.
 *
 * @function data:setuint64
 * @tparam integer offset in bytes, from 0
 * @tparam integer value all 64 bits
 * @raise `out of bounds`; `read only`. Any context
 * @usage d:setuint64(0, 1)
 */
int data_setuint64(lua_State *L)
{
	u64 value = luaL_checkinteger(L, 3);

	store(L, &value, sizeof(value));
	return 0;
}
