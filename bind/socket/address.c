// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * address.c - library "socket": addresses in Lua and in the kernel
 *
 *	INET	integer, port		host byte order
 *	INET6	16 bytes, port		20 with an interface's index behind the address
 *	UNIX	path			"\0name": abstract; "": none
 *	PACKET	integer or bytes	an interface's index; or as the others
 *	others	bytes			what follows the family in the kernel's struct
 *
 * An address always lies in a whole struct sockaddr_storage that was zeroed before,
 * so a family that reads or writes more than was given touches nothing else.
 *
 * Arguments are checked here, completely, before a call does anything: a wrong one
 * raises a message that says what was expected. No lock, no memory.
 */

#include <linux/if_packet.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/un.h>

#include "socket.h"

#define FAMILY_SIZE	(sizeof(sa_family_t))
#define BYTES_MAX	(sizeof(struct sockaddr_storage) - FAMILY_SIZE)
#define SCOPED_SIZE	(sizeof(struct in6_addr) + sizeof(u32))

/* ------------------------------------------------------------- from Lua: check */

static __be16 address_checkport(lua_State *L, int idx, bool portless)
{
	lua_Integer port = portless ? luaL_optinteger(L, idx, 0) : luaL_checkinteger(L, idx);

	luaL_argcheck(L, port >= 0 && port <= U16_MAX, idx, "port out of range");
	return htons(port);
}

static int address_checkinet(lua_State *L, int idx, struct luasocket_address *address,
			     bool portless)
{
	struct sockaddr_in *inet = (struct sockaddr_in *)&address->storage;
	lua_Integer ip = luaL_checkinteger(L, idx);

	luaL_argcheck(L, ip >= 0 && ip <= U32_MAX, idx, "address out of range");
	inet->sin_addr.s_addr = htonl(ip);
	inet->sin_port = address_checkport(L, idx + 1, portless);
	address->len = sizeof(*inet);
	return idx + 2;
}

static const char *address_checkbytes(lua_State *L, int idx, size_t *len)
{
	luaL_checktype(L, idx, LUA_TSTRING);
	return lua_tolstring(L, idx, len);
}

static int address_checkinet6(lua_State *L, int idx, struct luasocket_address *address,
			      bool portless)
{
	struct sockaddr_in6 *inet = (struct sockaddr_in6 *)&address->storage;
	size_t len;
	const char *bytes = address_checkbytes(L, idx, &len);

	if (len != sizeof(inet->sin6_addr) && len != SCOPED_SIZE)
		luaL_error(L, "bad address (16 or 20 bytes expected, got %I)", (lua_Integer)len);
	memcpy(&inet->sin6_addr, bytes, sizeof(inet->sin6_addr));
	if (len == SCOPED_SIZE)
		memcpy(&inet->sin6_scope_id, bytes + sizeof(inet->sin6_addr), sizeof(u32));
	inet->sin6_port = address_checkport(L, idx + 1, portless);
	address->len = sizeof(*inet);
	return idx + 2;
}

/* a path's end counts as part of it; an abstract name has none */
static int address_checkunix(lua_State *L, int idx, struct luasocket_address *address)
{
	struct sockaddr_un *un = (struct sockaddr_un *)&address->storage;
	size_t len, end, max = sizeof(un->sun_path);
	const char *path = address_checkbytes(L, idx, &len);

	end = len > 0 && path[0] != '\0';
	if (len + end > max)
		luaL_error(L, "bad address (path of at most %I bytes expected, got %I)",
			   (lua_Integer)(max - end), (lua_Integer)len);
	luaL_argcheck(L, !end || strlen(path) == len, idx, "path contains zeros");
	memcpy(un->sun_path, path, len);
	address->len = offsetof(struct sockaddr_un, sun_path) + len + end;
	return idx + 1;
}

/* shorter ones are taken as if zeros followed, up to @least bytes in all */
static int address_checkother(lua_State *L, int idx, struct luasocket_address *address,
			      size_t least)
{
	size_t len;
	const char *bytes = address_checkbytes(L, idx, &len);

	if (len > BYTES_MAX)
		luaL_error(L, "bad address (at most %I bytes expected, got %I)",
			   (lua_Integer)BYTES_MAX, (lua_Integer)len);
	memcpy((char *)&address->storage + FAMILY_SIZE, bytes, len);
	address->len = max(FAMILY_SIZE + len, least);
	return idx + 1;
}

