// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * transfer.c - library "socket": send and receive
 *
 * Both wait with the runtime let go, so what they read from and write to must
 * neither move nor die meanwhile: the message is a string on the stack of this
 * entry's Lua thread, the buffer a userdata there. A buffer counts as the
 * runtime's memory, and what the kernel did not write of it never becomes a string.
 *
 * Contexts, waits and errors as in connection.c. Flags are those that a program
 * may give to send(2) and recv(2): some others mean, to the kernel, that memory is
 * of a kind which a script's is not.
 */

#include <linux/net.h>
#include <linux/sizes.h>
#include <linux/uio.h>

#include "socket.h"

#define LENGTH_MAX	SZ_16M

#define SEND_FLAGS	(MSG_OOB | MSG_DONTROUTE | MSG_PROBE | MSG_DONTWAIT | MSG_EOR | \
			 MSG_CONFIRM | MSG_NOSIGNAL | MSG_MORE | MSG_FASTOPEN)
#define RECEIVE_FLAGS	(MSG_OOB | MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT | MSG_WAITALL | \
			 MSG_ERRQUEUE | MSG_NOSIGNAL | MSG_WAITFORONE | MSG_CMSG_CLOEXEC)

static int transfer_waitflag(const struct luasocket *socket)
{
	return socket->nonblock ? MSG_DONTWAIT : 0;
}

/* where the flags of send() are when there is no address */
static int transfer_flagsindex(const struct luasocket *socket)
{
	return socket->family == AF_INET || socket->family == AF_INET6 ? 5 : 4;
}

/***
 * Sends a message; waits until there is room for it.
 *
 * A stream socket sends all of it, unless a signal, an error or the end of its
 * time comes in between. Also spelled `socket.send(sock, ...)`.
 *
 * @function socket:send
 * @tparam string message
 * @tparam[opt] ?integer|string addr see `socket:bind`; none when connected
 * @tparam[opt] integer port INET and INET6 only; in other families flags are here
 * @tparam[opt=0] integer flags made of `socket.msg`: OOB, DONTROUTE, PROBE, DONTWAIT, EOR,
 *   CONFIRM, NOSIGNAL (which always is on), MORE, FASTOPEN
 * @treturn integer bytes sent
 * @raise the errno, as an integer: `errno.PIPE`, `errno.NOTCONN`, `errno.AGAIN` (DONTWAIT, or
 *   the time is over) ...; a message for an address that is none; `invalid flags`;
 *   "cannot sleep" in atomic context
 * @usage sock:send("hello", net.aton("127.0.0.1"), 1337)
 */
int luasocket_send(lua_State *L)
{
	struct luasocket *socket = luasocket_check(L, 1);
	struct msghdr msg = { .msg_flags = MSG_NOSIGNAL | transfer_waitflag(socket) };
	struct luasocket_address address;
	struct luasocket_use use;
	struct kvec vec;
	int ret, next = transfer_flagsindex(socket);

	vec.iov_base = (void *)luaL_checklstring(L, 2, &vec.iov_len);
	luaL_argcheck(L, vec.iov_len <= INT_MAX, 2, "message too long");
	if (!lua_isnoneornil(L, 3)) {
		next = luasocket_checkaddress(L, socket, 3, &address, false);
		msg.msg_name = &address.storage;
		msg.msg_namelen = address.len;
	}
	msg.msg_flags |= luasocket_optflags(L, next, SEND_FLAGS);

	ret = luasocket_begin(L, socket, &use);
	if (!ret)
		ret = kernel_sendmsg(use.sock, &msg, &vec, 1, vec.iov_len);
	lua_pushinteger(L, luasocket_end(L, &use, ret));
	return 1;
}

/* a stream does not say from whom, since there is only one */
static void transfer_peer(struct socket *sock, struct luasocket_address *address)
{
	int len = kernel_getpeername(sock, luasocket_sockaddr(address));

	address->len = max(len, 0);
}

static int transfer_receive(struct luasocket_use *use, struct kvec *vec, int flags,
			    struct luasocket_address *from)
{
	struct msghdr msg = {};
	int ret;

	if (from)
		msg.msg_name = &from->storage;
	ret = kernel_recvmsg(use->sock, &msg, vec, 1, vec->iov_len, flags);
	if (from && ret >= 0) {
		from->len = msg.msg_namelen;
		if (!from->len)
			transfer_peer(use->sock, from);
	}
	return ret;
}

/* with TRUNC the kernel may say more than it wrote */
static char *transfer_buffer(lua_State *L, struct kvec *vec, int flags)
{
	vec->iov_base = lua_newuserdatauv(L, vec->iov_len, 0);
	if (flags & MSG_TRUNC)
		memset(vec->iov_base, 0, vec->iov_len);
	return vec->iov_base;
}

/***
 * Receives bytes, or a message; waits for them.
 *
 * Of a message that is longer than `length` the rest is lost. An empty string is
 * an empty message or, from a stream, its end. Also spelled `socket.receive(sock, ...)`.
 *
 * @function socket:receive
 * @tparam integer length at most so many bytes, 1 to 16,777,216
 * @tparam[opt=0] integer flags made of `socket.msg`: OOB, PEEK, TRUNC, DONTWAIT, WAITALL,
 *   ERRQUEUE
 * @tparam[opt=false] boolean from whether the sender's address is wanted, too
 * @treturn string
 * @treturn[opt] ?integer|string addr see `socket:bind`; nil where there is none
 * @treturn[opt] integer port INET and INET6 only
 * @raise the errno, as an integer: `errno.AGAIN` when there is nothing (DONTWAIT, or the time
 *   is over), `errno.INTR` for a signal, `errno.BADF` when the socket was closed meanwhile
 *   ...; `length out of range`; `invalid flags`; "cannot sleep" in atomic context
 * @usage local message, addr, port = sock:receive(1024, 0, true)
 */
int luasocket_receive(lua_State *L)
{
	struct luasocket *socket = luasocket_check(L, 1);
	lua_Integer len = luaL_checkinteger(L, 2);
	int flags = luasocket_optflags(L, 3, RECEIVE_FLAGS) | transfer_waitflag(socket);
	bool from = lua_toboolean(L, 4);
	struct luasocket_address address;
	struct luasocket_use use;
	struct kvec vec;
	char *buffer;
	int ret;

	luaL_argcheck(L, len >= 1 && len <= LENGTH_MAX, 2, "length out of range");
	memset(&address, 0, sizeof(address));
	vec.iov_len = len;
	buffer = transfer_buffer(L, &vec, flags);

	ret = luasocket_begin(L, socket, &use);
	if (!ret)
		ret = transfer_receive(&use, &vec, flags, from ? &address : NULL);
	ret = luasocket_end(L, &use, ret);
	lua_pushlstring(L, buffer, min_t(lua_Integer, ret, len));
	return 1 + (from ? luasocket_pushaddress(L, socket, &address) : 0);
}
