// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * byteorder.c - library "linux": integers in host, network, big and little endian
 *
 * Pure functions of one integer: any context, no lock, nothing to fail but the
 * argument's type. Of an integer wider than the function's width the low bits
 * count; the result has no bits above that width, so it never is negative for
 * 16 and 32 bits. Changing the order there and back is the same operation, which
 * is why six functions serve eighteen names.
 */

#include <asm/byteorder.h>

#include "linux.h"

/***
 * Converts a 16-bit integer between host and network (big-endian) byte order.
 *
 * Also spelled `ntoh16`, `htobe16` and `be16toh`.
 *
 * @function hton16
 * @tparam integer num only its low 16 bits count
 * @treturn integer 0 to 0xffff
 * @raise `number expected`. Any context
 * @usage linux.hton16(80)
 */
int linux_swab16_be(lua_State *L)
{
	lua_pushinteger(L, (__force u16)cpu_to_be16(luaL_checkinteger(L, 1)));
	return 1;
}

/***
 * Converts a 32-bit integer between host and network (big-endian) byte order.
 *
 * Also spelled `ntoh32`, `htobe32` and `be32toh`.
 *
 * @function hton32
 * @tparam integer num only its low 32 bits count
 * @treturn integer 0 to 0xffffffff
 * @raise `number expected`. Any context
 * @usage linux.hton32(0x7f000001)
 */
int linux_swab32_be(lua_State *L)
{
	lua_pushinteger(L, (__force u32)cpu_to_be32(luaL_checkinteger(L, 1)));
	return 1;
}

/***
 * Converts a 64-bit integer between host and network (big-endian) byte order.
 *
 * Also spelled `ntoh64`, `htobe64` and `be64toh`.
 *
 * @function hton64
 * @tparam integer num
 * @treturn integer all 64 bits; negative when the top one is set
 * @raise `number expected`. Any context
 * @usage linux.hton64(0x0102030405060708)
 */
int linux_swab64_be(lua_State *L)
{
	lua_pushinteger(L, (__force u64)cpu_to_be64(luaL_checkinteger(L, 1)));
	return 1;
}

/***
 * Converts a 16-bit integer between host and little-endian byte order.
 *
 * Also spelled `le16toh`.
 *
 * @function htole16
 * @tparam integer num only its low 16 bits count
 * @treturn integer 0 to 0xffff
 * @raise `number expected`. Any context
 * @usage linux.htole16(0x0102)
 */
int linux_swab16_le(lua_State *L)
{
	lua_pushinteger(L, (__force u16)cpu_to_le16(luaL_checkinteger(L, 1)));
	return 1;
}

/***
 * Converts a 32-bit integer between host and little-endian byte order.
 *
 * Also spelled `le32toh`.
 *
 * @function htole32
 * @tparam integer num only its low 32 bits count
 * @treturn integer 0 to 0xffffffff
 * @raise `number expected`. Any context
 * @usage linux.htole32(0x01020304)
 */
int linux_swab32_le(lua_State *L)
{
	lua_pushinteger(L, (__force u32)cpu_to_le32(luaL_checkinteger(L, 1)));
	return 1;
}

/***
 * Converts a 64-bit integer between host and little-endian byte order.
 *
 * Also spelled `le64toh`.
 *
 * @function htole64
 * @tparam integer num
 * @treturn integer all 64 bits; negative when the top one is set
 * @raise `number expected`. Any context
 * @usage linux.htole64(0x0102030405060708)
 */
int linux_swab64_le(lua_State *L)
{
	lua_pushinteger(L, (__force u64)cpu_to_le64(luaL_checkinteger(L, 1)));
	return 1;
}