static int address_checkpacket(lua_State *L, int idx, struct luasocket_address *address)
{
	struct sockaddr_ll *link = (struct sockaddr_ll *)&address->storage;
	lua_Integer ifindex;

	if (lua_type(L, idx) == LUA_TSTRING)
		return address_checkother(L, idx, address, sizeof(*link));
	ifindex = luaL_checkinteger(L, idx);
	luaL_argcheck(L, ifindex >= 0 && ifindex <= INT_MAX, idx, "interface out of range");
	link->sll_ifindex = ifindex;
	address->len = sizeof(*link);
	return idx + 1;
}

int luasocket_checkaddress(lua_State *L, const struct luasocket *socket, int idx,
			   struct luasocket_address *address, bool portless)
{
	memset(address, 0, sizeof(*address));
	address->storage.ss_family = socket->family;
	portless |= socket->type == SOCK_RAW;

	switch (socket->family) {
	case AF_INET:
		return address_checkinet(L, idx, address, portless);
	case AF_INET6:
		return address_checkinet6(L, idx, address, portless);
	case AF_UNIX:
		return address_checkunix(L, idx, address);
	case AF_PACKET:
		return address_checkpacket(L, idx, address);
	default:
		return address_checkother(L, idx, address, sizeof(struct sockaddr));
	}
}

/* -------------------------------------------------------------- to Lua: push */

static int address_pushinet(lua_State *L, const struct luasocket_address *address)
{
	const struct sockaddr_in *inet = (const struct sockaddr_in *)&address->storage;

	lua_pushinteger(L, ntohl(inet->sin_addr.s_addr));
	lua_pushinteger(L, ntohs(inet->sin_port));
	return 2;
}

static int address_pushinet6(lua_State *L, const struct luasocket_address *address)
{
	const struct sockaddr_in6 *inet = (const struct sockaddr_in6 *)&address->storage;
	char bytes[SCOPED_SIZE];

	memcpy(bytes, &inet->sin6_addr, sizeof(inet->sin6_addr));
	memcpy(bytes + sizeof(inet->sin6_addr), &inet->sin6_scope_id, sizeof(u32));
	lua_pushlstring(L, bytes, inet->sin6_scope_id ? SCOPED_SIZE : sizeof(inet->sin6_addr));
	lua_pushinteger(L, ntohs(inet->sin6_port));
	return 2;
}

static int address_pushunix(lua_State *L, const struct luasocket_address *address)
{
	const struct sockaddr_un *un = (const struct sockaddr_un *)&address->storage;
	size_t len = 0;

	if (address->len > (int)offsetof(struct sockaddr_un, sun_path))
		len = min_t(size_t, address->len - offsetof(struct sockaddr_un, sun_path),
			    sizeof(un->sun_path));
	if (un->sun_path[0])
		len = strnlen(un->sun_path, len);
	lua_pushlstring(L, un->sun_path, len);
	return 1;
}

static int address_pushother(lua_State *L, const struct luasocket_address *address)
{
	size_t len = min_t(size_t, address->len, sizeof(address->storage));

	if (len < FAMILY_SIZE)	/* a protocol that does not say */
		lua_pushnil(L);
	else
		lua_pushlstring(L, (const char *)&address->storage + FAMILY_SIZE,
				len - FAMILY_SIZE);
	return 1;
}

static bool address_is(const struct luasocket_address *address, int family, int size)
{
	return address->storage.ss_family == family && address->len >= size;
}

int luasocket_pushaddress(lua_State *L, const struct luasocket *socket,
			  const struct luasocket_address *address)
{
	if (socket->family == AF_UNIX)
		return address_pushunix(L, address);
	if (address_is(address, AF_INET, sizeof(struct sockaddr_in)))
		return address_pushinet(L, address);
	if (address_is(address, AF_INET6, sizeof(struct sockaddr_in6)))
		return address_pushinet6(L, address);
	return address_pushother(L, address);
}
